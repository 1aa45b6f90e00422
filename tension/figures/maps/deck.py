"""A map's content as a deck.gl description (JSON), small and self-contained. Never names another host, sends no HTML.

What is laid out anew at each band of zooms travels as layers that show within their band alone (deck.gl's TileLayer
with a single tile, which the description carries itself): so counts gather and spread as a reader zooms. Colours of
static layers sit where Streamlit's own dimming of unselected marks doesn't reach them: a click must not make the map
flash.
"""

from __future__ import annotations

import base64
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import pandas as pd

from tension.figures.maps.content import Ground, Layout, MapContent
from tension.figures.maps.gathering import Cluster, Spot
from tension.figures.maps.labels import SECTOR_PX, Label
from tension.figures.maps.land import Box, Land
from tension.figures.maps.marks import Mark
from tension.figures.maps.names import CITY
from tension.figures.maps.styles import GRID, SCALE, SLANTED, Rgba, Style, build_styles, to_rgba
from tension.figures.maps.symbols import DOT, EventSign, build_atlas, build_count_atlas, read_sign
from tension.figures.maps.views import Band
from tension.figures.palette import Palette
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import SEVERITY_LABELS, QuadClass
from tension.words import format_day

DeckLayer = dict[str, Any]
Features = list[dict[str, Any]]

SIGN_LAYER = "signs"
FONT = "Source Sans, Helvetica, Arial, sans-serif"
MIN_ZOOM, MAX_ZOOM, ZOOM_OUT = 1.6, 11, 1.5
# From this zoom on a sea feature has its letter; before, a dot.
LETTER_ZOOM = 5.4
_DASHES = [{"@@type": "PathStyleExtension", "dash": True}]
_CONTROLLER = {"scrollZoom": True, "dragRotate": False, "touchRotate": False}
_NUDGE = 1e-9
_SEA: Box = (-20.0, -70.0, 240.0, 80.0)
_SYMBOL_PX = {"base": 13, "feature": 14}
_FEATURE_DOT_PX, _CITY_PX = 7, 2.4


def build_deck_json(content: MapContent, palette: Palette, *, turn: int = 0, visit: int = 0) -> str:
    """The whole description. `turn` is part of the ids of what can be clicked: a new one drops the browser's selection,
    which is kept by position and would pass to another event when the data change. A new `visit` moves the map back to
    its view: the browser takes up only what differs from the last description.
    """
    layers = _build_ground(content.ground, palette)
    layers += [layer for layout in content.layouts for layer in _build_grid(layout, palette)]
    layers += _build_shapes(content, palette)
    layers += _build_symbols(content, palette)
    layers += [layer for layout in content.layouts for layer in _build_band(content, layout, palette, turn)]
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
            "views": [{"@@type": "MapView", "id": "map", "controller": _CONTROLLER}],
            # What pydeck writes for 'no base map': the browser then asks nobody for tiles.
            "mapStyle": "__MAP_STYLE__",
            "layers": layers,
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )
    return description.decode()


def _build_ground(ground: Ground, palette: Palette) -> list[DeckLayer]:
    layers = [_build_land("land", ground.wide, palette, _SEA)]
    if ground.close and ground.mask:
        layers.append(_build_land("land-close", ground.close, palette, ground.mask))
    return layers


def _build_land(key: str, land: Land, palette: Palette, sea: Box) -> DeckLayer:
    """A box of sea, on it fill and shore, the seams painted over, then the boundaries dashed: all alike."""
    fill, line = to_rgba(palette.land), to_rgba(palette.land_line)
    west, south, east, north = sea
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    reef = build_styles(palette)["reef"]
    shapes = [
        _shape("Polygon", [ring], f=to_rgba(palette.sea), c=to_rgba(palette.sea), w=0),
        _shape("MultiPolygon", land.polygons, f=fill, c=line, w=0.8),
        _shape("MultiLineString", land.reefs, c=to_rgba(reef.colour), w=reef.width_px, d=list(reef.dash)),
        _shape("MultiLineString", land.seams, c=fill, w=2.2),
        _shape("MultiLineString", land.boundaries, c=line, w=1, d=[4, 3]),
    ]
    # The wide land has no reefs, and deck.gl warns of a geometry without points.
    return _build_geojson(key, [shape for shape in shapes if shape["geometry"]["coordinates"]])


def _build_grid(layout: Layout, palette: Palette) -> list[DeckLayer]:
    """The graticule, the scale bar, and words that are slanted, under everything else of a band."""
    styles = build_styles(palette)
    grid, scale = styles[GRID], styles[SCALE]
    lines = [[list(end) for end in line.ends] for line in layout.grid]
    features = [
        _shape("MultiLineString", lines, c=to_rgba(grid.colour, 28), w=grid.width_px),
        _shape("LineString", [list(end) for end in layout.scale.ends], c=to_rgba(scale.colour), w=scale.width_px),
        *(_write(label, styles) for label in layout.labels if label.style in SLANTED),
    ]
    return [_build_tile("ground", layout.band, features, palette, weight="italic 500", halo=to_rgba(palette.sea))]


def _build_shapes(content: MapContent, palette: Palette) -> list[DeckLayer]:
    """Lines and areas of all layers, in one; then the discs of sectors."""
    styles = build_styles(palette)
    marks = [mark for layer in content.marks.values() for mark in layer]
    features = [_draw_mark(mark, styles[mark.style]) for mark in marks if mark.shape != "point"]
    discs = [
        _shape("Point", _round(mark.coordinates[0]), r=SECTOR_PX * mark.size**0.5, tip=mark.tip)
        for mark in marks
        if mark.style == "sector"
    ]
    layers = [_build_geojson("lines", features, pickable=True)] if features else []
    return layers + ([_build_discs(discs, palette)] if discs else [])


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


def _build_geojson(key: str, features: Sequence[Any], *, pickable: bool = False) -> DeckLayer:
    return {
        "@@type": "GeoJsonLayer",
        "id": key,
        "data": {"type": "FeatureCollection", "features": features},
        "pickable": pickable,
        "stroked": True,
        "getLineColor": "@@=properties.c",
        "getLineWidth": "@@=properties.w",
        "lineWidthUnits": "pixels",
        "lineJointRounded": True,
        "getDashArray": "@@=properties.d || [0, 0]",
        "extensions": _DASHES,
        "_subLayerProps": {"polygons-fill": {"getFillColor": "@@=properties.f || [0, 0, 0, 0]"}},
    }


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


def _build_band(content: MapContent, layout: Layout, palette: Palette, turn: int) -> list[DeckLayer]:
    """What stands upright in a band: words, and over them what can be clicked."""
    styles = build_styles(palette)
    words = [_write(label, styles) for label in layout.labels if label.style not in SLANTED]
    layers = (
        [_build_tile("words", layout.band, words, palette, weight="600", halo=to_rgba(palette.paper, 85))]
        if words
        else []
    )
    signs = [*_list_counts(layout), *_list_events(content, layout.gathered.spots)]
    if signs:
        atlas = _draw_signs(content, layout, palette)
        layers.append(_build_tile(f"{SIGN_LAYER}-{turn}", layout.band, signs, palette, atlas=atlas))
    return layers


def _write(label: Label, styles: Mapping[str, Style]) -> dict[str, Any]:
    return _shape(
        "Point",
        _round((label.longitude, label.latitude)),
        t=label.text,
        c=to_rgba(styles[label.style].colour),
        z=label.text_px,
        o=list(label.shift),
        **({"a": -label.angle} if label.angle else {}),
        **({"r": _CITY_PX} if label.style == CITY else {}),
    )


def _build_symbols(content: MapContent, palette: Palette) -> list[DeckLayer]:
    """Bases, and sea features with their holder's letter from LETTER_ZOOM on, as dots before."""
    marks = [mark for layer in content.marks.values() for mark in layer if mark.shape == "point" and mark.symbol]
    if not marks:
        return []
    layers = []
    for name, start, stop in (("dots", -LETTER_ZOOM, LETTER_ZOOM), ("letters", LETTER_ZOOM, MAX_ZOOM + 1)):
        symbols = [_draw_symbol(mark, is_dot=name == "dots" and mark.style == "feature") for mark in marks]
        atlas = build_atlas(palette.name, (symbol["properties"]["i"] for symbol in symbols), ())
        band = Band(content.view, start, stop)
        layers.append(_build_tile(f"symbols-{name}", band, symbols, palette, atlas=atlas))
    return layers


def _draw_symbol(mark: Mark, *, is_dot: bool) -> dict[str, Any]:
    symbol, size = (f"{mark.symbol}-{DOT}", _FEATURE_DOT_PX) if is_dot else (mark.symbol, _SYMBOL_PX[mark.style])
    return _shape("Point", _round(mark.coordinates[0]), i=symbol, s=size, tip=mark.tip)


def list_members(content: MapContent) -> dict[str, tuple[str, ...]]:
    """The ids of the events that each count of a map holds, by the id that a click on it tells."""
    return {
        name_count(layout, cluster): cluster.event_ids
        for layout in content.layouts
        for cluster in layout.gathered.clusters
    }


def name_count(layout: Layout, cluster: Cluster) -> str:
    """The id of a count: at another zoom the same place may hold others."""
    return f"{layout.band.view.zoom:.2f}@{cluster.key}"


def _list_counts(layout: Layout) -> Iterator[dict[str, Any]]:
    for cluster in layout.gathered.clusters:
        sign = _shape(
            "Point",
            _round((cluster.longitude, cluster.latitude)),
            i=cluster.key,
            s=round(2 * cluster.radius_px + 4),
            o=list(cluster.shift),
            tip=describe_cluster(cluster),
        )
        yield sign | {"id": name_count(layout, cluster)}


def _list_events(content: MapContent, spots: Iterable[Spot]) -> Iterator[dict[str, Any]]:
    rows = {row["event_id"]: row for row in content.events.to_dict("records")} if spots else {}
    for spot in spots:
        row = rows[spot.event_id]
        place, sign = _round((spot.longitude, spot.latitude)), read_event_sign(row, spot)
        look = {"s": spot.size_px, "o": list(spot.shift), "tip": describe_event(row)}
        if spot.event_id == content.selected:
            yield _shape("Point", place, i="ring", **(look | {"s": spot.size_px + 16})) | {"id": spot.event_id}
        yield _shape("Point", place, i=sign.name, **look) | {"id": spot.event_id}


def read_event_sign(row: Mapping[Hashable, Any], spot: Spot) -> EventSign:
    """The sign of an event that is drawn alone."""
    return read_sign(row, is_exact=spot.is_exact, is_coded=is_coded_elsewhere(row["source_key"]))


def _draw_signs(content: MapContent, layout: Layout, palette: Palette) -> tuple[str, dict[str, Any]]:
    """One picture of the counts and of the events' signs of a band, and where each lies in it."""
    spots = {spot.event_id: spot for spot in layout.gathered.spots}
    rows = content.events[content.events.event_id.isin(list(spots))].to_dict("records")
    signs = {sign.name: sign for sign in (read_event_sign(row, spots[row["event_id"]]) for row in rows)}
    clusters = layout.gathered.clusters
    counts = [(c.severity_counts, c.radius_px, c.is_exact) for c in clusters]
    return build_count_atlas([c.key for c in clusters], counts, [*signs, "ring"], signs.values(), palette)


def _build_tile(
    kind: str,
    band: Band,
    features: Features,
    palette: Palette,
    *,
    weight: str = "",
    halo: Rgba = (0, 0, 0, 0),
    atlas: tuple[str, Mapping[str, Any]] | None = None,
) -> DeckLayer:
    """Features that show within a band of zooms: lines, words where `weight` says how, pictures of an atlas."""
    collection = orjson.dumps({"type": "FeatureCollection", "features": features}, option=orjson.OPT_SERIALIZE_NUMPY)
    layer: DeckLayer = {
        "@@type": "TileLayer",
        "id": f"{kind}@{band.view.zoom:.2f}",
        "data": f"data:application/json;base64,{base64.b64encode(collection).decode()}",
        "minZoom": 0,
        "maxZoom": 0,
        "visibleMinZoom": band.min_zoom,
        "visibleMaxZoom": band.max_zoom,
        "pickable": atlas is not None,
        "getLineColor": "@@=properties.c",
        "getLineWidth": "@@=properties.w || (properties.r ? 1.2 : 0)",
        "lineWidthUnits": "pixels",
    }
    if weight:
        layer |= {
            # A dot where a feature has a radius, as a city has.
            "pointType": "circle+text",
            "getPointRadius": "@@=properties.r || 0",
            "pointRadiusUnits": "pixels",
            "getFillColor": to_rgba(palette.paper),
            "getTextAngle": "@@=properties.a || 0",
            "getText": "@@=properties.t",
            "getTextSize": "@@=properties.z",
            "getTextColor": "@@=properties.c",
            "getTextPixelOffset": "@@=properties.o",
            "textFontFamily": FONT,
            "textFontWeight": weight,
            "textCharacterSet": "auto",
            "textFontSettings": {"sdf": True, "fontSize": 32, "buffer": 6, "radius": 8},
            "textOutlineWidth": 3,
            "textOutlineColor": halo,
        }
    if atlas:
        address, places = atlas
        layer |= {
            "pointType": "icon",
            "iconAtlas": address,
            "iconMapping": places,
            "getIcon": "@@=properties.i",
            "getIconSize": "@@=properties.s",
            "getIconPixelOffset": "@@=properties.o || [0, 0]",
            "iconAlphaCutoff": 0.05,
        }
    return layer


def describe_cluster(cluster: Cluster) -> str:
    """What hovering over a count says."""
    count = len(cluster.event_ids)
    others = cluster.place_count - 1
    more = f" and {others} place{'s' if others > 1 else ''} near it" if others else ""
    where = "" if cluster.is_exact else "\nThe area is all that is known of the place"
    classes = ", ".join(f"{n} {_name_class(quad).lower()}" for quad, n in cluster.class_counts.items())
    severity = f"\nHighest severity {cluster.max_severity}" if cluster.max_severity else ""
    return f"{count} events at {cluster.label}{more}{where}\n{classes}{severity}\nClick to list them"


def describe_event(row: Mapping[Hashable, Any]) -> str:
    """What hovering over an event says. It opens with the day: a title must never stand first, where deck.gl would
    take one that begins with its own signs for an expression."""
    severity = None if pd.isna(row["severity"]) else int(row["severity"])
    words = f"severity {severity} ({SEVERITY_LABELS[severity].lower()})" if severity else "no severity stated"
    quad = 0 if pd.isna(row["quad_class"]) else int(row["quad_class"])
    first = f"{format_day(row['occurred_date'])} · {_name_class(quad)} · {words}"
    place = row["location"] if isinstance(row["location"], str) else ""
    return "\n".join(part for part in (first, row["title"], place) if part)


def _name_class(quad: int) -> str:
    return QuadClass(quad).plain if quad else "Class not stated"


def _shape(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _round(point: tuple[float, float]) -> list[float]:
    return [round(point[0], 3), round(point[1], 3)]
