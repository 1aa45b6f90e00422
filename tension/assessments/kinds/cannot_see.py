"""Kind 'cannot_see': what no open source shows. It stands on the page so that it isn't forgotten."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tension.assessments.kinds.base import Band, BandWords, EventKind, Evidence, Numbers, name_subject
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import State
from tension.records.claims import Indicator
from tension.words import upper_first

_REASON = "no open source shows it"


class CannotSeeKind(EventKind):
    """One state on every day, no source and nothing behind it."""

    title = "cannot be seen"
    needs: tuple[str, ...] = ()
    has_mark = False
    source_key = ""

    def read_history(self, _observed: Observations, _indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return pd.DataFrame({"state": State.CANNOT_SEE.value, "reason": _REASON}, index=days)

    def numbers(self, _row: pd.Series) -> Numbers:
        return {}

    def find_source_end(self, _observed: Observations, _indicator: Indicator) -> date | None:
        return None

    def evidence(self, _observed: Observations, _indicator: Indicator, _as_of: date, _state: State) -> Evidence:
        return {}

    def band(self, _history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        return None

    def describe_band(self, _indicator: Indicator) -> BandWords:
        return BandWords("")

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        return name_subject(reading.indicator), ""

    def describe(self, _reading: IndicatorReading) -> str:
        return upper_first(_REASON)

    def rule_text(self, _indicator: Indicator) -> str:
        return "No open source shows it; it has no mark."
