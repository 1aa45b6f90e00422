"""Single days of a daily count that stand out of the year before them, whatever its mean does. No I/O, no store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tension.readings.day_counts import as_date, as_day_number, as_index
from tension.readings.series import DailySeries
from tension.readings.states import Floats


@dataclass(frozen=True, slots=True)
class SurgeRule:
    """Windows in days; `coverage` is the share of the reference that must be reported, `percentile` its bound."""

    window_days: int = 14
    reference_days: int = 365
    percentile: float = 99.0
    coverage: float = 0.8


DEFAULT_SURGE_RULE = SurgeRule()


@dataclass(frozen=True, slots=True)
class Surge:
    """A day above the bound, its count, and the last day before it that was as high.

    `last_as_high` is None where none was since `first_date`, the first day of the count as it is defined now.
    """

    day: date
    value: float
    bound: float
    last_as_high: date | None
    first_date: date


def read_surge_bounds(series: DailySeries, rule: SurgeRule = DEFAULT_SURGE_RULE) -> pd.Series:
    """For every day of a series, the percentile of the `reference_days` before its last `window_days`.

    Linear between ranks (numpy's default). What lies before the definition break that begins a day's regime isn't
    looked at; NaN where fewer than `coverage` of the reference days are reported.
    """
    if not len(series):
        return pd.Series(dtype=np.float64, index=as_index(np.zeros(0, dtype=np.int64)))
    values = list_values(series)
    lead = rule.reference_days + rule.window_days
    padded = np.concatenate([np.full(lead, np.nan), values])
    # Row t holds the days t - lead + 1 to t; the reference is all of them but the window.
    past = np.lib.stride_tricks.sliding_window_view(padded[1:], lead)[:, : rule.reference_days]
    ages = np.arange(lead - 1, rule.window_days - 1, -1)
    is_used = ages <= (np.arange(len(series)) - series.regime_starts)[:, None]
    ranked = np.sort(np.where(is_used, past, np.nan), axis=1)
    numbers = np.isfinite(ranked).sum(axis=1)
    place = np.maximum(numbers - 1, 0) * rule.percentile / 100
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(numbers - 1, 0))
    rows = np.arange(len(series))
    bounds = ranked[rows, below] + (place - below) * (ranked[rows, above] - ranked[rows, below])
    is_enough = numbers >= rule.coverage * rule.reference_days - 1e-9
    return pd.Series(np.where(is_enough, bounds, np.nan), index=as_index(series.first_day + rows))


def find_surge(series: DailySeries, as_of: date, rule: SurgeRule = DEFAULT_SURGE_RULE) -> Surge | None:
    """The highest of the last `window_days` that is above the bound of a day; the later of two that are alike.

    None where no day is, or where the series doesn't cover the day or has no bound there.
    """
    position = as_day_number(as_of) - series.first_day
    if not 0 <= position < len(series):
        return None
    start, values = int(series.regime_starts[position]), list_values(series)
    first = max(position - rule.window_days + 1, start)
    turn = position - rule.window_days + 1
    reference = values[max(turn - rule.reference_days, start) : max(turn, start)]
    reference = reference[np.isfinite(reference)]
    if len(reference) < rule.coverage * rule.reference_days - 1e-9:
        return None
    bound = float(np.percentile(reference, rule.percentile))
    window = np.where(np.isfinite(values), values, -np.inf)[first : position + 1]
    if not len(window) or not window.max() > bound:
        return None
    found = first + len(window) - 1 - int(window[::-1].argmax())
    as_high = np.flatnonzero(values[start:found] >= values[found])
    return Surge(
        day=as_date(series.first_day + found),
        value=float(values[found]),
        bound=bound,
        last_as_high=as_date(series.first_day + start + int(as_high[-1])) if len(as_high) else None,
        first_date=as_date(series.first_day + start),
    )


def list_values(series: DailySeries) -> Floats:
    """The count of every day, NaN where none is reported."""
    return np.where(series.is_reported, series.numerators, np.nan)
