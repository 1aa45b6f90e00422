"""The grade of each event's sources as fields of what leaves: files, the command line, the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tension.records.grading import grade_event

if TYPE_CHECKING:
    import pandas as pd

GRADE_FIELDS = ("source_grade", "source_grade_reason", "source_camps")


def build_grade_fields(row: Mapping[Any, Any]) -> dict[str, Any]:
    """GRADE_FIELDS of an event (a row of EVENT_SCHEMA): the code, why, and whose voices tell of it."""
    grade = grade_event(row["sources"], row["source_key"])
    return dict(zip(GRADE_FIELDS, (grade.code, grade.reason, list(grade.camps)), strict=True))


def add_grades(events: pd.DataFrame) -> pd.DataFrame:
    """The frame with GRADE_FIELDS as its last columns; one without sources is given back as it is."""
    if not {"sources", "source_key"} <= set(events.columns):
        return events
    pairs = zip(events["sources"], events["source_key"], strict=True)
    found = [build_grade_fields({"sources": sources, "source_key": key}) for sources, key in pairs]
    return events.assign(**{name: [fields[name] for fields in found] for name in GRADE_FIELDS})
