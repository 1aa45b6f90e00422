"""The graticule and the scale bar of a view: lines in degrees and the words at them. Draws nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tension.figures.maps.land import WIDE_FRAME, Point
from tension.figures.maps.views import View
from tension.records.sea_features import EARTH_KM

_STEPS = (1, 2, 5, 10, 20)
# Lines of the graticule are at least so far apart, and a scale bar is at most so long.
_LEAST_GAP_PX, _BAR_PX = 95.0, 130.0
_ROUND_KM = (10, 20, 50, 100, 200, 500, 1000, 2000)
_EDGE_PX, _BAR_EDGE_PX = 24.0, 26.0


@dataclass(frozen=True)
class GridLine:
    """A meridian or parallel: its two ends, its words such as '120° E', and where they stand."""

    ends: tuple[Point, Point]
    words: str
    words_at: Point


@dataclass(frozen=True)
class ScaleBar:
    """A stretch of a parallel that is so many kilometres long: true where it lies, at every zoom."""

    ends: tuple[Point, Point]
    words: str

    @property
    def middle(self) -> Point:
        (west, latitude), (east, _) = self.ends
        return (west + east) / 2, latitude


def build_graticule(view: View, frame: tuple[float, float]) -> tuple[GridLine, ...]:
    """Meridians and parallels at round degrees over all the land, with words at the left and lower edge of a frame of
    pixels around the view's centre."""
    west, south, east, north = view.find_box(*frame)
    px_per_degree = frame[0] / (east - west)
    step = next((s for s in _STEPS if s * px_per_degree >= _LEAST_GAP_PX), _STEPS[-1])
    left, bottom = _find_edges(view, frame)
    return (*_list_meridians(west, east, step, bottom), *_list_parallels(south, north, step, left))


def _find_edges(view: View, frame: tuple[float, float]) -> Point:
    """The longitude and latitude at which words stand, a little within the left and the lower edge."""
    west, south, _, _ = view.find_box(frame[0] - 2 * _EDGE_PX, frame[1] - _EDGE_PX)
    return west, south


def _list_meridians(west: float, east: float, step: int, bottom: float) -> Iterator[GridLine]:
    first, south, last, north = WIDE_FRAME
    for degree in range(int(first), int(last) + 1):
        if degree % step == 0:
            words = _name_meridian(degree) if west < degree < east else ""
            yield GridLine(((degree, south), (degree, north)), words, (degree, bottom))


def _name_meridian(degree: int) -> str:
    """A longitude that counts on past 180 in the words of a map: '170° E', '180°', '170° W'."""
    if degree % 180 == 0:
        return f"{degree % 360}°"
    return f"{degree}° E" if degree < 180 else f"{360 - degree}° W"


def _list_parallels(south: float, north: float, step: int, left: float) -> Iterator[GridLine]:
    west, first, east, last = WIDE_FRAME
    for degree in range(int(first), int(last) + 1):
        if degree % step == 0:
            side = "N" if degree > 0 else "S" if degree < 0 else ""
            words = f"{abs(degree)}° {side}".strip() if south < degree < north else ""
            yield GridLine(((west, degree), (east, degree)), words, (left, degree))


def build_scale_bar(view: View, frame: tuple[float, float]) -> ScaleBar:
    """The longest round distance that fits, at the lower right of a frame of pixels around the view's centre."""
    _, south, east, _ = view.find_box(frame[0] - 2 * _BAR_EDGE_PX, frame[1] - 2 * _BAR_EDGE_PX)
    km_per_degree = math.pi / 180 * EARTH_KM * math.cos(math.radians(south))
    px_per_degree = frame[0] / (view.find_box(*frame)[2] - view.find_box(*frame)[0])
    fitting = [km for km in _ROUND_KM if km / km_per_degree * px_per_degree <= _BAR_PX]
    km = max(fitting, default=_ROUND_KM[0])
    return ScaleBar(((east - km / km_per_degree, south), (east, south)), f"{km:,} km")
