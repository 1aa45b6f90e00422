"""Brings the store into line with the curated files when their hash changes. Owns the order of writes, no reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tension.errors import CuratedDataError
from tension.records.candidates import WAITING, to_row
from tension.records.fingerprint import hash_files, hash_folder, list_own_files
from tension.records.schema import (
    CANDIDATE_SCHEMA,
    GPR_SCHEMA,
    SYNC_SCHEMA,
    build_activity_table,
    build_event_table,
    build_measurement_table,
)
from tension.records.source_cards import CURATED, LEADS
from tension.settings import Settings
from tension.store.delta import Store, read_now_utc, transacted

if TYPE_CHECKING:
    from tension.records.curated import CuratedRecord
    from tension.records.events import Event
    from tension.records.leads import Lead
    from tension.records.measurements import Measurement


def sync_curated(store: Store, settings: Settings, version: str = "") -> bool:
    """Write the curated record and the user's own events if they changed; True when something was written.

    The hash is written last, so that an interrupted run is repeated. With the store's version, a store at a URL that
    was in line at it isn't asked again: each look is a request. Raises CuratedDataError, StoreError.
    """
    wanted = hash_curated(settings)
    series = hash_folder(settings.data_dir / "series")
    state = f"{version} {wanted}" if version and store.is_remote else ""
    if state and state == store.synced_state:
        return False
    if _is_synced(store, wanted):
        store.synced_state = state
        return False
    # Read here, because most starts find nothing changed.
    from tension.records.curated import join_own_record, load_curated, load_own_record

    record = load_curated(settings.data_dir)
    counts = _load_counts(store, settings, record, series)
    events = join_own_record(record, load_own_record(settings.user_data_dir))
    with store.hold():
        if _is_synced(store, wanted):
            return False
        _write(store, record, events)
        now = read_now_utc()
        if counts is not None:
            store.replace_where(
                "measurements", build_measurement_table(counts, CURATED, now), f"source_key = '{CURATED}'"
            )
        parts = {"curated": wanted, "series": series}
        rows = [{"part": part, "content_hash": known, "synced_utc": now} for part, known in parts.items()]
        store.replace_all("sync", pa.Table.from_pylist(rows, schema=SYNC_SCHEMA))
    return True


def hash_curated(settings: Settings) -> str:
    """A hash of all files that `sync_curated` brings in."""
    wanted = hash_folder(settings.data_dir)
    if own := list_own_files(settings.user_data_dir):
        wanted += hash_files(settings.user_data_dir, own)
    return wanted


def _load_counts(store: Store, settings: Settings, record: CuratedRecord, series: str) -> Sequence[Measurement] | None:
    """The rows of the official counts; None while their files are as they were, for they are many and seldom change."""
    if _is_synced(store, series):
        return None
    from tension.records.measurements import load_measurements

    rows, faults = load_measurements(settings.data_dir, record.series)
    if faults:
        raise CuratedDataError(faults)
    return rows


def _is_synced(store: Store, wanted: str) -> bool:
    return wanted in store.read_column("sync", "content_hash")


def _write(store: Store, record: CuratedRecord, known_events: list[Event]) -> None:
    now = read_now_utc()
    events = _keep_recording_time(store, build_event_table(known_events, now), CURATED)
    store.replace_where("events", events, "source_key = 'curated'")
    _write_leads(store, record.leads, now)
    days = build_activity_table(record.activity, "curated", now)
    store.replace_where("activity", days, "source_key = 'curated'")
    _write_months(store, [month.model_dump() for month in record.gpr])


@transacted
def _write_months(store: Store, months: list[dict[str, Any]]) -> None:
    """The curated months of the index; where a newer file was fetched, only those that it lacks."""
    stored = set(store.read_rows("gpr", ["month"])["month"].to_pylist())
    is_newer = bool(stored) and max(stored) > max(row["month"] for row in months)
    rows = [row for row in months if row["month"] not in stored] if is_newer else months
    table = pa.Table.from_pylist(rows, schema=GPR_SCHEMA)
    if is_newer:
        store.append("gpr", table)
    else:
        store.replace_all("gpr", table)


def _write_leads(store: Store, leads: Sequence[Lead], now: datetime) -> None:
    """Leads that nobody decided on, as candidates and as events of their own source."""
    from tension.records.leads import build_lead_candidate

    known = {row["candidate_id"]: row for row in store.read_rows("candidates", source_key=LEADS).to_pylist()}
    decided = {candidate_id for candidate_id, row in known.items() if row["status"] != WAITING}
    waiting = [lead for lead in leads if lead.event_id not in decided]
    made = [build_lead_candidate(lead, known.get(lead.event_id, {}).get("seen_utc", now)) for lead in waiting]
    table = pa.Table.from_pylist([to_row(candidate) for candidate in made], schema=CANDIDATE_SCHEMA)
    store.replace_where("candidates", table, f"source_key = '{LEADS}' AND status = '{WAITING}'")
    events = _keep_recording_time(store, build_event_table(waiting, now), LEADS)
    store.replace_where("events", events, f"source_key = '{LEADS}'")


def forget_sync(store: Store) -> None:
    """Let the next `sync_curated` write anew, for a change that no file shows: a lead that was rejected."""
    store.synced_state = ""
    store.replace_all("sync", SYNC_SCHEMA.empty_table())


def _keep_recording_time(store: Store, events: pa.Table, source_key: str) -> pa.Table:
    """An unchanged event keeps the time at which it was first recorded."""
    known = store.read_rows("events", ["event_id", "content_hash", "recorded_utc"], source_key=source_key)
    first_recorded = {(row["event_id"], row["content_hash"]): row["recorded_utc"] for row in known.to_pylist()}
    times = [
        first_recorded.get((event_id, content_hash), recorded)
        for event_id, content_hash, recorded in zip(
            events.column("event_id").to_pylist(),
            events.column("content_hash").to_pylist(),
            events.column("recorded_utc").to_pylist(),
            strict=True,
        )
    ]
    index = events.schema.get_field_index("recorded_utc")
    return events.set_column(index, events.schema.field(index), pa.array(times, events.schema.field(index).type))
