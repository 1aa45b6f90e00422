"""The monthly Geopolitical Risk index: the project's CSV and the authors' own downloads, as one table of months.

Caldara and Iacoviello, "Measuring Geopolitical Risk", American Economic Review 112(4), 2022.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pyarrow as pa

from tension.errors import FormatError
from tension.records.schema import GPR_SCHEMA
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import (
    NOTHING_TOLD,
    DateWindow,
    FetchedFile,
    HttpReader,
    ParseResult,
    Reject,
    Told,
)
from tension.sources.limits import Budget, run_limited
from tension.sources.rows import Table, read_table
from tension.sources.stata import is_stata, read_stata

SOURCE = SOURCE_CARDS["gpr"]
EXPORT_URL = "https://www.matteoiacoviello.com/gpr_files/data_gpr_export.xls"
COLUMNS = tuple(name for name in GPR_SCHEMA.names if name != "month")
# The export is 400 kB and has a row for each month since 1900.
MAX_BYTES = 20_000_000
MAX_ROWS = 10_000
# Its reader alone takes half of it.
_STATA_MEMORY = 2 << 30
# How a spreadsheet or a statistics program writes 'no value'.
_BLANKS = frozenset({"", ".", "na", "n/a", "nan", "null", "none"})


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The whole export: one file holds every month, and earlier months may be revised, so the window doesn't matter."""
    yield FetchedFile("data_gpr_export.xls", http.get(EXPORT_URL))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Months with at least one value of the columns of GPR_SCHEMA; index: 1985-2019 = 100, countries: % of articles.

    Reads CSV, Excel (xls, xlsx) and Stata (dta). A month without any value (the export begins in 1900) is out of
    scope. Raises FormatError.
    """
    try:
        header, rows = _read_rows(raw, told)
        places = _find_columns(header)
        return _collect_months(rows, places, seen_utc)
    except FormatError as error:
        raise FormatError(f"{name or 'GPR file'}: {error}") from None


def _read_rows(raw: bytes, told: Told) -> tuple[Sequence[str], Iterator[tuple[list[str], str]]]:
    """The names of the columns, and each row's cells with why they can't be read ('' = they can)."""
    if not raw.strip():
        raise FormatError("is empty")
    if len(raw) > MAX_BYTES:
        raise FormatError(f"holds {len(raw):,} bytes; allowed: {MAX_BYTES:,}")
    if is_stata(raw):
        rows = run_limited(read_stata, Budget(memory_bytes=_STATA_MEMORY), raw)
        return rows[0], ((row, "") for row in rows[1:] if any(row))
    table = read_table(raw, ("month", *COLUMNS), told)
    return table.columns, _iterate_table(table)


def _iterate_table(table: Table) -> Iterator[tuple[list[str], str]]:
    wanted = {place for place, column in enumerate(table.columns) if column.lower() in ("month", *COLUMNS)}
    faults = {row: f"{table.columns[at]}: {reason}" for (row, at), reason in table.faults.items() if at in wanted}
    for line in table.lines:
        yield line.cells, line.fault or faults.get(line.number, "")


def _collect_months(rows: Iterator[tuple[list[str], str]], places: dict[str, int], seen_utc: datetime) -> ParseResult:
    months: dict[date, dict[str, float | None]] = {}
    rejects: list[Reject] = []
    read_count = duplicate_count = out_of_scope_count = 0
    for row, fault in rows:
        read_count += 1
        if read_count > MAX_ROWS:
            raise FormatError(f"has more rows than allowed; allowed: {MAX_ROWS:,} months")
        try:
            month, values = _read_month(row, fault, places, seen_utc)
        except ValueError as error:
            rejects.append(Reject(str(error), ",".join(row)))
            continue
        if all(value is None for value in values.values()):
            out_of_scope_count += 1
        elif month not in months:
            months[month] = values
        elif months[month] == values:
            duplicate_count += 1
        else:
            rejects.append(Reject(f"{month:%Y-%m} is there twice with different values", ",".join(row)))
    return ParseResult(
        read_count=read_count,
        series=_build_series(months, [column for column in places if column != "month"]),
        rejects=tuple(rejects),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
    )


def _find_columns(header: Sequence[str]) -> dict[str, int]:
    lowered = [cell.strip().lower() for cell in header]
    wanted = ("month", *COLUMNS)
    repeated = [column for column in wanted if lowered.count(column) > 1]
    if repeated:
        raise FormatError(f"column {repeated[0]} is there twice")
    if "month" not in lowered or "gpr" not in lowered:
        raise FormatError("has no columns month and GPR; not the monthly Geopolitical Risk file")
    return {column: lowered.index(column) for column in wanted if column in lowered}


def _read_month(
    row: list[str], fault: str, places: dict[str, int], seen_utc: datetime
) -> tuple[date, dict[str, float | None]]:
    """Raises ValueError, whose text is the reason of the reject."""
    if fault:
        raise ValueError(fault)
    if len(row) <= max(places.values()):
        raise ValueError(f"{len(row)} columns, too few for those in the header")
    month = read_month(row[places["month"]])
    if month > seen_utc.date():
        raise ValueError(f"month {month:%Y-%m} lies ahead")
    return month, {column: _read_value(row[place], column) for column, place in places.items() if column != "month"}


def read_month(text: str) -> date:
    """The first day of a month, written as 2024-06, 2024-06-01, 2024M6 or 6/1/2024; raises ValueError."""
    text = text.strip()
    match = re.fullmatch(r"([0-9]{4})(?:-|[mM])([0-9]{1,2})(?:-([0-9]{1,2})(?:[ T]00:00:00(?:\.0+)?)?)?", text)
    american = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    if match:
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    elif american:
        year, month, day = int(american[3]), int(american[1]), int(american[2])
    else:
        raise ValueError(f"month {text[:40]!r} is not a month such as 2024-06")
    if day != 1 or not 1 <= month <= 12 or year < 1900:
        raise ValueError(f"month {text[:40]!r} is not the first day of a month since 1900")
    return date(year, month, 1)


def _read_value(text: str, column: str) -> float | None:
    if text.strip().lower() in _BLANKS:
        return None
    # A spreadsheet may write a decimal comma; no value of the index reaches a thousand.
    decimal = text.strip().replace(",", ".", 1) if re.fullmatch(r"\s*[0-9]{1,3},[0-9]+\s*", text) else text
    try:
        value = float(decimal)
    except ValueError:
        raise ValueError(f"{column}: {text[:40]!r} is not a number") from None
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{column}: {text[:40]!r} is not a number of 0 or more")
    return value


def _build_series(months: dict[date, dict[str, float | None]], columns: list[str]) -> pa.Table:
    ordered = sorted(months)
    data = {"month": pa.array(ordered, pa.date32())}
    for column in columns:
        data[column] = pa.array([months[month][column] for month in ordered], pa.float64())
    return pa.table(data)
