"""How this program opens DuckDB: in memory, silent, and with no extension fetched from the network."""

from __future__ import annotations

from functools import cache

import duckdb


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own. Silent, because DuckDB's progress bar goes to standard output, where JSON may go."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    return connection.execute("SET enable_progress_bar = false")


@cache
def _open_shared() -> duckdb.DuckDBPyConnection:
    return connect()


def open_cursor() -> duckdb.DuckDBPyConnection:
    """A connection for a question about tables that are registered on it: they are its own, the engine is shared.

    Opening an engine takes 30 ms, a cursor nothing.
    """
    return _open_shared().cursor()
