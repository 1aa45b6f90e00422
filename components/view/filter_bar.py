"""What is in view: the filter and the selected event, the row of controls that say it, chips, and the link to share.

How a control and the address keep in step is components/view/address.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.loaders import SHOWN_LIMIT, has_event, load_article_titles, load_event, load_summary, open_article
from components.parts.templates import render, show_markup
from components.parts.text import escape_markdown
from components.parts.toolbar import is_phone
from components.view.address import (
    FIRST_DAY,
    LAST_DAY,
    build_link,
    build_params,
    fill_control,
    get_choices,
    get_filled,
    is_news,
    keep_address,
    read_control,
    show_left_out,
    to_text,
)
from components.view.controls import show_day, show_many, show_many_pills, show_select, show_text
from components.view.mailed_links import mend_params
from tension.errors import BadInput
from tension.records.filters import FIELDS, LINK_VERSION, MOST_LETTERS, EventFilter, find_field, parse_params
from tension.records.source_cards import CURATED, describe_source
from tension.records.vocab import SEVERITY_LABELS
from tension.words import PRODUCT, upper_first

_CHIP_LETTERS = 60
MAX_EVENT_ID = 120
_VIEW_PARAMS = (*(field.param for field in FIELDS), "event")
# The part of the address that holds filter and event together; every other part is one parameter.
_VIEW = (*_VIEW_PARAMS, "v")
_FREE_TEXT = (find_field("text").param,)
# What these show is the same whatever is in view, so that controls would only promise what they don't do.
_WHOLE_PAGES = ("sources", "inbox", "alerts", "method", "workbench")


def open_view(page: str) -> None:
    """Settle filter and selected event for this run of a page: call once, before anything is drawn."""
    state = st.session_state
    state.view_settled, state.view_settling = state.get("view_settling", ()), []
    mended = _mend_address()
    address = _read_address()
    is_new = is_news(_VIEW, address)
    notices = _take_in(address) if is_new else []
    wanted, faults = parse_params(_read_controls())
    event, missing = _guard_event(wanted, is_asked=is_new)
    before = state.get("view_params")
    state.view_page, state.view_filter, state.view_event = page, wanted, event
    open_article(wanted.article)
    state.view_params = build_params(wanted, event)
    if is_new or faults or mended or before != state.view_params:
        state.view_notices, state.view_mended = notices + faults + missing, mended
    keep_address(_VIEW, address, state.view_params, _says_the_view, is_new=is_new)


def get_filter() -> EventFilter:
    """What is in view in this run."""
    wanted = st.session_state.get("view_filter")
    return wanted if isinstance(wanted, EventFilter) else EventFilter()


def get_selected_event() -> str | None:
    """The selected event's id; None when there is none, or when the filter removed it."""
    return st.session_state.get("view_event")


def select_event(event_id: str | None) -> None:
    """Select an event, or none; in a callback (else the address follows only with the next run)."""
    st.session_state.view_event = event_id or None


def set_filter(wanted: EventFilter) -> None:
    """Replace the filter; in a callback, before the controls are drawn."""
    _fill_controls(wanted)


def get_notices() -> list[str]:
    """What was dropped from the address, one line each, until the view next changes."""
    return list(st.session_state.get("view_notices", []))


def get_mended() -> list[str]:
    """What was read otherwise than the address says it, one line each, until the view next changes."""
    return list(st.session_state.get("view_mended", []))


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
    articles = load_article_titles()
    if len(articles) > 1 or wanted.article not in articles:
        names = list(dict.fromkeys([*articles, wanted.article]))
        show_select("article", "Article whose claims are read", names, lambda name: articles.get(name, name))
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


def _mend_address() -> list[str]:
    """Put an address right that a mail program spoilt, a page's own choices included; a notice for each part of it."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    meant, notices = mend_params(given, free_text=_FREE_TEXT, known=_VIEW)
    if notices:
        st.query_params.from_dict(meant)
    return notices


def _read_address() -> dict[str, str]:
    """The view's parameters as they stand in the address; a repeated one is a list, as if joined by commas."""
    read = {key: ",".join(st.query_params.get_all(key)) for key in _VIEW_PARAMS}
    return {key: value for key, value in read.items() if value}


def _says_the_view(address: dict[str, str]) -> bool:
    state = st.session_state
    return parse_params(address) == (state.view_filter, []) and address.get("event") == state.view_event


def _take_in(address: dict[str, str]) -> list[str]:
    """Fill the controls from the address; returns a notice for each value that was dropped."""
    params, notices = _drop_far_dates(address)
    wanted, more = parse_params(params)
    version = st.query_params.get("v", LINK_VERSION)
    if version != LINK_VERSION:
        more.append(f"v: this link is of version {version[:20]!r}; it was read as version {LINK_VERSION}")
    _fill_controls(wanted)
    st.session_state.view_event = address.get("event", "")[:MAX_EVENT_ID] or None
    return notices + more


def _drop_far_dates(address: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The parameters without days that the calendars can't show, and a notice for each."""
    params, notices = dict(address), []
    for field in FIELDS:
        value = params.get(field.param, "") if field.is_day else ""
        if value and not FIRST_DAY.isoformat() <= value <= LAST_DAY.isoformat() and value[:4].isdigit():
            notices.append(str(BadInput(field.param, value, f"a day from {FIRST_DAY} to {LAST_DAY}")))
            del params[field.param]
    return params, notices


def _fill_controls(wanted: EventFilter) -> None:
    """A control holds texts as in a link, several of them where the field is a list, and of a day the day itself."""
    for field in FIELDS:
        value = getattr(wanted, field.name)
        texts = [field.to_param(one) for one in value] if field.is_list else value
        fill_control(field.param, texts if field.is_list or field.is_day else field.to_param(value))


def _read_controls() -> dict[str, str]:
    return {field.param: text for field in FIELDS if (text := to_text(read_control(field.param)))}


def _guard_event(wanted: EventFilter, *, is_asked: bool) -> tuple[str | None, list[str]]:
    """The selected event if the filter holds it, else none, with a notice when a link asked for it."""
    event_id = get_selected_event()
    if event_id is None or has_event(wanted, event_id):
        return event_id, []
    fault = BadInput("event", event_id, "the event_id of an event that the filter holds")
    return None, [str(fault)] if is_asked else []
