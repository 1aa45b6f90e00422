"""Counts kept in memory say what the events themselves say, after every change, and for every filter."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.desk import Desk, open_desk
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tension.records.vocab import Category, QuadClass, Region
from tension.settings import PROJECT_DIR, Settings
from tests.factories import count_raw_events, make_event

EVENT_COUNT = count_raw_events()

NOW = datetime(2026, 9, 2, tzinfo=UTC)
BOTH = ("curated", "gdelt")


def open_at(folder: Path, uri: str = "") -> Desk:
    return open_desk(Settings(PROJECT_DIR / "data", folder / "own", uri or str(folder / "store")))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = open_at(tmp_path_factory.mktemp("cube"))
    add(desk, *range(6))
    return desk


def add(desk: Desk, *numbers: int, **changes: Any) -> None:
    events = []
    for number in numbers:
        fields = {
            "region": list(Region)[number % 3],
            "severity": number % 5 + 1,
            "cameo_root": f"{number % 20 + 1:02d}",
        }
        events.append(make_event(event_id=f"gdelt:{number}", source_key="gdelt", **(fields | changes)))
    desk.store.append("events", build_event_table(events, NOW))
    desk.refresh()


def list_keys(frame: pd.DataFrame, by: list[str]) -> list[tuple[Any, ...]]:
    rows = frame[by].itertuples(index=False, name=None)
    return [tuple(None if pd.isna(value) else value for value in row) for row in rows]


def to_dict(frame: pd.DataFrame, by: list[str]) -> dict[tuple[Any, ...], int]:
    return dict(zip(list_keys(frame, by), frame.event_count, strict=True))


FILTERS = st.builds(
    EventFilter,
    regions=st.lists(st.sampled_from(Region), max_size=2, unique=True).map(tuple),
    since=st.none() | st.dates(date(2022, 1, 1), date(2024, 6, 1)),
    until=st.none() | st.dates(date(2024, 6, 2), date(2026, 9, 1)),
    actors=st.sampled_from([(), ("PHL",), ("USA", "TWN")]),
    categories=st.lists(st.sampled_from(Category), max_size=3, unique=True).map(tuple),
    quad_classes=st.lists(st.sampled_from(QuadClass), max_size=2, unique=True).map(tuple),
    min_severity=st.integers(1, 5),
    text=st.sampled_from(["", "shoal", "zzz"]),
    as_of=st.none() | st.dates(date(2024, 1, 1), date(2026, 9, 1)),
    source_keys=st.sampled_from([("curated",), BOTH, ("gdelt",)]),
)


@settings(max_examples=15, deadline=None)
@given(wanted=FILTERS)
def test_counts_are_those_of_the_events_in_view(whole: Desk, wanted: EventFilter) -> None:
    columns = ("occurred_date", "region", "quad_class", "severity", "initiator", "target")
    events = whole.queries.load_events(wanted, columns)
    summary = whole.queries.summarise(wanted)
    assert (summary.event_count, summary.severe_count) == (len(events), int((events.severity >= 4).sum()))
    if len(events):
        assert summary.material_conflict_share == pytest.approx((events.quad_class == 4).mean())
        span = (events.occurred_date.min().date(), events.occurred_date.max().date())
        assert (summary.first_date, summary.last_date) == span
    for by in (["region"], ["occurred_date"], ["initiator", "target", "quad_class"]):
        counted = whole.queries.count_events(wanted, by)
        assert counted.event_count.dtype == "int64"
        assert to_dict(counted, by) == Counter(list_keys(events, by))
    dyads = whole.queries.count_dyads(wanted)
    named = events.dropna(subset=["initiator", "target"])
    assert dyads.event_count.sum() == len(named)
    assert dyads.max_severity.max() == named.severity.max() or dyads.empty


@settings(max_examples=15, deadline=None)
@given(wanted=FILTERS, latest=st.integers(1, 400))
def test_the_latest_events_are_the_last_of_all_in_view(whole: Desk, wanted: EventFilter, latest: int) -> None:
    found = whole.queries.load_events(wanted, ("event_id",), latest=latest)
    assert list(found.event_id) == list(whole.queries.load_events(wanted, ("event_id",)).event_id)[-latest:]


def test_the_latest_events_are_read_from_their_days_alone(whole: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[EventFilter] = []
    read = whole.queries._events
    monkeypatch.setattr(whole.queries, "_events", lambda wanted: asked.append(wanted) or read(wanted))
    found = whole.queries.load_events(EventFilter(), latest=3)
    assert [wanted.since for wanted in asked] == [found.occurred_date.min().date()]


def test_a_column_that_is_not_counted_in_memory_is_counted_from_the_events(whole: Desk) -> None:
    wanted = EventFilter(source_keys=("gdelt",))
    assert to_dict(whole.queries.count_events(wanted, ["cameo_root"]), ["cameo_root"]) == {
        (f"{n:02d}",): 1 for n in range(1, 7)
    }


def test_counts_follow_new_changed_and_removed_files(tmp_path: Path) -> None:
    desk = open_at(tmp_path)
    wanted = EventFilter(source_keys=BOTH)

    def count() -> tuple[int, int]:
        desk.refresh()
        as_of = EventFilter(source_keys=BOTH, as_of=date(2030, 1, 1))
        return desk.queries.summarise(wanted).event_count, desk.queries.summarise(as_of).event_count

    assert count() == (EVENT_COUNT, EVENT_COUNT)
    add(desk, 1, 2)
    add(desk, 3)
    assert count() == (EVENT_COUNT + 3, EVENT_COUNT + 3)
    desk.store.compact()
    assert count() == (EVENT_COUNT + 3, EVENT_COUNT + 3)
    desk.store.upsert("events", build_event_table([make_event(event_id="gdelt:1", source_key="gdelt")], NOW))
    assert count() == (EVENT_COUNT + 3, EVENT_COUNT + 3)
    desk.store.replace_where("events", build_event_table([], NOW), "source_key = 'gdelt'")
    assert count() == (EVENT_COUNT, EVENT_COUNT)
    assert desk.queries.find_span("gdelt") == (None, None)
    sources = dict(
        desk.queries.count_events(EventFilter(source_keys=()), ["source_key"]).itertuples(index=False, name=None)
    )
    assert sources["curated"] == EVENT_COUNT
    assert "gdelt" not in sources


def test_a_store_at_a_url_answers_like_one_in_a_folder(tmp_path: Path, whole: Desk) -> None:
    shutil.copytree(whole.store.uri, tmp_path / "copy")
    remote = open_at(tmp_path, f"file://{tmp_path / 'copy'}")
    assert remote.store.is_remote
    wanted = EventFilter(source_keys=BOTH, regions=(Region.TAIWAN_STRAIT,))
    assert remote.queries.summarise(wanted) == whole.queries.summarise(wanted)
    assert list(remote.queries.load_events(wanted).event_id) == list(whole.queries.load_events(wanted).event_id)
    add(remote, 7, region=Region.TAIWAN_STRAIT)
    assert remote.queries.summarise(wanted).event_count == whole.queries.summarise(wanted).event_count + 1
    assert len(remote.queries.load_activity()) == len(whole.queries.load_activity()) > 0
