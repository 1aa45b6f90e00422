"""Land is prepared so that neighbours keep one boundary between them, and the prepared files are those checked in."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any, get_args

import pytest

from scripts.prepare_land import DETAILS, GEO, Detail, prepare, write
from tension.figures.maps.land import CLOSE_FRAME, WIDE_FRAME, Land, load_land
from tension.figures.maps.land import Detail as LandDetail
from tension.records.geography import Geography, load_geography
from tension.settings import PROJECT_DIR

# Two squares side by side; the boundary between them has one bend that cuts off a triangle of 0.5 x 0.02 degrees.
WEST = [(100.0, 10.0), (101.0, 10.0), (101.02, 10.5), (101.0, 11.0), (100.0, 11.0), (100.0, 10.0)]
EAST = [(101.0, 10.0), (102.0, 10.0), (102.0, 11.0), (101.0, 11.0), (101.02, 10.5), (101.0, 10.0)]
SPECK = [(105.0, 5.0), (105.01, 5.0), (105.01, 5.01), (105.0, 5.0)]
PLAIN = Detail("land_wide", "land", (40.0, -50.0, 180.0, 60.0), tolerance=0.01, speck=0.05)


def prepare_rings(folder: Path, detail: Detail, *rings: list[tuple[float, float]]) -> Land:
    """The land that the script makes of states with a ring each, as the maps read it."""
    features = [
        {"type": "Feature", "properties": {"name": str(i)}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for i, ring in enumerate(rings)
    ]
    (folder / "natural_earth").mkdir(exist_ok=True)
    path = folder / "natural_earth" / f"{detail.source}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return load_land(Geography({"land_wide": json.loads(write(prepare(detail, folder)))}, ()), "wide")


def as_points(line: list[Any]) -> set[tuple[float, float]]:
    return {(x, y) for x, y in line}


@pytest.fixture(scope="module")
def geography() -> Geography:
    found, faults = load_geography(PROJECT_DIR / "data" / "geo", "data/geo")
    assert found is not None, faults
    return found


def test_neighbours_share_one_simplified_boundary(tmp_path: Path):
    # The bend cuts off a triangle of 0.01 square degrees: the square of 0.1.
    bent, straight = (prepare_rings(tmp_path, replace(PLAIN, tolerance=t), WEST, EAST) for t in (0.09, 0.11))
    assert [as_points(line) for line in bent.boundaries] == [{(101.0, 10.0), (101.02, 10.5), (101.0, 11.0)}]
    assert [as_points(line) for line in straight.boundaries] == [{(101.0, 10.0), (101.0, 11.0)}]
    for land in (bent, straight):
        west, east = (as_points(polygon[0]) for polygon in land.polygons)
        assert as_points(land.boundaries[0]) == west & east


def test_specks_are_dropped_and_shores_are_no_boundaries(tmp_path: Path):
    land = prepare_rings(tmp_path, PLAIN, WEST, SPECK)
    assert len(land.polygons) == 1
    assert land.boundaries == land.seams == []


def test_the_cut_edge_of_the_file_is_a_seam_and_no_boundary(tmp_path: Path):
    at_frame = [(178.0, 0.0), (180.0, 0.0), (180.0, 2.0), (178.0, 2.0), (178.0, 0.0)]
    land = prepare_rings(tmp_path, PLAIN, at_frame)
    assert [as_points(line) for line in land.seams] == [{(180.0, 0.0), (180.0, 2.0)}]
    assert land.boundaries == []


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.name)
def test_the_files_are_what_the_script_makes(detail: Detail):
    assert (GEO / f"{detail.name}.geojson").read_text("utf-8") == write(prepare(detail))


def test_crop_keeps_what_touches_the_box_and_drops_what_the_other_box_holds():
    square = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)]
    far = [(50.0, 50.0), (51.0, 50.0), (51.0, 51.0), (50.0, 50.0)]
    land = Land([[square], [far]], [square], [far], [far])
    assert land.crop((0, 0, 1.5, 1.5)) == Land([[square]], [square], [])
    assert land.crop((0, 0, 60, 60), without=(0, 0, 10, 10)) == Land([[far]], [], [far], [far])


@pytest.mark.parametrize("detail", get_args(LandDetail))
def test_prepared_rings_are_closed_and_none_leaps_over_an_ocean(geography: Geography, detail: LandDetail):
    frame = CLOSE_FRAME if detail == "close" else WIDE_FRAME
    for polygon in load_land(geography, detail).polygons:
        for ring in polygon:
            assert ring[0] == ring[-1]
            assert len(ring) > 3
            for a, b in pairwise(ring):
                is_cut = (a[0] == b[0] and a[0] in frame) or (a[1] == b[1] and a[1] in frame)
                assert is_cut or hypot(a[0] - b[0], a[1] - b[1]) < 12, (detail, a, b)


@pytest.mark.parametrize("detail", get_args(LandDetail))
def test_every_boundary_runs_along_the_land(geography: Geography, detail: LandDetail):
    land = load_land(geography, detail)
    corners = {(x, y) for polygon in land.polygons for ring in polygon for x, y in ring}
    assert {(x, y) for line in land.boundaries for x, y in line} <= corners


def test_the_border_of_the_koreas_is_a_boundary_and_taiwan_has_none(geography: Geography):
    points = [point for line in load_land(geography, "middle").boundaries for point in line]
    assert any(126 < x < 129 and 37.5 < y < 38.8 for x, y in points)
    assert not any(119.5 < x < 122.5 and 21.5 < y < 25.5 for x, y in points)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude"),
    [("Nangan", 119.94, 26.15), ("Dongyin", 120.49, 26.37), ("Wuqiu", 119.45, 24.99), ("Kinmen", 118.38, 24.45)],
)
def test_the_islands_off_the_mainland_are_on_the_close_land(
    geography: Geography, name: str, longitude: float, latitude: float
):
    centres = [
        (sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring))
        for ring, *_ in load_land(geography, "close").polygons
    ]
    assert min(hypot(longitude - x, latitude - y) for x, y in centres) < 0.1, name
