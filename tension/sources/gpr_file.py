"""The rows of a monthly table, whatever program wrote the file: CSV, Excel or Stata. Owns formats, never meanings."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from tension.errors import FormatError

Cell = str | float | int | bool | date | datetime | None
Reader = Callable[[bytes, str], list[list[Cell]]]
MAX_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
# What readers of binary formats raise on damaged files, besides errors of their own.
_DAMAGE = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    ParseError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    csv.Error,
)


def _list_damage() -> tuple[type[Exception], ...]:
    import xlrd
    from openpyxl.utils.exceptions import InvalidFileException
    from xlrd.compdoc import CompDocError

    return (*_DAMAGE, InvalidFileException, xlrd.XLRDError, CompDocError)


def read_rows(raw: bytes, name: str) -> tuple[list[str], list[list[Cell]]]:
    """Header and rows (blank ones left out) of the first sheet; raises FormatError."""
    if not raw.strip():
        raise FormatError(f"{name}: is empty")
    if len(raw) > MAX_BYTES:
        raise FormatError(f"{name}: holds {len(raw):,} bytes; allowed: {MAX_BYTES:,}")
    reader, kind = _choose_reader(raw)
    try:
        rows = [row for row in reader(raw, name) if any(cell not in (None, "") for cell in row)]
    except _list_damage() as error:
        raise FormatError(f"{name}: can't be read as {kind} ({type(error).__name__})") from error
    if not rows:
        raise FormatError(f"{name}: is empty")
    return ["" if cell is None else str(cell) for cell in rows[0]], rows[1:]


def _choose_reader(raw: bytes) -> tuple[Reader, str]:
    if raw.startswith(b"PK"):
        return _read_xlsx, "an Excel workbook"
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        return _read_xls, "an old Excel workbook"
    if raw.startswith(b"<stata_dta>") or (raw[0] in (0x71, 0x72, 0x73) and raw[1:2] in (b"\x01", b"\x02")):
        return _read_stata, "a Stata file"
    return _read_text, "CSV"


def _read_text(raw: bytes, name: str) -> list[list[Cell]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.lstrip()[:2000]
    if first.startswith(("<", "{")):
        raise FormatError(f"{name}: is a web page or JSON, not a table")
    line = first.split("\n", 1)[0]
    delimiter = max(",;\t", key=line.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _read_xlsx(raw: bytes, name: str) -> list[list[Cell]]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise FormatError(f"{name}: would unpack to {unpacked:,} bytes; allowed: {MAX_UNPACKED_BYTES:,}")
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _read_xls(raw: bytes, name: str) -> list[list[Cell]]:
    import xlrd

    # It prints what it thinks of a damaged file.
    book = xlrd.open_workbook(file_contents=raw, logfile=io.StringIO(), formatting_info=False)
    sheet = book.sheet_by_index(0)
    return [[_read_xls_cell(cell, book.datemode) for cell in sheet.row(number)] for number in range(sheet.nrows)]


def _read_xls_cell(cell: Any, date_mode: int) -> Cell:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: datetime = xlrd.xldate_as_datetime(cell.value, date_mode)
        return moment
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    value: Cell = cell.value
    return value


def _read_stata(raw: bytes, name: str) -> list[list[Cell]]:
    import pandas as pd

    frame = pd.read_stata(io.BytesIO(raw), convert_categoricals=False)
    cells = frame.astype(object).where(frame.notna(), None)
    return [list(frame.columns), *cells.to_numpy().tolist()]
