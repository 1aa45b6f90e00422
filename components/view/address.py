"""What a reader chose, and the address that holds it: the filter, the selected event, a page's own choices.

The address wins on a first visit, on back and forward, and behind a link; else the controls win and are written to it
(docs/decisions/0002-url-state.md). Draws nothing but a word on what it left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.loaders import has_event
from components.parts.text import escape_markdown
from components.view.mailed_links import mend_params
from tension.errors import BadInput
from tension.records.filter_fields import FIELDS, find_field
from tension.records.filters import LINK_VERSION, EventFilter, parse_params

FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2035, 12, 31)
START_PAGE = "overview"
_VIEW_PARAMS = (*(field.param for field in FIELDS), "event")
_FREE_TEXT = (find_field("text").param,)
# The part of the address that holds filter and event together; every other part is one parameter, by its name.
_VIEW = ""
MAX_EVENT_ID = 120
_MOST_LETTERS = 40


@dataclass
class _Control:
    """What stands behind a parameter: its value, the one its control was made with, how often that was made anew."""

    value: Any = None
    filled: Any = None
    turn: int = 0
    is_chosen: bool = False


def control_key(param: str) -> str:
    """The session key of a parameter's control: a new one whenever something else than the control itself fills it.

    A browser keeps a control that isn't on the screen (in a closed menu) as it last drew it, and with the next click
    would send the old value back as the reader's. Under a new key it is another control.
    """
    return f"{param}_control_{_get_control(param).turn}"


def get_filled(param: str) -> Any:
    """What a parameter's control is to be made with; it stays the same as long as its key does."""
    return _get_control(param).filled


def fill_control(param: str, value: Any) -> None:
    """Give a parameter a value from elsewhere than its control; before that is drawn."""
    control = _get_control(param)
    if not control.turn or _to_text(value) != _to_text(read_control(param)):
        control.value = control.filled = value
        control.turn += 1


def read_control(param: str) -> Any:
    """The value of a parameter: its control's, and where no control was drawn the one that it last had."""
    control = _get_control(param)
    key = control_key(param)
    if key in st.session_state:
        control.value = st.session_state[key]
    elif _to_text(control.value) != _to_text(control.filled):
        # Streamlit forgot what the reader chose, for a page without the control came between.
        control.filled = control.value
        control.turn += 1
    return control.value


def open_view(page: str) -> None:
    """Settle filter and selected event for this run of a page: call once, before anything is drawn."""
    state = st.session_state
    state.view_settled, state.view_settling = state.get("view_settling", ()), []
    mended = _mend_address()
    address = _read_address()
    is_news = _is_news(_VIEW, address)
    notices = _take_in(address) if is_news else []
    wanted, faults = parse_params(_read_controls())
    event, missing = _guard_event(wanted, is_asked=is_news)
    before = state.get("view_params")
    state.view_page, state.view_filter, state.view_event = page, wanted, event
    state.view_params = build_params(wanted, event)
    if is_news or faults or mended or before != state.view_params:
        state.view_notices, state.view_mended = notices + faults + missing, mended
    _keep_address(_VIEW, address, state.view_params, _says_the_view, is_news=is_news)


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


def show_left_out(notice: str) -> None:
    """Say what was dropped from the address; nothing where nothing was."""
    if notice:
        st.warning(f"Left out: {escape_markdown(notice)}", icon=":material/link_off:")


def settle_choice(
    param: str,
    allowed: Collection[str],
    default: str,
    allowed_words: str = "",
    *,
    check: Callable[[str], bool] | None = None,
) -> str:
    """The value of a page's own parameter in this run (which lane, which pair); call before its control is drawn.

    The default holds, and may change from run to run, until the reader chooses. `check` says what is allowed where
    that is more than the `allowed` words, such as a list of them. A value in the address that isn't is said on the
    spot, with `allowed_words` where the words themselves are too many or none.
    """
    is_allowed = check or allowed.__contains__
    state, control = st.session_state, _get_control(param)
    given = st.query_params.get(param, "")
    address = {param: given} if given else {}
    before = control.value if control.is_chosen else default
    is_news = _is_news(param, address) or param not in state.get("view_settled", ())
    value, notice = before, ""
    if is_news:
        value = given or (default if _is_history() else before)
    elif control.is_chosen or _to_text(read_control(param)) != _to_text(control.filled):
        value = _to_text(read_control(param))
    if not is_allowed(value):
        if is_news and given:
            notice = str(BadInput(param, given[:_MOST_LETTERS], allowed_words or allowed))
        value = before if is_allowed(before) else default
    control.is_chosen = value != default or (control.is_chosen and not (is_news and not given))
    fill_control(param, value)
    state.setdefault("view_settling", []).append(param)
    _keep_address(param, address, {param: value}, lambda said: said.get(param, default) == value, is_news=is_news)
    show_left_out(notice)
    return value


def set_choice(param: str, value: str) -> None:
    """Choose for the reader: in a callback, or before the choice is settled."""
    fill_control(param, value)
    _get_control(param).is_chosen = True


def get_choices() -> dict[str, str]:
    """Every choice that the page of this run has settled, defaults included, for a link that says all of them."""
    return {param: _to_text(_get_control(param).value) for param in sorted(st.session_state.get("view_settling", ()))}


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


def _get_control(param: str) -> _Control:
    controls: dict[str, _Control] = st.session_state.setdefault("view_controls", {})
    return controls.setdefault(param, _Control())


def _to_text(value: Any) -> str:
    """A control's value as in an address: days as ISO text, lists joined by commas, nothing as ''."""
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return "" if value is None else str(value)


def _mend_address() -> list[str]:
    """Put an address right that a mail program spoilt, a page's own choices included; a notice for each part of it."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    meant, notices = mend_params(given, free_text=_FREE_TEXT, known=(*_VIEW_PARAMS, "v"))
    if notices:
        st.query_params.from_dict(meant)
    return notices


def _read_address() -> dict[str, str]:
    """The view's parameters as they stand in the address; a repeated one is a list, as if joined by commas."""
    read = {key: ",".join(st.query_params.get_all(key)) for key in _VIEW_PARAMS}
    return {key: value for key, value in read.items() if value}


def _is_history() -> bool:
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _is_news(part: str, address: dict[str, str]) -> bool:
    """True when a part of the address says something that the controls don't know yet.

    A run that set off before the browser took up what was written last carries one from before it: that isn't news.
    """
    known: list[dict[str, str]] | None = st.session_state.setdefault("view_told", {}).get(part)
    if known is None:
        return True
    return address != known[-1] if _is_history() else address not in known


def _keep_address(
    part: str,
    address: dict[str, str],
    target: dict[str, str],
    is_same: Callable[[dict[str, str]], bool],
    *,
    is_news: bool,
) -> None:
    """Bring a part of the address into line where it says something else; the other parameters stay.

    What is kept is what the browser may say from now on: what it has just said, then all that was written since and
    is yet to arrive. What stood before can only come back by a link or through the history, and then it is news.
    """
    told: dict[str, list[dict[str, str]]] = st.session_state.view_told
    known = told.get(part, [])
    is_late = not is_news and address != known[-1]
    expected = known[known.index(address) :] if is_late else [address]
    # The last one counts too: a click undone at once leaves the address as it was, with the click's still to arrive.
    if not all(is_same(said) for said in (address, expected[-1])):
        ours = (*_VIEW_PARAMS, "v") if part == _VIEW else (part,)
        rest = {key: value for key, value in st.query_params.to_dict().items() if key not in ours}
        st.query_params.from_dict(rest | target)
        if expected[-1] != target:
            expected.append(target)
    told[part] = expected


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
    return {field.param: text for field in FIELDS if (text := _to_text(read_control(field.param)))}


def _guard_event(wanted: EventFilter, *, is_asked: bool) -> tuple[str | None, list[str]]:
    """The selected event if the filter holds it, else none, with a notice when a link asked for it."""
    event_id = get_selected_event()
    if event_id is None or has_event(wanted, event_id):
        return event_id, []
    fault = BadInput("event", event_id, "the event_id of an event that the filter holds")
    return None, [str(fault)] if is_asked else []
