"""The table that a person gives, held whole: CSV, XLSX or GeoJSON within the caps of an upload."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tension.errors import FormatError
from tension.sources.base import Told
from tension.sources.delimited import Line
from tension.sources.encodings import decode_text, replace_surrogates
from tension.sources.rows import Table, read_table
from tension.sources.upload.geojson import read_features

MAX_TABLE_BYTES = 50_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL_CHARS = 32_767
ALLOWED_FORMATS = "allowed: CSV, XLSX, GeoJSON"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class TextTable:
    """Cells as text ('' = empty) under names that are each there once, with the numbers of their rows in the file.

    `faults`: rows, by number, that don't fit the header or can't be read; their cells are kept. `source` says where
    the table was found and what is known of single cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    source: Table
    faults: Mapping[int, str] = field(default_factory=dict)


def load_table(raw: bytes, known: Collection[str], told: Told) -> TextTable:
    """The table in a file, told by its content and not by its name; FormatError with what is allowed."""
    if len(raw) > MAX_TABLE_BYTES:
        raise FormatError(f"the file has {len(raw):,} bytes; allowed: up to {MAX_TABLE_BYTES:,}")
    if not raw.strip():
        raise FormatError(f"the file is empty; {ALLOWED_FORMATS}")
    if raw.startswith(_OLE_MAGIC):
        raise FormatError("an old Excel file (.xls) or one with a password; allowed: .xlsx without a password")
    if raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        columns, lines = read_features(replace_surrogates(decode_text(raw, told.encoding).text), MAX_ROWS)
        return _hold(Table(columns, iter(lines), 0))
    return _hold(read_table(raw, known, told))


def _hold(table: Table) -> TextTable:
    columns = _name_columns(table.columns)
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    faults: dict[int, str] = {}
    for line in table.lines:
        if len(rows) >= MAX_ROWS:
            raise FormatError(f"the table has more rows than allowed; allowed: up to {MAX_ROWS:,}")
        cells = _trim(line.cells)
        if fault := line.fault or _find_fault(line, cells, len(columns)):
            faults[line.number] = fault
        rows.append((*cells, *[""] * (len(columns) - len(cells))))
        numbers.append(line.number)
    if not rows:
        raise FormatError("the table has no rows below its header")
    # The rows are here now, and what they were cut from may go.
    return TextTable(columns, tuple(rows), tuple(numbers), replace(table, lines=iter(())), faults)


def _trim(cells: Sequence[str]) -> list[str]:
    trimmed = [cell.strip() for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _find_fault(line: Line, cells: list[str], width: int) -> str:
    if len(cells) > width:
        return f"{len(cells)} cells where the header has {width}"
    if line.is_loose and len(line.cells) != width:
        return f"quotation marks out of place, and {len(line.cells)} cells where the header has {width}"
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        return f"a cell is too long; allowed: up to {MAX_CELL_CHARS:,} characters"
    return ""


def _name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The header's names, made different where two are the same and given a number where one is blank."""
    if len(cells) > MAX_COLUMNS:
        raise FormatError(f"the table has {len(cells)} columns; allowed: up to {MAX_COLUMNS}")
    return tuple(_name_apart(cells))


def _name_apart(cells: Sequence[str]) -> Iterator[str]:
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        base = cell or f"column {position}"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        yield name
