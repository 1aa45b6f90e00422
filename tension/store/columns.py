"""Columns of an Arrow schema in the words of an engine. Opens nothing."""

from __future__ import annotations

import ibis
import pyarrow as pa


def describe_columns(schema: pa.Schema, dialect: str = "duckdb") -> str:
    """The columns as CREATE TABLE lists them.

    Handing DuckDB an empty Arrow table would do as well, but imports pandas into a process that may need none.
    """
    columns = ibis.Schema.from_pyarrow(schema).to_sqlglot_column_defs(dialect)
    return ", ".join(column.sql(dialect) for column in columns)
