"""Takes one input of a source into the store: parse, tell new from known, write, and enter it in the ledger.

Rows read = accepted + duplicate + out of scope + rejected, always. The same input twice changes nothing; killed at any
moment, a repeat finishes the work, because every write is atomic and can be made again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tension.errors import SourceError
from tension.schema import CANDIDATE_SCHEMA, GPR_SCHEMA, HISTORY_SCHEMA, REJECT_SCHEMA, RUN_SCHEMA, TOTAL_SCHEMA
from tension.sources.base import Adapter, FetchedFile, ParseResult
from tension.store import Store, read_now_utc

MAX_REJECT_CHARS = 2_000
_ACTIVITY_KEYS = ("date", "language", "source_key")
# For each incoming event, in order: 0 new, 1 known as it is, 2 known with other content.
_COMPARE = """
    SELECT CASE WHEN k.event_id IS NULL THEN 0 WHEN k.content_hash = i.content_hash THEN 1 ELSE 2 END AS status
    FROM (SELECT *, row_number() OVER () AS position FROM incoming) i LEFT JOIN known k USING (event_id)
    ORDER BY position
"""


@dataclass(frozen=True)
class IngestReport:
    """What became of the rows of one input; `message` is the error when it couldn't be read at all."""

    source_key: str
    input_name: str
    read_count: int = 0
    accepted_count: int = 0
    duplicate_count: int = 0
    out_of_scope_count: int = 0
    rejected_count: int = 0
    newest_date: date | None = None
    message: str = ""

    @property
    def is_success(self) -> bool:
        return not self.message

    def to_counts(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "file": self.input_name,
            "read": self.read_count,
            "accepted": self.accepted_count,
            "duplicate": self.duplicate_count,
            "out_of_scope": self.out_of_scope_count,
            "rejected": self.rejected_count,
        } | ({"error": self.message} if self.message else {})


def ingest_file(store: Store, adapter: Adapter, file: FetchedFile) -> IngestReport:
    """Parse one input and write what is new; an unreadable one is entered as failed and doesn't raise.

    Raises StoreError.
    """
    started_utc = read_now_utc()
    key, input_hash = adapter.SOURCE.key, hashlib.sha256(file.raw).hexdigest()[:20]
    try:
        result = adapter.parse(file.raw, started_utc, file.name)
    except SourceError as error:
        report = IngestReport(key, file.name, message=str(error))
    else:
        with store.hold():
            report = _write(store, key, file.name, input_hash, result)
    store.append("runs", _build_run(report, input_hash, started_utc))
    return report


def record_failure(store: Store, source_key: str, name: str, message: str) -> IngestReport:
    """Enter in the ledger that a source could not be fetched."""
    report = IngestReport(source_key, name, message=message)
    store.append("runs", _build_run(report, "", read_now_utc()))
    return report


def _write(store: Store, key: str, name: str, input_hash: str, result: ParseResult) -> IngestReport:
    # Rejects and totals are replaced per input, so that a repeat finds them as they were.
    _replace_of_input(store, "rejects", key, input_hash, _build_rejects(key, name, input_hash, result))
    _replace_of_input(store, "totals", key, input_hash, _build_totals(key, input_hash, result))
    new_days, known_days = _write_activity(store, result.activity)
    new_months, known_months = _write_series(store, result.series)
    new_items, known_items = _write_candidates(store, result.candidates)
    new_events, known_events = _write_events(store, key, result.events)
    return IngestReport(
        source_key=key,
        input_name=name,
        read_count=result.read_count,
        accepted_count=new_days + new_months + new_items + new_events,
        duplicate_count=result.duplicate_count + known_days + known_months + known_items + known_events,
        out_of_scope_count=result.out_of_scope_count,
        rejected_count=len(result.rejects),
        newest_date=_find_newest(result),
    )


def _write_events(store: Store, key: str, events: pa.Table) -> tuple[int, int]:
    """Append new events, replace changed ones; (accepted, duplicate)."""
    if not events.num_rows:
        return 0, 0
    known = _load_known_events(store, key, events)
    status = pa.array([0] * events.num_rows, pa.int8())
    if known.num_rows:
        connection = duckdb.connect()
        connection.register("incoming", events.select(["event_id", "content_hash"]))
        connection.register("known", known)
        compared: pa.Table = connection.sql(_COMPARE).to_arrow_table()
        status = compared.column("status").combine_chunks()
    store.append("events", events.filter(pc.equal(status, 0)))
    changed = events.filter(pc.equal(status, 2))
    if changed.num_rows:
        store.upsert("events", changed)
    known_count = pc.sum(pc.equal(status, 1)).as_py() or 0
    return events.num_rows - known_count, known_count


def _load_known_events(store: Store, key: str, events: pa.Table) -> pa.Table:
    """Ids and hashes of the source's stored events in the days of the incoming ones."""
    files = [file for file in store.list_files("events") if f"source_key={key}/" in file]
    if not files:
        return pa.table({"event_id": pa.array([], pa.string()), "content_hash": pa.array([], pa.string())})
    span = pc.min_max(events["occurred_date"]).as_py()
    query = "SELECT event_id, content_hash FROM read_parquet(?) WHERE occurred_date BETWEEN ? AND ?"
    known: pa.Table = duckdb.connect().sql(query, params=[files, span["min"], span["max"]]).to_arrow_table()
    return known


def _write_activity(store: Store, days: pa.Table) -> tuple[int, int]:
    """Insert new days; a corrected day replaces its row and the earlier value goes to the history."""
    if not days.num_rows:
        return 0, 0
    stored = store.read_rows("activity")
    earlier = {tuple(row[k] for k in _ACTIVITY_KEYS): row for row in stored.to_pylist()}
    rows = days.to_pylist()
    hashes = [(earlier.get(tuple(row[k] for k in _ACTIVITY_KEYS)) or {}).get("content_hash") for row in rows]
    fresh = [row for row, known in zip(rows, hashes, strict=True) if known != row["content_hash"]]
    if fresh:
        now = read_now_utc()
        replaced = [
            earlier[tuple(row[k] for k in _ACTIVITY_KEYS)] | {"replaced_utc": now}
            for row, known in zip(rows, hashes, strict=True)
            if known not in (None, row["content_hash"])
        ]
        if replaced:
            store.upsert("activity_history", pa.Table.from_pylist(replaced, schema=HISTORY_SCHEMA))
        store.upsert("activity", pa.Table.from_pylist(fresh, schema=days.schema))
    return len(fresh), len(rows) - len(fresh)


def _write_series(store: Store, months: pa.Table | None) -> tuple[int, int]:
    if months is None or not months.num_rows:
        return 0, 0
    names = [name for name in GPR_SCHEMA.names if name in months.schema.names]
    known = {row["month"]: row for row in store.read_rows("gpr").to_pylist()}
    fresh = []
    for row in months.select(names).to_pylist():
        merged = known.get(row["month"], dict.fromkeys(GPR_SCHEMA.names)) | row
        if merged != known.get(row["month"]):
            fresh.append(merged)
    if fresh:
        store.upsert("gpr", pa.Table.from_pylist(fresh, schema=GPR_SCHEMA))
    return len(fresh), months.num_rows - len(fresh)


def _write_candidates(store: Store, candidates: tuple[dict[str, object], ...]) -> tuple[int, int]:
    """Insert items that weren't met before; a known item keeps what a reviewer decided."""
    if not candidates:
        return 0, 0
    known = set(store.read_rows("candidates", ["candidate_id"])["candidate_id"].to_pylist())
    fresh = [_build_candidate(item) for item in candidates if item["candidate_id"] not in known]
    if fresh:
        store.append("candidates", pa.Table.from_pylist(fresh, schema=CANDIDATE_SCHEMA))
    return len(fresh), len(candidates) - len(fresh)


def _build_candidate(item: dict[str, object]) -> dict[str, object]:
    shown = ("candidate_id", "source_key", "feed", "title", "summary", "url", "published_date", "seen_utc")
    proposal = {name: value for name, value in item.items() if name not in shown}
    return {name: item.get(name) for name in shown} | {
        "proposal": json.dumps(proposal, ensure_ascii=False, default=str),
        "status": "waiting",
    }


def _build_rejects(key: str, name: str, input_hash: str, result: ParseResult) -> pa.Table:
    now = read_now_utc()
    rows = [
        {
            "source_key": key,
            "input_name": name,
            "input_hash": input_hash,
            "reason": reject.reason,
            "text": reject.text[:MAX_REJECT_CHARS],
            "recorded_utc": now,
        }
        for reject in result.rejects
    ]
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)


def _build_totals(key: str, input_hash: str, result: ParseResult) -> pa.Table:
    rows = [
        {"source_key": key, "input_hash": input_hash, "date": date.fromisoformat(day), "row_count": count}
        for day, count in result.totals.items()
    ]
    return pa.Table.from_pylist(rows, schema=TOTAL_SCHEMA)


def _replace_of_input(store: Store, table: str, key: str, input_hash: str, rows: pa.Table) -> None:
    stored = store.read_rows(table, ["source_key", "input_hash"])
    is_there = pc.any(pc.and_(pc.equal(stored["source_key"], key), pc.equal(stored["input_hash"], input_hash))).as_py()
    if is_there:
        store.replace_where(table, rows, f"source_key = '{key}' AND input_hash = '{input_hash}'")
    else:
        store.append(table, rows)


def _build_run(report: IngestReport, input_hash: str, started_utc: datetime) -> pa.Table:
    row = {
        "run_id": uuid4().hex,
        "source_key": report.source_key,
        "input_name": report.input_name,
        "input_hash": input_hash,
        "started_utc": started_utc,
        "finished_utc": read_now_utc(),
        "is_success": report.is_success,
        "read_count": report.read_count,
        "accepted_count": report.accepted_count,
        "duplicate_count": report.duplicate_count,
        "out_of_scope_count": report.out_of_scope_count,
        "rejected_count": report.rejected_count,
        "newest_date": report.newest_date,
        "message": report.message,
    }
    return pa.Table.from_pylist([row], schema=RUN_SCHEMA)


def _find_newest(result: ParseResult) -> date | None:
    days = [
        pc.max(table[column]).as_py()
        for table, column in ((result.events, "occurred_date"), (result.activity, "date"))
        if table.num_rows
    ]
    if result.series is not None and result.series.num_rows:
        days.append(pc.max(result.series["month"]).as_py())
    days += [item["published_date"] for item in result.candidates if isinstance(item.get("published_date"), date)]
    return max((day for day in days if day), default=None)
