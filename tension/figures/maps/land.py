"""Land for drawing from bundled Natural Earth: simplified once, with shores and state boundaries kept apart.

Every boundary is treated alike, wherever it runs; nothing here says whose an island is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tension.records.geography import Geography, GeoJson

Point = tuple[float, float]
Line = list[Point]
Polygon = list[Line]
Box = tuple[float, float, float, float]
Detail = Literal["wide", "middle", "close"]

# West, south, east, north of the bundled files: their cut edges are no shores.
WIDE_FRAME: Box = (40.0, -50.0, 180.0, 60.0)
CLOSE_FRAME: Box = (105.0, 2.0, 132.0, 31.0)
_FRAMES = {"land_50m": WIDE_FRAME, "land_10m_seas": CLOSE_FRAME}
_KEEP_DIGITS = 3


@dataclass(frozen=True)
class Land:
    """Polygons (outer ring first), state boundaries, and edges that are no shore, in degrees, longitude first.

    Draw the polygons with an outline, paint `seams` over in the fill's colour, then draw the boundaries dashed: the
    shores stay, and need not be sent twice.
    """

    polygons: list[Polygon]
    boundaries: list[Line]
    seams: list[Line]

    def crop(self, box: Box, without: Box | None = None) -> Land:
        """The parts that touch a box (west, south, east, north) and don't lie wholly in another; nothing is cut."""
        return Land(
            [p for p in self.polygons if _is_kept(p[0], box, without)],
            [line for line in self.boundaries if _is_kept(line, box, without)],
            [line for line in self.seams if _is_kept(line, box, without)],
        )


def build_land(geography: Geography, name: str, tolerance: float, digits: int = 2) -> Land:
    """Land of one bundled file, no line off by more than `tolerance` degrees; specks smaller than that are dropped.

    Neighbours stay neighbours: a shared stretch is simplified once (Douglas and Peucker 1973 between junctions).
    """
    rings = list(read_polygons(geography.layers[name]))
    topology = _Topology([ring for _, polygon in rings for ring in polygon], _FRAMES[name], tolerance, digits)
    polygons = []
    for _, polygon in rings:
        drawn = [topology.draw(ring) for ring in polygon if _measure_span(ring) > tolerance]
        if drawn and len(drawn[0]) > 3:
            polygons.append([ring for ring in drawn if len(ring) > 3])
    return Land(polygons, topology.list_lines("boundary"), topology.list_lines("boundary", "cut"))


def read_polygons(collection: GeoJson) -> Iterator[tuple[int, Polygon]]:
    """Polygons with the number of their feature; points rounded so that neighbours share them exactly."""
    for number, feature in enumerate(collection["features"]):
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for part in parts:
            yield number, [[(round(x, _KEEP_DIGITS), round(y, _KEEP_DIGITS)) for x, y, *_ in ring] for ring in part]


class _Topology:
    """Rings cut into stretches between junctions, each simplified once and known as shore, boundary or cut edge."""

    def __init__(self, rings: list[Line], frame: Box, tolerance: float, digits: int) -> None:
        self._frame, self._tolerance, self._digits = frame, tolerance, digits
        self._uses: dict[tuple[Point, Point], int] = defaultdict(int)
        near: dict[Point, set[Point]] = defaultdict(set)
        for ring in rings:
            for a, b in pairwise(ring):
                self._uses[_pair(a, b)] += 1
                near[a].add(b)
                near[b].add(a)
        self._junctions = {p for p, others in near.items() if self._is_junction(p, others)}
        self._stretches: dict[tuple[Point, ...], tuple[str, Line]] = {}

    def draw(self, ring: Line) -> Line:
        """The ring from its simplified stretches."""
        drawn: Line = []
        for stretch in self._cut(ring):
            line = self._simplify(stretch)
            drawn += line[1:] if drawn else line
        return _drop_repeats(drawn)

    def list_lines(self, *kinds: str) -> list[Line]:
        """The stretches of these kinds that `draw` has come by."""
        return [line for kind, line in self._stretches.values() if kind in kinds and len(line) > 1]

    def _kind(self, a: Point, b: Point) -> str:
        west, south, east, north = self._frame
        if (a[0] == b[0] and a[0] in (west, east)) or (a[1] == b[1] and a[1] in (south, north)):
            return "cut"
        return "boundary" if self._uses[_pair(a, b)] > 1 else "shore"

    def _is_junction(self, point: Point, others: set[Point]) -> bool:
        return len(others) != 2 or len({self._kind(point, other) for other in others}) > 1

    def _cut(self, ring: Line) -> Iterator[Line]:
        starts = [i for i, point in enumerate(ring[:-1]) if point in self._junctions]
        if not starts:
            # A lone island: begin at its least point, so that the same ring always gives the same line.
            first = ring.index(min(ring))
            yield ring[first:-1] + ring[: first + 1]
            return
        around = ring[:-1] + ring[:-1]
        for i, start in enumerate(starts):
            end = starts[i + 1] if i + 1 < len(starts) else starts[0] + len(ring) - 1
            yield around[start : end + 1] if end < len(around) else [*around[start:], around[0]]

    def _simplify(self, stretch: Line) -> Line:
        key = tuple(stretch)
        is_turned = key[::-1] < key
        key = key[::-1] if is_turned else key
        if key not in self._stretches:
            line = simplify_line(list(key), self._tolerance)
            line = _drop_repeats([(round(x, self._digits), round(y, self._digits)) for x, y in line])
            self._stretches[key] = (self._kind(key[0], key[1]), line)
        line = self._stretches[key][1]
        return line[::-1] if is_turned else line


def simplify_line(line: Line, tolerance: float) -> Line:
    """Douglas and Peucker's line: ends kept, no dropped point further than `tolerance` from what is drawn."""
    points = np.asarray(line, dtype=float)
    is_kept = np.zeros(len(points), dtype=bool)
    is_kept[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _measure(points[first + 1 : last], points[first], points[last])
        worst = int(np.argmax(distances))
        if distances[worst] > tolerance:
            middle = first + 1 + worst
            is_kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return [line[i] for i in np.flatnonzero(is_kept)]


def _measure(points: npt.NDArray[Any], start: npt.NDArray[Any], end: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Distances of points from a stretch; from its one point where it closes on itself."""
    along = end - start
    # Its square, for that of a very short one is nothing.
    square = float(along @ along)
    if square == 0:
        return np.asarray(np.hypot(*(points - start).T))
    share = np.clip(((points - start) @ along) / square, 0, 1)
    return np.asarray(np.hypot(*(points - start - share[:, None] * along).T))


def _measure_span(ring: Line) -> float:
    """The longer side of a ring's box, in degrees."""
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _pair(a: Point, b: Point) -> tuple[Point, Point]:
    return (a, b) if a <= b else (b, a)


def _drop_repeats(line: Iterable[Point]) -> Line:
    kept: Line = []
    for point in line:
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept


def _is_kept(line: Line, box: Box, without: Box | None) -> bool:
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    if east < box[0] or west > box[2] or north < box[1] or south > box[3]:
        return False
    if without is None:
        return True
    return not (without[0] <= west and east <= without[2] and without[1] <= south and north <= without[3])
