"""Contacts by level, gaps and suspensions against the files, worked by hand; the chart of them."""

from __future__ import annotations

import statistics
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from tension.assessments.observations import Observations, RecordFrames
from tension.desk import Desk
from tension.figures.palette import DARK
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter
from tension.relations.channels import LEVELS, find_suspensions, summarise_levels

LAST_DAY = date(2026, 7, 5)


def make_contacts(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "event_id": [f"e{n}" for n in range(len(rows))],
            "occurred_date": pd.to_datetime([day for day, _ in rows]),
            "us_china_military_contact": [level for _, level in rows],
        }
    )


def test_gaps_are_between_days_with_a_contact_and_cancelled_ones_are_none() -> None:
    contacts = make_contacts(
        ("2024-01-01", "ministers"),
        ("2024-01-11", "working"),
        ("2024-01-11", "leaders"),
        ("2024-02-10", "cancelled"),
        ("2024-03-31", "ministers"),
    )
    together, *levels = summarise_levels(contacts, date(2024, 4, 10))
    assert (together.contact_count, together.days_since) == (4, 10)
    assert (together.typical_gap_days, together.longest_gap_days) == (45, 80)
    assert [summary.level for summary in levels] == list(LEVELS)
    ministers = levels[1]
    assert (ministers.contact_count, ministers.typical_gap_days, ministers.last_event_id) == (2, 90, "e4")
    assert levels[2].contact_count == 0
    assert levels[2].days_since is None


def test_the_real_contacts_on_the_last_day(desk: Desk) -> None:
    contacts = desk.queries.load_contacts(LAST_DAY)
    together = summarise_levels(contacts, LAST_DAY)[0]
    held = sorted(
        {e.occurred_date for e in desk.record.events if e.us_china_military_contact not in (None, "cancelled")}
    )
    assert together.last_date == held[-1]
    assert together.days_since == (LAST_DAY - held[-1]).days
    assert together.typical_gap_days == statistics.median((b - a).days for a, b in pairwise(held))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2022, 8, 4), []),
        (date(2023, 6, 1), [(date(2022, 8, 5), None)]),
        (date(2023, 11, 15), [(date(2022, 8, 5), None)]),
        (LAST_DAY, [(date(2022, 8, 5), date(2023, 11, 15))]),
    ],
)
def test_channels_stood_suspended_from_august_2022_to_november_2023(
    desk: Desk, as_of: date, expected: list[tuple[date, date | None]]
) -> None:
    indicator = desk.assessor.find_indicator("suspension-in-force")[2]
    spans = find_suspensions(desk.assessor.observed, indicator, as_of)
    assert [(span.first_date, span.last_date) for span in spans] == expected


def test_an_empty_record_has_no_suspension(desk: Desk) -> None:
    frames = desk.assessor.observed.frames
    empty = Observations(RecordFrames(frames.events.iloc[:0], frames.activity.iloc[:0], [], []))
    assert find_suspensions(empty, desk.assessor.find_indicator("suspension-in-force")[2], LAST_DAY) == ()


def test_the_chart_holds_every_contact_on_its_lane(desk: Desk) -> None:
    chart = build_chart("channels", desk, EventFilter(), DARK)
    held, called_off = chart.figure.data
    flags = [e.us_china_military_contact for e in desk.record.events if e.us_china_military_contact]
    assert len(held.x) == len(flags) - flags.count("cancelled")
    assert len(called_off.x) == flags.count("cancelled")
    assert set(called_off.y) == {0}
    assert {ids[0] for ids in held.customdata} <= set(chart.frame.event_id)
    spans = [(shape.x0, shape.x1) for shape in chart.figure.layout.shapes if shape.type == "rect"]
    assert spans == [(date(2022, 8, 5), date(2023, 11, 15))]
    last = max(e.occurred_date for e in desk.record.events if e.us_china_military_contact not in (None, "cancelled"))
    assert f"{(LAST_DAY - last).days} days" in chart.alt
    assert not chart.is_empty


def test_the_chart_moves_with_the_as_of_day_and_can_be_empty(desk: Desk) -> None:
    early = build_chart("channels", desk, EventFilter(as_of=date(2023, 1, 1)), DARK)
    assert len(early.figure.data[0].x) == 4
    none = build_chart("channels", desk, EventFilter(as_of=date(2022, 1, 15)), DARK)
    assert none.is_empty
    assert "No US-China military contact" in none.alt
