"""Light pictures: every event that is asked for is a mark that can be reached and read aloud, and nothing is markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd
import pytest
from defusedxml import ElementTree

from tension.desk import Desk
from tension.figures.maps.content import MapChoice, build_content
from tension.figures.palette import DARK, LIGHT
from tension.figures.vector.event_lanes import LanesRequest, build_event_lanes
from tension.figures.vector.region_map import build_region_map
from tension.figures.vector.svg import PageLink, Svg, tag
from tension.figures.vector.value_curve import build_value_curve
from tension.records.filters import build_filter
from tension.records.schema import build_event_table
from tension.records.vocab import Region
from tests.factories import make_event

SVG = "{http://www.w3.org/2000/svg}"
LANES = LanesRequest((Region.TAIWAN_STRAIT, Region.SOUTH_CHINA_SEA), date(2024, 1, 1), date(2024, 12, 31))
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&'


def build_frame(*events) -> pd.DataFrame:
    return build_event_table(events, datetime(2026, 1, 1, tzinfo=UTC)).to_pandas()


def read(picture: Svg) -> Element:
    return ElementTree.fromstring(picture.text)


def find_marks(root: Element) -> dict[str, Element]:
    return {mark.attrib["data-event"]: mark for mark in root.iter(f"{SVG}g") if "data-event" in mark.attrib}


def make_events(*days: date, **changes) -> list:
    return [make_event(event_id=f"e-{i}-{day}", occurred_date=day, **changes) for i, day in enumerate(days)]


def test_text_in_a_picture_is_never_markup() -> None:
    made = tag("text", HOSTILE, aria_label=HOSTILE)
    root = ElementTree.fromstring(made.text)
    assert (root.text, root.attrib["aria-label"], list(root)) == (HOSTILE, HOSTILE, [])


def test_each_event_of_the_lanes_and_days_is_a_mark_with_its_words() -> None:
    inside = make_events(date(2024, 3, 1), date(2024, 5, 1))
    before = make_events(date(2023, 12, 31), region="South China Sea")
    elsewhere = [make_event(event_id="elsewhere", region="Korean Peninsula")]
    marks = find_marks(read(build_event_lanes(build_frame(*inside, *before, *elsewhere), LANES, LIGHT, 1040)))
    assert set(marks) == {event.event_id for event in inside}
    title = marks[inside[0].event_id].find(f"{SVG}title")
    assert title is not None
    assert title.text == "1 Mar 2024, South China Sea: Test event; severity 3, coercive presence"


def test_one_mark_of_a_lane_is_in_the_order_of_tab_and_it_is_the_newest() -> None:
    older, newer = make_events(date(2024, 3, 1), date(2024, 5, 1))
    marks = find_marks(read(build_event_lanes(build_frame(older, newer), LANES, LIGHT, 1040)))
    found = {key: mark.attrib["tabindex"] for key, mark in marks.items()}
    assert found == {older.event_id: "-1", newer.event_id: "0"}


def test_a_day_stands_where_its_share_of_the_span_is() -> None:
    # 1 January to 31 December 2024 are 365 days apart; 1 July is the 182nd. The lane runs from 118 to 1030.
    root = read(build_event_lanes(build_frame(*make_events(date(2024, 7, 1))), LANES, LIGHT, 1040))
    line = next(iter(find_marks(root).values())).find(f".//{SVG}line")
    assert line is not None
    assert float(line.attrib["x1"]) == pytest.approx(118 + 182 / 365 * (1030 - 118), abs=0.06)


def test_an_event_without_severity_is_a_tick_that_claims_none() -> None:
    frame = build_frame(*make_events(date(2024, 3, 1))).assign(severity=None)
    mark = next(iter(find_marks(read(build_event_lanes(frame, LANES, LIGHT, 1040))).values()))
    title = mark.find(f"{SVG}title")
    assert title is not None
    assert "severity" not in (title.text or "")
    assert mark.find(f".//{SVG}polygon") is None


def test_severe_events_are_triangles_and_the_selected_one_has_a_ring() -> None:
    events = make_events(date(2024, 3, 1), date(2024, 5, 1), severity=4)
    request = LanesRequest(LANES.regions, LANES.since, LANES.until, selected=events[1].event_id)
    marks = find_marks(read(build_event_lanes(build_frame(*events), request, DARK, 1040)))
    assert all(mark.find(f".//{SVG}polygon") is not None for mark in marks.values())
    assert [mark.find(f".//{SVG}circle") is not None for mark in marks.values()] == [False, True]


def test_the_timeline_says_how_many_older_events_it_leaves_out() -> None:
    events = build_frame(*make_events(date(2024, 3, 1), date(2024, 5, 1)))
    root = read(build_event_lanes(events, replace(LANES, left_out=1_998), LIGHT, 1040))
    assert "The newest 2 of 2,000 events" in [text.text for text in root.iter(f"{SVG}text")]
    assert "the newest 2 of 2,000 events" in root.attrib["aria-label"]
    assert "of 2 events" not in "".join(read(build_event_lanes(events, LANES, LIGHT, 1040)).itertext())


def test_names_of_grave_events_never_lie_on_one_another() -> None:
    days = [date(2024, 2, 1) + timedelta(days=3 * i) for i in range(60)]
    events = make_events(*days, severity=4, title="A long title of a dangerous encounter at a shoal")
    root = read(build_event_lanes(build_frame(*events), LANES, LIGHT, 1040))
    named = [text for text in root.findall(f"{SVG}text") if (text.text or "").startswith("A long")]
    xs = sorted((float(text.attrib["y"]), float(text.attrib["x"])) for text in named)
    assert len(named) > 2
    assert all(right[1] - left[1] > 100 for left, right in pairwise(xs) if left[0] == right[0])


def test_no_events_are_an_empty_picture_and_no_fault() -> None:
    assert find_marks(read(build_event_lanes(build_frame().head(0), LANES, LIGHT, 350))) == {}


def test_a_region_map_draws_each_event_once_or_counts_it(desk: Desk) -> None:
    wanted = build_filter(regions=["taiwan-strait"], since="2025-01-01")
    content = build_content(desk, wanted, MapChoice("taiwan-strait", ("events", "median-line")))
    root = read(build_region_map(content, LIGHT, 9000.0, 9000.0, PageLink("map", "/map", "view=taiwan-strait")))
    counted = sum(len(cluster.event_ids) for cluster in content.gathered.clusters)
    links = [link for link in root.iter(f"{SVG}a") if link.attrib["data-page"] == "map"]
    assert len(find_marks(root)) == len(content.gathered.spots)
    assert len(links) == len(content.gathered.clusters)
    assert root.attrib["aria-label"].endswith(f"{len(content.gathered.spots) + counted} events")


def test_a_curve_parts_where_days_are_missing_and_ends_with_its_last_number() -> None:
    days = pd.date_range("2024-01-01", periods=10)
    values = [1.0, 2.0, np.nan, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 3.0]
    band = pd.DataFrame({"value": values, "baseline": np.nan}, index=days)
    root = read(build_value_curve(band, LIGHT, "#000000", 400.0, "A curve", (date(2024, 1, 5),)))
    curve = next(p for p in root.findall(f"{SVG}path") if p.attrib["stroke"] == "#000000")
    assert curve.attrib["d"].count("M") == 2
    assert [t.text for t in root.findall(f"{SVG}text")][-1] == "3"


def test_a_curve_without_numbers_is_drawn_without_one() -> None:
    days = pd.date_range("2024-01-01", periods=3)
    band = pd.DataFrame({"value": np.nan, "baseline": np.nan}, index=days)
    assert read(build_value_curve(band, LIGHT, "#000000", 400.0, "Empty")).findall(f"{SVG}circle") == []
