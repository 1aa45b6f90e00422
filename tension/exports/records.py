"""Rows of the store as plain data that JSON can say: for the page, the command line and files. Writes nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from numbers import Real
from typing import TYPE_CHECKING, Any

from tension.exports.grades import build_grade_fields
from tension.exports.terms import keep_exportable
from tension.records.vocab import QuadClass

if TYPE_CHECKING:
    import pandas as pd

# For editors and for the store alone.
EDITORS_ONLY = ("content_hash", "source_stamp", "coder_doubt")
_MACHINE_CODED = ("goldstein", "tone", "mention_count", "source_count", "article_count", "is_date_suspect")
FIGURES = ("figures", "figures_other")
# The kinds of pandas' NaT and NA, by name: rows from elsewhere are read without it.
_PANDAS_MISSING = ("NaTType", "NAType")


def to_plain(value: Any) -> Any:
    """A value of a row or frame as JSON knows it: lists for arrays, ISO text for dates, None for what is missing."""
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, list | tuple):
        return [to_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(part) for key, part in value.items()}
    if is_missing(value):
        return None
    if isinstance(value, date):
        is_day = not isinstance(value, datetime) or (value.tzinfo is None and value.time() == datetime.min.time())
        return value.isoformat()[:10] if is_day else value.isoformat()
    # NumPy's numbers and arrays alike, which a frame holds; what made them has imported NumPy.
    return to_plain(value.tolist()) if hasattr(value, "tolist") else value


def is_missing(value: Any) -> bool:
    """True for what a frame writes where it knows nothing: None, NaT, NA, NaN; and for infinite numbers."""
    if value is None or type(value).__name__ in _PANDAS_MISSING:
        return True
    return isinstance(value, Real) and not math.isfinite(value)


def to_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries."""
    return [{str(key): to_plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def read_figures(figures: Any) -> dict[str, float | int]:
    """The figures of an event, stored as a list of key and value, as a mapping; whole numbers as such."""
    return {} if is_missing(figures) else {part["key"]: _to_count(part["value"]) for part in figures}


def build_event_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An event as printed: figures as a mapping, the quad class also in words, nothing that is for editors only."""
    left_out = EDITORS_ONLY + (_MACHINE_CODED if row["source_key"] == "curated" else ())
    shown = {str(key): to_plain(value) for key, value in row.items() if key not in (*left_out, *FIGURES)}
    shown |= {name: read_figures(row[name]) for name in FIGURES}
    shown |= build_grade_fields(row)
    quad = shown["quad_class"]
    return shown | {"quad_class_name": QuadClass(quad).label if quad else None}


def to_events_json(events: pd.DataFrame) -> bytes:
    """Events as a JSON list (UTF-8), those that may be passed on."""
    rows: Iterable[Mapping[Any, Any]] = keep_exportable(events).to_dict("records")
    return json.dumps([build_event_json(row) for row in rows], ensure_ascii=False, indent=1).encode()


def _to_count(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
