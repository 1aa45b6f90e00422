"""All rows that a machine-coded source published, per day: the denominator of attention. Counts no row twice.

One slice of a source comes in many shapes: zipped and plain, fifteen minutes and a whole day, an excerpt and the rest.
Such sources number their events in the order of publication, so the span of numbers tells what an input repeats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tension.duckdb_session import open_cursor
from tension.records.schema import TOTAL_SCHEMA
from tension.sources.base import ParseResult
from tension.store.delta import Store, transacted

_SPANS = """
    SELECT input, reported_date AS date, min(number) AS first_number, max(number) AS last_number FROM (
        SELECT input, reported_date, try_cast(regexp_extract(event_id, '[0-9]+$') AS bigint) AS number FROM events
    ) GROUP BY ALL
"""


@dataclass(frozen=True)
class Slice:
    """Rows of one day; the numbers are those of the first and last row kept, None where none was."""

    day: date
    row_count: int
    first_number: int | None
    last_number: int | None

    def is_overlapping(self, other: Slice) -> bool:
        """Whether both are of one stretch of numbers. Without numbers, equal counts are taken for a repeat."""
        if None in (self.first_number, other.first_number):
            return (self.first_number, self.row_count) == (other.first_number, other.row_count)
        return self._span[0] <= other._span[1] and other._span[0] <= self._span[1]

    @property
    def _span(self) -> tuple[int, int]:
        return self.first_number or 0, self.last_number or 0


@transacted
def write_totals(store: Store, key: str, results: Sequence[ParseResult]) -> None:
    """Add the rows per day of inputs, in their order, where they say more than what is there. Raises StoreError."""
    incoming = list_slices(results)
    days = sorted({one.day for slices in incoming for one in slices})
    if not days:
        return
    filters = [("source_key", "=", key), ("date", "in", days)]
    stored = [_read_slice(row) for row in store.read_rows("totals", filters=filters).to_pylist()]
    joined = stored
    for slices in incoming:
        joined = join_slices(joined, slices)
    if set(joined) == set(stored):
        return
    listed = ", ".join(f"'{day.isoformat()}'" for day in days)
    rows = pa.Table.from_pylist([_build_row(key, one) for one in joined], schema=TOTAL_SCHEMA)
    store.replace_where("totals", rows, f"source_key = '{key}' AND date IN ({listed})")


def list_slices(results: Sequence[ParseResult]) -> list[list[Slice]]:
    """The rows per day of each input, with the span of its events' numbers."""
    if not any(result.totals for result in results):
        return []
    rows = [
        result.events.select(["event_id", "reported_date"]).append_column(
            "input", pa.repeat(pa.scalar(number), result.events.num_rows)
        )
        for number, result in enumerate(results)
    ]
    connection = open_cursor()
    connection.register("events", pa.concat_tables(rows))
    spans = {(number, day): (first, last) for number, day, first, last in connection.sql(_SPANS).fetchall()}
    return [
        [
            Slice(day, count, *spans.get((number, day), (None, None)))
            for text, count in result.totals.items()
            for day in [date.fromisoformat(text)]
        ]
        for number, result in enumerate(results)
    ]


def join_slices(stored: list[Slice], incoming: list[Slice]) -> list[Slice]:
    """What is known of these days with the incoming: of slices that overlap, the side with more rows is kept."""
    kept: dict[date, list[Slice]] = defaultdict(list)
    for one in stored:
        kept[one.day].append(one)
    for new in incoming:
        same = [one for one in kept[new.day] if one.is_overlapping(new)]
        if new.row_count > sum(one.row_count for one in same):
            kept[new.day] = [one for one in kept[new.day] if one not in same] + [new]
    return [one for day in sorted(kept) for one in kept[day]]


def _read_slice(row: dict[str, Any]) -> Slice:
    return Slice(row["date"], row["row_count"], row["first_number"], row["last_number"])


def _build_row(key: str, one: Slice) -> dict[str, Any]:
    return {
        "source_key": key,
        "date": one.day,
        "row_count": one.row_count,
        "first_number": one.first_number,
        "last_number": one.last_number,
    }
