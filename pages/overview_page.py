"""Overview: the timeline and the map next to the risk panels and the actor profiles, on one screen."""

import streamlit as st

from components.cards import show_event_card
from components.charts import show_chart
from components.filters import get_filter, get_selected_event
from components.headline import show_headline
from components.layout import show_empty, show_honesty
from components.loaders import load_summary
from components.profiles import show_profile_cards

wanted = get_filter()
show_headline(wanted)
left, right = st.columns([1.75, 1], gap="medium")
with left:
    if load_summary(wanted).event_count:
        show_chart("timeline", wanted, {"lane": "region"}, height=360)
    else:
        show_empty(wanted)
    if event_id := get_selected_event():
        show_event_card(event_id)
    show_profile_cards(wanted, limit=4)
show_honesty(has_counts=True)
