"""The names of the ground (countries, seas, straits, islands, cities) by zoom, and where each may stand.

A country is named where its land shows. A name says what a place is called, never whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tension.figures.maps.land import Point, Polygon, list_state_polygons
from tension.figures.maps.views import View
from tension.records.geography import Geography, PlaceLabel

SEA, COUNTRY, CITY, ISLE = "name_sea", "name_country", "name_city", "name_isle"
_STYLES = (
    {"country": COUNTRY}
    | dict.fromkeys(("sea", "strait", "gulf"), SEA)
    | dict.fromkeys(("capital", "city", "seat_of_government"), CITY)
    | dict.fromkeys(("island", "island_group", "reef", "shoal", "bank"), ISLE)
)
# Web maps count zoom for tiles of 256 pixels, deck.gl for 512: one step less.
_ZOOM_STEP = 1.0
# A grid over the frame by which the middle of what shows of a country is found, and the least of it that is named.
_COLUMNS, _ROWS, _LEAST_CELLS = 36, 22, 14
_THIN_SPACE = "\u2009"


@dataclass(frozen=True)
class GroundName:
    """A name of the ground at a place in degrees; `rank` 1 stands first."""

    text: str
    longitude: float
    latitude: float
    style: str
    rank: int


def list_ground_names(geography: Geography, view: View, frame: tuple[float, float]) -> list[GroundName]:
    """The names for a view's zoom; countries by the land that shows in a frame of pixels around its centre."""
    names = [_build(label) for label in geography.labels if _is_shown(label, view)]
    countries = dict(find_countries(_Ground(id(geography), geography), view, frame))
    # A narrow country shows too little of itself at once: it has a place of its own.
    for label in geography.labels:
        if label.kind == "country" and _is_near(label, view):
            countries.setdefault(label.name, (label.longitude, label.latitude))
    return [*(GroundName(space_letters(name), x, y, COUNTRY, 1) for name, (x, y) in countries.items()), *names]


def space_letters(name: str) -> str:
    """A country's name as maps set it: capitals, spaced."""
    return _THIN_SPACE.join(name.upper())


def _is_shown(label: PlaceLabel, view: View) -> bool:
    return label.kind in _STYLES and label.kind != "country" and _is_near(label, view)


def _is_near(label: PlaceLabel, view: View) -> bool:
    return view.zoom + _ZOOM_STEP >= label.min_zoom


def _build(label: PlaceLabel) -> GroundName:
    return GroundName(label.name, label.longitude, label.latitude, _STYLES[label.kind], label.rank)


@dataclass(frozen=True)
class _Ground:
    """A geography known by its identity, so that what was found on it can be kept."""

    identity: int
    geography: Geography

    def __hash__(self) -> int:
        return self.identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ground) and other.geography is self.geography


@lru_cache(maxsize=64)
def find_countries(ground: _Ground, view: View, frame: tuple[float, float]) -> tuple[tuple[str, Point], ...]:
    """Each country that shows enough of itself in the frame, and a place well within what shows."""
    west, south, east, north = view.find_box(*frame)
    xs = np.linspace(west, east, _COLUMNS + 2)[1:-1]
    ys = np.linspace(south, north, _ROWS + 2)[1:-1]
    land: dict[str, npt.NDArray[np.bool_]] = {}
    for name, polygon in list_state_polygons(ground.geography):
        if _meets(polygon, west, south, east, north):
            cells = land.setdefault(name, np.zeros((_ROWS, _COLUMNS), bool))
            cells |= _fill(polygon, xs, ys)
    return tuple((name, _find_middle(cells, xs, ys)) for name, cells in land.items() if cells.sum() >= _LEAST_CELLS)


def _meets(polygon: Polygon, west: float, south: float, east: float, north: float) -> bool:
    ring = np.asarray(polygon[0])
    (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
    return bool(right >= west and left <= east and top >= south and bottom <= north)


def _fill(polygon: Polygon, xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which points of a grid lie in a polygon, by the parity of the edges to their right (so holes are out)."""
    inside = np.zeros((len(ys), len(xs)), bool)
    for ring in polygon:
        corners = np.asarray(ring)
        (x0, y0), (x1, y1) = corners[:-1].T, corners[1:].T
        for row, y in enumerate(ys):
            crossing = (y0 > y) != (y1 > y)
            at = x0[crossing] + (x1 - x0)[crossing] * (y - y0[crossing]) / (y1 - y0)[crossing]
            inside[row] ^= (at[:, None] > xs[None, :]).sum(axis=0) % 2 == 1
    return inside


def _find_middle(cells: npt.NDArray[np.bool_], xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64]) -> Point:
    """The cell from which it is furthest to what isn't the country, or to the frame's edge."""
    depth = np.zeros(cells.shape, int)
    left = cells.copy()
    while left.any():
        depth += left
        padded = np.pad(left, 1)
        left = left & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    deepest = np.argwhere(depth == depth.max())
    row, column = deepest[len(deepest) // 2]
    return float(xs[column]), float(ys[row])


def drop_named(names: Iterable[GroundName], said: Iterable[str]) -> Iterator[GroundName]:
    """The names that no mark on the map already says, such as that of a count at the same place."""
    taken = {_fold(text) for text in said}
    yield from (name for name in names if _fold(name.text) not in taken)


def _fold(text: str) -> str:
    """A name as it is compared: 'Taiwan' of 'T A I W A N', 'Beijing' of 'Beijing, China'."""
    return text.replace(_THIN_SPACE, "").split(",")[0].split(" (")[0].split(" /")[0].strip().casefold()
