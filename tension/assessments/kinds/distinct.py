"""Kind 'distinct': at how many different sea features something was placed in a window, against earlier days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product

import pandas as pd

from tension.assessments.kinds.base import (
    Band,
    BandWords,
    EventKind,
    Numbers,
    describe_against,
    describe_rank,
    describe_ratio,
    list_floats,
    read_number,
)
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import EventDays, SeriesRule, build_event_days, read_distinct_history
from tension.readings.robustness import RATE_SCALES, SERIES_THRESHOLDS
from tension.records.claims import Indicator
from tension.words import count, format_number

RULE = SeriesRule()


class DistinctKind(EventKind):
    """The count of places, ranked among the counts of earlier days (`read_distinct_history`)."""

    title = "distinct places"
    needs: tuple[str, ...] = ("events", "window_days")

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        events = _find_feature_days(observed, indicator)
        return read_distinct_history(events, days, observed.find_cover(indicator), indicator.window_days or 0, RULE)

    def numbers(self, row: pd.Series) -> Numbers:
        return {
            "recent": read_number(row, "distinct_count"),
            "baseline": read_number(row, "baseline"),
            "ratio": read_number(row, "ratio"),
            "percentile": read_number(row, "percentile"),
        }

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """Window halved, as it is, doubled x bounds laxer, as they are, stricter."""
        events = _find_feature_days(observed, indicator)
        for scale, share in product(RATE_SCALES, SERIES_THRESHOLDS):
            window = round((indicator.window_days or 0) * scale)
            found = read_distinct_history(events, [as_of], observed.find_cover(indicator), window, RULE.scaled(share))
            yield found["state"].iloc[0]

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        span = f"in {reading.indicator.window_days} days"
        return describe_against(reading, reading.ratio, "their usual number", span)

    def band(self, history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        """The ratio bounds alone, as multiples of the baseline."""
        baseline = list_floats(history, "baseline")
        value = list_floats(history, "distinct_count")
        return Band(value, baseline, baseline * RULE.ratio_down, baseline * RULE.ratio_up)

    def describe_band(self, _indicator: Indicator) -> BandWords:
        band = f"{RULE.ratio_down:g} to {RULE.ratio_up:g} times that mean"
        return BandWords("different places in the window", "mean of earlier days", band, is_whole=True)

    def describe(self, reading: IndicatorReading) -> str:
        places = f"{count(reading.recent or 0, 'place')} in {reading.indicator.window_days} days"
        before = f"mean of earlier days {format_number(reading.baseline)}"
        return f"{places}, {before}: {describe_ratio(reading)}{describe_rank(reading)}"

    def rule_text(self, _indicator: Indicator) -> str:
        return (
            f"Up from percentile {RULE.upper:g} among earlier days on where the ratio is {RULE.ratio_up:g} or more, "
            f"down to percentile {RULE.lower:g} where it is {RULE.ratio_down:g} or less, else level."
        )


def _find_feature_days(observed: Observations, indicator: Indicator) -> EventDays:
    """The events of an indicator, once for each sea feature where they were placed."""
    events = observed.events[observed.match(indicator.events)]
    places = [list(observed.frames.features.get(e, ())) for e in events.event_id]
    named = events.assign(feature=pd.Series(places, events.index, dtype=object))
    named = named.explode("feature").dropna(subset=["feature"])
    return build_event_days(named.occurred_date, named.reported_date, named.feature)
