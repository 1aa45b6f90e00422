"""Any table of rows, whatever program wrote it: CSV in any encoding, XLSX, XLS, as text cells under named columns.

Owns formats, the choice of sheet and header row, and caps; never what a column means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain, islice

from tension.errors import FormatError
from tension.sources.base import NOTHING_TOLD, Told
from tension.sources.delimited import DELIMITERS, Line, cut_text, find_delimiter
from tension.sources.encodings import NOT_UNICODE, decode_text, is_whole, replace_surrogates
from tension.sources.limits import run_limited
from tension.sources.table_text import FIRST_ROWS, count_known, find_header, fold_name
from tension.sources.workbook import is_workbook, read_workbook

MAX_WORKBOOK_ROWS = 50_000
_SAMPLE_CHARS = 100_000
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MOST_CONTROLS = 0.02
_FEW_CONTROLS = 8


@dataclass(frozen=True)
class Table:
    """A table's columns and its rows below them; `lines` can be walked once, blank rows left out.

    `faults` and `links` are of cells, by row number and column from 0: why a cell has no value, where it leads.
    `day_zero`: what bare day numbers in its cells count from; None where nothing says. `notes` say how it was read.
    """

    columns: tuple[str, ...]
    lines: Iterator[Line]
    header_row: int
    notes: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    day_zero: date | None = None

    def write_day(self, text: str) -> str:
        """A cell that should hold a day: a bare day number of this workbook as ISO, any other text as it is."""
        if self.day_zero is None or not re.fullmatch(r"[2-7][0-9]{4}(?:\.[0-9]+)?", text):
            return text
        return (self.day_zero + timedelta(days=int(text[:5]))).isoformat()


def read_table(
    raw: bytes, known: Collection[str], told: Told = NOTHING_TOLD, default_columns: Sequence[str] = ()
) -> Table:
    """The table in a file, told by its content. `known` names columns: they tell the sheet and the header's row.

    A table with no such header, whose first row has as many cells as `default_columns`, has those. Raises FormatError.
    """
    folded = sorted({fold_name(name) for name in known})
    if is_workbook(raw):
        return _read_sheet(raw, folded, told, default_columns)
    if told.sheet:
        raise FormatError(f"sheet {told.sheet!r} is asked for, but the file is no workbook")
    decoded = decode_text(raw, told.encoding)
    if not _is_text(decoded.text[:_SAMPLE_CHARS]):
        raise FormatError("the file is not text; allowed: a table as CSV or XLSX")
    start = decoded.text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html", "<?xml")):
        raise FormatError("an HTML or XML page stands where a table should be; allowed: a table as CSV or XLSX")
    table = _find_columns(_cut(decoded.text), folded, told.header_row, default_columns)
    notes = () if decoded.encoding == "UTF-8" else (f"read as {decoded.encoding}",)
    return replace(table, notes=(*notes, *table.notes))


def _is_text(sample: str) -> bool:
    """A few stray control characters cost their rows; many of them, or a null in the first line, are no text."""
    count = len(_CONTROLS.findall(sample))
    return count <= max(len(sample) * _MOST_CONTROLS, _FEW_CONTROLS) and "\x00" not in sample.partition("\n")[0]


def _cut(text: str) -> Iterator[Line]:
    # Excel may write a first line that names the delimiter.
    stated = re.match(r"\s*sep=(.)(?:\r\n|\r|\n)", text)
    if stated and stated[1] in DELIMITERS:
        lines = cut_text(text[stated.end() :], stated[1], first_number=2)
    else:
        lines = cut_text(text, find_delimiter(text))
    return map(_check_letters, lines)


def _check_letters(line: Line) -> Line:
    text = line.text or ",".join(line.cells)
    fault = "" if is_whole(text) else NOT_UNICODE
    fault = "holds a null character" if "\x00" in text else fault
    if not fault:
        return line
    cells = [replace_surrogates(cell) for cell in line.cells]
    return replace(line, cells=cells, fault=line.fault or fault, text=replace_surrogates(text))


def _read_sheet(raw: bytes, known: Sequence[str], told: Told, default_columns: Sequence[str]) -> Table:
    found = run_limited(read_workbook, None, raw, known, told.sheet, MAX_WORKBOOK_ROWS)
    lines = (Line(number, cells) for number, cells in found["rows"])
    table = _find_columns(lines, known, told.header_row, default_columns)
    notes = (f"sheet {found['sheet']!r} of {len(found['sheets'])}",) if len(found["sheets"]) > 1 else ()
    width = len(table.columns)
    # A row of a workbook ends with its last cell that has a value.
    padded = (replace(line, cells=line.cells + [""] * (width - len(line.cells))) for line in table.lines)
    return replace(
        table,
        lines=padded,
        notes=(*notes, *table.notes),
        sheet=found["sheet"],
        sheets=tuple(found["sheets"]),
        faults={(row, column): reason for row, column, reason in found["faults"]},
        links={(row, column): address for row, column, address in found["links"]},
        day_zero=date.fromisoformat(found["day_zero"]) if found["day_zero"] else None,
    )


def _find_columns(
    lines: Iterator[Line], known: Collection[str], header_row: int, default_columns: Sequence[str]
) -> Table:
    """The table under its header row: the one asked for, or the one of the first rows that knows most names."""
    rows = (line for line in lines if not line.is_blank)
    if header_row:
        header = next((line for line in rows if line.number >= header_row), None)
        if header is None or header.number != header_row or header.fault:
            raise FormatError(f"header row: {header_row} is not a row with names of columns")
        return Table(_strip(header.cells), rows, header_row)
    first = list(islice(rows, FIRST_ROWS))
    readable = [line for line in first if not line.fault]
    if not readable:
        raise FormatError("the table has no row that can be read" if first else "the table is empty")
    header = readable[find_header([line.cells for line in readable], known)]
    if len(readable[0].cells) == len(default_columns) and not count_known(header.cells, known):
        return Table(
            tuple(default_columns), chain(first, rows), 0, ("no names of columns: those of its kind are taken",)
        )
    place = first.index(header)
    notes = (f"names of columns in row {header.number}",) if place else ()
    return Table(_strip(header.cells), chain(first[place + 1 :], rows), header.number, notes)


def _strip(cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)
