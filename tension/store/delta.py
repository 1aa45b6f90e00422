"""The store: Delta Lake tables declared as data, in a folder or at an object-store URL. Owns writes and versions.

Delta, because readers and writers of several processes share it, and a commit is whole or absent. Reading is
tension/store/queries.py's; this module only says which files make up a version.
"""

from __future__ import annotations

import operator
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, Transaction, write_deltalake
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
from tension.store.held_tables import HeldTables
from tension.store.location import check_location, find_root, is_url

if TYPE_CHECKING:
    from pyarrow.dataset import Expression, FileSystemDataset

STORE_FORMAT = 1
_FORMAT_PREFIX = "tension store format "
# How often a commit is tried again while others only add; how often work is done again whose table was written to.
_COMMIT_ATTEMPTS = 16
_WORK_ATTEMPTS = 40
_LONGEST_PAUSE_SECONDS = 0.5
# The name under which each commit that rests on a look counts itself in its table: of two with one number one fails.
_APP_ID = "tension"
_P = ParamSpec("_P")
_T = TypeVar("_T")


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


class _Overtaken(Exception):
    """Another process wrote to the table since it was looked at."""


class Store:
    """Delta tables under one root. Every write is one atomic commit, tried again when another process was first."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._root = find_root(uri)
        self._held = HeldTables(self._root)
        self._work = local()
        # What the curated files and the tables were like when they were last seen in line.
        self.synced_state = ""

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
                self._make_table(name, spec)
            except (DeltaError, OSError) as error:
                raise StoreError(f"store {self.uri}: table {name} can't be made ({first_line(error)})") from error
            with self._borrow(name) as table:
                self._check_format(name, table)
            self._add_columns(name)

    def _make_table(self, name: str, spec: TableSpec) -> None:
        if DeltaTable.is_deltatable(self.locate(name)):
            return
        try:
            DeltaTable.create(
                self.locate(name),
                spec.schema,
                mode="ignore",
                partition_by=list(spec.partition_by),
                description=f"{_FORMAT_PREFIX}{STORE_FORMAT}",
            )
        except DeltaError:
            # Another process may have made it in between.
            if not DeltaTable.is_deltatable(self.locate(name)):
                raise

    @contextmanager
    def _borrow(self, name: str) -> Iterator[DeltaTable]:
        """The newest version of a table, or within `transact` the one that it looked at first; raises StoreDamaged."""
        pinned: dict[str, DeltaTable] | None = getattr(self._work, "pinned", None)
        with ExitStack() as own:
            if pinned is not None and name in pinned:
                yield pinned[name]
                return
            try:
                table = (own if pinned is None else self._work.stack).enter_context(self._held.lend(name))
            except (TableNotFoundError, DeltaError, OSError, ValueError) as error:
                raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error
            if pinned is not None:
                pinned[name] = table
            yield table

    def transact(self, work: Callable[[], _T]) -> _T:
        """Do work that looks at tables and then writes once to one; again where another process wrote there since.

        Every look of one try is at the same version of a table, and the commit holds only if that is the newest still
        but for rows that were added blindly. In a folder and at a URL alike. Raises StoreError.
        """
        if getattr(self._work, "pinned", None) is not None:
            return work()
        for attempt in range(_WORK_ATTEMPTS):
            try:
                return self._try_once(work)
            except _Overtaken as overtaken:
                if attempt == _WORK_ATTEMPTS - 1:
                    raise StoreError(f"store {self.uri}: other processes kept writing {overtaken}; try again") from None
                # Of many that wait, not all come back at once.
                time.sleep(random.uniform(0, min(0.01 * 2**attempt, _LONGEST_PAUSE_SECONDS)))  # noqa: S311 (no secret)
        raise AssertionError("unreachable")

    def _try_once(self, work: Callable[[], _T]) -> _T:
        with ExitStack() as stack:
            self._work.stack, self._work.pinned = stack, {}
            try:
                return work()
            finally:
                self._work.pinned = None

    def open_table(self, name: str, version: int | None = None) -> DeltaTable:
        """A version of a table for the caller alone, the newest unless one is named; raises StoreDamaged."""
        try:
            return DeltaTable(self.locate(name), version=version)
        except (TableNotFoundError, DeltaError, OSError, ValueError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error

    def version(self) -> str:
        """One text that changes with every commit to what pages query."""
        return ".".join(str(self._read_version(name)) for name in QUERIED_TABLES)

    def _read_version(self, name: str) -> int:
        with self._borrow(name) as table:
            return int(table.version())

    def list_files(self, name: str, version: int | None = None) -> dict[str, list[str]]:
        """The Parquet files of a version by source_key, the newest's unless one is named.

        They stand under '' where the table isn't partitioned by it.

        Paths are the system's own, not the escaped ones of a URL; where the store has a URL they begin with it.
        """
        if version is not None:
            return self._sort_files(name, self.open_table(name, version))
        with self._borrow(name) as table:
            return self._sort_files(name, table)

    def open_dataset(self, name: str) -> tuple[FileSystemDataset, dict[str, list[str]]]:
        """The newest version of a table as a dataset of Arrow, and its files as `list_files` gives them."""
        with self._borrow(name) as table:
            return table.to_pyarrow_dataset(), self._sort_files(name, table)

    def _sort_files(self, name: str, table: DeltaTable) -> dict[str, list[str]]:
        depth = 1 + len(TABLES[name].partition_by)
        files: dict[str, list[str]] = {}
        for uri in table.file_uris():
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
        """Be the only writer of a local store, so that one waits for the other instead of doing its work again.

        The lock ends with the process that holds it. An object store has none: there `transact` alone keeps looking
        and writing together. Raises StoreError.
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
            self._write(name, rows, mode="append")

    def replace_where(self, name: str, rows: pa.Table, predicate: str) -> None:
        """Put `rows` in the place of all rows that a predicate names, in one commit."""
        self._write(name, rows, mode="overwrite", predicate=predicate)

    def replace_all(self, name: str, rows: pa.Table) -> None:
        """Put `rows` in the place of the whole table, in one commit."""
        self._write(name, rows, mode="overwrite")

    def upsert(self, name: str, rows: pa.Table) -> dict[str, Any]:
        """Insert new rows and update those whose keys are there; returns Delta's merge metrics."""
        on = " AND ".join(f"old.{key} = new.{key}" for key in TABLES[name].keys)

        def merge(table: DeltaTable, commit: CommitProperties) -> dict[str, Any]:
            merger = table.merge(rows, on, source_alias="new", target_alias="old", commit_properties=commit)
            return dict(merger.when_matched_update_all().when_not_matched_insert_all().execute())

        return self._commit(name, merge)

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
        try:
            with self._borrow(name) as table:
                rows = table.to_pyarrow_table(columns=list(columns) if columns else None, filters=limits)
        except (pa.ArrowException, DeltaError, OSError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error
        return pa.table(rows)

    def read_column(self, name: str, column: str) -> list[Any]:
        """The values of one column of a small table, with nothing imported for it: every start reads one."""
        try:
            with self._borrow(name) as table:
                rows = QueryBuilder().register(name, table).execute(f"SELECT {column} FROM {name}")  # noqa: S608 (names are ours)
                found = pa.RecordBatchReader.from_stream(rows).read_all().column(column)
            return list(found.to_pylist())
        except (pa.ArrowException, DeltaError, OSError) as error:
            raise StoreDamaged(f"store {self.uri}: table {name} can't be read ({first_line(error)})") from error

    def compact(self) -> dict[str, int]:
        """Join small files and drop those that no recent version needs; returns files removed per table.

        Raises StoreError.
        """
        removed = {}
        for name in TABLES:
            metrics = self._commit(name, _compact)
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

    def _add_columns(self, name: str) -> None:
        """Give a table of an earlier version of this program the columns that came since, empty in its rows."""
        wanted = DeltaSchema.from_arrow(TABLES[name].schema).fields

        def add() -> None:
            with self._borrow(name) as table:
                there = {field.name for field in table.schema().fields}
            if missing := [field for field in wanted if field.name not in there]:
                self._commit(name, lambda table, commit: table.alter.add_columns(missing, commit_properties=commit))

        self.transact(add)

    def _write(self, name: str, rows: pa.Table, *, mode: str, predicate: str | None = None) -> None:
        spec = TABLES[name]
        rows = rows.select(spec.schema.names).cast(spec.schema)

        def write(table: DeltaTable, commit: CommitProperties) -> None:
            write_deltalake(
                table,
                rows,
                mode=mode,
                predicate=predicate,
                partition_by=list(spec.partition_by) or None,
                schema_mode="merge",
                commit_properties=commit,
            )

        is_blind = mode == "append" and getattr(self._work, "pinned", None) is None
        self._commit(name, write, is_blind=is_blind)

    def _commit(self, name: str, write: Callable[[DeltaTable, CommitProperties], _T], *, is_blind: bool = False) -> _T:
        """One commit, on what `transact` looked at or else on the newest version. `is_blind`: it rests on no look."""

        def commit() -> _T:
            with self._borrow(name) as table:
                try:
                    return write(table, _describe_commit(table, is_blind=is_blind))
                except CommitFailedError:
                    raise _Overtaken(name) from None
                except (DeltaError, OSError) as error:
                    raise StoreError(f"store {self.uri}: {name} can't be written ({first_line(error)})") from error

        return self.transact(commit)


def transacted(work: Callable[Concatenate[Store, _P], _T]) -> Callable[Concatenate[Store, _P], _T]:
    """A function that looks at tables of a store and then writes once to one, within `Store.transact`."""

    @wraps(work)
    def run(store: Store, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return store.transact(lambda: work(store, *args, **kwargs))

    return run


def _describe_commit(table: DeltaTable, *, is_blind: bool) -> CommitProperties:
    if is_blind:
        return CommitProperties(max_commit_retries=_COMMIT_ATTEMPTS)
    number = (table.transaction_version(_APP_ID) or 0) + 1
    return CommitProperties(max_commit_retries=_COMMIT_ATTEMPTS, app_transactions=[Transaction(_APP_ID, number)])


def _compact(table: DeltaTable, _: CommitProperties) -> dict[str, Any]:
    metrics = dict(table.optimize.compact())
    table.vacuum(retention_hours=168, dry_run=False)
    return metrics


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
