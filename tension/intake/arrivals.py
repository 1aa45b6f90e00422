"""Takes reports into the inbox as they arrive: new ones, those met before, those that their publisher changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from tension.intake.tally import Tally
from tension.records.candidates import WAITING, Candidate, from_row, hash_content, to_row
from tension.records.schema import CANDIDATE_SCHEMA
from tension.store.delta import Store, read_now_utc, transacted


@transacted
def write_candidates(store: Store, candidates: tuple[Candidate, ...], *, is_input_known: bool = False) -> Tally:
    """Insert reports that weren't met before, and follow the changes of those that were. Raises StoreError.

    One that waits takes on what its publisher says now, with a note of what it said. One that was decided on stays as
    it was decided, with a note of what it says now. Of two versions the one that was updated later stays, and what an
    input brings that was taken before (`is_input_known`) is no change.
    """
    if not candidates:
        return Tally()
    stored = _load_stored(store, candidates)
    fresh: list[Candidate] = []
    changed: list[Candidate] = []
    for candidate in candidates:
        earlier = _find_earlier(candidate, stored)
        if earlier is None:
            fresh.append(replace(candidate, content_hash=hash_content(candidate)))
        elif not is_input_known and _is_newer(candidate, earlier):
            changed.append(_follow_change(earlier, candidate, read_now_utc()))
    if changed:
        store.upsert("candidates", _build_table([*fresh, *changed]))
    elif fresh:
        store.append("candidates", _build_table(fresh))
    taken = len(fresh) + sum(candidate.status == WAITING for candidate in changed)
    return Tally(taken, len(candidates) - taken, len(changed))


def _load_stored(store: Store, candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    ids = {one for candidate in candidates for one in (candidate.candidate_id, candidate.other_id) if one}
    rows = store.read_rows("candidates", filters=[("candidate_id", "in", sorted(ids))]).to_pylist()
    return {row["candidate_id"]: from_row(row) for row in rows}


def _find_earlier(candidate: Candidate, stored: dict[str, Candidate]) -> Candidate | None:
    """The stored candidate that this one is: by its identity, or by the other rule where both are of one page."""
    other = stored.get(candidate.other_id)
    if other and other.url == candidate.url:
        return other
    return stored.get(candidate.candidate_id)


def _is_newer(candidate: Candidate, earlier: Candidate) -> bool:
    if hash_content(candidate) == (earlier.content_hash or hash_content(earlier)):
        return False
    return not (candidate.updated_utc and earlier.updated_utc and candidate.updated_utc < earlier.updated_utc)


def _follow_change(earlier: Candidate, now: Candidate, changed_utc: datetime) -> Candidate:
    content_hash = hash_content(now)
    if earlier.status != WAITING:
        said = f"now: {now.title}" if now.title != earlier.title else "its text was changed"
        return replace(
            earlier, change=said, changed_utc=changed_utc, content_hash=content_hash, updated_utc=now.updated_utc
        )
    said = f"before: {earlier.title}" if now.title != earlier.title else "its text was changed"
    return replace(
        now,
        change=said,
        candidate_id=earlier.candidate_id,
        seen_utc=earlier.seen_utc,
        changed_utc=changed_utc,
        content_hash=content_hash,
    )


def _build_table(candidates: list[Candidate]) -> pa.Table:
    return pa.Table.from_pylist([to_row(candidate) for candidate in candidates], schema=CANDIDATE_SCHEMA)
