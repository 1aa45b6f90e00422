"""Two windows of curated events: their rule, their counts under other settings, their curve. For rates and shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np

from tension.readings import Cover, EventDays, RateRule, select_in_windows
from tension.readings.day_counts import as_day_numbers
from tension.readings.rates import find_window_cover
from tension.readings.robustness import RATE_SCALES
from tension.readings.states import Ints
from tension.records.claims import Indicator


@dataclass(frozen=True)
class WindowCounts:
    """Counts and days of both windows, one entry for each window x baseline that the record covers."""

    recent: Ints
    baseline: Ints
    recent_days: Ints
    baseline_days: Ints


def build_rule(indicator: Indicator) -> RateRule:
    """Windows and bounds of a rate or share."""
    return RateRule(indicator.window_days or 0, indicator.baseline_days or 0)


def count_variations(events: EventDays, cover: Cover, rule: RateRule, as_of: date) -> WindowCounts:
    """Events on a day, with both windows halved, as they are and doubled; an episode counts once."""
    day = as_day_numbers([as_of])
    rows = []
    for window_scale, baseline_scale in product(RATE_SCALES, RATE_SCALES):
        window, baseline = round(rule.window_days * window_scale), round(rule.baseline_days * baseline_scale)
        changed = replace(rule, window_days=window, baseline_days=baseline)
        inside = find_window_cover(cover, day, changed)
        if inside.is_looked[0] and inside.is_sufficient[0]:
            found = (len(np.unique(events.keys[s])) for s in select_in_windows(events, as_of, window, baseline))
            rows.append((*found, int(inside.recent_days[0]), int(inside.baseline_days[0])))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return WindowCounts(*columns)
