"""Makes the land that maps draw (data/geo/land_*.geojson) from Natural Earth, once, with shapely.

Run it after a change of its inputs: `python scripts/prepare_land.py`. Natural Earth's own files lie in
data/geo/natural_earth; the prepared ones are checked in, and a test holds them to what this script makes.

Every boundary is treated alike, wherever it runs; nothing here says whose an island is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

GEO = Path(__file__).resolve().parents[1] / "data" / "geo"
# Neighbours must share their points exactly; Natural Earth's differ in the last digits.
_KEEP_DIGITS = 3
_LINES = ("LineString", "LinearRing")


@dataclass(frozen=True)
class Detail:
    """One prepared file: its Natural Earth file and the box that was cut from it (west, south, east, north; its edges
    are no shores). In degrees: the side of the square that a corner may cut off (Visvalingam and Whyatt 1993), and the
    span, about a pixel at the zoom it is made for, up to which a speck is dropped. `digits`: how it is rounded.
    """

    name: str
    source: str
    frame: tuple[float, float, float, float]
    tolerance: float
    speck: float
    digits: int = 2
    has_islets: bool = False


WIDE_FRAME, CLOSE_FRAME = (40.0, -50.0, 220.0, 60.0), (105.0, 2.0, 132.0, 31.0)
DETAILS = (
    Detail("land_wide", "land_50m", WIDE_FRAME, 0.14, 0.075),
    Detail("land_middle", "land_50m", WIDE_FRAME, 0.07, 0.035),
    Detail("land_close", "land_10m_seas", CLOSE_FRAME, 0.024, 0.012, digits=3, has_islets=True),
)


def prepare(detail: Detail, folder: Path = GEO) -> dict[str, Any]:
    """A FeatureCollection: a feature for each state's land, one of the boundaries between states, one of the seams
    (boundaries and the edges of the cut, which are no shores), and one of reefs where the file has them.
    """
    land = [
        (feature["properties"]["name"], shapely.set_precision(shape(feature["geometry"]), 10**-_KEEP_DIGITS))
        for feature in _read(folder / "natural_earth" / f"{detail.source}.geojson")
    ]
    simple = shapely.coverage_simplify([geometry for _, geometry in land], detail.tolerance)
    shapes = [_drop_specks(geometry, detail.speck) for geometry in simple]
    features = [_build(name, geometry, detail) for (name, _), geometry in zip(land, shapes, strict=True)]
    reefs: list[BaseGeometry] = []
    if detail.has_islets:
        islets = _read(folder / "minor_islands.geojson")
        features += [
            _build("islets", shapely.union_all(_pick(islets, "minor_island", detail)), detail),
        ]
        reefs = _pick(islets, "reef", detail)
    boundaries = _find_boundaries(shapes)
    edge = shapely.box(*detail.frame).exterior
    cut = [shapely.intersection(geometry.boundary, edge) for geometry in shapes]
    features.append(_build("boundaries", _merge(boundaries), detail, "boundary"))
    features.append(_build("seams", _merge([*boundaries, *cut]), detail, "seam"))
    if reefs:
        features.append(_build("reefs", _merge(reefs), detail, "reef"))
    return {"type": "FeatureCollection", "features": [feature for feature in features if feature]}


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def _pick(features: Sequence[dict[str, Any]], kind: str, detail: Detail) -> list[BaseGeometry]:
    shapes = [shape(feature["geometry"]) for feature in features if feature["properties"]["kind"] == kind]
    return list(shapely.simplify(shapes, detail.speck / 4))


def _drop_specks(geometry: BaseGeometry, speck: float) -> BaseGeometry:
    """Without the polygons and holes that are no longer on a side than `speck` degrees."""
    kept = []
    for polygon in shapely.get_parts(geometry):
        if _measure_span(polygon) > speck:
            holes = [ring for ring in polygon.interiors if _measure_span(ring) > speck]
            kept.append(shapely.Polygon(polygon.exterior, holes))
    return shapely.MultiPolygon(kept)


def _measure_span(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return max(east - west, north - south)


def _find_boundaries(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The stretches that two states share."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return [
        shapely.intersection(shapes[a].boundary, shapes[b].boundary)
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
        if a < b
    ]


def _merge(lines: Iterable[BaseGeometry]) -> BaseGeometry:
    """Lines joined end to end; the single points at which some shapes touch are left out."""
    parts = [part for line in lines for part in shapely.get_parts(line) if part.geom_type in _LINES]
    merged = shapely.line_merge(shapely.MultiLineString([part for part in parts if not part.is_empty]))
    return shapely.MultiLineString(list(shapely.get_parts(merged)))


def _build(name: str, geometry: BaseGeometry, detail: Detail, kind: str = "land") -> dict[str, Any] | None:
    if geometry.is_empty:
        return None
    described = mapping(geometry)
    coordinates = described["coordinates"] if described["type"].startswith("Multi") else [described["coordinates"]]
    is_area = described["type"].endswith("Polygon")
    rounded = _round(coordinates, detail.digits)
    if is_area:
        rings = [[ring for ring in polygon if len(ring) > 3] for polygon in rounded if len(polygon[0]) > 3]
        return _describe(name, kind, "MultiPolygon", rings)
    return _describe(name, kind, "MultiLineString", [line for line in rounded if len(line) > 1])


def _describe(name: str, kind: str, shape_type: str, coordinates: Any) -> dict[str, Any]:
    properties, geometry = {"name": name, "kind": kind}, {"type": shape_type, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _round(part: Any, digits: int) -> Any:
    if isinstance(part[0], int | float):
        return [round(part[0], digits), round(part[1], digits)]
    rounded = [_round(inner, digits) for inner in part]
    return [inner for i, inner in enumerate(rounded) if i == 0 or inner != rounded[i - 1]]


def write(collection: dict[str, Any]) -> str:
    """One feature a line, so that a change can be reviewed."""
    lines = (json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in collection["features"])
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def main() -> None:
    for detail in DETAILS:
        path = GEO / f"{detail.name}.geojson"
        path.write_text(write(prepare(detail)), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
