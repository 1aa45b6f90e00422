"""Kind 'occurrence': did it happen since a day, or in a window?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tension.assessments.kinds.base import Band, EventKind, Numbers, list_floats, name_subject, read_day, read_number
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import State, read_occurrence_history
from tension.records.claims import Indicator
from tension.words import format_day, format_number, upper_first


class OccurrenceKind(EventKind):
    """Observed with its events, or looked and absent over the span that the record covers."""

    title = "occurrence"

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        events = observed.match_days(indicator.events)
        return read_occurrence_history(
            events, days, observed.find_cover(indicator), indicator.since, indicator.window_days
        )

    def numbers(self, row: pd.Series) -> Numbers:
        return {"recent": read_number(row, "event_count"), "last_date": read_day(row, "last_date")}

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        return f"{name_subject(reading.indicator)} on {format_day(reading.last_date)}", ""

    def band(self, history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        nothing = np.full(len(history), np.nan)
        return Band(list_floats(history, "event_count"), nothing, nothing, nothing)

    def describe(self, reading: IndicatorReading) -> str:
        if reading.state == State.LOOKED_AND_ABSENT:
            return upper_first(reading.reason.replace("looked and absent", "none found"))
        last = f", the last on {format_day(reading.last_date)}" if reading.last_date else ""
        return f"{format_number(reading.recent)} found{last}"

    def rule_text(self, _indicator: Indicator) -> str:
        return "Observed when the record holds one, looked and absent when it was searched and holds none."
