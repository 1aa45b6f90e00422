"""Attention: how much of the press a risk has, as z-scores of the GPR index and of GDELT. Not a measure of events.

Source of the index: Caldara and Iacoviello, "Measuring Geopolitical Risk", AER 112(4), 2022.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tension.readings import State, find_month_to_read, read_zscores
from tension.records.vocab import GPR_SERIES, Region

SHARE_COLUMN, SHARE_LABEL = "gdelt_share", "share of GDELT"
SHARE_REFERENCE_MONTHS, SHARE_COVERAGE, MONTH_COVERAGE = 24, 0.5, 0.8


@dataclass(frozen=True)
class AttentionReading:
    """The z-score of one index in the last month that had ended; `z` is None with `state` saying why."""

    column: str
    label: str
    month: date
    value: float | None
    z: float | None
    state: str


def read_attention(gpr: pd.DataFrame, columns: tuple[str, ...], as_of: date) -> tuple[AttentionReading, ...]:
    """One reading per column: z against the 60 months before; 'not loaded' beyond the end of the file."""
    month = find_month_to_read(as_of)
    readings = []
    for column in columns:
        state, value, z = "not loaded", None, None
        if len(gpr) and column in gpr:
            scores = read_zscores(gpr.month, gpr[column], through=month.end_time.date())
            found = scores[scores.index == month]
            if len(found):
                row = found.iloc[0]
                state = str(row["state"])
                value = float(row["value"]) if pd.notna(row["value"]) else None
                z = float(row["z"]) if pd.notna(row["z"]) else None
        readings.append(AttentionReading(column, GPR_SERIES[column], month.start_time.date(), value, z, state))
    return tuple(readings)


def read_latest_attention(gpr: pd.DataFrame, columns: tuple[str, ...], as_of: date) -> tuple[AttentionReading, ...]:
    """The readings of the last month that had ended by a day and that the file holds; empty where it holds none."""
    held = [c for c in columns if len(gpr) and c in gpr]
    if not held:
        return ()
    ended = gpr[gpr.month + pd.offsets.MonthEnd(0) <= pd.Timestamp(as_of)].dropna(subset=held, how="all")
    if ended.empty:
        return ()
    return read_attention(gpr, columns, (ended.month.iloc[-1] + pd.offsets.MonthEnd(0)).date())


def read_gdelt_share(days: pd.DataFrame, as_of: date, regions: Sequence[Region] = ()) -> AttentionReading:
    """The share of these regions (none: all) in the reporting that GDELT coded in the last ended month, as a z-score.

    `days` is what `Queries.count_reporting` gives. A month is read when 80% of its days were loaded; z is against the
    24 months before, of which 12 are needed. Without rows of the month 'not loaded', never zero. Value: a fraction.
    """
    month = find_month_to_read(as_of)
    value, z, state = None, None, State.NOT_LOADED.value
    shares = _build_monthly_shares(days, [region.value for region in regions or Region])
    if shares:
        scores = read_zscores(
            list(shares), list(shares.values()), reference_months=SHARE_REFERENCE_MONTHS, coverage=SHARE_COVERAGE
        )
        found = scores[scores.index == month]
        if len(found):
            row = found.iloc[0]
            value = float(row["value"]) if pd.notna(row["value"]) else None
            z = float(row["z"]) if pd.notna(row["z"]) else None
            state = str(row["state"])
    return AttentionReading(SHARE_COLUMN, SHARE_LABEL, month.start_time.date(), value, z, state)


def _build_monthly_shares(days: pd.DataFrame, columns: list[str]) -> dict[pd.Period, float]:
    """The share per month; NaN where too few of its days were loaded."""
    months = pd.PeriodIndex(pd.to_datetime(days["date"]), freq="M")
    shares: dict[pd.Period, float] = {}
    for month, loaded in days.groupby(months):
        period = pd.Period(str(month), freq="M")
        is_covered = len(loaded) >= MONTH_COVERAGE * period.days_in_month and loaded.row_count.sum() > 0
        event_count = int(loaded[columns].to_numpy().sum())
        shares[period] = event_count / loaded.row_count.sum() if is_covered else math.nan
    return shares
