"""The interval of a series' ratio by moving-block bootstrap, and one day's reading in full. No I/O, no store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tension.readings.day_counts import as_date, as_day_number
from tension.readings.series import DEFAULT_SERIES_RULE, DailySeries, SeriesRule, read_series_history
from tension.readings.states import DIRECTIONS, Floats, Ints, State

BLOCK_DAYS = 7
BOOTSTRAP_DRAWS = 1000
BOOTSTRAP_SEED = 20251031
INTERVAL_LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class SeriesReading:
    """One day's reading. Numbers are NaN where the state says that there is none.

    The evidence is the reported days of the two windows (dates inclusive, cut at a definition break; None if empty).
    """

    as_of: date
    recent: float
    baseline: float
    ratio: float
    low: float
    high: float
    percentile: float
    recent_day_count: int
    baseline_day_count: int
    reference_window_count: int
    recent_window: tuple[date, date] | None
    baseline_window: tuple[date, date] | None
    state: State
    reason: str


def bootstrap_ratio_interval(
    recent_values: npt.ArrayLike,
    baseline_values: npt.ArrayLike,
    recent_denominators: npt.ArrayLike | None = None,
    baseline_denominators: npt.ArrayLike | None = None,
    *,
    block_days: int = BLOCK_DAYS,
    draws: int = BOOTSTRAP_DRAWS,
    level: float = INTERVAL_LEVEL,
    seed: int = BOOTSTRAP_SEED,
) -> tuple[float, float]:
    """Interval of mean(recent) / mean(baseline) by moving-block bootstrap (Künsch 1989, Annals of Statistics 17(3)).

    Values are one per calendar day in order, NaN = not reported. Each draw rebuilds both windows, independently, from
    blocks of `block_days` consecutive days begun anywhere inside the window (the last block cut to fit), so that runs
    of busy days stay together; the interval is the central `level` of the `draws` ratios. A draw of 0 to 0 is left out;
    one over a baseline of 0 is infinite. No reported day in either window: (nan, nan).
    """
    recent = _draw_sums(*_clean(recent_values, recent_denominators), block_days, draws, (seed, 0))
    baseline = _draw_sums(*_clean(baseline_values, baseline_denominators), block_days, draws, (seed, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = (recent[0] / recent[1]) / (baseline[0] / baseline[1])
    ratios = ratios[~np.isnan(ratios)]
    if not len(ratios):
        return np.nan, np.nan
    tail = (1 - level) / 2
    # Whole draws are taken, not blends of two, so that an infinite ratio doesn't turn into NaN.
    low, high = np.quantile(ratios, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def _clean(values: npt.ArrayLike, denominators: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    counts = np.asarray(values, dtype=np.float64)
    weights = np.ones_like(counts) if denominators is None else np.asarray(denominators, dtype=np.float64)
    is_reported = np.isfinite(counts) & np.isfinite(weights)
    return np.where(is_reported, counts, 0.0), np.where(is_reported, weights, 0.0)


@lru_cache(maxsize=16)
def _draw_starts(length: int, block_days: int, draws: int, seed: tuple[int, int]) -> Ints:
    """Where the blocks of each draw begin, shape (draws, blocks). Many days share it: windows have few lengths."""
    blocks = -(-length // block_days)
    generator = np.random.default_rng(seed)
    return np.asarray(generator.integers(0, length - block_days + 1, size=(draws, blocks)), dtype=np.int64)


def _draw_sums(
    values: Floats, weights: Floats, block_days: int, draws: int, seed: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Sums of values and of weights in every draw. Block sums come from running sums: no day is gathered singly."""
    length = len(values)
    if not length:
        return np.zeros(draws), np.zeros(draws)
    block = min(block_days, length)
    starts = _draw_starts(length, block, draws, seed)
    last_days = length - (starts.shape[1] - 1) * block

    def total(column: Floats) -> Floats:
        running = np.concatenate([[0.0], np.cumsum(column)])
        full, last = starts[:, :-1], starts[:, -1]
        sums = (running[block:] - running[:-block])[full].sum(axis=1)
        return np.asarray(sums + running[last + last_days] - running[last])

    return total(values), total(weights)


def _windows(series: DailySeries, day: int, rule: SeriesRule) -> tuple[slice, slice]:
    """Positions of the recent and the baseline window of a covered day, cut at the definition break."""
    position = day - series.first_day
    start = int(series.regime_starts[position])
    turn = max(position - rule.window_days + 1, start)
    first = max(position - rule.window_days - rule.baseline_days + 1, start)
    return slice(turn, position + 1), slice(first, max(position - rule.window_days + 1, first))


def _interval(series: DailySeries, day: int, rule: SeriesRule, draws: int, seed: int) -> tuple[float, float]:
    values = np.where(series.is_reported, series.numerators, np.nan)
    recent, baseline = _windows(series, day, rule)
    weights = series.denominators
    return bootstrap_ratio_interval(
        values[recent], values[baseline], weights[recent], weights[baseline], draws=draws, seed=seed
    )


def read_series(
    series: DailySeries,
    as_of: date | str,
    rule: SeriesRule = DEFAULT_SERIES_RULE,
    *,
    draws: int = BOOTSTRAP_DRAWS,
    seed: int = BOOTSTRAP_SEED,
) -> SeriesReading:
    """One day's reading with its 90% interval and its windows; the same numbers as `read_series_history`."""
    day = as_day_number(as_of)
    row = read_series_history(series, [as_of], rule).iloc[0]
    state = State(row["state"])
    is_covered = bool(series.cover.has(np.array([day]))[0])
    windows = _windows(series, day, rule) if is_covered else (slice(0, 0), slice(0, 0))
    low, high = _interval(series, day, rule, draws, seed) if state in DIRECTIONS else (np.nan, np.nan)
    return SeriesReading(
        as_of=as_date(day),
        recent=float(row["recent"]),
        baseline=float(row["baseline"]),
        ratio=float(row["ratio"]),
        low=low,
        high=high,
        percentile=float(row["percentile"]),
        recent_day_count=int(row["recent_day_count"]),
        baseline_day_count=int(row["baseline_day_count"]),
        reference_window_count=int(row["reference_window_count"]),
        recent_window=_as_dates(series, windows[0]),
        baseline_window=_as_dates(series, windows[1]),
        state=state,
        reason=str(row["reason"]),
    )


def _as_dates(series: DailySeries, window: slice) -> tuple[date, date] | None:
    if window.stop <= window.start:
        return None
    first = as_date(series.first_day)
    return first + timedelta(days=window.start), first + timedelta(days=window.stop - 1)
