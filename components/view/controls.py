"""The controls of a page's own choices, each made with what `settle_choice` found and read back by its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st
from streamlit.elements.lib.utils import LabelVisibility

from components.view.address import FIRST_DAY, LAST_DAY, control_key, get_filled


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


def show_pills(
    param: str,
    label: str,
    options: Sequence[str],
    name: Callable[[str], str] = str,
    *,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Values side by side, one of them on; a click on that one leaves it on, and calls `on_change` like any other."""
    st.pills(
        label,
        options,
        default=get_filled(param),
        key=control_key(param),
        format_func=name,
        on_change=on_change,
        label_visibility="collapsed",
    )


def show_day(param: str, label: str, *, width: int | None = None) -> None:
    """A day of the calendar; its value is ISO text in the address."""
    st.date_input(
        label,
        value=date.fromisoformat(get_filled(param)),
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=control_key(param),
        width=width or "stretch",
    )


def _show_label(is_labelled: bool) -> LabelVisibility:
    return "visible" if is_labelled else "collapsed"
