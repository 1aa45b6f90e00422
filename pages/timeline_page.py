"""Timeline: every event in view as a mark in its lane; a click opens the event's card."""

import streamlit as st

from components.loaders import load_summary
from components.parts.charts import show_chart
from components.parts.event_card import show_event_card
from components.parts.event_lists import select_mark
from components.view.address import settle_choice
from components.view.controls import show_segments
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_empty, show_honesty, show_page_head
from tension.figures.lanes import LANES

LANE_WORDS = {"region": "Region", "category": "Category", "actor": "State that acted"}

show_page_head("Timeline", "Every event in view, one mark each. Click a mark for its card; drag across to zoom.")
wanted = get_filter()
lane = settle_choice("lane", LANES, LANES[0])
if load_summary(wanted).event_count == 0:
    show_empty(wanted)
else:
    show_segments("lane", "Lanes by", LANES, LANE_WORDS.__getitem__)
    show_chart("timeline", wanted, {"lane": lane}, share=1, on_select=select_mark)
    if event_id := get_selected_event():
        show_event_card(event_id)
    else:
        st.caption("No event is selected.")
    show_honesty()
