"""Monthly indices as z-scores against their own trailing months. Absent months say 'not loaded', never zero."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.errors import BadInput
from tension.readings.states import State


def read_zscores(
    months: Iterable[Any],
    values: npt.ArrayLike,
    *,
    reference_months: int = 60,
    coverage: float = 0.8,
    through: date | str | None = None,
) -> pd.DataFrame:
    """z = (value - mean) / sd over the `reference_months` calendar months before the month, the month itself excluded.

    sd is the sample's (ddof 1). `coverage` of the reference months must be there, else z is NaN and the state
    'insufficient', as it is for an index that never moved. One row per calendar month from the first given to `through`
    (default: the last given), a PeriodIndex; a month without a value is 'not loaded'. Returns value, mean, sd (units of
    the index), z, reference_count, state ('' where z can be read: attention has no direction of its own).
    """
    series = _as_months(months, values, through)
    past = series.shift(1).rolling(reference_months, min_periods=max(int(np.ceil(coverage * reference_months)), 2))
    mean, sd = past.mean(), past.std(ddof=1)
    z = (series - mean) / sd.where(sd > 1e-12)
    states = np.select([series.isna(), z.isna()], [State.NOT_LOADED.value, State.INSUFFICIENT.value], "")
    count = series.shift(1).rolling(reference_months, min_periods=0).count().astype(np.int64)
    return pd.DataFrame(
        {"value": series, "mean": mean, "sd": sd, "z": z, "reference_count": count, "state": states.astype(object)}
    )


def _as_months(months: Iterable[Any], values: npt.ArrayLike, through: date | str | None) -> pd.Series:
    numbers = np.asarray(values, dtype=np.float64)
    index = pd.PeriodIndex([pd.Period(month, freq="M") for month in months], freq="M", name="month")
    if len(index) != len(numbers) or index.has_duplicates:
        raise BadInput("months", f"{len(index)} for {len(numbers)} values", "one value per month, each month once")
    if not len(index):
        return pd.Series(numbers, index=index)
    last = max(index.max(), pd.Period(through, freq="M")) if through is not None else index.max()
    calendar = pd.period_range(index.min(), last, freq="M", name="month")
    return pd.Series(numbers, index=index).reindex(calendar)


def find_month_to_read(as_of: date | str) -> pd.Period:
    """The last month that was complete on the as-of day (that day included): its month-end is not after it."""
    day = pd.Timestamp(as_of).normalize()
    month = day.to_period("M")
    return month if day == month.end_time.normalize() else month - 1
