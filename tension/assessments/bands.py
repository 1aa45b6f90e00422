"""An indicator's curve: its value on every day, what it is held against, and the band that would read 'holding'.

Made from the histories that tension/assessments/assessor.py keeps; owns no reading and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tension.assessments.histories import build_rate_rule, build_series_rule
from tension.readings import State
from tension.readings.rates import find_rate_intervals
from tension.readings.states import Floats, Ints
from tension.records.claims import Indicator
from tension.words import format_day

TRACK_COLUMNS = ["value", "baseline", "low", "high", "state"]
_LEVEL = 0.9


@dataclass(frozen=True)
class TrackWords:
    """What the curve, the line it is held against and the band are; '' where there is none. `is_share`: 0 to 1."""

    value: str
    baseline: str = ""
    band: str = ""
    is_share: bool = False
    is_whole: bool = False


def build_track(history: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """TRACK_COLUMNS on the days of a history (units of the indicator; NaN where there is no number).

    The band is what the value could be, all else unchanged, and still read 'holding': for series and distinct counts
    0.8 to 1.2 times the baseline (their ratio bounds alone), for rates and shares every count whose 90% interval holds
    1. For days since an event it is what is no longer than the typical gap.
    """
    frame = pd.DataFrame(np.nan, index=history.index, columns=TRACK_COLUMNS[:-1])
    frame["state"] = history["state"]
    draw = _DRAWN.get(indicator.kind)
    if draw is not None and len(history):
        value, baseline, low, high = draw(history, indicator)
        frame["value"], frame["baseline"], frame["low"], frame["high"] = value, baseline, low, high
    is_read = ~history["state"].isin([State.NOT_LOOKED, State.CANNOT_SEE]).to_numpy()
    frame.loc[~is_read, TRACK_COLUMNS[:-1]] = np.nan
    return frame


def describe_track(indicator: Indicator) -> TrackWords:
    """The words for an indicator's curve."""
    window, baseline = indicator.window_days, indicator.baseline_days
    if indicator.kind == "series":
        rule = build_series_rule(indicator)
        return TrackWords(
            value=f"mean of {rule.window_days} days",
            baseline=f"mean of the {rule.baseline_days} days before",
            band=f"{rule.ratio_down:g} to {rule.ratio_up:g} times that mean",
            is_share=indicator.per is not None,
        )
    if indicator.kind == "rate":
        since = indicator.window_since
        span = f"since {format_day(since)}" if since else f"in {window} days"
        expected = f"expected from the {baseline} days before"
        return TrackWords(f"events {span}", expected, "counts that would read holding", is_whole=True)
    if indicator.kind == "share":
        before = f"share in the {baseline} days before"
        return TrackWords(f"share in {window} days", before, "shares that would read holding", is_share=True)
    return _OTHER_WORDS.get(indicator.kind, TrackWords("found so far", is_whole=True))


_OTHER_WORDS = {
    "distinct": TrackWords(
        "different places in the window", "mean of earlier days", "0.8 to 1.2 times that mean", is_whole=True
    ),
    "recency": TrackWords("days since the last", "typical gap", "no longer than the typical gap", is_whole=True),
    "in_force": TrackWords("in force (1) or not (0)", is_whole=True),
    "cannot_see": TrackWords(""),
}


def find_holding_counts(baseline_counts: Floats, recent_days: Floats, baseline_days: Floats) -> tuple[Floats, Floats]:
    """The smallest and the largest recent count whose 90% interval of the ratio holds 1, for each baseline."""
    rows = np.column_stack([baseline_counts, recent_days, baseline_days])
    distinct, position = np.unique(rows, axis=0, return_inverse=True)
    base, recent, before = (column[:, None] for column in distinct.T)
    most = int(np.ceil(np.max(base * recent / np.maximum(before, 1), initial=0) * 3)) + 30
    counts = np.arange(most + 1)[None, :]
    _, low, high = find_rate_intervals(counts, base, np.maximum(recent, 1), np.maximum(before, 1), _LEVEL)
    is_holding = (low <= 1) & (high >= 1)
    first, last = is_holding.argmax(axis=1), most - is_holding[:, ::-1].argmax(axis=1)
    return first[position.ravel()].astype(np.float64), last[position.ravel()].astype(np.float64)


def find_holding_shares(recent_totals: Ints, base_yes: Ints, base_no: Ints) -> tuple[Floats, Floats]:
    """The smallest and the largest recent share whose 90% interval of the odds ratio holds 1, for each baseline.

    The interval lies above 1 exactly where what was seen, or more, has a probability below 5% when both windows have
    the same odds (the hypergeometric law, Fisher 1935).
    """
    rows = np.column_stack([recent_totals, base_yes, base_no]).astype(np.int64)
    distinct, position = np.unique(rows, axis=0, return_inverse=True)
    total, yes, no = (column[:, None] for column in distinct.T)
    counts = np.arange(int(total.max(initial=0)) + 1)[None, :]
    law = stats.hypergeom(total + yes + no, yes + counts, total)
    tail = (1 - _LEVEL) / 2
    is_possible = counts <= total
    is_holding = is_possible & (law.sf(counts - 1) >= tail) & (law.cdf(counts) >= tail)
    first = is_holding.argmax(axis=1)
    last = counts.shape[1] - 1 - is_holding[:, ::-1].argmax(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = first / total[:, 0], last / total[:, 0]
    return low[position.ravel()], high[position.ravel()]


_Lines = tuple[Floats, Floats, Floats, Floats]


def _draw_series(history: pd.DataFrame, indicator: Indicator) -> _Lines:
    rule = build_series_rule(indicator)
    baseline = _floats(history, "baseline")
    return _floats(history, "recent"), baseline, baseline * rule.ratio_down, baseline * rule.ratio_up


def _draw_rate(history: pd.DataFrame, indicator: Indicator) -> _Lines:
    value, base = _floats(history, "recent_count"), _floats(history, "baseline_count")
    recent_days, baseline_days = _floats(history, "recent_days"), _floats(history, "baseline_days")
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = base * recent_days / baseline_days
    rule = build_rate_rule(indicator)
    # A window that the record covers in part only would look like a rise as it fills.
    value = np.where(recent_days >= rule.coverage * rule.window_days, value, np.nan)
    is_read = np.isfinite(expected) & (base >= rule.minimum_count)
    is_covered = (history["state"] != State.INSUFFICIENT).to_numpy()
    is_read &= is_covered
    low, high = np.full(len(history), np.nan), np.full(len(history), np.nan)
    if is_read.any():
        low[is_read], high[is_read] = find_holding_counts(base[is_read], recent_days[is_read], baseline_days[is_read])
    return value, np.where(is_covered, expected, np.nan), low, high


def _draw_share(history: pd.DataFrame, indicator: Indicator) -> _Lines:
    base, totals = _floats(history, "baseline_count"), _floats(history, "baseline_total")
    recent_totals = _floats(history, "recent_total")
    is_read = np.isfinite(recent_totals) & np.isfinite(totals) & (recent_totals > 0) & (totals > 0)
    is_covered = (history["state"] != State.INSUFFICIENT).to_numpy()
    is_read &= is_covered & (history["state"] != State.TOO_FEW).to_numpy()
    low, high = np.full(len(history), np.nan), np.full(len(history), np.nan)
    if is_read.any():
        low[is_read], high[is_read] = find_holding_shares(
            recent_totals[is_read].astype(np.int64),
            base[is_read].astype(np.int64),
            (totals - base)[is_read].astype(np.int64),
        )
    rule = build_rate_rule(indicator)
    is_full = _floats(history, "recent_days") >= rule.coverage * rule.window_days
    value = np.where(is_full, _floats(history, "recent_share"), np.nan)
    return value, np.where(is_covered, _floats(history, "baseline_share"), np.nan), low, high


def _draw_distinct(history: pd.DataFrame, indicator: Indicator) -> _Lines:
    rule, baseline = build_series_rule(indicator), _floats(history, "baseline")
    return _floats(history, "distinct_count"), baseline, baseline * rule.ratio_down, baseline * rule.ratio_up


def _draw_recency(history: pd.DataFrame, _indicator: Indicator) -> _Lines:
    typical = _floats(history, "typical_gap_days")
    return _floats(history, "days_since"), typical, np.where(np.isfinite(typical), 0.0, np.nan), typical


def _draw_found(history: pd.DataFrame, _indicator: Indicator) -> _Lines:
    nothing = np.full(len(history), np.nan)
    return _floats(history, "event_count"), nothing, nothing, nothing


def _draw_in_force(history: pd.DataFrame, _indicator: Indicator) -> _Lines:
    nothing = np.full(len(history), np.nan)
    is_in_force = np.asarray(history["state"] == State.OBSERVED, dtype=np.float64)
    return is_in_force, nothing, nothing, nothing


def _floats(history: pd.DataFrame, column: str) -> Floats:
    return history[column].to_numpy(dtype=np.float64, na_value=np.nan)


_DRAWN = {
    "series": _draw_series,
    "rate": _draw_rate,
    "share": _draw_share,
    "distinct": _draw_distinct,
    "recency": _draw_recency,
    "occurrence": _draw_found,
    "listed": _draw_found,
    "positions": _draw_found,
    "in_force": _draw_in_force,
}
