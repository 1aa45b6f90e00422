"""Exercise areas by date, and the honest word on those that were not found."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.maps.content import find_count_day, find_map_day
from tension.figures.maps.zones import IN_FORCE, choose_zones, describe_zones, find_unmapped, list_exercises
from tension.records.filters import EventFilter, build_filter


@pytest.fixture(scope="module")
def unmapped(desk: Desk) -> pd.DataFrame:
    return find_unmapped(desk.queries.load_events(EventFilter()), desk.record.geography)


@pytest.mark.parametrize(
    ("on", "count"),
    [
        # Xinhua, 2 August 2022: from 12:00 on 4 August to 12:00 on 7 August (UTC+8).
        (date(2022, 8, 3), 0),
        (date(2022, 8, 4), 6),
        (date(2022, 8, 7), 6),
        (date(2022, 8, 8), 0),
        # Eastern Theater Command, 29 December 2025: 08:00 to 18:00 on 30 December.
        (date(2025, 12, 29), 0),
        (date(2025, 12, 30), 5),
        (date(2025, 12, 31), 0),
        (date(2026, 7, 5), 0),
    ],
)
def test_areas_in_force_on_a_day(desk: Desk, on: date, count: int):
    assert len(choose_zones(desk.record.geography, on)) == count


def test_an_exercise_shows_its_areas_on_any_day(desk: Desk):
    geography = desk.record.geography
    assert [(e.key, e.zone_count) for e in list_exercises(geography)] == [
        ("aug-2022-after-pelosi-visit", 6),
        ("justice-mission-2025", 5),
    ]
    names = [z["properties"]["name"] for z in choose_zones(geography, date(2026, 7, 5), "justice-mission-2025")]
    assert names == [f"Justice Mission 2025 zone {letter}" for letter in "ABCDE"]


def test_an_unknown_exercise_says_which_there_are(desk: Desk):
    with pytest.raises(BadInput, match="in-force, aug-2022-after-pelosi-visit, justice-mission-2025"):
        choose_zones(desk.record.geography, date(2026, 7, 5), "joint-sword")


def test_exercises_whose_areas_were_not_found_are_named(unmapped: pd.DataFrame):
    days = set(unmapped.first_date.dt.date)
    assert days == {date(2023, 4, 8), date(2024, 5, 23), date(2024, 10, 14), date(2025, 4, 1)}


def test_what_is_said_of_a_day(desk: Desk, unmapped: pd.DataFrame):
    geography = desk.record.geography

    def say(on: date, exercise: str = IN_FORCE) -> str:
        return describe_zones(geography, unmapped, on, exercise)

    assert say(date(2022, 8, 5)) == "6 declared areas in force on 5 Aug 2022: Aug 2022 (after Pelosi visit)."
    assert say(date(2026, 7, 5)) == "No known exercise area was in force on 5 Jul 2026."
    assert "Running that day, areas not found: PLA exercise Joint Sword-2024A" in say(date(2024, 5, 24))
    assert say(date(2024, 5, 24), "justice-mission-2025") == "5 declared areas of Justice Mission 2025."


def test_an_exercise_reported_after_the_as_of_date_is_not_missed_by_name(desk: Desk):
    events = desk.queries.load_events(build_filter(as_of="2024-01-01"))
    assert list(find_unmapped(events, desk.record.geography).first_date.dt.year) == [2023]


def test_the_day_of_the_map_is_as_of_then_until_then_the_records_last(desk: Desk):
    last = date(2026, 7, 5)
    assert find_map_day(EventFilter(), last) == last
    assert find_map_day(build_filter(until="2024-05-24"), last) == date(2024, 5, 24)
    assert find_map_day(build_filter(until="2030-01-01"), last) == last
    assert find_map_day(build_filter(until="2024-05-24", as_of="2025-01-01"), last) == date(2025, 1, 1)
    assert find_count_day(desk, date(2022, 8, 5)) == date(2022, 8, 5)
    assert find_count_day(desk, date(2030, 1, 1)) == desk.find_last_activity_day()
