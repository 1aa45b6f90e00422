"""A reader's own table of events."""
