"""Kind 'dated': a declared list of cases in which a day without a row means none, as a rate of cases in a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from tension.assessments.kinds.base import Evidence, Item, Material
from tension.assessments.kinds.rate import RateKind
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading, Span, Windows
from tension.readings import Cover, EventDays, State, build_event_days
from tension.records.claims import Indicator
from tension.records.source_cards import UPLOADED_COUNTS
from tension.words import format_number


class DatedKind(RateKind):
    """Two counts of cases and the exact interval of the ratio of their rates; a case is known when it was published."""

    title = "declared list of cases"
    needs: tuple[str, ...] = ("count", "window_days", "baseline_days")
    source_key = UPLOADED_COUNTS

    def check(self, indicator: Indicator) -> str:
        is_list = indicator.count is not None and indicator.count.cadence == "event"
        return "" if is_list else "count: cadence; allowed for a dated indicator: event"

    def find_source_end(self, observed: Observations, indicator: Indicator) -> date | None:
        return self.find_cover(observed, indicator).last_date

    def find_days(self, observed: Observations, indicator: Indicator) -> EventDays:
        if observed.find_card(indicator) is None:
            return build_event_days([])
        rows = observed.select_rows(indicator)
        days = rows.date_from.repeat(rows.value.astype(int).tolist()).reset_index(drop=True)
        return build_event_days(days, days + pd.Timedelta(days=observed.find_known_after(indicator)))

    def find_total(self, _observed: Observations, _indicator: Indicator) -> EventDays | None:
        return None

    def find_cover(self, observed: Observations, indicator: Indicator) -> Cover:
        card = observed.find_card(indicator)
        return Cover(card.cover.first, card.cover.until) if card else Cover(None, None)

    def evidence(self, observed: Observations, indicator: Indicator, as_of: date, _state: State) -> Evidence:
        rows, days = observed.select_rows(indicator), timedelta(days=1)
        turn = as_of - timedelta(days=indicator.window_days or 0)
        first = max(turn - timedelta(days=(indicator.baseline_days or 0) - 1), rows.date_from.min().date())
        windows = Windows((turn + days, as_of), (first, turn))
        known = pd.Timestamp(as_of) - pd.Timedelta(days=observed.find_known_after(indicator))
        told = rows[(rows.value > 0) & (rows.date_from <= known)]
        spans = sorted({(day, day) for day in told.date_from.dt.date}, reverse=True)
        recent, before = ([s for s in spans if w and w[0] <= s[0] <= w[1]] for w in (windows.recent, windows.baseline))
        return {"windows": windows, "periods": tuple(recent), "baseline_periods": tuple(before)}

    def list_items(self, reading: IndicatorReading, material: Material) -> Iterator[Item]:
        """The days with a case in both windows, newest first."""
        choice = reading.indicator.count
        if choice is None:
            return
        card, rows = material.counts[choice.series].card, choice.select(material.counts[choice.series].rows)
        unit = next(m.unit for m in card.measures if m.measure == choice.measure)
        for role, periods in (("recent", reading.periods), ("baseline", reading.baseline_periods)):
            for row in _pick_rows(rows, periods):
                yield {
                    "item": "day",
                    "role": role,
                    "occurred_date": row.date_from.date(),
                    "reported_date": row.date_from.date() + timedelta(days=card.known_after_days),
                    "what": f"{format_number(row.value)} {unit}{f', {row.place}' if row.place else ''}",
                    "value": row.value,
                    "publisher": row.publisher,
                    "tier": "",
                    "source_date": row.date_from.date(),
                    "url": row.url,
                }


def _pick_rows(rows: pd.DataFrame, periods: tuple[Span, ...]) -> Iterator[pd.Series]:
    days = {pd.Timestamp(first) for first, _ in periods}
    picked = rows[rows.date_from.isin(days) & (rows.value > 0)].sort_values("date_from", ascending=False)
    return (row for _, row in picked.iterrows())
