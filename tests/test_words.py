"""Days, numbers, counts, lists and states are worded in one way everywhere."""

from __future__ import annotations

import locale
import math
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.words import (
    count,
    first_sentence,
    format_day,
    format_days,
    format_interval,
    format_month,
    format_number,
    format_percent,
    format_span,
    join_words,
    lower_first,
    name_host,
    name_state,
    spell_days,
    upper_first,
)


@pytest.mark.parametrize(
    "day", [date(2026, 7, 5), datetime(2026, 7, 5, 23, 59, tzinfo=UTC), pd.Timestamp("2026-07-05")]
)
def test_a_day_reads_alike_whatever_holds_it(day: date):
    assert format_day(day) == "5 Jul 2026"
    assert format_month(day) == "Jul 2026"


@pytest.mark.parametrize("none", [None, pd.NaT])
def test_no_day_is_no_words(none: date | None):
    assert format_day(none) == format_month(none) == ""


def test_a_span_is_open_where_it_has_no_end():
    assert format_days(date(2024, 10, 14), date(2024, 10, 14)) == "14 Oct 2024"
    assert format_days(date(2024, 10, 14), date(2024, 10, 15)) == "14 to 15 Oct 2024"
    assert format_days(date(2025, 12, 29), date(2026, 1, 2)) == "29 Dec 2025 to 2 Jan 2026"
    assert format_days(date(2024, 10, 14), date(2025, 10, 15)) == "14 Oct 2024 to 15 Oct 2025"
    assert format_span(None, date(2025, 10, 31)) == "start of record to 31 Oct 2025"
    assert format_span(date(2025, 10, 31), None) == "31 Oct 2025 to end of record"


@given(st.dates(date(1000, 1, 1)))
def test_a_day_in_words_reads_back(day: date):
    saved = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "C")
        assert datetime.strptime(format_day(day), "%d %b %Y").date() == day  # noqa: DTZ007
    finally:
        locale.setlocale(locale.LC_TIME, saved)


def test_iso_days_and_months_within_a_text_are_spelled_and_other_words_stay():
    said = "no data between 2022-10-16 and 2022-11; 2022-13, 2022 and CVE-2022-10-16-3 stay"
    assert spell_days(said) == "no data between 16 Oct 2022 and Nov 2022; 2022-13, 2022 and CVE-2022-10-16-3 stay"


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (0, "0"), (3.0, "3"), (2.25, "2.2"), (99.96, "100.0"), (100.4, "100"), (12_345, "12,345")],
)
def test_numbers_keep_one_decimal_where_it_says_something(value: float | None, words: str):
    assert format_number(value) == words


@pytest.mark.parametrize(
    ("share", "words"), [(None, "–"), (0, "0%"), (0.004, "0.4%"), (0.0999, "10.0%"), (0.1, "10%"), (1, "100%")]
)
def test_small_shares_keep_a_decimal(share: float | None, words: str):
    assert format_percent(share) == words


def test_an_interval_says_where_it_is_open():
    assert format_interval(None) == ""
    assert format_interval((0.4, 0.655)) == "0.40 to 0.66"
    assert format_interval((1.25, math.inf)) == "1.25 or more"


def test_one_event_is_not_one_events():
    assert [count(n, "event") for n in (0, 1, 2, 1234)] == ["0 events", "1 event", "2 events", "1,234 events"]


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_words_are_joined_as_in_a_sentence(words: list[str], joined: str):
    assert join_words(words, "or") == joined


def test_a_sentence_opens_with_a_capital_and_keeps_the_rest():
    assert upper_first("joint sails by the US Navy") == "Joint sails by the US Navy"
    assert upper_first("") == ""


def test_names_keep_their_capital_within_a_sentence():
    assert lower_first("Aircraft a day") == "aircraft a day"
    assert lower_first("A suspension in force") == "a suspension in force"
    assert lower_first("FONOPs, joint sails") == "FONOPs, joint sails"
    assert lower_first("Japan") == "Japan"
    assert lower_first("China's exercises") == "China's exercises"


def test_states_by_name_and_strangers_by_code():
    assert name_state("CHN") == "China"
    assert name_state("THA") == "THA"
    assert name_state(None) == ""


def test_first_sentence_stops_at_the_first_full_stop():
    assert first_sentence("One of the U.S. allies. It buys arms.") == "One of the U.S. allies."
    assert first_sentence("A fleet through AUKUS. It has signed.") == "A fleet through AUKUS."
    assert first_sentence("No second one") == "No second one"


def test_a_link_is_named_by_its_site():
    assert name_host("https://www.example.org/a?b") == "example.org"
    assert name_host("no address") == "source"
