"""Kind 'share': which part of some events another makes up, in a window against the days before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from tension.assessments.kinds.base import (
    Band,
    BandWords,
    EventKind,
    Numbers,
    describe_against,
    describe_ratio,
    list_floats,
    name_past,
    read_count,
    read_interval,
    read_number,
)
from tension.assessments.kinds.windows import build_rule, count_variations
from tension.assessments.observations import Flags, Observations
from tension.assessments.reading import IndicatorReading, Visible
from tension.readings import DIRECTIONS, State, read_share_history
from tension.readings.robustness import RATE_LEVELS
from tension.readings.shares import find_level_shares, find_odds_intervals
from tension.readings.states import read_interval_states
from tension.records.claims import Indicator
from tension.words import count, format_percent


class ShareKind(EventKind):
    """Two shares and the exact interval of their odds ratio (`find_odds_intervals`)."""

    title = "share of events"
    needs: tuple[str, ...] = ("events", "among", "window_days", "baseline_days")

    def match(self, observed: Observations, indicator: Indicator) -> Flags:
        return super().match(observed, indicator) & observed.match(indicator.among)

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        part, whole = observed.to_days(self.match(observed, indicator)), observed.match_days(indicator.among)
        return read_share_history(part, whole, days, observed.find_cover(indicator), build_rule(indicator))

    def numbers(self, row: pd.Series) -> Numbers:
        recent, baseline = read_number(row, "recent_share"), read_number(row, "baseline_share")
        return {
            "recent": recent,
            "baseline": baseline,
            "ratio": read_number(row, "odds_ratio"),
            "interval": read_interval(row),
            "recent_total": read_count(row, "recent_total"),
            "baseline_total": read_count(row, "baseline_total"),
            "recent_share": recent,
            "baseline_share": baseline,
        }

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """Window and baseline halved, as they are, doubled x levels."""
        rule = build_rule(indicator)
        cover = observed.find_cover(indicator)
        part = count_variations(observed.to_days(self.match(observed, indicator)), cover, rule, as_of)
        whole = count_variations(observed.match_days(indicator.among), cover, rule, as_of)
        is_enough = (whole.recent >= rule.minimum_count) & (whole.baseline >= rule.minimum_count)
        rest = whole.recent - part.recent, whole.baseline - part.baseline
        for level in RATE_LEVELS:
            _, low, high = find_odds_intervals(part.recent, rest[0], part.baseline, rest[1], level)
            yield from np.where(is_enough, read_interval_states(low, high), State.TOO_FEW.value).tolist()

    def find_visible(self, row: pd.Series, _indicator: Indicator) -> Visible | None:
        if row["state"] not in DIRECTIONS:
            return None
        total, base, base_total = (int(row[c]) for c in ("recent_total", "baseline_count", "baseline_total"))
        low, high = find_level_shares(np.array([total]), np.array([base]), np.array([base_total - base]))
        first, last = round(low[0] * total), round(high[0] * total)
        return Visible(last + 1, first - 1 if first > 0 else None, float(row["baseline_share"]) * total)

    def find_ratio(self, reading: IndicatorReading) -> float | None:
        """Of the two shares, as a person reads them; the interval is that of their odds."""
        recent, baseline = reading.recent_share, reading.baseline_share
        return recent / baseline if recent is not None and baseline else None

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        past = f"their share of the past {name_past(reading.indicator.baseline_days)}"
        span = f"among {count(reading.recent_total or 0, 'event')} in {reading.indicator.window_days} days"
        return describe_against(reading, self.find_ratio(reading), past, span)

    def band(self, history: pd.DataFrame, indicator: Indicator) -> Band | None:
        """Every share whose interval of the odds ratio holds 1."""
        rule = build_rule(indicator)
        base, totals = list_floats(history, "baseline_count"), list_floats(history, "baseline_total")
        recent_totals = list_floats(history, "recent_total")
        is_covered = (history["state"] != State.INSUFFICIENT).to_numpy()
        is_read = is_covered & (history["state"] != State.TOO_FEW).to_numpy() & (recent_totals > 0) & (totals > 0)
        low, high = np.full(len(history), np.nan), np.full(len(history), np.nan)
        if is_read.any():
            total, yes, no = (column[is_read].astype(np.int64) for column in (recent_totals, base, totals - base))
            low[is_read], high[is_read] = find_level_shares(total, yes, no, rule.level)
        is_full = list_floats(history, "recent_days") >= rule.coverage * rule.window_days
        value = np.where(is_full, list_floats(history, "recent_share"), np.nan)
        return Band(value, np.where(is_covered, list_floats(history, "baseline_share"), np.nan), low, high)

    def describe_band(self, indicator: Indicator) -> BandWords:
        before = f"share in the {indicator.baseline_days} days before"
        return BandWords(
            f"share in {indicator.window_days} days", before, "shares that would read level", is_share=True
        )

    def describe(self, reading: IndicatorReading) -> str:
        indicator = reading.indicator
        recent, before = format_percent(reading.recent_share), format_percent(reading.baseline_share)
        return (
            f"{recent} of {reading.recent_total} events in {indicator.window_days} days, {before} of "
            f"{reading.baseline_total} in the {indicator.baseline_days} before: "
            f"{describe_ratio(reading, 'odds ratio')}"
        )

    def rule_text(self, indicator: Indicator) -> str:
        rule = build_rule(indicator)
        return (
            f"Up when the {rule.level:.0%} interval of the odds ratio lies above 1, down when it lies "
            f"below, else level; fewer than {rule.minimum_count} events in a window is too few to say."
        )
