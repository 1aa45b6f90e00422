"""Rows of a source whose terms forbid it never leave in a file, in whatever format."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from components.record_parts import build_csv
from tension.errors import ExportError
from tension.exports.csv_text import to_csv
from tension.exports.geo import to_geojson, to_kml
from tension.exports.records import to_events_json
from tension.exports.terms import keep_exportable, limit_to_exportable
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tests.factories import make_event


@pytest.fixture
def events() -> pd.DataFrame:
    made = [
        make_event(title="A licensed row", event_id="acled:1", source_key="acled"),
        make_event(title="A free row", event_id="ucdp:1", source_key="ucdp"),
        make_event(title="A curated row"),
    ]
    frame = build_event_table(made, datetime(2026, 9, 1, tzinfo=UTC)).to_pandas()
    return frame.assign(occurred_date=pd.to_datetime(frame.occurred_date))


@pytest.mark.parametrize("make", [to_csv, to_geojson, to_kml, build_csv, to_events_json])
def test_a_file_holds_the_rows_that_may_be_passed_on(events: pd.DataFrame, make) -> None:
    text = make(events).decode("utf-8-sig")
    assert "A free row" in text
    assert "A curated row" in text
    assert "licensed" not in text


def test_a_file_of_nothing_but_such_rows_is_empty(events: pd.DataFrame) -> None:
    assert json.loads(to_geojson(events[events.source_key == "acled"]))["features"] == []


def test_a_frame_without_sources_is_left_as_it_is() -> None:
    counts = pd.DataFrame({"region": ["Taiwan Strait"], "event_count": [3], "first": [date(2026, 9, 1)]})
    assert keep_exportable(counts) is counts


def test_rejects_leave_without_formulas_and_without_licensed_rows() -> None:
    frame = pd.DataFrame({"source_key": ["upload", "acled"], "reason": ["=1+1", "licensed"], "text": ["@x", "row"]})
    text = to_csv(frame).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'@x" in text
    assert "licensed" not in text


def test_a_page_holds_only_sources_that_may_be_passed_on() -> None:
    both = EventFilter(source_keys=("curated", "acled"))
    assert limit_to_exportable(both).source_keys == ("curated",)
    assert "acled" not in limit_to_exportable(EventFilter(source_keys=())).source_keys
    with pytest.raises(ExportError, match="acled: its terms forbid"):
        limit_to_exportable(EventFilter(source_keys=("acled",)))
