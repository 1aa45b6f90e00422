"""Timeline: every event in view as a mark in its lane, and as a list; a click or Enter opens the event's card."""

from components.loaders import load_summary
from components.parts.charts import show_chart
from components.parts.event_card import show_event_card
from components.parts.event_lists import select_mark
from components.parts.source_grades import show_source_summary
from components.timeline_parts import show_event_years
from components.view.address import settle_choice
from components.view.controls import show_segments
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_empty, show_honesty, show_page_head, show_section
from tension.figures.lanes import LANES

LANE_WORDS = {"region": "region", "category": "category", "actor": "state that acted"}

show_page_head("Timeline", "Every event in view, one mark each; a mark, or its line in the list below, opens its card.")
wanted = get_filter()
lane = settle_choice("lane", LANES, LANES[0])
if load_summary(wanted).event_count == 0:
    show_empty(wanted)
else:
    show_segments("lane", "Lanes by", LANES, lambda lane: f"Lanes by {LANE_WORDS[lane]}", is_labelled=False)
    show_chart("timeline", wanted, {"lane": lane}, share=1, on_select=select_mark, ringed=get_selected_event())
    if event_id := get_selected_event():
        show_event_card(event_id)
    show_section("Events in view", "Newest first, a fold for each year.")
    show_source_summary(wanted)
    show_event_years(wanted)
    show_honesty()
