"""How high the acts between two states have climbed: the highest severity in a window, each way, with the events.

Pure: reads frames of acts and of their counts. Acts that name no addressee, or both states on one side, are not
between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

STEP_COLUMNS = ["event_id", "occurred_date", "initiator", "target", "severity", "title"]


@dataclass(frozen=True)
class LadderSide:
    """What one state did to the other: its acts, oldest first, and on each day the highest severity of the window.

    `peaks` is NaN where the window holds no act: unknown or none, never a severity of nought. `acts` may be the latest
    of more; `act_count` and `window_count` are of all, since the first day shown and in the last window.
    """

    initiator: str
    target: str
    acts: pd.DataFrame
    act_count: int
    window_count: int
    peaks: pd.Series[float]

    @property
    def latest_peak(self) -> int | None:
        """The highest severity of the window that ends on the last day."""
        last = self.peaks.iloc[-1] if len(self.peaks) else float("nan")
        return None if pd.isna(last) else int(last)


def build_side(
    pair: tuple[str, str], acts: pd.DataFrame, days: pd.DataFrame, first: date, last: date, window_days: int
) -> LadderSide:
    """One side of a pair, the first state's acts on the second, from the first day to the last.

    `acts` are those of the days shown, and `days` the counts of `Queries.count_act_days`, which should reach back one
    window before the first day, else the first windows see less. Windows are (t - window_days, t].
    """
    known = days.set_index("occurred_date")[: str(last)]
    span = pd.date_range(first - timedelta(days=window_days), last)
    peaks = known.max_severity.astype("float64").reindex(span).rolling(window_days, min_periods=1).max()
    window = known.event_count[str(last - timedelta(days=window_days - 1)) :]
    return LadderSide(
        *pair,
        acts[STEP_COLUMNS].reset_index(drop=True),
        int(known.event_count[str(first) :].sum()),
        int(window.sum()),
        peaks[str(first) :],
    )
