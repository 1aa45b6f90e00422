"""A server that is gone is told in one line within five seconds, and used again when it is back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tension.desk import Desk, open_desk
from tension.errors import EngineError
from tension.records.filters import EventFilter
from tension.settings import PROJECT_DIR, Settings
from tension.store.engines import open_engine
from tension.store.queries import Queries
from tests.apps import open_page
from tests.cluster.servers import Server, make_sail
from tests.conftest import clear_caches
from tests.factories import count_raw_events

LIMIT_SECONDS = 5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = make_sail(tmp_path).start()
    yield server
    server.kill()


def open_queries(desk: Desk, address: str) -> Queries:
    engine = open_engine(desk.store, address)
    engine.refresh()
    return Queries(engine)


def count(queries: Queries) -> int:
    return len(queries.load_events(EventFilter(), ("event_id",)))


def catch_error(queries: Queries) -> str:
    """The one line of a query that fails, which it must within the limit."""
    began = monotonic()
    with pytest.raises(EngineError) as caught:
        count(queries)
    assert monotonic() - began < LIMIT_SECONDS
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_dead_server_is_told_in_one_line_and_used_again_when_it_is_back(desk: Desk, server: Server) -> None:
    queries = open_queries(desk, server.address)
    assert count(queries) == count_raw_events()
    server.kill()
    for _ in range(2):
        line = catch_error(queries)
        assert line.startswith(f"engine {server.address}: no answer (")
        assert line.endswith("; start it, or set TENSION_ENGINE=duckdb")
    # Counts don't need it.
    assert queries.summarise(EventFilter()).event_count == count_raw_events()
    server.start()
    assert count(queries) == count_raw_events()


def test_a_server_started_anew_between_two_queries_is_not_noticed(desk: Desk, server: Server) -> None:
    queries = open_queries(desk, server.address)
    assert count(queries) == count_raw_events()
    server.kill()
    server.start()
    assert count(queries) == count_raw_events()


def test_a_port_that_takes_calls_and_never_speaks_is_told_in_time(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"sc://127.0.0.1:{silent.getsockname()[1]}"
        assert catch_error(open_queries(desk, address)).startswith(f"engine {address}: no answer (")


def test_a_store_that_the_cluster_cannot_see_is_no_empty_store(server: Server, tmp_path: Path) -> None:
    own = open_desk(Settings(PROJECT_DIR / "data", tmp_path / "own", str(tmp_path / "store")))
    queries = open_queries(own, server.address)
    (tmp_path / "store" / "events").rename(tmp_path / "store" / "gone")
    assert catch_error(queries).startswith(f"engine {server.address}: can't answer (")


def test_the_app_says_it_and_goes_on_when_the_server_is_back(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENSION_ENGINE", server.address)
    clear_caches()
    server.kill()
    app = open_page("record")
    (error,) = app.error
    assert error.value.startswith("engine sc")
    assert "no answer" in error.value
    server.start()
    app.get_by_key("call_cluster").click().run()
    assert not app.error
    assert not app.exception
