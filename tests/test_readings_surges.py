"""Surges: days above the 99th percentile of the year before, against numpy and against counts worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tension.readings import SurgeRule, build_daily_series, find_surge, read_surge_bounds
from tension.readings.series import DailySeries

START = date(2020, 1, 1)
# Small enough to work by hand: the last 3 days against the 10 before them.
SMALL = SurgeRule(window_days=3, reference_days=10, percentile=90, coverage=0.8)


def build(values: list[float], breaks: tuple[int, ...] = ()) -> DailySeries:
    days = [START + timedelta(days=n) for n in range(len(values))]
    return build_daily_series(days, values, [START + timedelta(days=n) for n in breaks])


def on(number: int) -> date:
    return START + timedelta(days=number)


def test_the_bound_is_the_percentile_of_the_days_before_the_window_by_hand() -> None:
    values = [float(n) for n in range(1, 11)] + [0.0, 0.0, 12.0]
    bounds = read_surge_bounds(build(values), SMALL)
    # Day 12: its window is 10 to 12, the reference the ten before: 1 to 10, whose 90th percentile is 9.1.
    assert bounds.iloc[12] == pytest.approx(9.1)
    # Day 10 has eight reference days (0 to 7, values 1 to 8), just enough; day 9 has seven.
    assert bounds.iloc[10] == pytest.approx(np.quantile(np.arange(1, 9), 0.9))
    assert np.isnan(bounds.iloc[9])


def test_a_surge_names_its_day_its_figure_and_the_last_day_as_high() -> None:
    values = [float(n) for n in range(1, 11)] + [0.0, 10.0, 9.5]
    found = find_surge(build(values), on(12), SMALL)
    assert found is not None
    assert (found.day, found.value, found.last_as_high) == (on(11), 10.0, on(9))
    assert found.bound == pytest.approx(9.1)
    highest = find_surge(build([*values[:11], 40.0, 0.0]), on(12), SMALL)
    assert highest is not None
    assert (highest.day, highest.last_as_high, highest.first_date) == (on(11), None, on(0))


def test_of_two_days_alike_the_later_is_named() -> None:
    found = find_surge(build([1.0] * 10 + [7.0, 0.0, 7.0]), on(12), SMALL)
    assert found is not None
    assert (found.day, found.last_as_high) == (on(12), on(10))


def test_a_day_that_only_reaches_the_bound_is_no_surge() -> None:
    assert find_surge(build([5.0] * 13), on(12), SMALL) is None


def test_a_surge_is_over_when_its_day_leaves_the_window() -> None:
    series = build([1.0] * 10 + [9.0, 1.0, 1.0, 1.0])
    assert [find_surge(series, on(n), SMALL) is not None for n in (10, 11, 12, 13)] == [True, True, True, False]


def test_nothing_before_a_definition_break_is_looked_at() -> None:
    values = [1.0] * 10 + [9.0] * 13
    assert find_surge(build(values), on(11), SMALL) is not None
    # With a break on day 10 there is no reference until eight days of the new count lie before the window.
    series = build(values, breaks=(10,))
    assert [np.isnan(read_surge_bounds(series, SMALL).iloc[n]) for n in (19, 20)] == [True, False]
    assert find_surge(series, on(20), SMALL) is None


@pytest.mark.parametrize("gone", [0.0, 0.2])
def test_bounds_equal_numpys_percentile_on_every_day(gone: float) -> None:
    generator = np.random.default_rng(3)
    values = generator.poisson(9, 800).astype(float)
    values[generator.random(800) < gone] = np.nan
    bounds = read_surge_bounds(build(values.tolist()))
    for day in range(13, 800, 37):
        reference = values[max(day - 13 - 365, 0) : day - 13]
        known = reference[np.isfinite(reference)]
        expected = np.percentile(known, 99) if len(known) >= 292 else np.nan
        assert bounds.iloc[day] == pytest.approx(expected, nan_ok=True), day


def test_days_outside_the_series_and_an_empty_one_have_none() -> None:
    series = build([1.0] * 20)
    assert find_surge(series, on(-1), SMALL) is None
    assert find_surge(series, on(20), SMALL) is None
    assert find_surge(build([]), on(0), SMALL) is None
