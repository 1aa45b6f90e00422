"""The maps go on past 180 degrees: Tonga, Samoa and Hawaii stand to the right of Fiji, and files keep -180 to 180."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from tension.desk import Desk
from tension.exports.geo import to_geojson
from tension.figures.locator import build_locator
from tension.figures.map import PLOT_PX, draw_map
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.density import count_cells
from tension.figures.maps.gathering import describe_place, is_on_map
from tension.figures.maps.grid import build_graticule
from tension.figures.maps.land import count_on_east, load_land
from tension.figures.maps.views import VIEWS
from tension.figures.palette import LIGHT
from tension.records.filters import EventFilter
from tension.sources.upload import adapter as upload

SEEN = datetime(2026, 11, 24, tzinfo=UTC)
VIEW = VIEWS["indo-pacific"]
PLACES = {
    "Suva": ("-18.1", "178.4", 178.4),
    "Nukualofa": ("-21.1", "-175.2", -175.2),
    "Pago Pago": ("14°18'S", "170°42'W", -170.7),
    "Honolulu": ("21.3 N", "157.9 W", -157.9),
    "Apia": ("-13.8", "188.2", -171.8),
    "Washington": ("38.9", "-77.0", -77.0),
}


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    head = "event_id,occurred_date,title,region,category,cameo_root,severity,source_url,location,latitude,longitude"
    rows = [
        f"e{number},2026-08-01,Visit to {name},Indo-Pacific,diplomacy,04,1,https://example.org/{number},{name},"
        f'{latitude},"{longitude}"'
        for number, (name, (latitude, longitude, _)) in enumerate(PLACES.items())
    ]
    result = upload.parse("\n".join([head, *rows]).encode(), SEEN)
    assert not result.rejects
    return result.events.to_pandas().assign(occurred_date=lambda frame: pd.to_datetime(frame.occurred_date))


@pytest.fixture(scope="module")
def content(desk: Desk, events: pd.DataFrame) -> MapContent:
    layers = ("events", "density")
    wanted = EventFilter(source_keys=("upload",))
    return build_content(desk, wanted, MapChoice(VIEW.key, layers, frame=PLOT_PX), events=events)


def test_longitudes_are_read_with_sides_minutes_and_past_180(events: pd.DataFrame) -> None:
    assert events.longitude.tolist() == pytest.approx([longitude for _, _, longitude in PLACES.values()])
    assert events.latitude.tolist() == pytest.approx([-18.1, -21.1, -14.3, 21.3, -13.8, 38.9])


@pytest.mark.parametrize("text", ["361", "-181", "24.5 E", "-24.5 S", "24°60'N", "24 N 5"])
def test_degrees_that_are_none_are_refused(text: str) -> None:
    field = "longitude" if text in ("361", "-181") else "latitude"
    row = {"latitude": "10", "longitude": "150"} | {field: text}
    table = (
        "occurred_date,title,region,category,cameo_root,severity,source_url,latitude,longitude\n"
        f"2026-08-01,Visit,Indo-Pacific,diplomacy,04,1,https://example.org/1,{row['latitude']},{row['longitude']}"
    )
    (reject,) = upload.parse(table.encode(), SEEN).rejects
    assert field in reject.reason


def test_places_east_of_180_are_drawn_within_the_wide_view(content: MapContent, events: pd.DataFrame) -> None:
    assert events.location[~is_on_map(events)].tolist() == ["Washington"]
    drawn = content.gathered.signs
    assert sum(len(getattr(sign, "event_ids", ("one",))) for sign in drawn) == 5
    assert sorted(round(sign.longitude, 1) for sign in drawn)[-1] == 202.1
    pixels = VIEW.to_px([sign.longitude for sign in drawn], [sign.latitude for sign in drawn])
    assert (np.abs(pixels) < np.array(PLOT_PX) / 2).all()
    assert describe_place(events, VIEW.find_box(*PLOT_PX)) == (
        "In this view: 5 of 6 events; 1 off the map (Washington)."
    )
    assert sum(cell.event_count for cell in count_cells(events.assign(severity=1), VIEW)) == 5


def test_a_long_name_of_a_place_off_the_map_ends_with_a_word(events: pd.DataFrame) -> None:
    place = "White House, Washington, D.C., United States"
    away = events.assign(location=events.location.replace("Washington", place))
    said = describe_place(away, VIEW.find_box(*PLOT_PX))
    assert said.endswith("1 off the map (White House, Washington, D.C., United …).")


def test_the_picture_reaches_past_180_and_its_table_keeps_the_longitudes(content: MapContent) -> None:
    chart = draw_map(content, LIGHT)
    west, east = chart.figure.layout.xaxis.range
    assert west < 45
    assert east > 215
    assert chart.frame.longitude.min() == -175.2
    assert chart.frame.longitude.max() == 178.4
    assert "Washington" in " ".join(chart.notes)


def test_land_lies_where_those_places_are(desk: Desk) -> None:
    land = load_land(desk.record.geography, "wide")
    edges = [(min(x for x, _ in ring[0]), max(x for x, _ in ring[0])) for ring in land.polygons]
    beyond = [west for west, _ in edges if west > 180.5]
    assert any(184 < west < 186 for west in beyond)  # Tonga
    assert any(199 < west < 206 for west in beyond)  # Hawaii
    assert max(east for _, east in edges) <= 220
    assert build_locator(desk, -13.8, -171.8, "exact", LIGHT).startswith("<svg")
    assert build_locator(desk, 38.9, -77.0, "exact", LIGHT) == ""


def test_meridians_past_180_are_named_west() -> None:
    words = [line.words for line in build_graticule(VIEW, PLOT_PX)]
    assert {"160° E", "180°", "160° W"} <= set(words)


def test_files_keep_longitudes_within_180(events: pd.DataFrame) -> None:
    features = json.loads(to_geojson(events.assign(source_key="curated")))["features"]
    found = [feature["geometry"]["coordinates"][0] for feature in features]
    assert found == pytest.approx([longitude for _, _, longitude in PLACES.values()])


def test_only_what_lies_east_of_180_counts_on() -> None:
    given = np.array([-180.0, -140.0, -139.9, -77.0, 0.0, 179.9, 180.0])
    assert count_on_east(given).tolist() == [180.0, 220.0, -139.9, -77.0, 0.0, 179.9, 180.0]
