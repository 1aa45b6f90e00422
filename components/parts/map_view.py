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

from components.loaders import get_theme, load_built, load_events, load_last_day, load_record
from components.parts.event_lists import show_event_list
from components.parts.text import escape_markdown
from components.parts.toolbar import is_phone
from components.view.filter_bar import get_selected_event, select_event
from tension.desk import Desk
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import SIGN_LAYER, build_deck_json, list_members
from tension.figures.maps.gathering import describe_place, is_on_map
from tension.figures.maps.labels import DESK_FRAME_PX, PAGE_FRAME_PX
from tension.figures.maps.layers import parse_layers
from tension.figures.maps.legend import build_legend, build_legend_html
from tension.figures.maps.views import PHONE_ZOOM_OUT, SMALL_ZOOM_OUT, VIEWS, View, choose_view, find_view
from tension.figures.maps.zones import IN_FORCE
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.records.sea_features import list_features

DESK_HEIGHT, PHONE_HEIGHT = 560, 430
LEAN_LAYERS = parse_layers(("events", "median-line", "ten-dash", "features"))
_STYLE = """<style>
[class*="st-key-map_frame_"] [data-testid="stDeckGlJsonChart"] {{
  outline: 1px solid {line}; border-radius: 4px}}
</style>"""


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


def show_map(
    wanted: EventFilter,
    *,
    view: str | None = None,
    layers: tuple[str, ...] | None = None,
    zones: str = IN_FORCE,
    height: int | None = None,
    key: str = "map",
    is_lean: bool = False,
) -> MapContent:
    """The map with its legend and the list of an opened count; returns what is on it.

    `view` None: the one of the region that was in view when the reader first came, kept until 'go to'. `layers` None:
    those that the view opens with. `is_lean`: for a page with other things on it: few layers, the wheel scrolls the
    page, and the view can be changed in a small menu.
    """
    asked = view or st.session_state.setdefault(f"{key}_view", choose_view(wanted.regions).key)
    shown = find_view(asked, list_features(load_record().geography))
    shown_layers = layers if layers is not None else LEAN_LAYERS if is_lean else shown.layers
    zoom_out = PHONE_ZOOM_OUT if is_phone() else SMALL_ZOOM_OUT if is_lean else 0.0
    frame = DESK_FRAME_PX if is_lean else PAGE_FRAME_PX
    choice = MapChoice(shown.key, shown_layers, zones, get_selected_event(), zoom_out, frame, has_bands=not is_lean)
    content = load_built(_build_content, wanted, choice)
    if is_lean:
        _show_go_to(key, wanted, shown)
    palette = get_theme()
    _show_deck(content, palette, height, key, is_lean=is_lean)
    st.html(_STYLE.format(line=palette.grid) + build_legend_html(build_legend(content, palette), palette))
    if is_lean:
        show_opened_count(content, key)
    return content


def go_to(key: str, view: str | None = None) -> None:
    """Move a map to a view, or back to where its view looks; only in a callback."""
    if view:
        st.session_state[f"{key}_view"] = view
    st.session_state[f"{key}_visit"] = st.session_state.get(f"{key}_visit", 0) + 1
    st.session_state.pop(f"{key}_cluster", None)


def _build_content(desk: Desk, wanted: EventFilter, choice: MapChoice) -> MapContent:
    return build_content(desk, wanted, choice, events=load_events(wanted), last_day=load_last_day())


def _show_go_to(key: str, wanted: EventFilter, shown: View) -> None:
    """The name of the view, a menu of the others, and the region's own where the filter asks for another."""
    own = choose_view(wanted.regions)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_go"):
        st.markdown(f"**{shown.title}**", width="stretch")
        if wanted.regions and own != shown:
            st.button(
                f"Go to {own.title}", key=f"{key}_own", type="tertiary", on_click=go_to, args=(key, own.key), wrap=False
            )
        st.menu_button(
            "Go to",
            list(VIEWS),
            key=f"{key}_menu",
            type="tertiary",
            icon=":material/near_me:",
            format_func=lambda name: VIEWS[name].title,
            on_click=lambda: go_to(key, str(st.session_state[f"{key}_menu"])),
        )


def _show_deck(content: MapContent, palette: Palette, height: int | None, key: str, *, is_lean: bool) -> None:
    turn, visit = (int(st.session_state.get(f"{key}_{name}", 0)) for name in ("turn", "visit"))
    description = build_deck_json(content, palette, turn=turn, visit=visit, is_lean=is_lean)
    members = list_members(content)
    count = int(is_on_map(content.events).sum())
    with st.container(key=f"map_frame_{key}"):
        st.pydeck_chart(
            _Deck(description, palette),
            height=(PHONE_HEIGHT if is_phone() else height or DESK_HEIGHT),
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


__all__ = ["go_to", "show_map", "show_opened_count", "show_place_note"]
