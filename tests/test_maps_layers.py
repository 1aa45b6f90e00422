"""The layers' marks: whose line each is, what is left open, and words that lie on nothing else."""

from __future__ import annotations

from itertools import combinations

import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.density import CLASS_EDGES, count_cells
from tension.figures.maps.dyads import build_arcs, find_reference_points
from tension.figures.maps.labels import DESK_FRAME_PX, Label
from tension.figures.maps.layers import LAYERS, parse_layers, parse_list
from tension.figures.maps.legend import build_legend, build_legend_html
from tension.figures.maps.spread import is_on_map
from tension.figures.maps.styles import build_styles
from tension.figures.maps.views import VIEWS, View
from tension.figures.palette import DARK, LIGHT, PRINT
from tension.records.filters import EventFilter, build_filter

EVERY_LAYER = tuple(LAYERS)


@pytest.fixture(scope="module")
def content(desk: Desk) -> MapContent:
    return build_content(desk, EventFilter(), MapChoice("taiwan-strait", EVERY_LAYER, "justice-mission-2025"))


def list_tips(content: MapContent, layer: str) -> list[str]:
    return [mark.tip for mark in content.marks[layer]]


def find_box(label: Label, view: View) -> tuple[float, float, float, float]:
    x, y = view.to_px([label.longitude], [label.latitude])[0] + label.shift
    half = len(label.text) * label.text_px * 0.25
    return x - half, y - 5, x + half, y + 5


@pytest.mark.parametrize("layer", ["median-line", "adiz", "ten-dash"])
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


def test_islands_that_the_wide_land_leaves_out_are_marked(content: MapContent):
    places = {mark.label: mark.coordinates[0] for mark in content.marks["islands"]}
    assert set(places) == {"Kinmen", "Matsu", "Penghu", "Dongyin", "Wuqiu"}
    assert places["Matsu"] == (119.958, 26.1598)


def test_sectors_show_the_days_of_the_ministry_to_the_days_of_the_map(desk: Desk):
    content = build_content(desk, build_filter(as_of="2024-10-15"), MapChoice("taiwan-strait", ("sectors",)))
    days = [d for d in desk.record.activity if "2024-09-16" <= d.date.isoformat() <= "2024-10-15"]
    expected = sum("southwest" in day.sectors_entered for day in days)
    labels = {mark.label.rpartition(" ")[0]: int(mark.label.rpartition(" ")[2]) for mark in content.marks["sectors"]}
    assert expected > 5
    assert labels["southwest"] == expected
    assert len(labels) == 9


def test_a_layer_that_is_off_draws_nothing(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("taiwan-strait", ("adiz",)))
    assert list(content.marks) == ["adiz"]
    assert content.gathered.spots == content.gathered.clusters == ()


@pytest.mark.parametrize("view", VIEWS)
def test_words_lie_on_no_other_words_and_no_count(desk: Desk, view: str):
    content = build_content(desk, EventFilter(), MapChoice(view, VIEWS[view].layers))
    boxes = [find_box(label, content.view) for label in content.labels]
    for cluster in content.gathered.clusters:
        x, y = content.view.to_px([cluster.longitude], [cluster.latitude])[0] + cluster.shift
        r = cluster.radius_px * 0.7
        boxes.append((x - r, y - r, x + r, y + r))
    count = len(content.labels)
    for (i, a), (j, b) in combinations(enumerate(boxes), 2):
        if i < count:
            apart = a[0] >= b[2] or a[2] <= b[0] or a[1] >= b[3] or a[3] <= b[1]
            assert apart, (content.labels[i], content.labels[j] if j < count else "a count")


def test_words_of_lines_stand_whole_in_the_frame(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("taiwan-strait", ("adiz", "median-line")))
    assert {label.text for label in content.labels} >= {"China’s ADIZ (2013)", "Taiwan’s ADIZ (derived)"}
    for label in content.labels:
        left, top, right, bottom = find_box(label, content.view)
        assert -DESK_FRAME_PX[0] / 2 <= left < right <= DESK_FRAME_PX[0] / 2
        assert -DESK_FRAME_PX[1] / 2 <= top < bottom <= DESK_FRAME_PX[1] / 2


def test_ten_dashes_carry_one_name(desk: Desk):
    content = build_content(desk, EventFilter(), MapChoice("south-china-sea", ("ten-dash",)))
    assert len(content.marks["ten-dash"]) == 10
    assert [label.text for label in content.labels] == ["Ten-dash line (China’s claim)"]


def test_density_counts_every_event_on_the_map_once(desk: Desk):
    events = desk.queries.load_events(EventFilter())
    cells = count_cells(events, VIEWS["western-pacific"])
    assert sum(cell.event_count for cell in cells) == int(is_on_map(events).sum())
    assert all(CLASS_EDGES[cell.step] <= cell.event_count for cell in cells)
    assert max(cell.event_count for cell in cells) >= 69
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
        "Verbal co-operation",
        "Material conflict",
        "Severity 1 to 5",
        "Ten-dash line, China’s claim",
        "Exercise area, declared by China",
        "Occupier Vietnam",
        "Unoccupied",
        "Disputed",
        "Hollow: doubtful",
        "Airfield",
        "25 or more",
        "Acted on, mostly co-operation",
    }
    assert "Machine-coded" not in words
    page = build_legend_html(entries, palette)
    assert page.count("<img") == len(entries)
    assert "<svg" not in page
    assert "http" not in page


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
