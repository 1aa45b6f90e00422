"""Events as an iCalendar file (RFC 5545): a day, or the days from first to last, for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from tension.exports.records import is_missing
from tension.exports.terms import keep_exportable
from tension.records.vocab import CATEGORY_LABELS, Category
from tension.words import PRODUCT


def to_ics(events: pd.DataFrame, name: str = "Events") -> bytes:
    """A calendar of events (rows of EVENT_SCHEMA), all-day ones; those whose terms forbid passing on are left out."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{PRODUCT}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for row in keep_exportable(events).to_dict("records"):
        calendar.add_component(_build_event({str(key): value for key, value in row.items()}))
    content: bytes = calendar.to_ical()
    return content


def _build_event(row: Mapping[str, Any]) -> Any:
    from icalendar import Event

    first = row["occurred_date"].date()
    last = first if is_missing(row.get("end_date")) else row["end_date"].date()
    reported = row["reported_date"].date()
    event = Event()
    event.add("uid", f"{row['event_id']}@indo-pacific-tension-tracker")
    # When it was told, not when this file was made: the same event is the same entry every time.
    event.add("dtstamp", datetime(reported.year, reported.month, reported.day, tzinfo=UTC))
    event.add("dtstart", first)
    # The end is the first day that is no longer part of it (RFC 5545, 3.6.1).
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", _clean(row["title"]))
    event.add("description", _describe(row))
    event.add("transp", "TRANSPARENT")
    if not is_missing(row.get("location")) and row["location"]:
        event.add("location", _clean(row["location"]))
    if not is_missing(row.get("category")):
        event.add("categories", [CATEGORY_LABELS[Category(row["category"])]])
    if not (is_missing(row.get("latitude")) or is_missing(row.get("longitude"))):
        event.add("geo", (float(row["latitude"]), float(row["longitude"])))
    return event


def _describe(row: Mapping[str, Any]) -> str:
    """Summary, region and severity, then each source with its address."""
    severity = "" if is_missing(row.get("severity")) else f", severity {int(row['severity'])}"
    lines = [] if is_missing(row.get("summary")) else [str(row["summary"])]
    lines.append(f"{row['region']}{severity}")
    sources = row.get("sources")
    lines += [f"{source['publisher']}: {source['url']}" for source in ([] if sources is None else sources)]
    return _clean("\n".join(lines))


def _clean(text: object) -> str:
    """Text without the control characters that the format forbids."""
    return "".join(char for char in str(text) if char == "\n" or (ord(char) >= 32 and ord(char) != 127))
