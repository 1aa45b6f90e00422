"""Map: events, claim lines, zones and features, by region; the same as tables below."""

import streamlit as st

from components.loaders import load_summary
from components.parts.charts import show_chart
from components.parts.map_controls import show_layer_notes, show_map_controls, show_zone_note
from components.parts.map_menu import show_map_menu
from components.parts.map_side import show_map_side
from components.parts.map_tables import show_map_tables
from components.parts.map_view import show_map, show_opened_count, show_place_note
from components.view.filter_bar import get_filter
from components.view.layout import show_empty, show_honesty, show_page_head, show_section

show_page_head(
    "Map", "Where events took place. Click a mark for its card, a number for its list; drag and scroll to look."
)
wanted = get_filter()
# What comes and goes above the map has a place of its own, so that the map keeps its place, and with it its view.
with st.container():
    if load_summary(wanted).event_count == 0:
        show_empty(wanted)
    controls = show_map_controls(wanted)
picture_column, side_column = st.columns([7, 3])
with picture_column:
    content = show_map(wanted, controls)
    show_map_menu(wanted, controls.to_options())
    show_place_note(content)
    show_zone_note(controls, wanted)
with side_column:
    show_map_side(content)
show_opened_count(content)
picture = st.expander("As a picture that prints", icon=":material/image:", on_change="rerun")
if picture.open:
    with picture:
        show_chart("map", wanted, controls.to_options(), has_menu=False)

show_section("The map as tables", "Click a row of the events to open its card.")
show_map_tables(wanted, content)
show_section("Layers shown")
show_layer_notes(controls.layers, wanted)
show_honesty(has_counts="sectors" in controls.layers)
