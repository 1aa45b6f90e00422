"""The map as a picture that prints: the same land, layers and events as on the screen, with no tiles. Pure figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.credits import format_sources
from tension.figures.frame import escape
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import describe_cluster, describe_event
from tension.figures.maps.land import Land, Line
from tension.figures.maps.layers import LAYER_WORDS, LAYERS, is_layer_list, parse_list
from tension.figures.maps.marks import DOUBTFUL, Mark, touches
from tension.figures.maps.spread import NO_SEVERITY_PX, SEVERITY_PX, describe_undrawn, is_on_map
from tension.figures.maps.styles import Style, build_styles, to_rgba
from tension.figures.maps.views import VIEWS, find_view
from tension.figures.maps.zones import IN_FORCE, list_exercises
from tension.figures.palette import QUAD_SYMBOLS, Palette
from tension.records.filters import EventFilter
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import QuadClass

if TYPE_CHECKING:
    from tension.desk import Desk

PLOT_PX = (1184, 640)
_LAND = "Land: Natural Earth (public domain)."
_HINT = "No event in view lies on this map. Widen the dates, the regions or the severity."
_DASHES = {(): "solid", (7, 3): "7px,3px", (2, 3): "2px,3px", (1.5, 3): "2px,4px"}
_STYLE_WORDS = {
    "zone": "Exercise areas",
    "arc_conflict": "Acted on, mostly conflict",
    "arc_other": "Acted on, mostly co-operation",
}
_SECTOR_PX = 60.0
_COLUMNS = (
    "event_id",
    "occurred_date",
    "title",
    "region",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "initiator",
    "target",
    "category",
    "quad_class",
    "severity",
    "source_key",
)


def list_zones(desk: Desk) -> list[str]:
    """The areas in force on the map's day, or those of an exercise by its key."""
    return [IN_FORCE, *(exercise.key for exercise in list_exercises(desk.record.geography))]


def build_map(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """The map of a view with its layers; `options`: view, layers (see is_layer_list), zones (an exercise's key)."""
    view = find_view(options.get("view", next(iter(VIEWS))))
    layers = parse_list(options.get("layers", ""), view)
    choice = MapChoice(view.key, layers, options.get("zones", IN_FORCE))
    return draw_map(build_content(desk, wanted, choice), palette)


def draw_map(content: MapContent, palette: Palette) -> Chart:
    """A chart of a map's content."""
    figure = go.Figure()
    _draw_ground(figure, content, palette)
    _draw_marks(figure, content, palette)
    _draw_labels(figure, content, palette)
    _draw_events(figure, content, palette)
    _draw_clusters(figure, content, palette)
    _set_axes(figure, content, palette)
    on_map = is_on_map(content.events) if len(content.events) else pd.Series(dtype=bool)
    frame = content.events[list(_COLUMNS)].assign(is_on_map=on_map)
    return Chart(
        key="map",
        title=f"Events by place, class of act and severity: {content.view.title}",
        alt=_describe(content, int(on_map.sum())),
        source_line=format_sources(content.sources, _LAND, _name_line_sources(content)),
        figure=figure,
        frame=frame,
        hint="" if on_map.any() else _HINT,
        notes=tuple(_list_notes(content)),
    )


SPECS = (
    ChartSpec(
        "map",
        "Events on the map",
        "map",
        build_map,
        (
            Option.of("view", VIEWS),
            Option("layers", lambda _desk: LAYER_WORDS, is_layer_list),
            Option("zones", list_zones),
        ),
    ),
)


def _draw_ground(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    around = content.view.find_box(PLOT_PX[0] * 1.3, PLOT_PX[1] * 1.3)
    ground = content.ground
    _draw_land(figure, ground.wide.crop(around), palette)
    if ground.close and ground.mask:
        west, south, east, north = ground.mask
        ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        _add_lines(figure, [ring], palette.sea, 0, fill=palette.sea)
        _draw_land(figure, ground.close.crop(around), palette)


def _draw_land(figure: go.Figure, land: Land, palette: Palette) -> None:
    """As on the screen: fill and shore, seams painted over, boundaries dashed."""
    rings = [ring for polygon in land.polygons for ring in polygon]
    _add_lines(figure, rings, palette.land_line, 0.7, fill=palette.land)
    _add_lines(figure, land.seams, palette.land, 2.0)
    _add_lines(figure, land.boundaries, palette.land_line, 0.8, dash="dash")


def _add_lines(
    figure: go.Figure, lines: Sequence[Iterable[Any]], colour: str, width: float, *, fill: str = "", dash: str = "solid"
) -> None:
    """Many lines or rings as one trace without a legend entry."""
    if not lines:
        return
    x, y = _join(lines)
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": width, "dash": dash},
        fill="toself" if fill else "none",
        fillcolor=fill or None,
        hoverinfo="skip",
        showlegend=False,
    )


def _draw_marks(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    styles = build_styles(palette)
    box = content.view.find_box(PLOT_PX[0], PLOT_PX[1])
    for key, marks in content.marks.items():
        seen = [mark for mark in marks if touches(mark, box)]
        for name in dict.fromkeys(mark.style for mark in seen):
            group = [mark for mark in seen if mark.style == name]
            if group[0].shape == "point":
                _draw_points(figure, group, styles[name], palette)
            else:
                _draw_shapes(figure, key, group, styles[name])


def _draw_shapes(figure: go.Figure, key: str, marks: Sequence[Mark], style: Style) -> None:
    """Lines or areas of one style, a trace for each opacity; one of them speaks for all in the legend."""
    name = _STYLE_WORDS.get(marks[0].style) or marks[0].label or LAYERS[key].title
    sizes = sorted({mark.size for mark in marks})
    for size in sizes:
        group = [mark for mark in marks if mark.size == size]
        x, y = _join([mark.coordinates for mark in group])
        is_area = group[0].shape == "area"
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": style.colour, "width": style.width_px, "dash": _DASHES.get(style.dash, "dash")},
            fill="toself" if is_area else "none",
            fillcolor=_to_css(style.colour, style.fill_pct * size) if is_area else None,
            hoverinfo="skip",
            name=escape(name),
            legendgroup=name,
            legendrank=1100,
            showlegend=size == sizes[-1],
        )


def _draw_points(figure: go.Figure, marks: Sequence[Mark], style: Style, palette: Palette) -> None:
    """Symbols as letters or small marks, sectors as discs, nothing for words alone."""
    shown = [mark for mark in marks if mark.symbol or mark.style == "sector"]
    if not shown:
        return
    is_feature, is_sector = marks[0].style == "feature", marks[0].style == "sector"
    symbols = {"airfield": "cross-thin-open", "naval-base": "y-down-open", "port": "square-open", "dot": "circle"}
    figure.add_scatter(
        x=[mark.coordinates[0][0] for mark in shown],
        y=[mark.coordinates[0][1] for mark in shown],
        mode="markers+text" if is_feature else "markers",
        text=[mark.symbol.replace(DOUBTFUL, "?") for mark in shown] if is_feature else None,
        textfont={"size": 9, "color": style.colour},
        marker={
            "opacity": 1,
            "symbol": "square" if is_feature else [symbols.get(mark.symbol, "circle") for mark in shown],
            "size": [_SECTOR_PX * mark.size**0.5 if is_sector else 12 if is_feature else 8 for mark in shown],
            "color": palette.panel if is_feature else _to_css(style.colour, 18 if is_sector else 100),
            "line": {"color": style.colour, "width": 1},
        },
        hovertext=[escape(mark.tip).replace("\n", "<br>") for mark in shown],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _draw_labels(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    styles = build_styles(palette)
    for style in dict.fromkeys(label.style for label in content.labels):
        group = [label for label in content.labels if label.style == style]
        at = _shift([(label.longitude, label.latitude) for label in group], [label.shift for label in group], content)
        figure.add_scatter(
            x=at[:, 0],
            y=at[:, 1],
            mode="text",
            text=[escape(label.text) for label in group],
            textfont={"size": group[0].text_px, "color": styles[style].colour},
            hoverinfo="skip",
            showlegend=False,
        )


def _draw_events(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    spots = {spot.event_id: spot for spot in content.gathered.spots}
    rows = [row for row in content.events.to_dict("records") if row["event_id"] in spots]
    classes = {int(row["quad_class"]) for row in rows} | {
        quad for cluster in content.gathered.clusters for quad in cluster.class_counts
    }
    for quad in QuadClass:
        if int(quad) not in classes:
            continue
        group = [row for row in rows if row["quad_class"] == quad]
        group.sort(key=lambda row: 0 if pd.isna(row["severity"]) else row["severity"])
        drawn = [spots[row["event_id"]] for row in group]
        at = _shift([(spot.longitude, spot.latitude) for spot in drawn], [spot.shift for spot in drawn], content)
        symbol = QUAD_SYMBOLS[quad]
        figure.add_scatter(
            # A legend entry needs a point; where all events of a class are gathered it has none to show.
            x=at[:, 0] if group else [None],
            y=at[:, 1] if group else [None],
            mode="markers",
            name=quad.label,
            customdata=[row["event_id"] for row in group],
            marker={
                "symbol": [f"{symbol}-open" if is_coded_elsewhere(row["source_key"]) else symbol for row in group]
                or symbol,
                "size": [0.8 * _find_size(row["severity"]) for row in group] or 10,
                "color": palette.quad[quad],
                "opacity": 0.9,
                "line": {"color": palette.paper, "width": 1},
            },
            hovertext=[escape(describe_event(row)).replace("\n", "<br>") for row in group],
            hovertemplate="%{hovertext}<extra></extra>",
        )


def _draw_clusters(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    clusters = content.gathered.clusters
    if not clusters:
        return
    at = _shift([(c.longitude, c.latitude) for c in clusters], [c.shift for c in clusters], content)
    most = [max(c.class_counts.items(), key=lambda pair: pair[1])[0] for c in clusters]
    figure.add_scatter(
        x=at[:, 0],
        y=at[:, 1],
        mode="markers+text",
        text=[str(len(c.event_ids)) for c in clusters],
        textfont={"size": 12, "color": palette.ink},
        marker={
            "symbol": "circle",
            "opacity": 1,
            "size": [2 * c.radius_px for c in clusters],
            "color": palette.paper,
            "line": {"color": [palette.quad[QuadClass(quad)] for quad in most], "width": 4},
        },
        hovertext=[escape(describe_cluster(c).rpartition("\n")[0]).replace("\n", "<br>") for c in clusters],
        hovertemplate="%{hovertext}<extra></extra>",
        name="Number of events gathered, ring in the commonest class",
        showlegend=False,
    )


def _set_axes(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    """Degrees with a degree of longitude as long as it is at the middle latitude."""
    west, south, east, north = content.view.find_box(*PLOT_PX)
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "mirror": True}
    axis |= {"showline": True, "linecolor": palette.grid}
    scale = 1 / float(np.cos(np.radians((south + north) / 2)))
    figure.update_layout(
        height=PLOT_PX[1],
        margin={"l": 8, "r": 8, "t": 6, "b": 6},
        xaxis=axis | {"range": [west, east]},
        yaxis=axis | {"range": [south, north], "scaleanchor": "x", "scaleratio": scale},
        dragmode="pan",
        hovermode="closest",
    )


def _list_notes(content: MapContent) -> Iterable[str]:
    if content.gathered.clusters:
        yield "A number in a ring: that many events, the ring in the colour of their commonest class."
    if undrawn := describe_undrawn(content.gathered):
        yield undrawn
    for key in content.layers:
        layer = LAYERS[key]
        if layer.whose and content.marks.get(key):
            yield f"{layer.title} ({layer.whose}): {layer.note}"


def _name_line_sources(content: MapContent) -> str:
    named = [LAYERS[key].source for key in content.layers if LAYERS[key].whose and content.marks.get(key)]
    return f"Lines and areas: {'; '.join(named)}." if named else ""


def _describe(content: MapContent, count: int) -> str:
    largest = max(content.gathered.clusters, key=lambda c: len(c.event_ids), default=None)
    most = f" Most are at {largest.label}: {len(largest.event_ids)}." if largest else ""
    layers = ", ".join(LAYERS[key].title.lower() for key in content.layers if key != "events")
    return f"Map of {content.view.title} with {count} events.{most}" + (f" Also drawn: {layers}." if layers else "")


def _shift(places: Sequence[tuple[float, float]], shifts: Sequence[tuple[float, float]], content: MapContent) -> Any:
    """Degrees of places moved by pixels of the view."""
    if not places:
        return np.empty((0, 2))
    points = np.array(places)
    return content.view.to_degrees(content.view.to_px(points[:, 0], points[:, 1]) + np.array(shifts))


def _join(lines: Sequence[Iterable[Any]]) -> tuple[list[float | None], list[float | None]]:
    """Coordinates of many lines in one list each, parted by gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        points: Line = list(line)
        x += [*(round(point[0], 3) for point in points), None]
        y += [*(round(point[1], 3) for point in points), None]
    return x, y


def _find_size(severity: Any) -> float:
    return float(NO_SEVERITY_PX if pd.isna(severity) else SEVERITY_PX[int(severity)])


def _to_css(colour: str, opacity_pct: float) -> str:
    red, green, blue, _ = to_rgba(colour)
    return f"rgba({red},{green},{blue},{opacity_pct / 100:.2f})"


__all__ = ["SPECS", "build_map", "draw_map"]
