"""Rows of a CSV file or of an API's JSON page as dictionaries of text. Form and counts, never what a column means."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from tension.errors import FormatError
from tension.records.schema import EVENT_SCHEMA
from tension.sources.base import ParseResult, Reject

Row = dict[str, str]


def read_rows(raw: bytes, name: str, required: Collection[str], envelope: str) -> tuple[list[Row], list[Reject]]:
    """Rows with lower-case column names, blank where absent, and those that have not the shape of a row.

    JSON: an object whose list `envelope` holds the rows. CSV: a header with the `required` columns. Raises FormatError.
    """
    start = raw[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise FormatError(f"{name}: is empty")
    if start.startswith(b"<"):
        raise FormatError(f"{name}: is a web page or XML, not a table")
    if start.startswith(b"PK"):
        raise FormatError(f"{name}: is a zip file; unpack it first")
    if start.startswith((b"{", b"[")):
        return _read_json(raw, name, required, envelope)
    return _read_csv(raw, name, required)


def _read_json(raw: bytes, name: str, required: Collection[str], envelope: str) -> tuple[list[Row], list[Reject]]:
    try:
        page = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: is not readable as JSON ({type(error).__name__})") from error
    found = page.get(envelope) if isinstance(page, dict) else page
    if not isinstance(found, list):
        raise FormatError(f"{name}: has no list {envelope!r}")
    rows: list[Row] = []
    rejects: list[Reject] = []
    for item in found:
        reason = _find_item_fault(item, required)
        if reason:
            rejects.append(Reject(reason, _replace_surrogates(json.dumps(item, ensure_ascii=False))))
        else:
            rows.append({str(key).lower(): _write_cell(value) for key, value in item.items()})
    return rows, rejects


def _write_cell(value: object) -> str:
    # As a CSV of the same source writes it: blank for nothing, TRUE or FALSE for a yes or no.
    if value is None:
        return ""
    return str(value).upper() if isinstance(value, bool) else str(value).strip()


def _find_item_fault(item: object, required: Collection[str]) -> str | None:
    if not isinstance(item, dict):
        return "is not an object"
    missing = sorted(set(required) - {str(key).lower() for key in item})
    if missing:
        return f"has no {missing[0]}"
    nested = [str(key) for key, value in item.items() if isinstance(value, dict | list)]
    if nested:
        return f"{nested[0]} is not a plain value"
    return "holds text that isn't Unicode" if not _is_unicode(map(str, item.values())) else None


def _read_csv(raw: bytes, name: str, required: Collection[str]) -> tuple[list[Row], list[Reject]]:
    # A stray byte costs its row, not the file.
    text = raw.decode("utf-8-sig", "surrogateescape")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    rows: list[Row] = []
    rejects: list[Reject] = []
    cut = _cut_csv(text, delimiter)
    header = [cell.strip().lower() for cell in next(cut, ([], "", ""))[0]]
    missing = [column for column in required if column not in header]
    if missing:
        raise FormatError(f"{name}: has no column {missing[0]}")
    for cells, lines, fault in cut:
        if fault:
            rejects.append(Reject(fault, _replace_surrogates(lines.strip())))
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) != len(header):
            rejects.append(Reject(f"{len(cells)} columns, not {len(header)}", _join(cells)))
        elif not _is_unicode(cells):
            rejects.append(Reject("is not UTF-8 text", _join(cells)))
        else:
            rows.append(dict(zip(header, map(str.strip, cells), strict=True)))
    return rows, rejects


def _cut_csv(text: str, delimiter: str) -> Iterator[tuple[list[str], str, str]]:
    """The cells of each row, the lines they stand in, and why they can't be cut, '' where they can.

    Such a row (a cell without end, after a stray quote) costs itself alone: the reader begins anew after it.
    """
    lines: list[str] = []

    def take_lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    reader = csv.reader(take_lines(), delimiter=delimiter)
    while True:
        lines.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield [], "".join(lines), f"is not readable as CSV ({error})"
        else:
            yield cells, "".join(lines), ""


def _is_unicode(cells: Iterable[str]) -> bool:
    return not any("\ud800" <= character <= "\udfff" for cell in cells if not cell.isascii() for character in cell)


def _join(cells: list[str]) -> str:
    return _replace_surrogates(",".join(cells))


def _replace_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def join_row(row: Row) -> str:
    """A row as one line, for the text of a reject."""
    return ",".join(row.values())


def collect_events(
    rows: Iterable[Row], rejects: Sequence[Reject], build_event: Callable[[Row], dict[str, Any] | None]
) -> ParseResult:
    """Rows as events in EVENT_SCHEMA, each id once in its newest version, and what became of the others.

    `build_event` gives None for a row out of scope, and raises ValueError with the reason for one that can't be read.
    """
    events: dict[str, dict[str, Any]] = {}
    refused = list(rejects)
    duplicate_count = out_of_scope_count = 0
    for row in rows:
        try:
            event = build_event(row)
        except ValueError as error:
            refused.append(Reject(str(error), join_row(row)))
            continue
        if event is None:
            out_of_scope_count += 1
            continue
        known = events.setdefault(event["event_id"], event)
        if known is not event:
            duplicate_count += 1
            if (event.get("source_stamp") or 0) > (known.get("source_stamp") or 0):
                events[event["event_id"]] = event
    return ParseResult(
        read_count=len(events) + duplicate_count + out_of_scope_count + len(refused),
        events=pa.Table.from_pylist(list(events.values()), schema=EVENT_SCHEMA),
        rejects=tuple(refused),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
    )
