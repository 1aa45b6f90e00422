"""A report that waits for a reviewer, with the coding proposed for it. Owns its fields and how a row holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

WAITING, ACCEPTED, MERGED, REJECTED = "waiting", "accepted", "merged", "rejected"
# In the JSON of a row the proposed values stand under these names, beside what is known of the report itself.
_PREFIX = "proposed_"
_REPORT = ("publisher", "tier", "published_utc", "published_text", "updated_utc")
_TUPLES = ("actors", "organizations", "people", "tags")
_DATES = ("occurred_date", "end_date")


@dataclass(frozen=True)
class Reason:
    """One step of a proposal: this field, this value, because of these words."""

    field: str
    value: str
    words: str


@dataclass(frozen=True)
class Proposal:
    """A coding that waits for a person, in the fields of an event; None where the words don't say.

    `is_likely_event`: an act of a party was recognised. `reasons` holds the words for each field.
    """

    is_likely_event: bool = False
    occurred_date: date | None = None
    end_date: date | None = None
    region: str | None = None
    location: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geo_precision: str | None = None
    actors: tuple[str, ...] = ()
    initiator: str | None = None
    target: str | None = None
    organizations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    category: str | None = None
    cameo_root: str | None = None
    severity: int | None = None
    tags: tuple[str, ...] = ()
    episode: str | None = None
    us_china_military_contact: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    figures_other: Mapping[str, float] = field(default_factory=dict)
    confidence: str | None = None
    coder_doubt: str | None = None
    reasons: tuple[Reason, ...] = ()


# What a proposal says of an event, under the event's own names.
PROPOSED_FIELDS = tuple(one.name for one in fields(Proposal) if one.name not in ("is_likely_event", "reasons"))


@dataclass(frozen=True)
class Candidate:
    """A report with its proposed coding, as it was first read or as its publisher changed it while it waited.

    `other_id`: the identity that it would have without its guid, by its link, for a guid may tell nothing. `change`:
    what its publisher changed since, in words, on `changed_utc`. `content_hash` covers what the publisher said last.
    """

    candidate_id: str
    source_key: str
    feed: str
    title: str
    url: str
    seen_utc: datetime
    summary: str = ""
    published_date: date | None = None
    proposal: Proposal = Proposal()
    publisher: str | None = None
    tier: str | None = None
    published_utc: datetime | None = None
    published_text: str = ""
    updated_utc: datetime | None = None
    status: str = WAITING
    reviewer: str | None = None
    reviewed_utc: datetime | None = None
    event_id: str | None = None
    note: str | None = None
    changed_utc: datetime | None = None
    change: str | None = None
    content_hash: str | None = None
    other_id: str = ""

    @property
    def day(self) -> date:
        """The day of the act where it is proposed, else of publication, or seen where no date was given."""
        return self.proposal.occurred_date or self.published_date or self.seen_utc.date()


def hash_content(candidate: Candidate) -> str:
    """A hash of what the publisher says: title and summary."""
    return hashlib.sha256(f"{candidate.title}\n{candidate.summary}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def to_row(candidate: Candidate) -> dict[str, Any]:
    """A candidate as a row of CANDIDATE_SCHEMA; what has no column of its own stands in the JSON of `proposal`."""
    proposal = candidate.proposal
    packed: dict[str, Any] = {name: getattr(candidate, name) for name in _REPORT}
    packed["is_likely_event"] = proposal.is_likely_event
    packed |= {_PREFIX + name: getattr(proposal, name) for name in PROPOSED_FIELDS}
    packed["reasons"] = [reason.__dict__ for reason in proposal.reasons]
    row = {name: value for name, value in candidate.__dict__.items() if name not in (*_REPORT, "other_id")}
    return row | {"proposal": json.dumps(packed, ensure_ascii=False, default=str)}


def from_row(row: Mapping[str, Any]) -> Candidate:
    """The candidate that a stored row holds, also one that an earlier version of this program wrote."""
    packed = json.loads(row["proposal"] or "{}")
    values: dict[str, Any] = {name: packed.get(_PREFIX + name) for name in PROPOSED_FIELDS}
    proposed: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value for name, value in values.items() if value is not None
    }
    proposed |= {name: date.fromisoformat(proposed[name]) for name in _DATES if name in proposed}
    proposal = Proposal(
        # A group of events coded by machine is an act by itself.
        is_likely_event=packed.get("is_likely_event", str(row["candidate_id"]).startswith("cluster:")),
        reasons=tuple(Reason(**reason) for reason in packed.get("reasons") or ()),
        **proposed,
    )
    known = {name: value for name, value in row.items() if name != "proposal" and value is not None}
    report = {name: packed.get(name) for name in _REPORT if packed.get(name) is not None}
    for name in ("published_utc", "updated_utc"):
        if name in report:
            report[name] = datetime.fromisoformat(str(report[name]))
    return Candidate(**known, **report, proposal=proposal)
