"""Days of an official count summed by the month, each month against the twelve before it. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

BEFORE_MONTHS = 12
# A mean of fewer months would be one season against a year.
_LEAST_MONTHS = 10
COLUMNS = ("month", "total", "day_count", "is_whole", "mean_before", "ratio", "percentile")


def sum_months(days: pd.DataFrame, breaks: Iterable[date] = ()) -> pd.DataFrame:
    """One row for every calendar month from the first to the last day, oldest first.

    `days`: date and value, one row a day; a day without a row isn't stated. total: the sum of the month; is_whole: each
    of its days is stated. mean_before: the mean total of the whole months among the 12 before, at least 10, none of
    them before a break. ratio: total over it, for whole months. percentile: mid-rank of the total among those months.
    """
    if days.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    grouped = days.groupby(days.date.dt.to_period("M")).value
    totals, counted = grouped.sum(), grouped.count()
    months = pd.period_range(totals.index.min(), totals.index.max(), freq="M")
    frame = pd.DataFrame({"month": months, "total": totals.reindex(months).to_numpy()})
    frame["day_count"] = counted.reindex(months, fill_value=0).to_numpy()
    frame["is_whole"] = frame.day_count == months.days_in_month
    starts = sorted(pd.Period(day, "M") + int(day.day > 1) for day in breaks)
    compared = [_compare(frame, number, starts) for number in range(len(frame))]
    frame[["mean_before", "ratio", "percentile"]] = np.array(compared, dtype=np.float64).reshape(-1, 3)
    return frame[list(COLUMNS)]


def _compare(frame: pd.DataFrame, number: int, starts: list[pd.Period]) -> tuple[float, float, float]:
    nothing = (np.nan, np.nan, np.nan)
    month = frame.month[number]
    regime = max((start for start in starts if start <= month), default=None)
    before = frame.iloc[max(number - BEFORE_MONTHS, 0) : number]
    before = before[before.is_whole & (before.month >= regime if regime is not None else True)]
    if not frame.is_whole[number] or len(before) < _LEAST_MONTHS:
        return nothing
    total, mean = float(frame.total[number]), float(before.total.mean())
    below, equal = float((before.total < total).sum()), float((before.total == total).sum())
    ratio = total / mean if mean > 0 else np.nan
    return mean, ratio, 100 * (below + equal / 2) / len(before)
