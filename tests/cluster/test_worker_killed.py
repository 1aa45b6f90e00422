"""A worker that dies while a query runs: the query ends with every row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from tension.desk import Desk
from tension.records.filters import EventFilter
from tests.cluster.servers import Server
from tests.factories import fill_store

ROWS, FILES = 500, 8


def test_a_query_completes_though_a_worker_is_killed_in_it(own_desk: Desk, cluster: list[Server]) -> None:
    for _ in range(FILES):
        fill_store(own_desk, ROWS)
    gdelt = EventFilter(source_keys=("gdelt",))
    own_desk.queries.load_events(gdelt, latest=1)
    is_running = Event()

    def watch(inflight_tasks: int = 0, **_: Any) -> None:
        if inflight_tasks:
            is_running.set()

    own_desk.engine._session._session.registerProgressHandler(watch)  # type: ignore[attr-defined]
    lost = cluster[1]
    # It takes its share of the work and ends none of it.
    lost.pause()
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(own_desk.queries.load_events, gdelt, ("event_id",))
        assert is_running.wait(60)
        assert not found.done()
        lost.kill()
        assert len(found.result(120)) == ROWS * FILES
