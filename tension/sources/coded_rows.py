"""What the sources that people code row by row share (ACLED, UCDP): rows by column, events, and what became of each.

Form and counts, days and degrees; never what a column means.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import orjson
import pyarrow as pa

from tension.errors import FormatError
from tension.records.schema import EVENT_SCHEMA
from tension.records.source_cards import SourceCard
from tension.records.vocab import Region
from tension.sources.base import ParseResult, Reject, Told, check_day, check_reject_count
from tension.sources.encodings import is_whole, replace_surrogates
from tension.sources.place_bounds import ZERO, is_within
from tension.sources.rows import Table, read_table
from tension.sources.table_days import parse_day

Row = dict[str, str]
# A page of an API has 5,000 rows of 50 values; more values than these in a JSON text is an attack on memory.
MAX_JSON_VALUES = 3_000_000
MAX_JSON_ROWS = 200_000


def read_rows(
    raw: bytes, name: str, required: Collection[str], envelope: str, told: Told, default_columns: Sequence[str] = ()
) -> Iterator[Row | Reject]:
    """Rows with lower-case column names, blank where absent, and what hasn't the shape of a row.

    JSON: an object whose list `envelope` holds the rows. A table: a header with the `required` columns, or none and as
    many cells as `default_columns`. One row at a time, however long the file. Raises FormatError.
    """
    start = raw[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise FormatError(f"{name}: is empty")
    if start.startswith((b"{", b"[")):
        return _read_json(raw, name, required, envelope)
    try:
        table = read_table(raw, required, told, default_columns)
    except FormatError as error:
        raise FormatError(f"{name}: {error}") from None
    columns = [column.lower() for column in table.columns]
    missing = [column for column in required if column not in columns]
    if missing:
        raise FormatError(f"{name}: has no column {missing[0]}")
    return _iterate_table(table, columns)


def _iterate_table(table: Table, columns: list[str]) -> Iterator[Row | Reject]:
    faults = {row: f"{columns[at]}: {reason}" for (row, at), reason in table.faults.items() if at < len(columns)}
    days = [place for place, column in enumerate(columns) if "date" in column]
    for line in table.lines:
        cells = [cell.strip() for cell in line.cells]
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if reason := line.fault or faults.get(line.number) or _find_width_fault(cells, columns):
            yield Reject(reason, line.text.strip() or ",".join(cells))
            continue
        for place in days:
            cells[place] = table.write_day(cells[place])
        yield dict(zip(columns, cells, strict=True))


def _find_width_fault(cells: list[str], columns: list[str]) -> str:
    return f"{len(cells)} columns, not {len(columns)}" if len(cells) != len(columns) else ""


def _read_json(raw: bytes, name: str, required: Collection[str], envelope: str) -> Iterator[Row | Reject]:
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_JSON_VALUES:
        raise FormatError(f"{name}: holds more values than allowed; allowed: {MAX_JSON_VALUES:,}")
    try:
        page = json.loads(raw.decode("utf-8-sig", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: is not readable as JSON ({type(error).__name__})") from error
    found = page.get(envelope) if isinstance(page, dict) else page
    if not isinstance(found, list):
        raise FormatError(f"{name}: has no list {envelope!r}")
    if len(found) > MAX_JSON_ROWS:
        raise FormatError(f"{name}: holds {len(found):,} rows; allowed: {MAX_JSON_ROWS:,}")
    return (_read_item(item, required) for item in found)


def _read_item(item: object, required: Collection[str]) -> Row | Reject:
    reason = _find_item_fault(item, required)
    if reason or not isinstance(item, dict):
        return Reject(reason, replace_surrogates(json.dumps(item, ensure_ascii=False)))
    return {str(key).lower(): _write_cell(value) for key, value in item.items()}


def _find_item_fault(item: object, required: Collection[str]) -> str:
    if not isinstance(item, dict):
        return "is not an object"
    missing = sorted(set(required) - {str(key).lower() for key in item})
    if missing:
        return f"has no {missing[0]}"
    nested = [str(key) for key, value in item.items() if isinstance(value, dict | list)]
    if nested:
        return f"{nested[0]} is not a plain value"
    return "" if all(is_whole(str(value)) for value in item.values()) else "holds text that isn't Unicode"


def _write_cell(value: object) -> str:
    # As a CSV of the same source writes it: blank for nothing, TRUE or FALSE for a yes or no.
    if value is None:
        return ""
    return str(value).upper() if isinstance(value, bool) else str(value).strip()


def collect_events(
    rows: Iterable[Row | Reject], name: str, build_event: Callable[[Row], dict[str, Any] | None]
) -> ParseResult:
    """Rows as events in EVENT_SCHEMA, each id once in its newest version, and what became of the others.

    `build_event` gives None for a row out of scope, and raises ValueError with the reason for one that can't be read.
    Raises FormatError where nearly nothing can be read.
    """
    events: dict[str, dict[str, Any]] = {}
    rejects: list[Reject] = []
    duplicate_count = out_of_scope_count = 0
    for row in rows:
        event: dict[str, Any] | Reject | None
        try:
            event = row if isinstance(row, Reject) else build_event(row)
        except ValueError as error:
            event = Reject(str(error), ",".join(row.values()) if isinstance(row, dict) else "")
        if isinstance(event, Reject):
            rejects.append(event)
            check_reject_count(name, rejects)
        elif event is None:
            out_of_scope_count += 1
        elif (known := events.setdefault(event["event_id"], event)) is not event:
            duplicate_count += 1
            if (event.get("source_stamp") or 0) > (known.get("source_stamp") or 0):
                events[event["event_id"]] = event
    return ParseResult(
        read_count=len(events) + duplicate_count + out_of_scope_count + len(rejects),
        events=pa.Table.from_pylist(list(events.values()), schema=EVENT_SCHEMA),
        rejects=tuple(rejects),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
    )


def hash_event(event: dict[str, Any]) -> str:
    """A hash of all that the source states, without when it was recorded."""
    stated = {key: value for key, value in event.items() if key != "recorded_utc"}
    return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def read_day(row: Row, key: str, card: SourceCard, seen_utc: datetime) -> date:
    """A day that a row of this source can be of; ValueError."""
    try:
        day = parse_day(row[key])
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    check_day(card, key, day, seen_utc)
    return day


def read_degrees(row: Row, key: str, bound: int) -> float:
    """Decimal degrees, also with the decimal comma that a spreadsheet may write; ValueError."""
    text = row[key]
    if re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]+)?([eE]-[0-9]{1,2})?", text):
        degrees = float(text.replace(",", "."))
        if abs(degrees) <= bound:
            return degrees
    raise ValueError(f"{key} is not degrees from {-bound} to {bound}")


def check_place(latitude: float, longitude: float) -> None:
    """ValueError where a point can't be in the theatre, though the row's own country or sea is."""
    if latitude == 0 and longitude == 0:
        raise ValueError(f"latitude, longitude: {ZERO}")
    if not is_within(Region.INDO_PACIFIC, latitude, longitude):
        place = f"{latitude:g}, {longitude:g}"
        raise ValueError(f"latitude, longitude: {place} lies far from the row's own country or sea; changed round?")
