"""Months of a daily count, worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tension.figures.months import COLUMNS, sum_months


def make_days(first: str, last: str, value: float = 1.0) -> pd.DataFrame:
    days = pd.date_range(first, last)
    return pd.DataFrame({"date": days, "value": value})


def test_a_month_is_the_sum_of_its_days_against_the_twelve_before() -> None:
    """2023 has 2 a day, so 31 x 2 = 62 in January 2024 too; its days at 4 are 124. Of the 12 before 730 / 12 is the
    mean; only whole months are compared."""
    days = pd.concat([make_days("2023-01-01", "2023-12-31", 2.0), make_days("2024-01-01", "2024-01-31", 4.0)])
    months = sum_months(days).set_index("month")
    january = months.loc["2024-01"]
    assert (january.total, january.day_count, january.is_whole) == (124.0, 31, True)
    assert january.mean_before == pytest.approx(730 / 12)
    assert january.ratio == pytest.approx(124 / (730 / 12))
    assert january.percentile == 100.0
    assert months.loc["2023-01":"2023-10"].ratio.isna().all()
    # Ten whole months lie before November 2023: 304 days at 2 are 608, a mean of 60.8; its own 60 rank among 62s, 60s
    # and a 56: January, March, May, July, August, October are 62; April, June, September 60; February 56.
    november = months.loc["2023-11"]
    assert november.mean_before == pytest.approx(60.8)
    assert november.percentile == pytest.approx(100 * (1 + 3 / 2) / 10)


def test_a_month_that_is_not_whole_is_summed_and_not_compared() -> None:
    days = pd.concat([make_days("2023-01-01", "2023-12-31"), make_days("2024-01-01", "2024-01-08")])
    last = sum_months(days).iloc[-1]
    assert (last.total, last.day_count, last.is_whole) == (8.0, 8, False)
    assert pd.isna(last.ratio)


def test_a_missing_month_is_unknown_and_not_zero() -> None:
    days = pd.concat([make_days("2023-01-01", "2023-04-30"), make_days("2023-06-01", "2024-03-31")])
    months = sum_months(days).set_index("month")
    assert pd.isna(months.loc["2023-05"].total)
    assert months.loc["2023-05"].day_count == 0
    # Of the 12 before March 2024 May 2023 is missing: 335 days in eleven months.
    assert months.loc["2024-03"].mean_before == pytest.approx(335 / 11)


def test_nothing_is_compared_across_a_break() -> None:
    days = make_days("2022-01-01", "2024-12-31")
    months = sum_months(days, [date(2023, 6, 15)]).set_index("month")
    # The break lies within June: July is the first month of the new definition, and the eleventh after it is May 2024.
    assert months.loc["2023-06"].ratio > 0
    assert months.loc["2023-07":"2024-04"].ratio.isna().all()
    assert months.loc["2024-05"].mean_before == pytest.approx((31 + 31 + 30 + 31 + 30 + 31 + 31 + 29 + 31 + 30) / 10)


def test_zero_months_have_no_ratio_and_nothing_gives_nothing() -> None:
    months = sum_months(make_days("2023-01-01", "2024-01-31", 0.0))
    assert pd.isna(months.ratio.iloc[-1])
    assert months.percentile.iloc[-1] == 50.0
    assert list(sum_months(make_days("2023-01-01", "2022-01-01")).columns) == list(COLUMNS)
