"""Events that state only what every source must: rows as an adapter writes them, with any optional column empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from tension.desk import Desk
from tension.records.schema import EVENT_SCHEMA
from tension.records.source_cards import SOURCE_CARDS

EVENT_SOURCES = tuple(card.key for card in SOURCE_CARDS.values() if card.gives_events)
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
# What an event is told apart and placed in time by; every adapter gives these.
REQUIRED = ("event_id", "source_key", "occurred_date", "reported_date", "recorded_utc", "title", "region")
OPTIONAL = tuple(name for name in EVENT_SCHEMA.names if name not in (*REQUIRED, "content_hash"))
_FULL: dict[str, Any] = {
    "end_date": date(2025, 11, 3),
    "is_reported_date_assumed": False,
    "summary": "Vessels met near the shoal.",
    "location": "Second Thomas Shoal",
    "latitude": 9.73,
    "longitude": 115.87,
    "geo_precision": "exact",
    "actors": ["CHN", "PHL"],
    "initiator": "CHN",
    "target": "PHL",
    "organizations": ["ASEAN"],
    "people": ["Someone"],
    "category": "coast_guard",
    "cameo_root": "17",
    "cameo_code": "173",
    "quad_class": 4,
    "severity": 4,
    "tags": ["water_cannon"],
    "episode": "an-episode",
    "us_china_military_contact": "working",
    "figures": [{"key": "vessels", "value": 3.0}],
    "figures_other": [{"key": "metres", "value": 20.0}],
    "confidence": "medium",
    "coder_doubt": "A doubt.",
    "sources": [
        {
            "publisher": "Example Press",
            "title": "Vessels met",
            "url": "https://example.org/1",
            "published": date(2025, 10, 20),
            "tier": "news",
        }
    ],
    "goldstein": -5.0,
    "tone": -1.5,
    "mention_count": 30,
    "source_count": 2,
    "article_count": 4,
    "is_date_suspect": False,
    "source_stamp": 1,
}


def make_row(source_key: str, number: int, empty: Collection[str] = (), *, empty_list: Any = ()) -> dict[str, Any]:
    """One event; `empty` names the columns that it leaves open, `empty_list` is what a list column holds then."""
    day = date(2025, 10, 1 + number % 28)
    row = {
        "event_id": f"{source_key}:{number}",
        "source_key": source_key,
        "occurred_date": day,
        "reported_date": day,
        "recorded_utc": RECORDED,
        "title": "Vessels met near a shoal",
        "region": "South China Sea",
        "content_hash": f"{number}",
    }
    for name in OPTIONAL:
        is_list = pa.types.is_list(EVENT_SCHEMA.field(name).type)
        row[name] = (empty_list if is_list else None) if name in empty else _FULL[name]
    return row


def make_every_gap() -> list[dict[str, Any]]:
    """Of every source an event without anything optional, and one for each optional column that lacks only this."""
    rows = []
    for key in EVENT_SOURCES:
        rows.append(make_row(key, 0, OPTIONAL))
        rows.append(make_row(key, 1, OPTIONAL, empty_list=None))
        rows += [make_row(key, number, [name]) for number, name in enumerate(OPTIONAL, start=2)]
        full = make_row(key, len(OPTIONAL) + 2)
        rows.append(full | {"sources": [full["sources"][0] | {"title": None, "published": None}]})
    return rows


def replace_events(desk: Desk, rows: Iterable[dict[str, Any]]) -> None:
    """Put these events in the place of all that a desk's store holds."""
    desk.store.replace_all("events", pa.Table.from_pylist(list(rows), schema=EVENT_SCHEMA))
    desk.engine.refresh()
