"""Whose figure stands when a person gives a bulletin for a day that the record or the ministry's own page has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tension.intake.ingest import IngestReport, ingest_file
from tension.records.events import ActivityDay
from tension.records.schema import build_activity_table
from tension.sources import find_adapter
from tension.sources.base import FetchedFile
from tension.sources.mnd.adapter import find_given_conflicts
from tension.store.delta import Store
from tension.store.duckdb_engine import DuckEngine
from tension.store.queries import Queries
from tests.test_versions import BULLETIN

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = date(2026, 8, 20)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def open_queries(store: Store) -> Queries:
    engine = DuckEngine(store)
    engine.refresh()
    return Queries(engine)


def put_curated(store: Store, aircraft: int, scope: str = "all_detected") -> None:
    day = ActivityDay(date=DAY, aircraft_count=aircraft, vessel_count=6, scope=scope, language="zh")
    store.append("activity", build_activity_table([day], "curated", NOW))


def take(store: Store, aircraft: int, *, is_given: bool) -> IngestReport:
    raw = BULLETIN.format(year=115, before=19, day=20).replace("共機9架次", f"共機{aircraft}架次").encode()
    return ingest_file(store, find_adapter("mnd"), FetchedFile(f"{aircraft}.txt", raw), is_given=is_given)


def read_aircraft(store: Store) -> int:
    return int(open_queries(store).load_activity(DAY, DAY).aircraft_count.iloc[0])


@pytest.mark.parametrize("scope", ["all_detected", "intruders_only"])
def test_a_given_bulletin_does_not_outrank_the_curated_day(store: Store, scope: str) -> None:
    put_curated(store, 9, scope)
    assert take(store, 500, is_given=True).accepted_count == 1
    assert read_aircraft(store) == 9
    conflicts = find_given_conflicts(open_queries(store).load_given_days())
    assert conflicts == [{"date": DAY, "column": "aircraft_count", "stands": 9, "given": 500}]


def test_a_given_bulletin_is_refused_where_the_publishers_own_page_was_fetched(store: Store) -> None:
    assert take(store, 9, is_given=False).accepted_count == 1
    report = take(store, 500, is_given=True)
    assert (report.read_count, report.accepted_count, report.rejected_count) == (1, 0, 1)
    assert read_aircraft(store) == 9
    (reject,) = store.read_rows("rejects").to_pylist()
    assert "aircraft 500 (stands: 9)" in reject["reason"]


def test_a_given_bulletin_fills_a_day_until_the_publishers_own_page_is_fetched(store: Store) -> None:
    assert take(store, 500, is_given=True).accepted_count == 1
    assert read_aircraft(store) == 500
    assert take(store, 9, is_given=False).accepted_count == 1
    assert read_aircraft(store) == 9
    assert take(store, 500, is_given=True).rejected_count == 1


def test_the_same_figures_fetched_later_count_as_the_publishers_own(store: Store) -> None:
    take(store, 9, is_given=True)
    assert take(store, 9, is_given=False).accepted_count == 1
    assert take(store, 9, is_given=True).duplicate_count == 1
    assert take(store, 500, is_given=True).rejected_count == 1
