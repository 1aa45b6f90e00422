"""Kind 'rate': how many events in a window, against their rate in the days before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

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
from tension.readings import DIRECTIONS, Cover, EventDays, State, read_occurrence_history, read_rate_history, read_rates
from tension.readings.day_counts import as_day_numbers
from tension.readings.rates import find_level_counts
from tension.readings.robustness import RATE_LEVELS, RATE_SCALES
from tension.records.claims import Indicator
from tension.words import format_day, format_number

# A rate that counts since a date isn't read before this many days have passed.
MIN_SINCE_DAYS = 30


class RateKind(EventKind):
    """Two counts and the exact interval of the ratio of their rates (`find_rate_intervals`).

    The window is the last `window_days`, or begins on `window_since` and grows.
    """

    title = "event rate"
    needs: tuple[str, ...] = ("events", "baseline_days")

    def check(self, indicator: Indicator) -> str:
        is_one = (indicator.window_days is None) != (indicator.window_since is None)
        return "" if is_one else "a rate needs window_days or window_since, and not both"

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        if indicator.window_since:
            return _read_since(observed, indicator, indicator.window_since, days)
        events, everything = self.find_days(observed, indicator), self.find_total(observed, indicator)
        return read_rate_history(events, days, self.find_cover(observed, indicator), build_rule(indicator), everything)

    def find_days(self, observed: Observations, indicator: Indicator) -> EventDays:
        """The events that are counted, as days."""
        return observed.match_days(indicator.events)

    def find_total(self, observed: Observations, indicator: Indicator) -> EventDays | None:
        """The events of which those are a share, which says how hard was searched; None where that isn't asked."""
        return _all_of_regions(observed, indicator)

    def find_cover(self, observed: Observations, indicator: Indicator) -> Cover:
        """The days that were searched."""
        return observed.find_cover(indicator)

    def numbers(self, row: pd.Series) -> Numbers:
        numbers: Numbers = {
            "recent": read_number(row, "recent_count"),
            "baseline": read_number(row, "baseline_count"),
            "ratio": read_number(row, "ratio"),
            "interval": read_interval(row),
        }
        if "recent_total" in row:
            numbers |= {
                "recent_total": read_count(row, "recent_total"),
                "baseline_total": read_count(row, "baseline_total"),
                "recent_share": read_number(row, "recent_share"),
                "baseline_share": read_number(row, "baseline_share"),
            }
        return numbers

    def vary(self, observed: Observations, indicator: Indicator, as_of: date) -> Iterable[str]:
        """Window and baseline halved, as they are, doubled x levels; a window that grows since a date is left alone."""
        if indicator.window_since:
            yield from _vary_since(observed, indicator, as_of)
            return
        events, cover = self.find_days(observed, indicator), self.find_cover(observed, indicator)
        counts = count_variations(events, cover, build_rule(indicator), as_of)
        for level in RATE_LEVELS:
            found = read_rates(counts.recent, counts.baseline, counts.recent_days, counts.baseline_days, level)
            yield from found["state"]

    def find_visible(self, row: pd.Series, _indicator: Indicator) -> Visible | None:
        if row["state"] not in DIRECTIONS:
            return None
        base, recent_days, baseline_days = (
            np.array([float(row[c])]) for c in ("baseline_count", "recent_days", "baseline_days")
        )
        low, high = find_level_counts(base, recent_days, baseline_days)
        return Visible(
            int(high[0]) + 1, int(low[0]) - 1 if low[0] > 0 else None, float((base * recent_days / baseline_days)[0])
        )

    def describe_move(self, reading: IndicatorReading) -> tuple[str, str]:
        indicator, years = reading.indicator, name_past(reading.indicator.baseline_days)
        since = indicator.window_since
        past = f"the {years} before {format_day(since)}" if since else f"the past {years}"
        return describe_against(reading, reading.ratio, f"their rate of {past}", _name_span(indicator))

    def band(self, history: pd.DataFrame, indicator: Indicator) -> Band | None:
        """Every count whose interval holds 1, around the count that the baseline leads to expect."""
        value, base = list_floats(history, "recent_count"), list_floats(history, "baseline_count")
        recent_days, baseline_days = list_floats(history, "recent_days"), list_floats(history, "baseline_days")
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = base * recent_days / baseline_days
        rule = build_rule(indicator)
        # A window that the record covers in part only would look like a rise as it fills.
        value = np.where(recent_days >= rule.coverage * rule.window_days, value, np.nan)
        is_covered = (history["state"] != State.INSUFFICIENT).to_numpy()
        is_read = np.isfinite(expected) & (base >= rule.minimum_count) & is_covered
        low, high = np.full(len(history), np.nan), np.full(len(history), np.nan)
        if is_read.any():
            rows = base[is_read], recent_days[is_read], baseline_days[is_read]
            low[is_read], high[is_read] = find_level_counts(*rows, rule.level)
        return Band(value, np.where(is_covered, expected, np.nan), low, high)

    def describe_band(self, indicator: Indicator) -> BandWords:
        expected = f"expected from the {indicator.baseline_days} days before"
        return BandWords(f"events {_name_span(indicator)}", expected, "counts that would read level", is_whole=True)

    def describe(self, reading: IndicatorReading) -> str:
        indicator = reading.indicator
        recent, baseline = format_number(reading.recent), format_number(reading.baseline)
        counts = f"{recent} {_name_span(indicator)}, {baseline} in the {indicator.baseline_days} days before"
        if reading.state == State.TOO_FEW:
            return f"{counts}: too few to say ({build_rule(indicator).minimum_count} needed)"
        return f"{counts}: {describe_ratio(reading)}"

    def rule_text(self, indicator: Indicator) -> str:
        rule = build_rule(indicator)
        return (
            f"Up when the {rule.level:.0%} interval of the ratio lies above 1, down when it lies below, "
            f"else level; a baseline of fewer than {rule.minimum_count} events is too few to say."
        )


def _name_span(indicator: Indicator) -> str:
    since = indicator.window_since
    return f"since {format_day(since)}" if since else f"in {indicator.window_days} days"


def _all_of_regions(observed: Observations, indicator: Indicator) -> EventDays:
    """Every event of the regions that an indicator names, of all regions where it names none."""
    regions = {r.value for selector in indicator.events for r in selector.regions}
    if not all(selector.regions for selector in indicator.events):
        return observed.to_days(np.ones(len(observed.events), dtype=np.bool_))
    return observed.to_days(observed.events.region.isin(regions).to_numpy(dtype=np.bool_))


def _read_since(observed: Observations, indicator: Indicator, since: date, days: pd.DatetimeIndex) -> pd.DataFrame:
    """A window that begins on a fixed day and grows, against the days before it."""
    rule, cover = build_rule(indicator), observed.find_cover(indicator)
    first = since - timedelta(days=rule.baseline_days)
    matched = observed.match(indicator.events)
    is_before = observed.find_inside((first, since - timedelta(days=1)))
    is_after = np.asarray(observed.events.occurred_date >= pd.Timestamp(since), dtype=np.bool_)
    recent = read_occurrence_history(observed.to_days(matched & is_after), days, cover, since)["event_count"]
    base = read_occurrence_history(observed.to_days(matched & is_before), days, cover, first)["event_count"]
    window = np.asarray((days - pd.Timestamp(since)).days, dtype=np.int64) + 1
    frame = read_rates(recent.fillna(0), base.fillna(0), np.maximum(window, 1), rule.baseline_days)
    frame.index = days
    frame["recent_count"], frame["baseline_count"] = recent.astype(float), base.astype(float)
    frame["recent_days"], frame["baseline_days"] = np.maximum(window, 0), rule.baseline_days
    frame["reason"] = [_explain_since(row, rule.minimum_count, rule.level) for row in frame.itertuples(index=False)]
    too_soon = f"fewer than {MIN_SINCE_DAYS} days since {since}, from which it counts"
    _overlay(frame, window < MIN_SINCE_DAYS, State.INSUFFICIENT, too_soon, ["ratio", "low", "high"])
    _overlay(frame, window < 1, State.INSUFFICIENT, too_soon, ["recent_count", "baseline_count"])
    is_outside = ~cover.has(as_day_numbers(days))
    outside = [cover.describe_outside(day) for day in as_day_numbers(days[is_outside])]
    numbers = [c for c in frame.columns if c not in ("state", "reason")]
    frame[numbers] = frame[numbers].astype(np.float64)
    _overlay(frame, is_outside, State.NOT_LOOKED, pd.Series(outside, days[is_outside], dtype=object), numbers)
    return frame


def _vary_since(observed: Observations, indicator: Indicator, as_of: date) -> Iterator[str]:
    for scale in RATE_SCALES:
        baseline = round((indicator.baseline_days or 0) * scale)
        changed = indicator.model_copy(update={"baseline_days": baseline})
        row = RateKind().read_history(observed, changed, pd.DatetimeIndex([as_of])).iloc[0]
        if row["state"] in (State.NOT_LOOKED, State.INSUFFICIENT):
            continue
        for level in RATE_LEVELS:
            counts = ([row["recent_count"]], [row["baseline_count"]], row["recent_days"], baseline)
            yield read_rates(*counts, level=level)["state"].iloc[0]


def _overlay(frame: pd.DataFrame, flags: Flags, state: State, reason: str | pd.Series[str], hidden: list[str]) -> None:
    frame.loc[flags, "state"], frame.loc[flags, "reason"] = state.value, reason
    frame.loc[flags, hidden] = np.nan


def _explain_since(row: Any, minimum_count: int, level: float) -> str:
    if row.state == State.TOO_FEW:
        return f"{row.baseline_count:.0f} events in the baseline, {minimum_count} needed"
    return f"ratio {row.ratio:.2f}, {level:.0%} interval {row.low:.2f} to {row.high:.2f}"
