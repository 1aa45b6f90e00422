"""The choices of the Map page, each in the address: where to look, which layers, which exercise's areas."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.loaders import load_built, load_events, load_last_day, load_record
from components.parts.map_view import go_to
from components.parts.text import escape_markdown
from components.view.choices import choice_key, set_choice, settle_choice, write_choice
from tension.desk import Desk
from tension.figures.maps.content import find_map_day
from tension.figures.maps.layers import GROUPS, LAYERS, NO_LAYERS, is_layer_list, parse_list
from tension.figures.maps.views import VIEWS, choose_view
from tension.figures.maps.zones import IN_FORCE, describe_zones, find_unmapped, list_exercises
from tension.records.filters import EventFilter
from tension.words import format_day


@dataclass(frozen=True)
class MapControls:
    """What the reader chose: a view, layers by key in drawing order, an exercise or those in force."""

    view: str
    layers: tuple[str, ...]
    zones: str

    def to_options(self) -> dict[str, str]:
        """The options of the chart `map` that draw the same."""
        return {"view": self.view, "layers": ",".join(self.layers) or NO_LAYERS, "zones": self.zones}


def show_map_controls(wanted: EventFilter, key: str = "map") -> MapControls:
    """The row above the map, and what is chosen in it."""
    view, view_notice = settle_choice("view", VIEWS, choose_view(wanted.regions).key)
    exercises = {IN_FORCE: "", **{e.key: e.name for e in list_exercises(load_record().geography)}}
    given, layer_notice = settle_choice("layers", LAYERS, "", check=is_layer_list)
    zones, zone_notice = settle_choice("zones", exercises, IN_FORCE)
    layers = parse_list(given, VIEWS[view])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_controls"):
        _show_views(view, key)
        with st.popover("Layers", icon=":material/layers:"):
            _show_layer_switches(layers, key)
        if "zones" in layers:
            _show_exercises(wanted, exercises)
        st.button("Recentre", key=f"{key}_back", type="tertiary", on_click=go_to, args=(key,))
    for notice in filter(None, (view_notice, layer_notice, zone_notice)):
        st.warning(f"Left out: {escape_markdown(notice)}", icon=":material/link_off:")
    return MapControls(view, layers, zones)


def show_layer_notes(layers: tuple[str, ...], wanted: EventFilter) -> None:
    """What each layer that is on shows, whose it is, where it comes from and what it can't say."""
    lines = []
    for layer in (LAYERS[key] for key in layers):
        whose = f" ({escape_markdown(layer.whose)})" if layer.whose else ""
        lines.append(
            f"- **{escape_markdown(layer.title)}**{whose}. {escape_markdown(layer.note)} "
            f"Source: {escape_markdown(layer.source)}."
        )
    st.markdown("\n".join(lines) or "No layer is on.")
    if "zones" in layers:
        missing = load_built(_list_unmapped, wanted)
        if missing:
            st.caption(f"Exercises whose areas were not found: {escape_markdown(missing)}.")


def show_zone_note(controls: MapControls, wanted: EventFilter) -> None:
    """Which exercise areas are drawn, where that layer is on."""
    if "zones" in controls.layers:
        st.caption(escape_markdown(load_built(_describe_zones, wanted, controls.zones)))


def _show_views(view: str, key: str) -> None:
    st.pills(
        "Go to",
        list(VIEWS),
        key=choice_key("view"),
        format_func=lambda name: VIEWS[name].title,
        on_change=_take_view,
        args=(key, view),
        label_visibility="collapsed",
    )


def _take_view(key: str, before: str) -> None:
    """A click on the view that is shown goes back to it."""
    chosen = st.session_state[choice_key("view")]
    if chosen:
        write_choice("view")
    else:
        st.session_state[choice_key("view")] = before
    go_to(key)


def _show_layer_switches(layers: tuple[str, ...], key: str) -> None:
    with st.container(gap="xxsmall"):
        for group in GROUPS:
            st.caption(group)
            for layer in LAYERS.values():
                if layer.group == group:
                    name = f"{key}_layer_{layer.key}"
                    st.session_state[name] = layer.key in layers
                    whose = f" ({layer.whose})" if layer.whose else ""
                    st.checkbox(layer.title + whose, key=name, help=layer.note, on_change=_take_layers, args=(key,))


def _take_layers(key: str) -> None:
    chosen = [name for name in LAYERS if st.session_state.get(f"{key}_layer_{name}")]
    set_choice("layers", ",".join(chosen) or NO_LAYERS)


def _show_exercises(wanted: EventFilter, exercises: dict[str, str]) -> None:
    day = format_day(find_map_day(wanted, load_last_day()))
    st.selectbox(
        "Exercise areas",
        list(exercises),
        key=choice_key("zones"),
        format_func=lambda name: exercises[name] or f"Exercise areas in force on {day}",
        on_change=write_choice,
        args=("zones",),
        label_visibility="collapsed",
        width=330,
    )


def _describe_zones(desk: Desk, wanted: EventFilter, zones: str) -> str:
    geography = desk.record.geography
    unmapped = find_unmapped(load_events(EventFilter(as_of=wanted.as_of)), geography)
    return describe_zones(geography, unmapped, find_map_day(wanted, load_last_day()), zones)


def _list_unmapped(desk: Desk, wanted: EventFilter) -> str:
    unmapped = find_unmapped(load_events(EventFilter(as_of=wanted.as_of)), desk.record.geography)
    return "; ".join(f"{row['title']} ({format_day(row['first_date'])})" for row in unmapped.to_dict("records"))
