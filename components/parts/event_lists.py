"""Short lists of events beside what they explain; a click on a row opens the event's card under its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.loaders import load_record
from components.parts.event_card import show_event_card
from components.parts.tables import DAY_FORMAT, ROW_OR_CELL, find_clicked_row, fit_height
from components.view.filter_bar import get_selected_event, select_event
from tension.records.cover import BEYOND_WORDS, flag_beyond
from tension.records.vocab import QuadClass
from tension.words import name_state

_TOP = "top"


def show_event_list(
    place: str, events: pd.DataFrame, alt: str, *, has_parties: bool = True, total: int | None = None
) -> None:
    """Events as rows, newest first. `place` names the list, so that the card opens where the reader clicked.

    A list of one pair needs no parties. `total` is how many there are, where `events` may be only the latest of them.
    """
    if total is not None and len(events) < total:
        st.caption(f"The latest {len(events):,} of {total:,} are listed.")
    shown = events.sort_values(["occurred_date", "event_id"], ascending=False)
    ids = tuple(shown.event_id)
    key = f"list_{place}_{hash(ids)}"
    st.dataframe(
        build_event_rows(shown, flag_beyond(load_record().cover, shown)).drop(
            columns=[] if has_parties else ["Initiator", "Target"]
        ),
        key=key,
        hide_index=True,
        height=fit_height(len(shown)),
        on_select=lambda: _select_row(place, key, ids),
        selection_mode=ROW_OR_CELL,
        alt=alt,
        column_config={
            "Day": st.column_config.DateColumn(format=DAY_FORMAT, width=95),
            # Narrow enough that the severity shows beside it in half a page at 1280 px.
            "Event": st.column_config.TextColumn(width=340),
            "Severity": st.column_config.NumberColumn(width=70),
        },
    )


def build_event_rows(events: pd.DataFrame, beyond: Sequence[bool] = ()) -> pd.DataFrame:
    """Events as words, in the order of `events`; machine-coded ones and those `beyond` the search are marked."""
    marks = ["" if key == "curated" else f"[{key}] " for key in events.source_key]
    flags = beyond or [False] * len(events)
    marks = [mark + f"[{BEYOND_WORDS}] " * is_beyond for mark, is_beyond in zip(marks, flags, strict=True)]
    return pd.DataFrame(
        {
            "Day": events.occurred_date,
            "Event": [mark + title for mark, title in zip(marks, events.title, strict=True)],
            "Severity": events.severity,
            "Initiator": [_name(code) for code in events.initiator],
            "Target": [_name(code) for code in events.target],
            "Act": [QuadClass(int(quad)).plain if pd.notna(quad) else "" for quad in events.quad_class],
        }
    )


def select_mark(points: list[dict[str, Any]]) -> None:
    """A click on a mark of a chart selects its event; a click on anything else leaves the selection alone."""
    ids = [point["customdata"][0] for point in points if point.get("customdata")]
    if ids:
        select_event(ids[0])


def show_card_at(place: str = _TOP) -> None:
    """The card of the selected event, where it was selected; at the top when a link or another page chose it."""
    event_id = get_selected_event()
    if event_id and _find_place(event_id) == place:
        show_event_card(event_id)


def _select_row(place: str, key: str, ids: tuple[str, ...]) -> None:
    row = find_clicked_row(key)
    chosen = ids[row] if row is not None else None
    select_event(chosen)
    st.session_state.card_place = (chosen, place)


def _find_place(event_id: str) -> str:
    chosen, place = st.session_state.get("card_place", (None, _TOP))
    return place if chosen == event_id else _TOP


def _name(code: object) -> str:
    return name_state(code) if isinstance(code, str) else ""
