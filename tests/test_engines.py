"""TENSION_ENGINE names what reads single events; counts stay here, and a missing cluster is told in one line."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import pytest

from tension.desk import Desk
from tension.errors import BadInput, EngineError
from tension.records.filters import EventFilter
from tension.settings import Settings
from tension.store.duckdb_engine import DuckEngine
from tension.store.engines import open_engine, parse_address
from tension.store.queries import Queries


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sc://localhost:15002", ("localhost", 15002)),
        ("sc://spark-1.example.org:50051/", ("spark-1.example.org", 50051)),
        ("sc://[::1]:15002", ("::1", 15002)),
    ],
)
def test_an_address_has_host_and_port(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["spark", "DuckDB", "sc://", "sc://host", "sc://host:0", "sc://host:65536", "http://host:1", "sc://a b:1"]
)
def test_what_is_no_address_is_refused_with_what_is_allowed(desk: Desk, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_engine(desk.store, text)
    assert str(caught.value) == (
        f"TENSION_ENGINE: {text!r} is not allowed; allowed: duckdb, or sc://HOST:PORT of a Spark Connect server"
    )


@pytest.mark.parametrize(("said", "engine"), [("", "duckdb"), (" sc://h:1 ", "sc://h:1"), (None, "duckdb")])
def test_the_environment_says_the_engine(monkeypatch: pytest.MonkeyPatch, said: str | None, engine: str) -> None:
    monkeypatch.delenv("TENSION_ENGINE", raising=False)
    if said is not None:
        monkeypatch.setenv("TENSION_ENGINE", said)
    assert Settings.from_environment().engine == engine


def test_without_its_client_a_cluster_is_told_in_one_line_and_counts_are_still_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        queries = open_queries(desk, port)
        for ask in (queries.load_events, queries.load_event_rows, queries.count_actors):
            line = catch_line(ask)
            assert line.startswith(f"engine sc://127.0.0.1:{port}: needs a package (")
            assert "pip install -r requirements-cluster.txt" in line
    assert queries.summarise(EventFilter()) == desk.queries.summarise(EventFilter())
    assert len(queries.load_gpr()) == len(desk.queries.load_gpr())
    assert queries.find_span() == desk.queries.find_span()


def test_a_server_that_takes_no_call_is_told_in_one_line(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    line = catch_line(open_queries(desk, port).load_events)
    assert line.startswith(f"engine sc://127.0.0.1:{port}: no answer (")
    assert line.endswith("; start it, or set TENSION_ENGINE=duckdb")


def open_queries(desk: Desk, port: int) -> Queries:
    engine = open_engine(desk.store, f"sc://127.0.0.1:{port}")
    engine.refresh()
    return Queries(engine)


def catch_line(ask: Callable[[EventFilter], object]) -> str:
    with pytest.raises(EngineError) as caught:
        ask(EventFilter())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_embedded_engine_is_the_default(desk: Desk) -> None:
    assert isinstance(desk.engine, DuckEngine)
