"""Attention: how much of the press a risk has, as z-scores of the Geopolitical Risk index. Not a measure of events.

Source of the index: Caldara and Iacoviello, "Measuring Geopolitical Risk", AER 112(4), 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from tension.readings import find_month_to_read, read_zscores

GPR_COLUMNS: dict[str, str] = {
    "gpr": "World",
    "gprt": "World: threats",
    "gpra": "World: acts",
    "gprc_chn": "China",
    "gprc_twn": "Taiwan",
    "gprc_phl": "Philippines",
    "gprc_jpn": "Japan",
    "gprc_usa": "United States",
    "gprc_kor": "South Korea",
    "gprc_vnm": "Vietnam",
    "gprc_ind": "India",
    "gprc_rus": "Russia",
}
# The series that stands beside each claim; the region-wide claims have the world's Threats and Acts.
CLAIM_SERIES: dict[str, tuple[str, ...]] = {
    "taiwan": ("gprc_twn", "gprc_chn"),
    "south-china-sea": ("gprc_phl", "gprc_vnm", "gprc_chn"),
    "nuclear-posture": ("gprc_rus", "gprt"),
    "military-channels": ("gprc_usa", "gprc_chn"),
    "managed-friction": ("gprt", "gpra"),
    "allies-adapt": ("gprc_jpn", "gprc_phl", "gprc_ind"),
}


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
        readings.append(AttentionReading(column, GPR_COLUMNS[column], month.start_time.date(), value, z, state))
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
