"""The features of a GeoJSON file as rows of text cells. Owns the format, never what a property means."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tension.errors import FormatError
from tension.sources.delimited import Line
from tension.sources.encodings import replace_surrogates
from tension.sources.table_text import to_text

# More values than these in a JSON text is an attack on memory.
MAX_VALUES = 3_000_000


def read_features(text: str, max_rows: int) -> tuple[tuple[str, ...], list[Line]]:
    """The names of all properties, and a row per feature, its number from 1. Raises FormatError."""
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise FormatError(f"the file holds more values than allowed; allowed: {MAX_VALUES:,}")
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not readable as JSON ({' '.join(str(error).split())[:120]})") from None
    if found.get("type") == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    features = found.get("features")
    if found.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FormatError("the JSON is not GeoJSON; allowed: a FeatureCollection or one Feature")
    if len(features) > max_rows:
        raise FormatError(f"the file has {len(features):,} features; allowed: up to {max_rows:,}")
    return _build_rows(features)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed in JSON")


def _build_rows(features: Sequence[object]) -> tuple[tuple[str, ...], list[Line]]:
    rows = [_read_feature(feature) for feature in features]
    columns = tuple(dict.fromkeys(name for cells, _ in rows for name in cells))
    if not columns:
        raise FormatError("the GeoJSON has no features with properties")
    lines = [
        Line(number, [cells.get(name, "") for name in columns], fault)
        for number, (cells, fault) in enumerate(rows, start=1)
    ]
    return columns, lines


def _read_feature(feature: object) -> tuple[dict[str, str], str]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return {"feature": _to_cell(feature)}, "not a Feature; allowed: GeoJSON Features"
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        return {"feature": _to_cell(feature)}, "properties: not a mapping of names to values"
    cells = {_to_cell(name): _to_cell(value) for name, value in properties.items()}
    if "id" in feature and "event_id" not in cells:
        cells["event_id"] = _to_cell(feature["id"])
    point, fault = _read_point(feature.get("geometry"))
    for name, value in point.items():
        if not cells.get(name):
            cells[name] = value
    return cells, fault


def _read_point(geometry: object) -> tuple[dict[str, str], str]:
    if geometry is None:
        return {}, ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        return {}, f"geometry: {str(kind)[:40]} is not allowed; allowed: a Point, or null"
    return {"longitude": _to_cell(coordinates[0]), "latitude": _to_cell(coordinates[1])}, ""


def _to_cell(value: object) -> str:
    # JSON may escape half a character, which no table can hold.
    return replace_surrogates(_build_cell(value))


def _build_cell(value: object) -> str:
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return "; ".join(to_text(part) for part in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return to_text(value)
