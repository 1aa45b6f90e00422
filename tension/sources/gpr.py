"""The monthly Geopolitical Risk index: the project's CSV and the authors' own downloads, as one table of months.

Caldara and Iacoviello, "Measuring Geopolitical Risk", American Economic Review 112(4), 2022.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa

from tension.errors import FormatError
from tension.records.schema import GPR_SCHEMA
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import DateWindow, FetchedFile, HttpReader, ParseResult, Reject
from tension.sources.gpr_file import Cell, read_rows

SOURCE = SOURCE_CARDS["gpr"]
EXPORT_URL = "https://www.matteoiacoviello.com/gpr_files/data_gpr_export.xls"
COLUMNS = tuple(name for name in GPR_SCHEMA.names if name != "month")
# How a spreadsheet or a statistics program writes 'no value'.
_BLANKS = frozenset({"", ".", "na", "n/a", "nan", "null", "none"})


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The whole export: one file holds every month, and earlier months may be revised, so the window doesn't matter."""
    yield FetchedFile("data_gpr_export.xls", http.get(EXPORT_URL))


def parse(raw: bytes, seen_utc: datetime, name: str = "") -> ParseResult:
    """Months with at least one value of the columns of GPR_SCHEMA; index: 1985-2019 = 100, countries: % of articles.

    Reads CSV, Excel (xls, xlsx) and Stata (dta). A month without any value (the export begins in 1900) is out of
    scope. Raises FormatError.
    """
    name = name or "GPR file"
    header, rows = read_rows(raw, name)
    places = _find_columns(header, name)
    months: dict[date, dict[str, float | None]] = {}
    rejects: list[Reject] = []
    duplicate_count = out_of_scope_count = 0
    for row in rows:
        try:
            month, values = _read_month(row, places, seen_utc)
        except ValueError as error:
            rejects.append(Reject(str(error), _join(row)))
            continue
        if all(value is None for value in values.values()):
            out_of_scope_count += 1
        elif month not in months:
            months[month] = values
        elif months[month] == values:
            duplicate_count += 1
        else:
            rejects.append(Reject(f"{month:%Y-%m} is there twice with different values", _join(row)))
    return ParseResult(
        read_count=len(rows),
        series=_build_series(months, [column for column in places if column != "month"]),
        rejects=tuple(rejects),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
    )


def _find_columns(header: list[str], name: str) -> dict[str, int]:
    lowered = [cell.strip().lower() for cell in header]
    wanted = ("month", *COLUMNS)
    repeated = [column for column in wanted if lowered.count(column) > 1]
    if repeated:
        raise FormatError(f"{name}: column {repeated[0]} is there twice")
    if "month" not in lowered or "gpr" not in lowered:
        raise FormatError(f"{name}: has no columns month and GPR; not the monthly Geopolitical Risk file")
    return {column: lowered.index(column) for column in wanted if column in lowered}


def _read_month(row: list[Cell], places: dict[str, int], seen_utc: datetime) -> tuple[date, dict[str, float | None]]:
    """Raises ValueError, whose text is the reason of the reject."""
    if len(row) <= max(places.values()):
        raise ValueError(f"{len(row)} columns, too few for those in the header")
    month = read_month(row[places["month"]])
    if month > seen_utc.date():
        raise ValueError(f"month {month:%Y-%m} lies ahead")
    return month, {column: _read_value(row[place], column) for column, place in places.items() if column != "month"}


def read_month(cell: Cell) -> date:
    """The first day of a month, written as 2024-06, 2024-06-01, 2024M6, 6/1/2024 or a date cell; raises ValueError."""
    if isinstance(cell, datetime | date):
        year, month, day = cell.year, cell.month, cell.day
    else:
        text = str(cell).strip()
        match = re.fullmatch(r"(\d{4})(?:-|[mM])(\d{1,2})(?:-(\d{1,2})(?:[ T]00:00:00(?:\.0+)?)?)?", text)
        american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        if match:
            year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        elif american:
            year, month, day = int(american[3]), int(american[1]), int(american[2])
        else:
            raise ValueError(f"month {text[:40]!r} is not a month such as 2024-06")
    if day != 1 or not 1 <= month <= 12 or year < 1900:
        raise ValueError(f"month {str(cell)[:40]!r} is not the first day of a month since 1900")
    return date(year, month, 1)


def _read_value(cell: Cell, column: str) -> float | None:
    if cell is None or (isinstance(cell, str) and cell.strip().lower() in _BLANKS):
        return None
    if isinstance(cell, bool | date):
        raise ValueError(f"{column}: {str(cell)[:40]!r} is not a number")
    try:
        value = float(cell)
    except (ValueError, OverflowError):
        raise ValueError(f"{column}: {str(cell)[:40]!r} is not a number") from None
    if math.isnan(value) and not isinstance(cell, str):
        return None
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{column}: {str(cell)[:40]!r} is not a number of 0 or more")
    return value


def _join(row: list[Cell]) -> str:
    return ",".join("" if cell is None else str(cell) for cell in row)


def _build_series(months: dict[date, dict[str, float | None]], columns: list[str]) -> pa.Table:
    ordered = sorted(months)
    data = {"month": pa.array(ordered, pa.date32())}
    for column in columns:
        data[column] = pa.array([months[month][column] for month in ordered], pa.float64())
    return pa.table(data)
