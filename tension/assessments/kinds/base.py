"""What every kind of indicator answers, and the shapes of its answers. Holds no kind; each has a file beside this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypedDict

import numpy as np
import pandas as pd

from tension.assessments.observations import CountRows, Flags, Observations
from tension.assessments.reading import IndicatorReading, Span, Visible, Windows
from tension.readings import DIRECTIONS, DailySeries, State
from tension.readings.series_intervals import INTERVAL_LEVEL
from tension.readings.states import Floats
from tension.records.actors import Actor
from tension.records.claims import Indicator
from tension.words import format_interval, lower_first, spell_times

# An item behind a reading, in columns of tension/assessments/evidence.py.
Item = dict[str, Any]


class Numbers(TypedDict, total=False):
    """The numbers of a reading, by the names of IndicatorReading; None for what is missing or infinite."""

    recent: float | None
    baseline: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    percentile: float | None
    recent_total: int | None
    baseline_total: int | None
    recent_share: float | None
    baseline_share: float | None
    days_since: int | None
    typical_gap_days: float | None
    last_date: date | None


class Evidence(TypedDict, total=False):
    """What stands behind a reading, by the names of IndicatorReading."""

    windows: Windows
    interval: tuple[float, float] | None
    event_ids: tuple[str, ...]
    baseline_event_ids: tuple[str, ...]
    days: tuple[date, ...]
    periods: tuple[Span, ...]
    baseline_periods: tuple[Span, ...]


@dataclass(frozen=True)
class Band:
    """A curve on the days of a history: its value, what it is held against, and between what it would read level.

    Units are the indicator's; NaN where there is no number.
    """

    value: Floats
    baseline: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class BandWords:
    """What the curve, the line it is held against and the band are; '' where there is none. `is_share`: 0 to 1."""

    value: str
    baseline: str = ""
    band: str = ""
    is_share: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class Material:
    """What evidence is made of. `events` have EVENT_SCHEMA's `sources`; `day_source` publishes the daily counts.

    `counts`: the official counts that indicators name, by their series.
    """

    events: pd.DataFrame
    activity: pd.DataFrame
    actors: Sequence[Actor]
    titles: Mapping[str, str]
    day_source: tuple[str, str]
    counts: Mapping[str, CountRows]


class Kind(Protocol):
    """A kind of indicator. An object has no state of its own: all that it reads is in its arguments.

    `title` names the kind in two or three words; `needs` are the fields of an Indicator that it can't do without;
    `has_mark` is False where it is for reading only, and then it has no mark; `source_key` says which source a reading
    rests on, '' for none.
    """

    title: str
    needs: tuple[str, ...]
    has_mark: bool
    source_key: str

    def check(self, indicator: Indicator, /) -> str:
        """What is wrong with a declaration beyond a field that is missing; '' where nothing is."""

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex, /) -> pd.DataFrame:
        """State, reason and the kind's numbers on each of the days, indexed by them."""

    def numbers(self, row: pd.Series, /) -> Numbers:
        """The numbers of one row of a history."""

    def find_source_end(self, observed: Observations, indicator: Indicator, /) -> date | None:
        """The last day that the indicator's source covers; None where it has no source."""

    def match(self, observed: Observations, indicator: Indicator, /) -> Flags:
        """The events that the indicator counts."""

    def evidence(self, observed: Observations, indicator: Indicator, as_of: date, state: State, /) -> Evidence:
        """What stands behind the reading of a day that could be looked at."""

    def list_items(self, reading: IndicatorReading, material: Material, /) -> Iterator[Item]:
        """What stands behind a reading besides events."""

    def vary(self, observed: Observations, indicator: Indicator, as_of: date, /) -> Iterable[str]:
        """The state of one day under each other setting that could have been chosen, the chosen one among them."""

    def find_visible(self, row: pd.Series, indicator: Indicator, /) -> Visible | None:
        """The counts that would read up and down, from one row of a history; None where it isn't read by counts."""

    def find_least_rise(self, observed: Observations, reading: IndicatorReading, /) -> float | None:
        """The least that would have read up, as times of what it is held against; None where that can't be told."""

    def find_daily(self, observed: Observations, indicator: Indicator, /) -> DailySeries | None:
        """The daily count in which single days can stand out; None where there is none."""

    def find_ratio(self, reading: IndicatorReading, /) -> float | None:
        """By how many times an indicator that is up or down differs from what it is held against; None without one."""

    def describe_move(self, reading: IndicatorReading, /) -> tuple[str, str]:
        """What moved and by how much, and what that is held against ('' where the first says all)."""

    def find_spans(self, indicator: Indicator, /) -> tuple[int | None, int | None]:
        """The days of the window and of the baseline, as they are computed with."""

    def band(self, history: pd.DataFrame, indicator: Indicator, /) -> Band | None:
        """The curve of a history; None where there is nothing to draw."""

    def describe_band(self, indicator: Indicator, /) -> BandWords:
        """The words for the curve."""

    def describe(self, reading: IndicatorReading, /) -> str:
        """What was counted and what it is held against, in one line."""

    def rule_text(self, indicator: Indicator, /) -> str:
        """The rule that turns the numbers into a state, written from the objects that compute it."""


class EventKind:
    """What kinds that count curated events have in common; a kind's own file says what it does otherwise."""

    title = "events"
    needs: tuple[str, ...] = ("events",)
    has_mark = True
    source_key = "curated"

    def check(self, _indicator: Indicator) -> str:
        return ""

    def find_source_end(self, observed: Observations, indicator: Indicator) -> date | None:
        return observed.find_cover(indicator).last_date

    def match(self, observed: Observations, indicator: Indicator) -> Flags:
        return observed.match(indicator.events + indicator.ends)

    def evidence(self, observed: Observations, indicator: Indicator, as_of: date, _state: State) -> Evidence:
        recent, baseline = observed.find_ids(self.match(observed, indicator), indicator, as_of)
        windows = observed.find_windows(indicator, as_of)
        return {"windows": windows, "event_ids": recent, "baseline_event_ids": baseline}

    def list_items(self, _reading: IndicatorReading, _material: Material) -> Iterator[Item]:
        return iter(())

    def vary(self, _observed: Observations, _indicator: Indicator, _as_of: date) -> Iterable[str]:
        return ()

    def find_visible(self, _row: pd.Series, _indicator: Indicator) -> Visible | None:
        return None

    def find_least_rise(self, _observed: Observations, reading: IndicatorReading) -> float | None:
        return reading.visible.times if reading.visible else None

    def find_daily(self, _observed: Observations, _indicator: Indicator) -> DailySeries | None:
        return None

    def find_ratio(self, reading: IndicatorReading) -> float | None:
        return reading.ratio

    def find_spans(self, indicator: Indicator) -> tuple[int | None, int | None]:
        return indicator.window_days, indicator.baseline_days

    def describe_band(self, _indicator: Indicator) -> BandWords:
        return BandWords("found so far", is_whole=True)


def read_number(row: pd.Series, column: str) -> float | None:
    """A number of a row of history; None where it is missing or infinite."""
    value = row[column]
    return float(value) if pd.notna(value) and np.isfinite(value) else None


def read_count(row: pd.Series, column: str) -> int | None:
    """A whole number of a row of history; None where it is missing."""
    value = read_number(row, column)
    return None if value is None else int(value)


def read_interval(row: pd.Series) -> tuple[float, float] | None:
    """The interval of a row of history; its upper end may be infinite."""
    return (float(row["low"]), float(row["high"])) if pd.notna(row["low"]) else None


def read_day(row: pd.Series, column: str) -> date | None:
    """A day of a row of history."""
    return pd.Timestamp(row[column]).date() if pd.notna(row[column]) else None


def list_floats(history: pd.DataFrame, column: str) -> Floats:
    """A column of a history, NaN where a number is missing."""
    return history[column].to_numpy(dtype=np.float64, na_value=np.nan)


def describe_ratio(reading: IndicatorReading, name: str = "ratio") -> str:
    """'ratio 0.67 (90% interval 0.52 to 0.89)', or why there is none."""
    if reading.ratio is None:
        return "no ratio over an empty baseline" if reading.state in DIRECTIONS else reading.reason
    level = f"{INTERVAL_LEVEL:.0%}"
    interval = f" ({level} interval {format_interval(reading.interval)})" if reading.interval else ""
    return f"{name} {reading.ratio:.2f}{interval}"


def describe_rank(reading: IndicatorReading) -> str:
    """', percentile 14', or '' where there is none."""
    return "" if reading.percentile is None else f", percentile {reading.percentile:.0f}"


def name_subject(indicator: Indicator) -> str:
    """What an indicator counts, as it stands within a sentence."""
    return indicator.subject or lower_first(indicator.title)


def describe_against(reading: IndicatorReading, ratio: float | None, past: str, span: str) -> tuple[str, str]:
    """('official ships 4.5 times', 'their past year'); none at all, or none before, is said in one."""
    subject = name_subject(reading.indicator)
    if not reading.recent:
        return f"no {subject} {span}", ""
    return (f"{subject} where there were none", "") if ratio is None else (f"{subject} {spell_times(ratio)}", past)


def name_past(baseline_days: int | None) -> str:
    """'year', 'two years', '90 days': the baseline as a person says it."""
    return {365: "year", 730: "two years"}.get(baseline_days or 0, f"{baseline_days} days")
