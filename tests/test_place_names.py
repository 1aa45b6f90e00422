"""Places found by other names in five languages, and the geography's files: whose each line is and what it carries."""

from __future__ import annotations

import pytest

from tension.desk import Desk, open_desk
from tension.records.filters import EventFilter
from tension.records.geography import PlaceLabel, load_geography
from tension.records.place_names import build_name_index, find_own_names, fold_name
from tension.records.sea_features import SeaFeature
from tension.settings import PROJECT_DIR, Settings

SHOAL = SeaFeature(
    "second",
    "Second Rock (Ayungin)",
    115.8,
    9.7,
    "Spratly",
    "Philippines",
    "Philippines",
    "a list",
    "",
    names={
        "en": "Second Rock",
        "vi": "Bãi Cỏ Mây",
        "zh": "仁爱礁 Ren'ai Jiao",
        "fil": "Ayungin Shoal",
        "ms": "Beting / Terumbu Dua",
    },
)
STRAIT = PlaceLabel("Grey Strait", "strait", "", 120.0, 24.0, 1, 3, ("Pescadores Channel",), ("台灣海峽",), "")


@pytest.mark.parametrize(
    "text",
    [
        "仁爱礁",
        "Ren’ai",
        "renai jiao",
        "Ayungin",
        "Bãi Cỏ Mây",
        "bai co may",
        "Terumbu Dua",
        "AYUNGIN SHOAL",
    ],
)
def test_a_feature_is_found_by_its_names_in_five_languages(text: str) -> None:
    assert find_own_names(text, build_name_index([SHOAL], [STRAIT])) == ("second rock",)


@pytest.mark.parametrize("text", ["shoal", "jiao", "beting", "Second Rock", "rock", "礁", "yung", "no such place", ""])
def test_what_many_places_share_or_none_is_called_names_nothing(text: str) -> None:
    assert find_own_names(text, build_name_index([SHOAL], [STRAIT])) == ()


def test_labels_are_found_by_aliases_and_by_names_for_searching() -> None:
    index = build_name_index([SHOAL], [STRAIT])
    assert find_own_names("pescadores", index) == ("grey strait",)
    assert find_own_names("台灣", index) == ("grey strait",)


def test_folding_keeps_letters_and_drops_accents_quotes_and_hyphens() -> None:
    assert fold_name("Đá Chữ Thập “Pag-asa”") == "da chu thap pag asa"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("names")
    return open_desk(Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store")))


@pytest.mark.parametrize(
    ("other", "own"),
    [("仁爱礁", "Second Thomas"), ("Huangyan", "Scarborough"), ("Bajo de Masinloc", "Scarborough")],
)
def test_a_search_for_another_name_finds_the_events_at_the_place(desk: Desk, other: str, own: str) -> None:
    found = set(desk.queries.load_events(EventFilter(text=other)).event_id)
    at_place = desk.queries.load_events(EventFilter())
    named = set(at_place[at_place.location.str.contains(own, regex=False)].event_id)
    assert named
    assert named <= found
    with_word = set(desk.queries.load_events(EventFilter(text=f"{other} cannon")).event_id)
    assert with_word < found


def test_lines_say_whose_they_are_under_which_licence_and_where_they_stay_open() -> None:
    geography, faults = load_geography(PROJECT_DIR / "data" / "geo", "geo")
    assert not faults
    assert geography
    zones = {f["properties"]["id"]: f for f in geography.layers["zones_added"]["features"]}
    assert all(f["properties"]["drawn_by"] and f["properties"]["licence"] for f in zones.values())
    baseline = zones["prc_baseline_scarborough_2024"]
    assert baseline["geometry"]["type"] == "LineString"
    assert len(baseline["geometry"]["coordinates"]) == 12
    assert baseline["geometry"]["coordinates"][0] != baseline["geometry"]["coordinates"][-1]
    modelled = [f["properties"]["licence"] for f in geography.of_kind("eez_limit")]
    assert modelled
    assert all("CC BY 4.0" in licence and "Flanders Marine Institute" in licence for licence in modelled)
    assert all("BY-SA" in f["properties"]["licence"] for f in geography.layers["lanes_sharealike"]["features"])
    assert not [f for f in geography.layers["points"]["features"] if f["properties"]["kind"] == "scs_feature"]


@pytest.mark.parametrize(
    ("key", "latitude", "longitude"),
    [
        ("loc_zuoying-naval", 22.6961, 120.2711),
        ("loc_jiupeng", 22.1094, 120.874),
        ("port_twtxg", 24.258, 120.504),
        ("iroquois", 10.65, 116.167),
    ],
)
def test_points_stand_where_their_sources_put_them(desk: Desk, key: str, latitude: float, longitude: float) -> None:
    points = {
        f["properties"]["id"]: f["geometry"]["coordinates"]
        for name in ("points", "scs_features")
        for f in desk.record.geography.layers[name]["features"]
    }
    assert points[key] == [longitude, latitude]
