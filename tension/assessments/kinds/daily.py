"""Kind 'daily': a declared count by the day, over its last days against its own past, by what was published by then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from tension.assessments.kinds.base import Item, Material
from tension.assessments.kinds.series import SeriesKind
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import DailySeries
from tension.records.claims import Indicator
from tension.records.source_cards import UPLOADED_COUNTS
from tension.words import format_number


class DailyKind(SeriesKind):
    """Read as Taiwan's daily counts are; a day is known so many days after it as the series declares."""

    title = "declared daily count"
    needs: tuple[str, ...] = ("count",)
    source_key = UPLOADED_COUNTS

    def check(self, indicator: Indicator) -> str:
        is_daily = indicator.count is not None and indicator.count.cadence == "day"
        return "" if is_daily else "count: cadence; allowed for a daily indicator: day"

    def find_daily(self, observed: Observations, indicator: Indicator) -> DailySeries | None:
        """The count itself; single days of an index stand out for nothing."""
        measure = observed.find_measure(indicator)
        return observed.build_series(indicator) if measure and measure.is_count else None

    def list_items(self, reading: IndicatorReading, material: Material) -> Iterator[Item]:
        """The reported days of the window; one without a row is zero where the series declares it so."""
        choice = reading.indicator.count
        if choice is None or not reading.days:
            return
        card, rows = material.counts[choice.series].card, choice.select(material.counts[choice.series].rows)
        unit = next(m.unit for m in card.measures if m.measure == choice.measure)
        told = {pd.Timestamp(str(day)).date(): found for day, found in rows.groupby("date_from")}
        for day in reading.days:
            found = told.get(day)
            value = 0.0 if found is None else float(found.value.sum())
            yield {
                "item": "day",
                "role": "recent",
                "occurred_date": day,
                "reported_date": day + timedelta(days=card.known_after_days),
                "what": f"{format_number(value)} {unit}",
                "value": value,
                "publisher": card.publisher if found is None else found.publisher.iloc[0],
                "tier": "",
                "source_date": day,
                "url": card.url if found is None else found.url.iloc[0],
            }
