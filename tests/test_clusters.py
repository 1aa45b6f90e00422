"""Groups of machine-coded events become candidates when asked, once each, and never events by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tension.desk import Desk
from tension.intake.groups import propose_clusters
from tension.intake.inbox import accept, build_draft, find_faults, load_candidates
from tension.records.candidates import Candidate
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import build_event_table
from tests.factories import count_raw_events, make_event

EVENT_COUNT = count_raw_events()

NOW = datetime(2026, 9, 2, tzinfo=UTC)


def make_coded(number: int, mentions: int, page: str = "a", **changes: Any) -> dict[str, Any]:
    source = {"publisher": "example.org", "url": f"https://www.example.org/{page}", "tier": "aggregator"}
    source["published"] = "2024-03-02"
    fields = {"event_id": f"gdelt:{number}", "source_key": "gdelt", "sources": [source]} | changes
    (row,) = build_event_table([make_event(**fields)], NOW).to_pylist()
    return row | {"mention_count": mentions, "category": None, "severity": None}


@pytest.fixture
def desk(leadless_desk: Desk) -> Desk:
    rows = [
        make_coded(1, 8, "a"),
        make_coded(2, 30, "b"),
        make_coded(3, 2, "b"),
        make_coded(4, 100, occurred_date=date(2024, 3, 2)),
        make_coded(5, 100, target=None),
        make_coded(6, 100, cameo_root="03", location="Manila"),
        make_coded(7, 19, location="Hanoi"),
    ]
    schema = leadless_desk.store.read_rows("events").schema
    leadless_desk.store.append(
        "events", build_event_table([], NOW).schema.empty_table().from_pylist(rows, schema=schema)
    )
    leadless_desk.refresh()
    return leadless_desk


def load_groups(desk: Desk) -> list[Candidate]:
    """The groups that wait, without the leads that come with the record."""
    return [candidate for candidate in load_candidates(desk.store) if candidate.source_key == "gdelt"]


def test_events_of_one_day_pair_act_and_place_are_one_candidate(desk: Desk) -> None:
    wanted = build_filter(since="2024-03-01", until="2024-03-01")
    found, tally = propose_clusters(desk.store, desk.queries, wanted)
    assert (found, tally.accepted_count, tally.known_count) == (2, 2, 0)
    candidates = {c.proposal.location: c for c in load_groups(desk)}
    shoal = candidates["Test Shoal"]
    assert shoal.summary == "3 events coded by machine, 40 mentions, from 2 pages; not reviewed."
    assert shoal.url == "https://www.example.org/b"
    assert (shoal.day, shoal.published_date) == (date(2024, 3, 1), date(2024, 3, 2))
    assert {(r.field, r.value) for r in shoal.proposal.reasons} >= {("cameo_root", "17"), ("initiator", "CHN")}


def test_asking_again_asks_nothing_twice_and_nothing_enters_the_record(desk: Desk) -> None:
    propose_clusters(desk.store, desk.queries, EventFilter())
    first = {c.candidate_id for c in load_groups(desk)}
    found, tally = propose_clusters(desk.store, desk.queries, EventFilter(), 1)
    assert (found, tally.accepted_count, tally.known_count) == (4, 1, 3)
    assert first < {c.candidate_id for c in load_groups(desk)}
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_the_limits_of_the_view_hold(desk: Desk) -> None:
    assert propose_clusters(desk.store, desk.queries, build_filter(regions=["taiwan-strait"]))[0] == 0
    assert propose_clusters(desk.store, desk.queries, build_filter(since="2024-03-02"))[0] == 1


def test_a_reviewer_completes_what_the_machine_does_not_state(desk: Desk) -> None:
    propose_clusters(desk.store, desk.queries, build_filter(since="2024-03-02"))
    (candidate,) = load_groups(desk)
    draft = build_draft(candidate)
    assert list(find_faults(draft)) == ["category", "severity"]
    completed = draft | {"category": "coast_guard", "severity": 3}
    event = accept(desk.store, desk.settings, candidate.candidate_id, completed, "A. Reviewer")
    assert (event.occurred_date, event.source_key, event.location) == (date(2024, 3, 2), "curated", "Test Shoal")
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT + 1
