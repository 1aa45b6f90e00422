"""Whether a state depends on the windows and bounds that were chosen: a series under 27 settings; those of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tension.readings.day_counts import Days, as_day_numbers, as_index
from tension.readings.series import (
    DEFAULT_SERIES_RULE,
    DailySeries,
    SeriesRule,
    read_baseline_means,
    read_recent_means,
    run_rule,
)
from tension.readings.states import State, Words

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
    columns = pd.MultiIndex.from_tuples(list(states), names=("window_days", "baseline_days", "threshold"))
    return pd.DataFrame(np.column_stack(list(states.values())), index=as_index(as_of), columns=columns)


def _select(states: Words, series: DailySeries, as_of: np.ndarray) -> Words:
    if not len(series):
        return np.full(len(as_of), State.NOT_LOOKED.value)
    positions = np.clip(as_of - series.first_day, 0, len(series) - 1)
    return np.where(series.cover.has(as_of), states[positions], State.NOT_LOOKED.value)
