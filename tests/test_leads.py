"""Leads wait in the inbox, are in view when asked for and enter no reading; readings end where the search ended."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from components.parts.event_lists import build_event_rows
from components.record_parts import build_events_table
from tension.assessments.observations import Observations, RecordFrames
from tension.desk import Desk, open_desk
from tension.errors import CuratedDataError
from tension.figures.palette import LIGHT, QUAD_SYMBOLS
from tension.figures.registry import build_chart
from tension.intake.inbox import accept, build_draft, find_candidate, load_candidates, reject, undo
from tension.readings import Cover
from tension.records.claims import EventSelector, Indicator
from tension.records.cover import SearchedSpan, check_cover, flag_beyond, is_beyond_search
from tension.records.curated import load_curated
from tension.records.filters import EventFilter
from tension.records.leads import Lead
from tension.records.vocab import QuadClass, Region
from tension.settings import PROJECT_DIR, Settings
from tests.factories import make_event_fields

LEADS = EventFilter(source_keys=("leads",))
FIRST, SECOND = "lead:2030-03-01-first", "lead:2030-03-02-second"


def make_lead(lead_id: str, **changes: object) -> dict[str, object]:
    fields = make_event_fields(event_id=lead_id, occurred_date=date.fromisoformat(lead_id[5:15]), **changes)
    return fields | {"read_in": ["a digest of March 2030"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    data = Path(shutil.copytree(PROJECT_DIR / "data", tmp_path / "data"))
    leads = [make_lead(FIRST, title="First lead"), make_lead(SECOND, title="Second lead", severity=5)]
    (data / "leads.yaml").write_text(yaml.safe_dump(leads, sort_keys=False), encoding="utf-8")
    return open_desk(Settings(data, tmp_path / "own", str(tmp_path / "store")))


def list_ids(desk: Desk, wanted: EventFilter) -> list[str]:
    desk.refresh()
    return sorted(desk.queries.load_events(wanted).event_id)


def test_a_lead_waits_with_what_it_was_read_in_and_the_pages_to_open(desk: Desk) -> None:
    candidate = find_candidate(desk.store, FIRST)
    assert (candidate.status, candidate.feed, candidate.day) == ("waiting", "leads", date(2030, 3, 1))
    assert [reason.field for reason in candidate.proposal.reasons] == ["read in", "page, not opened"]
    assert candidate.proposal.reasons[0].words == "a digest of March 2030"
    draft = build_draft(candidate)
    assert (draft["region"], draft["initiator"], draft["severity"], draft["cameo_root"]) == (
        "South China Sea",
        "CHN",
        3,
        "17",
    )


def test_leads_are_in_view_only_when_asked_for_and_no_reading_holds_them(desk: Desk) -> None:
    assert list_ids(desk, LEADS) == [FIRST, SECOND]
    assert not set(list_ids(desk, EventFilter())) & {FIRST, SECOND}
    assert not set(desk.assessor.observed.events.event_id) & {FIRST, SECOND}
    assert desk.find_leads() == (2, date(2030, 3, 2))
    assert desk.find_last_day() == max(span.searched_until for span in desk.record.cover)


def test_what_was_decided_on_leaves_the_leads_and_an_undo_brings_it_back(desk: Desk) -> None:
    reject(desk.store, FIRST, "A Reviewer", "can't be verified")
    assert list_ids(desk, LEADS) == [SECOND]
    fields = build_draft(find_candidate(desk.store, SECOND))
    event = accept(desk.store, desk.settings, SECOND, fields, "A Reviewer")
    assert list_ids(desk, LEADS) == []
    assert event.event_id in list_ids(desk, EventFilter())
    undo(desk.store, desk.settings, SECOND)
    undo(desk.store, desk.settings, FIRST)
    assert list_ids(desk, LEADS) == [FIRST, SECOND]
    assert event.event_id not in list_ids(desk, EventFilter())


def test_a_lead_that_leaves_the_file_leaves_the_queue_but_not_what_was_decided(desk: Desk) -> None:
    reject(desk.store, FIRST, "A Reviewer")
    desk.refresh()
    (desk.settings.data_dir / "leads.yaml").write_text("# none\n", encoding="utf-8")
    desk.refresh()
    assert {c.candidate_id: c.status for c in load_candidates(desk.store, None)} == {FIRST: "rejected"}


def test_leads_are_drawn_hollow_and_beyond_the_end_of_the_search(desk: Desk) -> None:
    chart = build_chart("timeline", desk, replace(LEADS, since=date(2030, 1, 1)), LIGHT)
    points = [trace for trace in chart.figure.data if trace.customdata is not None]
    assert {symbol for trace in points for symbol in trace.marker.symbol} == {
        f"{QUAD_SYMBOLS[QuadClass.MATERIAL_CONFLICT]}-open"
    }
    beyond = build_chart("timeline", desk, EventFilter(source_keys=("curated", "leads")), LIGHT)
    assert any("searched to" in note.text for note in beyond.figure.layout.annotations)
    said = [
        text for trace in beyond.figure.data for text in trace.hovertext or () if "Beyond the searched span" in text
    ]
    assert said
    assert len(said) == int((beyond.frame.occurred_date > pd.Timestamp(desk.find_last_day())).sum())


@pytest.mark.parametrize(
    "changes", [{"read_in": []}, {"event_id": "2030-03-01-not-a-lead"}, {"source_key": "no-such-source"}]
)
def test_a_lead_says_what_it_was_read_in_and_is_named_as_one(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Lead.model_validate(make_lead(FIRST) | changes)


def make_span(region: Region = Region.TAIWAN_STRAIT, until: date = date(2024, 6, 30)) -> SearchedSpan:
    return SearchedSpan(source="curated", region=region, searched_from=date(2022, 1, 1), searched_until=until)


def test_every_region_has_one_span_whose_end_is_not_before_its_start() -> None:
    whole = [make_span(region) for region in Region]
    assert check_cover(whole) == []
    assert check_cover([*whole, make_span()]) == ["curated Taiwan Strait is given twice"]
    assert check_cover(whole[1:]) == ["curated Taiwan Strait: searched_until is missing; allowed: one entry a region"]
    with pytest.raises(ValidationError, match="is before searched_from"):
        make_span(until=date(2021, 12, 31))


def test_a_day_after_the_search_is_beyond_it_and_the_last_day_is_not() -> None:
    spans = [make_span()]
    assert is_beyond_search(spans, "Taiwan Strait", date(2024, 7, 1))
    assert not is_beyond_search(spans, "Taiwan Strait", date(2024, 6, 30))
    assert not is_beyond_search(spans, "East China Sea", date(2030, 1, 1))


def test_lists_mark_what_lies_beyond_the_search() -> None:
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "occurred_date": pd.to_datetime(["2024-06-30", "2024-07-01", "2030-01-01"]),
            "region": ["Taiwan Strait", "Taiwan Strait", "East China Sea"],
            "title": ["A", "B", "C"],
            "source_key": "curated",
            **dict.fromkeys(("initiator", "target", "category", "cameo_root", "quad_class", "severity")),
            **dict.fromkeys(("location", "confidence", "reported_date"), ""),
        }
    ).assign(actors=[[], [], []])
    flags = flag_beyond([make_span()], events)
    assert flags == [False, True, False]
    assert build_events_table(events, flags)["Mark"].tolist() == ["", "beyond the searched span", ""]
    assert "Mark" not in build_events_table(events, [False] * 3)
    assert build_event_rows(events, flags)["Event"].tolist() == ["A", "[beyond the searched span] B", "C"]


def test_a_fault_of_the_cover_is_told_with_its_file(tmp_path: Path) -> None:
    data = Path(shutil.copytree(PROJECT_DIR / "data", tmp_path / "data"))
    text = (data / "cover.yaml").read_text(encoding="utf-8")
    (data / "cover.yaml").write_text(text.replace("region: Taiwan Strait", "region: Taiwan Straits"), encoding="utf-8")
    with pytest.raises(CuratedDataError) as caught:
        load_curated(data)
    assert any("cover.yaml" in fault and "Taiwan Straits" in fault for fault in caught.value.faults)


def test_an_indicator_is_read_where_all_its_regions_were_searched(desk: Desk) -> None:
    searched = {
        "Taiwan Strait": Cover(date(2022, 1, 1), date(2026, 7, 5)),
        "South China Sea": Cover(date(2023, 1, 1), date(2026, 3, 31)),
    }
    frames = desk.assessor.observed.frames
    observed = Observations(RecordFrames(frames.events, frames.activity, [], [], searched=searched))

    def find_cover(*regions: Region) -> Cover:
        fields = {"indicator_id": "made-up", "title": "t", "kind": "rate", "sentence": "s"}
        return observed.find_cover(Indicator(**fields, events=(EventSelector(regions=regions),)))

    assert find_cover(Region.TAIWAN_STRAIT) == searched["Taiwan Strait"]
    assert find_cover(Region.SOUTH_CHINA_SEA, Region.TAIWAN_STRAIT) == Cover(date(2023, 1, 1), date(2026, 3, 31))
    assert find_cover() == Cover(date(2023, 1, 1), date(2026, 3, 31))
    assert observed.event_cover == Cover(date(2022, 1, 1), date(2026, 7, 5))


def test_an_event_beyond_the_search_is_in_the_record_and_moves_no_reading(desk: Desk) -> None:
    own = desk.settings.user_data_dir / "events"
    own.mkdir(parents=True)
    late = make_event_fields(event_id="2029-01-01-late", occurred_date=date(2029, 1, 1), severity=5)
    (own / "mine.yaml").write_text(yaml.safe_dump([late]), encoding="utf-8")
    assert "2029-01-01-late" in list_ids(desk, EventFilter())
    assert desk.find_last_day() == max(span.searched_until for span in desk.record.cover)
    claim = desk.assessor.read_claim("south-china-sea", date(2029, 1, 2))
    assert {str(reading.state) for reading in claim.indicators} <= {"not looked", "cannot see"}
