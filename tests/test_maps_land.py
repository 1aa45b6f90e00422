"""Land is simplified without moving a line further than said, and neighbours keep one boundary between them."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.figures.maps.land import Land, build_land, simplify_line
from tension.records.geography import Geography, load_geography
from tension.settings import PROJECT_DIR

# Two squares side by side; the boundary between them has one bend of 0.02 degrees at (101, 10.5).
WEST = [(100.0, 10.0), (101.0, 10.0), (101.02, 10.5), (101.0, 11.0), (100.0, 11.0), (100.0, 10.0)]
EAST = [(101.0, 10.0), (102.0, 10.0), (102.0, 11.0), (101.0, 11.0), (101.02, 10.5), (101.0, 10.0)]
SPECK = [(105.0, 5.0), (105.01, 5.0), (105.01, 5.01), (105.0, 5.0)]


def make_geography(*rings: list[tuple[float, float]]) -> Geography:
    features = [
        {"type": "Feature", "properties": {"name": str(i)}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for i, ring in enumerate(rings)
    ]
    return Geography({"land_50m": {"type": "FeatureCollection", "features": features}}, ())


@pytest.fixture(scope="module")
def geography() -> Geography:
    found, faults = load_geography(PROJECT_DIR / "data" / "geo", "data/geo")
    assert found is not None, faults
    return found


def measure(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance of a point from a stretch, worked apart from the code under test."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = 0 if length == 0 else max(0, min(1, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def test_a_bend_within_the_tolerance_goes_and_one_beyond_it_stays():
    line = [(0.0, 0.0), (1.0, 0.04), (2.0, 0.0), (3.0, 0.5), (4.0, 0.0)]
    assert simplify_line(line, 0.1) == [(0.0, 0.0), (2.0, 0.0), (3.0, 0.5), (4.0, 0.0)]
    assert simplify_line(line, 0.01) == line


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=40), st.floats(0.05, 2))
def test_no_dropped_point_lies_further_off_than_the_tolerance(line: list[tuple[float, float]], tolerance: float):
    kept = simplify_line(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    stretches = list(pairwise(kept))
    assert all(min(measure(p, a, b) for a, b in stretches) <= tolerance + 1e-9 for p in line)


def test_neighbours_share_one_simplified_boundary():
    bent, straight = (build_land(make_geography(WEST, EAST), "land_50m", t) for t in (0.01, 0.05))
    assert [set(line) for line in bent.boundaries] == [{(101.0, 10.0), (101.02, 10.5), (101.0, 11.0)}]
    assert [set(line) for line in straight.boundaries] == [{(101.0, 10.0), (101.0, 11.0)}]
    for land in (bent, straight):
        west, east = (set(polygon[0]) for polygon in land.polygons)
        assert set(land.boundaries[0]) == west & east


def test_specks_are_dropped_and_shores_are_no_boundaries():
    land = build_land(make_geography(WEST, SPECK), "land_50m", 0.05)
    assert len(land.polygons) == 1
    assert land.boundaries == []


def test_the_cut_edge_of_the_file_is_a_seam_and_no_boundary():
    at_frame = [(178.0, 0.0), (180.0, 0.0), (180.0, 2.0), (178.0, 2.0), (178.0, 0.0)]
    land = build_land(make_geography(at_frame), "land_50m", 0.05)
    assert [set(line) for line in land.seams] == [{(180.0, 0.0), (180.0, 2.0)}]
    assert land.boundaries == []


def test_crop_keeps_what_touches_the_box_and_drops_what_the_other_box_holds():
    square = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)]
    far = [(50.0, 50.0), (51.0, 50.0), (51.0, 51.0), (50.0, 50.0)]
    land = Land([[square], [far]], [square], [far])
    assert land.crop((0, 0, 1.5, 1.5)) == Land([[square]], [square], [])
    assert land.crop((0, 0, 60, 60), without=(0, 0, 10, 10)) == Land([[far]], [], [far])


@pytest.mark.parametrize(("name", "tolerance"), [("land_50m", 0.075), ("land_10m_seas", 0.012)])
def test_bundled_land_stays_closed_and_becomes_small(geography: Geography, name: str, tolerance: float):
    land = build_land(geography, name, tolerance)
    rings = [ring for polygon in land.polygons for ring in polygon]
    assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)
    whole = [ring for polygon in build_land(geography, name, 0, digits=3).polygons for ring in polygon]
    assert sum(map(len, rings)) < 0.4 * sum(map(len, whole))


def test_the_border_of_the_koreas_is_a_boundary_and_taiwan_has_none(geography: Geography):
    land = build_land(geography, "land_50m", 0.05)
    points = [point for line in land.boundaries for point in line]
    assert any(126 < x < 129 and 37.5 < y < 38.8 for x, y in points)
    assert not any(119.5 < x < 122.5 and 21.5 < y < 25.5 for x, y in points)


def test_no_outline_leaps_over_an_ocean(geography: Geography):
    for name, frame in (("land_50m", (40, -50, 180, 60)), ("land_10m_seas", (105, 2, 132, 31))):
        for polygon in build_land(geography, name, 0, digits=3).polygons:
            for a, b in pairwise(polygon[0]):
                is_cut = (a[0] == b[0] and a[0] in frame) or (a[1] == b[1] and a[1] in frame)
                assert is_cut or hypot(a[0] - b[0], a[1] - b[1]) < 12, (name, a, b)


def test_a_far_point_between_ends_that_all_but_touch_is_kept():
    line = [(0.0, 0.0), (0.0, 5.0), (1e-170, 0.0)]
    assert simplify_line(line, 0.1) == line
