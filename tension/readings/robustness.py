"""Whether a state depends on the windows and bounds that were chosen: the same reading under 27 combinations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from tension.readings.day_counts import Cover, Days, EventDays, as_day_numbers, as_index
from tension.readings.rates import RateRule, read_rate_states
from tension.readings.series import (
    DEFAULT_SERIES_RULE,
    DailySeries,
    SeriesRule,
    read_baseline_means,
    read_recent_means,
    run_rule,
)
from tension.readings.states import DIRECTIONS, State, Words

SERIES_WINDOWS = (14, 30, 60)
SERIES_BASELINES = (180, 365, 730)
SERIES_THRESHOLDS = (-0.1, 0.0, 0.1)
RATE_SCALES = (0.5, 1.0, 2.0)
RATE_LEVELS = (0.8, 0.9, 0.95)


def read_series_robustness(
    series: DailySeries,
    as_of_days: Days,
    rule: SeriesRule = DEFAULT_SERIES_RULE,
    *,
    windows: Sequence[int] = SERIES_WINDOWS,
    baselines: Sequence[int] = SERIES_BASELINES,
    thresholds: Sequence[float] = SERIES_THRESHOLDS,
) -> pd.DataFrame:
    """State of every as-of day under each window x baseline x threshold, each run with its own memory.

    A threshold of +0.1 makes every bound 10% stricter (`SeriesRule.scaled`). One row per as-of day, one column per
    combination, named (window_days, baseline_days, threshold).
    """
    as_of = as_day_numbers(as_of_days)
    states: dict[tuple[float, ...], Words] = {}
    for window in windows:
        recent = read_recent_means(series, replace(rule, window_days=window))
        for baseline in baselines:
            changed = replace(rule, window_days=window, baseline_days=baseline)
            means = read_baseline_means(series, changed)
            for threshold in thresholds:
                _, found = run_rule(recent, means, changed.scaled(threshold))
                states[window, baseline, threshold] = _select(found, series, as_of)
    return _as_frame(states, as_of, ("window_days", "baseline_days", "threshold"))


def _select(states: Words, series: DailySeries, as_of: np.ndarray) -> Words:
    if not len(series):
        return np.full(len(as_of), State.NOT_LOOKED.value)
    positions = np.clip(as_of - series.first_day, 0, len(series) - 1)
    return np.where(series.cover.has(as_of), states[positions], State.NOT_LOOKED.value)


def _as_frame(states: dict[tuple[float, ...], Words], as_of: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    columns = pd.MultiIndex.from_tuples(list(states), names=names)
    return pd.DataFrame(np.column_stack(list(states.values())), index=as_index(as_of), columns=columns)


def read_rate_robustness(
    events: EventDays,
    as_of_days: Days,
    cover: Cover,
    rule: RateRule,
    *,
    scales: Sequence[float] = RATE_SCALES,
    levels: Sequence[float] = RATE_LEVELS,
) -> pd.DataFrame:
    """State of every as-of day under each window x baseline (the rule's own, halved and doubled) x level.

    Days are rounded to whole ones. Columns are named (window_days, baseline_days, level).
    """
    states: dict[tuple[float, ...], Words] = {}
    for window_scale, baseline_scale, level in product(scales, scales, levels):
        window, baseline = round(rule.window_days * window_scale), round(rule.baseline_days * baseline_scale)
        changed = replace(rule, window_days=window, baseline_days=baseline, level=level)
        states[window, baseline, level] = read_rate_states(events, as_of_days, cover, changed)
    return _as_frame(states, as_day_numbers(as_of_days), ("window_days", "baseline_days", "level"))


def read_robustness(states: pd.Series, combinations: pd.DataFrame) -> pd.DataFrame:
    """In how many combinations the headline state holds.

    `states`: the headline per as-of day; `combinations`: from `read_series_robustness` or `read_rate_robustness`, same
    index. Returns same_count (k), measurable_count (n: combinations with a direction; one that can't be read neither
    confirms nor denies), combination_count, and label: 'holds in 21 of 27', with the unreadable ones told apart; empty
    where the headline itself has no direction.
    """
    words = combinations.to_numpy(dtype=np.str_)
    headline = states.to_numpy(dtype=np.str_)
    is_measurable = np.isin(headline, DIRECTIONS)
    same = (words == headline[:, None]).sum(axis=1) * is_measurable
    measurable = np.isin(words, DIRECTIONS).sum(axis=1)
    total = words.shape[1]
    labels = [
        _label(k, n, total) if has_direction else ""
        for k, n, has_direction in zip(same.tolist(), measurable.tolist(), is_measurable.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {"same_count": same, "measurable_count": measurable, "combination_count": total, "label": labels},
        index=states.index,
    )


def _label(same: int, measurable: int, total: int) -> str:
    unread = f" ({total - measurable} can't be read)" if measurable < total else ""
    return f"holds in {same} of {measurable}{unread}"
