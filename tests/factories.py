"""Records for tests: a synthetic event, changed by keyword; the curated events as plain YAML; a desk to write to."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from tension.desk import Desk, open_desk
from tension.records.events import Event
from tension.records.schema import build_event_table
from tension.settings import PROJECT_DIR, Settings

# A file of one event of the reader's own.
OWN_EVENT = """
- event_id: 2026-07-01-own-event
  occurred_date: 2026-07-01
  title: An event of one's own
  region: Indian Ocean
  actors: [IND]
  initiator: IND
  category: diplomacy
  cameo_root: '04'
  severity: 1
  sources:
    - {publisher: Example, url: 'https://example.org/own', published: 2026-07-01, tier: news}
"""


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


def fill_store(desk: Desk, event_count: int, **changes: Any) -> None:
    """Give the desk's store so many machine-coded events that differ by their id alone, `gdelt:0` and on."""
    fields = {"source_key": "gdelt", "event_id": "gdelt:0"} | changes
    one = build_event_table([make_event(**fields)], datetime(2026, 1, 1, tzinfo=UTC))
    ids = pa.array([f"{fields['source_key']}:{number}" for number in range(event_count)])
    many = one.take([0] * event_count)
    desk.store.append("events", many.set_column(many.schema.get_field_index("event_id"), "event_id", ids))
    desk.refresh()


def make_event(**changes: Any) -> Event:
    return Event.model_validate(make_event_fields(**changes))


def load_raw_events() -> list[dict[str, Any]]:
    """The curated events as plain YAML reads them, apart from the code under test."""
    paths = sorted((PROJECT_DIR / "data" / "events").glob("*.yaml"))
    # The same reader as safe_load, in C: the files are long.
    return [event for path in paths for event in yaml.load(path.read_bytes(), yaml.CSafeLoader)]


def count_raw_events() -> int:
    """How many entries the curated files hold, read as lines and apart from the code under test."""
    paths = (PROJECT_DIR / "data" / "events").glob("*.yaml")
    return sum(path.read_text(encoding="utf-8").count("\n- event_id: ") for path in paths)


def load_raw_activity() -> dict[date, dict[str, str]]:
    """The bundled daily counts of Taiwan's ministry by day, as plain CSV reads them."""
    path = PROJECT_DIR / "data" / "series" / "taiwan_mnd_daily.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row["date"]): row for row in csv.DictReader(file)}


def copy_desk(desk: Desk, folder: Path) -> Desk:
    """The desk with a copy of its store in a folder of one's own, and no additions of the user's; quicker than anew."""
    copy_store(desk, folder)
    return open_desk(Settings(desk.settings.data_dir, folder / "own", str(folder / "store")))


def copy_store(desk: Desk, folder: Path) -> None:
    """A copy of the desk's store, as `store` in a folder of one's own: quicker than to take the record in anew."""
    shutil.copytree(desk.settings.store_uri, folder / "store")


def find_last_count_day() -> str:
    """The last day of the released file of Taiwan's counts, in ISO form."""
    lines = (PROJECT_DIR / "data" / "series" / "taiwan_mnd_daily.csv").read_text(encoding="utf-8").splitlines()
    return lines[-1].split(",")[0]
