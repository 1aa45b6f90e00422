"""A picture credits the sources whose events it draws, with what their terms ask for, and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tension.desk import Desk
from tension.figures.palette import PRINT
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import build_event_table
from tests.factories import copy_desk, make_event

NOW = datetime(2026, 9, 2, tzinfo=UTC)
CURATED = "curated record of public reports"
GDELT_TERMS = ("GDELT", "gdeltproject.org", "citation", "coded by machine, not reviewed")
UCDP_TERMS = ("UCDP Georeferenced Event Dataset", "CC BY 4.0: Uppsala Conflict Data Program", "not reviewed")
OF_EVENTS = [
    *("timeline", "map", "map-incidents", "ladder", "dyads", "partners"),
    *("events-by-month", "events-by-region", "severity-by-month", "sources-by-publisher"),
]


@pytest.fixture(scope="module")
def desk(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The curated record with three events of GDELT, one of a country alone, and one of UCDP."""
    opened = copy_desk(desk, tmp_path_factory.mktemp("desk"))
    day = date(2026, 8, 21)
    here = {"location": "Second Thomas Shoal", "occurred_date": day, "region": "South China Sea"}
    events = [
        make_event(event_id="gdelt:1", source_key="gdelt", geo_precision="exact", **here),
        make_event(event_id="gdelt:2", source_key="gdelt", geo_precision="area", **here),
        make_event(event_id="gdelt:3", source_key="gdelt", geo_precision="country", title="Alone", **here),
        make_event(event_id="ucdp:1", source_key="ucdp", geo_precision="exact", **here),
    ]
    opened.store.append("events", build_event_table(events, NOW))
    opened.refresh()
    return opened


def read_credit(desk: Desk, key: str, wanted: EventFilter) -> str:
    options = {"ladder": {"pair": "CHN-PHL"}, "partners": {"state": "CHN"}}.get(key)
    return build_chart(key, desk, wanted, PRINT, options).source_line


@pytest.mark.parametrize("key", OF_EVENTS)
def test_the_curated_record_is_credited_alone_where_it_is_alone(desk: Desk, key: str) -> None:
    line = read_credit(desk, key, EventFilter())
    assert line.startswith(f"Source: {CURATED}")
    assert "GDELT" not in line
    assert "UCDP" not in line


@pytest.mark.parametrize("key", OF_EVENTS)
def test_a_machine_coded_source_is_named_with_its_terms_and_the_record_is_not(desk: Desk, key: str) -> None:
    line = read_credit(desk, key, build_filter(source_keys=["gdelt"]))
    assert all(word in line for word in GDELT_TERMS)
    assert "urated" not in line
    line = read_credit(desk, key, build_filter(source_keys=["ucdp"]))
    assert all(word in line for word in UCDP_TERMS)
    assert "machine" not in line


@pytest.mark.parametrize("key", OF_EVENTS)
def test_all_that_are_in_view_are_named_and_what_holds_nothing_is_not(desk: Desk, key: str) -> None:
    wanted = build_filter(source_keys=["curated", "gdelt", "acled"])
    line = read_credit(desk, key, wanted)
    assert CURATED in line
    assert all(word in line for word in GDELT_TERMS)
    assert "ACLED" not in line
    before = build_filter(source_keys=["curated", "gdelt"], until="2026-06-30")
    assert "GDELT" not in read_credit(desk, key, before)


def test_a_picture_of_rows_that_stay_here_says_whose_they_are(desk: Desk) -> None:
    line = read_credit(desk, "timeline", build_filter(source_keys=["acled"]))
    assert "acleddata.com" in line
    assert "rows are not to be passed on" in line


def test_an_event_known_to_a_country_alone_is_no_point_and_is_counted(desk: Desk) -> None:
    chart = build_chart("map", desk, build_filter(source_keys=["gdelt"]), PRINT, {"view": "south-china-sea"})
    assert sorted(chart.frame.event_id[chart.frame.is_on_map]) == ["gdelt:1", "gdelt:2"]
    assert any("1 known to a country alone" in note for note in chart.notes)
    chart = build_chart("map", desk, build_filter(source_keys=["gdelt"], text="Alone"), PRINT)
    assert chart.hint.startswith("1 event in view is known to a country alone and not drawn.")
