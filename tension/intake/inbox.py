"""The review of candidates: accept, merge, reject, undo. What is accepted becomes an event in a reviewable file.

Nothing enters the record unreviewed. Owns the decisions and the user's own files; proposals come with the candidates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from tension.errors import BadInput
from tension.records.candidates import (
    ACCEPTED,
    MERGED,
    PROPOSED_FIELDS,
    REJECTED,
    WAITING,
    Candidate,
    from_row,
    to_row,
)
from tension.records.events import Event
from tension.records.own_files import add_entry, read_own_entries, remove_entry
from tension.records.schema import CANDIDATE_SCHEMA
from tension.records.source_cards import LEADS
from tension.records.yaml_text import describe_faults
from tension.settings import Settings
from tension.store.delta import Store, read_now_utc
from tension.store.sync import forget_sync

# A report of the same act is written within days of it and shares words of its title.
DUPLICATE_DAYS = 3
DUPLICATE_SHARE = 0.3
_WORD = re.compile(r"[a-z0-9]{3,}")


@dataclass(frozen=True)
class LikelyDuplicate:
    """An event of the record that the candidate may report; `share` of the shorter title's words are in both.

    `is_cited`: the event cites the candidate's own page.
    """

    event_id: str
    title: str
    occurred_date: date
    share: float
    is_cited: bool = False


def load_candidates(store: Store, status: str | None = WAITING) -> list[Candidate]:
    """Candidates of a status (None: all), newest first."""
    limits = [("status", "=", status)] if status else []
    found = [from_row(row) for row in store.read_rows("candidates", filters=limits).to_pylist()]
    return sorted(found, key=lambda c: (c.day, c.candidate_id), reverse=True)


def find_candidate(store: Store, candidate_id: str) -> Candidate:
    """One candidate; raises BadInput."""
    rows = store.read_rows("candidates", filters=[("candidate_id", "=", candidate_id)]).to_pylist()
    if not rows:
        raise BadInput("candidate", candidate_id, "a candidate_id of the inbox")
    return from_row(rows[0])


def find_likely_duplicates(candidate: Candidate, events: pd.DataFrame, limit: int = 3) -> list[LikelyDuplicate]:
    """Events within three days whose title shares words with the candidate's, or that cite its very page; best first.

    `events`: event_id, title, occurred_date and, for the page, sources (columns of EVENT_SCHEMA).
    """
    day = pd.Timestamp(candidate.day)
    near = events[(events.occurred_date - day).abs() <= timedelta(days=DUPLICATE_DAYS)]
    words = _list_words(candidate.title)
    found = []
    for row in near.to_dict("records"):
        is_cited = any(source["url"] == candidate.url for source in row.get("sources", ()))
        share = 1.0 if is_cited else _share(words, _list_words(row["title"]))
        if share >= DUPLICATE_SHARE:
            day_of_event = row["occurred_date"].date()
            found.append(LikelyDuplicate(row["event_id"], row["title"], day_of_event, share, is_cited))
    return sorted(found, key=lambda d: (not d.is_cited, -d.share, d.event_id))[:limit]


def build_draft(candidate: Candidate) -> dict[str, Any]:
    """The fields of an event as proposed, for a reviewer to complete; the occurred date is the day of publication."""
    draft: dict[str, Any] = {name: getattr(candidate.proposal, name) for name in PROPOSED_FIELDS}
    slug = re.sub(r"[^a-z0-9]+", "-", candidate.title.lower()).strip("-")[:50].strip("-")
    source = {
        "publisher": candidate.publisher or candidate.feed,
        "title": candidate.title,
        "url": candidate.url,
        "published": candidate.published_date,
        "tier": candidate.tier or "news",
    }
    draft |= {
        "event_id": f"{candidate.day}-{slug}",
        "occurred_date": candidate.day,
        "title": candidate.title,
        "summary": "",
        "confidence": candidate.proposal.confidence or "medium",
        "sources": [source],
    }
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in draft.items()
        if value not in (None, "", [], (), {})
    }


def find_faults(fields: Mapping[str, Any]) -> dict[str, str]:
    """What keeps a draft from being an event, by field; empty when nothing does. Faults of the whole are under one."""
    try:
        Event.model_validate(dict(fields))
    except ValidationError as error:
        faults: dict[str, list[str]] = {}
        for fault, words in zip(error.errors(include_url=False), describe_faults(error), strict=True):
            name = str(fault["loc"][0]) if fault["loc"] else _find_field(words)
            faults.setdefault(name, []).append(words)
        return {name: "; ".join(words) for name, words in faults.items()}
    return {}


def _find_field(words: str) -> str:
    return next((word for word in re.findall(r"[a-z_]+", words) if word in Event.model_fields), "event_id")


def accept(store: Store, settings: Settings, candidate_id: str, fields: Mapping[str, Any], reviewer: str) -> Event:
    """Make a candidate an event with these fields, in the user's own file; raises BadInput with every fault."""
    path = _events_path(settings)
    with store.hold():
        candidate = _take(store, candidate_id, reviewer)
        if faults := find_faults(fields):
            raise BadInput("event", fields.get("event_id", ""), "; ".join(faults.values()))
        event = Event.model_validate(dict(fields))
        if not _is_written(path, event):
            if event.event_id in _list_curated_ids(store) | _list_written(settings):
                raise BadInput("event_id", event.event_id, "an id that no event has yet; or merge into that event")
            add_entry(path, _to_fields(event), _build_note("Accepted", candidate, reviewer))
        _decide(store, replace(candidate, status=ACCEPTED, event_id=event.event_id), reviewer)
    return event


def merge(store: Store, settings: Settings, candidate_id: str, event_id: str, reviewer: str) -> None:
    """Add a candidate to a curated event as one more source; raises BadInput."""
    with store.hold():
        candidate = _take(store, candidate_id, reviewer)
        if event_id not in _list_curated_ids(store):
            raise BadInput("event", event_id, "the event_id of a curated event")
        source = build_draft(candidate)["sources"][0]
        added = {"event_id": event_id, "source": {name: value for name, value in source.items() if value}}
        if (event_id, candidate.url) not in _list_merged(settings):
            add_entry(_sources_path(settings), added, _build_note("Merged", candidate, reviewer))
        _decide(store, replace(candidate, status=MERGED, event_id=event_id), reviewer)


def reject(store: Store, candidate_id: str, reviewer: str, note: str = "") -> None:
    """Set a candidate aside, with a reason; raises BadInput."""
    with store.hold():
        candidate = _take(store, candidate_id, reviewer)
        _decide(store, replace(candidate, status=REJECTED, note=note.strip() or None), reviewer)


def undo(store: Store, settings: Settings, candidate_id: str) -> None:
    """Take back a decision: the event or source leaves the user's file, the candidate waits again. Raises BadInput."""
    with store.hold():
        candidate = find_candidate(store, candidate_id)
        if candidate.status == WAITING:
            raise BadInput("candidate", candidate_id, "one that was decided on")
        # What isn't there any more was taken out by hand, or by an earlier try that was cut off.
        if candidate.status == ACCEPTED:
            _check_unmerged(settings, candidate)
            if candidate.event_id in _list_written(settings):
                remove_entry(_events_path(settings), lambda fields: fields.get("event_id") == candidate.event_id)
        added = (candidate.event_id, candidate.url)
        if candidate.status == MERGED and added in _list_merged(settings):
            remove_entry(
                _sources_path(settings),
                lambda fields: (fields.get("event_id"), fields.get("source", {}).get("url")) == added,
            )
        _save(store, replace(candidate, status=WAITING, reviewer=None, reviewed_utc=None, event_id=None, note=None))


def _is_written(path: Path, event: Event) -> bool:
    """Whether this very event is in the file, as when an earlier try was cut off before its candidate was marked."""
    entries = [entry.fields for entry in read_own_entries(path) if entry.fields.get("event_id") == event.event_id]
    return any(not find_faults(fields) and Event.model_validate(fields) == event for fields in entries)


def _list_written(settings: Settings) -> set[Any]:
    """The ids of the events that were accepted."""
    return {entry.fields.get("event_id") for entry in read_own_entries(_events_path(settings))}


def _list_merged(settings: Settings) -> set[tuple[Any, Any]]:
    """The event and address of every source that was merged."""
    entries = [entry.fields for entry in read_own_entries(_sources_path(settings))]
    return {(fields.get("event_id"), fields.get("source", {}).get("url")) for fields in entries}


def _check_unmerged(settings: Settings, candidate: Candidate) -> None:
    """An event that others were merged into can't leave before them: their sources would belong to nothing."""
    merged = [entry.fields for entry in read_own_entries(_sources_path(settings))]
    if any(fields.get("event_id") == candidate.event_id for fields in merged):
        raise BadInput("candidate", candidate.candidate_id, "an event without merged sources; undo their merges first")


def _list_curated_ids(store: Store) -> set[str]:
    return set(store.read_rows("events", ["event_id"], source_key="curated")["event_id"].to_pylist())


def _build_note(verb: str, candidate: Candidate, reviewer: str) -> str:
    return f"{verb} by {reviewer.strip()}, {read_now_utc():%Y-%m-%d %H:%M} UTC, from {candidate.candidate_id}"


def _take(store: Store, candidate_id: str, reviewer: str) -> Candidate:
    candidate = find_candidate(store, candidate_id)
    if not reviewer.strip():
        raise BadInput("reviewer", reviewer, "the name of the person who decides")
    if candidate.status != WAITING:
        raise BadInput("candidate", candidate_id, f"one that waits; this one was {candidate.status}, undo that first")
    return candidate


def _decide(store: Store, candidate: Candidate, reviewer: str) -> None:
    _save(store, replace(candidate, reviewer=reviewer.strip(), reviewed_utc=read_now_utc()))


def _save(store: Store, candidate: Candidate) -> None:
    store.upsert("candidates", pa.Table.from_pylist([to_row(candidate)], schema=CANDIDATE_SCHEMA))
    if candidate.source_key == LEADS:
        forget_sync(store)


def _events_path(settings: Settings) -> Path:
    return settings.user_data_dir / "events" / "reviewed.yaml"


def _sources_path(settings: Settings) -> Path:
    return settings.user_data_dir / "sources.yaml"


def _to_fields(event: Event) -> dict[str, Any]:
    return event.model_dump(
        mode="json", exclude={"quad_class", "reported_date", "is_reported_date_assumed"}, exclude_defaults=True
    )


def _list_words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _share(first: set[str], second: set[str]) -> float:
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0
