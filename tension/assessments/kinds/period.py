"""Kind 'period': an official count by week, month, quarter or year, against the same periods of the years before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
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
    describe_ratio,
    list_floats,
    read_interval,
    read_number,
)
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading, Span, Windows
from tension.errors import BadInput
from tension.readings import DIRECTIONS, State
from tension.readings.periods import (
    DEFAULT_PERIOD_RULE,
    WINDOW_PERIODS,
    PeriodReading,
    PeriodRule,
    read_period_history,
    read_periods,
)
from tension.readings.rates import find_level_counts
from tension.readings.robustness import SERIES_THRESHOLDS
from tension.records.claims import CountChoice, Indicator
from tension.records.source_cards import UPLOADED_COUNTS
from tension.words import count, format_day, format_number


class PeriodKind(EventKind):
    """The mean of the last whole periods that were published by a day, and that of the same ones of other years."""

    title = "slow count"
    needs: tuple[str, ...] = ("count",)
    source_key = UPLOADED_COUNTS

    def find_source_end(self, observed: Observations, indicator: Indicator) -> date | None:
        series = observed.build_periods(indicator)
        return series.span(series.last)[1] if series.last is not None else None

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        known = days - pd.Timedelta(days=observed.find_known_after(indicator))
        series, rule = observed.build_periods(indicator), build_rule()
        history = read_period_history(series, known, rule, is_count=_is_count(observed, indicator))
        history.index = days
        return history

    def numbers(self, row: pd.Series) -> Numbers:
        return {
            "recent": read_number(row, "recent"),
            "baseline": read_number(row, "baseline"),
            "ratio": read_number(row, "ratio"),
            "interval": read_interval(row),
        }

    def evidence(self, observed: Observations, indicator: Indicator, as_of: date, _state: State) -> Evidence:
        reading = self._read(observed, indicator, as_of, build_rule())
        return {
            "windows": Windows(_join(reading.recent), _join(reading.baseline)),
            "periods": reading.recent,
            "baseline_periods": reading.baseline,
        }

    def list_items(self, reading: IndicatorReading, material: Material) -> Iterator[Item]:
        """The rows behind both means, newest first."""
        choice = reading.indicator.count
        if choice is None:
            return
        card, rows = material.counts[choice.series].card, choice.select(material.counts[choice.series].rows)
        spans = list(zip(rows.date_from.dt.date, rows.date_to.dt.date, strict=True))
        unit = next(m.unit for m in card.measures if m.measure == choice.measure)
        for role, periods in (("recent", reading.periods), ("baseline", reading.baseline_periods)):
            for span in periods:
                row = rows.iloc[spans.index(span)]
                yield {
                    "item": "period",
                    "role": role,
                    "occurred_date": span[1],
                    "reported_date": span[1] + timedelta(days=card.known_after_days),
                    "what": f"{format_number(row.value)} {unit}, {format_day(span[0])} to {format_day(span[1])}",
                    "value": row.value,
                    "publisher": row.publisher,
                    "tier": "",
                    "url": row.url,
                }

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """One, two and three years back x bounds of the ratio, as they are and a tenth laxer and stricter."""
        rule = build_rule()
        for years in range(1, rule.years_back + 1):
            for threshold in SERIES_THRESHOLDS:
                up, down = rule.ratio_up * (1 + threshold), rule.ratio_down * (1 - threshold)
                changed = replace(rule, years_back=years, ratio_up=up, ratio_down=down)
                yield str(self._read(observed, indicator, as_of, changed).state)

    def find_least_rise(self, observed: Observations, reading: IndicatorReading) -> float | None:
        """The least count over the window that would read up, as times of what its years before lead to expect."""
        if reading.state not in DIRECTIONS or not reading.baseline:
            return None
        rule, indicator = build_rule(), reading.indicator
        if not _is_count(observed, indicator):
            return rule.ratio_up
        found = self._read(observed, indicator, reading.as_of, rule)
        periods, before = len(found.recent), len(found.baseline)
        total = np.array([reading.baseline * before])
        most = int(find_level_counts(total, np.array([float(periods)]), np.array([float(before)]), rule.level)[1][0])
        return max(rule.ratio_up, (most + 1) / (reading.baseline * periods))

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        choice = _choose(reading.indicator)
        return describe_against(reading, reading.ratio, _name_past(choice), f"in the last {_name_window(choice)}")

    def find_spans(self, _indicator: Indicator) -> tuple[int | None, int | None]:
        return None, None

    def band(self, history: pd.DataFrame, _indicator: Indicator) -> Band | None:
        """The ratio bounds alone, as multiples of the baseline; the interval decides beside them."""
        rule, baseline = build_rule(), list_floats(history, "baseline")
        return Band(list_floats(history, "recent"), baseline, baseline * rule.ratio_down, baseline * rule.ratio_up)

    def describe_band(self, indicator: Indicator) -> BandWords:
        rule, choice = build_rule(), _choose(indicator)
        return BandWords(
            value=f"mean of the last {_name_window(choice)} told of",
            baseline=f"mean of {_name_past(choice, rule.years_back)}",
            band=f"{rule.ratio_down:g} to {rule.ratio_up:g} times that mean",
        )

    def describe(self, reading: IndicatorReading) -> str:
        indicator, choice = reading.indicator, _choose(reading.indicator)
        recent, before = format_number(reading.recent), format_number(reading.baseline)
        window = f"over the last {_name_window(choice)} told of"
        counts = f"{recent} {indicator.unit} {window}, {before} over {_name_past(choice)}"
        if reading.state == State.TOO_FEW:
            return f"{counts}: {reading.reason}"
        return f"{counts}: {describe_ratio(reading)}"

    def rule_text(self, indicator: Indicator) -> str:
        rule, choice = build_rule(), _choose(indicator)
        return (
            f"Up when the mean of the last {_name_window(choice)} told of is {rule.ratio_up:g} times the mean of "
            f"{_name_past(choice, rule.years_back)}, or more, and the {rule.level:.0%} interval of the ratio lies "
            f"above 1; down at {rule.ratio_down:g} times or less with the interval below 1; else level. A baseline of "
            f"fewer than {rule.minimum_count} is too few, and a {choice.cadence} of the window that isn't reported "
            "leaves no reading. Nothing is compared across a break of the definition."
        )

    def _read(self, observed: Observations, indicator: Indicator, as_of: date, rule: PeriodRule) -> PeriodReading:
        known = as_of - timedelta(days=observed.find_known_after(indicator))
        is_count = _is_count(observed, indicator)
        return read_periods(observed.build_periods(indicator), known, rule, is_count=is_count)


def build_rule() -> PeriodRule:
    """The method's own rule: no indicator has one of its own."""
    return DEFAULT_PERIOD_RULE


def _choose(indicator: Indicator) -> CountChoice:
    """The count that an indicator names; BadInput where a declaration that nobody checked names none."""
    if indicator.count is None:
        raise BadInput("count", indicator.indicator_id, "an indicator that names its count")
    return indicator.count


def _is_count(observed: Observations, indicator: Indicator) -> bool:
    measure = observed.find_measure(indicator)
    return measure is None or measure.is_count


def _name_window(choice: CountChoice) -> str:
    """'3 months', 'quarter': the last periods, as they stand after 'the last'."""
    number = WINDOW_PERIODS[choice.cadence]
    return count(number, choice.cadence) if number > 1 else choice.cadence


def _name_past(choice: CountChoice, years: int = 0) -> str:
    """'the same months of the years before', or 'of up to 3 years before': what the last periods are held against."""
    past = f"up to {years} years before" if years else "the years before"
    if choice.cadence == "year":
        return past
    plural = "s" if WINDOW_PERIODS[choice.cadence] > 1 else ""
    return f"the same {choice.cadence}{plural} of {past}"


def _join(periods: tuple[Span, ...]) -> Span | None:
    """From the first day of the oldest period to the last of the newest; None where there is none."""
    return (periods[-1][0], periods[0][1]) if periods else None
