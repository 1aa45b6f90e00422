"""The layers' marks: whose line each is, what is left open, and words that lie on nothing else."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest

from components.parts.templates import render
from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.density import CLASS_EDGES, count_cells
from tension.figures.maps.dyads import build_arcs, find_reference_points
from tension.figures.maps.gathering import is_on_map
from tension.figures.maps.labels import DESK_FRAME_PX, Label
from tension.figures.maps.layers import LAYERS, parse_layers, parse_list
from tension.figures.maps.legend import build_legend
from tension.figures.maps.names import CITY
from tension.figures.maps.styles import build_styles
from tension.figures.maps.views import VIEWS, View
from tension.figures.palette import DARK, LIGHT, PRINT
from tension.records.filters import EventFilter, build_filter
from tension.records.sea_features import measure_km
from tension.records.vocab import QuadClass

EVERY_LAYER = tuple(LAYERS)


@pytest.fixture(scope="module")
def content(desk: Desk) -> MapContent:
    return build_content(desk, EventFilter(), MapChoice("taiwan-strait", EVERY_LAYER, "justice-mission-2025"))


def list_tips(content: MapContent, layer: str) -> list[str]:
    return [mark.tip for mark in content.marks[layer]]


def list_boxes(label: Label, view: View) -> list[tuple[float, float, float, float]]:
    """Where the letters of a label are, a box each: worked apart from the code that places it."""
    x, y = view.to_px([label.longitude], [label.latitude])[0] + label.shift
    letters = max(len(label.text.replace("\u2009", "")), 1)
    step = label.text_px * 0.48
    turn = math.radians(label.angle)
    boxes = []
    for i in range(letters):
        along = (i - (letters - 1) / 2) * step
        at = (x + along * math.cos(turn), y + along * math.sin(turn))
        boxes.append((at[0] - step / 2, at[1] - 4, at[0] + step / 2, at[1] + 4))
    return boxes


def are_apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] >= other[2] or one[2] <= other[0] or one[1] >= other[3] or one[3] <= other[1]


@pytest.mark.parametrize(
    "layer", ["median-line", "adiz", "ten-dash", "baselines", "eez", "fisheries", "restricted", "lanes"]
)
def test_every_claim_line_says_who_drew_it(content: MapContent, layer: str):
    assert all("Drawn by: " in tip for tip in list_tips(content, layer))
    assert LAYERS[layer].whose


def test_claims_are_laid_to_those_who_make_them(content: MapContent):
    assert {tip.split("Drawn by: ")[1].split("\n")[0] for tip in list_tips(content, "ten-dash")} == {"China"}
    drawn_by = [tip.split("Drawn by: ")[1].split(" (")[0].split("\n")[0] for tip in list_tips(content, "adiz")]
    assert drawn_by == ["China", "Taiwan", "Japan", "South Korea"]
    assert all("Declared by China" in tip for tip in list_tips(content, "zones"))


def test_chinas_zone_is_open_towards_its_coast_and_japans_is_partial(content: MapContent):
    china, taiwan, japan, korea = (mark.coordinates for mark in content.marks["adiz"])
    assert len(china) == 6
    assert china[0] != china[-1]
    assert taiwan[0] == taiwan[-1]
    assert korea[0] == korea[-1]
    assert len(japan) == 7
    assert japan[0] != japan[-1]


def test_both_median_lines_are_drawn_with_different_styles(content: MapContent):
    styles = build_styles(LIGHT)
    lines = content.marks["median-line"]
    assert [len(line.coordinates) for line in lines] == [2, 3]
    assert len({styles[line.style].dash for line in lines}) == 2


def test_lines_of_others_carry_their_licence(content: MapContent):
    assert all("CC BY 4.0" in tip for tip in list_tips(content, "eez"))
    assert all("CC BY" in tip for tip in list_tips(content, "lanes"))
    assert "CC BY 4.0" in LAYERS["eez"].source
    assert "CC BY-SA 4.0" in LAYERS["lanes"].source


def test_the_scarborough_baseline_stays_open(content: MapContent):
    (line,) = (mark for mark in content.marks["baselines"] if "Scarborough" in mark.tip)
    assert len(line.coordinates) == 12
    assert line.coordinates[0] != line.coordinates[-1]


def test_sectors_show_the_days_of_the_ministry_to_the_days_of_the_map(desk: Desk):
    content = build_content(desk, build_filter(as_of="2024-10-15"), MapChoice("taiwan-strait", ("sectors",)))
    days = [d for d in desk.record.activity if "2024-09-16" <= d.date.isoformat() <= "2024-10-15"]
    named = {name: sum(name in day.sectors_entered for day in days) for day in days for name in day.sectors_entered}
    assert named["southwest"] > 5
    assert {mark.label for mark in content.marks["sectors"]} == {
        f"{name}: {count} of {len(days)} days" for name, count in named.items()
    }


def test_a_layer_that_is_off_draws_nothing(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("taiwan-strait", ("adiz",)))
    assert list(content.marks) == ["adiz"]
    assert content.gathered.spots == content.gathered.clusters == ()


@pytest.mark.parametrize("view", VIEWS)
def test_words_lie_on_no_other_words_and_on_no_sign(desk: Desk, view: str):
    """At every band of zooms; a count must have its number, and may have it on something where there is no room."""
    content = build_content(desk, EventFilter(), MapChoice(view, VIEWS[view].layers, has_bands=True))
    for layout in content.layouts:
        seen = layout.band.view
        labels = [label for label in layout.labels if not (label.style == "count" and label.text.isdigit())]
        boxes = [list_boxes(label, seen) for label in labels]
        for (i, one), (j, other) in combinations(enumerate(boxes), 2):
            assert all(are_apart(a, b) for a in one for b in other), (labels[i], labels[j])
        for sign in layout.gathered.signs:
            x, y = seen.to_px([sign.longitude], [sign.latitude])[0] + sign.shift
            r = sign.radius_px * 0.65
            for label, letters in zip(labels, boxes, strict=True):
                assert all(are_apart(box, (x - r, y - r, x + r, y + r)) for box in letters), (label, sign)


@pytest.mark.parametrize("view", VIEWS)
def test_every_count_has_its_number_beside_it(desk: Desk, view: str):
    content = build_content(desk, EventFilter(), MapChoice(view, ("events",)))
    numbers = {label.key: label for label in content.labels if label.style == "count"}
    assert set(numbers) == {cluster.key for cluster in content.gathered.clusters}
    for cluster in content.gathered.clusters:
        assert numbers[cluster.key].text.split()[-1] == f"{len(cluster.event_ids):,}"


def test_words_of_lines_stand_whole_in_the_frame_and_run_with_their_line(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("taiwan-strait", ("adiz", "median-line")))
    lines = {label.text: label for label in content.labels if "ADIZ" in label.text or "edian" in label.text}
    assert set(lines) >= {"China’s ADIZ (2013)", "Taiwan’s ADIZ (derived)", "Median line (Taiwan’s ministry)"}
    for label in lines.values():
        for left, top, right, bottom in list_boxes(label, content.view):
            assert -DESK_FRAME_PX[0] / 2 <= left < right <= DESK_FRAME_PX[0] / 2
            assert -DESK_FRAME_PX[1] / 2 <= top < bottom <= DESK_FRAME_PX[1] / 2
    median = content.marks["median-line"][0].coordinates
    (x0, y0), (x1, y1) = content.view.to_px([p[0] for p in median], [p[1] for p in median])
    slope = math.degrees(math.atan2(y1 - y0, x1 - x0))
    assert lines["Median line (Taiwan’s ministry)"].angle % 180 == pytest.approx(slope % 180, abs=0.2)


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("western-pacific", {"C H I N A", "East China Sea", "Luzon Strait"}),
        ("taiwan-strait", {"C H I N A", "T A I W A N", "Kaohsiung", "Fuzhou"}),
        ("south-china-sea", {"V I E T N A M", "P H I L I P P I N E S", "Sulu Sea", "Ho Chi Minh City"}),
        ("korean-peninsula", {"S O U T H   K O R E A", "N O R T H   K O R E A", "Yellow Sea"}),
    ],
)
def test_countries_seas_and_cities_are_named(desk: Desk, view: str, names: set[str]):
    content = build_content(desk, EventFilter(), MapChoice(view, VIEWS[view].layers))
    assert names <= {label.text.replace("\u2009", " ") for label in content.labels}


def test_a_name_that_a_count_says_already_is_not_said_twice(desk: Desk):
    for view in VIEWS:
        content = build_content(desk, EventFilter(), MapChoice(view, ("events",)))
        counted = {label.text.rpartition(" ")[0] for label in content.labels if label.style == "count"}
        assert not counted & {label.text for label in content.labels if label.style != "count"}


def test_more_names_stand_on_a_nearer_map(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("south-china-sea", (), has_bands=True))
    cities = [{label.text for label in layout.labels if label.style == CITY} for layout in content.layouts]
    assert all(len(far) <= len(near) for far, near in pairwise(cities))
    assert len(cities[0]) < len(cities[-1])


@pytest.mark.parametrize("view", VIEWS)
def test_the_scale_bar_is_as_long_as_it_says(desk: Desk, view: str):
    bar = build_content(desk, EventFilter(), MapChoice(view, ())).own.scale
    (west, south), (east, north) = bar.ends
    km = float(measure_km(*(np.array([degree]) for degree in (south, west, north, east)))[0])
    assert km == pytest.approx(float(bar.words.removesuffix(" km").replace(",", "")), rel=0.01)
    assert south == north


def test_the_graticule_is_round_and_says_its_degrees(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("taiwan-strait", ()))
    words = {line.words for line in content.own.grid if line.words}
    assert {"120° E", "24° N"} <= words
    for line in content.own.grid:
        degree = line.words_at[0] if line.ends[0][0] == line.ends[1][0] else line.words_at[1]
        assert not line.words or line.words.startswith(f"{abs(degree):.0f}°")


def test_ten_dashes_carry_one_name(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("south-china-sea", ("ten-dash",)))
    assert len(content.marks["ten-dash"]) == 10
    assert [label.style for label in content.labels].count("ten_dash") == 1


def test_density_counts_every_event_on_the_map_once(desk: Desk):
    events = desk.queries.load_events(EventFilter())
    cells = count_cells(events, VIEWS["western-pacific"])
    assert sum(cell.event_count for cell in cells) == int(is_on_map(events).sum())
    assert all(CLASS_EDGES[cell.step] <= cell.event_count for cell in cells)
    assert max(cell.event_count for cell in cells) > 25
    assert all(len(cell.corners) == 7 and cell.corners[0] == pytest.approx(cell.corners[-1]) for cell in cells)
    assert count_cells(events.iloc[0:0], VIEWS["western-pacific"]) == []


def test_arcs_count_as_the_dyads_do_and_run_between_the_states(desk: Desk):
    dyads = desk.queries.count_dyads(EventFilter())
    arcs = {
        (arc.initiator, arc.target): arc for arc in build_arcs(dyads, desk.record.geography, VIEWS["western-pacific"])
    }
    chosen = dyads[(dyads.initiator == "CHN") & (dyads.target == "PHL")]
    arc = arcs["CHN", "PHL"]
    assert (arc.event_count, arc.conflict_count) == (
        chosen.event_count.sum(),
        chosen[chosen.quad_class >= 3].event_count.sum(),
    )
    assert arc.is_mostly_conflict
    assert not arcs["USA", "JPN"].is_mostly_conflict
    points = find_reference_points(desk.record.geography)
    tip = min(arc.shape, key=lambda p: abs(p[0] - points["PHL"][0]) + abs(p[1] - points["PHL"][1]))
    assert tip == pytest.approx(points["PHL"], abs=0.01)
    assert 100 < points["CHN"][0] < 108
    assert "FRA" not in points


def test_layers_are_parsed_in_drawing_order_and_faults_are_named():
    assert parse_layers(["zones", "events", "events"]) == ("events", "zones")
    assert parse_list("", VIEWS["south-china-sea"]) == VIEWS["south-china-sea"].layers
    assert parse_list("none", VIEWS["south-china-sea"]) == ()
    with pytest.raises(BadInput, match="nine-dash"):
        parse_list("events,nine-dash", VIEWS["south-china-sea"])


def test_every_layer_says_its_source_and_what_it_cannot_say():
    assert all(layer.source and layer.note and layer.title for layer in LAYERS.values())
    used = {key for view in VIEWS.values() for key in view.layers}
    assert used <= set(LAYERS)


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT], ids=lambda palette: palette.name)
def test_the_legend_explains_every_sign_that_is_drawn(content: MapContent, palette):
    entries = build_legend(content, palette)
    words = {entry.words for entry in entries}
    assert words >= {
        "Severity 1 or 2: routine, signalling",
        "4 or 5: dangerous encounter, force",
        QuadClass.MATERIAL_CONFLICT.plain,
        "Hollow, dashed: an area, not a position",
        "Ten-dash line, China’s claim",
        "Exercise area, declared by China",
        "EEZ limit, modelled by Marine Regions",
        "Held by Vietnam",
        "Unoccupied",
        "Disputed",
        "Hollow: holder or place in doubt",
        "Airfield",
        "25 or more",
        "Acted on, mostly co-operation",
    }
    assert not any("coded elsewhere" in said for said in words)
    page = render("map_legend.html", palette=palette, entries=entries)
    assert page.count("<img") == len(entries)
    assert "<svg" not in page
    assert "http" not in page


def test_the_legend_says_nothing_that_is_not_drawn(desk: Desk):
    content = build_content(desk, build_filter(regions=["indian-ocean"]), MapChoice("indian-ocean", ("events",)))
    words = {entry.words for entry in build_legend(content, LIGHT)}
    assert not any("ADIZ" in said or "Held by" in said or "line" in said for said in words)
    alone = content.events[content.events.event_id.isin([spot.event_id for spot in content.gathered.spots])]
    drawn = {QuadClass(int(quad)).plain for quad in alone.quad_class}
    assert {quad.plain for quad in QuadClass} & words == drawn


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT], ids=lambda palette: palette.name)
def test_signs_part_from_any_ground_and_hues_of_states_from_each_other(palette):
    for grade, fill in palette.severity.items():
        for ground in (palette.sea, palette.land):
            assert max(measure_contrast(fill, ground), measure_contrast(palette.edge[grade], ground)) >= 3
    assert len(set(palette.states.values())) == len(palette.states)
    assert measure_contrast(palette.land, palette.sea) > 1.25
    assert min(measure_contrast(palette.land_line, ground) for ground in (palette.sea, palette.land)) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT], ids=lambda palette: palette.name)
def test_words_on_the_map_can_be_read(content: MapContent, palette):
    styles = build_styles(palette)
    for label in content.labels:
        ink = styles[label.style].colour
        assert measure_contrast(ink, palette.sea) >= 4.5, label
        assert measure_contrast(ink, palette.land) >= 4.5, label


def measure_contrast(first: str, second: str) -> float:
    """WCAG 2.1 contrast ratio of two hex colours."""

    def measure_light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((measure_light(first), measure_light(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
