"""Overview: the timeline and the map next to the risk panels and the actor profiles, on one screen."""

import streamlit as st

from components.actors_parts import show_profile_cards
from components.loaders import load_summary
from components.overview_parts import show_headline
from components.parts.charts import show_chart
from components.parts.event_card import show_event_card
from components.parts.event_lists import select_mark
from components.parts.map_menu import show_map_menu
from components.parts.map_view import show_map
from components.parts.risk_panels import show_bottom_line, show_compact_panels
from components.parts.toolbar import is_phone
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_empty, show_honesty

# The left column's part of the page, less the gap.
_LEFT_SHARE = 0.55

wanted = get_filter()
show_headline(wanted)
show_bottom_line(wanted)
left, right = st.columns([1.3, 1], gap="medium")
with left:
    content = show_map(wanted, key="overview_map", height=420, is_lean=True)
    show_map_menu(wanted, {"view": content.view.key}, place="overview_map")
    if load_summary(wanted).event_count:
        show_chart(
            "timeline",
            wanted,
            {"lane": "region", "size": "compact"},
            share=_LEFT_SHARE,
            on_select=select_mark,
            select_key="overview",
        )
    else:
        show_empty(wanted)
    if event_id := get_selected_event():
        show_event_card(event_id)
with right:
    show_compact_panels(wanted)
# Beside the panels on a desk; under them on a phone, where the left column comes first.
with st.container() if is_phone() else left:
    show_profile_cards(wanted, limit=4)
show_honesty(has_counts=True)
