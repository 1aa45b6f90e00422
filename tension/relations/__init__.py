"""What states do to each other: profiles, positions, channels, ladder."""
