"""Events as GeoJSON (RFC 7946) and KML (OGC 2.2), those that may be passed on. Takes frames in EVENT_SCHEMA."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tension.exports.records import EDITORS_ONLY, FIGURES, is_missing, read_figures, to_plain
from tension.exports.terms import keep_exportable
from tension.figures.palette import LIGHT
from tension.records.vocab import QuadClass

_HIDDEN = frozenset({*EDITORS_ONLY, "latitude", "longitude"})
_KML = "http://www.opengis.net/kml/2.2"
_KML_FIELDS = (
    *("event_id", "region", "location", "geo_precision", "category", "severity", "quad_class"),
    *("initiator", "target", "actors"),
)
_NOT_XML_ID = re.compile(r"[^\w.-]", re.ASCII)
# XML 1.0 allows no other control characters.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_geojson(events: pd.DataFrame, note: str = "") -> bytes:
    """A FeatureCollection, one Feature an event; an event without coordinates has a null geometry.

    `note`, where there is one, says what was left out.
    """
    features = [
        {
            "type": "Feature",
            "id": row["event_id"],
            "geometry": _build_point(row),
            "properties": _build_properties(row),
        }
        for row in keep_exportable(events).to_dict("records")
    ]
    collection = {"type": "FeatureCollection", "features": features} | ({"note": note} if note else {})
    return json.dumps(collection, ensure_ascii=False, allow_nan=False).encode()


def _build_properties(row: Mapping[Any, Any]) -> dict[str, Any]:
    shown = {key: to_plain(value) for key, value in row.items() if key not in _HIDDEN and not is_missing(value)}
    return shown | {name: read_figures(row[name]) for name in FIGURES if name in row}


def to_kml(events: pd.DataFrame, name: str = "Events", note: str = "") -> bytes:
    """A KML document with a placemark for every event that has coordinates, its days and its coding.

    `note`, where there is one, says what was left out.
    """
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = ET.SubElement(root, f"{{{_KML}}}Document")
    _add(document, "name", name)
    if note:
        _add(document, "description", note)
    for quad in QuadClass:
        _add_style(document, quad)
    for row in keep_exportable(events).to_dict("records"):
        if _build_point(row):
            _add_placemark(document, {str(key): value for key, value in row.items()})
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _build_point(row: Mapping[Any, Any]) -> dict[str, Any] | None:
    place = (row.get("longitude"), row.get("latitude"))
    if any(is_missing(value) for value in place):
        return None
    return {"type": "Point", "coordinates": [float(value) for value in place if value is not None]}


def _add(parent: ET.Element, tag: str, text: object = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_KML}}}{tag}", attributes)
    if text is not None:
        child.text = _NOT_XML.sub("", str(text))
    return child


def _add_style(document: ET.Element, quad: QuadClass) -> None:
    # KML colours are alpha, blue, green, red.
    red, green, blue = (LIGHT.quad[quad][i : i + 2] for i in (1, 3, 5))
    style = _add(document, "Style", id=quad.slug)
    _add(_add(style, "IconStyle"), "color", f"ff{blue}{green}{red}")


def _build_description(row: Mapping[str, Any]) -> str:
    """Summary and sources; viewers read a description as HTML, so what comes from a record is escaped once more."""
    sources = row.get("sources")
    lines = [] if is_missing(row.get("summary")) else [str(row["summary"])]
    lines += [f"{source['publisher']}: {source['url']}" for source in ([] if sources is None else sources)]
    return "<br>".join(html.escape(line) for line in lines)


def _add_placemark(document: ET.Element, row: Mapping[str, Any]) -> None:
    mark = _add(document, "Placemark", id=_NOT_XML_ID.sub("-", f"event-{row['event_id']}"))
    _add(mark, "name", row["title"])
    _add(mark, "description", _build_description(row))
    first, last = to_plain(row["occurred_date"]), to_plain(row.get("end_date"))
    if last and last != first:
        span = _add(mark, "TimeSpan")
        _add(span, "begin", first)
        _add(span, "end", last)
    else:
        _add(_add(mark, "TimeStamp"), "when", first)
    if not is_missing(row.get("quad_class")):
        _add(mark, "styleUrl", f"#{QuadClass(int(row['quad_class'])).slug}")
    fields = _add(mark, "ExtendedData")
    for name in _KML_FIELDS:
        value = to_plain(row.get(name))
        if value not in (None, "", []):
            shown = "; ".join(map(str, value)) if isinstance(value, list) else value
            _add(_add(fields, "Data", name=name), "value", shown)
    point = _add(mark, "Point")
    _add(point, "coordinates", f"{float(row['longitude'])},{float(row['latitude'])}")
