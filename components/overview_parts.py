"""The parts of Overview: headline and claims, the timeline in brief, a row a region. overview_views.py says what."""

from __future__ import annotations

import streamlit as st

from components.loaders import get_theme, load_built
from components.overview_views import (
    build_latest,
    build_lead,
    build_other_seas,
    build_region_row,
    build_two_years,
    choose_regions,
)
from components.parts.event_card import show_event_card
from components.parts.export_menu import show_export_menu
from components.parts.risk_panels import get_as_of
from components.parts.templates import show_style
from components.parts.toolbar import get_page_width, is_phone
from components.parts.vector_picture import show_picture
from components.view.filter_bar import get_selected_event
from components.view.layout import describe_search, show_empty, show_honesty
from tension.records.filters import EventFilter

_WIDE_PX = 1040


def show_lead(wanted: EventFilter) -> None:
    """The headline, what it rests on, and the claims, one row each."""
    show_style("overview.css")
    show_picture(load_built(build_lead, wanted, get_as_of(wanted), get_theme(), describe_search()), "overview_lead")


def show_two_years(wanted: EventFilter) -> None:
    """The timeline in brief, with the full one's export."""
    with st.container(key="two_years", gap="xsmall"):
        st.header("Two years, by region", anchor=False)
        st.caption(
            "▲ dangerous encounter, large exercise or use of force; larger: force used or people hurt. Lines: other "
            "events, taller is more severe. Click one, or press Tab and the arrow keys, for its card."
        )
        width = get_page_width() if is_phone() else _WIDE_PX
        request = (float(width), get_selected_event())
        show_picture(load_built(build_two_years, wanted, get_as_of(wanted), get_theme(), request), "overview_lanes")
        show_export_menu("timeline", wanted, {"lane": "region"}, place="overview_lanes")


def show_regions(wanted: EventFilter) -> None:
    """A row for each region in view."""
    as_of, palette = get_as_of(wanted), get_theme()
    regions = load_built(choose_regions, wanted, as_of)
    if not regions:
        show_empty(wanted, "The filter's regions have no map of their own.")
    for region in regions:
        request = (is_phone(), get_selected_event())
        with st.container(key=f"region_{region.slug}", gap="xsmall"):
            show_picture(
                load_built(build_region_row, wanted, as_of, palette, region, request), f"overview_{region.slug}"
            )
            show_export_menu("map", wanted, {"view": region.slug}, place=f"overview_{region.slug}")
    if others := load_built(build_other_seas, wanted, as_of, palette, regions):
        show_picture(others, "overview_seas")


def show_latest(wanted: EventFilter) -> None:
    """The newest events, and the card of the one that is selected beside them."""
    show_picture(load_built(build_latest, wanted, get_as_of(wanted), get_theme()), "overview_latest")
    if event_id := get_selected_event():
        show_event_card(event_id)
    show_honesty(has_counts=True)
