"""Grades of sources: the letter from the reviewed list, the figure from independent camps, where each is shown."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.applications import Starlette

from components.parts.event_card import list_facts
from components.parts.source_grades import name_grade
from tension.api.routes import build_routes
from tension.desk import Desk
from tension.exports.csv_text import to_csv
from tension.exports.grades import add_grades
from tension.exports.records import build_event_json
from tension.records.events import Source
from tension.records.filters import build_filter
from tension.records.grading import grade_event, load_publisher_rules, read_report, summarise_sources
from tension.words import STATE_NAMES
from tests.factories import load_raw_events
from tests.interface import open_interface

TITLE = "Ships meet off the shoal at dawn"


def make_source(publisher: str, tier: str = "news", title: str = "") -> dict[str, Any]:
    return {"publisher": publisher, "tier": tier, "title": title, "url": "https://example.org/1", "published": None}


@pytest.mark.parametrize(
    ("sources", "code", "camps"),
    [
        # A state's outlets count once.
        ([("Xinhua", "state_media"), ("Global Times", "state_media")], "D4", ["China's state"]),
        ([("DVIDS (US 7th Fleet)", "official"), ("US Navy", "official")], "B3", ["the US government"]),
        # Syndicated copies count once, whoever prints them.
        ([("Manila Bulletin / AP", "news"), ("AP (via KION)", "news")], "B3", ["AP"]),
        ([("Devdiscourse (Reuters)", "aggregator"), ("The Straits Times (Reuters)", "news")], "B3", ["Reuters"]),
        # A copy without a known origin is no camp of its own.
        ([("Rappler", "news"), ("GNews", "reprint")], "C3", ["Rappler"]),
        ([("GNews", "reprint"), ("Particle News", "aggregator")], "D6", []),
        ([("Rappler", "news"), ("Inquirer", "news")], "C2", ["Rappler", "Inquirer"]),
        ([("Rappler", "news"), ("Xinhua", "state_media"), ("USNI News", "news")], "B1", None),
        ([("Pirate Weekly", "partisan")], "D4", ["Pirate Weekly"]),
        # A name within another word is another name.
        ([("Apple Daily", "news")], "C3", ["Apple Daily"]),
        ([("SMART News", "news")], "C3", ["SMART News"]),
    ],
)
def test_the_grade_follows_from_letter_and_camps(
    sources: list[tuple[str, str]], code: str, camps: list[str] | None
) -> None:
    grade = grade_event([make_source(*source) for source in sources])
    assert grade.code == code
    assert camps is None or list(grade.camps) == camps
    assert grade.reason.startswith(f"{code}: ")


def test_reports_under_one_title_are_copies_of_the_first() -> None:
    copied = [make_source("Rappler", title=TITLE), make_source("Malaya", title=TITLE.upper() + "!")]
    assert grade_event(copied).camps == ("Rappler",)
    apart = [make_source("Rappler", title="Ships meet"), make_source("Malaya", title="Ships meet")]
    assert grade_event(apart).camps == ("Rappler", "Malaya")


def test_a_machine_coded_event_is_f6_whatever_its_sources() -> None:
    grade = grade_event([make_source("Reuters")], "gdelt")
    assert (grade.code, grade.camps) == ("F6", ())
    assert "machine" in grade.reason


def test_every_tier_has_its_letter_and_every_letter_its_reason() -> None:
    rules = load_publisher_rules()
    tiers = Source.model_fields["tier"].annotation.__args__  # type: ignore[union-attr]
    assert {rule.tier for rule in rules if rule.tier} == set(tiers)
    assert all(rule.reason for rule in rules if rule.letter)
    assert all(bool(rule.tier) != bool(rule.names) for rule in rules)
    assert all(rule.camp for rule in rules if rule.names)


def test_the_order_of_the_sources_changes_no_grade(desk: Desk) -> None:
    for event in load_raw_events()[::7]:
        sources = [make_source(s["publisher"], s["tier"], s.get("title") or "") for s in event["sources"]]
        there, back = grade_event(sources), grade_event(sources[::-1])
        assert (there.letter, there.figure) == (back.letter, back.figure)


def test_the_summary_counts_reports_official_ones_and_camps_and_names_who_is_left_out() -> None:
    def make_row(*sources: dict[str, Any]) -> dict[str, Any]:
        return {"sources": sources, "initiator": "CHN", "target": "VNM", "source_key": "curated"}

    rows = [
        make_row(make_source("US Navy", "official"), make_source("Reuters")),
        make_row(make_source("AP"), make_source("Xinhua", "state_media")),
        make_row(make_source("AP")),
    ]
    summary = summarise_sources(rows, STATE_NAMES)
    assert summary.words == "5 reports, 1 official, 4 camps; 1 of 3 events of one camp; thin on Vietnam"
    machine = rows[0] | {"source_key": "gdelt"}
    assert summarise_sources([machine], STATE_NAMES).event_count == 0


def test_card_files_and_interface_say_the_same_grade(desk: Desk) -> None:
    wanted = build_filter(regions=["indian-ocean"])
    events = desk.queries.load_events(wanted, None)
    rows = events.to_dict("records")
    expected = {row["event_id"]: grade_event(row["sources"]) for row in rows}
    assert len({grade.code for grade in expected.values()}) > 2
    printed = list(csv.DictReader(io.StringIO(to_csv(add_grades(events)).decode("utf-8-sig"))))
    assert {row["event_id"]: row["source_grade"] for row in printed} == {e: g.code for e, g in expected.items()}
    told = [build_event_json(row) for row in rows]
    assert {row["event_id"]: row["source_camps"] for row in told} == {e: list(g.camps) for e, g in expected.items()}
    fetch = open_interface(Starlette(routes=build_routes(lambda: desk)))
    assert expected[rows[0]["event_id"]].reason in fetch(f"/events/{rows[0]['event_id']}").text
    grade = expected[rows[0]["event_id"]]
    assert list_facts(rows[0])["Grade of sources"].startswith(grade.code)
    assert ("one camp" in name_grade(grade)) == (len(grade.camps) == 1)


def test_hostile_publishers_are_text(desk: Desk) -> None:
    report = read_report("=cmd()|<script>", "news")
    assert report.camp == "=cmd()|<script>"
    events = desk.queries.load_events(build_filter(regions=["indian-ocean"]), None).head(1)
    events["sources"] = [[make_source("=cmd()|<script>")]]
    assert b"'=cmd()" in to_csv(add_grades(events))
