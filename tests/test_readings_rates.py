"""Event rates: exact intervals against SciPy's own, and window counts against loops over sets."""

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
    Cover,
    EventDays,
    RateRule,
    State,
    build_event_days,
    count_in_windows,
    read_rate_history,
    read_rates,
    select_in_windows,
)
from tension.readings.rates import find_level_counts

START = date(2022, 1, 1)
Row = tuple[int, int, str | None]  # occurred, delay of the report, episode
COVER = Cover(START, START + timedelta(days=999))


def read_rate(n_recent: int, n_baseline: int, window: int, baseline: int, level: float = 0.9) -> pd.Series:
    return read_rates([n_recent], [n_baseline], window, baseline, level).iloc[0]


def on(*numbers: int) -> list[date]:
    return [START + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("n_recent", "n_baseline", "window", "baseline", "level"),
    [
        (3, 10, 90, 730, 0.9),
        (0, 10, 90, 730, 0.9),
        (12, 7, 180, 730, 0.95),
        (40, 160, 365, 730, 0.8),
        (5, 5, 1, 1, 0.9),
    ],
)
def test_the_interval_is_the_exact_binomial_one_carried_over(
    n_recent: int, n_baseline: int, window: int, baseline: int, level: float
) -> None:
    exact = stats.binomtest(n_recent, n_recent + n_baseline).proportion_ci(level, method="exact")
    reading = read_rate(n_recent, n_baseline, window, baseline, level)
    odds = [share / (1 - share) * baseline / window for share in (exact.low, exact.high)]
    assert (reading.low, reading.high) == pytest.approx(odds)
    assert reading.ratio == pytest.approx((n_recent / window) / (n_baseline / baseline))


@pytest.mark.parametrize(
    ("n_recent", "n_baseline", "state"),
    [
        (10, 10, State.UP),  # 10 in 90 days against 10 in 730: about eight times the rate
        (0, 40, State.DOWN),  # 4.9 expected, none seen
        (2, 16, State.LEVEL),  # as expected
        (50, 4, State.TOO_FEW),
        (0, 0, State.TOO_FEW),
    ],
)
def test_the_state_follows_from_where_the_interval_lies(n_recent: int, n_baseline: int, state: State) -> None:
    assert read_rate(n_recent, n_baseline, 90, 730).state == state


def test_no_recent_event_is_a_ratio_of_zero_by_hand() -> None:
    reading = read_rate(0, 10, 100, 100)
    # P(0 of 10) = (1 - p) ** 10 = 0.05 at the upper bound.
    share = 1 - 0.05**0.1
    assert (reading.ratio, reading.low, reading.high) == pytest.approx((0.0, 0.0, share / (1 - share)))


def test_empty_windows_have_no_finite_bound() -> None:
    over_nothing, nothing = read_rate(4, 0, 90, 730), read_rate(0, 0, 90, 730)
    assert (over_nothing.ratio, over_nothing.high, over_nothing.state) == (np.inf, np.inf, State.TOO_FEW)
    assert over_nothing.low == pytest.approx(0.05**0.25 / (1 - 0.05**0.25) * 730 / 90)
    assert np.isnan(nothing.ratio)
    assert (nothing.low, nothing.high) == (0.0, np.inf)


@pytest.mark.parametrize(("baseline", "window", "days"), [(5, 90, 730), (29, 90, 730), (13, 180, 730), (7, 248, 365)])
def test_the_band_of_a_rate_holds_the_counts_that_read_level(baseline: int, window: int, days: int) -> None:
    low, high = find_level_counts(np.array([float(baseline)]), np.array([float(window)]), np.array([float(days)]))
    level = [n for n in range(200) if read_rate(n, baseline, window, days).state == State.LEVEL]
    assert (low[0], high[0]) == (level[0], level[-1])


def test_windows_end_on_the_as_of_day_and_meet_without_overlap() -> None:
    events = build_event_days(on(0, 9, 10, 19, 20))
    counts = count_in_windows(events, on(9, 19, 20, 29, 30, 40), 10, 10)
    # Day 19: recent holds 10 to 19, the baseline 0 to 9.
    assert counts.to_numpy().tolist() == [[2, 0], [2, 2], [2, 2], [1, 2], [0, 2], [0, 0]]


def test_an_episode_counts_once_in_each_window() -> None:
    events = build_event_days(on(2, 3, 8, 12, 13, 15), keys=["drill", "drill", None, "drill", "drill", None])
    counts = count_in_windows(events, on(15), 10, 10)
    assert counts.to_numpy().tolist() == [[3, 1]]
    is_recent, is_baseline = select_in_windows(events, "2022-01-16", 10, 10)
    assert is_recent.tolist() == [False, False, True, True, True, True]
    assert is_baseline.tolist() == [True, True, False, False, False, False]


def test_an_event_counts_from_the_day_it_was_reported() -> None:
    events = build_event_days(on(5, 6, 7), reported=[*on(8), None, *on(2)])
    counts = count_in_windows(events, on(5, 6, 7, 8, 16), 10, 10)
    assert counts["recent_count"].to_list() == [0, 1, 2, 3, 1]
    assert counts["baseline_count"].to_list() == [0, 0, 0, 0, 2]


def test_an_event_reported_after_its_window_closed_enters_the_baseline_alone() -> None:
    counts = count_in_windows(build_event_days(on(0), reported=on(15)), on(9, 14, 15, 19, 20), 10, 10)
    assert counts.to_numpy().tolist() == [[0, 0], [0, 0], [0, 1], [0, 1], [0, 0]]


event_lists = st.lists(
    st.tuples(st.integers(0, 200), st.integers(-20, 60), st.sampled_from(["a", "b", "c", None])), max_size=40
)


def count_naively(rows: list[Row], day: int, first: int, last: int) -> int:
    inside = [
        (number, key)
        for number, (occurred, delay, key) in enumerate(rows)
        if max(occurred, occurred + delay) <= day and first <= occurred <= last
    ]
    return len({key if key is not None else number for number, key in inside})


def build(rows: list[Row]) -> EventDays:
    return build_event_days(
        on(*(row[0] for row in rows)), on(*(row[0] + row[1] for row in rows)), [row[2] for row in rows]
    )


@settings(max_examples=80, deadline=None)
@given(event_lists, st.integers(1, 40), st.integers(1, 80))
def test_counts_equal_those_of_a_loop_over_sets(rows: list[Row], window: int, baseline: int) -> None:
    days = list(range(0, 260, 7))
    counts = count_in_windows(build(rows), on(*days), window, baseline)
    for day, recent_count, baseline_count in zip(days, *counts.to_numpy().T.tolist(), strict=True):
        assert recent_count == count_naively(rows, day, day - window + 1, day)
        assert baseline_count == count_naively(rows, day, day - window - baseline + 1, day - window)


@settings(max_examples=40, deadline=None)
@given(event_lists, st.randoms(use_true_random=False))
def test_the_order_of_events_never_matters(rows: list[Row], random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    rule = RateRule(window_days=30, baseline_days=90)
    days = on(*range(0, 260, 13))
    first, second = (read_rate_history(build(given_rows), days, COVER, rule) for given_rows in (rows, shuffled))
    pd.testing.assert_frame_equal(first, second)


@settings(max_examples=40, deadline=None)
@given(event_lists, st.integers(0, 259), st.integers(0, 300), st.integers(0, 300))
def test_an_event_known_after_the_as_of_day_changes_nothing(
    rows: list[Row], day: int, occurred: int, reported: int
) -> None:
    late = max(day + 1, reported)
    rule = RateRule(window_days=30, baseline_days=90)
    without = read_rate_history(build(rows), on(day), COVER, rule, build(rows))
    more = [*rows, (occurred, late - occurred, "a")]
    pd.testing.assert_frame_equal(without, read_rate_history(build(more), on(day), COVER, rule, build(more)))


def test_history_gives_counts_ratio_share_and_state() -> None:
    events = build_event_days(on(*range(0, 200, 20), *range(200, 250, 5)))  # 10 in 200 days, then 10 in 50
    everything = build_event_days(on(*range(0, 250, 5)))
    row = read_rate_history(events, on(249), COVER, RateRule(50, 200), everything).iloc[0]
    assert row[["recent_count", "baseline_count", "recent_days", "baseline_days"]].to_list() == [10, 10, 50, 200]
    assert row[["ratio", "recent_total", "baseline_total"]].to_list() == [4.0, 10, 40]
    assert row[["recent_share", "baseline_share"]].to_list() == [1.0, 0.25]
    exact = stats.binomtest(10, 20).proportion_ci(0.9, method="exact")
    assert [row["low"], row["high"]] == pytest.approx([4 * p / (1 - p) for p in (exact.low, exact.high)])
    assert row["state"] == State.UP
    assert row["reason"].startswith("ratio 4.00, 90% interval 1.")


def test_a_window_that_begins_before_the_record_is_shortened_or_insufficient() -> None:
    events = build_event_days(on(*range(0, 300, 10)))
    history = read_rate_history(events, on(208, 209, 249), COVER, RateRule(50, 200))
    assert history["state"].to_list() == [State.INSUFFICIENT, State.LEVEL, State.LEVEL]
    assert history["baseline_days"].to_list() == [159, 160, 200]
    # Day 209: 5 in 50 days against 16 in the 160 days that the record has: the same rate.
    assert history["ratio"].to_list() == pytest.approx([np.nan, 1.0, 1.0], nan_ok=True)
    assert "159 of 200 days" in history["reason"].iloc[0]


def test_beyond_the_record_there_is_no_number_at_all() -> None:
    events = build_event_days(on(*range(0, 1000, 10)))
    history = read_rate_history(events, [START - timedelta(days=1), *on(999, 1000)], COVER, RateRule(50, 200), events)
    assert history["state"].to_list() == [State.NOT_LOOKED, State.LEVEL, State.NOT_LOOKED]
    assert history["reason"].iloc[2] == "the record ends on 2024-09-26"
    assert history.drop(columns=["state", "reason"]).iloc[[0, 2]].isna().all().all()


@pytest.mark.parametrize("cover", [COVER, Cover(None, None)])
def test_no_events_raise_nothing(cover: Cover) -> None:
    state = read_rate_history(build_event_days([]), on(900), cover, RateRule(50, 200))["state"].item()
    assert state == (State.TOO_FEW if cover.first_date else State.NOT_LOOKED)
    assert read_rate_history(build_event_days([]), [], cover, RateRule(50, 200)).empty


def test_events_and_reports_must_be_alike_in_number() -> None:
    with pytest.raises(BadInput, match="one for each of the 2 events"):
        build_event_days(on(1, 2), reported=on(1))
    with pytest.raises(BadInput, match="a date in every row"):
        build_event_days([None])
