"""The store: Delta Lake tables declared as data, in a folder or at an object-store URL. Owns writes and versions.

Delta, because readers and writers of several processes share it, and a commit is whole or absent. Reading is
tension/store/queries.py's; this module only says which files make up a version.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, write_deltalake
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from filelock import FileLock

from tension.errors import StoreDamaged, StoreError, StoreNewer, first_line
from tension.records.schema import (
    ACTIVITY_SCHEMA,
    AUDIT_SCHEMA,
    CANDIDATE_SCHEMA,
    EVENT_SCHEMA,
    GPR_SCHEMA,
    HISTORY_SCHEMA,
    MEASUREMENT_SCHEMA,
    REJECT_SCHEMA,
    RUN_SCHEMA,
    SPAN_SCHEMA,
    SYNC_SCHEMA,
    TOTAL_SCHEMA,
)
from tension.store.location import check_location, find_root, is_url

if TYPE_CHECKING:
    from pyarrow.dataset import Expression

STORE_FORMAT = 1
_FORMAT_PREFIX = "tension store format "
_COMMIT_ATTEMPTS = 8


@dataclass(frozen=True)
class TableSpec:
    """A table of the store: its schema, what makes a row unique, and its partition columns."""

    schema: pa.Schema
    keys: tuple[str, ...]
    partition_by: tuple[str, ...] = ()


TABLES: dict[str, TableSpec] = {
    "events": TableSpec(EVENT_SCHEMA, ("event_id",), ("source_key",)),
    "activity": TableSpec(ACTIVITY_SCHEMA, ("date", "language", "source_key"), ("source_key",)),
    "gpr": TableSpec(GPR_SCHEMA, ("month",)),
    "measurements": TableSpec(MEASUREMENT_SCHEMA, ("row_id",), ("source_key",)),
    "totals": TableSpec(TOTAL_SCHEMA, ("source_key", "date", "first_number")),
    "activity_history": TableSpec(HISTORY_SCHEMA, ("date", "language", "content_hash")),
    "candidates": TableSpec(CANDIDATE_SCHEMA, ("candidate_id",)),
    "runs": TableSpec(RUN_SCHEMA, ("run_id",)),
    "rejects": TableSpec(REJECT_SCHEMA, ("source_key", "input_hash")),
    "spans": TableSpec(SPAN_SCHEMA, ("source_key", "input_name", "date_from", "date_to")),
    "sync": TableSpec(SYNC_SCHEMA, ("part",)),
    "audit": TableSpec(AUDIT_SCHEMA, ("act_id",)),
}
# What pages query and cache: a commit to one of these is a new version of the record.
QUERIED_TABLES = ("events", "activity", "gpr", "measurements", "totals")


class Store:
    """Delta tables under one root. Every write is one atomic commit, tried again when another process was first."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._root = find_root(uri)

    @property
    def is_remote(self) -> bool:
        """Whether the store is at a URL rather than in a folder."""
        return is_url(self.uri)

    def prepare(self) -> None:
        """Make the tables that are missing; raises StoreNewer, StoreDamaged, StoreError."""
        check_location(self.uri)
        if not self.is_remote:
            try:
                Path(self._root).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"store {self.uri}: {error.strerror}; set TENSION_STORE to a writable folder"
                ) from None
        for name, spec in TABLES.items():
            try:
                if not DeltaTable.is_deltatable(self.locate(name)):
                    DeltaTable.create(
                        self.locate(name),
                        spec.schema,
                        mode="ignore",
                        partition_by=list(spec.partition_by),
                        description=f"{_FORMAT_PREFIX}{STORE_FORMAT}",
                    )
            except (DeltaError, OSError) as error:
                raise StoreError(f"store {self.uri}: table {name} can't be made ({first_line(error)})") from error
            table = self.open_table(name)
            self._check_format(name, table)
            self._add_columns(name, table)

    def open_table(self, name: str, version: int | None = None) -> DeltaTable:
        """A version of a table, the newest unless one is named; raises StoreDamaged."""
        try:
            return DeltaTable(self.locate(name), version=version)
        except (TableNotFoundError, DeltaError, OSError, ValueError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error

    def version(self) -> str:
        """One text that changes with every commit to what pages query."""
        return ".".join(str(self.open_table(name).version()) for name in QUERIED_TABLES)

    def list_files(self, name: str, version: int | None = None) -> dict[str, list[str]]:
        """The Parquet files of a version by source_key, the newest's unless one is named.

        They stand under '' where the table isn't partitioned by it.

        Paths are the system's own, not the escaped ones of a URL; where the store has a URL they begin with it.
        """
        depth = 1 + len(TABLES[name].partition_by)
        files: dict[str, list[str]] = {}
        for uri in self.open_table(name, version).file_uris():
            # What stands before the table's own part of the path may hold anything, even 'source_key='.
            *folder, file = uri.split("/")[-depth:]
            key = folder[0].partition("=")[2] if folder else ""
            files.setdefault(key, []).append("/".join([self.locate(name), *folder, file]))
        return files

    def count_files(self) -> dict[str, int]:
        """Parquet files of the newest version, by table: many small ones slow every read."""
        return {name: sum(map(len, self.list_files(name).values())) for name in TABLES}

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Be the only writer of a local store, so that looking what is there and writing go together.

        The lock ends with the process that holds it. An object store has none: there, let one process write. Raises
        StoreError.
        """
        if self.is_remote:
            yield
            return
        lock = FileLock(Path(self._root) / "writer.lock")
        try:
            lock.acquire()
        except OSError as error:
            raise StoreError(f"store {self.uri}: can't be written ({error.strerror or first_line(error)})") from None
        try:
            yield
        finally:
            lock.release()

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows without looking at what is there."""
        if rows.num_rows:
            self._commit(name, rows, mode="append")

    def replace_where(self, name: str, rows: pa.Table, predicate: str) -> None:
        """Put `rows` in the place of all rows that a predicate names, in one commit."""
        self._commit(name, rows, mode="overwrite", predicate=predicate)

    def replace_all(self, name: str, rows: pa.Table) -> None:
        """Put `rows` in the place of the whole table, in one commit."""
        self._commit(name, rows, mode="overwrite")

    def upsert(self, name: str, rows: pa.Table) -> dict[str, Any]:
        """Insert new rows and update those whose keys are there; returns Delta's merge metrics."""
        on = " AND ".join(f"old.{key} = new.{key}" for key in TABLES[name].keys)

        def merge() -> dict[str, Any]:
            merger = self.open_table(name).merge(rows, on, source_alias="new", target_alias="old")
            return dict(merger.when_matched_update_all().when_not_matched_insert_all().execute())

        return dict(self._retry(name, merge))

    def read_rows(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        *,
        source_key: str | None = None,
        filters: Sequence[tuple[str, str, Any]] = (),
    ) -> pa.Table:
        """Rows of a small table or of one source, for bookkeeping; pages read through tension/store/queries.py.

        `filters` are (column, operator, value), all of which must hold.
        """
        limits = _build_limits(name, [*filters, *([("source_key", "=", source_key)] if source_key else [])])
        table = self.open_table(name)
        try:
            rows = table.to_pyarrow_table(columns=list(columns) if columns else None, filters=limits)
        except (pa.ArrowException, DeltaError, OSError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error
        return pa.table(rows)

    def read_column(self, name: str, column: str) -> list[Any]:
        """The values of one column of a small table, with nothing imported for it: every start reads one."""
        table = self.open_table(name)
        try:
            rows = QueryBuilder().register(name, table).execute(f"SELECT {column} FROM {name}")  # noqa: S608 (names are ours)
            return list(pa.RecordBatchReader.from_stream(rows).read_all().column(column).to_pylist())
        except (pa.ArrowException, DeltaError, OSError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error

    def compact(self) -> dict[str, int]:
        """Join small files and drop those that no recent version needs; returns files removed per table.

        Raises StoreError.
        """
        removed = {}
        for name in TABLES:
            table = self.open_table(name)
            try:
                metrics = table.optimize.compact()
                table.vacuum(retention_hours=168, dry_run=False)
            except (DeltaError, OSError) as error:
                raise StoreError(f"store {self.uri}: {name} can't be compacted ({first_line(error)})") from error
            removed[name] = int(metrics["numFilesRemoved"])
        return removed

    def locate(self, name: str) -> str:
        """Where a table is: its folder or URL."""
        return f"{self._root}/{name}"

    def _check_format(self, name: str, table: DeltaTable) -> None:
        described = table.metadata().description or ""
        found = described.removeprefix(_FORMAT_PREFIX)
        if not described.startswith(_FORMAT_PREFIX) or not found.isdigit():
            raise StoreDamaged(
                f"store {self.uri}: table {name} wasn't made by this program; choose another TENSION_STORE"
            )
        if int(found) > STORE_FORMAT:
            raise StoreNewer(
                f"store {self.uri}: written by a later version of this program (format {found}, not {STORE_FORMAT}); "
                "run that version, or point TENSION_STORE to another folder"
            )

    def _add_columns(self, name: str, table: DeltaTable) -> None:
        """Give a table of an earlier version of this program the columns that came since, empty in its rows."""
        there = {field.name for field in table.schema().fields}
        missing = [field for field in DeltaSchema.from_arrow(TABLES[name].schema).fields if field.name not in there]
        if missing:
            self._retry(name, lambda: self.open_table(name).alter.add_columns(missing))

    def _commit(self, name: str, rows: pa.Table, *, mode: str, predicate: str | None = None) -> None:
        spec = TABLES[name]
        rows = rows.select(spec.schema.names).cast(spec.schema)

        def write() -> None:
            write_deltalake(
                self.locate(name),
                rows,
                mode=mode,
                predicate=predicate,
                partition_by=list(spec.partition_by) or None,
                schema_mode="merge",
                commit_properties=CommitProperties(max_commit_retries=_COMMIT_ATTEMPTS),
            )

        self._retry(name, write)

    def _retry(self, name: str, write: Any) -> Any:
        for attempt in range(_COMMIT_ATTEMPTS):
            try:
                return write()
            except CommitFailedError:
                if attempt == _COMMIT_ATTEMPTS - 1:
                    raise StoreError(f"store {self.uri}: other processes kept writing {name}; try again") from None
            except (DeltaError, OSError) as error:
                raise StoreError(f"store {self.uri}: {name} can't be written ({first_line(error)})") from error
        return None


def _build_limits(name: str, filters: Sequence[tuple[str, str, Any]]) -> Expression | None:
    """Conditions that must all hold, as an expression; None for none."""
    # Arrow's datasets bring pandas with them, of which not every command needs either.
    import pyarrow.dataset as ds

    compare: dict[str, Any] = {
        "=": operator.eq,
        ">=": operator.ge,
        "<=": operator.le,
        "in": lambda column, values: column.isin(values),
    }
    limits = None
    for column, sign, value in filters:
        kind = TABLES[name].schema.field(column).type
        # A merge writes texts as views, which Arrow compares with no text before they are cast.
        is_cast = pa.types.is_string(kind) and column not in TABLES[name].partition_by
        one = compare[sign](ds.field(column).cast(kind) if is_cast else ds.field(column), value)
        limits = one if limits is None else limits & one
    return limits


def find_table_version(version: str, name: str) -> int:
    """Delta's version of one table in the text that `Store.version` gives."""
    return int(version.split(".")[QUERIED_TABLES.index(name)])


def read_now_utc() -> datetime:
    """The recording time of what is written now."""
    return datetime.now(UTC)
