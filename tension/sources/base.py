"""What every source adapter shares: its card, the result of a parse, a reject. Knows records and errors, never the store."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from tension.schema import ACTIVITY_SCHEMA, EVENT_SCHEMA


@dataclass(frozen=True)
class SourceCard:
    """What a source is and what it asks of its user; docs/sources/KEY.md says the rest."""

    key: str
    title: str
    url: str
    licence: str
    cadence: str
    max_age_days: int
    required_env: tuple[str, ...] = ()
    is_exportable: bool = True


@dataclass(frozen=True)
class Reject:
    """A row that could not be read: why, and its text (cut at 2,000 characters by whoever stores it)."""

    reason: str
    text: str


@dataclass(frozen=True)
class ParseResult:
    """What one input held. `read_count` = rows kept + duplicate_count + out_of_scope_count + len(rejects).

    `events` is in EVENT_SCHEMA, `activity` in ACTIVITY_SCHEMA; `candidates` are feed items that wait for review.
    `totals` counts all rows of the input per day (the denominator of attention), in or out of scope.
    """

    read_count: int
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)
    activity: pa.Table = field(default_factory=ACTIVITY_SCHEMA.empty_table)
    candidates: tuple[dict[str, object], ...] = ()
    series: pa.Table | None = None
    rejects: tuple[Reject, ...] = ()
    out_of_scope_count: int = 0
    duplicate_count: int = 0
    totals: dict[str, int] = field(default_factory=dict)
