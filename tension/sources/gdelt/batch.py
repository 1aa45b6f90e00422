"""Many exports read as one, and what each held told apart again: the cost of a file is in its start, not its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

import duckdb
import pyarrow as pa

from tension.errors import SourceError
from tension.sources.base import MAX_REJECTS, FetchedFile, ParseResult, Reject
from tension.sources.gdelt import adapter

# `joined` says of each file its first row, from 0.
_SIZE = f"SELECT count(*), count(fault) <= {MAX_REJECTS} FROM coded"  # noqa: S608 (a number)
_IS_SINGLE = "SELECT count(*) = count(DISTINCT number) FROM coded WHERE fault IS NULL"
_FAULTS = """
    SELECT file, coded.rowid - first_row, fault FROM coded ASOF JOIN joined ON coded.rowid >= joined.first_row
    WHERE fault IS NOT NULL ORDER BY coded.rowid
"""
_DAYS = """
    SELECT file, added_date::varchar, count(*) FROM coded ASOF JOIN joined ON coded.rowid >= joined.first_row
    GROUP BY ALL ORDER BY ALL
"""
_KEPT = """
    SELECT file, count(*) FROM coded ASOF JOIN joined ON coded.rowid >= joined.first_row
    WHERE is_kept GROUP BY ALL
"""


def parse_batch(files: Sequence[FetchedFile], seen_utc: datetime) -> list[ParseResult | SourceError]:
    """What `adapter.parse` gives for each file, or the error that it raises, in their order."""
    texts = [_unpack_plain(file) for file in files]
    plain = [number for number, text in enumerate(texts) if text]
    found: dict[int, ParseResult | SourceError] = {}
    if len(plain) > 1:
        found.update(zip(plain, _parse_joined([texts[number] for number in plain], seen_utc), strict=False))
    return [found.get(number) or _parse_alone(file, seen_utc) for number, file in enumerate(files)]


def _unpack_plain(file: FetchedFile) -> bytes:
    """The text of an export of plain lines, ended by a line's end; empty for any other, which is read by itself."""
    try:
        data = adapter.unpack_export(file.raw, file.name)
    except SourceError:
        return b""
    data = data if data.endswith(b"\n") else data + b"\n"
    # DuckDB passes over blank lines, which then have no number.
    is_counted = not data.startswith(b"\n") and b"\n\n" not in data
    return data if is_counted and adapter.has_plain_lines(data) else b""


def _parse_alone(file: FetchedFile, seen_utc: datetime) -> ParseResult | SourceError:
    try:
        return adapter.parse(file.raw, seen_utc, file.name)
    except SourceError as error:
        return error


def _parse_joined(texts: Sequence[bytes], seen_utc: datetime) -> list[ParseResult]:
    """One result for each text; none at all where some line isn't a row, an event stands twice, or most is faulty."""
    counts = [text.count(b"\n") for text in texts]
    with adapter.connect_codes() as con:
        with adapter.hold_in_file(b"".join(texts)) as path:
            is_read = adapter.read_rows(con, path, seen_utc)
        if not is_read or _ask(con, _SIZE) != [(sum(counts), True)]:
            return []
        if _ask(con, _IS_SINGLE) != [(True,)]:
            return []
        firsts = [0, *accumulate(counts)][:-1]
        con.register("joined", pa.table({"file": range(len(texts)), "first_row": pa.array(firsts, pa.int64())}))
        return _split(con, texts, counts, seen_utc)


def _ask(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def _split(
    con: duckdb.DuckDBPyConnection, texts: Sequence[bytes], counts: Sequence[int], seen_utc: datetime
) -> list[ParseResult]:
    rejects = _list_rejects(con, texts)
    con.execute("DELETE FROM coded WHERE fault IS NOT NULL")
    totals: list[dict[str, int]] = [{} for _ in counts]
    for file, day, count in _ask(con, _DAYS):
        totals[file][day] = int(count)
    kept = dict(_ask(con, _KEPT))
    # In the order of the rows, so that a file's events lie together.
    events = adapter.build_event_rows(con, seen_utc)
    results, start = [], 0
    for file, count in enumerate(counts):
        own, refused = events.slice(start, kept.get(file, 0)), tuple(rejects[file])
        start += own.num_rows
        outside = count - own.num_rows - len(refused)
        results.append(ParseResult(count, own, rejects=refused, out_of_scope_count=outside, totals=totals[file]))
    return results


def _list_rejects(con: duckdb.DuckDBPyConnection, texts: Sequence[bytes]) -> dict[int, list[Reject]]:
    """The refused rows of each file, in their order."""
    faults: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for file, row, fault in _ask(con, _FAULTS):
        faults[file].append((row, fault))
    rejects: dict[int, list[Reject]] = defaultdict(list)
    for file, rows in faults.items():
        lines = texts[file].split(b"\n")
        rejects[file] = [
            Reject(fault, lines[row][: adapter.MAX_SHOWN_BYTES].decode("utf-8", "replace")) for row, fault in rows
        ]
    return rejects
