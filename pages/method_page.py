"""Method: how events are coded and read, and what can't be seen; docs/method.md with the record's own declarations."""

from components.method_parts import show_method
from components.view.layout import show_page_head

show_page_head(
    "Method", "How the record is made, how it is read, and what it can't show. The same whatever the filters."
)
show_method()
