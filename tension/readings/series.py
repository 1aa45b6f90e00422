"""Readings of a daily count: recent mean against its own past, day by day since the count began. No I/O, no store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.errors import BadInput
from tension.readings.day_counts import Cover, Days, as_date, as_day_number, as_day_numbers, as_index
from tension.readings.states import Bools, Floats, Ints, State, Words

# Windows whose means are equal must tie however their sums were reached, so means are compared at this many decimals.
_MEAN_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """Windows in days, `coverage` a share of a window's days, bounds in percentile points and as ratios.

    `hysteresis` is in points: of the percentile, and of the ratio in per cent (5 points of 1.2 is 1.15).
    """

    window_days: int = 30
    baseline_days: int = 365
    reference_days: int = 3 * 365
    coverage: float = 0.8
    upper: float = 80.0
    lower: float = 20.0
    ratio_up: float = 1.2
    ratio_down: float = 0.8
    hysteresis: float = 5.0

    def scaled(self, share: float) -> SeriesRule:
        """Every bound stricter by `share` (0.1 = 10%), or laxer when negative, alike on both sides.

        Ratios: 1.2 x (1 + share) and 0.8 x (1 - share). Percentiles: the upper bound x (1 + share), at most 100; the
        lower mirrored, 100 - (100 - lower) x (1 + share), at least 0. So +10% asks for 88 and 1.32, or 12 and 0.72.
        """
        return replace(
            self,
            upper=min(self.upper * (1 + share), 100.0),
            lower=max(100 - (100 - self.lower) * (1 + share), 0.0),
            ratio_up=self.ratio_up * (1 + share),
            ratio_down=self.ratio_down * (1 - share),
        )


DEFAULT_SERIES_RULE = SeriesRule()


@dataclass(frozen=True, slots=True)
class DailySeries:
    """A count on every calendar day from the first to the last row of its source.

    numerators and denominators are 0 where the day is not reported; a mean is sum / sum, so denominators are 1 for a
    plain count. regime_starts: for each day, the position of the first day of its reporting regime.
    """

    first_day: int
    numerators: Floats
    denominators: Floats
    is_reported: Bools
    regime_starts: Ints

    def __len__(self) -> int:
        return len(self.numerators)

    @property
    def cover(self) -> Cover:
        if not len(self):
            return Cover(None, None)
        return Cover(as_date(self.first_day), as_date(self.first_day + len(self) - 1))


def build_daily_series(
    days: Days, values: npt.ArrayLike, regimes: Days = (), denominators: npt.ArrayLike | None = None
) -> DailySeries:
    """A series from one row per day, in any order.

    `values`: NaN = not reported. `regimes`: first days of new definitions that apply to this column. `denominators`
    makes it a share: a mean over a window is then the sum of values over the sum of denominators, so that a day without
    any flight weighs nothing instead of having no share. The source covers the first to the last of `days`.
    """
    rows = as_day_numbers(days)
    counts = np.asarray(values, dtype=np.float64)
    weights = np.ones(len(counts)) if denominators is None else np.asarray(denominators, dtype=np.float64)
    if not len(rows) == len(counts) == len(weights):
        raise BadInput("values", len(counts), f"one for each of the {len(rows)} days")
    if len(np.unique(rows)) != len(rows):
        raise BadInput("days", "a day given twice", "one row per day")
    if not len(rows):
        nothing = np.zeros(0)
        return DailySeries(0, nothing, nothing, nothing.astype(np.bool_), nothing.astype(np.int64))
    first, length = int(rows.min()), int(rows.max() - rows.min() + 1)
    dense = np.full((2, length), np.nan)
    dense[:, rows - first] = counts, weights
    is_reported = np.isfinite(dense).all(axis=0)
    numerators, denominators_dense = np.where(is_reported, dense, 0.0)
    starts = np.unique(np.clip(as_day_numbers(regimes) - first, 0, length))
    starts = np.concatenate([[0], starts[(starts > 0) & (starts < length)]]).astype(np.int64)
    regime = np.searchsorted(starts, np.arange(length), "right") - 1
    return DailySeries(first, numerators, denominators_dense, is_reported, starts[regime])


def _span_means(series: DailySeries, first: Ints, last: Ints) -> tuple[Floats, Ints]:
    """Mean of the reported days and their number in [first, last], never before the regime of day t's own position."""
    first = np.maximum(first, series.regime_starts)
    stop = np.maximum(last + 1, first)  # an empty span where the window lies before the regime

    def total(values: Floats | Bools) -> Floats:
        running = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        return np.asarray(running[stop] - running[first])

    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.round(total(series.numerators) / total(series.denominators), _MEAN_DECIMALS)
    return means, total(series.is_reported).astype(np.int64)


@dataclass(frozen=True, slots=True)
class RecentMeans:
    """What depends on the window alone: one value per day of the series."""

    means: Floats
    day_counts: Ints
    percentiles: Floats
    reference_counts: Ints


def _has_enough(day_counts: Ints, days: int, coverage: float) -> Bools:
    return np.asarray(day_counts >= coverage * days - 1e-9)


def read_recent_means(series: DailySeries, rule: SeriesRule) -> RecentMeans:
    """The recent mean of every day and its rank; only the rule's windows and coverage matter."""
    position = np.arange(len(series))
    means, counts = _span_means(series, position - rule.window_days + 1, position)
    complete = np.where(_has_enough(counts, rule.window_days, rule.coverage), means, np.nan)
    percentiles, reference_counts = rank_in_past(complete, series.regime_starts, rule.reference_days)
    return RecentMeans(means, counts, percentiles, reference_counts)


def list_past_means(series: DailySeries, as_of: date | str, rule: SeriesRule) -> Floats:
    """The means among which that of a day is ranked, oldest first; the day must lie within the series."""
    position = as_day_number(as_of) - series.first_day
    every = np.arange(len(series))
    means, counts = _span_means(series, every - rule.window_days + 1, every)
    first = max(position - rule.reference_days, int(series.regime_starts[position]))
    return means[first:position][_has_enough(counts, rule.window_days, rule.coverage)[first:position]]


def rank_in_past(values: Floats, regime_starts: Ints, reference_days: int) -> tuple[Floats, Ints]:
    """Percentile (0-100) of each day's value among the values of the `reference_days` days before it, and their number.

    NaN values are not compared; nor are values before position regime_starts[t]. Mid-rank: 100 x (below + equal / 2) /
    n (scipy.stats.percentileofscore, kind 'mean'), so that ties pull towards neither end.
    """
    if not len(values):
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    padded = np.concatenate([np.full(reference_days, np.nan), values[:-1]])
    past = np.lib.stride_tricks.sliding_window_view(padded, reference_days)
    ages = np.arange(reference_days, 0, -1)
    is_compared = np.isfinite(past) & (ages <= (np.arange(len(values)) - regime_starts)[:, None])
    below = ((past < values[:, None]) & is_compared).sum(axis=1)
    equal = ((past == values[:, None]) & is_compared).sum(axis=1)
    number = is_compared.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        percentiles = 100 * (below + equal / 2) / number
    return np.where(np.isfinite(values), percentiles, np.nan), number


def read_baseline_means(series: DailySeries, rule: SeriesRule) -> tuple[Floats, Ints]:
    """The baseline mean of every day and its number of reported days."""
    last = np.arange(len(series)) - rule.window_days
    return _span_means(series, np.maximum(last - rule.baseline_days + 1, 0), last)


def _divide(recent: Floats, baseline: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(recent / baseline)


def run_states(percentiles: Floats, ratios: Floats, is_readable: Bools, rule: SeriesRule) -> Words:
    """The state of every day in order, with memory: a state is left only when its bound is passed by the hysteresis.

    Entered: percentile >= upper and ratio >= ratio_up (up), <= lower and <= ratio_down (down). Kept while
    percentile > upper - 5 and ratio > ratio_up - 0.05, mirrored for down. Level is whatever is neither. A day that
    can't be read forgets the memory. A ratio of 0 to 0 is undefined and enters nothing.
    """
    slack = rule.hysteresis / 100
    enters_up = (percentiles >= rule.upper) & (ratios >= rule.ratio_up)
    keeps_up = (percentiles > rule.upper - rule.hysteresis) & (ratios > rule.ratio_up - slack)
    enters_down = (percentiles <= rule.lower) & (ratios <= rule.ratio_down)
    keeps_down = (percentiles < rule.lower + rule.hysteresis) & (ratios < rule.ratio_down + slack)
    up, level, down, unread = State.UP, State.LEVEL, State.DOWN, State.INSUFFICIENT
    states: list[str] = []
    state = unread
    days = zip(*(flags.tolist() for flags in (is_readable, enters_up, keeps_up, enters_down, keeps_down)), strict=True)
    for is_read, enter_up, keep_up, enter_down, keep_down in days:
        if not is_read:
            state = unread
        elif enter_up or (state is up and keep_up):
            state = up
        elif enter_down or (state is down and keep_down):
            state = down
        else:
            state = level
        states.append(state.value)
    return np.asarray(states, dtype=np.str_)


def run_rule(recent: RecentMeans, baseline: tuple[Floats, Ints], rule: SeriesRule) -> tuple[Floats, Words]:
    """Ratios and states of every day of the series."""
    means, counts = baseline
    ratios = _divide(recent.means, means)
    is_readable = (
        _has_enough(recent.day_counts, rule.window_days, rule.coverage)
        & _has_enough(counts, rule.baseline_days, rule.coverage)
        & np.isfinite(recent.percentiles)
        & np.isfinite(means)
    )
    return ratios, run_states(recent.percentiles, ratios, is_readable, rule)


def read_series_history(series: DailySeries, as_of_days: Days, rule: SeriesRule = DEFAULT_SERIES_RULE) -> pd.DataFrame:
    """The reading of a daily count on every as-of day, using only days up to it.

    recent = mean of the reported days in (t - 30, t]; baseline = the same over (t - 395, t - 30]; ratio = recent /
    baseline; percentile = mid-rank of recent among the 30-day means that end on one of the 1,095 days before t (not t
    itself; their windows may overlap t's) and are complete: at least 80% of their days reported. What lies before the
    definition break that begins t's regime is treated as not available, in all three: a window counts what is left of
    it. The memory of `run_states` runs over every day from the start of the series, so a state doesn't depend on which
    as-of days are asked for.

    Returns, indexed by as-of day: recent, baseline (units of the series), ratio, percentile (0-100), recent_day_count,
    baseline_day_count, reference_window_count, state, reason. A mean whose window lacks days is NaN, and so are ratio
    and percentile where the state is insufficient. Outside the days of the source: not looked, no numbers.
    """
    recent = read_recent_means(series, rule)
    baseline = read_baseline_means(series, rule)
    ratios, states = run_rule(recent, baseline, rule)
    frame = pd.DataFrame(
        {
            "recent": recent.means,
            "baseline": baseline[0],
            "ratio": ratios,
            "percentile": recent.percentiles,
            "recent_day_count": recent.day_counts,
            "baseline_day_count": baseline[1],
            "reference_window_count": recent.reference_counts,
            "state": states.astype(object),
        },
        index=as_index(series.first_day + np.arange(len(series))),
    )
    _hide_partial(frame, rule)
    return _select_days(frame, series, as_day_numbers(as_of_days), rule)


def _hide_partial(frame: pd.DataFrame, rule: SeriesRule) -> None:
    """No number where its window has too few days: the mean of what is left isn't the window's mean."""
    for name, days in (("recent", rule.window_days), ("baseline", rule.baseline_days)):
        frame.loc[~_has_enough(frame[f"{name}_day_count"].to_numpy(), days, rule.coverage), name] = np.nan
    frame.loc[(frame["state"] == State.INSUFFICIENT).to_numpy(), ["ratio", "percentile"]] = np.nan


def _select_days(frame: pd.DataFrame, series: DailySeries, as_of: Ints, rule: SeriesRule) -> pd.DataFrame:
    is_covered = series.cover.has(as_of)
    asked = frame.reindex(as_index(as_of))
    counts = ["recent_day_count", "baseline_day_count", "reference_window_count"]
    asked[counts] = asked[counts].fillna(0).astype(np.int64)
    asked["state"] = np.where(is_covered, asked["state"].to_numpy(dtype=object), State.NOT_LOOKED.value)
    rows = zip(asked.itertuples(index=False), as_of.tolist(), is_covered.tolist(), strict=True)
    asked["reason"] = [
        _explain(series, day, rule, row) if covered else series.cover.describe_outside(day)
        for row, day, covered in rows
    ]
    return asked


def _explain(series: DailySeries, day: int, rule: SeriesRule, row: Any) -> str:
    """Why the state is what it is, in one line."""
    start = int(series.regime_starts[day - series.first_day])
    since = f" since the definition break of {as_date(series.first_day + start)}" if start else ""
    for name, counted, days in (
        ("recent", row.recent_day_count, rule.window_days),
        ("baseline", row.baseline_day_count, rule.baseline_days),
    ):
        if not _has_enough(counted, days, rule.coverage):
            return f"{name}: {counted} of {days} days reported{since}, {ceil(days * rule.coverage - 1e-9)} needed"
    if row.state == State.INSUFFICIENT:
        return f"no mean can be formed{since}"
    text = f"percentile {row.percentile:.0f}, ratio {row.ratio:.2f}"
    is_kept = row.state == State.UP and not (row.percentile >= rule.upper and row.ratio >= rule.ratio_up)
    is_kept |= row.state == State.DOWN and not (row.percentile <= rule.lower and row.ratio <= rule.ratio_down)
    return f"{text}; kept, since no bound is passed by {rule.hysteresis:g} points" if is_kept else text
