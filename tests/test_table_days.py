"""Days, intervals and hours as tables have them: read where they mean one day, refused with a reason where not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.records.vocab import Region
from tension.sources.table_days import Days, parse_day, parse_days

FIRST = date(2026, 8, 21)


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-21",
        "2026-8-21",
        "2026/8/21",
        "2026.08.21",
        "20260821",
        "21 August 2026",
        "21-Aug-2026",
        "21-Aug-26",
        "21st Aug. 2026",
        "August 21, 2026",
        "Aug 21st 2026",
        "21/08/2026",
        "08/21/2026",
        "21.8.2026",
        "2026年8月21日",
        "2026년 8월 21일",
        "２０２６年８月２１日",
        "民國115年8月21日",
        "中華民國115年8月21日",
        "民国115年8月21日",
        "115年8月21日",
        "115/08/21",
        "115.8.21",
        "115-08-21",
        "1150821",
        "ROC 115/8/21",
        "R.O.C. 115-08-21",
        "令和8年8月21日",
        "2026-08-21 (Fri)",
        "2026年8月21日(星期五)",
        "Friday, 21 August 2026",
        "2026-08-21 10:30",
        "2026-08-21T00:00:00",
        "2026-08-21T00:00:00.000Z",
        "2026-08-21 23:59 UTC+8",
        "2026-08-21 23:59 (UTC+8)",
        "2026-08-21 23:59:59 +0800",
        "2026-08-21T23:59:59.999+08:00",
        "21/08/2026 11:59 PM",
        "2026-08-21 09:00 local time",
    ],
)
def test_a_day_is_read_in_every_form_that_means_one(text: str) -> None:
    assert parse_day(text, Region.TAIWAN_STRAIT) == FIRST


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2026-08-21/2026-08-23", date(2026, 8, 23)),
        ("2026-08-21/23", date(2026, 8, 23)),
        ("2026-08-21 to 2026-08-23", date(2026, 8, 23)),
        ("from 2026-08-21 to 2026-08-23", date(2026, 8, 23)),
        ("between 21 August 2026 and 23 August 2026", date(2026, 8, 23)),
        ("2026-08-21 – 2026-08-23", date(2026, 8, 23)),
        ("2026-08-21~2026-08-23", date(2026, 8, 23)),
        ("21-23 August 2026", date(2026, 8, 23)),
        ("21 August - 2 September 2026", date(2026, 9, 2)),
        ("August 21-23, 2026", date(2026, 8, 23)),
        ("Aug 21 - Sep 2, 2026", date(2026, 9, 2)),
        ("2026年8月21日至23日", date(2026, 8, 23)),
        ("2026年8月21日至9月2日", date(2026, 9, 2)),
        ("民國115年8月21日至23日", date(2026, 8, 23)),
        ("115/08/21-115/08/23", date(2026, 8, 23)),
        ("2026-08-21T06:00+08:00/2026-08-22T06:00+08:00", date(2026, 8, 22)),
        ("2026-08-21/2026-08-21", None),
    ],
)
def test_an_interval_keeps_both_its_ends(text: str, last: date | None) -> None:
    assert parse_days(text, Region.TAIWAN_STRAIT) == Days(FIRST, last)


def test_an_interval_over_new_year_takes_the_year_that_it_leaves_out() -> None:
    assert parse_days("30 December - 2 January 2026") == Days(date(2025, 12, 30), date(2026, 1, 2))
    assert parse_days("2025年12月30日至1月2日") == Days(date(2025, 12, 30), date(2026, 1, 2))


@pytest.mark.parametrize(
    ("text", "region", "says"),
    [
        ("2026-08-01T20:00:00Z", Region.TAIWAN_STRAIT, "is 2026-08-02 in the region (UTC+8)"),
        ("2026-08-01 20:00 GMT", Region.SOUTH_CHINA_SEA, "is 2026-08-02 in the region (UTC+7 to +8)"),
        ("2026-08-01T15:30:00Z", Region.EAST_CHINA_SEA, "is 2026-08-01 or 2026-08-02 in the region"),
        ("2026-08-01 22:00 EST", Region.KOREAN_PENINSULA, "is 2026-08-02 in the region"),
        ("2026-08-02T01:00:00+12:00", Region.TAIWAN_STRAIT, "is 2026-08-01 in the region"),
        ("2026-08-01 10:00 CST", Region.TAIWAN_STRAIT, "is in a zone that isn't known (CST)"),
        ("03/04/2026", Region.TAIWAN_STRAIT, "is ambiguous (day 3 of month 4, or day 4 of month 3?)"),
        ("2026-08-23/2026-08-21", Region.TAIWAN_STRAIT, "is an interval that ends before it begins"),
        ("2026-02-30", Region.TAIWAN_STRAIT, "is no day of the calendar"),
        ("115/02/30", Region.TAIWAN_STRAIT, "is no day of the calendar"),
        ("46235", Region.TAIWAN_STRAIT, "a day number of Excel?"),
        ("99/08/21", Region.TAIWAN_STRAIT, "can't be read as a date"),
        ("August 2026", Region.TAIWAN_STRAIT, "can't be read as a date"),
        ("21", Region.TAIWAN_STRAIT, "can't be read as a date"),
        ("P3D", Region.TAIWAN_STRAIT, "can't be read as a date"),
    ],
)
def test_what_may_be_another_day_is_refused_with_the_reason(text: str, region: Region, says: str) -> None:
    with pytest.raises(ValueError, match="allowed: YYYY-MM-DD") as caught:
        parse_days(text, region)
    assert says in str(caught.value)


def test_one_day_is_asked_for_where_an_interval_means_nothing() -> None:
    with pytest.raises(ValueError, match="is an interval; allowed: one day"):
        parse_day("2026-08-21/2026-08-23")


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1912, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back_from_both_calendars(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"民國{day.year - 1911}年{day.month}月{day.day}日") == day
    assert parse_day(f"{day.day} {day:%B} {day.year}") == day


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789/-. 年月日至:TZ+to民國Aug", max_size=24))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        days = parse_days(text)
    except ValueError as error:
        reason = str(error)
        assert "; allowed: YYYY-MM-DD" in reason
    else:
        assert days.last is None or days.last > days.first
