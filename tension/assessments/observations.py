"""One state of the record as readings see it: which events match, what was known when, which days a source covers.

Knows no kind of indicator and no claim; tension/assessments/kinds reads from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.assessments.counts import build_daily_count, build_slow_series
from tension.assessments.reading import NO_WINDOWS, Span, Windows
from tension.readings import Cover, DailySeries, EventDays, build_daily_series, build_event_days
from tension.readings.periods import Cadence, PeriodSeries
from tension.records.claims import CountChoice, EventSelector, Indicator, match_any
from tension.records.series import Measure, SeriesCard

# The columns of events that matching and reading need.
EVENT_COLUMNS = (
    "event_id occurred_date reported_date title summary region location latitude longitude geo_precision actors "
    "initiator target category cameo_root quad_class severity tags episode us_china_military_contact figures"
).split()

Flags = npt.NDArray[np.bool_]
Choose = Callable[..., date | None]


@dataclass(frozen=True)
class CountRows:
    """A declared series with all its rows (ROW_COLUMNS of tension/store/measured.py)."""

    card: SeriesCard
    rows: pd.DataFrame


@dataclass(frozen=True)
class RecordFrames:
    """What readings are made from. `features`: the sea features where an event was placed, by event_id.

    `searched`: the days for which each region was searched, by its name (data/cover.yaml). `counts`: the official
    counts that indicators name, by their series.
    """

    events: pd.DataFrame
    activity: pd.DataFrame
    breaks: Sequence[Any]
    actors: Sequence[Any]
    features: Mapping[str, Sequence[str]] = field(default_factory=dict)
    searched: Mapping[str, Cover] = field(default_factory=dict)
    counts: Mapping[str, CountRows] = field(default_factory=dict)


class Observations:
    """The frames of one state of the record, and what was found in them; what is found twice is computed once."""

    def __init__(self, frames: RecordFrames) -> None:
        self.frames = frames
        self.events = frames.events.reset_index(drop=True)
        self._flags: dict[tuple[EventSelector, ...], Flags] = {}
        self._all_series: dict[tuple[str, ...] | CountChoice, DailySeries] = {}
        self._all_periods: dict[CountChoice, PeriodSeries] = {}
        self._kept: dict[tuple[str, ...], pd.DataFrame] = {}

    @cached_property
    def event_cover(self) -> Cover:
        """The days for which some region was searched.

        Where nothing is declared: from the first day of the month of the first event to the day of the last.
        """
        spans = list(self.frames.searched.values())
        if spans:
            return _join_spans(spans, min, max)
        if self.events.empty:
            return Cover(None, None)
        days = self.events.occurred_date
        return Cover(days.min().date().replace(day=1), days.max().date())

    def find_cover(self, indicator: Indicator) -> Cover:
        """The days for which every region was searched that an event indicator counts; all where it names none."""
        selectors = (*indicator.events, *indicator.among, *indicator.ends)
        named = {region.value for selector in selectors for region in selector.regions}
        is_bound = bool(selectors) and all(selector.regions for selector in selectors)
        spans = [span for region, span in self.frames.searched.items() if not is_bound or region in named]
        return _join_spans(spans, max, min) if spans else self.event_cover

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """Every day from the start of the record to the end of the source that reaches furthest."""
        activity = self.frames.activity
        ends = [self.event_cover.last_date, activity.date.max().date() if len(activity) else None]
        known = [end for end in ends if end]
        if self.event_cover.first_date is None or not known:
            return pd.DatetimeIndex([])
        return pd.date_range(self.event_cover.first_date, max(known))

    def keep(self, name: tuple[str, ...], build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A frame that is built when it is first asked for under this name."""
        if name not in self._kept:
            self._kept[name] = build()
        return self._kept[name]

    def match(self, selectors: tuple[EventSelector, ...]) -> Flags:
        """Which events of the record fit at least one of the selectors."""
        if selectors not in self._flags:
            self._flags[selectors] = match_any(selectors, self.events)
        return self._flags[selectors]

    def to_days(self, flags: Flags) -> EventDays:
        """Events as days; an episode counts once."""
        events = self.events[flags]
        return build_event_days(events.occurred_date, events.reported_date, events.episode)

    def match_days(self, selectors: tuple[EventSelector, ...]) -> EventDays:
        """The events that fit at least one of the selectors, as days; an episode counts once."""
        return self.to_days(self.match(selectors))

    def find_known(self, as_of: date) -> Flags:
        """Which events had happened and had been reported by a day."""
        return np.asarray(self._days[1] <= np.datetime64(as_of), dtype=np.bool_)

    def find_inside(self, span: Span | None) -> Flags:
        """Which events happened within a span of days, both ends included."""
        if span is None:
            return np.zeros(len(self.events), dtype=np.bool_)
        occurred = self._days[0]
        is_inside = (occurred >= np.datetime64(span[0])) & (occurred <= np.datetime64(span[1]))
        return np.asarray(is_inside, dtype=np.bool_)

    @cached_property
    def _days(self) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
        """The day of every event, and the day from which it was known."""
        occurred, reported = self.events.occurred_date, self.events.reported_date
        first = occurred.to_numpy(dtype="datetime64[D]")
        return first, np.maximum(first, reported.fillna(occurred).to_numpy(dtype="datetime64[D]"))

    @cached_property
    def _event_ids(self) -> npt.NDArray[np.object_]:
        return self.events.event_id.to_numpy(dtype=np.object_)

    def find_windows(self, indicator: Indicator, as_of: date) -> Windows:
        """The windows of an event indicator on a day, as far as the record reaches back."""
        first = self.find_cover(indicator).first_date or as_of
        start = indicator.window_since or indicator.since or first
        if indicator.window_days:
            start = max(as_of - timedelta(days=indicator.window_days - 1), indicator.since or first)
        if start > as_of:
            return NO_WINDOWS
        turn = start - timedelta(days=1)
        opens = max(start - timedelta(days=indicator.baseline_days or 0), first)
        has_baseline = indicator.baseline_days is not None and opens <= turn
        return Windows((max(start, first), as_of), (opens, turn) if has_baseline else None)

    def find_ids(self, flags: Flags, indicator: Indicator, as_of: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The flagged events in the recent and in the baseline window of a day, by what was known then."""
        windows, known, ids = self.find_windows(indicator, as_of), flags & self.find_known(as_of), self._event_ids
        recent, baseline = (tuple(ids[known & self.find_inside(s)]) for s in (windows.recent, windows.baseline))
        return recent, baseline

    def build_series(self, indicator: Indicator) -> DailySeries:
        """The daily count (or share of two counts, or declared count) of an indicator, cut at its definition breaks."""
        columns: tuple[str, ...] | CountChoice = tuple(c for c in (indicator.series, indicator.per) if c)
        columns = indicator.count or columns
        if columns not in self._all_series:
            self._all_series[columns] = (
                self._join_count(columns) if isinstance(columns, CountChoice) else self._join_series(columns)
            )
        return self._all_series[columns]

    def find_card(self, indicator: Indicator) -> SeriesCard | None:
        """The declared series that an indicator of slow counts names; None where it names none or none is held."""
        found = self.frames.counts.get(indicator.count.series) if indicator.count else None
        return found.card if found else None

    def build_periods(self, indicator: Indicator) -> PeriodSeries:
        """The slow count of an indicator, cut at its definition breaks; an empty one where its series isn't held."""
        choice = indicator.count
        found = self.frames.counts.get(choice.series) if choice else None
        if choice is None or found is None:
            return PeriodSeries(cast("Cadence", choice.cadence) if choice else "month")
        if choice not in self._all_periods:
            measure = _find_measure(found.card, choice)
            self._all_periods[choice] = build_slow_series(found.card, measure, choice.select(found.rows))
        return self._all_periods[choice]

    def find_measure(self, indicator: Indicator) -> Measure | None:
        """The measure of the declared series that an indicator names; None where it names none or none is held."""
        card = self.find_card(indicator)
        return _find_measure(card, indicator.count) if card and indicator.count else None

    def select_rows(self, indicator: Indicator) -> pd.DataFrame:
        """The rows of the declared count of an indicator; KeyError where its series isn't held."""
        if indicator.count is None:
            raise KeyError(indicator.indicator_id)
        return indicator.count.select(self.frames.counts[indicator.count.series].rows)

    def find_known_after(self, indicator: Indicator) -> int:
        """So many days after the end of a period its count had been published."""
        card = self.find_card(indicator)
        return card.known_after_days if card else 0

    def find_breaks(self, indicator: Indicator) -> list[date]:
        """The days on which the definition of an indicator's official count changed."""
        card = self.find_card(indicator)
        if card and indicator.count:
            return [found.date for found in card.list_breaks(indicator.count.measure)]
        columns = ("all", indicator.series, indicator.per)
        return [b.date for b in self.frames.breaks if b.columns in columns] if indicator.series else []

    def _join_count(self, choice: CountChoice) -> DailySeries:
        found = self.frames.counts.get(choice.series)
        if found is None:
            return build_daily_series([], [])
        return build_daily_count(found.card, _find_measure(found.card, choice), choice.select(found.rows))

    def _join_series(self, columns: tuple[str, ...]) -> DailySeries:
        days = self.frames.activity
        starts = [b.date for b in self.frames.breaks if b.columns in ("all", *columns)]
        if days.empty:
            return build_daily_series([], [], starts)
        counts = [days[c].to_numpy(dtype=np.float64, na_value=np.nan) for c in columns]
        return build_daily_series(days.date, counts[0], starts, counts[1] if len(counts) > 1 else None)


def _find_measure(card: SeriesCard, choice: CountChoice) -> Measure:
    return next(measure for measure in card.measures if measure.measure == choice.measure)


def _join_spans(spans: Sequence[Cover], choose_first: Choose, choose_last: Choose) -> Cover:
    firsts, lasts = [s.first_date for s in spans if s.first_date], [s.last_date for s in spans if s.last_date]
    return Cover(choose_first(firsts, default=None), choose_last(lasts, default=None))
