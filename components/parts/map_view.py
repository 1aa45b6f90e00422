"""Shows the map: one deck.gl picture with its legend, counts that open, and what a click selects. No query, no SQL.

A click is a command, never a state: the event's id is copied out at once, and the browser's own selection, which is
kept by position, is dropped by giving what can be clicked a new id.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pydeck
import streamlit as st

from components.loaders import get_theme, load_built, load_events, load_last_day
from components.parts.event_lists import show_event_list
from components.parts.map_controls import MapControls
from components.parts.templates import render, show_markup, show_style
from components.parts.text import escape_markdown
from components.parts.toolbar import is_phone
from components.view.filter_bar import get_selected_event, select_event
from tension.desk import Desk
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import SIGN_LAYER, build_deck_json, list_members
from tension.figures.maps.gathering import describe_place, is_on_map
from tension.figures.maps.labels import PAGE_FRAME_PX
from tension.figures.maps.legend import build_legend
from tension.figures.maps.views import PHONE_ZOOM_OUT
from tension.figures.palette import Palette
from tension.records.filters import EventFilter

DESK_HEIGHT, PHONE_HEIGHT = 560, 430


class _Deck(pydeck.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose description is already made: pydeck's own writer indents every coordinate onto a line."""

    def __init__(self, description: str, palette: Palette) -> None:
        super().__init__(layers=[], map_provider=None, tooltip={"text": "{tip}", "style": _build_tip_style(palette)})
        self._description = description

    def to_json(self) -> str:
        return self._description


def _build_tip_style(palette: Palette) -> dict[str, str]:
    """Hover text centred under the pointer, so that it stays on the page at the map's edges."""
    return {
        "backgroundColor": palette.panel,
        "color": palette.ink,
        "border": f"1px solid {palette.land_line}",
        "borderRadius": "4px",
        "padding": "6px 9px",
        "fontSize": "13px",
        "lineHeight": "1.4",
        "width": "max-content",
        "maxWidth": "300px",
        "whiteSpace": "pre-wrap",
        "translate": "-50% 14px",
    }


def show_map(wanted: EventFilter, controls: MapControls, key: str = "map") -> MapContent:
    """The map that the controls ask for, with its legend; returns what is on it."""
    zoom_out = PHONE_ZOOM_OUT if is_phone() else 0.0
    shown = (controls.view, controls.layers, controls.zones)
    choice = MapChoice(*shown, get_selected_event(), zoom_out, PAGE_FRAME_PX, has_bands=True)
    content = load_built(_build_content, wanted, choice)
    palette = get_theme()
    _show_deck(content, palette, key)
    show_style("map.css", palette=palette)
    show_markup(render("map_legend.html", palette=palette, entries=build_legend(content, palette)))
    return content


def _build_content(desk: Desk, wanted: EventFilter, choice: MapChoice) -> MapContent:
    return build_content(desk, wanted, choice, events=load_events(wanted), last_day=load_last_day())


def _show_deck(content: MapContent, palette: Palette, key: str) -> None:
    turn, visit = (int(st.session_state.get(f"{key}_{name}", 0)) for name in ("turn", "visit"))
    description = build_deck_json(content, palette, turn=turn, visit=visit)
    members = list_members(content)
    count = int(is_on_map(content.events).sum())
    with st.container(key=f"map_frame_{key}"):
        st.pydeck_chart(
            _Deck(description, palette),
            height=PHONE_HEIGHT if is_phone() else DESK_HEIGHT,
            on_select=partial(_take_click, key, members),
            selection_mode="single-object",
            key=key,
            alt=f"Map of {content.view.title} with {count} events; the table on the Record page holds the same events",
        )


def _take_click(key: str, members: Mapping[str, tuple[str, ...]]) -> None:
    """Copy what was clicked: an event's id, or the ids that a count holds. A click on land changes nothing."""
    for layer, picked in _read_picks(key).items():
        name = str(picked.get("id", ""))
        if not layer.startswith(SIGN_LAYER) or not name:
            continue
        if name in members:
            st.session_state[f"{key}_cluster"] = members[name]
        else:
            select_event(name)
        st.session_state[f"{key}_turn"] = st.session_state.get(f"{key}_turn", 0) + 1


def _read_picks(key: str) -> dict[str, dict[str, Any]]:
    """The first object picked in each layer."""
    state = st.session_state.get(key)
    objects = state.selection.objects if state else {}
    return {str(layer): dict(picked[0]) for layer, picked in objects.items() if picked}


def show_opened_count(content: MapContent, key: str = "map") -> None:
    """The events of an opened count, those that the filter still holds."""
    ids: tuple[str, ...] = st.session_state.get(f"{key}_cluster", ())
    events = content.events[content.events.event_id.isin(ids)]
    if events.empty:
        return
    place = str(events.location.mode().iloc[0])
    with st.container(border=True, key=f"{key}_opened"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{len(events)} events at {escape_markdown(place)}**", width="stretch")
            st.button(
                "Close",
                key=f"{key}_close",
                icon=":material/close:",
                type="tertiary",
                on_click=lambda: st.session_state.pop(f"{key}_cluster", None),
            )
        show_event_list(f"{key}_cluster", events, f"Events at {place}")


def show_place_note(content: MapContent) -> None:
    """How many events of the filter lie in this view, and where the others are."""
    if place := describe_place(content.events, content.view.find_box(*PAGE_FRAME_PX)):
        st.caption(escape_markdown(place))
