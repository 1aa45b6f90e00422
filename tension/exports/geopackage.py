"""The record's places as a GeoPackage (OGC 12-128r18) by GDAL: a layer of events, and one of each geography."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tension.errors import ExportError, first_line
from tension.exports.records import to_plain

# Well-known binary (OGC 06-103r4, 8.2): what a geometry's kind is as a number.
_KINDS = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
_PARTS = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
# GDAL would write the clock's.
_DAY = "2000-01-01T00:00:00.000Z"


def write_geopackage(path: Path, events: pd.DataFrame, layers: Mapping[str, Mapping[str, Any]]) -> None:
    """`events` as points (rows without a place keep an empty one), each GeoJSON collection of `layers` by its name."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DAY})
    path.unlink(missing_ok=True)
    try:
        _write_layer(path, "events", _build_events(events), "Point", is_first=True)
        for name, layer in layers.items():
            _write_layer(path, name, _build_features(layer["features"]), "Unknown", is_first=False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise ExportError(f"{path}: can't be written: {first_line(error)}") from error


def _write_layer(path: Path, name: str, table: pa.Table, kind: str, *, is_first: bool) -> None:
    import pyogrio

    pyogrio.write_arrow(
        table,
        path,
        layer=name,
        driver="GPKG",
        geometry_name="geometry",
        geometry_type=kind,
        crs="EPSG:4326",
        append=not is_first,
    )


def _build_events(events: pd.DataFrame) -> pa.Table:
    places = zip(events["longitude"], events["latitude"], strict=True)
    shapes = [None if pd.isna(x) or pd.isna(y) else build_wkb("Point", [float(x), float(y)]) for x, y in places]
    return _build_table(shapes, {str(name): events[name].map(_to_cell).tolist() for name in events.columns})


def _build_features(features: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = dict.fromkeys(str(name) for feature in features for name in feature["properties"])
    shapes = [build_wkb(feature["geometry"]["type"], feature["geometry"]["coordinates"]) for feature in features]
    cells = {name: [_to_cell(feature["properties"].get(name)) for feature in features] for name in names}
    # An `id` of the data would be taken for the table's own.
    return _build_table(shapes, {"feature_id" if name == "id" else name: cells[name] for name in names})


def _build_table(shapes: Sequence[bytes | None], columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    arrays = {name: _to_array(values) for name, values in columns.items()}
    return pa.table({"geometry": pa.array(shapes, pa.binary()), **arrays})


def _to_array(values: Sequence[Any]) -> pa.Array:
    """Values of one kind as such, mixed ones as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} or kinds <= {int, float} or kinds <= {bool}:
        target = pa.int64() if kinds == {int} else pa.bool_() if kinds == {bool} else pa.float64()
        return pa.array(values, target if kinds else pa.string())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _to_cell(value: Any) -> Any:
    """A value of a cell: lists joined, records as key=value."""
    plain = to_plain(value)
    if isinstance(plain, list):
        return "; ".join(_join(part) for part in plain)
    return _join(plain) if isinstance(plain, dict) else plain


def _join(part: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in part.items()) if isinstance(part, dict) else str(part)


def build_wkb(kind: str, coordinates: Sequence[Any]) -> bytes:
    """A GeoJSON geometry as well-known binary, little-endian, longitude before latitude."""
    head = struct.pack("<BI", 1, _KINDS[kind])
    if kind == "Point":
        return head + struct.pack("<dd", *coordinates[:2])
    if kind == "LineString":
        return head + _pack_points(coordinates)
    count = struct.pack("<I", len(coordinates))
    if kind == "Polygon":
        return head + count + b"".join(_pack_points(ring) for ring in coordinates)
    return head + count + b"".join(build_wkb(_PARTS[kind], part) for part in coordinates)


def _pack_points(points: Iterable[Sequence[float]]) -> bytes:
    flat = [float(value) for point in points for value in point[:2]]
    return struct.pack("<I", len(flat) // 2) + struct.pack(f"<{len(flat)}d", *flat)
