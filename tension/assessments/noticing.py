"""What a claim's indicators did of late: who moved and by how much, turns, surges, and whether the wording holds.

Made from the readings that tension/assessments/assessor.py keeps, by fixed rules; tension/assessments/headlines.py puts
it into a sentence. Nothing here predicts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

from tension.assessments.assessor import Assessor
from tension.assessments.kinds import find_kind
from tension.assessments.reading import MARK_SIGNS, ClaimReading, IndicatorReading
from tension.readings import MOVED, Mark, Surge, find_since, find_surge, find_turns
from tension.records.article import Claim
from tension.records.claims import Indicator, Part


class Verdict(StrEnum):
    """What the indicators of a day say of a claim as the article words it."""

    BORNE_OUT = "borne out"
    MIXED = "mixed"
    NO_CHANGE = "no such change seen"
    CONTRADICTED = "contradicted"
    UNREAD = "can't be read"


@dataclass(frozen=True)
class Mover:
    """An indicator that is up or down. `start` and `past` are its words, `past` what it is held against ('' for none).

    `ratio` is by how many times it differs from that, None where it just happened. `since` is the first day of the run
    of days on which it has been so.
    """

    reading: IndicatorReading
    ratio: float | None
    start: str
    past: str
    since: date | None

    @property
    def words(self) -> str:
        return f"{self.start} {self.past}".rstrip()


@dataclass(frozen=True)
class Turn:
    """The day on which an indicator became up or down from another mark that could be read."""

    indicator: Indicator
    day: date
    mark: Mark
    from_mark: Mark
    days_ago: int


@dataclass(frozen=True)
class SurgeNotice:
    """A day of a daily count that stands out of the year before."""

    indicator: Indicator
    surge: Surge


@dataclass(frozen=True)
class Judgement:
    """The verdict of one day, with the indicators that speak for and against the wording."""

    day: date
    verdict: Verdict
    speak_for: tuple[IndicatorReading, ...]
    speak_against: tuple[IndicatorReading, ...]


@dataclass(frozen=True)
class ClaimNotice:
    """A claim on one day, ready to be told.

    `movers`: the largest first. `turns`: the last of each indicator, newest first. `then` and `own_day` are of the
    article's own day, None where that lies ahead.
    """

    claim: Claim
    reading: ClaimReading
    then: ClaimReading | None
    movers: tuple[Mover, ...]
    turns: tuple[Turn, ...]
    surges: tuple[SurgeNotice, ...]
    today: Judgement
    own_day: Judgement | None

    @property
    def strip(self) -> str:
        """One sign per indicator that has a mark, in the order of the parts; hollow ones are told by `is_hollow`."""
        return "".join(MARK_SIGNS[reading.mark] for reading in self.reading.marked if reading.mark)


def read_notice(assessor: Assessor, claim: Claim, as_of: date) -> ClaimNotice:
    """What there is to say of a claim on a day, by what had been reported then."""
    return assessor.keep(("notice", claim, as_of), lambda: _read_notice(assessor, claim, as_of))


def _read_notice(assessor: Assessor, claim: Claim, as_of: date) -> ClaimNotice:
    reading = assessor.read_claim(claim.claim_id, as_of, is_brief=True)
    has_begun = claim.stated_date <= as_of
    then = assessor.read_claim(claim.claim_id, claim.stated_date, is_brief=True) if has_begun else None
    marks = assessor.read_marks(claim.claim_id)[: str(as_of)]
    is_inside = len(marks) > 0 and marks.index[-1] == pd.Timestamp(as_of)
    return ClaimNotice(
        claim=claim,
        reading=reading,
        then=then,
        movers=find_movers(reading, marks if is_inside else marks.iloc[:0]),
        turns=find_last_turns(reading, marks, as_of),
        surges=tuple(_find_surges(assessor, reading, as_of)),
        today=judge_claim(reading),
        own_day=judge_claim(then) if then else None,
    )


def find_movers(reading: ClaimReading, marks: pd.DataFrame) -> tuple[Mover, ...]:
    """The indicators that are up or down, what just happened first, then what fell to none, then by |log ratio|.

    `marks`: up to the day of the reading, one column an indicator; empty where they don't reach it.
    """
    movers = []
    for found in reading.indicators:
        if found.mark in MOVED:
            kind = find_kind(found.indicator)
            start, past = kind.describe_move(found)
            since = find_since(marks[found.indicator.indicator_id])
            movers.append(Mover(found, kind.find_ratio(found), start, past, since.date() if since else None))
    return tuple(sorted(movers, key=_rank_mover))


def find_last_turns(reading: ClaimReading, marks: pd.DataFrame, as_of: date) -> tuple[Turn, ...]:
    """The last turn of each indicator in `marks` (days up to a day), newest first."""
    turns = []
    for found in reading.marked:
        rows = find_turns(marks[found.indicator.indicator_id])
        if len(rows):
            day, row = rows.index[-1].date(), rows.iloc[-1]
            mark, from_mark = Mark(row["mark"]), Mark(row["from_mark"])
            turns.append(Turn(found.indicator, day, mark, from_mark, (as_of - day).days))
    return tuple(sorted(turns, key=lambda turn: turn.days_ago))


def judge(part: Part, reading: IndicatorReading) -> str:
    """'for' or 'against' the part as the article words it, 'no change' shown, or '' where it can't be read.

    What was looked for and not found is no change.
    """
    if reading.mark in (None, Mark.UNREAD):
        return ""
    way = "level" if reading.mark == Mark.ABSENT else str(reading.mark)
    if way in part.supports:
        return "for"
    return "no change" if way == "level" else "against"


def judge_claim(reading: ClaimReading) -> Judgement:
    """The verdict of a day: what speaks for the wording of its part, and what against it."""
    parts = {part.part_id: part for part in reading.rule.parts}
    sides: dict[str, list[IndicatorReading]] = {}
    for found in reading.indicators:
        sides.setdefault(judge(parts[found.part_id], found), []).append(found)
    speak_for, against = tuple(sides.get("for", ())), tuple(sides.get("against", ()))
    if speak_for and against:
        verdict = Verdict.MIXED
    elif speak_for or against:
        verdict = Verdict.BORNE_OUT if speak_for else Verdict.CONTRADICTED
    else:
        verdict = Verdict.NO_CHANGE if "no change" in sides else Verdict.UNREAD
    return Judgement(reading.as_of, verdict, speak_for, against)


def rank_ratio(ratio: float | None) -> tuple[int, float]:
    """A key that puts the greatest change first: without a ratio, then to none, then by |log ratio|."""
    if ratio is None:
        return 0, 0.0
    return (1, 0.0) if ratio == 0 else (2, -abs(math.log(ratio)))


def _rank_mover(mover: Mover) -> tuple[int, float]:
    return rank_ratio(mover.ratio)


def _find_surges(assessor: Assessor, reading: ClaimReading, as_of: date) -> Iterable[SurgeNotice]:
    for found in reading.marked:
        series = find_kind(found.indicator).find_daily(assessor.observed, found.indicator)
        known = as_of - timedelta(days=assessor.observed.find_known_after(found.indicator))
        surge = find_surge(series, known) if series else None
        if surge:
            yield SurgeNotice(found.indicator, surge)


def read_notices(assessor: Assessor, claims: Sequence[Claim], as_of: date) -> tuple[ClaimNotice, ...]:
    """`read_notice` of every claim, in the article's order."""
    return tuple(read_notice(assessor, claim, as_of) for claim in claims)
