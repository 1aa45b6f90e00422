"""Timeline: every event in view as a mark in its lane; a click opens the event's card."""

import streamlit as st

from components.loaders import load_summary
from components.parts.charts import show_chart
from components.parts.event_card import show_event_card
from components.parts.text import escape_markdown
from components.view.choices import choice_key, settle_choice, write_choice
from components.view.filter_bar import get_filter, get_selected_event, select_event
from components.view.layout import show_empty, show_honesty, show_page_head
from tension.figures.lanes import LANES

LANE_WORDS = {"region": "Region", "category": "Category", "actor": "State that acted"}

show_page_head("Timeline", "Every event in view, one mark each. Click a mark for its card; drag across to zoom.")
wanted = get_filter()
lane, notice = settle_choice("lane", LANES, LANES[0])
if notice:
    st.warning(f"Left out: {escape_markdown(notice)}", icon=":material/link_off:")
if load_summary(wanted).event_count == 0:
    show_empty(wanted)
    st.stop()


def take_mark(points: list[dict]) -> None:
    """A click on a mark selects its event; a click on nothing, or on the strip, leaves the selection alone."""
    ids = [point["customdata"][0] for point in points if point.get("customdata")]
    if ids:
        select_event(ids[0])


st.segmented_control(
    "Lanes by",
    LANES,
    key=choice_key("lane"),
    format_func=LANE_WORDS.__getitem__,
    on_change=write_choice,
    args=("lane",),
    required=True,
)
show_chart("timeline", wanted, {"lane": lane}, share=1, on_select=take_mark)
if event_id := get_selected_event():
    show_event_card(event_id)
else:
    st.caption("No event is selected.")
show_honesty()
