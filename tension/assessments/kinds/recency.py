"""Kind 'recency': how many days since the last, and where that stands among past gaps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from tension.assessments.kinds.base import (
    Band,
    BandWords,
    EventKind,
    Numbers,
    list_floats,
    name_subject,
    read_count,
    read_day,
    read_number,
)
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import DIRECTIONS, State, read_recency_history
from tension.readings.occurrence import LONG_SILENCE, MINIMUM_GAPS
from tension.readings.robustness import SERIES_THRESHOLDS
from tension.records.claims import Indicator
from tension.words import count, format_day, format_number, upper_first


class RecencyKind(EventKind):
    """A silence that is as long as most past gaps reads down (`read_recency_history`)."""

    title = "recency"

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_recency_history(observed.match_days(indicator.events), days, observed.find_cover(indicator))

    def numbers(self, row: pd.Series) -> Numbers:
        typical = read_number(row, "typical_gap_days")
        return {
            "recent": read_number(row, "days_since"),
            "baseline": typical,
            "percentile": read_number(row, "percentile"),
            "days_since": read_count(row, "days_since"),
            "typical_gap_days": typical,
            "last_date": read_day(row, "last_date"),
        }

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """The bound laxer, as it is, stricter."""
        row = self.read_history(observed, indicator, pd.DatetimeIndex([as_of])).iloc[0]
        if row["state"] in DIRECTIONS:
            for share in SERIES_THRESHOLDS:
                is_long = row["percentile"] >= LONG_SILENCE * (1 + share)
                yield State.DOWN.value if is_long else State.LEVEL.value

    def find_ratio(self, reading: IndicatorReading) -> float | None:
        """Of the silence to the typical gap."""
        typical = reading.typical_gap_days
        return reading.days_since / typical if reading.days_since is not None and typical else None

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        silence = f"{count(reading.days_since or 0, 'day')} without {name_subject(reading.indicator)}"
        percentile = f"{reading.percentile or 0:.0f}%"
        others = "any past gap" if percentile == "100%" else f"{percentile} of past gaps"
        return f"{silence}, longer than {others}", ""

    def band(self, history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        """What is no longer than the typical gap."""
        typical = list_floats(history, "typical_gap_days")
        return Band(list_floats(history, "days_since"), typical, np.where(np.isfinite(typical), 0.0, np.nan), typical)

    def describe_band(self, _indicator: Indicator) -> BandWords:
        return BandWords("days since the last", "typical gap", "no longer than the typical gap", is_whole=True)

    def describe(self, reading: IndicatorReading) -> str:
        if reading.days_since is None or reading.last_date is None:
            return upper_first(reading.reason)
        last = f"{count(reading.days_since, 'day')} since {format_day(reading.last_date)}"
        if reading.percentile is None:
            return f"{last}; {reading.reason}"
        typical = format_number(reading.typical_gap_days)
        return f"{last}, typical gap {typical} days, percentile {reading.percentile:.0f}"

    def rule_text(self, _indicator: Indicator) -> str:
        return (
            f"Down when the silence is as long as {LONG_SILENCE:g}% of past gaps, else level; fewer than "
            f"{MINIMUM_GAPS} gaps is too few."
        )
