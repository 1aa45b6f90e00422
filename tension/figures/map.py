"""The map as a picture that prints: the same land, layers and events as on the screen, with no tiles. Pure figures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.credits import format_sources
from tension.figures.frame import escape
from tension.figures.maps.content import MapChoice, MapContent, build_content
from tension.figures.maps.deck import LETTER_ZOOM, describe_cluster, describe_event, read_event_sign
from tension.figures.maps.gathering import Spot, describe_place, is_of_country, is_on_map
from tension.figures.maps.labels import SECTOR_PX, Label, measure
from tension.figures.maps.land import Land, Line
from tension.figures.maps.layers import LAYER_WORDS, LAYERS, is_layer_list, parse_list
from tension.figures.maps.legend import AREA_WORDS, GRADE_WORDS, STYLE_WORDS, name_holding
from tension.figures.maps.marks import Mark, touches
from tension.figures.maps.names import CITY
from tension.figures.maps.shares import GRADES, RING_PX, list_shares, trace_dashes, trace_slice
from tension.figures.maps.styles import COUNT, GRID, SCALE, SLANTED, Style, build_styles, to_rgba
from tension.figures.maps.symbols import (
    HOLDER_LETTERS,
    EventSign,
    get_class_symbol,
    get_holder_colour,
    name_holder,
)
from tension.figures.maps.views import FEATURE_PREFIX, VIEWS, find_view
from tension.figures.maps.zones import IN_FORCE, list_exercises
from tension.figures.palette import QUAD_SYMBOLS, ROUTINE, Palette
from tension.records.filters import EventFilter
from tension.records.sea_features import list_features
from tension.records.vocab import QuadClass

if TYPE_CHECKING:
    from tension.desk import Desk

# Of a picture that stands alone, and of one that shares a slide or a page with its words.
PLOT_PX = (1184, 640)
SIZES = {"full": PLOT_PX, "slide": (800, 540)}
_LAND = "Land: Natural Earth (public domain)."
_HINT = "No event in view lies on this map. Widen the dates, the regions or the severity."
_BASE_SYMBOLS = {"airfield": "cross-thin-open", "naval-base": "y-down-open", "port": "square-open"}
_HOLDER_PX = 13
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


def is_view(value: str, values: Sequence[str]) -> bool:
    """A region's view, or one that begins as those of features do: which there are, the record's geography says."""
    return value in values or value.startswith(FEATURE_PREFIX)


def build_map(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """The map of a view; `options`: view, layers (see is_layer_list), zones (an exercise's key), size (SIZES)."""
    view = find_view(options.get("view", next(iter(VIEWS))), list_features(desk.record.geography))
    layers = parse_list(options.get("layers", ""), view)
    plot_px = SIZES[options.get("size", "full")]
    choice = MapChoice(view.key, layers, options.get("zones", IN_FORCE), frame=(plot_px[0] - 20.0, plot_px[1] - 20.0))
    return draw_map(build_content(desk, wanted, choice), palette, plot_px)


def draw_map(content: MapContent, palette: Palette, plot_px: tuple[int, int] = PLOT_PX) -> Chart:
    """A chart of a map's content, `plot_px` wide and high."""
    figure = go.Figure()
    _draw_ground(figure, content, palette, plot_px)
    _draw_grid(figure, content, palette)
    _draw_marks(figure, content, palette, plot_px)
    _draw_clusters(figure, content, palette)
    _draw_events(figure, content, palette)
    _draw_labels(figure, content, palette, plot_px)
    _add_key(figure, content, palette)
    _set_axes(figure, content, palette, plot_px)
    on_map = is_on_map(content.events) if len(content.events) else pd.Series(dtype=bool)
    return Chart(
        key="map",
        title=f"{content.view.title}: events by place, severity and class of act",
        alt=_describe(content, int(on_map.sum())),
        source_line=format_sources(content.sources, _LAND, _name_line_sources(content)),
        figure=figure,
        frame=content.events[list(_COLUMNS)].assign(is_on_map=on_map),
        hint="" if on_map.any() else _describe_absence(content.events),
        notes=tuple(_list_notes(content, plot_px)),
    )


def _describe_absence(events: pd.DataFrame) -> str:
    """Why no event is drawn: none is in view, or those that are have no place that could be pointed at."""
    of_country = int(is_of_country(events).sum()) if len(events) else 0
    if not of_country:
        return _HINT
    them = "1 event in view is" if of_country == 1 else f"{of_country:,} events in view are"
    return f"{them} known to a country alone and not drawn. Widen the dates, the regions or the severity."


SPECS = (
    ChartSpec(
        "map",
        "Events on the map",
        "map",
        build_map,
        (
            Option("view", lambda _desk: tuple(VIEWS), is_view),
            Option("layers", lambda _desk: LAYER_WORDS, is_layer_list),
            Option("zones", list_zones),
            Option.of("size", SIZES),
        ),
        slide=None,
    ),
)


def _draw_ground(figure: go.Figure, content: MapContent, palette: Palette, plot_px: tuple[int, int]) -> None:
    around = content.view.find_box(plot_px[0] * 1.3, plot_px[1] * 1.3)
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
    reef = build_styles(palette)["reef"]
    _add_lines(figure, rings, palette.land_line, 0.7, fill=palette.land)
    _add_lines(figure, land.reefs, reef.colour, reef.width_px, dash="dot")
    _add_lines(figure, land.seams, palette.land, 2.0)
    _add_lines(figure, land.boundaries, palette.land_line, 0.8, dash="dash")


def _draw_grid(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    styles = build_styles(palette)
    ends = [line.ends for line in content.own.grid]
    _add_lines(figure, ends, to_css(styles[GRID].colour, 28), styles[GRID].width_px)
    _add_lines(figure, [content.own.scale.ends], styles[SCALE].colour, styles[SCALE].width_px)


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


def _draw_marks(figure: go.Figure, content: MapContent, palette: Palette, plot_px: tuple[int, int]) -> None:
    styles = build_styles(palette)
    box = content.view.find_box(*plot_px)
    for key, marks in content.marks.items():
        seen = [mark for mark in marks if touches(mark, box)]
        for name in dict.fromkeys(mark.style for mark in seen):
            group = [mark for mark in seen if mark.style == name]
            if name == "feature":
                _draw_features(figure, group, content, palette)
            elif group[0].shape == "point":
                _draw_points(figure, group, styles[name])
            else:
                _draw_shapes(figure, key, group, styles[name])


def _draw_shapes(figure: go.Figure, key: str, marks: Sequence[Mark], style: Style) -> None:
    """Lines or areas of one style, a trace for each opacity; one of them speaks for all in the legend."""
    name = STYLE_WORDS.get(marks[0].style) or marks[0].label or LAYERS[key].title
    sizes = sorted({mark.size for mark in marks})
    dash = ",".join(f"{part * style.width_px:g}px" for part in style.dash) or "solid"
    for size in sizes:
        group = [mark for mark in marks if mark.size == size]
        x, y = _join([mark.coordinates for mark in group])
        is_area = group[0].shape == "area"
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": style.colour, "width": style.width_px, "dash": dash},
            fill="toself" if is_area else "none",
            fillcolor=to_css(style.colour, style.fill_pct * size) if is_area else None,
            hoverinfo="skip",
            name=escape(name),
            legendgroup=name,
            legendrank=1100,
            showlegend=size == sizes[-1],
        )


def _draw_points(figure: go.Figure, marks: Sequence[Mark], style: Style) -> None:
    """Bases by their symbols, sectors as discs."""
    is_sector = marks[0].style == "sector"
    figure.add_scatter(
        x=[mark.coordinates[0][0] for mark in marks],
        y=[mark.coordinates[0][1] for mark in marks],
        mode="markers",
        marker={
            "opacity": 1,
            "symbol": "circle" if is_sector else [_BASE_SYMBOLS.get(mark.symbol, "circle") for mark in marks],
            "size": [2 * SECTOR_PX * mark.size**0.5 if is_sector else 8 for mark in marks],
            "color": to_css(style.colour, 18 if is_sector else 100),
            "line": {"color": style.colour, "width": 1},
        },
        hovertext=[escape(mark.tip).replace("\n", "<br>") for mark in marks],
        hovertemplate="%{hovertext}<extra></extra>",
        name=STYLE_WORDS.get(marks[0].style, "Airfields (cross), naval bases (fork), ports (square)"),
        legendrank=1200,
        showlegend=True,
    )


def _draw_features(figure: go.Figure, marks: Sequence[Mark], content: MapContent, palette: Palette) -> None:
    """Sea features, a trace for each holder: its hue and letter, hollow where it is doubtful, dots from afar."""
    has_letters = content.view.zoom >= LETTER_ZOOM
    for holder in HOLDER_LETTERS:
        names = {name_holder(holder): False, name_holder(holder, is_doubtful=True): True}
        group = [mark for mark in marks if mark.symbol in names]
        if not group:
            continue
        colour = get_holder_colour(holder, palette)
        doubts = [names[mark.symbol] for mark in group]
        figure.add_scatter(
            x=[mark.coordinates[0][0] for mark in group],
            y=[mark.coordinates[0][1] for mark in group],
            mode="markers+text" if has_letters else "markers",
            text=[HOLDER_LETTERS[holder]] * len(group) if has_letters else None,
            textfont={"size": 9, "color": [colour if doubt else palette.paper for doubt in doubts]},
            marker={
                "opacity": 1,
                "symbol": "square" if has_letters else "circle",
                "size": _HOLDER_PX if has_letters else 6,
                "color": [palette.paper if doubt else colour for doubt in doubts],
                "line": {"color": colour, "width": 1.2},
            },
            hovertext=[escape(mark.tip).replace("\n", "<br>") for mark in group],
            hovertemplate="%{hovertext}<extra></extra>",
            name=f"{HOLDER_LETTERS[holder]} {name_holding(holder)}" if has_letters else name_holding(holder),
            legendrank=1300,
            showlegend=True,
        )


def _draw_labels(figure: go.Figure, content: MapContent, palette: Palette, plot_px: tuple[int, int]) -> None:
    """The words that stand whole in the picture, each style a trace; those that run with a line as annotations."""
    styles = build_styles(palette)
    seen = [label for label in content.labels if _is_in_picture(label, content, plot_px)]
    # A halo, so that words are read on lines and shores.
    halo = ", ".join(f"{x}px {y}px 1px {palette.paper}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)))
    for style in dict.fromkeys(label.style for label in seen):
        group = [label for label in seen if label.style == style]
        font = {"size": group[0].text_px, "color": styles[style].colour, "shadow": halo}
        font |= {"style": "italic" if style in SLANTED else "normal", "weight": 600 if style == COUNT else 400}
        at = _shift([(label.longitude, label.latitude) for label in group], [label.shift for label in group], content)
        if group[0].angle:
            for label, (x, y) in zip(group, at, strict=True):
                figure.add_annotation(
                    x=x, y=y, text=escape(label.text), textangle=label.angle, font=font, showarrow=False, borderpad=0
                )
            continue
        figure.add_scatter(
            x=at[:, 0],
            y=at[:, 1],
            mode="text",
            text=[escape(label.text) for label in group],
            textfont=font,
            hoverinfo="skip",
            showlegend=False,
        )
        if style == CITY:
            _draw_cities(figure, group, palette)


def _draw_cities(figure: go.Figure, labels: Sequence[Label], palette: Palette) -> None:
    figure.add_scatter(
        x=[label.longitude for label in labels],
        y=[label.latitude for label in labels],
        mode="markers",
        marker={"size": 5, "color": palette.paper, "line": {"color": palette.ink, "width": 1.2}},
        hoverinfo="skip",
        showlegend=False,
    )


def _is_in_picture(label: Label, content: MapContent, plot_px: tuple[int, int]) -> bool:
    width, height = measure(label.text, label.style)
    x, y = content.view.to_px([label.longitude], [label.latitude])[0] + label.shift
    return bool(abs(x) + width / 2 < plot_px[0] / 2 and abs(y) + height / 2 < plot_px[1] / 2)


def _draw_events(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    """Events drawn alone, a trace for each class and exactness: shape by class, colour and size by severity."""
    spots = {spot.event_id: spot for spot in content.gathered.spots}
    rows = [row for row in content.events.to_dict("records") if row["event_id"] in spots]
    signs = {row["event_id"]: read_event_sign(row, spots[row["event_id"]]) for row in rows}
    for quad in (*QuadClass, 0):
        for is_exact in (True, False):
            group = [
                row
                for row in rows
                if signs[row["event_id"]].quad == int(quad) and spots[row["event_id"]].is_exact == is_exact
            ]
            if group:
                _add_events(figure, group, signs, spots, content, palette)


def _add_events(
    figure: go.Figure,
    rows: list[dict[Hashable, Any]],
    signs: Mapping[str, EventSign],
    spots: Mapping[str, Spot],
    content: MapContent,
    palette: Palette,
) -> None:
    rows = sorted(rows, key=lambda row: spots[row["event_id"]].size_px)
    drawn, looks = [spots[row["event_id"]] for row in rows], [signs[row["event_id"]] for row in rows]
    at = _shift([(spot.longitude, spot.latitude) for spot in drawn], [spot.shift for spot in drawn], content)
    is_exact, symbol = drawn[0].is_exact, get_class_symbol(looks[0].quad)
    figure.add_scatter(
        x=at[:, 0],
        y=at[:, 1],
        mode="markers",
        customdata=[row["event_id"] for row in rows],
        marker={
            "symbol": [f"{symbol}{'' if is_exact else '-open'}{'-dot' if look.is_coded else ''}" for look in looks],
            "size": [0.8 * spot.size_px for spot in drawn],
            "color": [palette.severity[look.grade] for look in looks],
            "opacity": 1,
            "line": {"color": [palette.edge[look.grade] for look in looks], "width": 1 if is_exact else 1.8},
        },
        hovertext=[escape(describe_event(row)).replace("\n", "<br>") for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _draw_clusters(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    """Counts: a disc in the shares of its severities where the place is known, a dashed ring where an area is."""
    clusters = content.gathered.clusters
    if not clusters:
        return
    at = _shift([(c.longitude, c.latitude) for c in clusters], [c.shift for c in clusters], content)
    centres = content.view.to_px(at[:, 0], at[:, 1])
    for grade in GRADES:
        slices: list[Any] = []
        dashes: list[Any] = []
        for cluster, centre in zip(clusters, centres, strict=True):
            for share in (share for share in list_shares(cluster.severity_counts) if share.grade == grade):
                radius = cluster.radius_px
                if cluster.is_exact:
                    slices.append(_to_ground(trace_slice(share, radius), centre, content))
                else:
                    dashes += [_to_ground(dash, centre, content) for dash in trace_dashes(share, radius)]
        _add_lines(figure, slices, palette.edge[grade], 0.8, fill=palette.severity[grade])
        _add_lines(figure, dashes, palette.edge[grade], RING_PX + 0.8)
        _add_lines(figure, dashes, palette.severity[grade], RING_PX - 0.6)
    # What the pointer reads; the number stands beside the sign, among the words.
    figure.add_scatter(
        x=at[:, 0],
        y=at[:, 1],
        mode="markers",
        marker={"size": [2 * c.radius_px for c in clusters], "color": palette.paper, "opacity": 0},
        customdata=[c.key for c in clusters],
        hovertext=[escape(describe_cluster(c).rpartition("\n")[0]).replace("\n", "<br>") for c in clusters],
        hovertemplate="%{hovertext}<extra></extra>",
        name="counts",
        showlegend=False,
    )


def _to_ground(points: Sequence[tuple[float, float]], centre: Any, content: MapContent) -> list[tuple[float, float]]:
    """Degrees of points in pixels around a centre in pixels."""
    return [(float(x), float(y)) for x, y in content.view.to_degrees(np.array(points) + centre)]


def _add_key(figure: go.Figure, content: MapContent, palette: Palette) -> None:
    """Legend entries for severity, class, counts and areas, of what is drawn."""
    if not (content.gathered.spots or content.gathered.clusters):
        return
    for grade, words in GRADE_WORDS.items():
        _add_entry(figure, words, {"symbol": "circle", "color": palette.severity[grade]}, palette.edge[grade])
    drawn = {spot.event_id for spot in content.gathered.spots}
    alone = content.events[content.events.event_id.isin(drawn)]
    for quad in QuadClass:
        if (alone.quad_class == int(quad)).any():
            look = {"symbol": QUAD_SYMBOLS[quad], "color": palette.severity[ROUTINE]}
            _add_entry(figure, quad.plain, look, palette.edge[ROUTINE])
    if any(not sign.is_exact for sign in content.gathered.signs):
        _add_entry(figure, AREA_WORDS, {"symbol": "circle-open", "color": palette.edge[ROUTINE]}, palette.edge[ROUTINE])


def _add_entry(figure: go.Figure, words: str, look: dict[str, str], edge: str) -> None:
    """A legend entry alone: it needs a point, and has none to show."""
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=words,
        marker=look | {"size": 10, "line": {"color": edge, "width": 1}},
        showlegend=True,
    )


def _set_axes(figure: go.Figure, content: MapContent, palette: Palette, plot_px: tuple[int, int]) -> None:
    """Degrees with a degree of longitude as long as it is at the middle latitude."""
    west, south, east, north = content.view.find_box(*plot_px)
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "mirror": True}
    axis |= {"showline": True, "linecolor": palette.grid}
    scale = 1 / float(np.cos(np.radians((south + north) / 2)))
    figure.update_layout(
        height=plot_px[1],
        margin={"l": 8, "r": 8, "t": 6, "b": 6},
        plot_bgcolor=palette.sea,
        xaxis=axis | {"range": [west, east]},
        yaxis=axis | {"range": [south, north], "scaleanchor": "x", "scaleratio": scale},
        dragmode="pan",
        hovermode="closest",
    )


def _list_notes(content: MapContent, plot_px: tuple[int, int]) -> Iterable[str]:
    if content.gathered.clusters:
        yield "A number: so many events; their sign is divided by severity."
    if place := describe_place(content.events, content.view.find_box(*plot_px)):
        yield place
    if content.left_out:
        yield f"Drawn: the newest {len(content.events):,}; {content.left_out:,} earlier ones in view are left out."
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


def to_css(colour: str, opacity_pct: float) -> str:
    red, green, blue, _ = to_rgba(colour)
    return f"rgba({red},{green},{blue},{opacity_pct / 100:.2f})"


__all__ = ["SPECS", "build_map", "draw_map"]
