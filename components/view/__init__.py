"""What a reader chose: address, filter bar, the frame around every page."""
