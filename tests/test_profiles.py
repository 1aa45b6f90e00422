"""Counts and selections behind a profile, against hand-made frames and the YAML read apart from the code."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

from tension.desk import Desk
from tension.records.actors import PostureChange, find_person
from tension.records.filters import EventFilter, build_filter
from tension.relations.act_counts import ACT_COLUMNS, ActCounts, build_act_counts, build_partner_counts, rank_states
from tension.relations.profiles import select_known, select_within
from tension.settings import PROJECT_DIR
from tension.words import first_sentence


def make_acts(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["initiator", "target", "quad_class", "event_count"]).assign(max_severity=2)


def make_change(day: date) -> PostureChange:
    return PostureChange(date=day, what="A synthetic change.", source_url="https://example.org/1")


def test_acts_count_for_both_sides_and_conflict_apart():
    counts = build_act_counts(make_acts(("CHN", "PHL", 4, 3), ("CHN", "PHL", 1, 2), ("PHL", "CHN", 3, 1)))
    assert counts["CHN"] == ActCounts(5, 1, 3, 5)
    assert counts["PHL"] == ActCounts(1, 5, 0, 1)
    assert counts["CHN"].initiated_conflict_share == 3 / 5


def test_an_act_without_a_target_counts_for_its_initiator_alone():
    counts = build_act_counts(make_acts(("JPN", None, 1, 4), (None, "VNM", 2, 1)))
    assert counts == {"JPN": ActCounts(4, 0, 0, 4), "VNM": ActCounts(0, 1)}
    assert counts["VNM"].initiated_conflict_share is None


def test_act_counts_of_the_record_are_those_of_the_files(desk: Desk, raw_events: list[dict]):
    counts = build_act_counts(desk.queries.count_events(EventFilter(), ACT_COLUMNS))
    initiated = Counter(e.get("initiator") for e in raw_events)
    targeted = Counter(e.get("target") for e in raw_events)
    conflict = Counter(e.get("initiator") for e in raw_events if int(e["cameo_root"]) >= 15)
    for state in ("CHN", "USA", "TWN", "PHL", "SLB"):
        assert counts.get(state, ActCounts()).initiated_count == initiated[state]
        assert counts.get(state, ActCounts()).targeted_count == targeted[state]
        assert counts.get(state, ActCounts()).initiated_conflict_count == conflict[state]
    assert initiated["CHN"] > 200


def test_partners_are_ordered_by_events_of_both_roles_together():
    dyads = make_acts(("CHN", "USA", 4, 2), ("USA", "CHN", 1, 9), ("CHN", "TWN", 4, 10), ("TWN", "PHL", 1, 50))
    found = build_partner_counts(dyads, "CHN")
    assert list(found.itertuples(index=False, name=None)) == [
        ("USA", "initiator", 4, 2, 2),
        ("USA", "target", 1, 9, 2),
        ("TWN", "initiator", 4, 10, 2),
    ]


def test_a_state_without_events_has_no_partners():
    assert build_partner_counts(make_acts(("CHN", "USA", 4, 2)), "FRA").empty


def test_states_are_ranked_by_events_and_then_by_code():
    dyads = make_acts(("CHN", "USA", 4, 5), ("PHL", "AUS", 2, 2), ("CHN", "PHL", 4, 1))
    assert rank_states(dyads) == ["CHN", "USA", "PHL", "AUS"]
    assert rank_states(dyads, 2) == ["CHN", "USA"]


def test_events_that_name_a_state_honour_other_actors_of_the_view(desk: Desk, raw_events: list[dict]):
    def find(*others: str) -> set[str]:
        return set(desk.queries.load_events_naming(build_filter(actors=others), "JPN").event_id)

    both = {e["event_id"] for e in raw_events if {"JPN", "PHL"} <= set(e["actors"])}
    one = {e["event_id"] for e in raw_events if "JPN" in e["actors"]}
    assert find("PHL") == both
    assert find("PHL", "JPN") == find() == one
    assert 0 < len(both) < len(one)


def test_what_is_dated_after_the_as_of_day_is_not_known():
    changes = [make_change(date(2024, 1, 1)), make_change(date(2025, 6, 1)), make_change(date(2025, 6, 2))]
    assert [c.date for c in select_known(changes, date(2025, 6, 1))] == [date(2025, 6, 1), date(2024, 1, 1)]
    assert len(select_known(changes, None)) == 3


def test_changes_within_a_view_are_bounded_on_three_sides_and_oldest_first():
    changes = [make_change(date(2025, month, 1)) for month in (3, 1, 5, 4, 2)]
    wanted = build_filter(since="2025-02-01", until="2025-04-30", as_of="2025-03-31")
    assert [c.date.month for c in select_within(changes, wanted)] == [2, 3]


def test_a_person_is_found_by_the_whole_name(desk: Desk):
    found = find_person(desk.record.actors, "Dong Jun")
    assert found is not None
    assert found.since == "2023-12-29"
    assert find_person(desk.record.actors, "Dong") is None


def test_no_role_fills_a_card(desk: Desk):
    assert all(len(first_sentence(actor.role_in_theatre)) < 220 for actor in desk.record.actors)


def test_every_profile_file_names_its_state():
    for path in Path(PROJECT_DIR / "data" / "actors").glob("*.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["iso3"] == path.stem
