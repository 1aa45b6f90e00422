"""What every source adapter shares: its interface, the result of a parse. Knows never the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

import pyarrow as pa

from tension.errors import FormatError
from tension.records.candidates import Candidate
from tension.records.measurements import Measurement
from tension.records.schema import ACTIVITY_SCHEMA, EVENT_SCHEMA
from tension.records.source_cards import SourceCard

# Where a day begins differs by up to a day, and clocks differ.
AHEAD = timedelta(days=2)
# A file most of whose rows can't be read isn't the source's: it is refused as a whole, and its rejects aren't kept.
MAX_REJECTS = 100_000


@dataclass(frozen=True)
class Told:
    """What a person says of an input that it doesn't say itself; empty where nothing is said.

    `published`: the day of a text that says only 'today'. `sheet`, `header_row` (from 1) and `encoding`: how to read a
    table whose first guess is wrong.
    """

    published: date | None = None
    sheet: str = ""
    header_row: int = 0
    encoding: str = ""


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class DateWindow:
    """Days to fetch, both ends included, and what of the source is in the store already.

    `newest_stamp`: the largest stamp of its rows; what the source changed since has a larger one. `first_day`: the
    first day that is followed, where it lies before `since`. `taken`: names of inputs that were taken in. `held_ids`:
    ids of its events since `first_day`, where no stamp tells what changed and all of these days are read again.
    """

    since: date
    until: date
    newest_stamp: int | None = None
    first_day: date | None = None
    taken: frozenset[str] = frozenset()
    held_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FetchedFile:
    """One file as the source served it; `name` is what rejects and the run ledger call it."""

    name: str
    raw: bytes


@dataclass(frozen=True)
class Reject:
    """A row that could not be read: why, and its text (cut at 2,000 characters by whoever stores it)."""

    reason: str
    text: str


@dataclass(frozen=True)
class ParseResult:
    """What one input held. `read_count` = rows kept + duplicate_count + out_of_scope_count + len(rejects).

    `events` is in EVENT_SCHEMA, `activity` in ACTIVITY_SCHEMA; `candidates` are feed items that wait for review;
    `measurements` are rows of official counts; `series` is a monthly table in the source's own columns. `totals` counts
    all rows of the input per ISO day, in or out of scope (the denominator of attention). `note` says in a line what was
    mended or passed over. `withdrawn`: ids of events that the source took back; each counts as a row. `first_date`: the
    oldest day of a list that holds its newest items alone, so that what lies before it was missed or read earlier.
    """

    read_count: int
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)
    activity: pa.Table = field(default_factory=ACTIVITY_SCHEMA.empty_table)
    candidates: tuple[Candidate, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    series: pa.Table | None = None
    rejects: tuple[Reject, ...] = ()
    out_of_scope_count: int = 0
    duplicate_count: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    note: str = ""
    withdrawn: tuple[str, ...] = ()
    first_date: date | None = None


def check_reject_count(name: str, rejects: Sequence[Reject]) -> None:
    """Refuse an input in which more rows can't be read than are kept as rejects; FormatError quotes the first."""
    if len(rejects) > MAX_REJECTS:
        raise FormatError(f"{name}: more than {MAX_REJECTS:,} rows can't be read, the first: {rejects[0].reason}")


def check_day(card: SourceCard, what: str, day: date, seen_utc: datetime) -> None:
    """Refuse a day that no row of the source can be of; ValueError says why.

    A slip in one year would else make the source fresh for ever, and stretch every chart.
    """
    latest = (seen_utc + AHEAD).date()
    if not card.first_day <= day <= latest:
        fault = f"is before {card.first_day}, where {card.name} begins" if day < card.first_day else "lies ahead"
        raise ValueError(f"{what} {day} {fault}; allowed: {card.first_day} to {latest}")


class HttpReader(Protocol):
    """The only way an adapter reaches the network; tension/sources/net/client.py has the one that does it safely."""

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of a successful answer; raises FetchError."""


class Adapter(Protocol):
    """The shape of the module that reads a source; `SOURCE` is its card of tension/records/source_cards.py."""

    SOURCE: SourceCard

    def fetch(self, window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
        """The files of these days, network only."""

    def parse(self, raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
        """Pure; a bad row is a Reject, a file that can't be read raises FormatError.

        `told` holds nothing but what the source's card says that it may be told.
        """
