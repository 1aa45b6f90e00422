"""Readings of counts by week, month, quarter or year: the last periods against the same ones of the years before.

A year is compared with the same time of other years, so that a season reads like a season. No I/O, no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from tension.errors import BadInput
from tension.readings.day_counts import Days, as_date, as_day_numbers, as_index
from tension.readings.rates import find_rate_intervals
from tension.readings.states import State

Cadence = Literal["week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# The periods of a window, and of the year after which the same ones return.
WINDOW_PERIODS: dict[str, int] = {"week": 4, "month": 3, "quarter": 1, "year": 1}
YEAR_PERIODS: dict[str, int] = {"week": 52, "month": 12, "quarter": 4, "year": 1}
# 1970-01-01 was a Thursday; weeks begin on the day on which the publisher's do, told by the first of them.
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """Years before that are compared, bounds of the ratio, level of its interval, counts that a baseline needs."""

    years_back: int = 3
    ratio_up: float = 1.2
    ratio_down: float = 0.8
    level: float = 0.9
    minimum_count: int = 5


DEFAULT_PERIOD_RULE = PeriodRule()


@dataclass(frozen=True, slots=True)
class PeriodSeries:
    """Counts by the number of their period; `first_day` dates period 0 of a week, `year_start` the month of a year.

    `last`: the last period that the source covers. `regimes`: the first periods of new definitions.
    """

    cadence: Cadence
    values: dict[int, float] = field(default_factory=dict)
    last: int | None = None
    regimes: tuple[int, ...] = ()
    first_day: date = _EPOCH
    year_start: int = 1

    def find_last_complete(self, day: date) -> int:
        """The last period that had ended by a day, that day included."""
        return self.number(day + timedelta(days=1)) - 1

    def number(self, day: date) -> int:
        """The number of the period that holds a day; neighbours differ by one."""
        if self.cadence == "week":
            return (day - self.first_day).days // 7
        return (12 * day.year + day.month - self.year_start) // _MONTHS[self.cadence]

    def span(self, number: int) -> tuple[date, date]:
        """The first and the last day of a period."""
        if self.cadence == "week":
            first = self.first_day + timedelta(days=7 * number)
            return first, first + timedelta(days=6)
        return self._start(number), self._start(number + 1) - timedelta(days=1)

    def _start(self, number: int) -> date:
        months = number * _MONTHS[self.cadence] + self.year_start - 1
        return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """One day's reading. Means are per period, in the series' unit; None where the state says that there is none.

    `recent` and `baseline` are the periods behind them, as (first day, last day), newest first.
    """

    as_of: date
    state: State
    reason: str
    recent_mean: float | None = None
    baseline_mean: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    recent: tuple[tuple[date, date], ...] = ()
    baseline: tuple[tuple[date, date], ...] = ()


def build_period_series(
    cadence: Cadence,
    spans: Iterable[tuple[date, date]],
    values: Sequence[float],
    covered_until: date,
    regimes: Iterable[date] = (),
) -> PeriodSeries:
    """A series from one row per period, in any order; NaN = not reported.

    Every span must be one whole period; the month in which years begin, and the weekday of weeks, are those of the
    first. `covered_until`: the last day that was read. Raises BadInput for a period given twice or a span that isn't
    one.
    """
    listed = list(spans)
    if len(listed) != len(values):
        raise BadInput("values", len(values), f"one for each of the {len(listed)} periods")
    first = listed[0][0] if listed else _EPOCH
    shape = PeriodSeries(cadence, first_day=first, year_start=first.month if cadence == "year" else 1)
    found: dict[int, float] = {}
    for span, value in zip(listed, values, strict=True):
        number = shape.number(span[0])
        if shape.span(number) != span:
            raise BadInput("period", f"{span[0]} to {span[1]}", f"a whole {cadence}")
        if number in found:
            raise BadInput("period", f"{span[0]} to {span[1]}", "each period once")
        found[number] = float(value)
    return PeriodSeries(
        cadence,
        {number: value for number, value in sorted(found.items()) if np.isfinite(value)},
        shape.find_last_complete(covered_until) if found else None,
        tuple(sorted(shape.number(day - timedelta(days=1)) + 1 for day in regimes)),
        shape.first_day,
        shape.year_start,
    )


def read_periods(
    series: PeriodSeries, as_of: date, rule: PeriodRule = DEFAULT_PERIOD_RULE, *, is_count: bool = True
) -> PeriodReading:
    """The reading of a slow count on a day.

    recent: the mean of the last 4 weeks, 3 months, quarter or year that had ended by then, all of them reported.
    baseline: the mean of the same periods of the 1 to 3 years before; a year counts when all of its periods are
    reported under the same definition. ratio: recent / baseline, with the exact interval of two Poisson rates
    (`find_rate_intervals`; counts are taken as counts of separate sightings). What isn't a count (`is_count` False, an
    index) has no interval, and its ratio alone decides.

    Up: ratio from 1.2 and interval above 1. Down: ratio to 0.8 and interval below 1. Else level. Fewer than 5 counts in
    the baseline: too few. A period of the window missing, or no year before: insufficient. The last period that had
    ended lies beyond what was read: not looked.
    """
    wanted = series.find_last_complete(as_of)
    if series.last is None or not series.values:
        return PeriodReading(as_of, State.NOT_LOOKED, "the series is empty")
    if wanted > series.last:
        last_day = series.span(series.last)[1]
        return PeriodReading(as_of, State.NOT_LOOKED, f"the source ends with the {series.cadence} to {last_day}")
    window = range(wanted, wanted - WINDOW_PERIODS[series.cadence], -1)
    reported = [number for number in window if number in series.values]
    if len(reported) < len(window):
        found = f"{len(reported)} of the last {len(window)} {series.cadence}s reported, all needed"
        only = f"the last {series.cadence}, to {series.span(wanted)[1]}, isn't reported"
        return PeriodReading(as_of, State.INSUFFICIENT, found if len(window) > 1 else only)
    years = _find_years(series, window, rule)
    recent = tuple(series.span(number) for number in window)
    if not years:
        return PeriodReading(as_of, State.INSUFFICIENT, _explain_no_year(series, wanted), recent=recent)
    return _compare(series, as_of, window, years, rule, is_count=is_count)


def _find_years(series: PeriodSeries, window: range, rule: PeriodRule) -> list[list[int]]:
    """The same periods of each year before that is whole and of the same definition as the whole window."""
    start = max((regime for regime in series.regimes if regime <= window[0]), default=None)
    if start is not None and window[-1] < start:
        return []
    years = []
    for back in range(1, rule.years_back + 1):
        same = [number - back * YEAR_PERIODS[series.cadence] for number in window]
        if all(number in series.values and (start is None or number >= start) for number in same):
            years.append(same)
    return years


def _explain_no_year(series: PeriodSeries, wanted: int) -> str:
    start = max((regime for regime in series.regimes if regime <= wanted), default=None)
    since = f" since the definition break of {series.span(start)[0]}" if start is not None else ""
    if series.cadence == "year":
        return f"no year before is reported{since}"
    same = f"the same {series.cadence} is" if series.cadence == "quarter" else f"the same {series.cadence}s are all"
    return f"no year before in which {same} reported{since}"


def _compare(
    series: PeriodSeries, as_of: date, window: range, years: list[list[int]], rule: PeriodRule, *, is_count: bool
) -> PeriodReading:
    counted = [number for year in years for number in year]
    recent_sum = sum(series.values[number] for number in window)
    baseline_sum = sum(series.values[number] for number in counted)
    ratios, lows, highs = find_rate_intervals([recent_sum], [baseline_sum], len(window), len(counted), rule.level)
    ratio, low, high = float(ratios[0]), float(lows[0]), float(highs[0])
    if not is_count:
        low = high = ratio
    state, reason = _judge(ratio, low, high, baseline_sum, rule)
    return PeriodReading(
        as_of,
        state,
        reason,
        recent_sum / len(window),
        baseline_sum / len(counted),
        ratio if np.isfinite(ratio) else None,
        low if is_count else None,
        high if is_count else None,
        tuple(series.span(number) for number in window),
        tuple(series.span(number) for number in counted),
    )


def _judge(ratio: float, low: float, high: float, baseline_sum: float, rule: PeriodRule) -> tuple[State, str]:
    if baseline_sum < rule.minimum_count:
        return State.TOO_FEW, f"{baseline_sum:g} counted in the baseline, {rule.minimum_count} needed"
    words = f"ratio {ratio:.2f}"
    words += f", {rule.level:.0%} interval {low:.2f} to {high:.2f}" if low < high else ""
    if ratio >= rule.ratio_up and low > 1:
        return State.UP, words
    if ratio <= rule.ratio_down and high < 1:
        return State.DOWN, words
    return State.LEVEL, words


def read_period_history(
    series: PeriodSeries, as_of_days: Days, rule: PeriodRule = DEFAULT_PERIOD_RULE, *, is_count: bool = True
) -> pd.DataFrame:
    """`read_periods` on many days, indexed by them: recent, baseline (per period), ratio, low, high, state, reason.

    Between two ends of a period nothing changes, so each is read once.
    """
    numbers = as_day_numbers(as_of_days)
    kept: dict[int, PeriodReading] = {}
    rows = []
    for day in map(as_date, numbers.tolist()):
        wanted = series.find_last_complete(day)
        if wanted not in kept:
            kept[wanted] = read_periods(series, day, rule, is_count=is_count)
        reading = kept[wanted]
        rows.append(
            (
                *(np.nan if value is None else value for value in (reading.recent_mean, reading.baseline_mean)),
                *(np.nan if value is None else value for value in (reading.ratio, reading.low, reading.high)),
                reading.state.value,
                reading.reason,
            )
        )
    columns = ["recent", "baseline", "ratio", "low", "high", "state", "reason"]
    return pd.DataFrame(rows, columns=columns, index=as_index(numbers))
