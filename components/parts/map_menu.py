"""The export menu of a map: the pictures and the table of any chart, and the events as GeoJSON and KML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from components.loaders import get_desk, load_file_events, tell_file_limit
from components.parts.export_menu import ExtraFile, show_export_menu
from components.view.address import build_link
from tension.exports.geo import to_geojson, to_kml
from tension.exports.metadata import seal_file
from tension.exports.seal import build_seal
from tension.records.filters import EventFilter
from tension.words import lower_first


def show_map_menu(wanted: EventFilter, options: Mapping[str, str], place: str = "map") -> None:
    """`options` are those of the chart `map` that draw what the reader sees; `place` tells two maps apart."""
    limit = tell_file_limit(wanted)
    extra = (
        ExtraFile("geojson", partial(_build_geojson, wanted)),
        ExtraFile("kml", partial(_build_kml, wanted)),
    )
    note = f"GeoJSON and KML: {lower_first(limit)}." if limit else ""
    show_export_menu("map", wanted, options, place=place, extra=extra, note=note)


def _build_geojson(wanted: EventFilter) -> bytes:
    return _seal(wanted, "geojson", to_geojson(load_file_events(wanted), tell_file_limit(wanted)))


def _build_kml(wanted: EventFilter) -> bytes:
    return _seal(
        wanted, "kml", to_kml(load_file_events(wanted), f"Events: {wanted.describe()}", tell_file_limit(wanted))
    )


def _seal(wanted: EventFilter, file_format: str, content: bytes) -> bytes:
    seal = build_seal(get_desk(), "events", "", wanted, [load_file_events(wanted)], link=build_link("map", wanted))
    return seal_file(content, file_format, seal)
