"""Queries against counts made independently from the YAML, and the rules of dates and as-of."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from tension.desk import Desk, open_desk
from tension.records.events import ActivityDay
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import build_activity_table
from tension.records.vocab import QuadClass, Region
from tension.settings import PROJECT_DIR, Settings
from tests.factories import count_raw_events, load_raw_events

EVENT_COUNT = count_raw_events()


def test_a_region_and_a_period_hold_what_the_files_hold(desk: Desk, raw_events: list[dict]) -> None:
    expected = [
        e["event_id"]
        for e in raw_events
        if e["region"] == "South China Sea" and date(2024, 1, 1) <= e["occurred_date"] <= date(2024, 12, 31)
    ]
    found = desk.queries.load_events(build_filter(regions=["south-china-sea"], since="2024-01-01", until="2024-12-31"))
    assert sorted(found.event_id) == sorted(expected)
    assert len(expected) > 40


def test_text_finds_words_in_title_summary_place_and_names(desk: Desk, raw_events: list[dict]) -> None:
    found = set(desk.queries.load_events(build_filter(text="second THOMAS")).event_id)
    expected = {
        e["event_id"]
        for e in raw_events
        if all(
            word
            in " ".join(
                [e["title"], e["summary"], e["location"], *e.get("people", []), *e.get("organizations", [])]
            ).lower()
            for word in ("second", "thomas")
        )
    }
    assert found == expected
    assert len(found) >= 18
    assert desk.queries.load_events(build_filter(text="100% _ '; drop")).empty


def test_summary_counts_severity_and_conflict(desk: Desk, raw_events: list[dict]) -> None:
    strait = [e for e in raw_events if e["region"] == "Taiwan Strait"]
    summary = desk.queries.summarise(EventFilter(regions=(Region.TAIWAN_STRAIT,)))
    assert summary.event_count == len(strait)
    assert summary.severe_count == sum(e["severity"] >= 4 for e in strait)
    assert summary.material_conflict_share == pytest.approx(
        sum(int(e["cameo_root"]) >= 15 for e in strait) / len(strait)
    )


def test_an_empty_view_has_no_share_and_no_days(desk: Desk) -> None:
    summary = desk.queries.summarise(build_filter(text="no such words anywhere"))
    assert (summary.event_count, summary.severe_count) == (0, 0)
    assert summary.material_conflict_share is None
    assert summary.last_date is None


def test_as_of_hides_what_was_reported_later_or_had_not_happened(desk: Desk, raw_events: list[dict]) -> None:
    day = date(2024, 10, 7)
    seen = set(desk.queries.load_events(EventFilter(as_of=day)).event_id)

    def is_known(event: dict) -> bool:
        published = [s["published"] for s in event["sources"] if s.get("published")]
        return event["occurred_date"] <= day and min(published, default=event["occurred_date"]) <= day

    assert seen == {e["event_id"] for e in raw_events if is_known(e)}
    # Malabar 2024 began on 8 October and was announced on the 5th.
    assert not any("malabar-2024" in event_id for event_id in seen)


def test_actors_categories_and_classes_limit_together(desk: Desk, raw_events: list[dict]) -> None:
    wanted = build_filter(
        actors=["PHL", "VNM"], categories=["coast_guard"], quad_classes=["material-conflict"], min_severity=4
    )
    expected = [
        e["event_id"]
        for e in raw_events
        if {"PHL", "VNM"} & set(e["actors"])
        and e["category"] == "coast_guard"
        and int(e["cameo_root"]) >= 15
        and e["severity"] >= 4
    ]
    assert sorted(desk.queries.load_events(wanted).event_id) == sorted(expected)
    assert expected


def test_dyads_count_who_acted_on_whom(desk: Desk, raw_events: list[dict]) -> None:
    expected = Counter(
        (e["initiator"], e["target"], int(QuadClass.from_cameo_root(e["cameo_root"])))
        for e in raw_events
        if e.get("initiator") and e.get("target")
    )
    dyads = desk.queries.count_dyads(EventFilter())
    found = {(r.initiator, r.target, r.quad_class): r.event_count for r in dyads.itertuples()}
    assert found == expected


def test_months_add_up_to_the_whole(desk: Desk) -> None:
    months = desk.queries.count_events(EventFilter(), ["month", "region"])
    assert months.event_count.sum() == EVENT_COUNT
    june_2024 = months[(months.month == "2024-06-01") & (months.region == "South China Sea")]
    assert june_2024.event_count.item() == len(
        desk.queries.load_events(build_filter(regions=["south-china-sea"], since="2024-06-01", until="2024-06-30"))
    )


def test_activity_is_one_row_a_day_and_keeps_what_is_not_stated(desk: Desk) -> None:
    days = desk.queries.load_activity(date(2024, 5, 20), date(2024, 5, 24))
    assert [str(day.date()) for day in days.date] == [f"2024-05-{d}" for d in range(20, 25)]
    assert days.set_index("date").official_ship_count.isna().tolist() == [True, True, False, False, False]
    assert desk.queries.load_activity().date.is_unique


def test_sector_days_count_days_not_mentions(desk: Desk) -> None:
    counts = desk.queries.count_sector_days(date(2025, 10, 31), 30)
    days = desk.queries.load_activity(date(2025, 10, 2), date(2025, 10, 31))
    expected = sum("southwest" in list(named) for named in days.sectors_entered)
    assert counts.set_index("sector").day_count["southwest"] == expected
    assert set(counts.reported_day_count) == {30}


def test_gpr_as_of_shows_only_months_that_had_ended(desk: Desk) -> None:
    assert str(desk.queries.load_gpr(date(2025, 10, 30)).month.iloc[-1].date()) == "2025-09-01"
    assert str(desk.queries.load_gpr(date(2025, 10, 31)).month.iloc[-1].date()) == "2025-10-01"


def test_related_events_share_an_episode_first(desk: Desk) -> None:
    event = desk.queries.load_event("2024-10-14-pla-exercise-joint-sword-2024b-around-taiwan")
    assert event is not None
    related = desk.queries.load_related(event)
    assert set(related.episode.iloc[:2]) == {"joint-sword-2024b"}
    assert event["event_id"] not in set(related.event_id)


def test_an_unknown_event_is_none(desk: Desk) -> None:
    assert desk.queries.load_event("no-such-event") is None


def test_own_events_join_the_record_and_leave_it_again(tmp_path: Path) -> None:
    own = tmp_path / "own" / "events"
    own.mkdir(parents=True)
    event = {
        "event_id": "2026-08-01-own-event",
        "occurred_date": "2026-08-01",
        "title": "Own event",
        "region": "Taiwan Strait",
        "actors": ["CHN"],
        "category": "incident",
        "cameo_root": "15",
        "severity": 2,
        "sources": [{"publisher": "Example", "url": "https://example.org/2", "tier": "news"}],
    }
    (own / "mine.yaml").write_text(yaml.safe_dump([event]), encoding="utf-8")
    settings = Settings(PROJECT_DIR / "data", tmp_path / "own", str(tmp_path / "store"))
    opened = open_desk(settings)
    assert opened.queries.summarise(EventFilter()).event_count == EVENT_COUNT + 1
    (own / "mine.yaml").unlink()
    opened.refresh()
    assert opened.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_one_bulletin_of_several_does_not_stand_for_the_whole_day(own_desk: Desk) -> None:
    def count_on(day: date) -> tuple[int, str]:
        (row,) = own_desk.queries.load_activity(day, day).to_dict("records")
        return row["aircraft_count"], row["source_key"]

    assert count_on(date(2021, 10, 2)) == (39, "curated")
    part = ActivityDay(date=date(2021, 10, 2), aircraft_count=20, scope="intruders_only")
    later = ActivityDay(date=date(2026, 8, 20), aircraft_count=5, scope="all_detected")
    own_desk.store.upsert("activity", build_activity_table([part, later], "mnd", datetime(2026, 9, 1, tzinfo=UTC)))
    own_desk.refresh()
    assert count_on(date(2021, 10, 2)) == (39, "curated")
    assert count_on(date(2026, 8, 20)) == (5, "mnd")


def test_the_latest_events_come_oldest_first_and_an_event_is_found_in_its_view(desk: Desk) -> None:
    everything = desk.queries.load_events(EventFilter())
    latest = desk.queries.load_events(EventFilter(), latest=7)
    assert list(latest.event_id) == list(everything.event_id[-7:])
    assert list(desk.queries.load_events(EventFilter(), limit=3).event_id) == list(everything.event_id[:3])
    first = everything.iloc[0]
    assert desk.queries.has_event(EventFilter(), first.event_id)
    assert not desk.queries.has_event(EventFilter(since=date(2026, 1, 1)), first.event_id)
    assert not desk.queries.has_event(EventFilter(), "no such event")


def test_a_tag_is_found_by_its_words(desk: Desk) -> None:
    found = desk.queries.load_events(build_filter(text="fonop"), columns=("event_id", "tags"))
    tagged = [row["event_id"] for row in load_raw_events() if "fonop" in row.get("tags", ())]
    assert tagged
    assert set(tagged) <= set(found.event_id)
    wanted = build_filter(text="water cannon")
    assert set(desk.queries.load_events(wanted, columns=("event_id",)).event_id) >= {
        row["event_id"] for row in load_raw_events() if "water_cannon" in row.get("tags", ())
    }
