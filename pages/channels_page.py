"""Channels: US-China military contacts, how high a pair's acts have climbed, and positions in time."""

import streamlit as st

from components.channels_parts import choose_ladder, show_contacts, show_ladder, show_positions
from components.parts.event_card import show_event_card
from components.parts.risk_panels import describe_as_of, show_panel_style
from components.parts.text import escape_markdown
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_honesty, show_page_head, show_section

wanted = get_filter()
show_page_head("Channels", "Who talks, how high acts have climbed, and what each side says it stands for.")
st.caption(escape_markdown(describe_as_of(wanted)))
show_panel_style()
show_section(
    "US-China military contacts",
    "Announced contacts by level; of the filter only the as-of day applies. Click a mark for its card.",
)
show_contacts(wanted)
if event_id := get_selected_event():
    show_event_card(event_id)

show_section("Escalation ladder", "The highest severity of the acts between two states in a window, each way.")
pair, window = choose_ladder()
show_ladder(wanted, pair, window)

show_section(
    "Positions and red lines",
    "So that “neither side shifted position” can be judged. Our words; each with its day and source. "
    "Of the filter only the as-of day applies.",
)
show_positions(wanted)
show_honesty()
