"""A person's own official counts in the long form, refused row by row: the shape in which data/series is kept too.

Declared series are held to their card's measures and units; counts of different units are never one series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from tension.errors import FormatError
from tension.records.measurements import LONG_COLUMNS, CellFault, Measurement, parse_value
from tension.records.series import find_card
from tension.records.source_cards import SOURCE_CARDS, UPLOADED_COUNTS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told
from tension.sources.declared_counts import load_cards
from tension.sources.delimited import Line
from tension.sources.rows import Table, read_table
from tension.sources.table_days import parse_day

SOURCE = SOURCE_CARDS[UPLOADED_COUNTS]
REQUIRED = ("date_from", "measure", "value", "unit", "publisher")
_EXAMPLE = (
    "2026-09-01,2026-09-30,Example Shoal,coast-guard,12,ships,Example Coast Guard,https://example.org/september,"
    "monthly tally,example-shoal-month"
)
TEMPLATE = f"{','.join(LONG_COLUMNS)}\n{_EXAMPLE}\n"
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Nothing: a person brings them."""
    return iter(())


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Counts of a CSV or XLSX with the columns of LONG_COLUMNS, in any order; others are left alone.

    Each row is a count, a duplicate (the same statement twice) or a reject that names the field and what is allowed.
    Without `series` a row belongs to its publisher's. Raises FormatError where a required column is missing.
    """
    table = read_table(raw, LONG_COLUMNS, told)
    columns = _find_columns(table, name)
    rows: dict[tuple[object, ...], Measurement] = {}
    units: dict[tuple[str, str], str] = {}
    rejects: list[Reject] = []
    duplicate_count = 0
    read_count = 0
    for line in table.lines:
        read_count += 1
        try:
            row = _read_row(_pick_cells(table, line, columns))
            _check_unit(row, units)
            known = rows.setdefault(row.key, row)
            if known.value != row.value:
                raise CellFault(
                    f"value: {row.value:g}, {known.value:g} in an earlier row; allowed: one value a statement"
                )
        except ValueError as fault:
            rejects.append(Reject(f"row {line.number}: {fault}", line.text or _show_row(table, line.cells)))
            continue
        duplicate_count += known is not row
    return ParseResult(
        read_count, measurements=tuple(rows.values()), rejects=tuple(rejects), duplicate_count=duplicate_count
    )


def _pick_cells(table: Table, line: Line, columns: Mapping[str, int]) -> dict[str, str]:
    """The cells of a row by field; CellFault for a row or a cell that can't be read."""
    if line.fault:
        raise CellFault(f"row: {line.fault}; allowed: cells that fit the header")
    if len(line.cells) > len(table.columns) and any(cell.strip() for cell in line.cells[len(table.columns) :]):
        raise CellFault("row: has more cells than the header; allowed: cells that fit the header")
    picked = {}
    for field, at in columns.items():
        if fault := table.faults.get((line.number, at)):
            raise CellFault(f"{field}: {fault}; allowed: a value")
        cell = line.cells[at].strip() if at < len(line.cells) else ""
        picked[field] = table.write_day(cell) if field.startswith("date_") else cell
    return picked


def _find_columns(table: Table, name: str) -> dict[str, int]:
    folded = [column.strip().lower().replace(" ", "_") for column in table.columns]
    missing = [column for column in REQUIRED if column not in folded]
    if missing:
        raise FormatError(
            f"{name or 'table'}: has no column {', '.join(missing)}; allowed: {', '.join(LONG_COLUMNS)} (python -m "
            "tension template measurements prints them)"
        )
    return {column: folded.index(column) for column in LONG_COLUMNS if column in folded}


def _read_row(cells: Mapping[str, str]) -> Measurement:
    for name in REQUIRED:
        if not cells[name]:
            raise CellFault(f"{name}: is blank; allowed: a value in every row")
    first = _read_day(cells["date_from"], "date_from")
    last = _read_day(cells["date_to"], "date_to") if cells.get("date_to") else first
    if last < first:
        raise CellFault(f"date_to: {last} is before date_from {first}; allowed: the same day or a later one")
    row = Measurement(
        series=_read_slug(cells.get("series") or cells["publisher"], "series"),
        date_from=first,
        date_to=last,
        place=cells.get("place", ""),
        measure=_read_slug(cells["measure"], "measure"),
        value=parse_value(cells["value"]),
        unit=cells["unit"],
        publisher=cells["publisher"],
        url=_check_address(cells.get("url", "")),
        note=cells.get("note", ""),
    )
    _check_declared(row)
    return row


def _read_day(text: str, name: str) -> date:
    try:
        day = parse_day(text)
    except ValueError as error:
        raise CellFault(f"{name}: {error}") from None
    if not 1900 <= day.year <= 2099:
        raise CellFault(f"{name}: {day}; allowed: a day from 1900 to 2099")
    return day


def _read_slug(text: str, name: str) -> str:
    slug = _NO_SLUG.sub("-", text.lower()).strip("-")[:60].strip("-")
    if not slug:
        raise CellFault(f"{name}: {text!r}; allowed: letters and digits, such as coast-guard")
    return slug


def _check_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or " " in text):
        raise CellFault(f"url: {text[:200]!r}; allowed: a full http or https address, or blank")
    return text


def _check_declared(row: Measurement) -> None:
    """A row of a declared series has one of its measures, in that measure's unit."""
    card = find_card(load_cards(), row.series)
    if card is None:
        return
    measure = card.find_measure(row.measure)
    if measure is None:
        raise CellFault(
            f"measure: {row.measure!r}; allowed in {row.series}: {', '.join(m.measure for m in card.measures)}"
        )
    if row.unit != measure.unit:
        raise CellFault(f"unit: {row.unit!r}; allowed for {row.measure} of {row.series}: {measure.unit}")


def _check_unit(row: Measurement, units: dict[tuple[str, str], str]) -> None:
    unit = units.setdefault((row.series, row.measure), row.unit)
    if unit != row.unit:
        raise CellFault(f"unit: {row.unit!r}, {unit!r} in an earlier row of {row.measure}; allowed: one unit a measure")


def _show_row(table: Table, cells: Sequence[str]) -> str:
    return " | ".join(f"{column}={cell}" for column, cell in zip(table.columns, cells, strict=False) if cell)[:2_000]
