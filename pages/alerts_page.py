"""Alerts: the reader's rules, how often each fires a year, what they found of late, and what became of each message."""

from components.alerts_parts import show_add_rule, show_found, show_outbox, show_rules
from components.view.acting import show_access
from components.view.layout import show_page_head

show_page_head(
    "Alerts",
    "Rules of what to be told. This page sends nothing: `python -m tension alert` does (docs/alerts.md).",
)
show_access()
rules = show_rules()
show_add_rule()
if rules:
    show_found(rules)
show_outbox()
