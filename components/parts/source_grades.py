"""Grades of events in view, and in a line what a selection rests on. Draws; the rules are the engine's."""

from __future__ import annotations

import streamlit as st

from components.loaders import SHOWN_LIMIT, load_built
from components.parts.text import escape_markdown
from tension.desk import Desk
from tension.records.filters import EventFilter
from tension.records.grading import Grade, SourceSummary, grade_event, summarise_sources
from tension.words import STATE_NAMES

ONE_CAMP = "one camp"


def load_grades(wanted: EventFilter) -> dict[str, Grade]:
    """The grade of each event in view by its id, of the latest SHOWN_LIMIT."""
    return load_built(_load_grades, wanted)


def name_grade(grade: Grade | None) -> str:
    """'B2', with a mark where one camp alone tells of the event; '' for none."""
    if grade is None:
        return ""
    return f"{grade.code} · {ONE_CAMP}" if grade.is_of_one_camp else grade.code


def show_source_summary(wanted: EventFilter) -> None:
    """'Rests on 14 reports, 9 official, 3 camps; thin on Vietnam', of the curated events in view."""
    summary = load_built(_load_summary, wanted)
    if summary.event_count:
        st.caption(escape_markdown(f"Rests on {summary.words}. Grades by rule: docs/grades.md."))


def _load_grades(desk: Desk, wanted: EventFilter) -> dict[str, Grade]:
    events = desk.queries.load_events(wanted, ("event_id", "source_key", "sources"), latest=SHOWN_LIMIT)
    rows = zip(events.event_id, events.sources, events.source_key, strict=True)
    return {str(event_id): grade_event(sources, source_key) for event_id, sources, source_key in rows}


def _load_summary(desk: Desk, wanted: EventFilter) -> SourceSummary:
    columns = ("event_id", "source_key", "sources", "initiator", "target")
    events = desk.queries.load_events(wanted, columns, latest=SHOWN_LIMIT)
    return summarise_sources(events.to_dict("records"), STATE_NAMES)
