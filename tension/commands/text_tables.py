"""How commands print rows: an aligned table for a person, CSV, or JSON with ISO dates and plain nulls."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

PIPE_WIDTH = 240


def print_json(value: Any) -> None:
    """JSON in UTF-8 whatever the terminal's encoding: RFC 8259 allows no other between programs."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:
        # The name of a file may hold bytes that are no text; here they get a question mark.
        text = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    sys.stdout.flush()
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def print_table(rows: Iterable[dict[str, Any]], columns: Sequence[str], empty: str = "Nothing matches.") -> None:
    """Rows as an aligned table; text is never markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

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
