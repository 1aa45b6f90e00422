"""What charts need in the browser: pictures without buttons, and word of a small window. Once a run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.parts.templates import load_script
from tension.figures.frame import PAGE_PX, PHONE_PX

_KEY = "chart_toolbar"
_SCRIPT = Path(__file__).with_name("toolbar.js")

# A picture carries its link in its foot; on the screen the address bar has it, and the menu stands in that room.
_STYLE = f"""<style>
.st-key-{_KEY} {{position: absolute; height: 0; overflow: hidden}}
.stPlotlyChart g.annotation:has(text[data-unformatted^="Link:"]) {{display: none}}
[class*="st-key-menu_"] {{margin-top: -2.9rem; position: relative; z-index: 1; pointer-events: none}}
[class*="st-key-menu_"] button {{pointer-events: auto; min-height: 1.7rem; padding: 0 0.4rem}}
[class*="st-key-menu_"] button p {{font-size: 0.85rem}}
</style>"""


def show_toolbar() -> None:
    """Mount the toolbar's help: once a run, in the frame."""
    st.html(_STYLE)
    with st.container(key=_KEY):
        load_script(_SCRIPT)(key=f"{_KEY}_state", data={"page_px": get_page_width()}, on_page_px_change=lambda: None)


def get_page_width() -> int:
    """Room for a page in pixels, as far as the reader's window has said; it speaks up where it isn't wide."""
    state = st.session_state.get(f"{_KEY}_state") or {}
    width = state.get("page_px")
    return int(width) if isinstance(width, int | float) else PAGE_PX


def get_chart_width(share: float) -> int:
    """The width that a chart's words are wrapped for, when it has this share of the page; on a phone it has all."""
    return PHONE_PX if is_phone() else int(get_page_width() * share)


def is_phone() -> bool:
    """True when the reader's window is as narrow as a phone's, as far as it has said."""
    return get_page_width() <= PHONE_PX
