"""Runs queries on DuckDB over the Parquet files of a store's version. Owns the connection, no query.

An engine of another kind stands beside it: tension/store/cluster_engine.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from tension.duckdb_session import connect
from tension.errors import StoreDamaged, first_line
from tension.store.columns import describe_columns
from tension.store.counts import CUBE_SCHEMAS, EventCube
from tension.store.delta import QUERIED_TABLES, TABLES, Store
from tension.store.location import quote_pattern

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class DuckEngine:
    """One DuckDB connection; each run takes its own cursor, because a connection isn't safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection = connect()
        self._cube = EventCube(self._connection)
        self._counted_version = ""
        self._lock = Lock()
        self._event_files: dict[str, list[str]] = {}
        self._datasets: dict[str, Any] = {}
        self.version = ""

    def refresh(self) -> str:
        """Point the views at the store's newest version and return it. Cheap when nothing changed."""
        with self._lock, self._name_damage():
            version = self._store.version()
            if version != self.version:
                for name in QUERIED_TABLES:
                    self._point_view(name)
                self.version = version
            return version

    def table(self, name: str) -> Any:
        """The Ibis table of a stored table or of counts derived from it (CUBES), unbound from any session."""
        if name in CUBE_SCHEMAS:
            self._refresh_counts()
        schema = CUBE_SCHEMAS[name] if name in CUBE_SCHEMAS else TABLES[name].schema
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def _refresh_counts(self) -> None:
        """Bring the counts up to the version that the views show, when they are first asked for."""
        with self._lock, self._name_damage():
            if self._counted_version == self.version:
                return
            self._cube.refresh(self._event_files, self._datasets.get("events"))
            self._counted_version = self.version

    def run(self, expression: Any) -> pd.DataFrame:
        """The rows of an Ibis expression; dates as datetime64, lists as object arrays."""
        with self._name_damage():
            return self._open_cursor().execute(_to_sql(expression)).df()

    def run_arrow(self, expression: Any) -> pa.Table:
        """The same rows as an Arrow table."""
        with self._name_damage():
            return self._open_cursor().sql(_to_sql(expression)).to_arrow_table()

    def run_rows(self, expression: Any) -> list[dict[str, Any]]:
        """The same rows as plain values of Python; needs no pandas."""
        with self._name_damage():
            cursor = self._open_cursor().execute(_to_sql(expression))
            names = [name for name, *_ in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def _name_damage(self) -> Iterator[None]:
        """Files that can't be read are the store's damage, said in one line."""
        try:
            yield
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise StoreDamaged(f"store {self._store.uri}: its files can't be read ({first_line(error)})") from error

    def _open_cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._connection.cursor()
        for name, dataset in self._datasets.items():
            cursor.register(name, dataset)
        return cursor

    def _point_view(self, name: str) -> None:
        if self._store.is_remote:
            # DuckDB reads other machines with extensions of its own; the store's own reader needs none.
            self._datasets[name], files = self._store.open_dataset(name)
        else:
            files = self._store.list_files(name)
        if name == "events":
            self._event_files = files
        if self._store.is_remote:
            return
        self._connection.execute(self._describe_view(name, files))

    def _describe_view(self, name: str, files: Mapping[str, Sequence[str]]) -> str:
        self._make_empty(name)
        parts = [self._describe_part(name, source, listed) for source, listed in sorted(files.items())]
        return f"CREATE OR REPLACE VIEW {name} AS {' UNION ALL BY NAME '.join(parts) or f'FROM empty_{name}'}"

    def _describe_part(self, name: str, source: str, files: Sequence[str]) -> str:
        """The rows of the files of one source; it stands in the name of their folder, not in them."""
        listed = ", ".join(_quote(quote_pattern(file)) for file in files)
        read = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
        there = set(self._connection.sql(f"FROM {read}").columns)
        columns = {column: f'"{column}"' for column in there}
        columns |= {column: f"{_quote(source)} AS {column}" for column in TABLES[name].partition_by}
        listed = ", ".join(columns[column] for column in TABLES[name].schema.names if column in columns)
        # A column that came with a later version of this program stands in no file that is older.
        filled = "" if columns.keys() >= set(TABLES[name].schema.names) else f"FROM empty_{name} UNION ALL BY NAME "
        return f"{filled}SELECT {listed} FROM {read}"  # noqa: S608 (names are ours, paths are quoted)

    def _make_empty(self, name: str) -> None:
        """A table without rows, for a stored table that has no file yet."""
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS empty_{name} ({describe_columns(TABLES[name].schema)})")


def _to_sql(expression: Any) -> str:
    return _compile(expression.op())


@lru_cache(maxsize=512)
def _compile(operation: Any) -> str:
    """The SQL of an expression. It depends on nothing else, and takes longer to write than many queries to run."""
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
