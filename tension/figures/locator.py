"""A small still map that says where one event lies, as SVG text: no script, no request. Draws one place only."""

from __future__ import annotations

from math import cos, radians

from tension.desk import Desk
from tension.figures.maps.land import WIDE_FRAME, Box, Land, Line, count_on_east, load_land
from tension.figures.palette import Palette

WIDTH_PX, HEIGHT_PX = 300, 190
HEIGHT_DEGREES = 11.0
# How large the mark is for each precision: a point, or as much ground as an area stands for.
_RADIUS_PX = {"exact": 5.0, "area": 13.0, "country": 40.0}


def build_locator(desk: Desk, latitude: float, longitude: float, precision: str, palette: Palette) -> str:
    """An SVG of 300 x 190 px around a place (degrees); '' where the bundled land doesn't reach."""
    west, south, east, north = WIDE_FRAME
    longitude = count_on_east(longitude)
    if not (west < longitude < east and south < latitude < north):
        return ""
    return draw_locator(load_land(desk.record.geography, "middle"), latitude, longitude, precision, palette)


def draw_locator(land: Land, latitude: float, longitude: float, precision: str, palette: Palette) -> str:
    """The SVG on a land."""
    view = _View(latitude, longitude)
    near = land.crop(view.box)
    shapes = "".join(view.path(ring, is_closed=True) for polygon in near.polygons for ring in polygon)
    borders = "".join(view.path(line) for line in near.boundaries)
    seams = "".join(view.path(line) for line in near.seams)
    x, y, radius = WIDTH_PX / 2, HEIGHT_PX / 2, _RADIUS_PX.get(precision, _RADIUS_PX["area"])
    shade = "1" if precision == "exact" else "0.25"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_PX}" height="{HEIGHT_PX}" '
        f'viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}">'
        f'<rect width="100%" height="100%" fill="{palette.panel}"/>'
        f'<path d="{shapes}" fill="{palette.land}" fill-rule="evenodd" stroke="{palette.land_line}" '
        'stroke-width="0.7"/>'
        f'<path d="{seams}" fill="none" stroke="{palette.land}" stroke-width="1.2"/>'
        f'<path d="{borders}" fill="none" stroke="{palette.land_line}" stroke-width="0.6" stroke-dasharray="3 2"/>'
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{palette.accent}" fill-opacity="{shade}" '
        f'stroke="{palette.accent}" stroke-width="1.5"/>'
        "</svg>"
    )


class _View:
    """Degrees to pixels around a place; a degree of longitude shrinks with the latitude's cosine."""

    def __init__(self, latitude: float, longitude: float) -> None:
        self._px_per_latitude = HEIGHT_PX / HEIGHT_DEGREES
        self._px_per_longitude = self._px_per_latitude * cos(radians(latitude))
        self._latitude, self._longitude = latitude, longitude

    @property
    def box(self) -> Box:
        half_width = WIDTH_PX / 2 / self._px_per_longitude
        half_height = HEIGHT_DEGREES / 2
        return (
            self._longitude - half_width,
            self._latitude - half_height,
            self._longitude + half_width,
            self._latitude + half_height,
        )

    def path(self, line: Line, *, is_closed: bool = False) -> str:
        points = [
            f"{WIDTH_PX / 2 + (x - self._longitude) * self._px_per_longitude:.1f} "
            f"{HEIGHT_PX / 2 - (y - self._latitude) * self._px_per_latitude:.1f}"
            for x, y in line
        ]
        return f"M{'L'.join(points)}{'Z' if is_closed else ''}"
