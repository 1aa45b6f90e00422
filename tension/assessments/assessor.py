"""What each indicator and claim says on any day, from what was reported by then. Nothing here predicts.

The numbers come from tension/assessments/histories.py; this joins them to claims, adds what stands behind them, and
keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tension.assessments.histories import NO_WINDOWS, Histories, RecordFrames, Span, Windows, build_series_rule
from tension.assessments.variations import describe_robustness, read_variations
from tension.errors import BadInput
from tension.readings import DIRECTIONS, Cover, DailySeries, Flip, State, find_flips, read_claim_states, read_series
from tension.readings.day_counts import as_date
from tension.records.claims import ClaimRule, Indicator

# The columns of events that matching and reading need.
EVENT_COLUMNS = (
    "event_id occurred_date reported_date title summary region location latitude longitude geo_precision actors "
    "initiator target category cameo_root quad_class severity tags episode us_china_military_contact figures"
).split()


# Readings that are kept: the article's day is asked for with every other.
_MOST_READINGS = 240


@dataclass(frozen=True)
class IndicatorReading:
    """One indicator on one day. Numbers are None where they can't be given; `reason` says why the state is what it is.

    `event_ids` (or `days`, those reported) are what is behind `recent`, `baseline_event_ids` what is behind `baseline`;
    `windows` are the days that both were looked for in. `robustness` is 'k of n', '' where nothing was chosen.
    """

    claim_id: str
    part_id: str
    indicator: Indicator
    as_of: date
    state: State
    reason: str
    source_end_date: date | None
    windows: Windows = NO_WINDOWS
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

    @property
    def vote(self) -> State | None:
        """What the state says for the claim; None where it has no vote."""
        return self.indicator.vote_of.get(self.state)


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

    @property
    def lead(self) -> IndicatorReading:
        """The indicator that stands for the claim where there is room for one."""
        return next(r for r in self.indicators if r.indicator == self.rule.lead)


class Assessor:
    """Readings of all claims over one state of the record. Histories are computed once and kept."""

    def __init__(self, rules: Sequence[ClaimRule], frames: RecordFrames) -> None:
        self.rules = tuple(rules)
        self.histories = Histories(frames)
        self._kept: dict[str, pd.DataFrame] = {}
        self._readings: dict[tuple[str, date, bool], ClaimReading] = {}

    @property
    def event_cover(self) -> Cover:
        """The days that the curated events cover."""
        return self.histories.event_cover

    @property
    def days(self) -> pd.DatetimeIndex:
        """Every day from the start of the record to the end of the source that reaches furthest."""
        return self.histories.days

    def find_rule(self, claim_id: str) -> ClaimRule:
        """How a claim is looked at; BadInput lists the claims."""
        for rule in self.rules:
            if rule.claim_id == claim_id:
                return rule
        raise BadInput("claim", claim_id, (rule.claim_id for rule in self.rules))

    def find_indicator(self, indicator_id: str) -> tuple[ClaimRule, str, Indicator]:
        """An indicator with its claim and part_id; BadInput lists the indicators."""
        for rule, part_id, indicator in self._all():
            if indicator.indicator_id == indicator_id:
                return rule, part_id, indicator
        raise BadInput("indicator", indicator_id, (indicator.indicator_id for _, _, indicator in self._all()))

    def read_history(self, indicator_id: str) -> pd.DataFrame:
        """An indicator on every day: state, reason, and the numbers of its kind, indexed by as-of day."""
        if indicator_id not in self._kept:
            self._kept[indicator_id] = self.histories.compute(self.find_indicator(indicator_id)[2], self.days)
        return self._kept[indicator_id]

    def read_states(self, claim_id: str) -> pd.DataFrame:
        """The state of every indicator of a claim on every day, one column each."""
        rule = self.find_rule(claim_id)
        return pd.DataFrame({i.indicator_id: self.read_history(i.indicator_id)["state"] for i in rule.indicators})

    def read_claim_history(self, claim_id: str) -> pd.DataFrame:
        """A claim on every day: state, agree_count, measurable_count and the rest of `read_claim_states`."""
        return read_claim_states(self.read_states(claim_id), _votes(self.find_rule(claim_id)))

    def read(self, as_of: date) -> tuple[ClaimReading, ...]:
        """All claims on one day, with the evidence behind each indicator."""
        return tuple(self.read_claim(rule.claim_id, as_of) for rule in self.rules)

    def read_claim(self, claim_id: str, as_of: date, *, is_brief: bool = False) -> ClaimReading:
        """One claim on one day; a brief reading has interval, robustness and evidence for its lead indicator alone."""
        wanted = (claim_id, as_of, is_brief)
        if wanted not in self._readings:
            if len(self._readings) >= _MOST_READINGS:
                self._readings.clear()
            self._readings[wanted] = self._read_claim(self.find_rule(claim_id), as_of, is_brief)
        return self._readings[wanted]

    def _read_claim(self, rule: ClaimRule, as_of: date, is_brief: bool) -> ClaimReading:
        readings = tuple(
            self.read_indicator(
                rule.claim_id, part.part_id, indicator, as_of, is_brief=is_brief and indicator != rule.lead
            )
            for part in rule.parts
            for indicator in part.indicators
        )
        states = {r.indicator.indicator_id: str(r.state) for r in readings}
        result = read_claim_states(pd.DataFrame([states]), _votes(rule)).iloc[0]
        with_vote = {r.indicator.indicator_id: str(r.state) for r in readings if r.indicator.vote_of}
        return ClaimReading(
            rule=rule,
            as_of=as_of,
            state=State(result["state"]),
            agree_count=int(result["agree_count"]),
            measurable_count=int(result["measurable_count"]),
            has_majority=bool(result["has_majority"]),
            indicators=readings,
            flips=find_flips(with_vote, _votes(rule)),
        )

    def read_indicator(
        self, claim_id: str, part_id: str, indicator: Indicator, as_of: date, *, is_brief: bool = False
    ) -> IndicatorReading:
        """One indicator on one day; a brief reading leaves out interval of series, robustness and evidence."""
        row = self._read_row(indicator, as_of)
        state = State(row["state"])
        more: dict[str, Any] = _pick_numbers(indicator.kind, row)
        if not is_brief:
            more |= self._find_evidence(indicator, as_of, state)
            more["robustness"] = describe_robustness(state, self._read_variations(indicator, as_of, state))
        return IndicatorReading(
            claim_id=claim_id,
            part_id=part_id,
            indicator=indicator,
            as_of=as_of,
            state=state,
            reason=str(row["reason"]),
            source_end_date=self._find_source_end(indicator),
            **more,
        )

    def find_fed(self, event_id: str) -> list[tuple[ClaimRule, str, Indicator]]:
        """Every (claim, part, indicator) that counts this event on some day."""
        histories = self.histories
        is_event = (histories.events.event_id == event_id).to_numpy()
        return [
            (rule, part_id, indicator)
            for rule, part_id, indicator in self._all()
            if (histories.match(indicator.events + indicator.among + indicator.ends) & is_event).any()
        ]

    def find_event_ids(self, indicator: Indicator, as_of: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The events behind the recent and the baseline window of an indicator on a day, by what was known then."""
        if not indicator.events:
            return (), ()
        histories, windows = self.histories, self.histories.find_windows(indicator, as_of)
        flags, ids = histories.match_evidence(indicator) & histories.find_known(as_of), histories.events.event_id
        recent, baseline = (tuple(ids[flags & histories.find_inside(s)]) for s in (windows.recent, windows.baseline))
        return recent, baseline

    def find_role(self, indicator: Indicator, event_id: str, as_of: date) -> str:
        """The part an event has in an indicator on a day: which window it is in, or why it isn't in one.

        'in the total only' is an event that a share is a share of, and not part of what is counted.
        """
        histories = self.histories
        is_event = (histories.events.event_id == event_id).to_numpy()
        if not (histories.find_known(as_of) & is_event).any():
            return "reported later"
        windows = histories.find_windows(indicator, as_of)
        is_counted = (histories.match_evidence(indicator) & is_event).any()
        for name, span in (("recent", windows.recent), ("baseline", windows.baseline)):
            if (histories.find_inside(span) & is_event).any():
                return name if is_counted else f"{name}, in the total only"
        return "outside the windows"

    def _all(self) -> list[tuple[ClaimRule, str, Indicator]]:
        return [
            (rule, part.part_id, indicator)
            for rule in self.rules
            for part in rule.parts
            for indicator in part.indicators
        ]

    def _read_row(self, indicator: Indicator, as_of: date) -> pd.Series:
        day = pd.Timestamp(as_of)
        if len(self.days) and self.days[0] <= day <= self.days[-1]:
            return self.read_history(indicator.indicator_id).iloc[int((day - self.days[0]).days)]
        return self.histories.compute(indicator, pd.DatetimeIndex([day])).iloc[0]

    def _find_source_end(self, indicator: Indicator) -> date | None:
        if indicator.kind == "series":
            return self.histories.build_series(indicator).cover.last_date
        return None if indicator.kind == "cannot_see" else self.event_cover.last_date

    def _read_variations(self, indicator: Indicator, as_of: date, state: State) -> list[str]:
        return read_variations(self.histories, indicator, as_of) if state in DIRECTIONS else []

    def _find_evidence(self, indicator: Indicator, as_of: date, state: State) -> dict[str, Any]:
        if state in (State.NOT_LOOKED, State.CANNOT_SEE):
            return {}
        if indicator.kind == "series":
            return self._find_series_evidence(indicator, as_of, state)
        recent, baseline = self.find_event_ids(indicator, as_of)
        windows = self.histories.find_windows(indicator, as_of)
        return {"windows": windows, "event_ids": recent, "baseline_event_ids": baseline}

    def _find_series_evidence(self, indicator: Indicator, as_of: date, state: State) -> dict[str, Any]:
        series = self.histories.build_series(indicator)
        reading = read_series(series, as_of, build_series_rule(indicator))
        span = reading.recent_window
        numbers: dict[str, Any] = {
            "windows": Windows(span, reading.baseline_window),
            "days": _list_reported(series, span) if span else (),
        }
        return numbers | ({"interval": (reading.low, reading.high)} if state in DIRECTIONS else {})


def _list_reported(series: DailySeries, span: Span) -> tuple[date, ...]:
    first = (span[0] - as_date(series.first_day)).days
    days = range((span[1] - span[0]).days + 1)
    return tuple(span[0] + timedelta(days=n) for n in days if series.is_reported[first + n])


def _votes(rule: ClaimRule) -> dict[str, dict[str, State]]:
    return {indicator.indicator_id: indicator.vote_of for indicator in rule.indicators}


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


__all__ = [
    "EVENT_COLUMNS",
    "Assessor",
    "ClaimReading",
    "IndicatorReading",
    "RecordFrames",
]
