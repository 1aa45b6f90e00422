"""The controls of a page's own choices, each made with what `settle_choice` found and read back by its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st
from streamlit.elements.lib.utils import LabelVisibility

from components.loaders import load_reach
from components.view.address import FIRST_DAY, control_key, get_filled


def show_select(
    param: str,
    label: str,
    options: Sequence[str],
    name: Callable[[str], str] = str,
    *,
    width: int | None = None,
    is_labelled: bool = True,
    tip: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    """A list of which one is chosen; `name` gives the words for a value."""
    filled = get_filled(param)
    st.selectbox(
        label,
        options,
        index=options.index(filled) if filled in options else 0,
        key=control_key(param),
        format_func=name,
        width=width or "stretch",
        label_visibility=_show_label(is_labelled),
        help=tip,
        on_change=on_change,
    )


def show_segments(
    param: str, label: str, options: Sequence[str], name: Callable[[str], str] = str, *, is_labelled: bool = True
) -> None:
    """A row of few values, one of them always on."""
    filled = get_filled(param)
    st.segmented_control(
        label,
        options,
        default=filled if filled in options else options[0],
        key=control_key(param),
        format_func=name,
        required=True,
        label_visibility=_show_label(is_labelled),
    )


def show_many(
    param: str, label: str, options: Sequence[str], name: Callable[[str], str], *, tip: str | None = None
) -> None:
    """A list of which any number is chosen."""
    st.multiselect(label, options, default=get_filled(param), key=control_key(param), format_func=name, help=tip)


def show_many_pills(
    param: str, label: str, options: Sequence[str], name: Callable[[str], str], *, is_labelled: bool = True
) -> None:
    """Few values side by side, any number of them on."""
    st.pills(
        label,
        options,
        selection_mode="multi",
        default=get_filled(param),
        key=control_key(param),
        format_func=name,
        label_visibility=_show_label(is_labelled),
        wrap=True,
    )


def show_text(param: str, label: str, most_letters: int) -> None:
    """A line of text."""
    st.text_input(label, get_filled(param), key=control_key(param), max_chars=most_letters)


def show_day(param: str, label: str, *, width: int | None = None) -> None:
    """A day of the calendar, or none; what it is filled with is a day, or ISO text as an address has it.

    The calendar ends with the data, so that it opens where something is to be seen; a link may name a later day.
    """
    filled = get_filled(param)
    day = date.fromisoformat(filled) if isinstance(filled, str) else filled
    chosen = st.session_state.get(control_key(param))
    last = max(known for known in (load_reach(), day, chosen) if known is not None)
    st.date_input(
        label,
        value=day,
        min_value=FIRST_DAY,
        max_value=last,
        format="YYYY-MM-DD",
        key=control_key(param),
        width=width or "stretch",
    )


def _show_label(is_labelled: bool) -> LabelVisibility:
    return "visible" if is_labelled else "collapsed"
