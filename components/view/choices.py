"""A page's own choices (which state, which pair) in the address, beside the filter. Draws no control.

As in components/view/address.py: the address wins on a first visit, on back and forward and behind a link; else the
control.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tension.errors import BadInput


def choice_key(param: str) -> str:
    """The session key of the control behind a parameter."""
    return f"choice_{param}"


def settle_choice(
    param: str,
    allowed: Collection[str],
    default: str,
    allowed_words: str = "",
    *,
    check: Callable[[str], bool] | None = None,
) -> tuple[str, str]:
    """The value of a parameter in this run, and a notice when the address held one that isn't allowed.

    `check` says what is allowed where that is more than the `allowed` words, such as a list of them; `allowed_words`
    are what the notice says in their place.
    Fills the control's key: call before the control is drawn.
    """
    is_allowed = check or allowed.__contains__
    state = st.session_state
    given, notice = st.query_params.get(param, ""), ""
    value = str(state.get(f"chosen_{param}", default))
    if _is_news(param, given):
        value = given or (default if _is_history() else value)
        if given and not is_allowed(given):
            notice = str(BadInput(param, given[:40], allowed_words or allowed))
    value = value if is_allowed(value) else default
    _keep(param, value)
    if given != value and (given or value != default):
        st.query_params[param] = value
    state[choice_key(param)] = value
    return value, notice


def write_choice(param: str) -> None:
    """Take the control's value into the address; the control's `on_change`."""
    set_choice(param, str(st.session_state[choice_key(param)] or ""))


def set_choice(param: str, value: str) -> None:
    """Choose for the reader, in a callback."""
    _keep(param, value)
    st.query_params[param] = value


def get_choices() -> dict[str, str]:
    """Every choice that the page of this run has settled, defaults included, for a link that says all of them."""
    state, start = st.session_state, choice_key("")
    params = [str(key).removeprefix(start) for key in state if str(key).startswith(start)]
    return {param: str(state.get(f"chosen_{param}", "")) for param in sorted(params)}


def _keep(param: str, value: str) -> None:
    """Remember the choice across pages, and its address before that, which a run that set off early still carries."""
    state = st.session_state
    known = state.get(f"known_{param}", [])
    state[f"chosen_{param}"] = value
    if value not in known[-1:]:
        state[f"known_{param}"] = [*known[-1:], value]


def _is_news(param: str, given: str) -> bool:
    """True when the address says what the control doesn't know yet; a control just come to knows nothing."""
    known: list[str] = st.session_state.get(f"known_{param}", [])
    if not known or choice_key(param) not in st.session_state:
        return True
    return given != known[-1] if _is_history() else given not in known


def _is_history() -> bool:
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
