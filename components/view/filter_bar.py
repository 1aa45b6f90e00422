"""The controls that say what is in view, on every page: one row under the title, chips, and the link to share.

Owns the controls; the view itself and its address are components/view/address.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.loaders import SHOWN_LIMIT, load_summary
from components.parts.text import escape_markdown
from components.view.address import (
    FIRST_DAY,
    LAST_DAY,
    build_link,
    build_params,
    control_key,
    get_choices,
    get_filled,
    get_filter,
    get_notices,
    get_selected_event,
    open_view,
    select_event,
    set_filter,
    show_left_out,
)
from tension.records.filters import EventFilter
from tension.records.source_cards import CURATED, SOURCE_CARDS, describe_source
from tension.records.vocab import SEVERITY_LABELS, Category, QuadClass, Region
from tension.words import STATE_NAMES, format_day, name_state

_CHIP_LETTERS = 60


def show_filters() -> DeltaGenerator:
    """The row of controls, what was dropped from the address, and the chips; returns the place for `show_link`."""
    wanted = get_filter()
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.pills(
            "Region",
            [region.value for region in Region],
            selection_mode="multi",
            default=get_filled("region"),
            key=control_key("region"),
            label_visibility="collapsed",
            wrap=True,
        )
        _show_day("since", "From", 162)
        _show_day("until", "To", 150)
        with st.popover("More filters"):
            _show_more(wanted)
        link = st.popover("Copy link")
    for notice in get_notices():
        show_left_out(notice)
    show_chips()
    show_source_mark()
    return link


def show_link(place: DeltaGenerator) -> None:
    """The link to this very page with all that is chosen on it: only known when the page has been drawn."""
    with place:
        st.caption("Reproduces this page with its filters and the selected event.")
        page = st.session_state.get("view_page", "")
        st.code(build_link(page, get_filter(), get_selected_event(), **get_choices()), language=None, wrap_lines=True)


def show_source_mark() -> None:
    """Say plainly when the view holds events that nobody reviewed, or more than lists can show."""
    wanted = get_filter()
    others = [key for key in wanted.source_keys if key != CURATED]
    if not others:
        return
    words = f"{', '.join(describe_source(key) for key in others)}: in view, and not reviewed like curated events"
    st.markdown(f":orange-badge[:material/smart_toy: {escape_markdown(words)}]")
    count = load_summary(wanted).event_count
    if count > SHOWN_LIMIT:
        st.caption(f"{count:,} events are in view: counts take all, lists and the map the latest {SHOWN_LIMIT:,}.")


def show_chips() -> None:
    """What limits the view; each chip clears itself."""
    chips = _list_chips(get_filter())
    event_id = get_selected_event()
    if not chips and not event_id:
        return
    with st.container(key="chips", horizontal=True, gap="xsmall", vertical_alignment="center"):
        for key, words, narrower in chips:
            _show_chip(key, words, set_filter, narrower)
        if event_id:
            _show_chip("event", "Selected event", select_event, None)
        st.button("Clear all", key="chip_all", type="tertiary", on_click=_clear_all)


def show_page_link(page: str, label: str, *, event: str | None = None, wanted: EventFilter | None = None) -> None:
    """A link to a page by its name that takes the view along; `label` is Markdown, so escape what others wrote."""
    params = build_params(wanted or get_filter(), event or get_selected_event())
    st.page_link(f"pages/{page}_page.py", label=label, query_params=params)


def _show_day(param: str, label: str, width_px: int) -> None:
    st.date_input(
        label,
        value=get_filled(param),
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=control_key(param),
        width=width_px,
    )


def _show_more(wanted: EventFilter) -> None:
    codes = sorted({*STATE_NAMES, *wanted.actors, *get_filled("actor")}, key=name_state)
    st.multiselect(
        "Actors, any of", codes, default=get_filled("actor"), format_func=name_state, key=control_key("actor")
    )
    st.multiselect(
        "Categories",
        [category.value for category in Category],
        default=get_filled("category"),
        format_func=lambda value: Category(value).label,
        key=control_key("category"),
    )
    st.pills(
        "Quad class",
        [int(quad) for quad in QuadClass],
        selection_mode="multi",
        default=get_filled("class"),
        format_func=lambda value: QuadClass(value).label,
        key=control_key("class"),
    )
    st.selectbox(
        "Severity at least",
        list(SEVERITY_LABELS),
        index=list(SEVERITY_LABELS).index(get_filled("severity")),
        format_func=lambda level: f"{level} {SEVERITY_LABELS[level].lower()}",
        key=control_key("severity"),
    )
    st.multiselect(
        "Sources of events",
        list(dict.fromkeys([*_list_event_sources(), *wanted.source_keys, *get_filled("source")])),
        default=get_filled("source"),
        format_func=describe_source,
        key=control_key("source"),
        help="Without any, the curated events are in view. The others are always marked.",
    )
    st.text_input("Text, all of these words", get_filled("q"), key=control_key("q"), max_chars=200)
    st.date_input(
        "As of: only what was reported by this day",
        value=get_filled("asof"),
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=control_key("asof"),
    )


def _list_event_sources() -> list[str]:
    """Sources that give events; counts and feeds give none."""
    return [card.key for card in SOURCE_CARDS.values() if card.gives_events]


def _show_chip(key: str, words: str, clear: Callable[[Any], None], argument: Any) -> None:
    st.button(
        escape_markdown(words if len(words) <= _CHIP_LETTERS else f"{words[: _CHIP_LETTERS - 1]}…"),
        key=f"chip_{key}",
        icon=":material/close:",
        icon_position="right",
        on_click=clear,
        args=(argument,),
        help="Clear this filter",
    )


def _list_chips(wanted: EventFilter) -> list[tuple[str, str, EventFilter]]:
    """Each limit as (key, words, the filter without it); a list gives one chip for each of its values."""
    chips: list[tuple[str, str, EventFilter]] = []

    def add_values(field: str, name: Callable[[Any], str]) -> None:
        values = getattr(wanted, field)
        for value in values:
            rest: Any = tuple(other for other in values if other != value)
            chips.append((f"{field}_{value}", name(value), replace(wanted, **{field: rest})))

    def add(field: str, words: str) -> None:
        chips.append((field, words, wanted.without(field)))

    add_values("regions", str)
    if wanted.since:
        add("since", f"From {format_day(wanted.since)}")
    if wanted.until:
        add("until", f"To {format_day(wanted.until)}")
    add_values("actors", name_state)
    add_values("categories", lambda category: category.label)
    add_values("quad_classes", lambda quad: quad.label)
    if wanted.min_severity > 1:
        add("min_severity", f"Severity {wanted.min_severity} or more")
    if wanted.text:
        add("text", f"“{wanted.text}”")
    if wanted.as_of:
        add("as_of", f"As of {format_day(wanted.as_of)}")
    if wanted.source_keys != EventFilter().source_keys:
        add("source_keys", f"Sources: {', '.join(wanted.source_keys)}")
    return chips


def _clear_all() -> None:
    set_filter(EventFilter())
    select_event(None)


__all__ = [
    "build_link",
    "build_params",
    "get_filter",
    "get_selected_event",
    "open_view",
    "select_event",
    "set_filter",
    "show_chips",
    "show_filters",
    "show_link",
    "show_page_link",
]
