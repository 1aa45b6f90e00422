"""What changed between two days, held against the record's own files and a loop of its own over the marks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tension.assessments.changes import ChangeKind, read_changes
from tension.desk import Desk
from tension.errors import BadInput
from tension.records.vocab import Region
from tests.factories import load_raw_events

SINCE, UNTIL = date(2025, 3, 25), date(2025, 6, 30)


def read(desk: Desk, since: date = SINCE, until: date = UNTIL, regions: tuple[Region, ...] = ()):
    return read_changes(desk.assessor, desk.queries, desk.record.article.claims, since, until, regions)


def test_grave_events_after_the_first_day_and_reported_by_the_last_are_told(desk: Desk) -> None:
    told = {change.event_id for change in read(desk).changes if change.kind is ChangeKind.EVENT}
    wanted = {
        event["event_id"]
        for event in load_raw_events()
        if event["severity"] >= 4 and SINCE < event["occurred_date"] <= UNTIL
    }
    reported = {row for row in wanted if desk.queries.load_event(row)["reported_date"].date() <= UNTIL}
    assert told == reported
    assert told


def test_a_turn_is_a_day_that_went_up_or_down_from_another_readable_mark(desk: Desk) -> None:
    found = {(change.indicator_id, change.day) for change in read(desk).changes if change.kind is ChangeKind.TURN}
    expected = set()
    for claim in desk.record.article.claims:
        marks = desk.assessor.read_marks(claim.claim_id)
        for name in marks:
            for offset in range(1, (UNTIL - SINCE).days + 1):
                day = SINCE + timedelta(days=offset)
                now, before = marks.at[str(day), name], marks.at[str(day - timedelta(days=1)), name]
                if now in ("up", "down") and before not in (now, "unread"):
                    expected.add((name, day))
    assert found == expected
    assert found


def test_the_aircraft_of_strait_thunder_are_a_surge(desk: Desk) -> None:
    surges = [change for change in read(desk).changes if change.kind is ChangeKind.SURGE]
    assert any(change.day == date(2025, 4, 2) and change.words.startswith("76 aircraft") for change in surges)


def test_contacts_and_words_then_and_now(desk: Desk) -> None:
    changes = read(desk)
    contacts = {c.event_id for c in changes.changes if c.kind is ChangeKind.CONTACT}
    assert contacts == {
        event["event_id"]
        for event in load_raw_events()
        if event.get("us_china_military_contact") and SINCE < event["occurred_date"] <= UNTIL
    }
    for found in changes.claims:
        history = desk.assessor.read_claim_history(found.claim.claim_id)["state"]
        assert (found.then, found.now) == (history[str(SINCE)], history[str(UNTIL)])


def test_a_region_leaves_out_the_events_and_claims_of_others(desk: Desk) -> None:
    changes = read(desk, regions=(Region.SOUTH_CHINA_SEA,))
    assert "taiwan" not in {found.claim.claim_id for found in changes.claims}
    assert all(c.words.startswith("South China Sea") for c in changes.changes if c.kind is ChangeKind.EVENT)


def test_newest_first_and_the_summary_counts_them(desk: Desk) -> None:
    changes = read(desk)
    days = [change.day for change in changes.changes]
    assert days == sorted(days, reverse=True)
    turns = sum(change.kind is ChangeKind.TURN for change in changes.changes)
    assert f"{turns} turns of indicators" in changes.summary


def test_days_out_of_order_are_refused(desk: Desk) -> None:
    with pytest.raises(BadInput, match="a day before 2025-03-25"):
        read(desk, UNTIL, SINCE)
