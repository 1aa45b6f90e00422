"""How high the acts between two states have climbed: the highest severity in a window, each way, with the events.

Pure: reads a frame of events. Acts that name no addressee, or both states on one side, are not between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

STEP_COLUMNS = ["event_id", "occurred_date", "initiator", "target", "severity", "title"]


@dataclass(frozen=True)
class LadderSide:
    """What one state did to the other: its acts, oldest first, and on each day the highest severity of the window.

    `peaks` is NaN where the window holds no act: unknown or none, never a severity of nought.
    """

    initiator: str
    target: str
    acts: pd.DataFrame
    peaks: pd.Series[float]

    @property
    def latest_peak(self) -> int | None:
        """The highest severity of the window that ends on the last day."""
        last = self.peaks.iloc[-1] if len(self.peaks) else float("nan")
        return None if pd.isna(last) else int(last)

    def list_peak_acts(self, window_days: int) -> pd.DataFrame:
        """The acts of the last window that reach its highest severity, newest first."""
        if self.latest_peak is None:
            return self.acts.iloc[0:0]
        opens = self.peaks.index[-1] - pd.Timedelta(days=window_days)
        is_peak = (self.acts.occurred_date > opens) & (self.acts.severity == self.latest_peak)
        inside: pd.DataFrame = self.acts[is_peak]
        return inside.iloc[::-1]


def build_ladder(
    events: pd.DataFrame, pair: tuple[str, str], first: date, last: date, window_days: int
) -> tuple[LadderSide, LadderSide]:
    """Both sides of a pair, over the days from first to last; windows are (t - window_days, t].

    `events` should reach back one window before the first day, else the first windows see less.
    """
    one, other = pair
    return (
        _build_side(events, one, other, first, last, window_days),
        _build_side(events, other, one, first, last, window_days),
    )


def _build_side(
    events: pd.DataFrame, initiator: str, target: str, first: date, last: date, window_days: int
) -> LadderSide:
    is_side = (events.initiator == initiator) & (events.target == target) & events.severity.notna()
    acts = events[is_side & (events.occurred_date <= pd.Timestamp(last))]
    acts = acts.sort_values(["occurred_date", "event_id"])[STEP_COLUMNS].reset_index(drop=True)
    days = pd.date_range(first - timedelta(days=window_days), last)
    highest = acts.groupby("occurred_date").severity.max().astype("float64").reindex(days)
    peaks = highest.rolling(window_days, min_periods=1).max()[str(first) :]
    return LadderSide(initiator, target, acts, peaks)
