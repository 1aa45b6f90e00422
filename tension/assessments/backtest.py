"""How often a claim's indicators noticed what is known to have got worse, and how often on days when nothing did.

Not a forecast: a turn is noticed on its day or after it. The list it is judged by (data/backtest.yaml) was written
before the rules; docs/method.md defines every figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tension.assessments.assessor import Assessor
from tension.assessments.kinds import find_kind
from tension.assessments.observations import Observations
from tension.readings import ClaimState, Mark, find_turns, read_claim_states, read_surge_bounds
from tension.readings.day_counts import as_index
from tension.readings.states import Bools, Ints
from tension.readings.surges import list_values
from tension.records.claims import ClaimRule, Indicator
from tension.records.escalations import ClaimEscalations, Escalation

# What is looked at after a day: the day itself and the 13 after it.
FORTNIGHT_DAYS = 14
# A day is calm when it lies further than this from every escalation that is listed.
CALM_DISTANCE_DAYS = 90
# The naive rule: today's count above the highest of this many days before, most of which must be reported.
NAIVE_DAYS, NAIVE_COVERAGE = 30, 0.8
_YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Hit:
    """One listed escalation: whether anything could be read in its fortnight, and by which indicators it was noticed.

    `days_after`: how long after it the first of them fired; None where none did.
    """

    escalation: Escalation
    is_readable: bool
    noticed_by: tuple[str, ...]
    days_after: int | None
    is_naively_noticed: bool


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator by itself: its turns towards escalation and its surges, against the same list and calm days."""

    indicator_id: str
    title: str
    readable: int
    noticed: int
    turns_per_year: float | None
    calm_day_share: float | None


@dataclass(frozen=True)
class ClaimResult:
    """A claim against its list. Shares are 0 to 1, None where there is no day to take them of.

    `readable` of the `listed` could be read; `noticed` and `naive_noticed` are of those. `random_share` is the chance
    that a rule which fires on as many days at random does so in a given fortnight.
    """

    claim_id: str
    hits: tuple[Hit, ...]
    reason: str
    readable_day_count: int
    calm_day_count: int
    calm_day_share: float | None
    random_share: float | None
    turns_per_year: float | None
    naive_calm_day_share: float | None
    word_shares: dict[str, float]
    has_daily_counts: bool
    indicators: tuple[IndicatorResult, ...]

    @property
    def listed(self) -> int:
        return len(self.hits)

    @property
    def readable(self) -> int:
        return sum(hit.is_readable for hit in self.hits)

    @property
    def noticed(self) -> int:
        return sum(hit.is_readable and bool(hit.noticed_by) for hit in self.hits)

    @property
    def naive_noticed(self) -> int:
        return sum(hit.is_readable and hit.is_naively_noticed for hit in self.hits)

    def select(self, *, is_large: bool | None = None, use: str = "") -> tuple[int, int, int]:
        """(noticed, readable, listed) of the large exercises alone, or of those marked with a use."""
        hits = [h for h in self.hits if is_large is None or h.escalation.large_exercise == is_large]
        hits = [h for h in hits if use in ("", h.escalation.use)]
        readable = [h for h in hits if h.is_readable]
        return sum(bool(h.noticed_by) for h in readable), len(readable), len(hits)


def read_backtests(
    assessor: Assessor, lists: Sequence[ClaimEscalations], until: date | None = None
) -> tuple[ClaimResult, ...]:
    """Every claim against its list, by the days up to `until` alone (all days where it isn't given)."""
    return tuple(read_backtest(assessor, one, until) for one in lists)


def read_backtest(assessor: Assessor, listed: ClaimEscalations, until: date | None = None) -> ClaimResult:
    """One claim against its list. Escalations and calm days whose fortnight isn't over by `until` are left out."""
    rule = assessor.find_rule(listed.claim_id)
    day_count = int((assessor.days <= pd.Timestamp(until)).sum()) if until else len(assessor.days)
    days = assessor.days[:day_count]
    marks, turned = assessor.read_marks(rule.claim_id).iloc[:day_count], find_turned(assessor, rule).iloc[:day_count]
    fires = turned | find_surged(assessor, rule).iloc[:day_count]
    is_read = (marks != Mark.UNREAD) & (marks != Mark.ABSENT)
    readable, any_fire = is_read.any(axis=1).to_numpy(), fires.any(axis=1).to_numpy()
    naive = find_naive_fires(assessor.observed, rule, days)
    past = [e for e in listed.escalations if _is_over(e.date, days)]
    positions = np.array([(pd.Timestamp(e.date) - days[0]).days for e in past], dtype=np.int64)
    calm = _find_calm_days(readable, positions)
    states = read_claim_states(marks)["state"]
    words = states[states != ClaimState.UNREAD].value_counts(normalize=True)
    return ClaimResult(
        claim_id=rule.claim_id,
        hits=tuple(_judge(e, int(day), readable, fires, naive) for e, day in zip(past, positions, strict=True)),
        reason=listed.reason,
        readable_day_count=int(readable.sum()),
        calm_day_count=len(calm),
        calm_day_share=_share(_is_near(any_fire, calm)),
        random_share=find_random_share(int(readable.sum()), int((any_fire & readable).sum())),
        turns_per_year=_count_a_year(int(turned.to_numpy().sum()), readable),
        naive_calm_day_share=_share(_is_near(naive, calm)),
        word_shares={str(word): float(share) for word, share in words.items()},
        has_daily_counts=any(find_kind(i).find_daily(assessor.observed, i) for i in rule.indicators),
        indicators=tuple(
            _judge_indicator(i, is_read[i.indicator_id].to_numpy(), fires, turned, positions)
            for i in rule.indicators
            if i.indicator_id in marks
        ),
    )


def find_turned(assessor: Assessor, rule: ClaimRule) -> pd.DataFrame:
    """The days on which each indicator turned towards escalation (up, unless the claim says down), one column each."""
    marks = assessor.read_marks(rule.claim_id)
    turns = {name: find_turns(column) for name, column in marks.items()}
    days = {name: found.index[found["mark"] == rule.escalation] for name, found in turns.items()}
    return pd.DataFrame({name: marks.index.isin(found) for name, found in days.items()}, marks.index, dtype=np.bool_)


def find_surged(assessor: Assessor, rule: ClaimRule) -> pd.DataFrame:
    """The days of each daily count above the bound of the year before its last 14 days; where up is escalation."""
    marks = assessor.read_marks(rule.claim_id)
    surged = pd.DataFrame(False, index=marks.index, columns=marks.columns)
    for indicator in rule.indicators:
        series = find_kind(indicator).find_daily(assessor.observed, indicator)
        if series is not None and rule.escalation == "up":
            bounds = read_surge_bounds(series)
            above = pd.Series(list_values(series) > bounds.to_numpy(), bounds.index)
            above.index += pd.Timedelta(days=assessor.observed.find_known_after(indicator))
            surged[indicator.indicator_id] = above.reindex(marks.index, fill_value=False)
    return surged


def find_naive_fires(observed: Observations, rule: ClaimRule, days: pd.DatetimeIndex) -> Bools:
    """The days on which a count was above the highest of the 30 days before it.

    The claim's official daily counts where it has any, each by itself; else the number of events that any of its
    indicators counts, by the day on which they became known.
    """
    found_daily = [(i, find_kind(i).find_daily(observed, i)) for i in rule.indicators]
    counted = [(observed.find_known_after(i), series) for i, series in found_daily if series is not None]
    fires = np.zeros(len(days), dtype=np.bool_)
    for days_after, series in counted:
        dates = as_index(series.first_day + np.arange(len(series)) + days_after)
        found = _find_highs(pd.Series(list_values(series), dates), series.regime_starts)
        fires |= found.reindex(days, fill_value=False).to_numpy(dtype=np.bool_)
    if not counted:
        selectors = tuple(s for i in rule.indicators if find_kind(i).has_mark for s in i.events)
        known = as_index(observed.match_days(selectors).known)
        numbers = pd.Series(1.0, known).groupby(level=0).sum().reindex(days, fill_value=0.0)
        fires |= _find_highs(numbers, np.zeros(len(days), dtype=np.int64)).to_numpy(dtype=np.bool_)
    return fires


def find_random_share(day_count: int, fire_count: int) -> float | None:
    """The chance that `fire_count` days drawn at random from `day_count` leave no fortnight without one of them.

    For a given fortnight: 1 - C(days - 14, fires) / C(days, fires), the hypergeometric law.
    """
    if day_count < FORTNIGHT_DAYS:
        return None
    if fire_count > day_count - FORTNIGHT_DAYS:
        return 1.0
    return 1 - math.comb(day_count - FORTNIGHT_DAYS, fire_count) / math.comb(day_count, fire_count)


def _find_highs(values: pd.Series, regime_starts: Ints) -> pd.Series:
    """Where a count is above the highest of the days before it, within one definition of it."""
    needed = math.ceil(NAIVE_COVERAGE * NAIVE_DAYS)
    before = values.groupby(regime_starts).transform(lambda part: part.shift(1).rolling(NAIVE_DAYS, needed).max())
    return values > before


def _is_over(day: date, days: pd.DatetimeIndex) -> bool:
    """The fortnight from a day on lies within these days."""
    last = pd.Timestamp(day) + timedelta(days=FORTNIGHT_DAYS - 1)
    return bool(len(days)) and days[0] <= pd.Timestamp(day) and last <= days[-1]


def _find_calm_days(readable: Bools, escalation_days: Ints) -> Ints:
    """Positions of readable days far from every escalation, whose fortnight is over."""
    positions: Ints = np.flatnonzero(readable[: max(len(readable) - FORTNIGHT_DAYS + 1, 0)])
    if not len(escalation_days):
        return positions
    distance = np.abs(positions[:, None] - escalation_days[None, :]).min(axis=1)
    far: Ints = positions[distance > CALM_DISTANCE_DAYS]
    return far


def _is_near(fires: Bools, positions: Ints) -> Bools:
    """For each day, whether something fired in the fortnight that it begins."""
    running = np.concatenate([[0], np.cumsum(fires)])
    stops = np.minimum(positions + FORTNIGHT_DAYS, len(fires))
    return np.asarray(running[stops] > running[positions])


def _judge(escalation: Escalation, day: int, readable: Bools, fires: pd.DataFrame, naive: Bools) -> Hit:
    span = slice(day, day + FORTNIGHT_DAYS)
    within = fires.iloc[span]
    fired = np.flatnonzero(within.any(axis=1)) if len(within.columns) else np.zeros(0)
    return Hit(
        escalation=escalation,
        is_readable=bool(readable[span].any()),
        noticed_by=tuple(str(name) for name in within.columns[within.any(axis=0)]),
        days_after=int(fired[0]) if len(fired) else None,
        is_naively_noticed=bool(naive[span].any()),
    )


def _judge_indicator(
    indicator: Indicator, readable: Bools, fires: pd.DataFrame, turned: pd.DataFrame, days: Ints
) -> IndicatorResult:
    name = indicator.indicator_id
    fired = fires[name].to_numpy()
    could = np.array([readable[day : day + FORTNIGHT_DAYS].any() for day in days], dtype=np.bool_)
    return IndicatorResult(
        indicator_id=name,
        title=indicator.title,
        readable=int(could.sum()),
        noticed=int((could & _is_near(fired, days)).sum()) if len(days) else 0,
        turns_per_year=_count_a_year(int(turned[name].sum()), readable),
        calm_day_share=_share(_is_near(fired, _find_calm_days(readable, days))),
    )


def _count_a_year(number: int, readable: Bools) -> float | None:
    days = int(readable.sum())
    return number / days * _YEAR_DAYS if days else None


def _share(flags: Bools) -> float | None:
    return float(flags.mean()) if len(flags) else None
