"""Overview: the timeline and the map next to the risk panels and the actor profiles."""

import streamlit as st

from components.loaders import get_desk
from tension.filters import EventFilter

st.metric("Events in view", get_desk().queries.summarise(EventFilter()).event_count)
