"""How this program opens DuckDB: in memory, silent, and with no extension fetched from the network."""

from __future__ import annotations

import duckdb


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own. Silent, because DuckDB's progress bar goes to standard output, where JSON may go."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    return connection.execute("SET enable_progress_bar = false")
