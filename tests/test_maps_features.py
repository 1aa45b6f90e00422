"""Events belong to the feature that their place names; each is checked against the record by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from components.parts.map_controls import list_look_titles
from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.maps.content import MapChoice, build_content, build_feature_rows
from tension.figures.maps.marks import shorten_addresses
from tension.figures.maps.views import VIEWS, find_view, list_feature_views
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter, build_filter
from tension.records.sea_features import (
    DISPUTED,
    HOLDERS,
    NOT_STATED,
    RADIUS_KM,
    UNOCCUPIED,
    SeaFeature,
    assign_features,
    build_feature_table,
    judge_doubt,
    judge_occupier,
    list_features,
    measure_km,
    shorten_name,
)


@pytest.mark.parametrize("name", ["Thitu Island", "中业岛", "Đảo Thị Tứ", "Pag-asa"])
def test_a_feature_is_found_by_its_names_in_every_language(desk: Desk, name: str) -> None:
    titles = list_look_titles(desk)
    (key,) = [key for key, title in titles.items() if name in title and key.startswith("at-")]
    view = find_view(key, list_features(desk.record.geography))
    assert view.title == "Thitu Island"
    # 11.0522 N, 114.2833 E by Vietnam's list; the whole of the picture shows it and its neighbours.
    assert (view.latitude, view.longitude) == (pytest.approx(11.0522, abs=1e-4), pytest.approx(114.2833, abs=1e-4))


def test_every_feature_can_be_looked_at_beside_the_regions(desk: Desk) -> None:
    features = list_features(desk.record.geography)
    assert list(list_look_titles(desk)) == [*VIEWS, *list_feature_views(features)]
    assert {language for feature in features for language in feature.names} == {"en", "zh", "vi", "fil", "ms"}
    content = build_content(desk, EventFilter(), MapChoice("at-whitsun", ("events", "features")))
    west, south, east, north = content.view.find_box(600, 400)
    assert west < content.view.longitude < east
    assert south < content.view.latitude < north
    with pytest.raises(BadInput, match="at-FEATURE"):
        find_view("at-atlantis", features)
    assert build_chart("map", desk, EventFilter(), LIGHT, {"view": "at-whitsun"}).title.startswith("Whitsun Reef")
    with pytest.raises(BadInput, match="at-FEATURE"):
        build_chart("map", desk, EventFilter(), LIGHT, {"view": "at-atlantis"})


@pytest.fixture(scope="module")
def homes(desk: Desk) -> pd.Series:
    return assign_features(desk.queries.load_events(EventFilter()), list_features(desk.record.geography))


def make_feature(key: str, name: str, longitude: float, latitude: float) -> SeaFeature:
    return SeaFeature(key, name, longitude, latitude, "Spratly", "Vietnam", "Vietnam", "a source", "")


def make_events(**columns: list) -> pd.DataFrame:
    count = len(columns["location"])
    frame = {
        "event_id": [f"event-{i}" for i in range(count)],
        "region": ["South China Sea"] * count,
        "longitude": [114.0] * count,
        "latitude": [10.0] * count,
        "geo_precision": ["exact"] * count,
        "quad_class": [4] * count,
        "severity": [3] * count,
        "episode": [None] * count,
        "occurred_date": pd.date_range("2024-01-01", periods=count),
    }
    return pd.DataFrame(frame | columns)


@pytest.mark.parametrize(
    ("event_id", "home"),
    [
        ("2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s", "second_thomas"),
        ("2024-04-30-china-coast-guard-water-cannon-damages-two-phili", "scarborough"),
        ("2025-08-13-chinese-fighter-flies-within-200-ft-of-philippin", "scarborough"),
        ("2025-01-24-chinese-ships-and-navy-helicopter-halt-philippin", "sandy_thitu"),
        ("2024-08-31-china-coast-guard-cutter-strikes-philippine-flag", "sabina"),
        ("2026-03-21-vietnam-protests-chinese-land-reclamation-at-ant", "antelope"),
    ],
)
def test_events_of_the_record_belong_to_the_feature_they_name(homes: pd.Series, event_id: str, home: str):
    assert homes[event_id] == home


def test_meetings_areas_and_far_waters_belong_to_no_feature(homes: pd.Series, raw_events: list[dict]):
    elsewhere = {"Manila", "Hanoi", "Beijing", "Spratly Islands", "Paracel Islands", "Gulf of Tonkin"}
    far = {"Waters near Scarborough Shoal, South China Sea", "About 55 nm northwest of Scarborough Shoal"}
    ids = [e["event_id"] for e in raw_events if e.get("location") in elsewhere | far]
    assert len(ids) > 40
    assert not homes.index.isin(ids).any()


def test_other_regions_are_left_alone(homes: pd.Series, raw_events: list[dict]):
    regions = {event["event_id"]: event["region"] for event in raw_events}
    assert {regions[event_id] for event_id in homes.index} == {"South China Sea"}


def test_an_exact_point_belongs_to_the_nearest_feature_within_the_radius():
    # At 10 N a degree of longitude is 109.5 km: 0.40 degrees are 43.8 km, 0.42 are 46.0 km.
    features = [make_feature("near", "North Rock", 114.0, 10.0), make_feature("far", "South Rock", 116.0, 10.0)]
    events = make_events(location=["A patrol", "A patrol", "A patrol"], longitude=[114.40, 114.42, 114.40])
    events.loc[2, "geo_precision"] = "area"
    assert assign_features(events, features).to_dict() == {"event-0": "near"}
    assert RADIUS_KM == 45


def test_a_named_area_belongs_only_when_it_is_near():
    features = [make_feature("rock", "North Rock (Batu)", 114.0, 10.0)]
    events = make_events(location=["Airspace near North Rock", "Waters near North Rock"], longitude=[114.1, 115.0])
    events["geo_precision"] = "area"
    assert assign_features(events, features).to_dict() == {"event-0": "rock"}


def test_distances_are_those_of_the_sphere():
    # A degree of latitude is 6371.0088 km * pi / 180; the poles are half a circle apart.
    assert measure_km(*map(np.array, (0.0, 114.0, 1.0, 114.0))) == pytest.approx(111.1951, abs=1e-3)
    assert measure_km(*map(np.array, (90.0, 0.0, -90.0, 0.0))) == pytest.approx(20015.1, abs=0.1)


def test_an_episode_counts_once_and_co_operation_is_no_incident():
    features = [make_feature("rock", "North Rock", 114.0, 10.0)]
    events = make_events(
        location=["North Rock"] * 5,
        episode=["a", "a", None, None, "b"],
        quad_class=[4, 4, 4, 2, 3],
        severity=[2, 5, 3, 1, 1],
    )
    places = events.rename(columns={"severity": "max_severity", "occurred_date": "last_date"})
    places = places.assign(event_count=1, conflict_count=(events.quad_class == 4).astype(int))
    (row,) = build_feature_table(places, features).to_dict("records")
    assert (row["event_count"], row["incident_count"], row["max_severity"]) == (5, 2, 5)
    assert row["last_date"] == pd.Timestamp("2024-01-05")


def test_the_table_counts_what_the_files_hold(desk: Desk, raw_events: list[dict]):
    at_shoal = [e for e in raw_events if e.get("location") == "Second Thomas Shoal"]
    conflict = [e for e in at_shoal if 15 <= int(e["cameo_root"]) <= 20]
    episodes = {e.get("episode") or e["event_id"] for e in conflict}
    row = build_feature_rows(desk, EventFilter()).set_index("feature_key").loc["second_thomas"]
    assert (row.event_count, row.incident_count) == (len(at_shoal), len(episodes))
    assert len(episodes) < len(at_shoal)
    assert row.last_date.date() == max(e["occurred_date"] for e in at_shoal)


def test_the_table_follows_the_filter_and_may_be_empty(desk: Desk):
    assert len(build_feature_rows(desk, build_filter(regions=["korean-peninsula"]))) == 0
    rows = build_feature_rows(desk, build_filter(since="2024-06-17", until="2024-06-17"))
    assert rows.feature_key.to_list() == ["second_thomas"]


def test_occupiers_are_what_a_source_said(desk: Desk):
    features = {feature.key: feature for feature in list_features(desk.record.geography)}
    assert features["itu_aba"].occupier == "Taiwan"
    assert (features["scarborough"].occupier, features["scarborough"].occupier_text) == (
        DISPUTED,
        "China (control since 2012)",
    )
    assert features["union_reefs"].occupier == DISPUTED
    assert (features["sabina"].occupier, features["sabina"].is_doubtful) == (UNOCCUPIED, False)
    assert (features["iroquois"].occupier, features["iroquois"].is_doubtful) == (UNOCCUPIED, True)
    assert features["iroquois"].occupier_text == "unoccupied (inferred)"
    assert (features["dallas"].occupier, features["dallas"].is_doubtful) == ("Malaysia", True)
    assert {f.occupier for f in features.values()} == {*HOLDERS, UNOCCUPIED, DISPUTED}
    assert shorten_name(features["pratas"].name) == "Pratas"


@pytest.mark.parametrize(
    ("stated", "status", "occupier"),
    [
        ("Vietnam", "occupied", "Vietnam"),
        ("China (group); no outpost listed", "no outpost", "China"),
        ("Malaysia (control reported; no station)", "controlled", "Malaysia"),
        ("China (control since 2012)", "controlled, nothing built", DISPUTED),
        ("mixed: China (one rock), Vietnam (another)", "mixed", DISPUTED),
        ("unoccupied", "unoccupied, submerged", UNOCCUPIED),
        ("", "", NOT_STATED),
    ],
)
def test_five_holders_nobody_and_dispute_are_told_apart(stated: str, status: str, occupier: str):
    assert judge_occupier(stated, status) == occupier


@pytest.mark.parametrize(
    ("stated", "status", "confidence", "list_count", "is_doubtful"),
    [
        ("Vietnam", "occupied", "high", 3, False),
        ("Taiwan", "occupied", "high", 1, False),
        ("China", "no outpost", "medium", 1, True),
        ("China", "occupied", "medium", 2, False),
        ("Philippines", "occupied", "low", 2, True),
        ("unoccupied", "unoccupied (inferred)", "high", 3, True),
        ("Malaysia (control reported; no station)", "controlled", "high", 2, True),
        ("China", "occupied", "medium", None, False),
    ],
)
def test_doubt_is_said_where_sources_are_thin_or_silent(
    stated: str, status: str, confidence: str, list_count: int | None, is_doubtful: bool
):
    assert judge_doubt(stated, status, confidence, list_count) is is_doubtful


def test_a_features_sources_are_hosts_in_its_hover_text():
    sources = "https://www.example.org/a/b?c=1; https://example.org/d; A list of 2012"
    assert shorten_addresses(sources) == "example.org, A list of 2012"
