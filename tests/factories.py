"""Plainly synthetic records for tests: one valid event, changed by keyword."""

from __future__ import annotations

from datetime import date
from typing import Any

from tension.events import Event


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
