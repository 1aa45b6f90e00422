"""Many may write to one store at once, on an object store as in a folder: each row is there once, and told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tension.desk import open_desk
from tension.errors import StoreError
from tension.intake.write import write_events
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tension.settings import PROJECT_DIR, Settings
from tension.store.delta import Store
from tests.factories import make_event
from tests.object_store import SPANS, WRITERS, ObjectServer, run_together, serve_objects

NOW = datetime(2026, 1, 1, tzinfo=UTC)
IDLE_REQUESTS = 10


@pytest.fixture(scope="module")
def objects() -> Iterator[ObjectServer]:
    with serve_objects() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.address)
        patch.setenv("AWS_ALLOW_HTTP", "true")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "made-up")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
        yield server


def test_four_writers_and_a_compactor_leave_each_row_once(objects: ObjectServer) -> None:
    store = Store("s3://tension/writers")
    store.prepare()
    run_together(store.uri, [*WRITERS, "compact"])
    expected = {f"gdelt:{first + n}" for first, count in SPANS.values() for n in range(count)}
    ids = store.read_rows("events", ["event_id"])["event_id"].to_pylist()
    assert Counter(ids) == Counter(expected)
    runs = store.read_rows("runs").to_pylist()
    assert len(runs) == len(WRITERS) * len(SPANS)
    assert sum(run["accepted_count"] for run in runs) == len(expected)
    told = ("accepted_count", "duplicate_count", "out_of_scope_count", "rejected_count")
    assert all(run["read_count"] == sum(run[name] for name in told) for run in runs)
    assert store.read_rows("rejects").num_rows == 1
    # Of the two that overlap one is counted.
    assert sum(store.read_rows("totals", ["row_count"])["row_count"].to_pylist()) == 12


def test_an_idle_refresh_asks_little_and_a_new_file_is_counted_alone(objects: ObjectServer, tmp_path: Path) -> None:
    desk = open_desk(Settings(PROJECT_DIR / "data", tmp_path / "own", "s3://tension/idle"))
    wanted = EventFilter(source_keys=("curated", "gdelt"))
    before = desk.queries.summarise(wanted).event_count
    desk.refresh()
    objects.list_asked()
    version = desk.refresh()
    assert len(objects.list_asked()) <= IDLE_REQUESTS
    other = Store(desk.store.uri)
    other.append("events", build_event_table([make_event(event_id="gdelt:1", source_key="gdelt")], NOW))
    objects.list_asked()
    assert desk.refresh() != version
    assert desk.queries.summarise(wanted).event_count == before + 1
    read = {path for method, path in objects.list_asked() if method == "GET" and "/events/source_key=" in path}
    assert len(read) == 1


@pytest.fixture(params=["folder", "url"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    folder = tmp_path / "store"
    uri = str(folder) if request.param == "folder" else f"file://{folder}"
    Store(uri).prepare()
    return uri


def test_work_is_done_again_where_another_wrote_since_it_looked(uri: str) -> None:
    one, other = Store(uri), Store(uri)
    events = build_event_table([make_event(event_id="gdelt:1", source_key="gdelt")], NOW)
    seen = []

    def work() -> None:
        seen.append(one.read_rows("events", ["event_id"]).num_rows)
        if len(seen) == 1:
            write_events(other, "gdelt", events)
        # The same version at each look of one try.
        assert one.read_rows("events", ["event_id"]).num_rows == seen[-1]
        if not seen[-1]:
            one.append("events", events)

    one.transact(work)
    assert seen == [0, 1]
    assert one.read_rows("events").num_rows == 1


def test_rows_that_rest_on_no_look_stop_nobody(uri: str) -> None:
    one, other = Store(uri), Store(uri)
    rows = [build_event_table([make_event(event_id=f"gdelt:{n}", source_key="gdelt")], NOW) for n in range(2)]
    seen = []

    def work() -> None:
        seen.append(one.read_rows("events").num_rows)
        other.append("events", rows[0])
        one.append("events", rows[1])

    one.transact(work)
    assert seen == [0]
    assert one.read_rows("events").num_rows == 2


def test_who_is_always_overtaken_is_told_in_one_line(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tension.store.delta.time.sleep", lambda _: None)
    monkeypatch.setattr("tension.store.delta._WORK_ATTEMPTS", 3)
    one, other = Store(uri), Store(uri)
    events = build_event_table([make_event()], NOW)

    def work() -> None:
        one.read_rows("events")
        other.replace_all("events", events)
        one.replace_all("events", events)

    with pytest.raises(StoreError, match="other processes kept writing events; try again"):
        one.transact(work)
