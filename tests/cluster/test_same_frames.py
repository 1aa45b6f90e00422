"""Every question of the query API has one answer, whichever engine reads the events."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tension.desk import Desk, open_desk
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tension.records.vocab import Category, QuadClass, Region
from tension.settings import PROJECT_DIR, Settings
from tension.store.cluster_engine import ClusterEngine
from tension.store.duckdb_engine import DuckEngine
from tension.store.queries import LIST_COLUMNS, Queries
from tests.factories import make_event
from tests.test_cube import NOW

BOTH = ("curated", "gdelt")
EVERY = EventFilter(source_keys=())
FILTERS = {
    "curated": EventFilter(),
    "every source": EVERY,
    "a region and a period": EventFilter(
        regions=(Region.SOUTH_CHINA_SEA,), since=date(2023, 1, 1), until=date(2025, 1, 1), source_keys=BOTH
    ),
    "as of": EventFilter(as_of=date(2024, 5, 1), source_keys=BOTH),
    "actors": EventFilter(actors=("PHL", "USA")),
    "text": EventFilter(text="shoal"),
    "text with marks": EventFilter(text="100% o'neill \\ _ \"é", source_keys=BOTH),
    "classes": EventFilter(categories=(Category.COAST_GUARD,), quad_classes=(QuadClass.MATERIAL_CONFLICT,)),
    "severe": EventFilter(min_severity=4),
    "nothing": EventFilter(text="zzzzzz"),
}
BY = (["region"], ["month", "category"], ["cameo_root", "week"])
ODD = "It's 100% odd: \\ _ \"é\" 南海 O'NEILL"
# Each method with calls of it; those that take a filter are called with all of FILTERS.
CALLS: dict[str, list[Callable[[Queries, EventFilter], Any]]] = {
    "load_events": [
        lambda q, f: q.load_events(f),
        lambda q, f: q.load_events(f, None),
        lambda q, f: q.load_events(f, latest=5),
        lambda q, f: q.load_events(f, ("event_id", "title"), limit=7, offset=3),
    ],
    "load_event_rows": [lambda q, f: q.load_event_rows(f)],
    "load_events_naming": [
        lambda q, f: q.load_events_naming(f, "CHN"),
        lambda q, f: q.load_events_naming(f, "PHL", latest=3),
    ],
    "load_acts": [
        lambda q, f: q.load_acts(f, "CHN", "PHL", latest=20),
        lambda q, f: q.load_acts(f, "CHN", "TWN", 4, latest=4),
    ],
    "count_act_days": [lambda q, f: q.count_act_days(f, "CHN", "PHL")],
    "has_event": [lambda q, f: q.has_event(f, "gdelt:1"), lambda q, f: q.has_event(f, "no-such-event")],
    "summarise": [lambda q, f: q.summarise(f)],
    "count_events": [lambda q, f, by=by: q.count_events(f, by) for by in BY],  # type: ignore[misc]
    "count_dyads": [lambda q, f: q.count_dyads(f)],
    "count_actors": [lambda q, f: q.count_actors(f)],
    "count_places": [lambda q, f, r=region: q.count_places(f, r) for region in list(Region)[:2]],  # type: ignore[misc]
    "count_clusters": [lambda q, f: q.count_clusters(f, "gdelt", 1), lambda q, f: q.count_clusters(f, "gdelt", 9)],
    "count_publishers": [lambda q, f: q.count_publishers(f)],
}
SINGLE_CALLS: dict[str, list[Callable[[Queries], Any]]] = {
    "load_event": [lambda q: q.load_event("gdelt:1"), lambda q: q.load_event("no-such-event")],
    "load_related": [
        lambda q: q.load_related(dict(q.load_events(EventFilter()).iloc[100])),
        lambda q: q.load_related(dict(q.load_event("gdelt:1") or {}), 3),
    ],
    "find_span": [lambda q: q.find_span(), lambda q: q.find_span("gdelt"), lambda q: q.find_span("none")],
    "load_contacts": [lambda q: q.load_contacts(), lambda q: q.load_contacts(date(2024, 1, 1))],
    "load_activity": [lambda q: q.load_activity(), lambda q: q.load_activity(as_of=date(2024, 1, 1))],
    "find_last_activity_day": [lambda q: q.find_last_activity_day()],
    "load_bulletins": [lambda q: q.load_bulletins()],
    "load_given_days": [lambda q: q.load_given_days()],
    "count_reporting": [lambda q: q.count_reporting()],
    "count_sector_days": [lambda q: q.count_sector_days(date(2025, 1, 1))],
    "load_gpr": [lambda q: q.load_gpr(), lambda q: q.load_gpr(date(2024, 1, 15))],
    "list_series": [lambda q: q.list_series()],
    "load_measurements": [lambda q: q.load_measurements()],
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The curated record and, in several files, machine-coded events with every kind of gap."""
    folder = tmp_path_factory.mktemp("same")
    desk = open_desk(Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store")))
    for numbers in (range(20), range(20, 40), range(40, 45)):
        desk.store.append("events", _make_rows(numbers))
    desk.refresh()
    return desk


def _make_rows(numbers: range) -> pa.Table:
    """Machine-coded rows: they don't pass through the model, and may have no page and no place."""
    rows = build_event_table([make_event(**_name_fields(number)) for number in numbers], NOW)
    for name, every, made in (("sources", 5, list), ("mention_count", 7, int), ("location", 6, None)):
        column = rows.schema.get_field_index(name)
        values = [
            (made() if made is list else None) if number % every == 0 else number if made is int else value
            for number, value in zip(numbers, rows[name].to_pylist(), strict=True)
        ]
        rows = rows.set_column(column, rows.schema.field(column), pa.array(values, rows.schema.field(column).type))
    return rows


def _name_fields(number: int) -> dict[str, Any]:
    return {
        "event_id": f"gdelt:{number}",
        "source_key": "gdelt",
        "region": list(Region)[number % 3],
        "severity": number % 5 + 1,
        "cameo_root": f"{number % 20 + 1:02d}",
        "title": ODD if number % 4 == 0 else f"Event {number}",
        "location": f"Place {number % 3}",
    }


@pytest.fixture(scope="module")
def engines(desk: Desk) -> tuple[Queries, Queries]:
    """The queries of the cluster, and those of DuckDB over the same store."""
    assert isinstance(desk.engine, ClusterEngine)
    embedded = DuckEngine(desk.store)
    embedded.refresh()
    return desk.queries, Queries(embedded)


def compare(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected)
    elif isinstance(expected, pa.Table):
        assert found.equals(expected)
    elif isinstance(expected, dict):
        pd.testing.assert_frame_equal(pd.DataFrame([found]), pd.DataFrame([expected]))
    else:
        assert found == expected


def test_every_method_is_called() -> None:
    methods = {name for name, _ in inspect.getmembers(Queries, inspect.isfunction) if not name.startswith("_")}
    assert methods == CALLS.keys() | SINGLE_CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_a_question_of_a_view_has_one_answer(engines: tuple[Queries, Queries], name: str) -> None:
    for wanted in FILTERS.values():
        for call in CALLS[name]:
            found, expected = (call(queries, wanted) for queries in engines)
            compare(found, expected)


@pytest.mark.parametrize("name", SINGLE_CALLS)
def test_a_question_has_one_answer(engines: tuple[Queries, Queries], name: str) -> None:
    for call in SINGLE_CALLS[name]:
        found, expected = (call(queries) for queries in engines)
        compare(found, expected)


def test_the_views_are_not_all_empty(engines: tuple[Queries, Queries]) -> None:
    counts = {name: len(engines[0].load_events(wanted, LIST_COLUMNS)) for name, wanted in FILTERS.items()}
    assert {name for name, count in counts.items() if not count} == {"nothing"}
