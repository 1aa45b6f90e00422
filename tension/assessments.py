"""Computes what each indicator and claim says on any day, from what was reported by then. Nothing here predicts.

Declarations come from tension/indicators.py, the statistics from tension/readings; this joins both to the record.
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

from tension.indicators import ClaimRule, Indicator, match_any
from tension.readings import (
    Cover,
    DailySeries,
    EventDays,
    Flip,
    RateRule,
    SeriesRule,
    State,
    build_daily_series,
    build_event_days,
    find_flips,
    read_claim_states,
    read_distinct_history,
    read_in_force_history,
    read_occurrence_history,
    read_rate_history,
    read_rate_robustness,
    read_rates,
    read_recency_history,
    read_robustness,
    read_series,
    read_series_history,
    read_series_robustness,
    read_share_history,
    select_in_windows,
)
from tension.readings.day_counts import as_day_numbers

# A rate that counts since a date isn't read before this many days have passed.
MIN_SINCE_DAYS = 30
# What matching and reading need of an event.
EVENT_COLUMNS = (
    "event_id occurred_date reported_date title summary region location latitude longitude geo_precision actors "
    "initiator target category cameo_root quad_class severity tags episode us_china_military_contact"
).split()


@dataclass(frozen=True)
class RecordFrames:
    """What readings are made from. `features`: the sea features where an event was placed, by event_id."""

    events: pd.DataFrame
    activity: pd.DataFrame
    breaks: Sequence[Any]
    actors: Sequence[Any]
    features: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class IndicatorReading:
    """One indicator on one day. Numbers are None where they can't be given; `reason` says why the state is what it is.

    `event_ids` (or `days`) are what is behind `recent`, `baseline_event_ids` what is behind `baseline`.
    """

    claim_id: str
    part_id: str
    indicator: Indicator
    as_of: date
    state: State
    reason: str
    source_end_date: date | None
    recent: float | None = None
    baseline: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    percentile: float | None = None
    recent_total: int | None = None
    baseline_total: int | None = None
    recent_share: float | None = None
    baseline_share: float | None = None
    days_since: int | None = None
    typical_gap_days: float | None = None
    last_date: date | None = None
    robustness: str = ""
    event_ids: tuple[str, ...] = ()
    baseline_event_ids: tuple[str, ...] = ()
    days: tuple[date, ...] = ()

    def find_role(self, event_id: str) -> str:
        """Which window of this day's reading the event is in: 'recent', 'baseline', or 'outside the windows'."""
        if event_id in self.event_ids:
            return "recent"
        return "baseline" if event_id in self.baseline_event_ids else "outside the windows"


@dataclass(frozen=True)
class ClaimReading:
    """A claim on one day: its state, how many of its measurable indicators say so, and each indicator."""

    rule: ClaimRule
    as_of: date
    state: State
    agree_count: int
    measurable_count: int
    has_majority: bool
    indicators: tuple[IndicatorReading, ...]
    flips: tuple[Flip, ...]

    @property
    def n_of_m(self) -> str:
        return f"{self.agree_count} of {self.measurable_count}"

    @property
    def unread_count(self) -> int:
        """Indicators without a vote: for reading only, not looked, too few, or never to be seen."""
        return len(self.indicators) - self.measurable_count


class Assessor:
    """Readings of all claims over one state of the record. Histories are computed once and kept."""

    def __init__(self, rules: Sequence[ClaimRule], frames: RecordFrames) -> None:
        self.rules = tuple(rules)
        self._frames = frames
        self._events = frames.events.reset_index(drop=True)
        self._histories: dict[str, pd.DataFrame] = {}
        self._by_id = {i.indicator_id: i for rule in self.rules for i in rule.indicators}

    @cached_property
    def event_cover(self) -> Cover:
        """The record was searched from the first day of the month of its first event to the day of its last."""
        if self._events.empty:
            return Cover(None, None)
        days = self._events.occurred_date
        return Cover(days.min().date().replace(day=1), days.max().date())

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """Every day from the start of the record to the end of the source that reaches furthest."""
        ends = [self.event_cover.last_date]
        if len(self._frames.activity):
            ends.append(self._frames.activity.date.max().date())
        known = [end for end in ends if end]
        if self.event_cover.first_date is None or not known:
            return pd.DatetimeIndex([])
        return pd.date_range(self.event_cover.first_date, max(known))

    def read_history(self, indicator_id: str) -> pd.DataFrame:
        """An indicator on every day: state, reason, and the numbers of its kind, indexed by as-of day."""
        if indicator_id not in self._histories:
            self._histories[indicator_id] = self._compute(self._by_id[indicator_id], self.days)
        return self._histories[indicator_id]

    def read_claim_history(self, claim_id: str) -> pd.DataFrame:
        """A claim on every day: state, agree_count, measurable_count and the rest of `read_claim_states`."""
        rule = self._rule(claim_id)
        states = pd.DataFrame({i.indicator_id: self.read_history(i.indicator_id)["state"] for i in rule.indicators})
        return read_claim_states(states, _votes(rule))

    def read(self, as_of: date) -> tuple[ClaimReading, ...]:
        """All claims on one day, with the evidence behind each indicator."""
        return tuple(self.read_claim(rule.claim_id, as_of) for rule in self.rules)

    def read_claim(self, claim_id: str, as_of: date) -> ClaimReading:
        """One claim on one day."""
        rule = self._rule(claim_id)
        readings = tuple(
            self.read_indicator(rule.claim_id, part.part_id, indicator, as_of)
            for part in rule.parts
            for indicator in part.indicators
        )
        states = {r.indicator.indicator_id: str(r.state) for r in readings}
        result = read_claim_states(pd.DataFrame([states]), _votes(rule)).iloc[0]
        return ClaimReading(
            rule=rule,
            as_of=as_of,
            state=State(result["state"]),
            agree_count=int(result["agree_count"]),
            measurable_count=int(result["measurable_count"]),
            has_majority=bool(result["has_majority"]),
            indicators=readings,
            flips=find_flips({k: v for k, v in states.items() if self._by_id[k].vote_of}, _votes(rule)),
        )

    def read_indicator(self, claim_id: str, part_id: str, indicator: Indicator, as_of: date) -> IndicatorReading:
        """One indicator on one day, with interval, robustness and evidence."""
        row = self._read_row(indicator, as_of)
        numbers = _pick_numbers(indicator.kind, row)
        if indicator.kind == "series" and row["state"] not in (State.NOT_LOOKED, State.INSUFFICIENT):
            reading = read_series(self._series(indicator), as_of, _series_rule(indicator))
            numbers["interval"] = (reading.low, reading.high)
        return IndicatorReading(
            claim_id=claim_id,
            part_id=part_id,
            indicator=indicator,
            as_of=as_of,
            state=State(row["state"]),
            reason=str(row["reason"]),
            source_end_date=self._find_source_end(indicator),
            robustness=self._read_robustness(indicator, as_of, State(row["state"])),
            **numbers,
            **self._find_evidence(indicator, as_of, State(row["state"])),
        )

    def find_fed(self, event_id: str) -> list[tuple[ClaimRule, str, Indicator]]:
        """Every (claim, part, indicator) that counts this event on some day."""
        row = self._events[self._events.event_id == event_id]
        if row.empty:
            return []
        return [
            (rule, part.part_id, indicator)
            for rule in self.rules
            for part in rule.parts
            for indicator in part.indicators
            if match_any(indicator.events + indicator.among + indicator.ends, row).any()
        ]

    def _rule(self, claim_id: str) -> ClaimRule:
        return next(rule for rule in self.rules if rule.claim_id == claim_id)

    def _read_row(self, indicator: Indicator, as_of: date) -> pd.Series:
        day = pd.Timestamp(as_of)
        if len(self.days) and self.days[0] <= day <= self.days[-1]:
            return self.read_history(indicator.indicator_id).iloc[int((day - self.days[0]).days)]
        return self._compute(indicator, pd.DatetimeIndex([day])).iloc[0]

    def _find_source_end(self, indicator: Indicator) -> date | None:
        if indicator.kind == "series":
            return self._series(indicator).cover.last_date
        return None if indicator.kind == "cannot_see" else self.event_cover.last_date

    # What each kind computes for many days at once.

    def _compute(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        compute: Callable[[Indicator, pd.DatetimeIndex], pd.DataFrame] = getattr(self, f"_compute_{indicator.kind}")
        return compute(indicator, days)

    def _compute_series(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_series_history(self._series(indicator), days, _series_rule(indicator))

    def _compute_rate(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        if indicator.window_since:
            return self._compute_rate_since(indicator, indicator.window_since, days)
        everything = self._all_of_regions(indicator)
        return read_rate_history(self._matching(indicator), days, self.event_cover, _rate_rule(indicator), everything)

    def _compute_share(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        among = match_any(indicator.among, self._events)
        matched = match_any(indicator.events, self._events) & among
        return read_share_history(
            self._to_days(matched), self._to_days(among), days, self.event_cover, _rate_rule(indicator)
        )

    def _compute_distinct(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        window = indicator.window_days or 0
        return read_distinct_history(self._feature_days(indicator), days, self.event_cover, window)

    def _compute_occurrence(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        events = self._matching(indicator)
        return read_occurrence_history(events, days, self.event_cover, indicator.since, indicator.window_days)

    _compute_listed = _compute_occurrence

    def _compute_in_force(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        ends = self._to_days(match_any(indicator.ends, self._events))
        return read_in_force_history(self._matching(indicator), ends, days, self.event_cover)

    def _compute_recency(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return read_recency_history(self._matching(indicator), days, self.event_cover)

    def _compute_cannot_see(self, _indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return pd.DataFrame({"state": State.CANNOT_SEE.value, "reason": "no open source shows it"}, index=days)

    def _compute_positions(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        said = [
            statement.date
            for actor in self._frames.actors
            if actor.iso3 in indicator.actors
            for statement in (*actor.stated_positions, *actor.red_lines)
        ]
        frame = read_occurrence_history(build_event_days(sorted(said)), days, self.event_cover)
        return frame.assign(reason="statements found, listed for reading")

    def _compute_rate_since(self, indicator: Indicator, since: date, days: pd.DatetimeIndex) -> pd.DataFrame:
        """A window that begins on a fixed day and grows, against the days before it."""
        baseline_days = indicator.baseline_days or 1
        first = since - timedelta(days=baseline_days)
        occurred = self._events.occurred_date
        matched = match_any(indicator.events, self._events)
        is_recent = (occurred >= pd.Timestamp(since)).to_numpy(dtype=np.bool_)
        is_baseline = ~is_recent & (occurred >= pd.Timestamp(first)).to_numpy(dtype=np.bool_)
        cover = self.event_cover
        recent = read_occurrence_history(self._to_days(matched & is_recent), days, cover, since)["event_count"]
        base = read_occurrence_history(self._to_days(matched & is_baseline), days, cover, first)["event_count"]
        window = np.maximum((days - pd.Timestamp(since)).days.to_numpy() + 1, 1)
        frame = read_rates(recent.fillna(0), base.fillna(0), window, baseline_days)
        frame.index = days
        frame["recent_count"], frame["baseline_count"] = recent.astype(float), base.astype(float)
        frame["reason"] = [_explain_since(row) for row in frame.itertuples(index=False)]
        is_looked = cover.has(as_day_numbers(days))
        for flags, state, reason in (
            (window < MIN_SINCE_DAYS, State.INSUFFICIENT, f"fewer than {MIN_SINCE_DAYS} days since {since}"),
            (~is_looked, State.NOT_LOOKED, f"outside the record, which ends on {cover.last_date}"),
        ):
            frame.loc[flags, "state"], frame.loc[flags, "reason"] = state.value, reason
            frame.loc[flags, ["ratio", "low", "high", "recent_count", "baseline_count"]] = np.nan
        return frame

    # From declarations to days.

    def _matching(self, indicator: Indicator) -> EventDays:
        return self._to_days(match_any(indicator.events, self._events))

    def _to_days(self, flags: npt.NDArray[np.bool_]) -> EventDays:
        events = self._events[flags]
        return build_event_days(events.occurred_date, events.reported_date, events.episode)

    def _all_of_regions(self, indicator: Indicator) -> EventDays:
        regions = {r.value for selector in indicator.events for r in selector.regions}
        if not all(selector.regions for selector in indicator.events):
            return self._to_days(np.ones(len(self._events), dtype=np.bool_))
        return self._to_days(self._events.region.isin(regions).to_numpy(dtype=np.bool_))

    def _feature_days(self, indicator: Indicator) -> EventDays:
        events = self._events[match_any(indicator.events, self._events)]
        places = pd.Series(
            [list(self._frames.features.get(e, ())) for e in events.event_id], events.index, dtype=object
        )
        named = events.assign(feature=places)
        named = named.explode("feature").dropna(subset=["feature"])
        return build_event_days(named.occurred_date, named.reported_date, named.feature)

    def _series(self, indicator: Indicator) -> DailySeries:
        columns = [c for c in (indicator.series, indicator.per) if c]
        days = self._frames.activity
        starts = [b.date for b in self._frames.breaks if b.columns in ("all", *columns)]
        counts = [days[c].to_numpy(dtype=np.float64, na_value=np.nan) for c in columns] if len(days) else []
        if not counts:
            return build_daily_series([], [], starts)
        return build_daily_series(days.date, counts[0], starts, counts[1] if len(counts) > 1 else None)

    # What stands beside a reading.

    def _read_robustness(self, indicator: Indicator, as_of: date, state: State) -> str:
        if state not in (State.INTENSIFYING, State.HOLDING, State.EASING):
            return ""
        days = [as_of]
        if indicator.kind == "series":
            combinations = read_series_robustness(self._series(indicator), days, _series_rule(indicator))
        elif indicator.kind == "rate" and indicator.window_days:
            events = self._matching(indicator)
            combinations = read_rate_robustness(events, days, self.event_cover, _rate_rule(indicator))
        else:
            return ""
        result = read_robustness(pd.Series([str(state)], index=combinations.index), combinations).iloc[0]
        return f"{result['same_count']} of {result['measurable_count']}"

    def _find_evidence(self, indicator: Indicator, as_of: date, state: State) -> dict[str, Any]:
        if state in (State.NOT_LOOKED, State.CANNOT_SEE):
            return {}
        if indicator.kind == "series":
            window = _series_rule(indicator).window_days
            days = self._frames.activity.date
            inside = days[(days <= pd.Timestamp(as_of)) & (days > pd.Timestamp(as_of) - pd.Timedelta(days=window))]
            return {"days": tuple(day.date() for day in inside)}
        if not indicator.events:
            return {}
        flags = match_any(indicator.events + indicator.ends, self._events)
        if indicator.kind == "share":
            flags &= match_any(indicator.among, self._events)
        events = self._events[flags]
        dated = build_event_days(events.occurred_date, events.reported_date)
        window, baseline = self._find_windows(indicator, as_of)
        is_recent, is_baseline = select_in_windows(dated, as_of, window, baseline)
        return {
            "event_ids": tuple(events.event_id[is_recent]),
            "baseline_event_ids": tuple(events.event_id[is_baseline]),
        }

    def _find_windows(self, indicator: Indicator, as_of: date) -> tuple[int, int]:
        """Days of the recent and the baseline window on a day; no baseline for kinds that have none."""
        start = indicator.window_since or indicator.since or self.event_cover.first_date or as_of
        window = indicator.window_days or max((as_of - start).days + 1, 0)
        return window, indicator.baseline_days or 0


def _votes(rule: ClaimRule) -> dict[str, dict[str, State]]:
    return {indicator.indicator_id: indicator.vote_of for indicator in rule.indicators}


def _explain_since(row: Any) -> str:
    if row.state == State.TOO_FEW:
        return f"{row.baseline_count:.0f} events in the baseline, 5 needed"
    return f"ratio {row.ratio:.2f}, 90% interval {row.low:.2f} to {row.high:.2f}"


def _rate_rule(indicator: Indicator) -> RateRule:
    return RateRule(indicator.window_days or 0, indicator.baseline_days or 0)


def _series_rule(indicator: Indicator) -> SeriesRule:
    default = SeriesRule()
    return SeriesRule(
        window_days=indicator.window_days or default.window_days,
        baseline_days=indicator.baseline_days or default.baseline_days,
    )


# Where `recent`, `baseline` and `ratio` of a reading stand in the history of its kind.
_NUMBERS: dict[str, tuple[str, str, str]] = {
    "series": ("recent", "baseline", "ratio"),
    "rate": ("recent_count", "baseline_count", "ratio"),
    "share": ("recent_share", "baseline_share", "odds_ratio"),
    "distinct": ("distinct_count", "baseline", "ratio"),
    "occurrence": ("event_count", "", ""),
    "listed": ("event_count", "", ""),
    "positions": ("event_count", "", ""),
    "recency": ("days_since", "typical_gap_days", ""),
}


def _pick_numbers(kind: str, row: pd.Series) -> dict[str, Any]:
    """The numbers of a row of history by the names of IndicatorReading; None for what is missing or infinite."""

    def read(column: str) -> float | None:
        value = row[column] if column and column in row else None
        return float(value) if pd.notna(value) and np.isfinite(value) else None

    names = dict(zip(("recent", "baseline", "ratio"), _NUMBERS.get(kind, ("", "", "")), strict=True))
    numbers: dict[str, Any] = {name: read(column) for name, column in names.items()}
    numbers |= {name: read(name) for name in ("percentile", "recent_share", "baseline_share", "typical_gap_days")}
    for name in ("recent_total", "baseline_total", "days_since"):
        value = read(name)
        numbers[name] = None if value is None else int(value)
    if "low" in row and pd.notna(row["low"]):
        numbers["interval"] = (float(row["low"]), float(row["high"]))
    last = next((row[c] for c in ("last_date", "since_date") if c in row and pd.notna(row[c])), None)
    numbers["last_date"] = None if last is None else pd.Timestamp(last).date()
    return numbers
