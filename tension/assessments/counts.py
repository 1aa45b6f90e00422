"""What an official count says on a day: each cadence by its own windows, and one row for every sea.

Daily counts are read as the indicators of kind 'series' are, slow ones against the same periods of the years before,
lists of events as rates where a day without a row means that nothing happened. Others are not read, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np
import pandas as pd

from tension.readings import (
    Cover,
    DailySeries,
    RateRule,
    State,
    build_daily_series,
    build_event_days,
    read_rate_history,
)
from tension.readings.periods import Cadence, PeriodSeries, build_period_series, read_periods
from tension.readings.series_intervals import read_series
from tension.records.series import Measure, SeriesCard
from tension.records.vocab import Region
from tension.words import count, format_day, format_interval, format_number, lower_first

EVENT_RULE = RateRule(window_days=180, baseline_days=730)
_NEAR_DAYS = 366
SLOW = ("week", "month", "quarter", "year")
# Readings with a direction, or that say why there is none, before those that can't be made.
_ORDER = (State.UP, State.DOWN, State.LEVEL, State.TOO_FEW, State.INSUFFICIENT, State.NOT_LOOKED, State.CANNOT_SEE)


@dataclass(frozen=True)
class CountReading:
    """One measure on one day. Numbers are None where the state says that there is none; `words` say it in a line."""

    card: SeriesCard
    measure: Measure
    as_of: date
    state: State
    reason: str
    recent: float | None = None
    baseline: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    words: str = ""


@dataclass(frozen=True)
class SeaRow:
    """What the official counts of a region say: the reading that stands for them, or that there is none."""

    region: Region
    series_count: int
    reading: CountReading | None
    words: str


def find_count_day(card: SeriesCard, as_of: date | None = None, until: date | None = None) -> date:
    """The day up to which a count is read: the end of its cover, or what had been published by the as-of day.

    `until` is a reader's last day: it ends the reading too, and says nothing of what was known.
    """
    limits = [card.cover.until, until, card.find_known_day(as_of) if as_of else None]
    return min(day for day in limits if day)


def read_count(card: SeriesCard, measure: Measure, rows: pd.DataFrame, as_of: date) -> CountReading:
    """A measure of a series up to a day (`find_count_day`); `rows` are its own, of one place alone."""
    rows = rows[rows.date_to <= pd.Timestamp(as_of)]
    if card.cadence == "day":
        return _read_daily(card, measure, rows, as_of)
    if card.cadence in SLOW:
        return _read_slow(card, measure, rows, as_of)
    if card.cadence == "event" and card.absent_means == "zero":
        return _read_events(card, measure, rows, as_of)
    reason = "what is missing from it is unknown, not zero, so that no rate can be formed"
    last = format_day(rows.date_to.max()) if len(rows) else "no day"
    words = f"{count(len(rows), 'row')} to {last}, to be read one by one"
    return CountReading(card, measure, as_of, State.CANNOT_SEE, reason, words=words)


def build_daily_count(card: SeriesCard, measure: Measure, rows: pd.DataFrame, until: date | None = None) -> DailySeries:
    """The rows of a daily count as a series; where a day without a row is zero, it is so up to `until`."""
    counts = rows.groupby("date_from").value.sum()
    if card.absent_means == "zero" and len(counts):
        last = min(until or card.cover.until, card.cover.until)
        counts = counts.reindex(pd.date_range(card.cover.first, last), fill_value=0.0)
    breaks = [found.date for found in card.list_breaks(measure.measure)]
    return build_daily_series(counts.index, counts.to_numpy(), breaks)


def _read_daily(card: SeriesCard, measure: Measure, rows: pd.DataFrame, as_of: date) -> CountReading:
    reading = read_series(build_daily_count(card, measure, rows, as_of), as_of)
    numbers = [_clean(value) for value in (reading.recent, reading.baseline, reading.ratio)]
    interval = (reading.low, reading.high) if np.isfinite(reading.low) else None
    unit = f"{measure.unit} a day" if measure.is_count else "on average"
    words = f"{format_number(numbers[0])} {unit} over 30 days, {format_number(numbers[1])} in the 365 before"
    return _build(card, measure, as_of, reading.state, reading.reason, numbers, interval, words)


def build_slow_series(card: SeriesCard, measure: Measure, rows: pd.DataFrame) -> PeriodSeries:
    """The rows that are whole periods as a series; parts of a period (a year to date) are left out."""
    cadence = cast("Cadence", card.cadence)
    spans = list(zip(rows.date_from.dt.date, rows.date_to.dt.date, strict=True))
    whole = [number for number, span in enumerate(spans) if _is_period(cadence, span)]
    kept = rows.iloc[whole].drop_duplicates(["date_from", "date_to"])
    if cadence == "week" and len(kept):
        # A publisher's weeks begin on one weekday; a stray week that doesn't overlaps two of them.
        weekday = kept.date_from.dt.day_of_week
        kept = kept[weekday == weekday.mode().iloc[0]]
    listed = list(zip(kept.date_from.dt.date, kept.date_to.dt.date, strict=True))
    breaks = [found.date for found in card.list_breaks(measure.measure)]
    return build_period_series(cadence, listed, kept.value.tolist(), card.cover.until, breaks)


def _is_period(cadence: str, span: tuple[date, date]) -> bool:
    first, last = span
    if cadence == "week":
        return (last - first).days == 6
    months = {"month": 1, "quarter": 3, "year": 12}[cadence]
    after = last + timedelta(days=1)
    return first.day == after.day == 1 and (after.year - first.year) * 12 + after.month - first.month == months


def _read_slow(card: SeriesCard, measure: Measure, rows: pd.DataFrame, as_of: date) -> CountReading:
    reading = read_periods(build_slow_series(card, measure, rows), as_of, is_count=measure.is_count)
    numbers = [reading.recent_mean, reading.baseline_mean, reading.ratio]
    interval = (reading.low, reading.high) if reading.low is not None and reading.high is not None else None
    words = ""
    if reading.recent:
        first, last = reading.recent[-1][0], reading.recent[0][1]
        as_of = last
        words = (
            f"{format_number(numbers[0])} {measure.unit} a {card.cadence} from {format_day(first)} to "
            f"{format_day(last)}, {format_number(numbers[1])} in the same time of the years before"
        )
    return _build(card, measure, as_of, reading.state, reading.reason, numbers, interval, words)


def _read_events(card: SeriesCard, measure: Measure, rows: pd.DataFrame, as_of: date) -> CountReading:
    days = rows.date_from.repeat(rows.value.astype(int).tolist()).reset_index(drop=True)
    cover = Cover(card.cover.first, card.cover.until)
    row = read_rate_history(build_event_days(days), [as_of], cover, EVENT_RULE).iloc[0]
    numbers = [_clean(row[name]) for name in ("recent_count", "baseline_count", "ratio")]
    interval = (float(row["low"]), float(row["high"])) if pd.notna(row["low"]) else None
    windows = f"{EVENT_RULE.window_days} days", f"the {EVENT_RULE.baseline_days} before"
    words = f"{format_number(numbers[0])} {measure.unit} in {windows[0]}, {format_number(numbers[1])} in {windows[1]}"
    return _build(card, measure, as_of, State(row["state"]), str(row["reason"]), numbers, interval, words)


def _build(
    card: SeriesCard,
    measure: Measure,
    as_of: date,
    state: State,
    reason: str,
    numbers: Sequence[float | None],
    interval: tuple[float, float] | None,
    words: str,
) -> CountReading:
    recent, baseline, ratio = numbers
    if recent is None or baseline is None:
        return CountReading(card, measure, as_of, state, reason, recent, baseline, ratio, interval, reason)
    said = f": ratio {ratio:.2f}" if ratio is not None else ""
    said += f" (90% interval {format_interval(interval)})" if ratio is not None and interval else ""
    return CountReading(card, measure, as_of, state, reason, recent, baseline, ratio, interval, words + said)


def _clean(value: float) -> float | None:
    return float(value) if pd.notna(value) and np.isfinite(value) else None


def read_region(
    cards: Iterable[SeriesCard],
    load: Callable[[str], pd.DataFrame],
    as_of: date | None = None,
    until: date | None = None,
) -> list[CountReading]:
    """The first measure of each series, read on its own last day known by then: those with a direction first."""
    readings = []
    for card in cards:
        measure, day = card.measures[0], find_count_day(card, as_of, until)
        rows = load(card.series)
        rows = choose_place(rows[rows.measure == measure.measure])
        readings.append(read_count(card, measure, rows, day))
    return sorted(readings, key=lambda reading: _ORDER.index(reading.state))


def choose_place(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one place: of those that were counted last the one with the largest value, the whole and no part."""
    if rows.place.nunique() < 2:
        return rows
    newest = rows[rows.date_to == rows.date_to.max()]
    return pd.DataFrame(rows[rows.place == newest.sort_values("value").place.iloc[-1]])


def list_sea_rows(
    cards: Sequence[SeriesCard],
    load: Callable[[str], pd.DataFrame],
    as_of: date | None = None,
    until: date | None = None,
) -> list[SeaRow]:
    """One row for every region, in the order of the regions: what its official counts say, or that there are none."""
    return [read_sea(region, cards, load, as_of, until) for region in Region]


def read_sea(
    region: Region,
    cards: Sequence[SeriesCard],
    load: Callable[[str], pd.DataFrame],
    as_of: date | None = None,
    until: date | None = None,
) -> SeaRow:
    """What a region's official counts say. `load` gives the rows of a series by its slug.

    The first series of the region that can be read and still reaches near the present stands for it, else the first.
    """
    present = min(day for day in (as_of, until, max((c.cover.until for c in cards), default=date.min)) if day)
    own = [card for card in cards if card.region is region]
    order = {card.series: number for number, card in enumerate(own)}
    readings = read_region(own, load, as_of, until)
    readable = [r for r in readings if r.ratio is not None and (present - r.as_of).days <= _NEAR_DAYS]
    chosen = min(readable or readings, key=lambda r: order[r.card.series], default=None)
    return SeaRow(region, len(own), chosen, _describe(chosen))


def _describe(reading: CountReading | None) -> str:
    if reading is None:
        return "No official count was found."
    day = format_day(reading.as_of)
    if reading.ratio is None:
        return f"No count that can be read: {reading.words or reading.reason}."
    measures = reading.card.measures
    what = f", {lower_first(reading.measure.title)}" if len(measures) > 1 else ""
    return f"{reading.card.title}{what}, to {day}: {reading.words}."
