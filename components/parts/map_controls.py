"""The choices of the Map page, each in the address: where to look, which layers, which exercise's areas."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.loaders import load_built, load_events, load_last_day, load_record
from components.parts.text import escape_markdown
from components.view.address import control_key, fill_control, get_filled, read_control, set_choice, settle_choice
from components.view.controls import show_select
from tension.desk import Desk
from tension.figures.maps.content import find_map_day
from tension.figures.maps.layers import GROUPS, LAYERS, NO_LAYERS, is_layer_list, parse_list
from tension.figures.maps.views import VIEWS, choose_view, find_view, list_feature_views
from tension.figures.maps.zones import IN_FORCE, describe_zones, find_unmapped, list_exercises
from tension.records.filters import EventFilter
from tension.records.sea_features import list_features
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


def recentre(key: str) -> None:
    """Move a map back to where its view looks; only in a callback."""
    st.session_state[f"{key}_visit"] = st.session_state.get(f"{key}_visit", 0) + 1
    st.session_state.pop(f"{key}_cluster", None)


def show_map_controls(wanted: EventFilter, key: str = "map") -> MapControls:
    """The row above the map, and what is chosen in it. Another region in the filter moves the map to its sea."""
    _follow_regions(wanted, key)
    titles = load_built(list_look_titles)
    allowed = f"{', '.join(VIEWS)}, or a feature such as {next((key for key in titles if key not in VIEWS), '')}"
    view = settle_choice("view", titles, choose_view(wanted.regions).key, allowed)
    exercises = {IN_FORCE: "", **{e.key: e.name for e in list_exercises(load_record().geography)}}
    given = settle_choice("layers", LAYERS, "", check=is_layer_list)
    zones = settle_choice("zones", exercises, IN_FORCE)
    layers = parse_list(given, find_view(view, list_features(load_record().geography)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_controls"):
        show_select(
            "view",
            "Look at",
            list(titles),
            titles.__getitem__,
            width=260,
            is_labelled=False,
            tip="A region, or a feature of the South China Sea: type a name in any of its languages.",
            on_change=lambda: recentre(key),
        )
        with st.popover("Layers", icon=":material/layers:"):
            _show_layer_switches(layers)
        if "zones" in layers:
            _show_exercises(wanted, exercises)
        st.button("Recentre", key=f"{key}_back", type="tertiary", on_click=recentre, args=(key,))
    return MapControls(view, layers, zones)


def list_look_titles(desk: Desk) -> dict[str, str]:
    """What can be looked at, by view: the regions, then every feature by all its names, so that each finds it."""
    features = list_features(desk.record.geography)
    named = zip(list_feature_views(features), features, strict=True)
    return {key: view.title for key, view in VIEWS.items()} | {key: feature.all_names for key, feature in named}


def _follow_regions(wanted: EventFilter, key: str) -> None:
    """Look where the filter does once it changes; the layers follow unless the reader has chosen others."""
    name = f"{key}_regions"
    before = st.session_state.get(name, wanted.regions)
    st.session_state[name] = wanted.regions
    if before != wanted.regions:
        set_choice("view", choose_view(wanted.regions).key)
        recentre(key)


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


def _show_layer_switches(layers: tuple[str, ...]) -> None:
    with st.container(gap="xxsmall"):
        for group in GROUPS:
            st.caption(group)
            for layer in LAYERS.values():
                if layer.group == group:
                    name = f"layer_{layer.key}"
                    fill_control(name, layer.key in layers)
                    whose = f" ({layer.whose})" if layer.whose else ""
                    st.checkbox(
                        layer.title + whose,
                        get_filled(name),
                        key=control_key(name),
                        help=layer.note,
                        on_change=_take_layers,
                    )


def _take_layers() -> None:
    chosen = [name for name in LAYERS if read_control(f"layer_{name}")]
    set_choice("layers", ",".join(chosen) or NO_LAYERS)


def _show_exercises(wanted: EventFilter, exercises: dict[str, str]) -> None:
    day = format_day(find_map_day(wanted, load_last_day()))
    show_select(
        "zones",
        "Exercise areas",
        list(exercises),
        lambda name: exercises[name] or f"Exercise areas in force on {day}",
        width=330,
        is_labelled=False,
    )


def _describe_zones(desk: Desk, wanted: EventFilter, zones: str) -> str:
    geography = desk.record.geography
    unmapped = find_unmapped(load_events(EventFilter(as_of=wanted.as_of)), geography)
    return describe_zones(geography, unmapped, find_map_day(wanted, load_last_day()), zones)


def _list_unmapped(desk: Desk, wanted: EventFilter) -> str:
    unmapped = find_unmapped(load_events(EventFilter(as_of=wanted.as_of)), desk.record.geography)
    return "; ".join(f"{row['title']} ({format_day(row['first_date'])})" for row in unmapped.to_dict("records"))
