"""What was decided on candidates, its undoing, and groups of coded events when asked. tension/intake/inbox decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components.loaders import get_desk
from components.parts.tables import MOMENT_FORMAT, fit_height
from components.parts.text import escape_markdown
from components.view.acting import act, may
from components.view.filter_bar import get_filter
from tension.errors import TensionError
from tension.intake.groups import MIN_MENTIONS, SOURCE_KEY, propose_clusters
from tension.intake.inbox import undo
from tension.records.candidates import Candidate
from tension.words import format_day


def show_notes() -> None:
    """What the last decision did, or why it was refused."""
    note, is_fault = st.session_state.pop("inbox_note", ("", False))
    # A place of its own, so that nothing below moves when a note comes or goes.
    with st.container():
        if note:
            show = st.error if is_fault else st.success
            show(escape_markdown(note))


def tell(note: str, *, is_fault: bool = False) -> None:
    """Leave a note for the next run; for callbacks."""
    st.session_state.inbox_note = (note, is_fault)


def decide(name: str, on: str, do: Callable[[], Any], note: str) -> None:
    """Carry out an act (components/view/acting.py) and tell what it did, or why it can't be; for callbacks."""
    try:
        act(name, on, do)
    except TensionError as error:
        tell(str(error), is_fault=True)
    else:
        tell(note)


def _undo(candidate_id: str) -> None:
    desk = get_desk()
    decide(
        "undo",
        candidate_id,
        lambda: undo(desk.store, desk.settings, candidate_id),
        "Undone: the candidate waits again.",
    )


def show_decided(decided: list[Candidate]) -> None:
    """What was decided, the latest first, by whom; a chosen row can be undone."""
    if not decided:
        st.caption("Nothing was decided yet.")
        return
    ordered = sorted(decided, key=lambda c: (c.reviewed_utc is not None, c.reviewed_utc), reverse=True)
    ids = [candidate.candidate_id for candidate in ordered]
    table = st.dataframe(
        build_decided(ordered),
        key=f"inbox_decided_{hash(tuple(ids))}",
        hide_index=True,
        height=fit_height(len(ordered)),
        on_select="rerun",
        selection_mode="single-row",
        alt="Candidates that were decided on, the latest first",
        column_config={"Decided (UTC)": st.column_config.DatetimeColumn(format=MOMENT_FORMAT, timezone="UTC")},
    )
    rows = table.selection.rows
    chosen = ordered[rows[0]] if rows and rows[0] < len(ordered) else ordered[0]
    label = f"Undo: {chosen.status}, {chosen.title[:60]}"
    st.button(
        escape_markdown(label),
        key="undo",
        icon=":material/undo:",
        disabled=not may("undo"),
        on_click=_undo,
        args=(chosen.candidate_id,),
    )


def build_decided(candidates: list[Candidate]) -> pd.DataFrame:
    """Decisions as rows of words, in their order."""
    return pd.DataFrame(
        {
            "Decided (UTC)": pd.to_datetime(pd.Series([candidate.reviewed_utc for candidate in candidates]), utc=True),
            "Decision": [candidate.status for candidate in candidates],
            "By": [candidate.reviewer or "" for candidate in candidates],
            "Title": [candidate.title for candidate in candidates],
            "Event": [candidate.event_id or "" for candidate in candidates],
            "Reason": [candidate.note or "" for candidate in candidates],
            "Changed since": [candidate.change or "" for candidate in candidates],
        }
    )


def show_clusters() -> None:
    """Propose groups of machine-coded events of the view, when asked."""
    first, last = get_desk().queries.find_span(SOURCE_KEY)
    if first is None:
        st.caption("No GDELT events are loaded: `python -m tension refresh gdelt` or `ingest gdelt FILE` loads them.")
        return
    span = f"GDELT events from {format_day(first)} to {format_day(last)}."
    st.caption(f"{span} A group: one day, pair of states, kind of act and place, within the filter's limits.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fewest = st.number_input("Fewest mentions", 1, 100_000, MIN_MENTIONS, key="cluster_mentions", width=160)
        st.button(
            "Propose groups",
            key="cluster_propose",
            disabled=not may("propose groups"),
            on_click=_propose,
            args=(int(fewest),),
        )


def _propose(min_mentions: int) -> None:
    desk = get_desk()
    try:
        found, tally = act(
            "propose groups",
            get_filter().describe(),
            lambda: propose_clusters(desk.store, desk.queries, get_filter(), min_mentions),
        )
    except TensionError as error:
        tell(str(error), is_fault=True)
        return
    tell(f"{found} groups found, {tally.accepted_count} of them new in the queue.")
