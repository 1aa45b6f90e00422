"""An indicator read under other windows, baselines and bounds: does its state depend on those that were chosen?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from tension.assessments.histories import Flags, Histories, build_rate_rule
from tension.readings import (
    DIRECTIONS,
    RateRule,
    SeriesRule,
    State,
    read_distinct_history,
    read_rates,
    select_in_windows,
)
from tension.readings.day_counts import as_day_numbers
from tension.readings.occurrence import LONG_SILENCE
from tension.readings.rates import find_window_cover
from tension.readings.robustness import RATE_LEVELS, RATE_SCALES, SERIES_THRESHOLDS
from tension.readings.shares import find_odds_intervals
from tension.readings.states import Ints, read_interval_states
from tension.records.claims import Indicator


def read_variations(histories: Histories, indicator: Indicator, as_of: date) -> list[str]:
    """The state of one day under each combination of the kind's choices; none for a kind that makes no choice.

    Series: windows 14, 30, 60 x baselines 180, 365, 730 x bounds -10%, as they are, +10%. Rates and shares: window and
    baseline halved, as they are, doubled x intervals of 80, 90, 95%; a window that grows since a date is left as it
    is. Distinct: window halved, as it is, doubled x the bounds. Recency: its bound -10%, as it is, +10%.
    """
    read = _READERS.get(indicator.kind)
    return list(read(histories, indicator, as_of)) if read else []


def describe_robustness(state: State, variations: Iterable[str]) -> str:
    """'22 of 27': in how many of the combinations that can be read the state is the same; '' without a direction."""
    measurable = [found for found in variations if found in DIRECTIONS]
    if state not in DIRECTIONS or not measurable:
        return ""
    return f"{measurable.count(str(state))} of {len(measurable)}"


def _vary_series(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    states = histories.vary_series(indicator)
    on_the_day = states.to_numpy(dtype=np.str_)[states.index == pd.Timestamp(as_of)]
    yield from (str(state) for state in on_the_day.ravel())


def _vary_rate(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    if indicator.window_since:
        yield from _vary_rate_since(histories, indicator, as_of)
        return
    counts = _count_variations(histories, histories.match(indicator.events), build_rate_rule(indicator), as_of)
    for level in RATE_LEVELS:
        yield from read_rates(counts.recent, counts.baseline, counts.recent_days, counts.baseline_days, level)["state"]


def _vary_rate_since(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    day = pd.DatetimeIndex([as_of])
    for scale in RATE_SCALES:
        baseline = round((indicator.baseline_days or 0) * scale)
        row = histories.compute(indicator.model_copy(update={"baseline_days": baseline}), day).iloc[0]
        if row["state"] in (State.NOT_LOOKED, State.INSUFFICIENT):
            continue
        for level in RATE_LEVELS:
            counts = ([row["recent_count"]], [row["baseline_count"]], row["recent_days"], baseline)
            yield read_rates(*counts, level=level)["state"].iloc[0]


def _vary_share(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    rule = build_rate_rule(indicator)
    part = _count_variations(histories, histories.match_evidence(indicator), rule, as_of)
    whole = _count_variations(histories, histories.match(indicator.among), rule, as_of)
    is_enough = (whole.recent >= rule.minimum_count) & (whole.baseline >= rule.minimum_count)
    rest = whole.recent - part.recent, whole.baseline - part.baseline
    for level in RATE_LEVELS:
        _, low, high = find_odds_intervals(part.recent, rest[0], part.baseline, rest[1], level)
        yield from np.where(is_enough, read_interval_states(low, high), State.TOO_FEW.value).tolist()


@dataclass(frozen=True)
class _Counts:
    """Counts and days of both windows, one entry for each window x baseline that the record covers."""

    recent: Ints
    baseline: Ints
    recent_days: Ints
    baseline_days: Ints


def _count_variations(histories: Histories, flags: Flags, rule: RateRule, as_of: date) -> _Counts:
    events, day = histories.to_days(flags), as_day_numbers([as_of])
    rows = []
    for window_scale, baseline_scale in product(RATE_SCALES, RATE_SCALES):
        window, baseline = round(rule.window_days * window_scale), round(rule.baseline_days * baseline_scale)
        inside = find_window_cover(
            histories.event_cover, day, replace(rule, window_days=window, baseline_days=baseline)
        )
        if inside.is_looked[0] and inside.is_sufficient[0]:
            found = (len(np.unique(events.keys[s])) for s in select_in_windows(events, as_of, window, baseline))
            rows.append((*found, int(inside.recent_days[0]), int(inside.baseline_days[0])))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return _Counts(*columns)


def _vary_distinct(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    events = histories.build_feature_days(indicator)
    for scale, share in product(RATE_SCALES, SERIES_THRESHOLDS):
        window, rule = round((indicator.window_days or 0) * scale), SeriesRule().scaled(share)
        yield read_distinct_history(events, [as_of], histories.event_cover, window, rule)["state"].iloc[0]


def _vary_recency(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    row = histories.compute(indicator, pd.DatetimeIndex([as_of])).iloc[0]
    if row["state"] in DIRECTIONS:
        for share in SERIES_THRESHOLDS:
            is_long = row["percentile"] >= LONG_SILENCE * (1 + share)
            yield State.EASING.value if is_long else State.HOLDING.value


_READERS = {
    "series": _vary_series,
    "rate": _vary_rate,
    "share": _vary_share,
    "distinct": _vary_distinct,
    "recency": _vary_recency,
}
