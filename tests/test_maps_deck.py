"""What is sent to the browser: no other host, no markup, no index that outlives the data, and the map stays put."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pandas as pd
import pytest

from tension.desk import Desk
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import SIGN_LAYER, build_deck_json, describe_event, list_members
from tension.figures.maps.layers import LAYERS
from tension.figures.maps.shares import list_shares, trace_arc, trace_slice
from tension.figures.maps.views import VIEWS
from tension.figures.palette import DARK, LIGHT, Palette
from tension.records.filters import EventFilter, build_filter

WHOLE_RECORD = EventFilter()
EVERY_LAYER = tuple(LAYERS)


@pytest.fixture(scope="module")
def content(desk: Desk) -> MapContent:
    return build_content(desk, WHOLE_RECORD, MapChoice("taiwan-strait", EVERY_LAYER))


def read(content: MapContent, palette: Palette = LIGHT, **options: Any) -> dict[str, Any]:
    return json.loads(build_deck_json(content, palette, **options))


def list_features(layer: dict[str, Any]) -> list[dict[str, Any]]:
    """The features of a layer, also of one that carries them as an address."""
    data = layer["data"]
    if isinstance(data, str):
        data = json.loads(base64.b64decode(data.removeprefix("data:application/json;base64,")))
    return data["features"]


def find_layer(description: dict[str, Any], name: str, content: MapContent | None = None) -> dict[str, Any]:
    """The layer of a name; of those of several bands of zooms the one of the view itself."""
    found = [layer for layer in description["layers"] if layer["id"].startswith(name)]
    if len(found) > 1 and content:
        zoom = content.view.zoom
        found = [layer for layer in found if layer["visibleMinZoom"] < zoom < layer["visibleMaxZoom"]]
    (layer,) = found
    return layer


def list_signs(content: MapContent, palette: Palette = LIGHT) -> list[dict[str, Any]]:
    """The features that can be clicked at the zoom of the view."""
    return list_features(find_layer(read(content, palette), SIGN_LAYER, content))


def list_texts(value: Any) -> list[str]:
    """Every text anywhere in a description."""
    if isinstance(value, str) and value.startswith("data:application/json;base64,"):
        return list_texts(json.loads(base64.b64decode(value.removeprefix("data:application/json;base64,"))))
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in list_texts(part)] + list(value)
    if isinstance(value, list):
        return [text for part in value for text in list_texts(part)]
    return []


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize("view", VIEWS)
def test_no_other_host_is_named(desk: Desk, view: str, palette: Palette):
    description = read(build_content(desk, WHOLE_RECORD, MapChoice(view, EVERY_LAYER)), palette)
    assert not [text for text in list_texts(description) if re.search(r"(?i)\b(https?:|wss?:|//)", text)]
    assert description["mapStyle"] == "__MAP_STYLE__"
    assert "mapProvider" not in description


def test_a_first_load_stays_small(desk: Desk):
    view = VIEWS["western-pacific"]
    choice = MapChoice(view.key, view.layers)
    assert len(build_deck_json(build_content(desk, WHOLE_RECORD, choice), LIGHT).encode()) < 480_000
    whole = build_content(desk, WHOLE_RECORD, replace(choice, has_bands=True))
    assert len(build_deck_json(whole, LIGHT).encode()) < 900_000


def test_every_event_on_the_map_is_sent_once_by_its_id_at_every_zoom(desk: Desk):
    content = build_content(desk, WHOLE_RECORD, MapChoice("taiwan-strait", EVERY_LAYER, has_bands=True))
    members = list_members(content)
    layers = [layer for layer in read(content)["layers"] if layer["id"].startswith(SIGN_LAYER)]
    assert len(layers) == len(content.layouts)
    undrawn = [*content.gathered.off_map, *content.gathered.of_country]
    for layer in layers:
        ids = [feature["id"] for feature in list_features(layer)]
        assert len(ids) == len(set(ids))
        reached = [event for name in ids for event in members.get(name, (name,))]
        assert sorted(reached + undrawn) == sorted(content.events.event_id)


@pytest.mark.parametrize("view", VIEWS)
def test_no_geometry_is_empty(desk: Desk, view: str):
    content = build_content(desk, WHOLE_RECORD, MapChoice(view, EVERY_LAYER))
    # Signs and discs carry theirs as positions.
    layers = [layer for layer in read(content)["layers"] if "GeoJson" in layer["@@type"]]
    assert layers
    for layer in layers:
        assert all(feature["geometry"]["coordinates"] for feature in list_features(layer)), layer["id"]


def test_layers_of_bands_follow_each_other_without_a_gap(desk: Desk):
    content = build_content(desk, WHOLE_RECORD, MapChoice("taiwan-strait", EVERY_LAYER, has_bands=True))
    for kind in ("ground@", "words@", SIGN_LAYER):
        spans = [
            (layer["visibleMinZoom"], layer["visibleMaxZoom"])
            for layer in read(content)["layers"]
            if layer["id"].startswith(kind)
        ]
        assert all(one[1] == other[0] for one, other in pairwise(sorted(spans)))


def test_severity_is_size_and_colour_class_is_shape_and_an_area_is_hollow(content: MapContent):
    rows = content.events.set_index("event_id")
    signs = [sign for sign in list_signs(content) if sign["id"] in rows.index]
    sizes = {int(rows.severity[sign["id"]]): sign["properties"]["s"] for sign in signs}
    assert [sizes[level] for level in sorted(sizes)] == sorted(sizes.values())
    assert min(sizes.values()) >= 12
    grades = {1: "routine", 2: "routine", 3: "presence", 4: "danger", 5: "danger"}
    for sign in signs:
        row = rows.loc[sign["id"]]
        area = "" if row.geo_precision == "exact" else "-area"
        assert sign["properties"]["i"] == f"event-{row.quad_class}-{grades[row.severity]}{area}"


def test_events_coded_elsewhere_have_a_dot(content: MapContent):
    machine = replace(content, events=content.events.assign(source_key="gdelt"))
    signs = [sign for sign in list_signs(machine) if "@" not in sign["id"]]
    assert {sign["properties"]["i"][-6:] for sign in signs} == {"-coded"}


def test_an_event_without_class_or_severity_has_a_sign(content: MapContent):
    bare = replace(content, events=content.events.assign(quad_class=float("nan"), severity=float("nan")))
    signs = [sign for sign in list_signs(bare) if "@" not in sign["id"]]
    assert {sign["properties"]["i"].removesuffix("-area") for sign in signs} == {"event-0-routine"}


def test_every_layer_has_its_own_id_and_a_new_turn_renames_what_is_clicked(content: MapContent):
    first, second = ([layer["id"] for layer in read(content, turn=turn)["layers"]] for turn in (1, 2))
    assert len(set(first)) == len(first)
    renamed = {a.split("-")[0] for a, b in zip(first, second, strict=True) if a != b}
    assert renamed == {SIGN_LAYER}


def test_signs_are_cut_from_one_picture_and_none_from_anothers_place(content: MapContent):
    layer = find_layer(read(content), SIGN_LAYER, content)
    asked = {feature["properties"]["i"] for feature in list_features(layer)}
    places = list(layer["iconMapping"].values())
    assert asked <= set(layer["iconMapping"])
    picture = base64.b64decode(layer["iconAtlas"].removeprefix("data:image/svg+xml;base64,")).decode()
    width, height = (int(side) for side in re.findall(r'(?:width|height)="(\d+)"', picture)[:2])
    assert max(width, height) <= 4096
    assert all(place["x"] + place["width"] <= width for place in places)
    assert all(place["y"] + place["height"] <= height for place in places)
    apart = [
        abs(a["x"] - b["x"]) >= a["width"] or abs(a["y"] - b["y"]) >= a["height"] for a, b in combinations(places, 2)
    ]
    assert all(apart)


def test_a_count_is_divided_by_severity():
    shares = list_shares({1: 2, 3: 1, 5: 1, 0: 4})
    assert [(share.grade, share.start, share.stop) for share in shares] == [
        ("danger", 0.0, 0.125),
        ("presence", 0.125, 0.25),
        ("routine", 0.25, 1.0),
    ]
    quarter = trace_arc(0.0, 0.25, 10.0)
    assert quarter[0] == pytest.approx((0.0, -10.0))
    assert quarter[-1] == pytest.approx((10.0, 0.0))
    assert {len(trace_slice(share, 5.0)) > 3 for share in shares} == {True}


def test_the_view_does_not_move_with_the_data_and_moves_on_a_visit(desk: Desk, content: MapContent):
    fewer = build_content(desk, build_filter(regions=["korean-peninsula"]), MapChoice("taiwan-strait", ("events",)))
    before, after, asked = (read(c, visit=v)["initialViewState"] for c, v in ((content, 0), (fewer, 0), (content, 1)))
    assert before == after
    assert all(before[key] != asked[key] for key in ("longitude", "latitude", "zoom"))
    assert before["zoom"] == pytest.approx(asked["zoom"], abs=1e-6)


def test_the_selected_event_is_ringed_though_its_place_is_crowded(desk: Desk):
    chosen = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"
    content = build_content(desk, WHOLE_RECORD, MapChoice("south-china-sea", ("events",), selected=chosen))
    marks = [sign["properties"] for sign in list_signs(content) if sign["id"] == chosen]
    assert [mark["i"] for mark in marks] == ["ring", "event-4-danger"]
    assert marks[0]["o"] == marks[1]["o"]


def test_a_selected_event_that_the_filter_removed_marks_nothing(desk: Desk):
    chosen = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"
    wanted = build_filter(regions=["taiwan-strait"])
    content = build_content(desk, wanted, MapChoice("south-china-sea", ("events",), selected=chosen))
    assert "ring" not in {sign["properties"]["i"] for sign in list_signs(content)}


@pytest.mark.parametrize("title", ["@@=alert(1)", "@@#constants.x", "<img src=x onerror=alert(1)>", "{tip}"])
def test_text_of_a_record_is_never_an_expression(content: MapContent, title: str):
    hostile = replace(content, events=content.events.assign(title=title, location=title))
    tips = [sign["properties"]["tip"] for sign in list_signs(hostile) if "@" not in sign["id"]]
    assert all(re.match(r"\d{1,2} [A-Z][a-z]{2} \d{4} · ", tip) and f"\n{title}\n" in tip for tip in tips)
    assert not [text for text in list_texts(read(hostile)) if text.startswith("@@") and title in text]


def test_an_event_without_severity_class_or_place_says_so():
    row = {
        "occurred_date": pd.Timestamp("2024-01-02"),
        "quad_class": 4,
        "severity": float("nan"),
        "title": "A title",
        "location": None,
    }
    assert describe_event(row) == "2 Jan 2024 · Show of force or coercion · no severity stated\nA title"
    assert describe_event(row | {"quad_class": float("nan")}).startswith("2 Jan 2024 · Class not stated · ")


def test_an_empty_view_still_shows_land_lines_and_names(desk: Desk):
    content = build_content(desk, build_filter(text="nothing says this"), MapChoice("taiwan-strait", EVERY_LAYER))
    names = {re.split(r"[-@]", layer["id"])[0] for layer in read(content)["layers"]}
    assert {"land", "lines", "words", "ground"} <= names
    assert SIGN_LAYER not in names
