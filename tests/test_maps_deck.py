"""What is sent to the browser: no other host, no markup, no index that outlives the data, and the map stays put."""

from __future__ import annotations

import base64
import json
import re
from itertools import combinations
from typing import Any

import pandas as pd
import pytest

from tension.desk import Desk
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import CLUSTER_LAYER, EVENT_LAYER, build_deck_json, describe_event
from tension.figures.maps.layers import LAYERS
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


def find_layer(description: dict[str, Any], name: str) -> dict[str, Any]:
    (layer,) = (layer for layer in description["layers"] if layer["id"].startswith(name))
    return layer


def list_texts(value: Any) -> list[str]:
    """Every text anywhere in a description."""
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
    description = build_deck_json(build_content(desk, WHOLE_RECORD, MapChoice(view.key, view.layers)), LIGHT)
    assert len(description.encode()) < 260_000


def test_every_event_on_the_map_is_sent_once_by_its_id(content: MapContent):
    description = read(content)
    alone = [mark["id"] for mark in find_layer(description, EVENT_LAYER)["data"]]
    counted = {mark["id"] for mark in find_layer(description, CLUSTER_LAYER)["data"]}
    members = [event_id for cluster in content.gathered.clusters for event_id in cluster.event_ids]
    assert len(alone) == len(set(alone))
    undrawn = [*content.gathered.off_map, *content.gathered.of_country]
    assert sorted(alone + members + undrawn) == sorted(content.events.event_id)
    assert counted == {cluster.key for cluster in content.gathered.clusters}


def test_severity_is_size_and_class_is_shape(content: MapContent):
    rows = content.events.set_index("event_id")
    marks = find_layer(read(content), EVENT_LAYER)["data"]
    sizes = {int(rows.severity[mark["id"]]): mark["s"] for mark in marks}
    assert [sizes[level] for level in sorted(sizes)] == sorted(sizes.values())
    assert min(sizes.values()) >= 12
    assert all(mark["i"] == f"quad-{rows.quad_class[mark['id']]}" for mark in marks)


def test_machine_coded_events_are_hollow(content: MapContent):
    machine = content.events.assign(source_key="gdelt")
    marks = find_layer(read(MapContent(**vars(content) | {"events": machine})), EVENT_LAYER)["data"]
    assert {mark["i"][-7:] for mark in marks} == {"-hollow"}


def test_every_layer_has_its_own_id_and_a_new_turn_renames_what_is_clicked(content: MapContent):
    first, second = ([layer["id"] for layer in read(content, turn=turn)["layers"]] for turn in (1, 2))
    assert len(set(first)) == len(first)
    renamed = {a.split("-")[0] for a, b in zip(first, second, strict=True) if a != b}
    assert renamed == {EVENT_LAYER, CLUSTER_LAYER, "symbols"}


def test_counts_are_cut_from_one_picture_in_their_order_and_a_new_picture_renames_the_layer(desk: Desk):
    few, many = (
        find_layer(read(build_content(desk, wanted, MapChoice("western-pacific", ("events",)))), CLUSTER_LAYER)
        for wanted in (build_filter(regions=["taiwan-strait"]), WHOLE_RECORD)
    )
    assert few["id"] != many["id"]
    picture = base64.b64decode(many["iconAtlas"].removeprefix("data:image/svg+xml;base64,")).decode()
    told = [int(mark["tip"].split()[0]) for mark in many["data"]]
    assert [int(count) for count in re.findall(r">(\d+)</text>", picture)] == told
    places = [many["iconMapping"][mark["i"]] for mark in many["data"]]
    width, height = (int(side) for side in re.findall(r'(?:width|height)="(\d+)"', picture)[:2])
    assert all(place["x"] + place["width"] <= width for place in places)
    assert all(place["y"] + place["height"] <= height for place in places)
    apart = [
        abs(a["x"] - b["x"]) >= a["width"] or abs(a["y"] - b["y"]) >= a["height"] for a, b in combinations(places, 2)
    ]
    assert all(apart)
    assert [place["width"] for place in places] == [3 * mark["s"] for mark in many["data"]]


def test_a_lean_map_leaves_out_the_outline_of_the_land_and_keeps_every_boundary(desk: Desk):
    content = build_content(desk, WHOLE_RECORD, MapChoice("western-pacific", ("events", "median-line")))
    whole, lean = read(content), read(content, is_lean=True)
    assert [layer["id"] for layer in lean["layers"]][:2] == ["land", "land-boundaries"]
    assert whole["layers"][0]["stroked"]
    assert not lean["layers"][0]["stroked"]
    boundaries = lean["layers"][1]["data"]["features"]
    assert boundaries == whole["layers"][0]["data"]["features"][-1:]
    assert lean["views"][0]["controller"]["scrollZoom"] is False


def test_the_view_does_not_move_with_the_data_and_moves_on_a_visit(desk: Desk, content: MapContent):
    fewer = build_content(desk, build_filter(regions=["korean-peninsula"]), MapChoice("taiwan-strait", ("events",)))
    before, after, asked = (read(c, visit=v)["initialViewState"] for c, v in ((content, 0), (fewer, 0), (content, 1)))
    assert before == after
    assert all(before[key] != asked[key] for key in ("longitude", "latitude", "zoom"))
    assert before["zoom"] == pytest.approx(asked["zoom"], abs=1e-6)


def test_the_selected_event_is_ringed_though_its_place_is_crowded(desk: Desk):
    chosen = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"
    content = build_content(desk, WHOLE_RECORD, MapChoice("south-china-sea", ("events",), selected=chosen))
    marks = [mark for mark in find_layer(read(content), EVENT_LAYER)["data"] if mark["id"] == chosen]
    assert [mark["i"] for mark in marks] == ["ring", "quad-4"]
    assert marks[0]["o"] == marks[1]["o"]


def test_a_selected_event_that_the_filter_removed_marks_nothing(desk: Desk):
    chosen = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"
    wanted = build_filter(regions=["taiwan-strait"])
    content = build_content(desk, wanted, MapChoice("south-china-sea", ("events",), selected=chosen))
    assert "ring" not in {mark["i"] for mark in find_layer(read(content), EVENT_LAYER)["data"]}


@pytest.mark.parametrize("title", ["@@=alert(1)", "@@#constants.x", "<img src=x onerror=alert(1)>", "{tip}"])
def test_text_of_a_record_is_never_an_expression(content: MapContent, title: str):
    hostile = content.events.assign(title=title, location=title)
    description = read(MapContent(**vars(content) | {"events": hostile}))
    tips = [mark["tip"] for mark in find_layer(description, EVENT_LAYER)["data"]]
    assert all(re.match(r"\d{1,2} [A-Z][a-z]{2} \d{4} · ", tip) and f"\n{title}\n" in tip for tip in tips)
    assert not [text for text in list_texts(description) if text.startswith("@@") and title in text]


def test_an_event_without_severity_says_so():
    row = {
        "occurred_date": pd.Timestamp("2024-01-02"),
        "quad_class": 4,
        "severity": float("nan"),
        "title": "A title",
        "location": None,
    }
    assert describe_event(row) == "2 Jan 2024 · Material conflict · no severity stated\nA title"


def test_an_empty_view_still_shows_land_and_lines(desk: Desk):
    content = build_content(desk, build_filter(text="nothing says this"), MapChoice("taiwan-strait", EVERY_LAYER))
    names = {layer["id"].rsplit("-", 1)[0] for layer in read(content)["layers"]}
    assert {"land", "lines", "labels"} <= names
    assert EVENT_LAYER not in names
