"""Competing readings of a claim on the Evidence page: the matrix, its order, and how it is marked. Ranks nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from components.loaders import get_desk, get_theme, load_built, load_event
from components.parts.indicator_strips import ALL_CLAIMS
from components.parts.risk_panels import get_as_of
from components.parts.source_grades import load_grades, name_grade
from components.parts.templates import render, show_markup
from components.parts.text import escape_markdown
from components.view.acting import act, ask_name, show_access
from components.view.address import settle_choice
from components.view.controls import show_select
from components.view.layout import show_section
from tension.desk import Desk
from tension.errors import BadInput, TensionError
from tension.judgements.competing import (
    MARKS,
    MOST,
    Cell,
    Matrix,
    drop_camp,
    find_decisive,
    list_by_telling,
    rank_hypotheses,
)
from tension.judgements.matrix_files import load_matrix, remove_evidence, save_evidence, save_hypotheses
from tension.records.filters import EventFilter
from tension.records.grading import Grade
from tension.words import count, format_day

_FAULT = "competing_fault"


def show_competing(wanted: EventFilter, claim_id: str) -> None:
    """The hypotheses of a claim, the least contradicted first, the evidence, and what drops out with a camp."""
    show_section(
        "Competing readings",
        "Two to five hypotheses against the evidence above. The one with the least against it stands first; what fits "
        "all of them tells nothing (Heuer, 1999).",
    )
    if fault := st.session_state.pop(_FAULT, ""):
        st.error(escape_markdown(fault))
    if claim_id == ALL_CLAIMS:
        st.caption("Choose a claim above to weigh readings of it.")
        return
    try:
        matrix = load_matrix(get_desk(), claim_id)
    except TensionError as error:
        st.error(escape_markdown(str(error)))
        return
    if matrix:
        _show_matrix(wanted, matrix)
    _show_forms(wanted, claim_id, matrix)


def _show_matrix(wanted: EventFilter, matrix: Matrix) -> None:
    grades = load_grades(EventFilter())
    camps = {row.event_id: _list_camps(grades, row.event_id) for row in matrix.evidence}
    offered = sorted({camp for named in camps.values() for camp in named})
    shown = matrix
    if offered:
        camp = settle_choice("without", ("", *offered), "", "a camp of the evidence")
        show_select(
            "without", "Leave out what only one camp tells of", ("", *offered), lambda c: c or "none", width=320
        )
        shown = drop_camp(matrix, camps, camp) if camp else matrix
        if camp:
            st.caption(f"{count(len(matrix.evidence) - len(shown.evidence), 'piece')} of evidence left out.")
    decisive = set(find_decisive(shown))
    pairs = len(matrix.hypotheses) * (len(matrix.hypotheses) - 1) // 2
    rows = [
        {
            "event_id": row.event_id,
            "title": _name_event(row.event_id),
            "grade": name_grade(grades.get(row.event_id)),
            "is_decisive": row.event_id in decisive,
            "cells": row.cells,
            "told": f"{row.told_apart} of {count(pairs, 'pair')}",
        }
        for row in list_by_telling(shown)
    ]
    values = {"hypotheses": matrix.hypotheses, "ranked": rank_hypotheses(shown), "rows": rows}
    show_markup(render("competing.html", palette=get_theme(), query=wanted.to_query(), **values))
    st.caption(
        f"Marked by {escape_markdown(matrix.author)}. Decisive: without it another reading, or more of them, would "
        f"stand first."
    )


def _show_forms(wanted: EventFilter, claim_id: str, matrix: Matrix | None) -> None:
    with st.expander("Write the hypotheses and mark the evidence", key="competing_forms"):
        show_access()
        author = ask_name("Your name", f"ach_author_{claim_id}", matrix.author if matrix else "")
        text = st.text_area(
            f"Hypotheses, one a line, two to {MOST}",
            "\n".join(matrix.hypotheses) if matrix else "",
            key=f"ach_hypotheses_{claim_id}",
        )
        if st.button("Keep these hypotheses", key="ach_keep"):
            _do(claim_id, lambda: save_hypotheses(get_desk(), claim_id, text.splitlines(), author))
        if matrix:
            _show_marks(wanted, matrix, author)


def _show_marks(wanted: EventFilter, matrix: Matrix, author: str) -> None:
    names = load_built(_list_evidence, get_as_of(wanted), matrix.claim)
    names = names | {row.event_id: _name_event(row.event_id) for row in matrix.evidence}
    if not names:
        st.caption("No event stands behind this claim on the day.")
        return
    event_id = st.selectbox("Evidence", list(names), format_func=names.__getitem__, key=f"ach_event_{matrix.claim}")
    before = next((row for row in matrix.evidence if row.event_id == event_id), None)
    marks: list[tuple[str, str]] = []
    for number, hypothesis in enumerate(matrix.hypotheses):
        cell = before.cells[number] if before else None
        key = f"{matrix.claim}_{event_id}_{hypothesis}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            index = MARKS.index(cell.mark) if cell else 2
            mark = st.selectbox(escape_markdown(hypothesis), MARKS, index, key=f"ach_mark_{key}", width=260)
            reason = st.text_input("Why", cell.reason if cell else "", key=f"ach_why_{key}", max_chars=300)
        marks.append((mark, reason.strip()))
    with st.container(horizontal=True):
        is_kept = st.button("Keep these marks", key="ach_mark", help="Each mark needs its reason.")
        is_taken_out = bool(before) and st.button("Take it out", key="ach_out", type="tertiary")
    if is_kept:
        on = f"{matrix.claim} {event_id}"
        _do(on, lambda: save_evidence(get_desk(), matrix.claim, event_id, _build_cells(marks), author))
    if is_taken_out:
        _do(f"{matrix.claim} {event_id}", lambda: remove_evidence(get_desk(), matrix.claim, event_id))


def _build_cells(marks: list[tuple[str, str]]) -> list[Cell]:
    if not all(reason for _, reason in marks):
        raise BadInput("reason", "", "why it fits or doesn't; each mark needs its reason")
    return [Cell.model_validate({"mark": mark, "reason": reason}) for mark, reason in marks]


def _list_evidence(desk: Desk, as_of: date, claim_id: str) -> dict[str, str]:
    table = desk.load_evidence(as_of, (claim_id,))
    events = table[table["item"] == "event"].drop_duplicates("event_id").sort_values("occurred_date", ascending=False)
    columns = zip(events["event_id"], events["occurred_date"], events["what"], strict=True)
    return {str(event_id): f"{format_day(day)} · {what}" for event_id, day, what in columns}


def _list_camps(grades: dict[str, Grade], event_id: str) -> tuple[str, ...]:
    return grades[event_id].camps if event_id in grades else ()


def _name_event(event_id: str) -> str:
    event = load_event(event_id)
    return f"{format_day(event['occurred_date'])} · {event['title']}" if event else event_id


def _do(on: str, do: Callable[[], Any]) -> None:
    """Act, and say what was wrong in the next run. Not in a callback, which would get what stood before the click."""
    try:
        act("weigh hypotheses", on, do)
    except TensionError as error:
        st.session_state[_FAULT] = str(error)
    st.rerun()
