"""The view of a session: its filter and selected event, and the address that holds both. Draws no control.

The address wins on a first visit, on back and forward, and behind a link; else the controls win and are written to it
(docs/decisions/0002-url-state.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.loaders import has_event
from tension.errors import BadInput
from tension.records.filters import LINK_VERSION, EventFilter, parse_params

FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2035, 12, 31)
START_PAGE = "overview"
FILTER_PARAMS = ("region", "since", "until", "actor", "category", "class", "severity", "q", "asof", "source")
_OWN_PARAMS = (*FILTER_PARAMS, "event")
_DATE_PARAMS = ("since", "until", "asof")
MAX_EVENT_ID = 120


def widget_key(param: str) -> str:
    """The session key of the control behind a parameter."""
    return f"filter_{param}"


def open_view(page: str) -> None:
    """Settle filter and selected event for this run of a page: call once, before anything is drawn."""
    state = st.session_state
    address = _read_address()
    is_news = _is_news(address)
    notices = _take_in(address) if is_news else []
    wanted, faults = parse_params(_read_controls())
    event, missing = _guard_event(wanted, is_asked=is_news)
    before = state.get("view_params")
    state.view_page, state.view_filter, state.view_event = page, wanted, event
    state.view_params = build_params(wanted, event)
    if is_news or faults or before != state.view_params:
        state.view_notices = notices + faults + missing
    _write_address(address, is_news=is_news)


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


def get_page_params() -> dict[str, str]:
    """What the page itself keeps in the address (a preset, a lane), beside the view."""
    return {key: value for key, value in st.query_params.to_dict().items() if key not in (*_OWN_PARAMS, "v")}


def build_params(wanted: EventFilter, event: str | None = None, **more: str) -> dict[str, str]:
    """The query parameters of a link within the app."""
    return wanted.to_params() | ({"event": event} if event else {}) | {k: v for k, v in more.items() if v}


def build_link(page: str, wanted: EventFilter, event: str | None = None, **more: str) -> str:
    """A complete, versioned link to a page by its name; absolute where the browser's own address is known."""
    query = wanted.to_query(event=event or "", **more)
    path = "" if page == START_PAGE else page
    here = urlsplit(st.context.url or "")
    if not here.netloc:
        return f"/{path}?{query}"
    base = here.path.rstrip("/").removesuffix(f"/{st.session_state.get('view_page', '')}")
    return urlunsplit((here.scheme, here.netloc, f"{base}/{path}", query, ""))


def _read_address() -> dict[str, str]:
    """Our own parameters as they stand in the address; a repeated one is a list, as if joined by commas."""
    read = {key: ",".join(st.query_params.get_all(key)) for key in _OWN_PARAMS}
    return {key: value for key, value in read.items() if value}


def _is_news(address: dict[str, str]) -> bool:
    """True when the address says something that the controls don't know yet.

    A run that set off before the browser took up what was written last carries one from before it: that isn't news.
    """
    known: list[dict[str, str]] | None = st.session_state.get("view_addresses")
    if known is None:
        return True
    is_history = bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    return address != known[-1] if is_history else address not in known


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
    for key in _DATE_PARAMS:
        value = params.get(key, "")
        if value and not FIRST_DAY.isoformat() <= value <= LAST_DAY.isoformat() and value[:4].isdigit():
            notices.append(str(BadInput(key, value, f"a day from {FIRST_DAY} to {LAST_DAY}")))
            del params[key]
    return params, notices


def _fill_controls(wanted: EventFilter) -> None:
    values: dict[str, Any] = {
        "region": [region.value for region in wanted.regions],
        "since": wanted.since,
        "until": wanted.until,
        "actor": list(wanted.actors),
        "category": [category.value for category in wanted.categories],
        "class": [int(quad) for quad in wanted.quad_classes],
        "severity": wanted.min_severity,
        "q": wanted.text,
        "asof": wanted.as_of,
        "source": list(wanted.source_keys),
    }
    for param, value in values.items():
        st.session_state[widget_key(param)] = value


def _read_controls() -> dict[str, str]:
    params: dict[str, str] = {}
    for param in FILTER_PARAMS:
        value = st.session_state.get(widget_key(param))
        if isinstance(value, date):
            params[param] = value.isoformat()
        elif isinstance(value, list | tuple):
            params[param] = ",".join(str(item) for item in value)
        elif value not in (None, ""):
            params[param] = str(value)
    return params


def _guard_event(wanted: EventFilter, *, is_asked: bool) -> tuple[str | None, list[str]]:
    """The selected event if the filter holds it, else none, with a notice when a link asked for it."""
    event_id = get_selected_event()
    if event_id is None or has_event(wanted, event_id):
        return event_id, []
    fault = BadInput("event", event_id, "the event_id of an event that the filter holds")
    return None, [str(fault)] if is_asked else []


def _write_address(address: dict[str, str], *, is_news: bool) -> None:
    """Bring the address into line where it says something else; other parameters of a page stay.

    `view_addresses` holds what the browser may say from now on: what it has just said, then all that was written since
    and is yet to arrive. What stood before can only come back by a link or through the history, and then it is news.
    """
    state, target = st.session_state, st.session_state.view_params
    known: list[dict[str, str]] = state.get("view_addresses", [])
    is_late = not is_news and address != known[-1]
    expected = known[known.index(address) :] if is_late else [address]
    # The last one counts too: a click undone at once leaves the address as it was, with the click's still to arrive.
    if not all(_says_the_view(stated) for stated in (address, expected[-1])):
        st.query_params.from_dict(get_page_params() | target)
        if expected[-1] != target:
            expected.append(target)
    state.view_addresses = expected


def _says_the_view(address: dict[str, str]) -> bool:
    state = st.session_state
    return parse_params(address) == (state.view_filter, []) and address.get("event") == state.view_event
