"""What stands beside the map: the gravest events of the view, and the card of the selected one. Draws no map."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.parts.event_card import show_event_card
from components.parts.text import escape_markdown
from components.view.filter_bar import get_selected_event, select_event
from tension.figures.maps.content import MapContent
from tension.figures.maps.gathering import is_on_map, is_within
from tension.figures.maps.labels import PAGE_FRAME_PX
from tension.words import format_day

SIDE_HEIGHT = 640
_SHOWN = 12


def show_map_side(content: MapContent) -> None:
    """The gravest events in the map's view, gravest and newest first, and the card of the selected event."""
    st.html("<style>.st-key-map_side button {justify-content: flex-start; text-align: left}</style>")
    with st.container(height=SIDE_HEIGHT, border=False, key="map_side"):
        _show_gravest(content)
    if event_id := get_selected_event():
        show_event_card(event_id)


def list_gravest(content: MapContent, limit: int = _SHOWN) -> pd.DataFrame:
    """Events that the map draws within its view, by severity and day, at most `limit`."""
    events = content.events[is_on_map(content.events)] if len(content.events) else content.events
    seen = events[is_within(events, content.view.find_box(*PAGE_FRAME_PX))]
    return seen.sort_values(["severity", "occurred_date", "event_id"], ascending=False, na_position="last").head(limit)


def _show_gravest(content: MapContent) -> None:
    gravest = list_gravest(content)
    if gravest.empty:
        st.caption("No event in view lies on this map.")
        return
    st.markdown("**Gravest in this view**")
    for row in gravest.to_dict("records"):
        grade = "" if pd.isna(row["severity"]) else f" · severity {int(row['severity'])}"
        st.button(
            f"{format_day(row['occurred_date'])}{grade} · {escape_markdown(str(row['title']))}",
            key=f"gravest_{row['event_id']}",
            type="tertiary",
            wrap=True,
            on_click=select_event,
            args=(row["event_id"],),
        )
