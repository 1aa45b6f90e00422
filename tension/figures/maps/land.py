"""Land for drawing, as scripts/prepare_land.py has made it from Natural Earth: shores and state boundaries apart.

Every boundary is treated alike, wherever it runs; nothing here says whose an island is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tension.records.geography import Geography

Point = tuple[float, float]
Line = list[Point]
Polygon = list[Line]
Box = tuple[float, float, float, float]
Detail = Literal["wide", "middle", "close"]

# West, south, east, north of the prepared files: their cut edges are no shores. Longitudes count on past 180, so that
# Tonga, Samoa and Hawaii stand to the right of Fiji.
WIDE_FRAME: Box = (40.0, -50.0, 220.0, 60.0)
CLOSE_FRAME: Box = (105.0, 2.0, 132.0, 31.0)


@dataclass(frozen=True)
class Land:
    """Polygons (outer ring first), state boundaries, edges that are no shore, and reefs, in degrees, longitude first.

    Draw the polygons with an outline, paint `seams` over in the fill's colour, then draw the boundaries dashed: the
    shores stay, and need not be sent twice.
    """

    polygons: list[Polygon]
    boundaries: list[Line]
    seams: list[Line]
    reefs: list[Line] = field(default_factory=list)

    def crop(self, box: Box, without: Box | None = None) -> Land:
        """The parts that touch a box (west, south, east, north) and don't lie wholly in another; nothing is cut."""
        return Land(
            [p for p in self.polygons if _is_kept(p[0], box, without)],
            [line for line in self.boundaries if _is_kept(line, box, without)],
            [line for line in self.seams if _is_kept(line, box, without)],
            [line for line in self.reefs if _is_kept(line, box, without)],
        )


def count_on_east(longitudes: Any) -> Any:
    """Longitudes as the maps count them: what lies between 180 and the land's eastern edge (-180 to -140) past 180.

    Of a number or an array; records and exports keep theirs within -180 to 180 (RFC 7946, 4).
    """
    return longitudes + 360 * (longitudes <= WIDE_FRAME[2] - 360)


def load_land(geography: Geography, detail: Detail) -> Land:
    """The land of one prepared file."""
    parts: dict[str, list[Any]] = {"land": [], "boundary": [], "seam": [], "reef": []}
    for feature in geography.layers[f"land_{detail}"]["features"]:
        parts[feature["properties"]["kind"]] += feature["geometry"]["coordinates"]
    return Land(parts["land"], parts["boundary"], parts["seam"], parts["reef"])


def list_state_polygons(geography: Geography) -> Iterator[tuple[str, Polygon]]:
    """Every polygon of the wide land with Natural Earth's name of its state."""
    for feature in geography.layers["land_wide"]["features"]:
        if feature["properties"]["kind"] == "land":
            for polygon in feature["geometry"]["coordinates"]:
                yield feature["properties"]["name"], polygon


def _is_kept(line: Line, box: Box, without: Box | None) -> bool:
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    if east < box[0] or west > box[2] or north < box[1] or south > box[3]:
        return False
    if without is None:
        return True
    return not (without[0] <= west and east <= without[2] and without[1] <= south and north <= without[3])
