"""Kind 'series': an official daily count, or a share of two, over its last days against its own past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tension.assessments.kinds.base import (
    Band,
    BandWords,
    EventKind,
    Evidence,
    Item,
    Material,
    Numbers,
    describe_against,
    describe_rank,
    describe_ratio,
    list_floats,
    name_past,
    read_number,
)
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading, Windows
from tension.readings import (
    DIRECTIONS,
    DailySeries,
    SeriesRule,
    State,
    read_series,
    read_series_history,
    read_series_robustness,
)
from tension.readings.day_counts import as_date
from tension.readings.series import list_past_means
from tension.records.claims import Indicator
from tension.words import format_number, format_percent


class SeriesKind(EventKind):
    """Recent mean against the baseline's, and its rank among past means; the state has a memory (`run_states`)."""

    title = "daily count"
    needs: tuple[str, ...] = ("series",)
    source_key = "mnd"

    def find_source_end(self, observed: Observations, indicator: Indicator) -> date | None:
        return observed.build_series(indicator).cover.last_date

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        known = days - pd.Timedelta(days=observed.find_known_after(indicator))
        history = read_series_history(observed.build_series(indicator), known, build_rule(indicator))
        history.index = days
        return history

    def numbers(self, row: pd.Series) -> Numbers:
        return {
            "recent": read_number(row, "recent"),
            "baseline": read_number(row, "baseline"),
            "ratio": read_number(row, "ratio"),
            "percentile": read_number(row, "percentile"),
        }

    def evidence(self, observed: Observations, indicator: Indicator, as_of: date, state: State) -> Evidence:
        series = observed.build_series(indicator)
        known = as_of - timedelta(days=observed.find_known_after(indicator))
        reading = read_series(series, known, build_rule(indicator))
        return {
            "windows": Windows(reading.recent_window, reading.baseline_window),
            "days": _list_reported(series, reading.recent_window) if reading.recent_window else (),
            "interval": (reading.low, reading.high) if state in DIRECTIONS else None,
        }

    def list_items(self, reading: IndicatorReading, material: Material) -> Iterator[Item]:
        indicator = reading.indicator
        if not reading.days or not indicator.series:
            return
        days = material.activity.set_index(material.activity.date.dt.date)
        publisher, url = material.day_source
        for day in reading.days:
            count, per = days[indicator.series][day], days[indicator.per][day] if indicator.per else None
            yield {
                "item": "day",
                "role": "recent",
                "occurred_date": day,
                "reported_date": day,
                "what": f"{count} of {per} aircraft" if indicator.per else _name_count(count, indicator),
                "value": count if not indicator.per else count / per if per else None,
                "publisher": publisher,
                "tier": "official",
                "source_date": day,
                "url": url,
            }

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """Windows x baselines x bounds of `read_series_robustness`, on every day at once and kept."""

        def build() -> pd.DataFrame:
            series = observed.build_series(indicator)
            first, last = series.cover.first_date, series.cover.last_date
            days = pd.date_range(first, last) if first and last else pd.DatetimeIndex([])
            return read_series_robustness(series, days, build_rule(indicator))

        # By what is computed: two articles may have built different things under one name.
        states = observed.keep(("variations", indicator.model_dump_json(include=_COMPUTED)), build)
        known = pd.Timestamp(as_of) - pd.Timedelta(days=observed.find_known_after(indicator))
        return map(str, states.to_numpy(dtype=np.str_)[states.index == known].ravel())

    def find_least_rise(self, observed: Observations, reading: IndicatorReading) -> float | None:
        """The bound of the ratio, or the mean that `upper` per cent of the past means don't pass, if that is more."""
        rule, series = build_rule(reading.indicator), observed.build_series(reading.indicator)
        if reading.state not in DIRECTIONS or not reading.baseline:
            return None
        known = reading.as_of - timedelta(days=observed.find_known_after(reading.indicator))
        past = list_past_means(series, known, rule)
        least = float(np.quantile(past, rule.upper / 100, method="inverted_cdf"))
        return max(rule.ratio_up, least / reading.baseline)

    def find_daily(self, observed: Observations, indicator: Indicator) -> DailySeries | None:
        """The count itself; the share of a day with two aircraft stands out for nothing."""
        return None if indicator.per else observed.build_series(indicator)

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        rule = build_rule(reading.indicator)
        past, span = f"their past {name_past(rule.baseline_days)}", f"in {rule.window_days} days"
        return describe_against(reading, reading.ratio, past, span)

    def find_spans(self, indicator: Indicator) -> tuple[int | None, int | None]:
        rule = build_rule(indicator)
        return rule.window_days, rule.baseline_days

    def band(self, history: pd.DataFrame, indicator: Indicator) -> Band | None:
        """The ratio bounds alone, as multiples of the baseline."""
        rule, baseline = build_rule(indicator), list_floats(history, "baseline")
        return Band(list_floats(history, "recent"), baseline, baseline * rule.ratio_down, baseline * rule.ratio_up)

    def describe_band(self, indicator: Indicator) -> BandWords:
        rule = build_rule(indicator)
        return BandWords(
            value=f"mean of {rule.window_days} days",
            baseline=f"mean of the {rule.baseline_days} days before",
            band=f"{rule.ratio_down:g} to {rule.ratio_up:g} times that mean",
            is_share=indicator.per is not None,
        )

    def describe(self, reading: IndicatorReading) -> str:
        indicator, rule = reading.indicator, build_rule(reading.indicator)
        form = format_percent if indicator.per else format_number
        unit = "of aircraft" if indicator.per else indicator.unit
        recent, before = form(reading.recent), form(reading.baseline)
        counts = f"{recent} {unit} over {rule.window_days} days, {before} in the {rule.baseline_days} days before"
        return f"{counts}: {describe_ratio(reading)}{describe_rank(reading)}"

    def rule_text(self, indicator: Indicator) -> str:
        rule = build_rule(indicator)
        return (
            f"Up from percentile {rule.upper:g} on where the ratio is {rule.ratio_up:g} or more, down to percentile "
            f"{rule.lower:g} where it is {rule.ratio_down:g} or less, else level; a state is left only when its bound "
            f"is passed by {rule.hysteresis:g} points. Both windows need {rule.coverage:.0%} of their days."
        )


_COMPUTED = {"series", "per", "count", "window_days", "baseline_days"}


def build_rule(indicator: Indicator) -> SeriesRule:
    """Windows and bounds of a series: the method's own where the indicator names none."""
    default = SeriesRule()
    return SeriesRule(
        window_days=indicator.window_days or default.window_days,
        baseline_days=indicator.baseline_days or default.baseline_days,
    )


def _name_count(number: int, indicator: Indicator) -> str:
    return f"{number} {indicator.unit.removesuffix(' a day')}"


def _list_reported(series: DailySeries, span: tuple[date, date]) -> tuple[date, ...]:
    first = (span[0] - as_date(series.first_day)).days
    days = range((span[1] - span[0]).days + 1)
    return tuple(span[0] + timedelta(days=n) for n in days if series.is_reported[first + n])
