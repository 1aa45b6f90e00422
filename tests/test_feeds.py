"""What leaves by subscription: a feed that readers take, a calendar that reads back, claims and counts as JSON."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import feedparser
import icalendar
import pytest
from defusedxml import ElementTree
from starlette.applications import Starlette

from tension.api.routes import build_routes
from tension.assessments.changes import read_changes
from tension.desk import Desk
from tests.factories import load_raw_events
from tests.fuzz_requests import ask_all
from tests.interface import Fetch, open_interface


@pytest.fixture(scope="module")
def fetch(desk: Desk) -> Fetch:
    return open_interface(Starlette(routes=build_routes(lambda: desk)), "http://desk.example")


def test_the_feed_has_an_entry_for_each_turn_surge_and_grave_event(fetch: Fetch, desk: Desk) -> None:
    answer = fetch("/changes.atom?since=2025-01-01&as_of=2025-12-31")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    found = read_changes(desk.assessor, desk.queries, desk.record.article.claims, date(2025, 1, 1), date(2025, 12, 31))
    expected = [(change.words, str(change.day)) for change in found.changes if change.kind != "contact"]
    assert [(entry.title, entry.updated[:10]) for entry in feed.entries] == expected
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert all(entry.link.startswith("http://desk.example/evidence?") for entry in feed.entries)


def test_an_entry_is_the_same_whoever_asks_and_from_which_day(fetch: Fetch) -> None:
    year = {
        e.id: e.title
        for e in feedparser.parse(fetch("/changes.atom?since=2024-12-31&as_of=2025-12-31").content).entries
    }
    part = {
        e.id: e.title
        for e in feedparser.parse(fetch("/changes.atom?since=2025-06-30&as_of=2025-12-31").content).entries
    }
    assert part
    assert part.items() <= year.items()


def test_a_feed_of_a_region_or_a_claim_has_its_own_alone(fetch: Fetch, desk: Desk) -> None:
    rule = desk.assessor.find_rule("taiwan")
    titles = {indicator.title for indicator in rule.indicators}
    feed = feedparser.parse(fetch("/changes.atom?claim=taiwan&since=2025-01-01&as_of=2025-12-31").content)
    assert feed.entries
    assert {entry.tags[0].term for entry in feed.entries} <= {"turn", "surge"}
    assert all(entry.title.split(":")[0] in titles for entry in feed.entries if entry.tags[0].term == "turn")
    grave = feedparser.parse(fetch("/changes.atom?region=south-china-sea&since=2024-01-01&as_of=2024-12-31").content)
    events = [entry for entry in grave.entries if entry.tags[0].term == "event"]
    assert events
    assert all(entry.title.startswith("South China Sea: ") for entry in events)
    assert fetch("/changes.atom?claim=nothing").status_code == 400
    assert fetch("/changes?region=mars").status_code == 400


def test_a_feed_without_an_entry_is_a_feed(fetch: Fetch) -> None:
    content = fetch("/changes.atom?since=2022-01-01&as_of=2022-01-02&claim=nuclear-posture").content
    assert feedparser.parse(content).entries == []
    assert ElementTree.fromstring(content).tag == "{http://www.w3.org/2005/Atom}feed"


def test_the_calendar_holds_every_event_on_its_days(fetch: Fetch) -> None:
    answer = fetch("/events.ics?region=taiwan-strait&since=2024-01-01&until=2024-12-31")
    calendar = icalendar.Calendar.from_ical(answer.content)
    entries = {str(entry["uid"]).split("@")[0]: entry for entry in calendar.walk("VEVENT")}
    raw = [e for e in load_raw_events() if e["region"] == "Taiwan Strait" and e["occurred_date"].year == 2024]
    assert set(entries) == {event["event_id"] for event in raw}
    for event in raw:
        entry = entries[event["event_id"]]
        last = event.get("end_date") or event["occurred_date"]
        assert (entry["dtstart"].dt, entry["dtend"].dt) == (event["occurred_date"], last + timedelta(days=1))
        assert str(entry["summary"]) == event["title"]
        assert all(source["url"] in str(entry["description"]) for source in event["sources"])
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)


def test_claims_and_counts_are_those_of_the_desk(fetch: Fetch, desk: Desk) -> None:
    claims = fetch("/assessments?as_of=2025-10-31").json()["data"]
    day = date(2025, 10, 31)
    assert {claim["claim_id"]: claim["state"] for claim in claims} == {
        claim.claim_id: str(desk.assessor.read_claim(claim.claim_id, day).state) for claim in desk.record.article.claims
    }
    assert fetch("/assessments/taiwan?as_of=2025-10-31").json()["data"] in claims
    assert fetch("/assessments/nothing").status_code == 404

    listed = fetch("/measurements").json()["data"]
    assert [card["series"] for card in listed] == [card.series for card in desk.series]
    sheet = fetch("/measurements/japan-senkaku.csv?since=2026-06-01&until=2026-06-30&limit=5000").content.decode(
        "utf-8-sig"
    )
    rows = desk.queries.load_measurements("japan-senkaku", date(2026, 6, 1), date(2026, 6, 30))
    assert [float(row["value"]) for row in csv.DictReader(io.StringIO(sheet))] == rows.value.tolist()
    later = fetch("/measurements/japan-senkaku?as_of=2024-01-31&limit=5000&since=2024-01-01").json()["data"]
    assert later
    assert max(row["date_to"] for row in later) <= "2024-01-31"
    assert fetch("/measurements/nothing").status_code == 404


def test_no_request_is_a_fault_of_the_service(desk: Desk) -> None:
    answers = ask_all(desk, 200, seed=7)
    assert sum(answers.values()) == 200
    assert {200, 400, 404} <= set(answers)
