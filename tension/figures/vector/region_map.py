"""A region's map as a light picture, from the same content as the full one: land, lines, words, events to open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tension.figures.maps.content import MapContent
from tension.figures.maps.deck import describe_cluster
from tension.figures.maps.gathering import SEVERITY_PX, Cluster, Spot
from tension.figures.maps.labels import Label, measure
from tension.figures.maps.land import Land
from tension.figures.maps.marks import Mark, touches
from tension.figures.maps.names import CITY, COUNTRY
from tension.figures.maps.shares import RING_PX, list_shares, trace_dashes, trace_slice
from tension.figures.maps.styles import GRID, SCALE, SLANTED, Style, build_styles
from tension.figures.maps.symbols import get_holder_colour, read_holder
from tension.figures.palette import Palette, grade_severity
from tension.figures.vector.event_lanes import describe_mark
from tension.figures.vector.svg import PageLink, Svg, draw, link_to_page, mark_of_event, path, tag
from tension.words import count

# Beyond the frame by this many pixels a line may still begin or end.
_MARGIN_PX = 40.0
# Words that mostly stand on land, whose halo is of its colour.
_ON_LAND = frozenset({CITY, COUNTRY})


class _Frame:
    """Pixels of a picture from degrees; the view's centre is its middle."""

    def __init__(self, content: MapContent, width: float, height: float) -> None:
        self.view, self.width, self.height = content.view, width, height
        self.box = self.view.find_box(width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX)

    def place(self, points: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
        pixels = self.view.to_px([p[0] for p in points], [p[1] for p in points])
        return [(float(x) + self.width / 2, float(y) + self.height / 2) for x, y in pixels]

    def place_one(self, longitude: float, latitude: float, shift: tuple[float, float]) -> tuple[float, float]:
        ((x, y),) = self.place([(longitude, latitude)])
        return x + shift[0], y + shift[1]


def build_region_map(content: MapContent, palette: Palette, width: float, height: float, full: PageLink) -> Svg:
    """The picture of a map's content, `width` by `height` pixels around the view's centre.

    `full` leads to the full map, where a count of gathered events can be opened.
    """
    frame, styles = _Frame(content, width, height), build_styles(palette)
    parts = [tag("rect", x=0.0, y=0.0, width=width, height=height, fill=palette.sea)]
    parts += _draw_ground(content, frame, palette)
    parts += _draw_grid(content, frame, styles)
    for marks in content.marks.values():
        parts += [drawn for mark in marks if touches(mark, frame.box) for drawn in _draw(mark, styles, frame, palette)]
    parts += [_write(label, styles, frame, palette) for label in content.labels if _fits(label, frame)]
    parts += _draw_events(content, frame, palette, full)
    shown = len(content.gathered.spots) + sum(len(c.event_ids) for c in content.gathered.clusters)
    return draw(width, height, *parts, label=f"Map of {content.view.title}: {count(shown, 'event')}")


def _draw_ground(content: MapContent, frame: _Frame, palette: Palette) -> Iterator[Svg]:
    ground = content.ground
    yield from _draw_land(ground.wide.crop(frame.box), frame, palette)
    if ground.close and ground.mask:
        west, south, east, north = ground.mask
        (left, bottom), (right, top) = frame.place([(west, south), (east, north)])
        yield tag("rect", x=left, y=top, width=right - left, height=bottom - top, fill=palette.sea)
        yield from _draw_land(ground.close.crop(frame.box), frame, palette)


def _draw_grid(content: MapContent, frame: _Frame, styles: dict[str, Style]) -> Iterator[Svg]:
    """Graticule and scale bar, whose words are among the labels."""
    lines = [frame.place(line.ends) for line in content.own.grid]
    grid, scale = styles[GRID], styles[SCALE]
    yield path(lines, fill="none", stroke=grid.colour, stroke_width=grid.width_px, stroke_opacity=0.3)
    yield path([frame.place(content.own.scale.ends)], fill="none", stroke=scale.colour, stroke_width=scale.width_px)


def _draw_land(land: Land, frame: _Frame, palette: Palette) -> Iterator[Svg]:
    rings = [frame.place(ring) for polygon in land.polygons for ring in polygon]
    yield path(
        rings, is_closed=True, fill=palette.land, fill_rule="evenodd", stroke=palette.land_line, stroke_width=0.7
    )
    yield path([frame.place(line) for line in land.seams], fill="none", stroke=palette.land, stroke_width=2.0)
    borders = [frame.place(line) for line in land.boundaries]
    yield path(borders, fill="none", stroke=palette.land_line, stroke_width=0.8, stroke_dasharray="4 3")


def _draw(mark: Mark, styles: dict[str, Style], frame: _Frame, palette: Palette) -> Iterator[Svg]:
    """A line, an area or a point that is no event; sectors and words alone are left to their labels."""
    style = styles[mark.style]
    dash = " ".join(f"{part * style.width_px:.1f}" for part in style.dash) or None
    if mark.shape != "point":
        yield path(
            [frame.place(mark.coordinates)],
            is_closed=mark.shape == "area",
            fill=style.colour if mark.shape == "area" else "none",
            fill_opacity=style.fill_pct / 100 * mark.size,
            stroke=style.colour,
            stroke_width=style.width_px,
            stroke_dasharray=dash,
        )
    elif mark.symbol:
        ((x, y),) = frame.place(mark.coordinates)
        colour = get_holder_colour(read_holder(mark.symbol), palette) if mark.style == "feature" else style.colour
        yield tag("circle", tag("title", mark.tip), cx=x, cy=y, r=3.0, fill=colour, stroke=palette.sea)


def _fits(label: Label, frame: _Frame) -> bool:
    """True where the whole word lies within the frame; words along a line may run out of it with the line."""
    if label.angle:
        return True
    x, y = frame.place_one(label.longitude, label.latitude, label.shift)
    width, height = measure(label.text, label.style)
    return width / 2 <= x <= frame.width - width / 2 and height / 2 <= y <= frame.height - height / 2


def _write(label: Label, styles: dict[str, Style], frame: _Frame, palette: Palette) -> Svg:
    x, y = frame.place_one(label.longitude, label.latitude, label.shift)
    return tag(
        "text",
        label.text,
        x=x,
        y=y + label.text_px * 0.35,
        fill=styles[label.style].colour,
        font_size=label.text_px,
        text_anchor="middle",
        stroke=palette.land if label.style in _ON_LAND else palette.sea,
        stroke_width=3.0,
        paint_order="stroke",
        font_style="italic" if label.style in SLANTED else None,
        transform=f"rotate({label.angle} {x:.1f} {y:.1f})" if label.angle else None,
    )


def _draw_events(content: MapContent, frame: _Frame, palette: Palette, full: PageLink) -> Iterator[Svg]:
    rows: dict[str, dict[Any, Any]] = {row["event_id"]: row for row in content.events.to_dict("records")}
    seen = [spot for spot in content.gathered.spots if _is_inside(spot, frame)]
    for i, spot in enumerate(seen):
        row = rows[spot.event_id]
        shape = _draw_spot(row, *frame.place_one(spot.longitude, spot.latitude, spot.shift), palette)
        yield mark_of_event(shape, spot.event_id, describe_mark(row), is_first=i == 0)
    for cluster in content.gathered.clusters:
        if _is_inside(cluster, frame):
            place = frame.place_one(cluster.longitude, cluster.latitude, cluster.shift)
            words = describe_cluster(cluster).replace("\n", "; ")
            yield link_to_page(_draw_cluster(cluster, *place, palette), full, words)


def _draw_spot(row: dict[Any, Any], x: float, y: float, palette: Palette) -> Svg:
    """Solid for a place, hollow and dashed for an area; the graver the larger."""
    severity = int(row["severity"]) if row["severity"] == row["severity"] else 1
    radius = SEVERITY_PX[severity] * 0.38
    is_exact = row["geo_precision"] == "exact"
    colour = palette.severity[grade_severity(severity)]
    return tag(
        "circle",
        cx=x,
        cy=y,
        r=radius,
        fill=colour if is_exact else palette.sea,
        fill_opacity=1.0 if is_exact else 0.6,
        stroke=palette.paper if is_exact else colour,
        stroke_width=1.2 if is_exact else 1.6,
        stroke_dasharray=None if is_exact else "3 2",
    )


def _draw_cluster(cluster: Cluster, x: float, y: float, palette: Palette) -> Svg:
    """A disc in the shares of its severities, or a hollow dashed ring for an area; its number is among the labels."""
    radius = cluster.radius_px
    ground = tag("circle", cx=x, cy=y, r=radius, fill=palette.paper, fill_opacity=0.4)
    parts = [ground]
    for share in list_shares(cluster.severity_counts):
        colour, edge = palette.severity[share.grade], palette.edge[share.grade]
        if cluster.is_exact:
            outline = [(x + right, y + down) for right, down in trace_slice(share, radius)]
            parts.append(path([outline], is_closed=True, fill=colour, stroke=edge, stroke_width=0.8))
        else:
            dashes = [[(x + right, y + down) for right, down in dash] for dash in trace_dashes(share, radius)]
            parts.append(path(dashes, fill="none", stroke=edge, stroke_width=RING_PX + 0.8))
            parts.append(path(dashes, fill="none", stroke=colour, stroke_width=RING_PX - 0.6))
    return tag("g", *parts)


def _is_inside(mark: Spot | Cluster, frame: _Frame) -> bool:
    x, y = frame.place_one(mark.longitude, mark.latitude, mark.shift)
    return 0 <= x <= frame.width and 0 <= y <= frame.height
