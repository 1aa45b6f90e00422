"""What an indicator and a claim read on one day, as plain data. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tension.readings import Flip, State
from tension.records.claims import ClaimRule, Indicator

Span = tuple[date, date]


@dataclass(frozen=True)
class Windows:
    """The first and last day of what a reading looks at, and of what it is held against; None where there is none."""

    recent: Span | None = None
    baseline: Span | None = None


NO_WINDOWS = Windows()


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
