"""Lines, areas and points of the map's layers as plain marks, ready to be drawn by any library. No colours here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import pandas as pd

from tension.figures.maps.density import CLASS_EDGES, Cell
from tension.figures.maps.dyads import Arc
from tension.figures.maps.land import Box, Line, Point
from tension.figures.maps.symbols import name_holder
from tension.records.geography import Geography, GeoJson
from tension.records.sea_features import list_features, shorten_name
from tension.words import format_day

_BASE_KINDS = {"airfield": "airfield", "naval_base": "naval-base", "port": "port"}


@dataclass(frozen=True)
class Mark:
    """One mark: `coordinates` are its points in degrees (an area's ring is closed, a point has one).

    `style` names an entry of styles.py, `symbol` an icon, `size` the share of a scale where one applies.
    `label` belongs at `label_at` where that is given (labels.py places it); `tip` is text for hovering.
    """

    shape: Literal["line", "area", "point"]
    coordinates: tuple[Point, ...]
    style: str
    label: str = ""
    label_at: Point | None = None
    tip: str = ""
    symbol: str = ""
    size: float = 1.0


def build_median_lines(geography: Geography) -> list[Mark]:
    lines = []
    for feature in geography.of_kind("median_line"):
        is_ministry = feature["properties"]["id"] == "median_line_af"
        lines.append(
            Mark(
                "line",
                _list_points(feature),
                "median_line" if is_ministry else "median_line_other",
                "Median line (Taiwan’s ministry)" if is_ministry else "Median line (three-point version)",
                tip=_build_tip(feature),
            )
        )
    return lines


def build_adiz(geography: Geography) -> list[Mark]:
    words = {
        "adiz_china_ecs_2013": ("adiz_china", "China’s ADIZ (2013)"),
        "adiz_taiwan_derived": ("adiz_taiwan", "Taiwan’s ADIZ (derived)"),
        "adiz_japan_outer_partial": ("adiz_japan", "Japan’s ADIZ (part)"),
        "adiz_korea": ("adiz_korea", "South Korea’s ADIZ (2013)"),
    }
    marks = []
    for feature in geography.of_kind("adiz", "adiz_partial"):
        key = feature["properties"]["id"]
        points = _list_points(feature)
        # The first stretch of China's ring is a chord across the coast, added to close it: not a published line.
        points = points[1:] if key == "adiz_china_ecs_2013" else points
        style, label = words.get(key, ("fir", feature["properties"]["name"]))
        marks.append(Mark("line", points, style, label, tip=_build_tip(feature)))
    return marks


def build_fir(geography: Geography) -> list[Mark]:
    return [
        Mark("line", _list_points(f), "fir", shorten_name(_name(f)), tip=_build_tip(f))
        for f in geography.of_kind("fir")
    ]


def build_zone_marks(zones: Sequence[GeoJson]) -> list[Mark]:
    """Declared areas, labelled by the number or letter that ends their name's first part."""
    marks = []
    for zone in zones:
        properties = zone["properties"]
        points = _list_points(zone)
        span = " to ".join(_format_moment(properties[edge]) for edge in ("valid_from", "valid_to"))
        number = properties["name"].split(" zone ")[-1].split(" ")[0]
        tip = f"{properties['name']}\nDeclared by {properties['drawn_by']}\nIn force {span} (UTC+8)"
        marks.append(Mark("area", points, "zone", number, _find_centre(points), tip))
    return marks


def build_sectors(geography: Geography, days: pd.DataFrame) -> list[Mark]:
    """Days on which the ministry named each sector, from Queries.count_sector_days; one that wasn't is left out."""
    counts = dict(zip(days.sector, days.day_count, strict=True))
    reported = int(days.reported_day_count.max()) if len(days) else 0
    marks = []
    for sector in geography.sectors:
        name, count = sector["sector"], int(counts.get(sector["sector"], 0))
        if count:
            tip = (
                f"{name.capitalize()} sector of Taiwan’s ADIZ\nNamed as entered on {count} of {reported} reported days"
            )
            place = ((sector["longitude"], sector["latitude"]),)
            label = f"{name}: {count} of {reported} days"
            marks.append(Mark("point", place, "sector", label, tip=tip, size=count / reported))
    return marks


def build_features(geography: Geography) -> list[Mark]:
    built = {f["properties"]["id"]: f["properties"].get("built", "") for f in geography.of_kind("scs_feature")}
    marks = []
    for feature in list_features(geography):
        lines = [feature.name, f"{feature.group}; occupier: {feature.occupier_text}"]
        lines += [f"Built: {built[feature.key]}"] if built[feature.key] else []
        lines += ["Doubtful: inferred, reported once or told differently"] if feature.is_doubtful else []
        lines += [f"Source: {shorten_addresses(feature.source)}"] if feature.source else []
        symbol = name_holder(feature.occupier, is_doubtful=feature.is_doubtful)
        place, name = ((feature.longitude, feature.latitude),), shorten_name(feature.name)
        marks.append(Mark("point", place, "feature", name, tip="\n".join(lines), symbol=symbol))
    return marks


def build_ten_dashes(geography: Geography) -> list[Mark]:
    return [
        Mark("area", _list_points(f), "ten_dash", tip=_build_tip(f), label="Ten-dash line (China’s claim)")
        for f in geography.of_kind("ten_dash_line")
    ]


def build_baselines(geography: Geography) -> list[Mark]:
    return [
        Mark("line", _list_points(f), "baseline", "China’s baseline", tip=_build_tip(f))
        for f in geography.of_kind("baseline")
    ]


def build_eez_limits(geography: Geography) -> list[Mark]:
    return [
        Mark("line", _list_points(f), "eez", "EEZ limit (modelled)", tip=_build_tip(f))
        for f in geography.of_kind("eez_limit")
    ]


def build_fisheries(geography: Geography) -> list[Mark]:
    return [
        Mark("area", _list_points(f), "fisheries", "Provisional Measures Zone (China, South Korea)", tip=_build_tip(f))
        for f in geography.of_kind("fisheries_zone")
    ]


def build_restricted(geography: Geography) -> list[Mark]:
    return [
        Mark("area", _list_points(f), "restricted", "Kinmen’s control line", tip=_build_tip(f))
        for f in geography.of_kind("restricted_waters")
    ]


def build_lanes(geography: Geography) -> list[Mark]:
    return [
        Mark("line", tuple((x, y) for x, y, *_ in line), "lane", tip=_build_tip(feature))
        for feature in geography.of_kind("shipping_lane")
        for line in feature["geometry"]["coordinates"]
    ]


def build_bases(geography: Geography) -> list[Mark]:
    """Airfields, naval bases and ports; a port beside a naval base of the same name is left to it."""
    features = geography.of_kind(*_BASE_KINDS)
    marks = []
    for feature in features:
        properties = feature["properties"]
        kind = properties["kind"].replace("_", " ")
        tip = "\n".join(filter(None, [_name(feature), properties.get("role") or kind, properties.get("note", "")]))
        marks.append(
            Mark(
                "point", _list_points(feature), "base", _name(feature), tip=tip, symbol=_BASE_KINDS[properties["kind"]]
            )
        )
    return marks


def build_arc_marks(arcs: Sequence[Arc]) -> list[Mark]:
    return [Mark("area", arc.shape, _name_arc_style(arc), tip=arc.words) for arc in arcs]


def _name_arc_style(arc: Arc) -> str:
    if not arc.classed_count:
        return "arc_unclassed"
    return "arc_conflict" if arc.is_mostly_conflict else "arc_other"


def build_cell_marks(cells: Sequence[Cell]) -> list[Mark]:
    return [
        Mark(
            "area",
            cell.corners,
            "cell",
            tip=f"{cell.event_count} events here, {cell.severe_count} of severity 4 or 5",
            size=(cell.step + 1) / len(CLASS_EDGES),
        )
        for cell in cells
    ]


def shorten_addresses(sources: str) -> str:
    """Addresses by their host alone, each once: a line for hovering, of which nothing can be opened."""
    hosts = [urlsplit(part).hostname or part for part in sources.split("; ")]
    return ", ".join(dict.fromkeys(host.removeprefix("www.") for host in hosts))


def touches(mark: Mark, box: Box) -> bool:
    """True when some of a mark may lie in a box (west, south, east, north): its own box meets it."""
    xs, ys = zip(*mark.coordinates, strict=True)
    return bool(max(xs) >= box[0] and min(xs) <= box[2] and max(ys) >= box[1] and min(ys) <= box[3])


def _list_points(feature: GeoJson) -> tuple[Point, ...]:
    shape = feature["geometry"]
    if shape["type"] == "Point":
        return ((shape["coordinates"][0], shape["coordinates"][1]),)
    line: Line = shape["coordinates"][0] if shape["type"] == "Polygon" else shape["coordinates"]
    return tuple((point[0], point[1]) for point in line)


def _find_centre(ring: Sequence[Point]) -> Point:
    xs, ys = zip(*ring[:-1], strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _name(feature: GeoJson) -> str:
    return str(feature["properties"]["name"])


def _build_tip(feature: GeoJson) -> str:
    properties = feature["properties"]
    lines = [properties["name"]]
    lines += [f"Drawn by: {properties['drawn_by']}"] if properties.get("drawn_by") else []
    lines += [properties["note"]] if properties.get("note") else []
    lines += [f"Licence: {properties['licence']}"] if "CC BY" in properties.get("licence", "") else []
    return "\n".join(lines)


def _format_moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{format_day(moment)} {moment:%H:%M}"
