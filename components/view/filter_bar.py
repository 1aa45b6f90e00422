"""The controls that say what is in view, on every page: one row under the title, chips, and the link to share.

Owns the controls; the view itself and its address are components/view/address.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.loaders import SHOWN_LIMIT, load_event, load_summary
from components.parts.templates import render, show_markup
from components.parts.text import escape_markdown
from components.parts.toolbar import is_phone
from components.view.address import (
    build_link,
    build_params,
    get_choices,
    get_filled,
    get_filter,
    get_mended,
    get_notices,
    get_selected_event,
    open_view,
    select_event,
    set_filter,
    show_left_out,
)
from components.view.controls import show_day, show_many, show_many_pills, show_select, show_text
from tension.records.filter_fields import MOST_LETTERS, find_field
from tension.records.filters import EventFilter
from tension.records.source_cards import CURATED, describe_source
from tension.records.vocab import SEVERITY_LABELS
from tension.words import PRODUCT, upper_first

_CHIP_LETTERS = 60


# What these show is the same whatever is in view, so that controls would only promise what they don't do.
_WHOLE_PAGES = ("sources", "inbox", "alerts", "method")


def show_filters(page: str = "") -> DeltaGenerator:
    """The row of controls, what was dropped from the address, and the chips; returns the place for `show_link`.

    Where the page takes no filter the link alone; the filter itself stays, for the next page. On a phone the controls
    fold into one button.
    """
    is_whole = page in _WHOLE_PAGES
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if is_phone() and not is_whole:
            with st.popover("Filters"):
                _show_first()
                _show_more(get_filter())
        elif not is_whole:
            _show_first()
            with st.popover("More filters"):
                _show_more(get_filter())
        link = st.popover("Copy link")
    for notice in get_mended():
        st.info(f"The link was mended: {escape_markdown(notice)}", icon=":material/link:")
    for notice in get_notices():
        show_left_out(notice)
    if not is_whole:
        show_chips()
        show_source_mark()
    return link


def _show_first() -> None:
    show_many_pills("region", "Region", find_field("region").offered, _name_value("region"), is_labelled=False)
    show_day("since", "From", width=162)
    show_day("until", "To", width=150)


def show_link(place: DeltaGenerator) -> None:
    """The link to this very page with all that is chosen on it: only known when the page has been drawn."""
    with place:
        st.caption("Reproduces this page with its filters and the selected event.")
        page = st.session_state.get("view_page", "")
        link = build_link(page, get_filter(), get_selected_event(), **get_choices())
        st.code(link, language=None, wrap_lines=True)
    show_markup(render("on_paper.html", product=PRODUCT, link=link))


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
            title = (load_event(event_id) or {}).get("title", "")
            _show_chip("event", f"Selected event: {title}", select_event, None)
        st.button("Clear all", key="chip_all", type="tertiary", on_click=_clear_all)


def show_page_link(page: str, label: str, *, event: str | None = None, wanted: EventFilter | None = None) -> None:
    """A link to a page by its name that takes the view along; `label` is Markdown, so escape what others wrote."""
    params = build_params(wanted or get_filter(), event or get_selected_event())
    st.page_link(f"pages/{page}_page.py", label=label, query_params=params)


def _show_more(wanted: EventFilter) -> None:
    # A link may name a state or source that the lists don't.
    codes = dict.fromkeys([*find_field("actor").offered, *wanted.actors, *get_filled("actor")])
    keys = dict.fromkeys([*find_field("source").offered, *wanted.source_keys, *get_filled("source")])
    show_many("actor", "Actors, any of", list(codes), _name_value("actor"))
    show_many("category", "Categories", find_field("category").offered, _name_value("category"))
    show_many_pills("class", "Class of act", find_field("class").offered, _name_value("class"))
    show_select(
        "severity",
        "Severity at least",
        find_field("severity").offered,
        lambda level: f"{level} {SEVERITY_LABELS[int(level)].lower()}",
    )
    show_many(
        "source",
        "Sources of events",
        list(keys),
        _name_value("source"),
        tip="Without any, the curated events are in view. The others are always marked.",
    )
    show_text("q", "Text, all of these words", MOST_LETTERS)
    show_day("asof", "As of: only what was reported by this day")


def _name_value(param: str) -> Callable[[str], str]:
    """The words for a value that a control of a field has, which is its text in a link."""
    field = find_field(param)
    return lambda text: field.words(field.parse(text, param))


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
    """Each limit as (key, words, the filter without it); a list gives one chip for each of its values.

    Of sources one for all, for without any of them it would be the curated ones that are in view.
    """
    chips: list[tuple[str, str, EventFilter]] = []
    for field, value in wanted.list_limits():
        if field.is_list and not field.default:
            chips += [(f"{field.name}_{one}", field.words(one), wanted.without(field.name, one)) for one in value]
        else:
            chips.append((field.name, upper_first(field.tell(value)), wanted.without(field.name)))
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
