"""The Actors page, alone and side by side, full and with a filter that empties the view; its words are inert."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from components.actors_dyads import build_pairs, limit_to_class, name_pair
from components.actors_statements import format_finding, format_person, format_statement, format_tie, format_verdict
from components.loaders import SHOWN_LIMIT
from components.parts.event_lists import build_event_rows
from tension.desk import Desk
from tension.figures.ladder import split_pair
from tension.records.actors import Person, Statement, TreatyTie
from tension.records.article import ArticleCheck
from tension.records.filters import EventFilter
from tests import apps
from tests.apps import get_control
from tests.factories import fill_store
from tests.test_profiles import make_acts


def open_page(**params: str) -> AppTest:
    app = apps.open_page("actors", **params)
    assert not app.exception
    return app


def read_words(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.caption])


def read_figures(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric][-4:]


def test_profile_says_role_statements_ties_people_and_their_dates(desk: Desk):
    words = read_words(open_page(state="KOR"))
    (actor,) = (actor for actor in desk.record.actors if actor.iso3 == "KOR")
    assert words.count("not stated in the sources read") >= sum(person.since is None for person in actor.key_people)
    assert "No red line of South Korea is recorded" in words
    for heading in ("Stated positions", "Red lines", "Office holders", "Treaty ties", "Organizations"):
        assert f"### {heading}" in words
    assert "**United States and Japan**" in words


def test_figures_of_a_profile_are_those_of_the_record(desk: Desk):
    events = [event for event in desk.record.events if "PHL" in event.actors]
    acts = [event for event in events if event.initiator == "PHL"]
    conflict = sum(event.quad_class == 4 for event in acts)
    assert read_figures(open_page(state="PHL")) == [
        str(len(events)),
        str(len(acts)),
        str(sum(event.target == "PHL" for event in events)),
        f"{conflict / len(acts):.0%}",
    ]


def test_counts_are_of_all_events_and_lists_say_what_they_leave_out(own_desk: Desk, monkeypatch):
    total = SHOWN_LIMIT + 100
    fill_store(own_desk, total, actors=["CHN", "PHL"], initiator="CHN", target="PHL", cameo_root="17")
    monkeypatch.setenv("TENSION_STORE", own_desk.settings.store_uri)
    app = open_page(state="PHL", source="gdelt", pair="CHN-PHL", quad="material-conflict")
    assert read_figures(app) == [f"{total:,}", "0", f"{total:,}", "none in view"]
    words = read_words(app)
    assert f"**Philippines**: {total:,} events" in words
    assert words.count(f"The latest {SHOWN_LIMIT:,} of {total:,} are listed.") == 2
    assert [len(table.value) for table in app.dataframe].count(SHOWN_LIMIT) == 2


def test_two_states_stand_side_by_side():
    app = open_page(state="JPN", versus="CHN")
    assert [head.value for head in app.header][:2] == ["Japan", "China"]
    assert len(app.metric) >= 8
    assert read_words(app).count("### Red lines") == 2


def test_a_choice_goes_into_the_address_and_a_bad_one_is_left_out_with_a_notice():
    app = open_page()
    get_control(app, "state").set_value("VNM").run()
    assert not app.exception
    assert app.query_params["state"] in ("VNM", ["VNM"])
    assert app.header[0].value == "Vietnam"
    bad = open_page(state="<b>XX")
    assert bad.header[0].value == "China"
    assert any("Left out" in warning.value and "<b>" not in warning.value for warning in bad.warning)


def test_an_as_of_day_leaves_out_what_was_said_later():
    words = read_words(open_page(state="CHN", asof="2024-01-01"))
    assert "14 Nov 2022" in words
    assert "18 Sep 2025" not in words
    assert "don't go back with the as-of date" in words
    assert "The article of" not in words


def test_an_empty_view_keeps_the_profile_and_offers_to_widen():
    app = open_page(state="CHN", q="no event says this")
    assert read_figures(app) == ["0", "0", "0", "none in view"]
    assert "No event in view names China" in read_words(app)
    assert app.button("widen")
    assert not app.dataframe


def test_a_region_without_a_state_says_so_and_others_go_on():
    app = open_page(state="PRK", region="south-china-sea")
    assert "No event in view names North Korea" in read_words(app)
    assert get_control(app, "pair").value == "CHN-PHL"


def test_pairs_are_counted_and_listed_by_class(desk: Desk):
    dyads = make_acts(("CHN", "PHL", 4, 3), ("CHN", "PHL", 1, 1), ("USA", "CHN", 1, 9))
    assert build_pairs(dyads, "all") == {"USA-CHN": 9, "CHN-PHL": 4}
    assert build_pairs(dyads, "material-conflict") == {"CHN-PHL": 3}
    wanted = limit_to_class(EventFilter(), "material-conflict")
    listed = desk.queries.load_acts(wanted, *split_pair("CHN-PHL"), latest=1_000)
    expected = {e.event_id for e in desk.record.events if (e.initiator, e.target, e.quad_class) == ("CHN", "PHL", 4)}
    assert set(listed.event_id) == expected
    assert name_pair("CHN-PHL", len(expected)) == f"China acts on Philippines ({len(expected)})"


def test_machine_coded_events_are_marked_in_a_list(desk: Desk):
    events = desk.queries.load_events(EventFilter()).tail(2).copy()
    events["source_key"] = ["curated", "gdelt"]
    shown = build_event_rows(events)
    assert shown.Event.iloc[0] == events.title.iloc[0]
    assert shown.Event.iloc[1] == f"[gdelt] {events.title.iloc[1]}"


def test_hostile_words_of_a_record_are_inert():
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) $x$ :red[y] ![i](https://evil.example/i.png)"
    url = "https://example.org/)](javascript:alert(1)"
    said = Statement(statement=hostile, topic=hostile, date="2025-01-02", source_url=url)
    person = Person(name=hostile, office=hostile, note=f"{hostile} see https://example.org/a.", source_url=url)
    tie = TreatyTie.model_validate({"with": "USA", "instrument": hostile, "date": "2025-01-02", "source_url": url})
    check = ArticleCheck(claim=hostile, verdict=hostile, finding=hostile, urls=(url,))
    words = (format_statement(said), format_person(person), format_tie(tie), format_finding(check))
    live = re.compile(r"(?<!\\)(?:<script|\[x|\]\(javascript|!\[|\$x|:red)")
    assert all(live.search(mark) for mark in ("<script>", "[x](", "![i]", "$x$", ":red[y]"))
    for text in (*words, format_verdict(hostile)):
        assert not live.search(text)
        assert all(link.startswith("https://") for link in re.findall(r"\]\(<([^>]*)>\)", text))


def test_a_person_without_dates_says_so_and_dates_are_as_precise_as_their_source():
    person = Person(name="A", office="B", since="2024-05", until="2025", source_url="https://example.org/")
    assert "since May 2024 · until 2025" in format_person(person)
    assert "start not stated in the sources read" in format_person(person.model_copy(update={"since": None}))
    noted = person.model_copy(update={"note": "Born in 1958 (https://example.com/a). In post"})
    assert "[example\\.com](<https://example.com/a>)" in format_person(noted)
    assert "\\. In post" in format_person(noted)
