"""The locator map: the place in the middle, land where the land is, nothing that runs."""

from __future__ import annotations

import re

import pytest
from defusedxml import ElementTree

from tension.desk import Desk
from tension.figures.locator import HEIGHT_DEGREES, HEIGHT_PX, WIDTH_PX, build_locator, draw_locator
from tension.figures.maps.land import Land
from tension.figures.palette import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


def read_points(svg: str) -> list[tuple[float, float]]:
    path = ElementTree.fromstring(svg).find(f"{SVG}path")
    assert path is not None
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.attrib["d"])]


def test_a_degree_north_is_a_degree_up_and_a_degree_east_shrinks_with_latitude():
    square = [(120.0, 60.0), (121.0, 60.0), (121.0, 61.0), (120.0, 61.0), (120.0, 60.0)]
    points = read_points(draw_locator(Land([[square]], [], []), 60.0, 120.0, "exact", LIGHT))
    per_degree = HEIGHT_PX / HEIGHT_DEGREES
    assert points[0] == (WIDTH_PX / 2, HEIGHT_PX / 2)
    assert points[1] == pytest.approx((WIDTH_PX / 2 + per_degree / 2, HEIGHT_PX / 2), abs=0.06)
    assert points[2] == pytest.approx((WIDTH_PX / 2 + per_degree / 2, HEIGHT_PX / 2 - per_degree), abs=0.06)


def test_a_vaguer_place_has_a_wider_and_fainter_mark():
    marks = []
    for precision in ("exact", "area", "country"):
        circle = ElementTree.fromstring(draw_locator(Land([], [], []), 24.0, 120.0, precision, LIGHT)).find(
            f"{SVG}circle"
        )
        assert circle is not None
        assert (float(circle.attrib["cx"]), float(circle.attrib["cy"])) == (WIDTH_PX / 2, HEIGHT_PX / 2)
        marks.append((float(circle.attrib["r"]), -float(circle.attrib["fill-opacity"])))
    assert marks == sorted(marks)
    assert marks[0] < marks[1] < marks[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_taiwan_lies_beside_a_place_in_the_strait_in_the_colours_of_the_theme(desk: Desk, palette):
    svg = build_locator(desk, 24.5, 119.5, "exact", palette)
    points = read_points(svg)
    assert any(WIDTH_PX / 2 < x < WIDTH_PX / 2 + 40 and abs(y - HEIGHT_PX / 2) < 10 for x, y in points)
    assert palette.land in svg
    assert palette.accent in svg
    assert not {element.tag for element in ElementTree.fromstring(svg).iter()} - {
        f"{SVG}{name}" for name in ("svg", "rect", "path", "circle")
    }


def test_a_place_off_the_bundled_land_has_no_map(desk: Desk):
    assert build_locator(desk, 38.9, -77.0, "exact", LIGHT) == ""
