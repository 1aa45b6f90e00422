"""Shows a light picture of the engine's own making: its marks open events, its links lead to pages, by keyboard too."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import streamlit as st
from markupsafe import Markup

from components.parts.templates import load_script
from components.view.address import build_params
from components.view.filter_bar import get_filter, get_selected_event, select_event
from components.view.layout import has_page

_SCRIPT = Path(__file__).with_name("vector_picture.js")


def show_picture(markup: Markup, key: str) -> None:
    """A picture or a table of pictures as markup from tension/figures/vector or a template: escaped, nobody else's.

    A mark with `data-event` selects that event; a link with `data-page` switches the page and adds the parameters of
    `data-own` to the view as it is then: the picture may have been drawn before the reader's last click.
    """

    def take_event() -> None:
        if event_id := (st.session_state.get(key) or {}).get("event"):
            select_event(str(event_id))

    mount = load_script(_SCRIPT, isolate_styles=False)
    chosen = mount(key=key, data={"markup": str(markup)}, on_event_change=take_event, on_page_change=lambda: None)
    link = chosen.page
    if link and has_page(str(link["page"])):
        params = build_params(get_filter(), get_selected_event()) | dict(parse_qsl(str(link["own"])))
        st.switch_page(f"pages/{link['page']}_page.py", query_params=params)
