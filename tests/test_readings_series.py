"""Daily counts: hand-worked days, brute force over random series, and the real day that the method names."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tension.errors import BadInput
from tension.readings import (
    SeriesRule,
    State,
    bootstrap_ratio_interval,
    build_daily_series,
    read_series,
    read_series_history,
)
from tension.readings.series import run_states
from tension.settings import PROJECT_DIR

START = date(2020, 1, 1)
# A rule small enough to work by hand: 4 days against the 10 before, ranked among the means of the last 20 days.
SMALL = SeriesRule(window_days=4, baseline_days=10, reference_days=20)


def make_days(length: int) -> list[date]:
    return [START + timedelta(days=number) for number in range(length)]


def read_naively(values: list[float], breaks: list[int], position: int, rule: SeriesRule) -> tuple[float, float, float]:
    """Recent, baseline and percentile of one day, by loops over lists; NaN where there is too little."""
    regime = max([start for start in breaks if start <= position], default=0)

    def mean(first: int, last: int, days: int) -> float:
        found = [values[i] for i in range(max(first, regime), last + 1) if not np.isnan(values[i])]
        return sum(found) / len(found) if found and len(found) >= rule.coverage * days else np.nan

    def recent_mean(end: int) -> float:
        return mean(end - rule.window_days + 1, end, rule.window_days)

    recent = recent_mean(position)
    last = position - rule.window_days
    baseline = mean(last - rule.baseline_days + 1, last, rule.baseline_days)
    past = [recent_mean(end) for end in range(max(position - rule.reference_days, regime), position)]
    past = [round(value, 9) for value in past if not np.isnan(value)]
    known = past and not np.isnan(recent)
    percentile = stats.percentileofscore(past, round(recent, 9), kind="mean") if known else np.nan
    return recent, baseline, percentile


@pytest.fixture(scope="module")
def bulletins() -> pd.DataFrame:
    return pd.read_csv(PROJECT_DIR / "data" / "series" / "taiwan_mnd_daily.csv", parse_dates=["date"])


def test_sorties_on_the_article_s_day_read_as_the_method_says(bulletins: pd.DataFrame) -> None:
    series = build_daily_series(bulletins["date"], bulletins["aircraft_count"], ["2022-08-06", "2022-11-15"])
    reading = read_series(series, "2025-10-31")
    assert round(reading.recent, 2) == 10.43
    assert round(reading.baseline, 2) == 15.46
    assert round(reading.ratio, 2) == 0.67
    assert round(reading.percentile) == 14
    assert reading.state == State.DOWN
    assert reading.low < reading.ratio < reading.high < 1
    assert reading.recent_window == (date(2025, 10, 2), date(2025, 10, 31))
    assert reading.baseline_window == (date(2024, 10, 2), date(2025, 10, 1))


def test_the_real_history_equals_the_naive_reading_on_scattered_days(bulletins: pd.DataFrame) -> None:
    breaks = ["2022-08-06", "2022-11-15", "2026-08-09"]
    series = build_daily_series(bulletins["date"], bulletins["aircraft_count"], breaks)
    calendar = pd.date_range(bulletins["date"].min(), bulletins["date"].max())
    values = bulletins.set_index("date")["aircraft_count"].reindex(calendar).to_list()
    history = read_series_history(series, calendar)
    positions = [(pd.Timestamp(day) - calendar[0]).days for day in breaks]
    for position in np.random.default_rng(4).integers(0, len(calendar), 40).tolist():
        expected = read_naively(values, positions, position, SeriesRule())
        row = history.iloc[position]
        if row["state"] == State.INSUFFICIENT:
            assert np.isnan(expected).any()
        else:
            assert row[["recent", "baseline", "percentile"]].to_list() == pytest.approx(expected, abs=1e-8)


def test_a_small_series_by_hand() -> None:
    values = [2.0] * 10 + [4.0, 4.0, 4.0, np.nan]
    row = read_series_history(build_daily_series(make_days(14), values), [START + timedelta(days=13)], SMALL).iloc[0]
    assert (row["recent_day_count"], row["baseline"]) == (3, 2.0)
    assert row[["recent", "ratio", "percentile"]].isna().all()
    assert row["state"] == State.INSUFFICIENT
    assert row["reason"] == "recent: 3 of 4 days reported, 4 needed"
    values[13] = 2.0
    row = read_series_history(build_daily_series(make_days(14), values), [START + timedelta(days=13)], SMALL).iloc[0]
    # Recent (4 + 4 + 4 + 2) / 4 = 3.5; baseline ten days of 2; the ten past means are 2 (7 times), 2.5, 3 and 3.5
    # (2 + 4 + 4 + 4), so that 9 lie below and 1 ties: 95.
    assert row[["recent", "baseline", "ratio", "percentile"]].to_list() == [3.5, 2.0, 1.75, 95.0]
    assert row["reference_window_count"] == 10
    assert row["state"] == State.UP


def test_a_share_weighs_days_by_their_denominator() -> None:
    crossed, flown = [1.0] * 10 + [9.0, 0.0, 0.0, 0.0], [2.0] * 10 + [10.0, 0.0, 2.0, 0.0]
    series = build_daily_series(make_days(14), crossed, denominators=flown)
    row = read_series_history(series, [START + timedelta(days=13)], SMALL).iloc[0]
    assert row[["recent", "baseline", "ratio"]].to_list() == [0.75, 0.5, 1.5]


@pytest.mark.parametrize(
    ("percentiles", "ratios", "expected"),
    [
        ([80, 76, 90], [1.2, 1.3, 1.16], ["up"] * 3),  # both bounds are met, then neither is passed by 5
        ([90, 75], [1.3, 1.3], ["up", "level"]),  # the percentile passes its bound by 5
        ([90, 90], [1.3, 1.15], ["up", "level"]),  # the ratio does
        ([79, 79], [1.3, 1.19], ["level"] * 2),  # the slack keeps a state, it doesn't enter one
        (
            [90, 70, 77],
            [1.3, 1.3, 1.3],
            ["up", "level", "level"],
        ),  # once left, the full bound counts again
        ([20, 24, 25], [0.8, 0.84, 0.84], ["down", "down", "level"]),
        ([20, 20], [0.8, 0.86], ["down", "level"]),
        ([90, 10], [1.3, 0.5], ["up", "down"]),
        ([90, np.nan, 77], [1.3, np.nan, 1.3], ["up", "insufficient", "level"]),  # a gap forgets
        ([95, 95], [np.inf, np.nan], ["up", "level"]),  # over a baseline of zero; zero over zero
    ],
)
def test_a_state_is_left_only_when_its_bound_is_passed_by_five_points(
    percentiles: list[float], ratios: list[float], expected: list[str]
) -> None:
    ranks = np.array(percentiles, dtype=float)
    assert run_states(ranks, np.array(ratios), np.isfinite(ranks), SeriesRule()).tolist() == expected


def test_a_state_does_not_depend_on_the_days_that_are_asked_for() -> None:
    values = np.random.default_rng(1).poisson(8, 120).astype(float)
    series = build_daily_series(make_days(120), values)
    whole = read_series_history(series, make_days(120), SMALL)
    alone = pd.concat([read_series_history(series, [day], SMALL) for day in make_days(120)])
    pd.testing.assert_frame_equal(whole, alone)


def test_days_outside_the_source_are_not_looked_at() -> None:
    series = build_daily_series(make_days(40), [5.0] * 40)
    history = read_series_history(series, [START - timedelta(days=1), START + timedelta(days=40)], SMALL)
    assert history["state"].to_list() == [State.NOT_LOOKED, State.NOT_LOOKED]
    assert history["reason"].to_list() == ["the record begins on 2020-01-01", "the record ends on 2020-02-09"]
    assert history[["recent", "baseline", "ratio", "percentile"]].isna().all().all()
    reading = read_series(series, START + timedelta(days=40), SMALL)
    assert (reading.state, reading.recent_window) == (State.NOT_LOOKED, None)
    assert np.isnan([reading.recent, reading.low, reading.high]).all()


def test_an_empty_series_is_not_looked_at_and_raises_nothing() -> None:
    series = build_daily_series([], [], ["2022-08-06"])
    assert read_series(series, "2025-10-31").state == State.NOT_LOOKED
    assert read_series_history(series, ["2025-10-31"])["reason"].to_list() == ["the record is empty"]
    assert read_series_history(series, []).empty


def test_a_series_of_zeros_holds() -> None:
    row = read_series_history(build_daily_series(make_days(60), [0.0] * 60), [START + timedelta(days=59)], SMALL).iloc[
        0
    ]
    assert (row["state"], row["percentile"]) == (State.LEVEL, 50.0)
    assert np.isnan(row["ratio"])


def test_one_day_given_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="one row per day"):
        build_daily_series([START, START], [1.0, 2.0])


counts = st.lists(st.one_of(st.integers(0, 40).map(float), st.just(float("nan"))), min_size=1, max_size=90)


@settings(max_examples=60, deadline=None)
@given(counts, st.lists(st.integers(0, 90), max_size=3), st.randoms(use_true_random=False))
def test_the_columns_equal_the_naive_reading_of_every_day(
    values: list[float], breaks: list[int], random: Random
) -> None:
    days = make_days(len(values))
    rows = list(zip(days, values, strict=True))
    random.shuffle(rows)
    regimes = [START + timedelta(days=number) for number in breaks]
    rule = SeriesRule(window_days=5, baseline_days=12, reference_days=30)
    series = build_daily_series([row[0] for row in rows], [row[1] for row in rows], regimes)
    history = read_series_history(series, days, rule)
    for position in range(len(values)):
        recent, baseline, percentile = read_naively(values, breaks, position, rule)
        row = history.iloc[position]
        if np.isnan([recent, baseline, percentile]).any():
            assert row["state"] == State.INSUFFICIENT
        else:
            assert row[["recent", "baseline", "percentile"]].to_list() == pytest.approx([recent, baseline, percentile])


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(1, 89), st.floats(0, 1000))
def test_what_lies_before_a_break_changes_nothing_after_it(values: list[float], start: int, other: float) -> None:
    rule = SeriesRule(window_days=3, baseline_days=6, reference_days=30)
    days, regimes = make_days(len(values)), [START + timedelta(days=start)]
    changed = [other] * min(start, len(values)) + values[start:]
    before, after = (
        read_series_history(build_daily_series(days, given_values, regimes), days[start:], rule)
        for given_values in (values, changed)
    )
    pd.testing.assert_frame_equal(before, after)


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(0, 89))
def test_later_days_change_nothing_before_them(values: list[float], end: int) -> None:
    days = make_days(len(values))
    asked = days[: end + 1]
    whole = read_series_history(build_daily_series(days, values), asked, SMALL)
    cut = read_series_history(build_daily_series(asked, values[: end + 1]), asked, SMALL)
    pd.testing.assert_frame_equal(whole, cut)


def test_the_bootstrap_of_blocks_as_long_as_the_window_moves_nothing() -> None:
    assert bootstrap_ratio_interval([1, 2, 3], [4, 4, 4, 4], block_days=7) == (0.5, 0.5)


def test_the_bootstrap_agrees_with_one_that_gathers_every_day() -> None:
    generator = np.random.default_rng(7)
    recent, baseline = generator.poisson(12, 30).astype(float), generator.poisson(15, 365).astype(float)
    recent[3] = np.nan

    def resample(values: np.ndarray) -> float:
        starts = generator.integers(0, len(values) - 6, -(-len(values) // 7))
        return float(np.nanmean(values[(starts[:, None] + np.arange(7)).ravel()[: len(values)]]))

    ratios = [resample(recent) / resample(baseline) for _ in range(4000)]
    expected = np.quantile(ratios, [0.05, 0.95])
    assert bootstrap_ratio_interval(recent, baseline, draws=4000) == pytest.approx(expected, abs=0.02)


def test_the_bootstrap_repeats_and_moves_with_its_seed() -> None:
    recent, baseline = np.arange(30.0), np.arange(365.0)
    first = bootstrap_ratio_interval(recent, baseline)
    assert bootstrap_ratio_interval(recent, baseline) == first
    assert bootstrap_ratio_interval(recent, baseline, seed=1) != first


@pytest.mark.parametrize(
    ("recent", "baseline", "low", "high"),
    [
        ([], [1.0], np.nan, np.nan),
        ([1.0], [np.nan], np.nan, np.nan),
        ([2.0], [0.0], np.inf, np.inf),
        ([0.0], [3.0], 0, 0),
    ],
)
def test_the_bootstrap_of_degenerate_windows(
    recent: list[float], baseline: list[float], low: float, high: float
) -> None:
    assert bootstrap_ratio_interval(recent, baseline) == pytest.approx((low, high), nan_ok=True)


def test_the_interval_of_a_day_is_that_of_its_windows() -> None:
    values = np.random.default_rng(2).poisson(8, 60).astype(float)
    series = build_daily_series(make_days(60), values)
    readings = [read_series(series, START + timedelta(days=n), SMALL) for n in (3, 50, 70)]
    assert [np.isnan(reading.low) for reading in readings] == [True, False, True]
    assert (readings[1].low, readings[1].high) == bootstrap_ratio_interval(values[47:51], values[37:47])


def test_a_stricter_rule_moves_every_bound_outwards() -> None:
    strict, lax = SeriesRule().scaled(0.1), SeriesRule().scaled(-0.1)
    assert (strict.upper, strict.lower, strict.ratio_up, strict.ratio_down) == pytest.approx((88, 12, 1.32, 0.72))
    assert (lax.upper, lax.lower, lax.ratio_up, lax.ratio_down) == pytest.approx((72, 28, 1.08, 0.88))
