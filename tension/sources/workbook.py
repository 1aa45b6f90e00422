"""Reads one sheet of an Excel workbook (XLSX, XLS) as text cells. Hostile files are met here, so `limits` runs it.

Owns the format and its caps, never what a column means. Imports nothing that makes a process slow to start.
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from tension.errors import FormatError, first_line
from tension.sources.sheet_marks import SheetMarks, find_sheet_parts, read_marks
from tension.sources.table_text import FIRST_ROWS, count_known, to_text

MAX_UNPACKED_BYTES = 200_000_000
MAX_UNPACK_RATIO = 300
MAX_ZIP_MEMBERS = 2_000
MAX_SHEETS = 50
# calamine holds a sheet as one rectangle around its outermost cells, about 40 bytes a cell.
MAX_GRID_CELLS = 16_000_000
MAX_CELLS = 3_000_000
ALLOWED = "allowed: .xlsx without a password"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_CHUNK_BYTES = 1 << 20
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
Cells = list[str]


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes look like XLSX (a zip file) or XLS."""
    return raw.startswith((b"PK", _OLE_MAGIC))


def read_workbook(raw: bytes, known: Sequence[str], sheet: str, max_rows: int) -> dict[str, Any]:
    """The rows of one sheet: the one named, or the visible one whose first rows hold most of the `known` names.

    Plain data: `sheet`, `sheets` (all names), `rows` (number from 1, cells), `faults` and `links` (row, column from 0,
    text), `day_zero` (the ISO day that bare day numbers count from, '' where the file doesn't say). Raises FormatError.
    """
    archive = None if raw.startswith(_OLE_MAGIC) else _open_archive(raw)
    parts, is_1904 = find_sheet_parts(archive) if archive else ({}, False)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            name = _choose_sheet(book, archive, parts, known, sheet, max_rows)
            marks = _read_marks(archive, parts, name, max_rows)
            rows = list(_iterate_rows(book.get_sheet_by_name(name), max_rows))
            names = book.sheet_names
    except PasswordError:
        raise FormatError(f"the workbook has a password; {ALLOWED}") from None
    except CalamineError as error:
        raise FormatError(f"the workbook can't be read ({first_line(error)}); {ALLOWED}") from None
    return {
        "sheet": name,
        "sheets": names,
        "rows": rows,
        "faults": [(*place, reason) for place, reason in marks.faults.items()],
        "links": [(*place, address) for place, address in marks.links.items()],
        "day_zero": ("1904-01-01" if is_1904 else "1899-12-30") if archive else "",
    }


def _open_archive(raw: bytes) -> zipfile.ZipFile:
    """The zip file, after a look at what it would unpack to. Raises FormatError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        raise FormatError(f"the workbook can't be read ({first_line(error)}); {ALLOWED}") from None
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MAX_ZIP_MEMBERS or total > MAX_UNPACKED_BYTES or total > len(raw) * MAX_UNPACK_RATIO:
        raise FormatError(
            f"the workbook unpacks to {total:,} bytes in {len(members):,} parts; "
            f"allowed: up to {MAX_UNPACKED_BYTES:,} bytes, {MAX_UNPACK_RATIO} times its size"
        )
    if "xl/workbook.xml" not in archive.namelist():
        raise FormatError(f"a zip file that holds no workbook; unpack it first; {ALLOWED}")
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            _refuse_declarations(archive, member)
    return archive


def _refuse_declarations(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as part:
        before = b""
        while chunk := part.read(_CHUNK_BYTES):
            if any(word in before + chunk for word in _DECLARATIONS):
                raise FormatError("the workbook declares entities, which are refused")
            before = chunk[-16:]


def _choose_sheet(
    book: CalamineWorkbook,
    archive: zipfile.ZipFile | None,
    parts: dict[str, str],
    known: Sequence[str],
    wanted: str,
    max_rows: int,
) -> str:
    if wanted:
        if wanted not in book.sheet_names:
            listed = ", ".join(book.sheet_names[:20])
            raise FormatError(f"sheet: {wanted!r} is not in the workbook; allowed: {listed}")
        return wanted
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
    names = (visible or book.sheet_names)[:MAX_SHEETS]
    if not names:
        raise FormatError("the workbook has no sheet with cells")
    best, best_count = names[0], -1
    for name in names if len(names) > 1 else ():
        _read_marks(archive, parts, name, max_rows)
        first = _iterate_rows(book.get_sheet_by_name(name), FIRST_ROWS, is_cut=True)
        # A sheet that holds nothing is no table, whatever its place.
        count = max((count_known(cells, known) for _, cells in first), default=-1)
        if count > best_count:
            best, best_count = name, count
    return best


def _read_marks(archive: zipfile.ZipFile | None, parts: dict[str, str], name: str, max_rows: int) -> SheetMarks:
    """The sheet's marks, before it is read whole. Raises FormatError where it would take up too much room."""
    if archive is None or parts.get(name) not in archive.namelist():
        return SheetMarks()
    marks = read_marks(archive, parts[name], max_rows)
    if marks.grid_size > MAX_GRID_CELLS:
        height, width = marks.bottom - marks.top + 1, marks.right - marks.left + 1
        raise FormatError(
            f"sheet {name!r}: its cells reach over {height:,} rows and {width:,} columns; "
            f"allowed: {MAX_GRID_CELLS:,} cells from the first to the last"
        )
    return marks


def _iterate_rows(sheet: CalamineSheet, max_rows: int, *, is_cut: bool = False) -> Iterator[tuple[int, Cells]]:
    """Rows that aren't blank, by number from 1; a cell merged over rows stands in each. `is_cut`: stop at the most."""
    if sheet.start is None:
        return
    top, left = sheet.start
    filler = _MergeFiller(sheet.merged_cell_ranges or ())
    cell_count = row_count = 0
    for number, values in enumerate(sheet.iter_rows(), start=top + 1):
        # A sheet may hold a cell in its millionth row: the blank ones before it are passed over.
        if not any(value != "" for value in values):
            continue
        cells = [""] * left + [to_text(value) for value in values]
        filler.fill(number - 1, cells)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        row_count += 1
        cell_count += len(cells)
        if row_count > max_rows and is_cut:
            return
        if row_count > max_rows:
            raise FormatError(f"the table has more rows than allowed; allowed: up to {max_rows:,}")
        if cell_count > MAX_CELLS:
            raise FormatError(f"the sheet has more cells than allowed; allowed: up to {MAX_CELLS:,}")
        yield number, cells


class _MergeFiller:
    """Writes the value of a cell that is merged over several rows into each of them, from the top down."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._waiting = deque(sorted(one for one in ranges if one[1][0] > one[0][0]))
        self._open: list[tuple[int, int, str]] = []

    def fill(self, row: int, cells: Cells) -> None:
        """Rows must come in order; `row` counts from 0, like the ranges."""
        self._open = [one for one in self._open if one[0] >= row]
        for _, column, text in self._open:
            if column < len(cells) and not cells[column]:
                cells[column] = text
        while self._waiting and self._waiting[0][0][0] <= row:
            (top, column), (bottom, _) = self._waiting.popleft()
            if top == row and column < len(cells) and cells[column]:
                self._open.append((bottom, column, cells[column]))
