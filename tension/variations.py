"""An indicator read under other windows, baselines and bounds: does its state depend on those that were chosen?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pandas as pd

from tension.histories import Histories, build_rate_rule, build_series_rule
from tension.indicators import Indicator
from tension.readings import (
    DIRECTIONS,
    RateRule,
    SeriesRule,
    State,
    read_distinct_history,
    read_rate_robustness,
    read_rates,
    read_series_robustness,
    read_share_history,
)
from tension.readings.occurrence import LONG_SILENCE
from tension.readings.robustness import RATE_LEVELS, RATE_SCALES, SERIES_THRESHOLDS


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
    frame = read_series_robustness(histories.build_series(indicator), [as_of], build_series_rule(indicator))
    yield from frame.iloc[0]


def _vary_rate(histories: Histories, indicator: Indicator, as_of: date) -> Iterator[str]:
    if indicator.window_since:
        yield from _vary_rate_since(histories, indicator, as_of)
        return
    events = histories.to_days(histories.match(indicator.events))
    yield from read_rate_robustness(events, [as_of], histories.event_cover, build_rate_rule(indicator)).iloc[0]


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
    part = histories.to_days(histories.match_evidence(indicator))
    whole = histories.to_days(histories.match(indicator.among))
    for rule in _vary_rule(build_rate_rule(indicator)):
        yield read_share_history(part, whole, [as_of], histories.event_cover, rule)["state"].iloc[0]


def _vary_rule(rule: RateRule) -> Iterator[RateRule]:
    for window, baseline, level in product(RATE_SCALES, RATE_SCALES, RATE_LEVELS):
        days = round(rule.window_days * window), round(rule.baseline_days * baseline)
        yield replace(rule, window_days=days[0], baseline_days=days[1], level=level)


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
