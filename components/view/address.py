"""Parameters of the address and the controls behind them: which of the two holds, and how the other follows.

The address wins on a first visit, on back and forward, and behind a link; else the controls win and are written to it
(docs/decisions/0002-url-state.md). Knows no filter: what is in view is components/view/filter_bar.py's. Draws nothing
but a word on what it left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.parts.text import escape_markdown
from tension.errors import BadInput
from tension.records.filters import EventFilter

FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2035, 12, 31)
START_PAGE = "overview"
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
    if not control.turn or to_text(value) != to_text(read_control(param)):
        control.value = control.filled = value
        control.turn += 1


def read_control(param: str) -> Any:
    """The value of a parameter: its control's, and where no control was drawn the one that it last had."""
    control = _get_control(param)
    key = control_key(param)
    if key in st.session_state:
        control.value = st.session_state[key]
    elif to_text(control.value) != to_text(control.filled):
        # Streamlit forgot what the reader chose, for a page without the control came between.
        control.filled = control.value
        control.turn += 1
    return control.value


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
    is_new = is_news((param,), address) or param not in state.get("view_settled", ())
    value, notice = before, ""
    if is_new:
        value = given or (default if is_history() else before)
    elif control.is_chosen or to_text(read_control(param)) != to_text(control.filled):
        value = to_text(read_control(param))
    if not is_allowed(value):
        if is_new and given:
            notice = str(BadInput(param, given[:_MOST_LETTERS], allowed_words or allowed))
        value = before if is_allowed(before) else default
    control.is_chosen = value != default or (control.is_chosen and not (is_new and not given))
    fill_control(param, value)
    state.setdefault("view_settling", []).append(param)
    keep_address((param,), address, {param: value}, lambda said: said.get(param, default) == value, is_new=is_new)
    show_left_out(notice)
    return value


def set_choice(param: str, value: str) -> None:
    """Choose for the reader: in a callback, or before the choice is settled."""
    fill_control(param, value)
    _get_control(param).is_chosen = True


def get_choices() -> dict[str, str]:
    """Every choice that the page of this run has settled, defaults included, for a link that says all of them."""
    return {param: to_text(_get_control(param).value) for param in sorted(st.session_state.get("view_settling", ()))}


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


def to_text(value: Any) -> str:
    """A control's value as in an address: days as ISO text, lists joined by commas, nothing as ''."""
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return "" if value is None else str(value)


def is_history() -> bool:
    """Whether this run came of the browser's back or forward."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def is_news(part: tuple[str, ...], address: dict[str, str]) -> bool:
    """True when a part of the address, by the names of its parameters, says something the controls don't know yet.

    A run that set off before the browser took up what was written last carries one from before it: that isn't news.
    """
    known: list[dict[str, str]] | None = st.session_state.setdefault("view_told", {}).get(part)
    if known is None:
        return True
    return address != known[-1] if is_history() else address not in known


def keep_address(
    part: tuple[str, ...],
    address: dict[str, str],
    target: dict[str, str],
    is_same: Callable[[dict[str, str]], bool],
    *,
    is_new: bool,
) -> None:
    """Bring a part of the address into line where it says something else; the other parameters stay.

    What is kept is what the browser may say from now on: what it has just said, then all that was written since and
    is yet to arrive. What stood before can only come back by a link or through the history, and then it is news.
    """
    told: dict[tuple[str, ...], list[dict[str, str]]] = st.session_state.view_told
    known = told.get(part, [])
    is_late = not is_new and address != known[-1]
    expected = known[known.index(address) :] if is_late else [address]
    # The last one counts too: a click undone at once leaves the address as it was, with the click's still to arrive.
    if not all(is_same(said) for said in (address, expected[-1])):
        rest = {key: value for key, value in st.query_params.to_dict().items() if key not in part}
        st.query_params.from_dict(rest | target)
        if expected[-1] != target:
            expected.append(target)
    told[part] = expected
