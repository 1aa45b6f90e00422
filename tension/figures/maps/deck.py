"""A map's content as a deck.gl description (JSON), small and self-contained. Never names another host, sends no HTML.

Colours of static layers sit where Streamlit's own dimming of unselected marks doesn't reach them: a click must not make
the map flash.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import orjson
import pandas as pd

from tension.figures.maps.content import Ground, MapContent
from tension.figures.maps.land import Box, Land
from tension.figures.maps.marks import Mark
from tension.figures.maps.spread import NO_SEVERITY_PX, SEVERITY_PX, Cluster
from tension.figures.maps.styles import Style, build_styles, to_rgba
from tension.figures.maps.symbols import build_atlas, build_count_atlas, name_quad_icon
from tension.figures.palette import Palette
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import SEVERITY_LABELS, QuadClass
from tension.words import format_day

DeckLayer = dict[str, Any]

EVENT_LAYER, CLUSTER_LAYER = "events", "clusters"
FONT = "Source Sans, Helvetica, Arial, sans-serif"
MIN_ZOOM, MAX_ZOOM, ZOOM_OUT = 1.6, 11, 1.5
_DASHES = [{"@@type": "PathStyleExtension", "dash": True}]
_NO_OVERLAP = [{"@@type": "CollisionFilterExtension"}]
_SECTOR_PX = 30.0
_NUDGE = 1e-9
_SEA: Box = (-20.0, -70.0, 240.0, 80.0)


def build_deck_json(
    content: MapContent, palette: Palette, *, turn: int = 0, visit: int = 0, is_lean: bool = False
) -> str:
    """The whole description. `turn` is part of the ids of what can be clicked: a new one drops the browser's selection,
    which is kept by position and would pass to another event when the data change. A new `visit` moves the map back to
    its view: the browser takes up only what differs from the last description. `is_lean`, for a page with other things
    on it: the wheel scrolls the page, and the land has no outline, which costs more to draw than all the rest.
    """
    layers = _build_ground(content.ground, palette, has_outline=not is_lean)
    layers += _build_shapes(content, palette)
    layers += _build_points(content, palette, turn)
    layers += _build_labels(content, palette)
    layers += _build_clusters(content, palette, turn)
    layers += _build_events(content, palette, turn)
    view = content.view
    description = orjson.dumps(
        {
            "initialViewState": {
                "longitude": view.longitude + visit * _NUDGE,
                "latitude": view.latitude + visit * _NUDGE,
                "zoom": view.zoom + visit * _NUDGE,
                "minZoom": max(view.zoom - ZOOM_OUT, MIN_ZOOM),
                "maxZoom": MAX_ZOOM,
            },
            "views": [{"@@type": "MapView", "id": "map", "controller": _build_controller(can_scroll=not is_lean)}],
            # What pydeck writes for 'no base map': the browser then asks nobody for tiles.
            "mapStyle": "__MAP_STYLE__",
            "layers": layers,
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )
    return description.decode()


def _build_controller(*, can_scroll: bool) -> dict[str, Any]:
    return {"scrollZoom": can_scroll, "dragRotate": False, "touchRotate": False}


def _build_ground(ground: Ground, palette: Palette, *, has_outline: bool) -> list[DeckLayer]:
    layers = _build_land("land", ground.wide, palette, _SEA, has_outline=has_outline)
    if ground.close and ground.mask:
        layers += _build_land("land-close", ground.close, palette, ground.mask, has_outline=has_outline)
    return layers


def _build_land(key: str, land: Land, palette: Palette, sea: Box, *, has_outline: bool) -> list[DeckLayer]:
    """A box of sea, on it fill and shore, the seams painted over, then the boundaries dashed: all alike."""
    fill, line = to_rgba(palette.land), to_rgba(palette.land_line)
    west, south, east, north = sea
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    areas = [
        _shape("Polygon", [ring], f=to_rgba(palette.sea), c=to_rgba(palette.sea), w=0),
        _shape("MultiPolygon", land.polygons, f=fill, c=line, w=0.8),
    ]
    boundaries = _shape("MultiLineString", land.boundaries, c=line, w=1, d=[4, 3])
    if has_outline:
        seams = _shape("MultiLineString", land.seams, c=fill, w=2.2)
        return [_build_geojson(key, [*areas, seams, boundaries])]
    return [_build_geojson(key, areas, stroked=False), _build_geojson(f"{key}-boundaries", [boundaries])]


def _build_shapes(content: MapContent, palette: Palette) -> list[DeckLayer]:
    """Lines and areas of all layers, in one."""
    styles = build_styles(palette)
    features = []
    for marks in content.marks.values():
        for mark in marks:
            if mark.shape != "point":
                features.append(_draw_mark(mark, styles[mark.style]))
    return [_build_geojson("lines", features, pickable=True)] if features else []


def _draw_mark(mark: Mark, style: Style) -> dict[str, Any]:
    is_area = mark.shape == "area"
    coordinates = [_round(point) for point in mark.coordinates]
    return _shape(
        "Polygon" if is_area else "LineString",
        [coordinates] if is_area else coordinates,
        tip=mark.tip,
        c=to_rgba(style.colour),
        w=style.width_px,
        **({"f": to_rgba(style.colour, style.fill_pct * mark.size)} if is_area else {}),
        **({"d": list(style.dash)} if style.dash else {}),
    )


def _build_geojson(key: str, features: Sequence[Any], *, pickable: bool = False, stroked: bool = True) -> DeckLayer:
    return {
        "@@type": "GeoJsonLayer",
        "id": key,
        "data": {"type": "FeatureCollection", "features": features},
        "pickable": pickable,
        "stroked": stroked,
        "getLineColor": "@@=properties.c",
        "getLineWidth": "@@=properties.w",
        "lineWidthUnits": "pixels",
        "lineJointRounded": True,
        "getDashArray": "@@=properties.d || [0, 0]",
        "extensions": _DASHES,
        "_subLayerProps": {"polygons-fill": {"getFillColor": "@@=properties.f || [0, 0, 0, 0]"}},
    }


def _build_points(content: MapContent, palette: Palette, turn: int) -> list[DeckLayer]:
    """Islands, bases and features as symbols; a sector's days as a disc."""
    marks = [mark for layer in content.marks.values() for mark in layer if mark.shape == "point"]
    symbols = [
        {
            "p": _round(mark.coordinates[0]),
            "i": f"occupier-{mark.symbol}" if mark.style == "feature" else mark.symbol,
            "s": {"island": 16, "base": 13, "feature": 15}[mark.style],
            "tip": mark.tip,
        }
        for mark in marks
        if mark.symbol
    ]
    discs = [
        _shape("Point", _round(mark.coordinates[0]), r=_SECTOR_PX * mark.size**0.5, tip=mark.tip)
        for mark in marks
        if mark.style in ("sector", "sector_none")
    ]
    layers = [_build_discs(discs, palette)] if discs else []
    return layers + ([_build_icons(f"symbols-{turn}", symbols, palette, _NO_OVERLAP)] if symbols else [])


def _build_discs(features: Sequence[Any], palette: Palette) -> DeckLayer:
    return {
        "@@type": "GeoJsonLayer",
        "id": "sectors",
        "data": {"type": "FeatureCollection", "features": features},
        "pickable": True,
        "pointRadiusUnits": "pixels",
        "getPointRadius": "@@=properties.r",
        "getLineColor": to_rgba(palette.accent),
        "lineWidthUnits": "pixels",
        "getLineWidth": 1,
        "_subLayerProps": {"points-circle": {"getFillColor": to_rgba(palette.accent, 14)}},
    }


def _build_icons(key: str, data: Sequence[Any], palette: Palette, extensions: Sequence[Any] = ()) -> DeckLayer:
    return _build_icon_layer(key, data, *build_atlas(palette.name)) | ({"extensions": extensions} if extensions else {})


def _build_icon_layer(key: str, data: Sequence[Any], address: str, places: Mapping[str, Any]) -> DeckLayer:
    return {
        "@@type": "IconLayer",
        "id": key,
        "data": data,
        "pickable": True,
        "iconAtlas": address,
        "iconMapping": places,
        "getPosition": "@@=p",
        "getIcon": "@@=i",
        "getSize": "@@=s",
        "getPixelOffset": "@@=o || [0, 0]",
        "alphaCutoff": 0.05,
    }


def _build_labels(content: MapContent, palette: Palette) -> list[DeckLayer]:
    styles = build_styles(palette)
    data = [
        {
            "p": _round((label.longitude, label.latitude)),
            "t": label.text,
            "c": to_rgba(styles[label.style].colour),
            "z": label.text_px,
            "o": list(label.shift),
        }
        for label in content.labels
    ]
    return [_build_text("labels", data, palette)] if data else []


def _build_text(key: str, data: Sequence[Any], palette: Palette) -> DeckLayer:
    return {
        "@@type": "TextLayer",
        "id": key,
        "data": data,
        "getPosition": "@@=p",
        "getText": "@@=t",
        "getSize": "@@=z",
        "getPixelOffset": "@@=o",
        "fontFamily": FONT,
        "fontWeight": 600,
        "characterSet": "auto",
        "fontSettings": {"sdf": True, "fontSize": 48, "buffer": 8, "radius": 12},
        "outlineWidth": 5,
        "outlineColor": to_rgba(palette.paper),
        "_subLayerProps": {"characters": {"getColor": "@@=c"}},
    }


def _build_clusters(content: MapContent, palette: Palette, turn: int) -> list[DeckLayer]:
    clusters = content.gathered.clusters
    if not clusters:
        return []
    address, places = build_count_atlas([(c.class_counts, c.radius_px) for c in clusters], palette)
    data = [
        {
            "id": cluster.key,
            "p": _round((cluster.longitude, cluster.latitude)),
            "i": str(i),
            "s": round(2 * cluster.radius_px + 4),
            "o": list(cluster.shift),
            "tip": describe_cluster(cluster),
        }
        for i, cluster in enumerate(clusters)
    ]
    # The picture is part of the id, else other counts would be cut from the old picture until the new one arrives.
    key = f"{CLUSTER_LAYER}-{zlib.crc32(address.encode()):x}-{turn}"
    return [_build_icon_layer(key, data, address, {str(i): place for i, place in enumerate(places)})]


def describe_cluster(cluster: Cluster) -> str:
    """What hovering over a count says."""
    count = len(cluster.event_ids)
    others = cluster.place_count - 1
    more = f" and {others} place{'s' if others > 1 else ''} near it" if others else ""
    classes = ", ".join(f"{n} {QuadClass(quad).label.lower()}" for quad, n in cluster.class_counts.items())
    severity = f"\nHighest severity {cluster.max_severity}" if cluster.max_severity else ""
    return f"{count} events at {cluster.label}{more}\n{classes}{severity}\nClick to list them"


def _build_events(content: MapContent, palette: Palette, turn: int) -> list[DeckLayer]:
    if not content.gathered.spots:
        return []
    rows = {row["event_id"]: row for row in content.events.to_dict("records")}
    data: list[dict[str, Any]] = []
    for spot in reversed(content.gathered.spots):
        row = rows[spot.event_id]
        size = NO_SEVERITY_PX if pd.isna(row["severity"]) else SEVERITY_PX[int(row["severity"])]
        mark = {
            "id": spot.event_id,
            "p": _round((spot.longitude, spot.latitude)),
            "o": list(spot.shift),
            "i": name_quad_icon(row["quad_class"], is_coded_elsewhere(row["source_key"])),
            "s": size,
            "tip": describe_event(row),
        }
        data += [mark | {"i": "ring", "s": size + 16}, mark] if spot.event_id == content.selected else [mark]
    return [_build_icons(f"{EVENT_LAYER}-{turn}", data, palette)]


def describe_event(row: Mapping[Hashable, Any]) -> str:
    """What hovering over an event says. It opens with the day: a title must never stand first, where deck.gl would
    take one that begins with its own signs for an expression."""
    severity = None if pd.isna(row["severity"]) else int(row["severity"])
    words = f"severity {severity} ({SEVERITY_LABELS[severity].lower()})" if severity else "no severity stated"
    first = f"{format_day(row['occurred_date'])} · {QuadClass(int(row['quad_class'])).label} · {words}"
    return "\n".join(part for part in (first, row["title"], row["location"]) if part)


def _shape(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _round(point: tuple[float, float]) -> list[float]:
    return [round(point[0], 3), round(point[1], 3)]
