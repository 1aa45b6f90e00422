"""Slow counts against the same periods of the years before, worked by hand."""

from __future__ import annotations

import calendar
from datetime import date

import pandas as pd
import pytest
from scipy import stats

from tension.errors import BadInput
from tension.readings.periods import PeriodRule, PeriodSeries, build_period_series, read_period_history, read_periods
from tension.readings.states import State


def month(text: str) -> tuple[date, date]:
    year, number = int(text[:4]), int(text[5:])
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def build_months(counts: dict[str, float], until: str, regimes: tuple[date, ...] = ()) -> PeriodSeries:
    return build_period_series(
        "month", [month(text) for text in counts], list(counts.values()), month(until)[1], regimes
    )


COUNTS = {
    "2022-04": 10.0, "2022-05": 10.0, "2022-06": 10.0,
    "2024-04": 20.0, "2024-05": 20.0, "2024-06": 20.0,
    "2025-04": 30.0, "2025-05": 40.0, "2025-06": 50.0,
    "2025-12": 900.0,
    "2026-04": 60.0, "2026-05": 70.0, "2026-06": 80.0,
}  # fmt: skip


def test_three_months_are_held_against_the_same_months_of_the_years_before() -> None:
    """Recent (60 + 70 + 80) / 3 = 70. Before: 2025 30, 40, 50 and 2024 three times 20, together 180 / 6 = 30; 2023
    isn't reported, 2022 lies four years back, and December plays no part."""
    reading = read_periods(build_months(COUNTS, "2026-06"), date(2026, 6, 30))
    assert (reading.recent_mean, reading.baseline_mean) == (70.0, 30.0)
    assert reading.ratio == pytest.approx(70 / 30)
    assert reading.recent == (month("2026-06"), month("2026-05"), month("2026-04"))
    assert [span[0].isoformat()[:7] for span in reading.baseline] == [
        "2025-06", "2025-05", "2025-04", "2024-06", "2024-05", "2024-04"
    ]  # fmt: skip
    # Clopper and Pearson for 210 of 390, carried over by exposures of 3 and 6 months.
    low_p, high_p = stats.beta.ppf(0.05, 210, 181), stats.beta.ppf(0.95, 211, 180)
    assert reading.low == pytest.approx(low_p / (1 - low_p) * 2)
    assert reading.high == pytest.approx(high_p / (1 - high_p) * 2)
    assert reading.state == State.UP


@pytest.mark.parametrize(
    ("recent", "before", "state"),
    [
        (360.0, 300.0, State.UP),  # ratio 1.2, 1,080 against 900 in equal windows: interval above 1
        (350.0, 300.0, State.LEVEL),  # ratio 1.17
        (36.0, 30.0, State.LEVEL),  # ratio 1.2, but 108 against 90 may be chance
        (240.0, 300.0, State.DOWN),  # ratio 0.8
        (250.0, 300.0, State.LEVEL),  # ratio 0.83
        (3.0, 2.0, State.LEVEL),  # ratio 1.5, but 9 against 6 may be chance
        (9.0, 1.0, State.TOO_FEW),  # 3 counted before, 5 needed
        (0.0, 30.0, State.DOWN),
        (0.0, 0.0, State.TOO_FEW),
    ],
)
def test_a_state_needs_the_ratio_and_its_interval(recent: float, before: float, state: State) -> None:
    counts = {f"{year}-0{number}": value for year, value in ((2025, before), (2026, recent)) for number in (1, 2, 3)}
    assert read_periods(build_months(counts, "2026-03"), date(2026, 4, 15)).state == state


def test_a_month_counts_from_its_last_day_on_and_not_before() -> None:
    series = build_months(COUNTS, "2026-06")
    assert read_periods(series, date(2026, 6, 29)).state == State.INSUFFICIENT
    assert read_periods(series, date(2026, 6, 30)).state == State.UP
    assert read_periods(series, date(2026, 7, 30)).state == State.UP


def test_beyond_the_last_month_that_was_read_nobody_looked() -> None:
    reading = read_periods(build_months(COUNTS, "2026-06"), date(2026, 7, 31))
    assert (reading.state, reading.reason) == (State.NOT_LOOKED, "the source ends with the month to 2026-06-30")
    assert reading.ratio is None


def test_a_missing_month_is_unknown_and_not_zero() -> None:
    counts = {key: value for key, value in COUNTS.items() if key != "2026-05"}
    reading = read_periods(build_months(counts, "2026-06"), date(2026, 6, 30))
    assert (reading.state, reading.reason) == (State.INSUFFICIENT, "2 of the last 3 months reported, all needed")
    with_nan = read_periods(build_months(COUNTS | {"2026-05": float("nan")}, "2026-06"), date(2026, 6, 30))
    assert with_nan.reason == reading.reason


def test_nothing_is_compared_across_a_break() -> None:
    """From October 2024 others are counted: only 2025 remains of the years before, and before October 2025 none."""
    series = build_months(COUNTS, "2026-06", (date(2024, 10, 1),))
    reading = read_periods(series, date(2026, 6, 30))
    assert reading.baseline_mean == 40.0
    assert len(reading.baseline) == 3
    earlier = read_periods(series, date(2025, 6, 30))
    assert earlier.state == State.INSUFFICIENT
    assert earlier.reason.endswith("since the definition break of 2024-10-01")


def test_a_window_that_reaches_across_a_break_is_not_read() -> None:
    counts = {f"{year}-{number:02}": 10.0 for year in (2023, 2024) for number in range(1, 13)}
    series = build_months(counts, "2024-12", (date(2024, 6, 15),))
    # A break within a month belongs to the month after: July is the first of the new definition.
    assert read_periods(series, date(2024, 6, 30)).state == State.LEVEL
    assert read_periods(series, date(2024, 8, 31)).state == State.INSUFFICIENT
    assert read_periods(series, date(2024, 9, 30)).state == State.INSUFFICIENT


def test_years_quarters_and_weeks_have_windows_of_their_own() -> None:
    fiscal = [(date(year, 4, 1), date(year + 1, 3, 31)) for year in (2022, 2023, 2024, 2025)]
    years = build_period_series("year", fiscal, [100.0, 110.0, 120.0, 55.0], date(2026, 3, 31))
    reading = read_periods(years, date(2026, 3, 31))
    assert (reading.recent_mean, reading.baseline_mean, reading.state) == (55.0, 110.0, State.DOWN)
    assert read_periods(years, date(2026, 3, 30)).recent_mean == 120.0

    quarters = [(date(2024, 7, 1), date(2024, 9, 30)), (date(2025, 7, 1), date(2025, 9, 30))]
    reading = read_periods(build_period_series("quarter", quarters, [50.0, 100.0], quarters[1][1]), quarters[1][1])
    assert (reading.ratio, reading.state) == (2.0, State.UP)

    # Weeks from Tuesday on; 52 weeks before 7 January 2025 lies 9 January 2024.
    weeks = [date(2024, 1, 9), date(2024, 1, 16), date(2024, 1, 23), date(2024, 1, 30)]
    weeks += [date(2025, 1, 7), date(2025, 1, 14), date(2025, 1, 21), date(2025, 1, 28)]
    spans = [(day, date.fromordinal(day.toordinal() + 6)) for day in weeks]
    reading = read_periods(build_period_series("week", spans, [10.0] * 4 + [20.0] * 4, spans[-1][1]), spans[-1][1])
    assert (reading.recent_mean, reading.baseline_mean, reading.state) == (20.0, 10.0, State.UP)


def test_a_span_that_is_no_period_or_comes_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="a whole month"):
        build_period_series("month", [(date(2026, 1, 1), date(2026, 1, 8))], [1.0], date(2026, 1, 31))
    with pytest.raises(BadInput, match="each period once"):
        build_period_series("month", [month("2026-01"), month("2026-01")], [1.0, 2.0], date(2026, 1, 31))
    with pytest.raises(BadInput, match="one for each"):
        build_period_series("month", [month("2026-01")], [], date(2026, 1, 31))
    assert (
        read_periods(build_period_series("month", [], [], date(2026, 1, 31)), date(2026, 1, 31)).state == "not looked"
    )


def test_a_history_is_the_reading_of_every_day() -> None:
    series = build_months(COUNTS, "2026-06")
    days = pd.date_range("2025-06-28", "2026-08-02")
    history = read_period_history(series, days)
    assert list(history.index) == list(days)
    for day in ("2025-06-30", "2026-06-29", "2026-06-30", "2026-07-31"):
        reading = read_periods(series, date.fromisoformat(day))
        assert history.loc[day, "state"] == reading.state
        assert history.loc[day, "reason"] == reading.reason
        assert pd.isna(history.loc[day, "ratio"]) == (reading.ratio is None)


def test_other_bounds_give_other_states() -> None:
    counts = {f"{year}-0{number}": value for year, value in ((2025, 100.0), (2026, 125.0)) for number in (1, 2, 3)}
    series = build_months(counts, "2026-03")
    assert read_periods(series, date(2026, 3, 31)).state == State.UP
    assert read_periods(series, date(2026, 3, 31), PeriodRule(ratio_up=1.3)).state == State.LEVEL
    assert read_periods(series, date(2026, 3, 31), PeriodRule(minimum_count=400)).state == State.TOO_FEW


def test_an_index_has_no_interval_and_its_ratio_alone_decides() -> None:
    counts = {f"{year}-0{number}": value for year, value in ((2025, 100.0), (2026, 121.0)) for number in (1, 2, 3)}
    series = build_months(counts, "2026-03")
    reading = read_periods(series, date(2026, 3, 31), is_count=False)
    assert (reading.state, reading.low, reading.high, reading.reason) == (State.UP, None, None, "ratio 1.21")
    level = read_periods(build_months(counts | {"2026-01": 110.0}, "2026-03"), date(2026, 3, 31), is_count=False)
    assert level.state == State.LEVEL
