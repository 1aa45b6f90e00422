"""Readings of event rates: counts in two windows, their exact interval, the share of all events. No I/O, no store."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from tension.readings.day_counts import Cover, Days, EventDays, as_day_numbers, count_in_windows
from tension.readings.states import Bools, Floats, Ints, State, Words, read_interval_states


@dataclass(frozen=True, slots=True)
class RateRule:
    """Windows in days; `coverage` of each must lie inside the record; `minimum_count` baseline events are needed."""

    window_days: int
    baseline_days: int
    level: float = 0.9
    coverage: float = 0.8
    minimum_count: int = 5


def find_rate_intervals(
    n_recent: npt.ArrayLike,
    n_baseline: npt.ArrayLike,
    window_days: npt.ArrayLike,
    baseline_days: npt.ArrayLike,
    level: float = 0.9,
) -> tuple[Floats, Floats, Floats]:
    """Ratio of two Poisson rates and its exact conditional interval: (ratio, low, high), arrays of one shape.

    Given N = n_recent + n_baseline events, n_recent is binomial(N, p) with p = r W / (r W + B), r the ratio of the
    rates, W and B the windows in days (Przyborowski and Wilenski 1940, Biometrika 31). The interval of p is Clopper and
    Pearson's (1934, Biometrika 26): beta quantiles with (1 - level) / 2 in each tail; r = p / (1 - p) x B / W carries
    it over. No recent event: low = 0; no baseline event: high = inf; neither: (nan, 0, inf).
    """
    recent = np.asarray(n_recent, dtype=np.float64)
    baseline = np.asarray(n_baseline, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        exposure = np.asarray(baseline_days, dtype=np.float64) / np.asarray(window_days, dtype=np.float64)
        low_p, high_p = find_binomial_intervals(recent, recent + baseline, level)
        low = np.where(recent > 0, low_p / (1 - low_p) * exposure, 0.0)
        high = np.where(baseline > 0, high_p / (1 - high_p) * exposure, np.inf)
        ratio = recent / baseline * exposure
    return ratio, low, high


def find_binomial_intervals(
    successes: npt.ArrayLike, trials: npt.ArrayLike, level: float = 0.9
) -> tuple[Floats, Floats]:
    """Clopper and Pearson's exact interval of a proportion, as beta quantiles: (low, high). No trial: (0, 1)."""
    hits = np.asarray(successes, dtype=np.float64)
    misses = np.asarray(trials, dtype=np.float64) - hits
    tail = (1 - level) / 2
    low = np.where(hits > 0, special.betaincinv(np.maximum(hits, 1), misses + 1, tail), 0.0)
    high = np.where(misses > 0, special.betaincinv(hits + 1, np.maximum(misses, 1), 1 - tail), 1.0)
    return low, high


def read_rates(
    n_recent: npt.ArrayLike,
    n_baseline: npt.ArrayLike,
    window_days: npt.ArrayLike,
    baseline_days: npt.ArrayLike,
    level: float = 0.9,
    minimum_count: int = 5,
) -> pd.DataFrame:
    """Up when the interval of the ratio (`find_rate_intervals`) lies above 1, down below, else level.

    Counts and days are arrays of one dimension, or one number for all: ratio, low, high, state, one row per pair of
    counts. A baseline of fewer than `minimum_count` events is 'too few'; its numbers are given all the same.
    """
    ratio, low, high = find_rate_intervals(n_recent, n_baseline, window_days, baseline_days, level)
    is_too_few = np.asarray(n_baseline) < minimum_count
    states = np.where(is_too_few, State.TOO_FEW.value, read_interval_states(low, high))
    return pd.DataFrame({"ratio": ratio, "low": low, "high": high, "state": states.astype(object)})


@dataclass(frozen=True, slots=True)
class WindowCover:
    """For each as-of day: the days of both windows inside the record, and whether the reading may be made."""

    recent_days: Ints
    baseline_days: Ints
    is_looked: Bools
    is_sufficient: Bools

    def mask_states(self, states: Words) -> Words:
        """States with 'not looked' and 'insufficient' laid over them, in this order of precedence."""
        return np.select(
            [~self.is_looked, ~self.is_sufficient], [State.NOT_LOOKED.value, State.INSUFFICIENT.value], states
        )


def find_window_cover(cover: Cover, as_of: Ints, rule: RateRule) -> WindowCover:
    """A window that begins before the record is shortened to the days inside, if these are `coverage` of it."""
    turn = as_of - rule.window_days
    recent = cover.count_days(turn + 1, as_of)
    baseline = cover.count_days(turn - rule.baseline_days + 1, turn)
    is_sufficient = (recent >= rule.coverage * rule.window_days - 1e-9) & (
        baseline >= rule.coverage * rule.baseline_days - 1e-9
    )
    return WindowCover(recent, baseline, cover.has(as_of), np.asarray(is_sufficient))


def read_rate_history(
    events: EventDays, as_of_days: Days, cover: Cover, rule: RateRule, all_events: EventDays | None = None
) -> pd.DataFrame:
    """The rate of events on every as-of day, using only what was reported by then; keys (episodes) count once a window.

    `all_events`: every curated event of the region, so that the rate can also be read as a share of the record's own
    effort. Returns, indexed by as-of day: recent_count, baseline_count (`count_in_windows`), recent_days, baseline_days
    (days inside the record, which the rates are per), ratio, low, high (`find_rate_intervals`), recent_total,
    baseline_total, recent_share, baseline_share (counts over totals; NaN without `all_events` or over 0), state,
    reason. Outside the record: 'not looked' and no number at all; less than 80% of a window inside it: 'insufficient';
    then 'too few'. Events reported late are missing from the newest days and not from the baseline, so a fresh window
    reads a little low.
    """
    as_of = as_day_numbers(as_of_days)
    inside = find_window_cover(cover, as_of, rule)
    counts = count_in_windows(events, as_of_days, rule.window_days, rule.baseline_days)
    recent, baseline = counts["recent_count"].to_numpy(), counts["baseline_count"].to_numpy()
    rates = read_rates(recent, baseline, inside.recent_days, inside.baseline_days, rule.level, rule.minimum_count)
    frame = counts.assign(recent_days=inside.recent_days, baseline_days=inside.baseline_days)
    frame[["ratio", "low", "high"]] = rates[["ratio", "low", "high"]].to_numpy()
    frame.loc[~inside.is_sufficient, ["ratio", "low", "high"]] = np.nan
    frame = frame.join(_find_shares(counts, all_events, as_of_days, rule))
    frame["state"] = inside.mask_states(rates["state"].to_numpy(dtype=np.str_)).astype(object)
    frame["reason"] = explain_windows(frame, as_of, cover, rule, "ratio")
    return hide_not_looked(frame)


def _find_shares(counts: pd.DataFrame, all_events: EventDays | None, as_of_days: Days, rule: RateRule) -> pd.DataFrame:
    if all_events is None:
        return pd.DataFrame(
            {"recent_total": 0, "baseline_total": 0, "recent_share": np.nan, "baseline_share": np.nan},
            index=counts.index,
        )
    totals = count_in_windows(all_events, as_of_days, rule.window_days, rule.baseline_days)
    return pd.DataFrame(
        {
            "recent_total": totals["recent_count"],
            "baseline_total": totals["baseline_count"],
            "recent_share": counts["recent_count"] / totals["recent_count"].where(totals["recent_count"] > 0),
            "baseline_share": counts["baseline_count"] / totals["baseline_count"].where(totals["baseline_count"] > 0),
        }
    )


def hide_not_looked(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts as nullable whole numbers, and every number missing where nobody looked: an unknown day is never zero."""
    counts = frame.columns[frame.dtypes == np.int64]
    frame = frame.astype(dict.fromkeys(counts, "Int64"))
    numbers = [column for column in frame.columns if column not in ("state", "reason")]
    frame.loc[(frame["state"] == State.NOT_LOOKED).to_numpy(), numbers] = pd.NA
    return frame


def explain_windows(frame: pd.DataFrame, as_of: Ints, cover: Cover, rule: RateRule, measure: str) -> list[str]:
    """One line per row: the interval, or why there is none. `measure` names the column of the point estimate."""
    columns = ("state", measure, "low", "high", "baseline_count", "recent_days", "baseline_days")
    rows = zip(as_of.tolist(), *(frame[column].tolist() for column in columns), strict=True)
    return [_explain(cover, rule, measure, *row) for row in rows]


def _explain(
    cover: Cover,
    rule: RateRule,
    measure: str,
    day: int,
    state: str,
    value: float,
    low: float,
    high: float,
    baseline_count: int,
    recent_days: int,
    baseline_days: int,
) -> str:
    if state == State.NOT_LOOKED:
        return cover.describe_outside(day)
    if state == State.INSUFFICIENT:
        inside = f"{recent_days} of {rule.window_days} and {baseline_days} of {rule.baseline_days} days"
        return f"the record covers {inside} of the windows, {rule.coverage:.0%} of each needed"
    if state == State.TOO_FEW:
        return f"{baseline_count} events in the baseline, {rule.minimum_count} needed"
    return f"{measure.replace('_', ' ')} {value:.2f}, {rule.level:.0%} interval {low:.2f} to {high:.2f}"


def find_level_counts(
    baseline_counts: Floats, recent_days: Floats, baseline_days: Floats, level: float = 0.9
) -> tuple[Floats, Floats]:
    """The smallest and the largest recent count whose interval of the ratio holds 1, for each baseline."""
    rows = np.column_stack([baseline_counts, recent_days, baseline_days])
    distinct, position = np.unique(rows, axis=0, return_inverse=True)
    base, recent, before = (column[:, None] for column in distinct.T)
    most = int(np.ceil(np.max(base * recent / np.maximum(before, 1), initial=0) * 3)) + 30
    counts = np.arange(most + 1)[None, :]
    _, low, high = find_rate_intervals(counts, base, np.maximum(recent, 1), np.maximum(before, 1), level)
    is_level = (low <= 1) & (high >= 1)
    first, last = is_level.argmax(axis=1), most - is_level[:, ::-1].argmax(axis=1)
    return first[position.ravel()].astype(np.float64), last[position.ravel()].astype(np.float64)
