"""Writes what a parse holds into the tables of the store, telling new from known. Owns no parsing and no ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tension.duckdb_session import open_cursor
from tension.intake.arrivals import write_candidates
from tension.intake.tally import Tally
from tension.intake.totals import write_totals
from tension.records.measurements import Measurement
from tension.records.schema import (
    ACTIVITY_SCHEMA,
    EVENT_SCHEMA,
    GPR_SCHEMA,
    HISTORY_SCHEMA,
    REJECT_SCHEMA,
    build_measurement_table,
)
from tension.records.source_cards import UPLOADED_COUNTS
from tension.sources.base import ParseResult, Reject
from tension.store.delta import Store, read_now_utc, transacted
from tension.store.location import quote_pattern

MAX_REJECT_CHARS = 2_000
GIVEN_COUNTS = tuple(name for name in ACTIVITY_SCHEMA.names if name.endswith("_count"))
_ACTIVITY_KEYS = ("date", "language", "source_key")
# For each incoming event, in order: 0 new, 1 known as it is or in a newer version, 2 known with other content, 3 known
# with this content as of an older version. Where either states no version, what comes later counts.
_COMPARE = """
    SELECT CASE
        WHEN k.event_id IS NULL THEN 0
        WHEN i.source_stamp < k.source_stamp THEN 1
        WHEN k.content_hash <> i.content_hash THEN 2
        WHEN coalesce(i.source_stamp > k.source_stamp, k.source_stamp IS NULL AND i.source_stamp IS NOT NULL) THEN 3
        ELSE 1 END AS status
    FROM (SELECT *, row_number() OVER () AS position FROM incoming) i LEFT JOIN known k USING (event_id)
    ORDER BY position
"""
# By id alone, not by day: a corrected row may have moved to another day. Ids of one file lie close together, so that
# DuckDB passes over the row groups that can't hold one. Files of an earlier version of this program have no stamp.
_LOAD_KNOWN = """
    SELECT event_id, content_hash, source_stamp FROM (
        FROM read_parquet(?, hive_partitioning = false, union_by_name = true)
        UNION ALL BY NAME SELECT NULL::bigint AS source_stamp WHERE false
    ) WHERE event_id BETWEEN ? AND ? AND event_id IN (SELECT event_id FROM incoming)
"""
_COMPARED = ["event_id", "content_hash", "source_stamp"]
_MEASURED = ["row_id", "value", "source_stamp"]


@dataclass(frozen=True)
class ParsedInput:
    """An input that was parsed, by the name and hash of the ledger."""

    name: str
    content_hash: str
    result: ParseResult


def write_result(store: Store, key: str, parsed: ParsedInput) -> Tally:
    """Write everything of one parse; a repeat writes nothing. The caller holds the store. Raises StoreError."""
    result = parsed.result
    tally = write_events(store, key, result.events)
    tally += write_activity(store, key, parsed.content_hash, result.activity)
    tally += write_series(store, result.series)
    tally += write_measurements(store, key, parsed.content_hash, result.measurements)
    if result.candidates:
        is_known = is_input_known(store, key, parsed.content_hash)
        tally += write_candidates(store, result.candidates, is_input_known=is_known)
    tally += withdraw_events(store, key, result.withdrawn)
    write_totals(store, key, [result])
    write_rejects(store, key, [parsed])
    return tally


def write_event_inputs(store: Store, key: str, inputs: Sequence[ParsedInput]) -> list[Tally]:
    """Write inputs that hold nothing but events, together; the tally of each. The caller holds the store.

    What one by one would give: where two of them tell of one event, they are written one by one. Raises StoreError.
    """
    events = pa.concat_tables([EVENT_SCHEMA.empty_table(), *(parsed.result.events for parsed in inputs)])
    if pc.count_distinct(events["event_id"]).as_py() < events.num_rows:
        return [write_result(store, key, parsed) for parsed in inputs]
    taken = _append_or_replace(store, key, events)
    write_totals(store, key, [parsed.result for parsed in inputs])
    write_rejects(store, key, inputs)
    tallies, start = [], 0
    for parsed in inputs:
        count = parsed.result.events.num_rows
        accepted = pc.sum(taken.slice(start, count)).as_py() or 0
        tallies.append(Tally(accepted, count - accepted))
        start += count
    return tallies


def write_events(store: Store, key: str, events: pa.Table) -> Tally:
    """Append new events, replace those that changed since; an older version of one that is there counts as known."""
    accepted = pc.sum(_append_or_replace(store, key, events)).as_py() or 0
    return Tally(accepted, events.num_rows - accepted)


@transacted
def _append_or_replace(store: Store, key: str, events: pa.Table) -> pa.Array:
    """Write what is new or changed; for each event whether it was taken."""
    if not events.num_rows:
        return pa.array([], pa.bool_())
    status = _compare_events(store, key, events)
    if status is None:
        store.append("events", events)
        return pa.repeat(pa.scalar(True), events.num_rows)
    is_new = pc.equal(status, 0)
    if pc.any(pc.greater_equal(status, 2)).as_py():
        store.upsert("events", events.filter(pc.not_equal(status, 1)))
    else:
        store.append("events", events.filter(is_new))
    return pc.or_(is_new, pc.equal(status, 2))


@transacted
def withdraw_events(store: Store, key: str, event_ids: Sequence[str]) -> Tally:
    """Take out events that their source took back; one that isn't there counts as known."""
    if not event_ids:
        return Tally()
    there = store.read_rows("events", ["event_id"], source_key=key, filters=[("event_id", "in", list(event_ids))])[
        "event_id"
    ].to_pylist()
    if there:
        listed = ", ".join("'" + event_id.replace("'", "''") + "'" for event_id in there)
        kept = EVENT_SCHEMA.empty_table()
        store.replace_where("events", kept, f"source_key = '{key}' AND event_id IN ({listed})")
    return Tally(len(there), len(event_ids) - len(there))


def _compare_events(store: Store, key: str, events: pa.Table) -> pa.Array | None:
    """The status of each incoming event; None where the store has none of them."""
    connection = open_cursor()
    connection.register("incoming", events.select(_COMPARED))
    span = pc.min_max(events["event_id"]).as_py()
    if store.is_remote:
        within = [("event_id", ">=", span["min"]), ("event_id", "<=", span["max"])]
        known = store.read_rows("events", _COMPARED, source_key=key, filters=within)
    else:
        files = store.list_files("events").get(key)
        if not files:
            return None
        known = connection.sql(
            _LOAD_KNOWN, params=[[quote_pattern(file) for file in files], span["min"], span["max"]]
        ).to_arrow_table()
    if not known.num_rows:
        return None
    connection.register("known", known)
    return connection.sql(_COMPARE).to_arrow_table().column("status").combine_chunks()


@transacted
def write_activity(store: Store, key: str, input_hash: str, days: pa.Table) -> Tally:
    """Insert new days; a corrected day replaces its row and the earlier value goes to the history.

    A value that was replaced doesn't come back with an input that was taken before.
    """
    if not days.num_rows:
        return Tally()
    stored = {_key_day(row): row for row in _read_days(store, "activity", days)}
    fresh = [row for row in days.to_pylist() if _differs(stored.get(_key_day(row)), row)]
    if any(_key_day(row) in stored for row in fresh) and is_input_known(store, key, input_hash):
        replaced = {(_key_day(row), row["content_hash"]) for row in _read_days(store, "activity_history", days)}
        fresh = [row for row in fresh if (_key_day(row), row["content_hash"]) not in replaced]
    _keep_history(store, [stored[_key_day(row)] for row in fresh if _key_day(row) in stored])
    if fresh:
        store.upsert("activity", pa.Table.from_pylist(fresh, schema=days.schema))
    return Tally(len(fresh), days.num_rows - len(fresh))


def refuse_given_days(store: Store, result: ParseResult) -> ParseResult:
    """The parse of what a person gave, with its days marked so, and without those that the publisher's site told other.

    A text that somebody pasted may be anyone's. Where the store has the day from the publisher itself, that stands, and
    the given one is a reject that says both figures.
    """
    if not result.activity.num_rows:
        return result
    stored = {_key_day(row): row for row in _read_days(store, "activity", result.activity) if not row["is_given"]}
    kept, rejects = [], []
    for row in result.activity.to_pylist():
        known = stored.get(_key_day(row))
        if known and known["content_hash"] != row["content_hash"]:
            rejects.append(Reject(_describe_outranked(known, row), str({name: row[name] for name in GIVEN_COUNTS})))
        else:
            kept.append(row | {"is_given": not known})
    days = pa.Table.from_pylist(kept, schema=result.activity.schema)
    return replace(result, activity=days, rejects=(*result.rejects, *rejects))


def _describe_outranked(known: dict[str, Any], given: dict[str, Any]) -> str:
    differing = [name for name in GIVEN_COUNTS if known[name] != given[name]]
    told = ", ".join(f"{name.removesuffix('_count')} {given[name]} (stands: {known[name]})" for name in differing)
    return f"{given['date']}: the publisher's own page was fetched and says otherwise: {told or 'other words'}"


def _read_days(store: Store, table: str, days: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table of counts that are of these days."""
    wanted = sorted(set(days["date"].to_pylist()))
    rows: list[dict[str, Any]] = store.read_rows(table, filters=[("date", "in", wanted)]).to_pylist()
    return rows


def _key_day(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _ACTIVITY_KEYS)


def _differs(known: dict[str, Any] | None, row: dict[str, Any]) -> bool:
    """Whether a row says something new: other figures, or the same from the publisher itself."""
    if known is None or known["content_hash"] != row["content_hash"]:
        return True
    return bool(known["is_given"]) and not row["is_given"]


def _keep_history(store: Store, replaced: list[dict[str, Any]]) -> None:
    if replaced:
        rows = [row | {"replaced_utc": read_now_utc()} for row in replaced]
        store.upsert("activity_history", pa.Table.from_pylist(rows, schema=HISTORY_SCHEMA))


def is_input_known(store: Store, key: str, input_hash: str) -> bool:
    """Whether the very same input of a source was taken in before."""
    limits = [("source_key", "=", key), ("input_hash", "=", input_hash), ("is_success", "=", True)]
    return bool(store.read_rows("runs", ["run_id"], filters=limits).num_rows)


@transacted
def write_measurements(store: Store, key: str, input_hash: str, rows: Sequence[Measurement]) -> Tally:
    """Append new statements, replace those whose value the source changed.

    A release that reaches less far than the one that gave a row is the older, and a value that was replaced doesn't
    come back with an input that was taken before: both count as known.
    """
    if not rows:
        return Tally()
    table = build_measurement_table(rows, key, read_now_utc())
    known = {row["row_id"]: row for row in store.read_rows("measurements", _MEASURED, source_key=key).to_pylist()}
    is_repeat = is_input_known(store, key, input_hash)
    status = []
    for row in table.select(_MEASURED).to_pylist():
        before = known.get(row["row_id"])
        if before is None:
            status.append(0)
        elif before["value"] == row["value"] or is_repeat or _is_older(key, row, before):
            status.append(1)
        else:
            status.append(2)
    taken = table.filter(pa.array([s != 1 for s in status]))
    if 2 in status:
        store.upsert("measurements", taken)
    else:
        store.append("measurements", taken)
    return Tally(taken.num_rows, status.count(1))


def _is_older(key: str, row: dict[str, Any], before: dict[str, Any]) -> bool:
    # A person may correct a single day of a table of their own, which reaches less far than the table did.
    return (
        key != UPLOADED_COUNTS and before["source_stamp"] is not None and row["source_stamp"] < before["source_stamp"]
    )


@transacted
def write_series(store: Store, months: pa.Table | None) -> Tally:
    """Insert new months of the GPR index, and the columns of known ones that changed.

    All months are estimated anew with each release, so one that ends before the store does only fills what is empty.
    """
    if months is None or not months.num_rows:
        return Tally()
    names = [name for name in GPR_SCHEMA.names if name in months.schema.names]
    known = {row["month"]: row for row in store.read_rows("gpr").to_pylist()}
    is_older = bool(known) and pc.max(months["month"]).as_py() < max(known)
    fresh = []
    for row in months.select(names).to_pylist():
        before = known.get(row["month"], dict.fromkeys(GPR_SCHEMA.names))
        merged = row | {k: v for k, v in before.items() if v is not None} if is_older else before | row
        merged = {name: merged.get(name) for name in GPR_SCHEMA.names}
        if merged != known.get(row["month"]):
            fresh.append(merged)
    if fresh:
        store.upsert("gpr", pa.Table.from_pylist(fresh, schema=GPR_SCHEMA))
    return Tally(len(fresh), months.num_rows - len(fresh))


@transacted
def write_rejects(store: Store, key: str, inputs: Sequence[ParsedInput]) -> None:
    """Put the rejects of inputs in the place of those that they had, unless they are the same."""
    hashes = [parsed.content_hash for parsed in inputs]
    own = [("source_key", "=", key), ("input_hash", "in", hashes)]
    known: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in store.read_rows("rejects", ["input_hash", "reason", "text"], filters=own).to_pylist():
        known[row["input_hash"]].append(row)
    # The same bytes under two names have one hash: the last one's rejects stay.
    rows = {parsed.content_hash: _list_rejects(key, parsed) for parsed in inputs}
    changed = [one for one in rows if _list_texts(known[one]) != _list_texts(rows[one])]
    if not changed:
        return
    table = pa.Table.from_pylist([row for one in changed for row in rows[one]], schema=REJECT_SCHEMA)
    if any(known[one] for one in changed):
        listed = ", ".join(f"'{one}'" for one in changed)
        store.replace_where("rejects", table, f"source_key = '{key}' AND input_hash IN ({listed})")
    else:
        store.append("rejects", table)


def _list_rejects(key: str, parsed: ParsedInput) -> list[dict[str, Any]]:
    now = read_now_utc()
    return [
        {
            "source_key": key,
            "input_name": parsed.name,
            "input_hash": parsed.content_hash,
            "reason": reject.reason,
            "text": reject.text[:MAX_REJECT_CHARS],
            "recorded_utc": now,
        }
        for reject in parsed.result.rejects
    ]


def _list_texts(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((row["reason"], row["text"]) for row in rows)
