"""Records for tests: one valid synthetic event, changed by keyword, and the curated events as plain YAML reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from tension.records.events import Event
from tension.settings import PROJECT_DIR


def make_event_fields(**changes: Any) -> dict[str, Any]:
    """Fields of a valid event; a change to None leaves the field out."""
    fields: dict[str, Any] = {
        "event_id": "2024-03-01-test-event",
        "occurred_date": date(2024, 3, 1),
        "title": "Test event",
        "summary": "A synthetic event.",
        "region": "South China Sea",
        "location": "Test Shoal",
        "latitude": 9.73,
        "longitude": 115.87,
        "actors": ["CHN", "PHL"],
        "initiator": "CHN",
        "target": "PHL",
        "category": "coast_guard",
        "cameo_root": "17",
        "severity": 3,
        "sources": [
            {
                "publisher": "Example Press",
                "title": "Example",
                "url": "https://example.org/1",
                "published": date(2024, 3, 2),
                "tier": "news",
            }
        ],
    }
    return {key: value for key, value in (fields | changes).items() if value is not None}


def make_event(**changes: Any) -> Event:
    return Event.model_validate(make_event_fields(**changes))


def load_raw_events() -> list[dict[str, Any]]:
    """The curated events as plain YAML reads them, apart from the code under test."""
    paths = sorted((PROJECT_DIR / "data" / "events").glob("*.yaml"))
    return [event for path in paths for event in yaml.safe_load(path.read_text(encoding="utf-8"))]


def count_raw_events() -> int:
    """How many entries the curated files hold, read as lines and apart from the code under test."""
    paths = (PROJECT_DIR / "data" / "events").glob("*.yaml")
    return sum(path.read_text(encoding="utf-8").count("\n- event_id: ") for path in paths)
