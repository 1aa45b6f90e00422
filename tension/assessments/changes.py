"""What changed between two days: turns, surges, grave events, contacts, and the claims' words then and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from tension.assessments.assessor import Assessor
from tension.assessments.headlines import describe_surge
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import SurgeNotice
from tension.errors import BadInput
from tension.readings import find_surge, find_turns, read_surge_bounds
from tension.readings.surges import list_values
from tension.records.article import Claim
from tension.records.claims import Indicator
from tension.records.filters import EventFilter
from tension.records.vocab import CONTACT_LEVELS, SEVERITY_LABELS, Region
from tension.words import format_day, join_words

if TYPE_CHECKING:
    from tension.store.queries import Queries

GRAVE = 4
# How far back is looked where nobody says.
USUAL_SPAN_DAYS = 30


class ChangeKind(StrEnum):
    """What kind of thing changed."""

    TURN = "turn"
    SURGE = "surge"
    EVENT = "event"
    CONTACT = "contact"


_COUNTED = {
    ChangeKind.TURN: ("turn of an indicator", "turns of indicators"),
    ChangeKind.SURGE: ("surge", "surges"),
    ChangeKind.EVENT: ("event of severity 4 or 5", "events of severity 4 or 5"),
    ChangeKind.CONTACT: ("US-China military contact", "US-China military contacts"),
}


@dataclass(frozen=True)
class Change:
    """One thing that happened on a day, in words; what it is about, by ids ('' where there is none)."""

    day: date
    kind: ChangeKind
    words: str
    claim_id: str = ""
    indicator_id: str = ""
    event_id: str = ""


@dataclass(frozen=True)
class ClaimWords:
    """A claim's word on the first and on the last day."""

    claim: Claim
    then: str
    now: str


@dataclass(frozen=True)
class Changes:
    """All that changed after `since` and up to `until`, newest first, by what had been reported by `until`."""

    since: date
    until: date
    claims: tuple[ClaimWords, ...]
    changes: tuple[Change, ...]

    @property
    def summary(self) -> str:
        """The counts in a sentence."""
        counts = {kind: sum(change.kind == kind for change in self.changes) for kind in ChangeKind}
        said = [f"{number} {_COUNTED[kind][number != 1]}" for kind, number in counts.items()]
        changed = [found.claim.title for found in self.claims if found.then != found.now]
        words_changed = f"Another word for {join_words(changed)}" if changed else "No claim changed its word"
        span = f"From {format_day(self.since)} to {format_day(self.until)}"
        return f"{span}: {join_words(said)}. {words_changed}."


def read_changes(
    assessor: Assessor,
    queries: Queries,
    claims: Sequence[Claim],
    since: date,
    until: date,
    regions: Sequence[Region] = (),
) -> Changes:
    """What changed after `since`; of claims and events that bear on `regions` where any are named.

    BadInput where the days are out of order.
    """
    if since >= until:
        raise BadInput("since", since.isoformat(), f"a day before {until.isoformat()}")
    chosen = [c for c in claims if not regions or not c.regions or set(c.regions) & set(regions)]
    found = [*_list_events(queries, since, until, regions), *_list_contacts(queries, since, until)]
    seen: set[str] = set()
    for claim in chosen:
        for indicator in assessor.find_rule(claim.claim_id).indicators:
            # An indicator that two claims share turns once.
            if indicator.indicator_id not in seen and find_kind(indicator).has_mark:
                seen.add(indicator.indicator_id)
                found += _list_turns(assessor, claim, indicator, since, until)
                found += _list_surges(assessor, claim, indicator, since, until)
    words = [_compare_words(assessor, claim, since, until) for claim in chosen]
    order = sorted(found, key=lambda change: (change.day, change.kind, change.words), reverse=True)
    return Changes(since, until, tuple(words), tuple(order))


def _compare_words(assessor: Assessor, claim: Claim, since: date, until: date) -> ClaimWords:
    then, now = (str(assessor.read_claim(claim.claim_id, day, is_brief=True).state) for day in (since, until))
    return ClaimWords(claim, then, now)


def _list_turns(assessor: Assessor, claim: Claim, indicator: Indicator, since: date, until: date) -> Iterator[Change]:
    turns = find_turns(assessor.read_marks(claim.claim_id)[indicator.indicator_id])
    for day, row in turns[(turns.index > pd.Timestamp(since)) & (turns.index <= pd.Timestamp(until))].iterrows():
        mark = str(row["mark"])
        words = f"{indicator.title}: {indicator.words.get(mark, mark)}, from {row['from_mark']}"
        yield Change(pd.Timestamp(str(day)).date(), ChangeKind.TURN, words, claim.claim_id, indicator.indicator_id)


def _list_surges(assessor: Assessor, claim: Claim, indicator: Indicator, since: date, until: date) -> Iterator[Change]:
    """Days above what the year before them had led to expect, as each was seen on its own day."""
    series = find_kind(indicator).find_daily(assessor.observed, indicator)
    if series is None:
        return
    bounds = read_surge_bounds(series)
    days = bounds.index[(list_values(series) > bounds.to_numpy())]
    # Told of on the day on which the count was published.
    lag = timedelta(days=assessor.observed.find_known_after(indicator))
    for day in days[(days > pd.Timestamp(since - lag)) & (days <= pd.Timestamp(until - lag))]:
        surge = find_surge(series, day.date())
        if surge and surge.day == day.date():
            words = describe_surge(SurgeNotice(indicator, surge))
            yield Change(surge.day, ChangeKind.SURGE, words, claim.claim_id, indicator.indicator_id)


def _list_events(queries: Queries, since: date, until: date, regions: Sequence[Region]) -> Iterator[Change]:
    wanted = EventFilter(
        regions=tuple(regions), since=since + timedelta(days=1), until=until, min_severity=GRAVE, as_of=until
    )
    for row in queries.load_events(wanted).to_dict("records"):
        words = f"{row['region']}: {row['title']} ({SEVERITY_LABELS[int(row['severity'])].lower()})"
        yield Change(row["occurred_date"].date(), ChangeKind.EVENT, words, event_id=row["event_id"])


def _list_contacts(queries: Queries, since: date, until: date) -> Iterator[Change]:
    for row in queries.load_contacts(until).to_dict("records"):
        day = row["occurred_date"].date()
        if since < day <= until:
            level = CONTACT_LEVELS[row["us_china_military_contact"]]
            yield Change(day, ChangeKind.CONTACT, f"{level}: {row['title']}", event_id=row["event_id"])
