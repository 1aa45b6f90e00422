"""Kind 'listed': events to be read one by one. No vote."""

from __future__ import annotations

from tension.assessments.kinds.occurrence import OccurrenceKind
from tension.assessments.reading import IndicatorReading
from tension.records.claims import Indicator
from tension.words import count, format_day


class ListedKind(OccurrenceKind):
    """Read as an occurrence, shown as a list."""

    title = "listed for reading"
    has_mark = False

    def describe(self, reading: IndicatorReading) -> str:
        since = f" since {format_day(reading.indicator.since)}" if reading.indicator.since else ""
        return f"{count(reading.recent or 0, 'event')}{since}, listed for reading"

    def rule_text(self, _indicator: Indicator) -> str:
        return "Listed for reading; it has no mark."
