"""Readings of how many distinct things (features, places) had an event in a window, against past windows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.typing import NAType

from tension.readings.day_counts import (
    Cover,
    Days,
    EventDays,
    as_day_number,
    as_day_numbers,
    as_index,
    count_in_windows,
)
from tension.readings.rates import hide_not_looked
from tension.readings.series import DEFAULT_SERIES_RULE, SeriesRule, rank_in_past, run_states
from tension.readings.states import Floats, State


def read_distinct_history(
    events: EventDays,
    as_of_days: Days,
    cover: Cover,
    window_days: int = 180,
    rule: SeriesRule = DEFAULT_SERIES_RULE,
) -> pd.DataFrame:
    """Distinct keys in the last `window_days`, against the same count on the days before.

    An event with several keys is given once for each. Every past value is the one that could be read on its own day, so
    that late reports depress old and new windows alike. baseline = mean of the values of the rule's `reference_days`
    before t, ratio = distinct_count / baseline, percentile = mid-rank among them; states and their memory as for series
    (`run_states`). Insufficient until the window lies wholly inside the record and there are as many past values as a
    series needs baseline days (80% of 365). Returns, indexed by as-of day: distinct_count, baseline, ratio, percentile,
    reference_window_count, state, reason.
    """
    as_of = as_day_numbers(as_of_days)
    calendar = _find_calendar(cover)
    days = as_index(calendar)
    counts = count_in_windows(events, days, window_days, 1)["recent_count"].to_numpy().astype(np.float64)
    counts[: window_days - 1] = np.nan
    no_breaks = np.zeros(len(calendar), dtype=np.int64)
    percentiles, numbers = rank_in_past(counts, no_breaks, rule.reference_days)
    baseline = _mean_of_past(counts, rule.reference_days)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = counts / baseline
    is_readable = np.isfinite(counts) & (numbers >= rule.coverage * rule.baseline_days - 1e-9)
    states = run_states(percentiles, ratios, is_readable, rule)
    frame = pd.DataFrame(
        {
            "distinct_count": pd.array(counts, dtype="Float64").astype("Int64"),
            "baseline": baseline,
            "ratio": ratios,
            "percentile": percentiles,
            "reference_window_count": numbers,
            "state": states.astype(object),
        },
        index=days,
    ).reindex(as_index(as_of))
    frame["state"] = frame["state"].where(cover.has(as_of), State.NOT_LOOKED.value)
    frame = frame.astype({"reference_window_count": "Int64"})
    columns = ("state", "distinct_count", "reference_window_count", "percentile", "ratio")
    rows = zip(as_of.tolist(), *(frame[name].tolist() for name in columns), strict=True)
    frame["reason"] = [_explain(cover, rule, window_days, *row) for row in rows]
    return hide_not_looked(frame)


def _find_calendar(cover: Cover) -> np.ndarray:
    if cover.first_date is None or cover.last_date is None:
        return np.zeros(0, dtype=np.int64)
    return np.arange(as_day_number(cover.first_date), as_day_number(cover.last_date) + 1)


def _mean_of_past(values: Floats, days: int) -> Floats:
    """Mean of the finite values of the `days` days before each day, the day itself not."""
    is_given = np.isfinite(values)
    totals = np.concatenate([[0.0], np.cumsum(np.where(is_given, values, 0.0))])
    numbers = np.concatenate([[0], np.cumsum(is_given)])
    here = np.arange(len(values))
    first = np.maximum(here - days, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((totals[here] - totals[first]) / (numbers[here] - numbers[first]))


def _explain(
    cover: Cover,
    rule: SeriesRule,
    window_days: int,
    day: int,
    state: str,
    distinct_count: int | NAType,
    reference_count: int,
    percentile: float,
    ratio: float,
) -> str:
    if state == State.NOT_LOOKED:
        return cover.describe_outside(day)
    if state == State.INSUFFICIENT:
        if isinstance(distinct_count, NAType):
            return f"the record began less than {window_days} days before"
        return f"{reference_count} past windows, {rule.coverage * rule.baseline_days:.0f} needed"
    return f"{distinct_count} in {window_days} days, percentile {percentile:.0f}, ratio {ratio:.2f}"
