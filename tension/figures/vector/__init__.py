"""Light pictures as SVG text for pages that must answer at once; every mark of an event can be reached by keyboard."""
