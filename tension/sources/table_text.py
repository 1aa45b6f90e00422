"""A table's cells as text, and the row that names its columns. Knows names and values, no formats of files."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

# How many filled rows are looked at.
FIRST_ROWS = 30
# One known word may stand in a title; two side by side are names of columns.
_LEAST_KNOWN = 2


def fold_name(name: str) -> str:
    """A column's name without case, spaces and marks: 'Event Date' and 'event_date' are one."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def count_known(cells: Sequence[str], known: Collection[str]) -> int:
    """How many different names among the cells are known; `known` is folded."""
    return len({folded for cell in cells if len(cell) < 100 and (folded := fold_name(cell)) in known})


def find_header(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """The place of the row that holds most of the known names, the first of equals; 0 where no row holds any two."""
    counts = [count_known(cells, known) for cells in rows]
    best = max(counts, default=0)
    return counts.index(best) if best >= _LEAST_KNOWN else 0


def to_text(value: object) -> str:
    """A cell's value as text: whole numbers without a point, days and times as ISO writes them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
