"""The daily Geopolitical Risk index: the authors' own download, as rows of the declared series.

Caldara and Iacoviello, "Measuring Geopolitical Risk", American Economic Review 112(4), 2022.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from tension.errors import FormatError
from tension.records.measurements import Measurement, parse_value
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told, check_day
from tension.sources.declared_counts import build_row, load_card
from tension.sources.rows import read_table

SOURCE = SOURCE_CARDS["gpr_daily"]
EXPORT_URL = "https://www.matteoiacoviello.com/gpr_files/data_gpr_daily_recent.xls"
PLACE = "World"
DAYS = "gpr-day"
COLUMNS = {"gprd": "index", "gprd_act": "acts", "gprd_threat": "threats"}
# The export is 3 MB and has a row for each day since 1985.
MAX_BYTES = 30_000_000
_BLANKS = frozenset({"", ".", "na", "n/a", "nan"})


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The whole export: one file holds every day, and earlier days are revised, so the window doesn't matter."""
    yield FetchedFile("data_gpr_daily_recent.xls", http.get(EXPORT_URL))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """The three indices of every day (mean of 1985 to 2019 = 100), from Excel or CSV; a row is a value.

    Days before those of the declared series are out of scope. Raises FormatError.
    """
    if len(raw) > MAX_BYTES:
        raise FormatError(f"{name or 'GPR file'}: holds {len(raw):,} bytes; allowed: {MAX_BYTES:,}")
    table = read_table(raw, ("day", "date", *COLUMNS), told)
    places = _find_columns(table.columns, name)
    card, rows, rejects = load_card(DAYS), dict[tuple[object, ...], Measurement](), list[Reject]()
    read_count = duplicate_count = out_of_scope_count = 0
    for line in table.lines:
        stated = {column: line.cells[at].strip() for column, at in places.items() if at < len(line.cells)}
        values = {column: stated[column] for column in COLUMNS if stated.get(column, "").lower() not in _BLANKS}
        try:
            faults = [table.faults[line.number, at] for at in places.values() if (line.number, at) in table.faults]
            if line.fault or faults:
                raise ValueError(line.fault or faults[0])
            day = read_day(stated.get("day", ""))
            check_day(SOURCE, "day", day, seen_utc)
            found = [
                build_row(card, COLUMNS[column], (day, day), parse_value(text), PLACE, card.url)
                for column, text in values.items()
            ]
        except ValueError as fault:
            read_count += 1
            rejects.append(Reject(f"row {line.number}: {fault}", line.text or ",".join(line.cells)))
            continue
        read_count += len(found)
        for row in found:
            if day < card.cover.first:
                out_of_scope_count += 1
            elif row.key not in rows:
                rows[row.key] = row
            elif rows[row.key].value == row.value:
                duplicate_count += 1
            else:
                rejects.append(Reject(f"row {line.number}: {day} is there twice with different values", line.text))
    return ParseResult(
        read_count,
        measurements=tuple(rows.values()),
        rejects=tuple(rejects),
        duplicate_count=duplicate_count,
        out_of_scope_count=out_of_scope_count,
    )


def _find_columns(header: Sequence[str], name: str) -> Mapping[str, int]:
    lowered = [cell.strip().lower() for cell in header]
    missing = [column for column in ("day", "gprd") if column not in lowered]
    if missing:
        raise FormatError(f"{name or 'GPR file'}: has no column {missing[0].upper()}; not the daily index")
    return {column: lowered.index(column) for column in ("day", *COLUMNS) if column in lowered}


def read_day(text: str) -> date:
    """A day written as 20260526 (a spreadsheet may add .0) or 2026-05-26; raises ValueError."""
    found = re.fullmatch(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?:\.0+)?", text)
    if not found:
        raise ValueError(f"day {text[:40]!r} is not a day such as 20260526")
    return date(int(found[1]), int(found[3]), int(found[4]))
