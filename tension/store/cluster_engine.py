"""Sends what reads single events to a cluster, and leaves counts and small tables to DuckDB. Owns no query.

A count takes the cluster many times as long as the counts that DuckDB holds in memory (tension/store/counts.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import ibis.config
import ibis.expr.operations as ops

from tension.duckdb_session import open_cursor
from tension.store.cluster_session import ClusterSession
from tension.store.delta import Store
from tension.store.duckdb_engine import DuckEngine

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

_TABLE = "events"


class _SparkOptions(ibis.config.Config):  # type: ignore[misc]  # Ibis tells no types
    """What Ibis' compiler for Spark asks of its backend; the backend itself wants a Java program beside it."""

    treat_nan_as_null: bool = False


class ClusterEngine:
    """Two engines that answer as one, in the same types."""

    def __init__(self, store: Store, embedded: DuckEngine, host: str, port: int) -> None:
        self._embedded = embedded
        self._session = ClusterSession(store, _TABLE, host, port)
        if ibis.options.pyspark is None:
            ibis.options.pyspark = _SparkOptions()

    @property
    def version(self) -> str:
        """What both engines show, as the store calls it."""
        return self._embedded.version

    def refresh(self) -> str:
        """Point both at the store's newest version and return it; the cluster follows with its next query."""
        return self._embedded.refresh()

    def table(self, name: str) -> Any:
        """The Ibis table of a stored table or of counts derived from it, unbound from any session."""
        return self._embedded.table(name)

    def run(self, expression: Any) -> pd.DataFrame:
        """The rows of an Ibis expression; dates as datetime64, lists as object arrays. Raises EngineError."""
        if not _is_for_cluster(expression):
            return self._embedded.run(expression)
        frame: pd.DataFrame = self._fetch(expression).df()
        return frame

    def run_arrow(self, expression: Any) -> pa.Table:
        """The same rows as an Arrow table."""
        if not _is_for_cluster(expression):
            return self._embedded.run_arrow(expression)
        return self._fetch(expression).to_arrow_table()

    def run_rows(self, expression: Any) -> list[dict[str, Any]]:
        """The same rows as plain values of Python."""
        if not _is_for_cluster(expression):
            return self._embedded.run_rows(expression)
        rows = self._fetch(expression)
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]

    def _fetch(self, expression: Any) -> duckdb.DuckDBPyRelation:
        """The cluster's rows, in DuckDB's hands: what it makes of them is what it would have made of its own."""
        schema = expression.schema().to_pyarrow()
        skipped, expression = _split_offset(expression)
        rows = self._session.fetch(str(ibis.to_sql(expression, dialect="pyspark")), self.version)
        return open_cursor().from_arrow(rows.slice(skipped).cast(schema))


def _split_offset(expression: Any) -> tuple[int, Any]:
    """How many rows to leave out at the start, and an expression that has them still.

    Ibis numbers the rows where Spark is to leave some out, and promises no order then.
    """
    last = expression.op()
    if not isinstance(last, ops.Limit) or not last.offset:
        return 0, expression
    return last.offset, last.parent.to_expr().limit(last.n + last.offset)


def _is_for_cluster(expression: Any) -> bool:
    """Whether an expression reads the events and nothing else."""
    return {table.name for table in expression.op().find(ops.UnboundTable)} == {_TABLE}
