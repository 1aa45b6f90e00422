"""How commands print rows: an aligned table for a person, CSV, or JSON with ISO dates and plain nulls."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 240


def to_plain(value: Any) -> Any:
    """A value of a frame as JSON knows it: lists for arrays, ISO text for dates, None for what is missing."""
    if isinstance(value, np.ndarray | list | tuple):
        return [to_plain(v) for v in value]
    if isinstance(value, dict):
        return {key: to_plain(v) for key, v in value.items()}
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp | datetime):
        is_day = value.tzinfo is None and value.time() == datetime.min.time()
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def to_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries."""
    return [{str(key): to_plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def print_json(value: Any) -> None:
    """JSON in UTF-8 whatever the terminal's encoding: RFC 8259 allows no other between programs."""
    sys.stdout.flush()
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def print_table(rows: Iterable[dict[str, Any]], columns: Sequence[str], empty: str = "Nothing matches.") -> None:
    """Rows as an aligned table; text is never markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shorten(row.get(column))) for column in columns))
    # A pipe has no width of its own; ids must stay whole in it.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=width).print(table if table.row_count else empty, highlight=False)


def _shorten(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    return "" if value is None else str(value)
