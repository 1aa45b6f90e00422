"""Reads a table that a person gives (CSV, XLSX, GeoJSON) as text cells. Owns formats and caps, never meanings."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from tension.errors import FormatError

MAX_TABLE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_UNPACK_RATIO = 300
MAX_ZIP_MEMBERS = 2_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL_CHARS = 32_767
DELIMITERS = (",", ";", "\t")
ALLOWED_FORMATS = "allowed: CSV, XLSX, GeoJSON"
# What openpyxl and the standard library raise on a workbook that is damaged or forged.
WORKBOOK_FAULTS = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, ArithmeticError, AttributeError, EOFError,
    LookupError, NotImplementedError, OSError, RecursionError, RuntimeError, TypeError, ValueError, AssertionError,
)  # fmt: skip

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_XML_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True)
class TextTable:
    """Cells as text ('' = empty). `faults`: rows, by number, that don't fit the header; their cells are kept."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    faults: dict[int, str] = field(default_factory=dict)


def parse_table(raw: bytes) -> TextTable:
    """The table in a file, told by its content and not by its name; FormatError with what is allowed."""
    if len(raw) > MAX_TABLE_BYTES:
        raise FormatError(f"the file has {len(raw):,} bytes; allowed: up to {MAX_TABLE_BYTES:,}")
    if not raw.strip():
        raise FormatError(f"the file is empty; {ALLOWED_FORMATS}")
    if raw.startswith(b"PK"):
        return _read_workbook(raw)
    if raw.startswith(_OLE_MAGIC):
        raise FormatError("an old Excel file (.xls) or one with a password; allowed: .xlsx without a password")
    text = decode_text(raw)
    start = text.lstrip()[:200].lower()
    if start.startswith("{"):
        return _read_geojson(text)
    if start.startswith(("<!doctype html", "<html", "<?xml")):
        raise FormatError(f"an HTML or XML page stands where a table should be; {ALLOWED_FORMATS}")
    return _read_csv(text)


def decode_text(raw: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1252; FormatError where none of them fits."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(raw, "utf-16")
    if raw[:200].count(0) > len(raw[:200]) // 4:
        return _decode(raw, "utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decode(raw, "cp1252")
        foreign = sum(ord(letter) > 127 for letter in text[:20_000])
        # Western text has a few accents; a page of them is Chinese or Japanese read with the wrong code.
        if foreign > len(text[:20_000]) * 0.2:
            raise FormatError("the file's encoding can't be told; allowed: UTF-8, UTF-16, Windows-1252") from None
    if "\x00" in text:
        raise FormatError(f"the file is not text; {ALLOWED_FORMATS}")
    return text


def _decode(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise FormatError("the file's encoding can't be told; allowed: UTF-8, UTF-16, Windows-1252") from None


def _read_csv(text: str) -> TextTable:
    told = re.match(r"\s*sep=(.)\r?\n", text)
    body = text[told.end() :] if told else text
    delimiter = told[1] if told and told[1] in DELIMITERS else _find_delimiter(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=False)

    def iterate() -> Iterator[tuple[int, list[str]]]:
        while True:
            number = reader.line_num + (2 if told else 1)
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FormatError(f"line {number}: not readable as CSV ({error})") from None
            yield number, row

    return _build_table(iterate())


def _find_delimiter(text: str) -> str:
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:1]
    header = re.sub(r'"[^"]*"', "", lines[0]) if lines else ""
    return max(DELIMITERS, key=header.count)


def _build_table(rows: Iterable[tuple[int, Sequence[str]]]) -> TextTable:
    """Header and rows from numbered lists of cells; blank rows are left out, and they aren't rows of the table."""
    columns: tuple[str, ...] = ()
    kept: list[tuple[str, ...]] = []
    numbers: list[int] = []
    faults: dict[int, str] = {}
    for number, cells in rows:
        cleaned = [cell.strip() for cell in cells]
        while cleaned and not cleaned[-1]:
            cleaned.pop()
        if not cleaned:
            continue
        if not columns:
            columns = _name_columns(cleaned)
            continue
        if len(kept) >= MAX_ROWS:
            raise FormatError(f"the table has more rows than allowed; allowed: up to {MAX_ROWS:,}")
        if len(cleaned) > len(columns):
            faults[number] = f"{len(cleaned)} cells where the header has {len(columns)}"
        if any(len(cell) > MAX_CELL_CHARS for cell in cleaned):
            faults[number] = f"a cell is too long; allowed: up to {MAX_CELL_CHARS:,} characters"
        kept.append((*cleaned, *[""] * (len(columns) - len(cleaned))))
        numbers.append(number)
    if not kept:
        raise FormatError("the table has no rows below its header")
    return TextTable(columns, tuple(kept), tuple(numbers), faults)


def _name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise FormatError(f"the table has {len(cells)} columns; allowed: up to {MAX_COLUMNS}")
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name, count = cell or f"column {position}", 1
        while name in names:
            count += 1
            name = f"{cell or f'column {position}'} ({count})"
        names.append(name)
    return tuple(names)


def _read_workbook(raw: bytes) -> TextTable:
    try:
        _check_archive(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of features that it leaves out; cells are not among them.
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            try:
                # data_only=False: a formula arrives as its text, and stays text.
                return _read_sheet(book)
            finally:
                book.close()
    except WORKBOOK_FAULTS as error:
        raise FormatError(f"the workbook can't be read ({type(error).__name__}); allowed: .xlsx") from None


def _check_archive(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        if len(members) > MAX_ZIP_MEMBERS or total > MAX_UNPACKED_BYTES or total > len(raw) * MAX_UNPACK_RATIO:
            raise FormatError(
                f"the workbook unpacks to {total:,} bytes in {len(members):,} parts; "
                f"allowed: up to {MAX_UNPACKED_BYTES:,} bytes, {MAX_UNPACK_RATIO} times its size"
            )
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                content = archive.read(member)
                if b"\x00" in content[:4] or any(word in content for word in _XML_DECLARATIONS):
                    raise FormatError("the workbook declares entities, which are refused")


def _read_sheet(book: Any) -> TextTable:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or list(book.worksheets)
    if not sheets:
        raise FormatError("the workbook has no sheet with cells")
    # The size that a sheet states may be wrong either way: the rows themselves decide, up to the caps.
    sheets[0].reset_dimensions()
    rows = enumerate(sheets[0].iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1)
    # A sheet may hold a cell in its millionth row: the blank ones before it are passed over, not read.
    filled = ((number, row) for number, row in rows if row.count(None) < len(row))
    return _build_table((number, [_to_text(value) for value in row]) for number, row in filled)


def _to_text(value: object) -> str:
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
    return str(getattr(value, "text", value))


def _read_geojson(text: str) -> TextTable:
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not readable as JSON ({' '.join(str(error).split())[:120]})") from None
    if found.get("type") == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    features = found.get("features")
    if found.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FormatError("the JSON is not GeoJSON; allowed: a FeatureCollection or one Feature")
    if len(features) > MAX_ROWS:
        raise FormatError(f"the file has {len(features):,} features; allowed: up to {MAX_ROWS:,}")
    return _build_feature_table(features)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed in JSON")


def _build_feature_table(features: Sequence[object]) -> TextTable:
    rows: list[dict[str, str]] = []
    faults: dict[int, str] = {}
    for number, feature in enumerate(features, start=1):
        cells, fault = _read_feature(feature)
        rows.append(cells)
        if fault:
            faults[number] = fault
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        raise FormatError("the GeoJSON has no features with properties")
    if len(columns) > MAX_COLUMNS:
        raise FormatError(f"the features have {len(columns)} properties; allowed: up to {MAX_COLUMNS}")
    cells_by_row = tuple(tuple(row.get(name, "") for name in columns) for row in rows)
    return TextTable(columns, cells_by_row, tuple(range(1, len(rows) + 1)), faults)


def _read_feature(feature: object) -> tuple[dict[str, str], str]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return {"feature": _to_cell(feature)}, "not a Feature; allowed: GeoJSON Features"
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        return {"feature": _to_cell(feature)}, "properties: not a mapping of names to values"
    cells = {_to_cell(name): _to_cell(value) for name, value in properties.items()}
    if "id" in feature and "event_id" not in cells:
        cells["event_id"] = _to_cell(feature["id"])
    point, fault = _read_point(feature.get("geometry"))
    for name, value in point.items():
        if not cells.get(name):
            cells[name] = value
    if any(len(cell) > MAX_CELL_CHARS for cell in cells.values()):
        fault = f"a value is too long; allowed: up to {MAX_CELL_CHARS:,} characters"
    return cells, fault


def _read_point(geometry: object) -> tuple[dict[str, str], str]:
    if geometry is None:
        return {}, ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        return {}, f"geometry: {str(kind)[:40]} is not allowed; allowed: a Point, or null"
    return {"longitude": _to_cell(coordinates[0]), "latitude": _to_cell(coordinates[1])}, ""


def _to_cell(value: object) -> str:
    # JSON may escape half a character, which no table can hold.
    return _build_cell(value).encode("utf-8", "replace").decode("utf-8")


def _build_cell(value: object) -> str:
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return "; ".join(_to_text(part).strip() for part in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return _to_text(value).strip()
