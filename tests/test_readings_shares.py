"""Shares of events, counts of distinct things and the 27 combinations: against SciPy and by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from tension.errors import BadInput
from tension.readings import (
    Cover,
    RateRule,
    SeriesRule,
    State,
    build_daily_series,
    build_event_days,
    read_distinct_history,
    read_series_history,
    read_series_robustness,
    read_share_history,
)
from tension.readings.shares import find_level_shares, find_odds_intervals

START = date(2022, 1, 1)
COVER = Cover(START, START + timedelta(days=999))


def on(*numbers: int) -> list[date]:
    return [START + timedelta(days=number) for number in numbers]


def test_odds_intervals_equal_scipy_s_exact_ones() -> None:
    tables = np.random.default_rng(3).integers(0, 25, (25, 4))
    tables[:4] = [[0, 9, 4, 30], [9, 0, 4, 30], [5, 5, 0, 12], [5, 5, 12, 0]]
    _, low, high = find_odds_intervals(*tables.T, level=0.9)
    for table, found in zip(tables.tolist(), np.column_stack([low, high]).tolist(), strict=True):
        yes, no, base_yes, base_no = table
        exact = stats.contingency.odds_ratio([[yes, no], [base_yes, base_no]]).confidence_interval(0.9)
        assert found == pytest.approx([exact.low, exact.high], rel=1e-5)


def test_odds_of_tables_without_a_side_are_open() -> None:
    odds_ratio, low, high = find_odds_intervals([0, 3, 0], [0, 0, 4], [4, 2, 0], [6, 5, 6])
    assert low.tolist() == [0.0, pytest.approx(low[1]), 0.0]
    assert high.tolist() == [np.inf] * 3
    assert odds_ratio.tolist() == pytest.approx([np.nan, np.inf, np.nan], nan_ok=True)


def test_a_share_that_rises_is_up() -> None:
    everything = on(*range(0, 250, 5))  # 40 in the baseline, 10 in the last 50 days
    severe = [*everything[:40:8], *everything[40:48]]  # 5 of 40, then 8 of 10
    history = read_share_history(
        build_event_days(severe), build_event_days(everything), on(249, 1000), COVER, RateRule(50, 200)
    )
    row = history.iloc[0]
    assert row[["recent_count", "recent_total", "baseline_count", "baseline_total"]].to_list() == [8, 10, 5, 40]
    assert row[["recent_share", "baseline_share", "odds_ratio"]].to_list() == pytest.approx([0.8, 0.125, 28.0])
    exact = stats.contingency.odds_ratio([[8, 2], [5, 35]]).confidence_interval(0.9)
    assert [row["low"], row["high"]] == pytest.approx([exact.low, exact.high], rel=1e-5)
    assert row["state"] == State.UP
    assert history["state"].iloc[1] == State.NOT_LOOKED
    assert history.drop(columns=["state", "reason"]).iloc[1].isna().all()


def test_a_share_of_too_few_events_says_so() -> None:
    everything = build_event_days(on(*range(0, 200, 5), 230))
    history = read_share_history(build_event_days(on(230)), everything, on(249), COVER, RateRule(50, 200))
    assert history["state"].item() == State.TOO_FEW


def test_a_share_of_other_events_is_refused() -> None:
    with pytest.raises(BadInput, match="part of all_events"):
        read_share_history(build_event_days(on(5)), build_event_days([]), on(9), COVER, RateRule(5, 5))


def test_no_events_have_no_share() -> None:
    nothing = build_event_days([])
    assert read_share_history(nothing, nothing, on(900), Cover(None, None), RateRule(50, 200))["state"].item() == (
        State.NOT_LOOKED
    )
    assert read_share_history(nothing, nothing, on(900), COVER, RateRule(50, 200))["state"].item() == State.TOO_FEW


def test_distinct_features_are_ranked_among_past_windows() -> None:
    rule = SeriesRule(baseline_days=10, reference_days=20)
    # One feature every fifth day, then three on days 50, 51 and 52.
    events = build_event_days(on(*range(0, 50, 5), 50, 51, 52), keys=["reef"] * 10 + ["reef", "shoal", "cay"])
    history = read_distinct_history(events, on(9, 20, 51, 52, 61, 70), Cover(START, on(70)[0]), 10, rule)
    assert history["distinct_count"].to_list() == [1, 1, 2, 3, 1, 0]
    # Day 52: nineteen past windows held one feature, the one before held two: baseline 21 / 20, all below.
    assert history[["baseline", "ratio", "percentile"]].iloc[3].to_list() == pytest.approx([1.05, 3 / 1.05, 100.0])
    assert history["state"].to_list() == [
        State.INSUFFICIENT,
        State.LEVEL,
        State.UP,
        State.UP,
        State.LEVEL,
        State.DOWN,
    ]


def test_distinct_features_of_no_record_are_not_looked_at() -> None:
    history = read_distinct_history(build_event_days([]), on(5), Cover(None, None))
    assert (history["state"].item(), history["distinct_count"].isna().item()) == (State.NOT_LOOKED, True)
    late = read_distinct_history(build_event_days(on(1)), on(1000), COVER)
    assert late["state"].item() == State.NOT_LOOKED


def test_the_robustness_of_a_series_is_the_reading_under_each_combination() -> None:
    values = np.random.default_rng(5).poisson(9, 1500).astype(float)
    values[1200:] *= 1.5
    series = build_daily_series(on(*range(1500)), values, on(300))
    asked = on(200, 700, 1100, 1230, 1400, 1600)
    combinations = read_series_robustness(series, asked)
    assert combinations.shape == (6, 27)
    for window, baseline, threshold in [(14, 180, -0.1), (60, 730, 0.1), (30, 365, 0.0)]:
        rule = SeriesRule(window_days=window, baseline_days=baseline).scaled(threshold)
        expected = read_series_history(series, asked, rule)["state"]
        assert combinations[window, baseline, threshold].to_list() == expected.to_list()


def test_the_robustness_of_an_empty_series_raises_nothing() -> None:
    combinations = read_series_robustness(build_daily_series([], []), on(0))
    assert set(combinations.to_numpy().ravel()) == {State.NOT_LOOKED}


@pytest.mark.parametrize(("total", "yes", "no"), [(80, 26, 171), (30, 5, 60), (12, 40, 3)])
def test_the_band_of_a_share_holds_the_shares_that_read_level(total: int, yes: int, no: int) -> None:
    low, high = find_level_shares(np.array([total]), np.array([yes]), np.array([no]))
    level = []
    for count in range(total + 1):
        interval = stats.contingency.odds_ratio([[count, total - count], [yes, no]]).confidence_interval(0.9)
        if interval.low <= 1 <= interval.high:
            level.append(count)
    assert (low[0], high[0]) == (level[0] / total, level[-1] / total)
