"""What an indicator and a claim read on one day, as plain data. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tension.readings import ClaimState, Mark, State
from tension.records.claims import ClaimRule, Indicator

Span = tuple[date, date]
# One mark per indicator in a strip; HOLLOW_SIGN stands for ■ where only a large rise could have been seen.
MARK_SIGNS: dict[Mark, str] = {Mark.UP: "▲", Mark.LEVEL: "■", Mark.DOWN: "▼", Mark.UNREAD: "○", Mark.ABSENT: "◇"}
HOLLOW_SIGN = "□"


@dataclass(frozen=True)
class Windows:
    """The first and last day of what a reading looks at, and of what it is held against; None where there is none."""

    recent: Span | None = None
    baseline: Span | None = None


NO_WINDOWS = Windows()


# A rise that is seen only from more than this many times the usual on leaves smaller ones unseen: level isn't quiet.
HOLLOW_TIMES = 2.0


@dataclass(frozen=True)
class Visible:
    """What a count could have shown on a day, all else unchanged.

    `up_count` is the smallest that would read up, `down_count` the largest that would read down (None where not even
    none would), `usual` what the baseline leads to expect.
    """

    up_count: int
    down_count: int | None
    usual: float

    @property
    def times(self) -> float:
        """How many times the usual it takes to read up."""
        return self.up_count / self.usual if self.usual else float("inf")


@dataclass(frozen=True)
class IndicatorReading:
    """One indicator on one day. Numbers are None where they can't be given; `reason` says why the state is what it is.

    `mark` is what the state comes to beside other indicators, None for an indicator that is for reading only.

    `event_ids` (or `days`, those reported, or `periods`) are what is behind `recent`, `baseline_event_ids` (or
    `baseline_periods`) what is behind `baseline`;
    `windows` are the days that both were looked for in. `robustness` is 'k of n', '' where nothing was chosen.
    """

    claim_id: str
    part_id: str
    indicator: Indicator
    as_of: date
    state: State
    mark: Mark | None
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
    visible: Visible | None = None
    robustness: str = ""
    event_ids: tuple[str, ...] = ()
    baseline_event_ids: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    periods: tuple[Span, ...] = ()
    baseline_periods: tuple[Span, ...] = ()

    @property
    def is_hollow(self) -> bool:
        """Level, and only more than HOLLOW_TIMES the usual could have been seen to rise."""
        return self.mark == Mark.LEVEL and self.visible is not None and self.visible.times > HOLLOW_TIMES


@dataclass(frozen=True)
class ClaimReading:
    """A claim on one day: its word, and each indicator in the order of its parts."""

    rule: ClaimRule
    as_of: date
    state: ClaimState
    indicators: tuple[IndicatorReading, ...]

    @property
    def marked(self) -> tuple[IndicatorReading, ...]:
        """The indicators that have a mark: all but those for reading only and those that can never be seen."""
        return tuple(reading for reading in self.indicators if reading.mark is not None)

    @property
    def lead(self) -> IndicatorReading:
        """The indicator that stands for the claim where there is room for one."""
        return next(r for r in self.indicators if r.indicator == self.rule.lead)

    def count(self, *marks: Mark) -> int:
        """How many indicators have one of these marks."""
        return sum(reading.mark in marks for reading in self.indicators)
