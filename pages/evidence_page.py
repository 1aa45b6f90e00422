"""Evidence: from a claim to its parts, indicators, events or days and their sources, and back from an event."""

import streamlit as st

from components.competing_parts import show_competing
from components.evidence_parts import choose_walk, show_claim_tree, show_feeds, show_indicator, show_items
from components.parts.event_card import show_event_card
from components.parts.risk_panels import describe_as_of, show_panel_style
from components.parts.text import escape_markdown
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_honesty, show_page_head, show_section

wanted = get_filter()
show_page_head("Evidence", "From a claim to its indicators, events or days, and sources; and back from an event.")
st.caption(escape_markdown(f"{describe_as_of(wanted)} Only the filter's as-of day applies here."))
show_panel_style()
if event_id := get_selected_event():
    show_section("What the selected event feeds", "Every indicator that counts it, and its part in each on this day.")
    show_feeds(wanted, event_id)
    show_event_card(event_id)

show_section("From claim to source")
claim_id, indicator_id = choose_walk()
if indicator_id:
    show_indicator(wanted, indicator_id)
else:
    show_claim_tree(wanted, claim_id)

show_section(
    "What stands behind it",
    "One row for each source of each event, day or statement. Click an event's row for its card. An episode counts "
    "once, so there may be more events than the count says.",
)
show_items(wanted, claim_id, indicator_id)
show_competing(wanted, claim_id)
show_honesty(has_counts=True)
