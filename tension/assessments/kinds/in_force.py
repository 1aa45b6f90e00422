"""Kind 'in_force': does something that began still stand, by the last act that began or ended it?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tension.assessments.kinds.base import Band, BandWords, EventKind, Numbers, name_subject, read_day
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import State, read_in_force_history
from tension.records.claims import Indicator
from tension.words import format_day


class InForceKind(EventKind):
    """Observed while it stands; its `events` begin it and its `ends` end it."""

    title = "in force"
    needs: tuple[str, ...] = ("events", "ends")

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        begins, ends = (observed.match_days(selectors) for selectors in (indicator.events, indicator.ends))
        return read_in_force_history(begins, ends, days, observed.find_cover(indicator))

    def numbers(self, row: pd.Series) -> Numbers:
        return {"last_date": read_day(row, "since_date")}

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        return f"{name_subject(reading.indicator)} in force since {format_day(reading.last_date)}", ""

    def band(self, history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        nothing = np.full(len(history), np.nan)
        return Band(np.asarray(history["state"] == State.OBSERVED, dtype=np.float64), nothing, nothing, nothing)

    def describe_band(self, _indicator: Indicator) -> BandWords:
        return BandWords("in force (1) or not (0)", is_whole=True)

    def describe(self, reading: IndicatorReading) -> str:
        if reading.state == State.OBSERVED and reading.last_date:
            return f"In force since {format_day(reading.last_date)}"
        return "None in force, by the record"

    def rule_text(self, _indicator: Indicator) -> str:
        return "Observed while the last beginning that is known is later than the last end that is known."
