"""The Arrow schemas of what is stored, and the way from records to tables. Owns column names and types, never I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from tension.records.events import ActivityDay, Event
    from tension.records.measurements import Measurement

_UTC = pa.timestamp("us", tz="UTC")
_STRINGS = pa.list_(pa.string())
SOURCE_TYPE = pa.struct(
    [
        ("publisher", pa.string()),
        ("title", pa.string()),
        ("url", pa.string()),
        ("published", pa.date32()),
        ("tier", pa.string()),
    ]
)
FIGURE_TYPE = pa.struct([("key", pa.string()), ("value", pa.float64())])

# Machine-coded sources leave `severity` and `category` empty: they don't state them, and nothing is invented.
EVENT_SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("source_key", pa.string()),
        ("occurred_date", pa.date32()),
        ("end_date", pa.date32()),
        ("reported_date", pa.date32()),
        ("is_reported_date_assumed", pa.bool_()),
        ("recorded_utc", _UTC),
        ("title", pa.string()),
        ("summary", pa.string()),
        ("region", pa.string()),
        ("location", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("geo_precision", pa.string()),
        ("actors", _STRINGS),
        ("initiator", pa.string()),
        ("target", pa.string()),
        ("organizations", _STRINGS),
        ("people", _STRINGS),
        ("category", pa.string()),
        ("cameo_root", pa.string()),
        ("cameo_code", pa.string()),
        ("quad_class", pa.int8()),
        ("severity", pa.int8()),
        ("tags", _STRINGS),
        ("episode", pa.string()),
        ("us_china_military_contact", pa.string()),
        ("figures", pa.list_(FIGURE_TYPE)),
        ("figures_other", pa.list_(FIGURE_TYPE)),
        ("confidence", pa.string()),
        ("coder_doubt", pa.string()),
        ("sources", pa.list_(SOURCE_TYPE)),
        # As coded by machine-coded sources; empty elsewhere.
        ("goldstein", pa.float64()),
        ("tone", pa.float64()),
        ("mention_count", pa.int32()),
        ("source_count", pa.int32()),
        ("article_count", pa.int32()),
        ("is_date_suspect", pa.bool_()),
        # How new this version of the row is by the source's own count (a time, a release): the larger is the newer.
        ("source_stamp", pa.int64()),
        ("content_hash", pa.string()),
    ]
)

# `is_given`: a person gave the bulletin, so that nobody knows whether its publisher wrote it.
ACTIVITY_SCHEMA = pa.schema(
    [
        ("date", pa.date32()),
        ("aircraft_count", pa.int32()),
        ("crossed_median_count", pa.int32()),
        ("entered_adiz_only_count", pa.int32()),
        ("sectors_entered", _STRINGS),
        ("vessel_count", pa.int32()),
        ("official_ship_count", pa.int32()),
        ("balloon_count", pa.int32()),
        ("scope", pa.string()),
        ("window", pa.string()),
        ("language", pa.string()),
        ("note", pa.string()),
        ("source_key", pa.string()),
        ("recorded_utc", _UTC),
        ("is_given", pa.bool_()),
        ("content_hash", pa.string()),
    ]
)

GPR_SCHEMA = pa.schema(
    [("month", pa.date32())]
    + [
        (name, pa.float64())
        for name in (
            "gpr gprt gpra gprc_chn gprc_twn gprc_phl gprc_jpn gprc_usa gprc_kor gprc_vnm gprc_ind gprc_rus"
        ).split()
    ]
)
# Rows of official counts (tension/records/measurements.py). `row_id` names a statement, whatever its value.
MEASUREMENT_SCHEMA = pa.schema(
    [
        ("row_id", pa.string()),
        ("series", pa.string()),
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("place", pa.string()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("publisher", pa.string()),
        ("url", pa.string()),
        ("note", pa.string()),
        ("source_key", pa.string()),
        # The last day that the release reached, in days since 1970: one that reaches further is the newer.
        ("source_stamp", pa.int64()),
        ("recorded_utc", _UTC),
    ]
)
# All rows that a machine-coded source published, per day: the denominator of attention. `first_number` and
# `last_number`: the span of its events' own numbers in one slice of it, which tells what another input repeats.
TOTAL_SCHEMA = pa.schema(
    [
        ("source_key", pa.string()),
        ("date", pa.date32()),
        ("row_count", pa.int64()),
        ("first_number", pa.int64()),
        ("last_number", pa.int64()),
    ]
)
# The earlier value of a day that a corrected bulletin replaced.
HISTORY_SCHEMA = ACTIVITY_SCHEMA.append(pa.field("replaced_utc", _UTC))
# A report that waits for a reviewer (tension/records/candidates.py); `proposal` is the proposed coding as JSON.
CANDIDATE_SCHEMA = pa.schema(
    [
        ("candidate_id", pa.string()),
        ("source_key", pa.string()),
        ("feed", pa.string()),
        ("title", pa.string()),
        ("summary", pa.string()),
        ("url", pa.string()),
        ("published_date", pa.date32()),
        ("seen_utc", _UTC),
        ("proposal", pa.string()),
        ("status", pa.string()),
        ("reviewer", pa.string()),
        ("reviewed_utc", _UTC),
        ("event_id", pa.string()),
        ("note", pa.string()),
        ("changed_utc", _UTC),
        ("change", pa.string()),
        ("content_hash", pa.string()),
    ]
)
# The ledger: one row per input of a run. Rows read = accepted + duplicate + out of scope + rejected.
RUN_SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("source_key", pa.string()),
        ("input_name", pa.string()),
        ("input_hash", pa.string()),
        ("started_utc", _UTC),
        ("finished_utc", _UTC),
        ("is_success", pa.bool_()),
        ("read_count", pa.int64()),
        ("accepted_count", pa.int64()),
        ("duplicate_count", pa.int64()),
        ("out_of_scope_count", pa.int64()),
        ("rejected_count", pa.int64()),
        ("newest_date", pa.date32()),
        ("message", pa.string()),
    ]
)
REJECT_SCHEMA = pa.schema(
    [
        ("source_key", pa.string()),
        ("input_name", pa.string()),
        ("input_hash", pa.string()),
        ("reason", pa.string()),
        ("text", pa.string()),
        ("recorded_utc", _UTC),
    ]
)
# Days that were asked of a source: `is_whole` when all of the answer was taken in, else it is still owed, and then
# `newest_stamp` is the largest that the store held before. `input_name`: the feed, where a source has several.
SPAN_SCHEMA = pa.schema(
    [
        ("source_key", pa.string()),
        ("input_name", pa.string()),
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("is_whole", pa.bool_()),
        ("newest_stamp", pa.int64()),
    ]
)
# What visitors of a server for several people did (tension/access/audit.py).
AUDIT_SCHEMA = pa.schema(
    [
        ("act_id", pa.string()),
        ("at_utc", _UTC),
        ("who", pa.string()),
        ("name", pa.string()),
        ("role", pa.string()),
        ("act", pa.string()),
        ("target", pa.string()),
        ("result", pa.string()),
    ]
)
SYNC_SCHEMA = pa.schema([("part", pa.string()), ("content_hash", pa.string()), ("synced_utc", _UTC)])


def build_event_table(events: Iterable[Event], recorded_utc: datetime) -> pa.Table:
    """Events as a table in EVENT_SCHEMA; `content_hash` covers every field but the recording time."""
    rows = []
    for event in events:
        row = event.model_dump(mode="python")
        row["region"], row["category"] = event.region.value, event.category.value
        row["quad_class"] = int(event.quad_class)
        for name in ("figures", "figures_other"):
            row[name] = [{"key": key, "value": value} for key, value in getattr(event, name).items()]
        row["content_hash"] = _hash_record(event.model_dump_json())
        row["recorded_utc"] = recorded_utc
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=EVENT_SCHEMA)


def build_activity_table(days: Iterable[ActivityDay], source_key: str, recorded_utc: datetime) -> pa.Table:
    """Days of an official count as a table in ACTIVITY_SCHEMA."""
    rows = [
        day.model_dump(mode="python")
        | {
            "source_key": source_key,
            "recorded_utc": recorded_utc,
            "content_hash": _hash_record(day.model_dump_json()),
        }
        for day in days
    ]
    return pa.Table.from_pylist(rows, schema=ACTIVITY_SCHEMA)


def build_measurement_table(rows: Iterable[Measurement], source_key: str, recorded_utc: datetime) -> pa.Table:
    """Rows of official counts as a table in MEASUREMENT_SCHEMA."""
    listed = list(rows)
    columns: dict[str, list[Any]] = {
        name: [getattr(row, name) for row in listed]
        for name in ("series", "date_from", "date_to", "place", "measure", "value", "unit", "publisher", "url", "note")
    }
    columns["row_id"] = [_hash_record(repr((source_key, *row.key))) for row in listed]
    columns["source_key"] = [source_key] * len(listed)
    reached = max((row.date_to for row in listed), default=date.min)
    columns["source_stamp"] = [(reached - date(1970, 1, 1)).days] * len(listed)
    columns["recorded_utc"] = [recorded_utc] * len(listed)
    return pa.table({name: columns[name] for name in MEASUREMENT_SCHEMA.names}, schema=MEASUREMENT_SCHEMA)


def _hash_record(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
