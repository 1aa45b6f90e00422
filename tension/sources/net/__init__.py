"""The one careful way out: addresses checked, bytes and time capped, robots obeyed."""
