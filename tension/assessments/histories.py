"""What every declared indicator reads on many days at once, and which events lie in its windows. Knows no claim.

Declarations come from tension/records/claims.py, the statistics from tension/readings; this joins both to the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.readings import (
    Cover,
    DailySeries,
    EventDays,
    RateRule,
    SeriesRule,
    State,
    build_daily_series,
    build_event_days,
    read_distinct_history,
    read_in_force_history,
    read_occurrence_history,
    read_rate_history,
    read_rates,
    read_recency_history,
    read_series_history,
    read_series_robustness,
    read_share_history,
)
from tension.readings.day_counts import as_day_numbers
from tension.records.claims import EventSelector, Indicator, match_any

# A rate that counts since a date isn't read before this many days have passed.
MIN_SINCE_DAYS = 30

Flags = npt.NDArray[np.bool_]
Span = tuple[date, date]


@dataclass(frozen=True)
class RecordFrames:
    """What readings are made from. `features`: the sea features where an event was placed, by event_id."""

    events: pd.DataFrame
    activity: pd.DataFrame
    breaks: Sequence[Any]
    actors: Sequence[Any]
    features: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Windows:
    """The first and last day of what a reading looks at, and of what it is held against; None where there is none."""

    recent: Span | None = None
    baseline: Span | None = None


NO_WINDOWS = Windows()


class Histories:
    """Computes indicators over one state of the record, for any days asked for."""

    def __init__(self, frames: RecordFrames) -> None:
        self.frames = frames
        self.events = frames.events.reset_index(drop=True)
        self._flags: dict[tuple[EventSelector, ...], Flags] = {}
        self._all_series: dict[tuple[str, ...], DailySeries] = {}
        self._variations: dict[str, pd.DataFrame] = {}

    @cached_property
    def event_cover(self) -> Cover:
        """The record was searched from the first day of the month of its first event to the day of its last."""
        if self.events.empty:
            return Cover(None, None)
        days = self.events.occurred_date
        return Cover(days.min().date().replace(day=1), days.max().date())

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """Every day from the start of the record to the end of the source that reaches furthest."""
        activity = self.frames.activity
        ends = [self.event_cover.last_date, activity.date.max().date() if len(activity) else None]
        known = [end for end in ends if end]
        if self.event_cover.first_date is None or not known:
            return pd.DatetimeIndex([])
        return pd.date_range(self.event_cover.first_date, max(known))

    def compute(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        """State, reason and the numbers of the indicator's kind on each of the days, indexed by them."""
        read: Callable[[Indicator, pd.DatetimeIndex], pd.DataFrame] = getattr(self, f"_read_{indicator.kind}")
        return read(indicator, days)

    def match(self, selectors: tuple[EventSelector, ...]) -> Flags:
        """Which events of the record fit at least one of the selectors."""
        if selectors not in self._flags:
            self._flags[selectors] = match_any(selectors, self.events)
        return self._flags[selectors]

    def match_evidence(self, indicator: Indicator) -> Flags:
        """The events that an indicator counts; for a share the part, not the whole."""
        flags = self.match(indicator.events + indicator.ends)
        return flags & self.match(indicator.among) if indicator.kind == "share" else flags

    def to_days(self, flags: Flags) -> EventDays:
        """Events as days; an episode counts once."""
        events = self.events[flags]
        return build_event_days(events.occurred_date, events.reported_date, events.episode)

    def find_known(self, as_of: date) -> Flags:
        """Which events had happened and had been reported by a day."""
        known = np.maximum(self.events.occurred_date, self.events.reported_date.fillna(self.events.occurred_date))
        return np.asarray(known <= pd.Timestamp(as_of), dtype=np.bool_)

    def find_inside(self, span: Span | None) -> Flags:
        """Which events happened within a span of days, both ends included."""
        if span is None:
            return np.zeros(len(self.events), dtype=np.bool_)
        occurred = self.events.occurred_date
        return np.asarray((occurred >= pd.Timestamp(span[0])) & (occurred <= pd.Timestamp(span[1])), dtype=np.bool_)

    def build_series(self, indicator: Indicator) -> DailySeries:
        """The daily count (or share of two counts) of a series indicator, cut at its definition breaks."""
        columns = tuple(c for c in (indicator.series, indicator.per) if c)
        if columns not in self._all_series:
            self._all_series[columns] = self._join_series(columns)
        return self._all_series[columns]

    def vary_series(self, indicator: Indicator) -> pd.DataFrame:
        """The state of a series indicator under each of the 27 combinations, on every day; computed once."""
        series = self.build_series(indicator)
        if indicator.indicator_id not in self._variations:
            first, last = series.cover.first_date, series.cover.last_date
            days = pd.date_range(first, last) if first and last else pd.DatetimeIndex([])
            found = read_series_robustness(series, days, build_series_rule(indicator))
            self._variations[indicator.indicator_id] = found
        return self._variations[indicator.indicator_id]

    def find_breaks(self, indicator: Indicator) -> list[date]:
        """The days on which the definition of a series indicator's count changed."""
        columns = ("all", indicator.series, indicator.per)
        return [b.date for b in self.frames.breaks if b.columns in columns] if indicator.series else []

    def find_windows(self, indicator: Indicator, as_of: date) -> Windows:
        """The windows of an event indicator on a day, as far as the record reaches back."""
        first = self.event_cover.first_date or as_of
        start = indicator.window_since or indicator.since or first
        if indicator.window_days:
            start = max(as_of - timedelta(days=indicator.window_days - 1), indicator.since or first)
        if indicator.kind == "cannot_see" or start > as_of:
            return NO_WINDOWS
        turn = start - timedelta(days=1)
        opens = max(start - timedelta(days=indicator.baseline_days or 0), first)
        has_baseline = indicator.baseline_days is not None and opens <= turn
        return Windows((max(start, first), as_of), (opens, turn) if has_baseline else None)

    # How each kind is read.

    def _read_series(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_series_history(self.build_series(indicator), days, build_series_rule(indicator))

    def _read_rate(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        if indicator.window_since:
            return self._read_rate_since(indicator, indicator.window_since, days)
        events, everything = self.to_days(self.match(indicator.events)), self._all_of_regions(indicator)
        return read_rate_history(events, days, self.event_cover, build_rate_rule(indicator), everything)

    def _read_share(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        part, whole = self.to_days(self.match_evidence(indicator)), self.to_days(self.match(indicator.among))
        return read_share_history(part, whole, days, self.event_cover, build_rate_rule(indicator))

    def _read_distinct(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_distinct_history(
            self.build_feature_days(indicator), days, self.event_cover, indicator.window_days or 0
        )

    def _read_occurrence(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        events = self.to_days(self.match(indicator.events))
        return read_occurrence_history(events, days, self.event_cover, indicator.since, indicator.window_days)

    _read_listed = _read_occurrence

    def _read_in_force(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        begins, ends = (self.to_days(self.match(selectors)) for selectors in (indicator.events, indicator.ends))
        return read_in_force_history(begins, ends, days, self.event_cover)

    def _read_recency(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_recency_history(self.to_days(self.match(indicator.events)), days, self.event_cover)

    def _read_cannot_see(self, _indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return pd.DataFrame({"state": State.CANNOT_SEE.value, "reason": "no open source shows it"}, index=days)

    def _read_positions(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        said = [
            statement.date
            for actor in self.frames.actors
            if actor.iso3 in indicator.actors
            for statement in (*actor.stated_positions, *actor.red_lines)
        ]
        frame = read_occurrence_history(build_event_days(sorted(said)), days, self.event_cover)
        is_looked = frame["state"] != State.NOT_LOOKED
        frame.loc[is_looked, "reason"] = "statements found by then, listed for reading"
        return frame

    def _read_rate_since(self, indicator: Indicator, since: date, days: pd.DatetimeIndex) -> pd.DataFrame:
        """A window that begins on a fixed day and grows, against the days before it."""
        baseline_days = indicator.baseline_days or 1
        first = since - timedelta(days=baseline_days)
        matched, cover = self.match(indicator.events), self.event_cover
        is_before = self.find_inside((first, since - timedelta(days=1)))
        is_after = np.asarray(self.events.occurred_date >= pd.Timestamp(since), dtype=np.bool_)
        recent = read_occurrence_history(self.to_days(matched & is_after), days, cover, since)["event_count"]
        base = read_occurrence_history(self.to_days(matched & is_before), days, cover, first)["event_count"]
        window = np.asarray((days - pd.Timestamp(since)).days, dtype=np.int64) + 1
        frame = read_rates(recent.fillna(0), base.fillna(0), np.maximum(window, 1), baseline_days)
        frame.index = days
        frame["recent_count"], frame["baseline_count"] = recent.astype(float), base.astype(float)
        frame["recent_days"], frame["baseline_days"] = np.maximum(window, 0), baseline_days
        frame["reason"] = [_explain_since(row) for row in frame.itertuples(index=False)]
        too_soon = f"fewer than {MIN_SINCE_DAYS} days since {since}, from which it counts"
        outside = [cover.describe_outside(day) for day in as_day_numbers(days)]
        _overlay(frame, window < MIN_SINCE_DAYS, State.INSUFFICIENT, too_soon, ["ratio", "low", "high"])
        _overlay(frame, window < 1, State.INSUFFICIENT, too_soon, ["recent_count", "baseline_count"])
        is_outside = ~cover.has(as_day_numbers(days))
        numbers = [c for c in frame.columns if c not in ("state", "reason")]
        frame[numbers] = frame[numbers].astype(np.float64)
        _overlay(frame, is_outside, State.NOT_LOOKED, pd.Series(outside, days, dtype=object)[is_outside], numbers)
        return frame

    def _all_of_regions(self, indicator: Indicator) -> EventDays:
        """Every event of the regions that an indicator names, of all regions where it names none."""
        regions = {r.value for selector in indicator.events for r in selector.regions}
        if not all(selector.regions for selector in indicator.events):
            return self.to_days(np.ones(len(self.events), dtype=np.bool_))
        return self.to_days(self.events.region.isin(regions).to_numpy(dtype=np.bool_))

    def build_feature_days(self, indicator: Indicator) -> EventDays:
        """The events of a 'distinct' indicator, once for each sea feature where they were placed."""
        events = self.events[self.match(indicator.events)]
        places = [list(self.frames.features.get(e, ())) for e in events.event_id]
        named = events.assign(feature=pd.Series(places, events.index, dtype=object))
        named = named.explode("feature").dropna(subset=["feature"])
        return build_event_days(named.occurred_date, named.reported_date, named.feature)

    def _join_series(self, columns: tuple[str, ...]) -> DailySeries:
        days = self.frames.activity
        starts = [b.date for b in self.frames.breaks if b.columns in ("all", *columns)]
        if days.empty:
            return build_daily_series([], [], starts)
        counts = [days[c].to_numpy(dtype=np.float64, na_value=np.nan) for c in columns]
        return build_daily_series(days.date, counts[0], starts, counts[1] if len(counts) > 1 else None)


def build_rate_rule(indicator: Indicator) -> RateRule:
    """Windows and bounds of a rate or share."""
    return RateRule(indicator.window_days or 0, indicator.baseline_days or 0)


def build_series_rule(indicator: Indicator) -> SeriesRule:
    """Windows and bounds of a series: the method's own where the indicator names none."""
    default = SeriesRule()
    return SeriesRule(
        window_days=indicator.window_days or default.window_days,
        baseline_days=indicator.baseline_days or default.baseline_days,
    )


def _overlay(frame: pd.DataFrame, flags: Flags, state: State, reason: str | pd.Series[str], hidden: list[str]) -> None:
    frame.loc[flags, "state"], frame.loc[flags, "reason"] = state.value, reason
    frame.loc[flags, hidden] = np.nan


def _explain_since(row: Any) -> str:
    if row.state == State.TOO_FEW:
        return f"{row.baseline_count:.0f} events in the baseline, 5 needed"
    return f"ratio {row.ratio:.2f}, 90% interval {row.low:.2f} to {row.high:.2f}"
