"""Events counted by what pages count them by, kept in memory so that ten million read like ten thousand. Owns no query.

Derived tables: every number in them is a count of rows of `events`, and a change of the store's files changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from tension.records.schema import EVENT_SCHEMA
from tension.store.columns import describe_columns
from tension.store.location import quote_pattern

if TYPE_CHECKING:
    from pyarrow.dataset import FileSystemDataset

CUBE_COLUMNS = "source_key region occurred_date quad_class severity category initiator target".split()
# The days of publication multiply the rows by the lags there are: they stand only where they are asked for.
CUBES: dict[str, list[str]] = {
    "event_counts": CUBE_COLUMNS,
    "reported_counts": [*CUBE_COLUMNS, "reported_date"],
    "published_counts": ["source_key", "region", "reported_date"],
}
CUBE_SCHEMAS = {
    name: pa.schema([*(EVENT_SCHEMA.field(column) for column in columns), ("event_count", pa.int64())])
    for name, columns in CUBES.items()
}
_DELETES = [f"DELETE FROM cube.{name} WHERE source_key = ?" for name in CUBES]  # noqa: S608 (names are ours)


class EventCube:
    """The tables of CUBES in a connection, brought up to date file by file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._loaded: dict[str, set[str]] = {}
        # Compressed, ten million events take some megabytes; sorted, a filter passes over most of them.
        connection.execute("ATTACH ':memory:' AS cube (COMPRESS true)")
        for name, schema in CUBE_SCHEMAS.items():
            connection.execute(f"CREATE TABLE cube.{name} ({describe_columns(schema)})")
            connection.execute(f"CREATE VIEW {name} AS FROM cube.{name}")

    def refresh(self, files: Mapping[str, Sequence[str]], dataset: FileSystemDataset | None = None) -> None:
        """Count the files, by source, that came since; a source of which files went is counted anew.

        With a dataset they are read through it, as at a URL.
        In one transaction: a reader beside never meets half of a change, and one that fails leaves none.
        """
        wanted = {source: set(listed) for source, listed in files.items()}
        cursor = self._connection.cursor().execute("BEGIN")
        for source in sorted(wanted.keys() | self._loaded.keys()):
            loaded = self._loaded.get(source, set())
            listed = wanted.get(source, set())
            if loaded - listed:
                for sql in _DELETES:
                    cursor.execute(sql, [source])
                loaded = set()
            if fresh := sorted(listed - loaded):
                _add(cursor, _read_files(cursor, source, fresh, dataset))
        cursor.execute("COMMIT")
        cursor.close()
        self._loaded = wanted


def _read_files(
    cursor: duckdb.DuckDBPyConnection, source: str, files: Sequence[str], dataset: FileSystemDataset | None
) -> duckdb.DuckDBPyRelation:
    if dataset is not None:
        return cursor.from_arrow(_select_files(dataset, files))
    rows = cursor.read_parquet([quote_pattern(file) for file in files], hive_partitioning=False, union_by_name=True)
    return rows.project(duckdb.StarExpression(), duckdb.ConstantExpression(source).alias("source_key"))


def _select_files(dataset: FileSystemDataset, files: Sequence[str]) -> FileSystemDataset:
    from pyarrow.dataset import FileSystemDataset

    # Delta gives each file a name that no other has; the folders before it are spelled in several ways.
    names = {file.rpartition("/")[2] for file in files}
    chosen = [one for one in dataset.get_fragments() if one.path.rpartition("/")[2] in names]
    return FileSystemDataset(chosen, dataset.schema, dataset.format, dataset.filesystem)


def _add(cursor: duckdb.DuckDBPyConnection, events: duckdb.DuckDBPyRelation) -> None:
    fine = ", ".join(CUBES["reported_counts"])
    fresh = events.aggregate(f"{fine}, count(*) AS event_count", fine).materialize()
    for name, columns in CUBES.items():
        listed = ", ".join(columns)
        counts = fresh.aggregate(f"{listed}, sum(event_count)::bigint AS event_count", listed)
        counts.order(listed).insert_into(f"cube.{name}")
