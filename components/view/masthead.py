"""The head of every page: the product's name and the navigation, whose links take the view along."""

from __future__ import annotations

import streamlit as st

from components.loaders import get_theme
from components.parts.page_links import build_page_link
from components.parts.templates import render, show_style
from components.parts.vector_picture import show_picture
from components.view.address import START_PAGE
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import PAGES, has_page

# What a reader goes to first; the others are one click further.
_FIRST = ("overview", "timeline", "map", "actors", "assessments", "evidence")


def show_masthead(current: str) -> None:
    """Name and navigation; `current` is the page that is shown."""
    palette = get_theme()
    show_style("masthead.css", palette=palette)
    wanted, event = get_filter(), get_selected_event()
    listed = [
        {"name": name, "title": title, "purpose": purpose, "link": build_page_link(name, wanted, event)}
        for name, (title, purpose) in PAGES.items()
        if has_page(name)
    ]
    markup = render(
        "masthead.html",
        start=build_page_link(START_PAGE, wanted, event),
        current=current,
        current_title=PAGES[current][0],
        more_label="More" if current in _FIRST else f"More: {PAGES[current][0]}",
        first=[page for page in listed if page["name"] in _FIRST],
        more=[page for page in listed if page["name"] not in _FIRST],
    )
    with st.container(key="masthead"):
        show_picture(markup, "masthead_links")
