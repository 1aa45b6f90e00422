"""Which engine runs the queries: DuckDB in this process, or beside it a cluster for what reads single events."""

from __future__ import annotations

import re

from tension.errors import BadInput
from tension.store.delta import Store
from tension.store.duckdb_engine import DuckEngine
from tension.store.queries import Engine

EMBEDDED = "duckdb"
_ADDRESS = re.compile(r"sc://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/?")
_LAST_PORT = 65535


def open_engine(store: Store, asked: str) -> Engine:
    """The engine that TENSION_ENGINE asks for; a cluster is looked for with the first query. Raises BadInput."""
    embedded = DuckEngine(store)
    if asked == EMBEDDED:
        return embedded
    host, port = parse_address(asked)
    from tension.store.cluster_engine import ClusterEngine

    return ClusterEngine(store, embedded, host, port)


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of `sc://HOST:PORT`; raises BadInput."""
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"]) <= _LAST_PORT:
        raise BadInput("TENSION_ENGINE", text, f"{EMBEDDED}, or sc://HOST:PORT of a Spark Connect server")
    return found["host"].strip("[]"), int(found["port"])
