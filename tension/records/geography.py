"""Land, claim lines, zones, features and bases from `data/geo`: who drew what, from which source. Draws nothing."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from tension.records.events import Sector

GeoJson = dict[str, Any]

# Files whose features are found by their kind; the others are land.
MARKED_FILES = ("lines_zones", "zones_added", "lanes_sharealike", "points", "scs_features")
LAYER_FILES = ("land_wide", "land_middle", "land_close", *MARKED_FILES)


@dataclass(frozen=True)
class PlaceLabel:
    """A name at a place in degrees. `rank` 1 stands first, from the zoom `min_zoom` on.

    `aliases` were read on a page; `search_names` were not, and serve searching alone.
    """

    name: str
    kind: str
    country: str
    longitude: float
    latitude: float
    rank: int
    min_zoom: int
    aliases: tuple[str, ...]
    search_names: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Geography:
    """GeoJSON feature collections (WGS 84, longitude first) by the name of their file, with sector and place labels."""

    layers: dict[str, GeoJson]
    sectors: tuple[dict[str, Any], ...]
    labels: tuple[PlaceLabel, ...] = ()

    def of_kind(self, *kinds: str) -> list[GeoJson]:
        """Features of the files that hold more than land whose `kind` is one of these, in file order."""
        return [f for f in self._marked if f["properties"]["kind"] in kinds]

    def exercise_zones(self, on: date | None = None) -> list[GeoJson]:
        """Declared exercise areas: all of them, or those in force at any hour of a day (UTC+8)."""
        zones = self.of_kind("exercise_zone")
        if on is None:
            return zones
        return [z for z in zones if _read_day(z, "valid_from") <= on <= _read_day(z, "valid_to")]

    @cached_property
    def _marked(self) -> list[GeoJson]:
        return [feature for name in MARKED_FILES for feature in self.layers[name]["features"]]


def load_geography(folder: Path, shown_path: str) -> tuple[Geography | None, list[str]]:
    """The geography of a folder, and its faults; None when there are any."""
    faults: list[str] = []
    layers: dict[str, GeoJson] = {}
    for name in LAYER_FILES:
        path = folder / f"{name}.geojson"
        try:
            layers[name] = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            faults.append(f"{shown_path}/{path.name}: {error.strerror}")
            continue
        except ValueError as error:
            faults.append(f"{shown_path}/{path.name}: not readable as GeoJSON ({error})")
            continue
        needed = ("id", "name", "kind") if name in MARKED_FILES else ("name",)
        faults += _check_features(layers[name], f"{shown_path}/{path.name}", needed)
    sectors, sector_faults = _load_sectors(folder / "taiwan_adiz_sectors.csv", f"{shown_path}/taiwan_adiz_sectors.csv")
    labels, label_faults = load_labels(folder / "labels.csv", f"{shown_path}/labels.csv")
    faults += [*sector_faults, *label_faults]
    return (None if faults else Geography(layers, sectors, labels)), faults


def _check_features(collection: GeoJson, where: str, needed: tuple[str, ...]) -> list[str]:
    faults = []
    for number, feature in enumerate(collection.get("features", []), start=1):
        properties = feature.get("properties") or {}
        label = properties.get("id") or properties.get("name") or f"feature {number}"
        if not feature.get("geometry"):
            faults.append(f"{where} {label}: geometry is missing; allowed: a GeoJSON geometry")
        for name in needed:
            if not properties.get(name):
                faults.append(f"{where} {label}: {name} is missing; allowed: text")
        for edge in ("valid_from", "valid_to"):
            if edge in properties and not _is_moment(properties[edge]):
                faults.append(f"{where} {label}: {edge}: {properties[edge]!r}; allowed: ISO 8601 with offset")
    if not collection.get("features"):
        faults.append(f"{where}: no features; allowed: a FeatureCollection")
    return faults


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _read_day(zone: GeoJson, edge: str) -> date:
    return datetime.fromisoformat(zone["properties"][edge]).date()


def _load_sectors(path: Path, where: str) -> tuple[tuple[dict[str, Any], ...], list[str]]:
    rows, faults = _read_rows(path, where)
    sectors = []
    for line, row in rows:
        if row.get("sector") not in get_args(Sector):
            faults.append(f"{where}:{line}: sector: {row.get('sector')!r}; allowed: {', '.join(get_args(Sector))}")
            continue
        try:
            place = {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
        except (KeyError, TypeError, ValueError):
            faults.append(f"{where}:{line}: latitude and longitude; allowed: decimal degrees")
            continue
        sectors.append({"sector": row["sector"], **place, "note": row.get("note") or ""})
    return tuple(sectors), faults


def load_labels(path: Path, where: str) -> tuple[tuple[PlaceLabel, ...], list[str]]:
    """The names of places of a CSV, and its faults; `where` is the path as it is told."""
    rows, faults = _read_rows(path, where)
    labels = []
    for line, row in rows:
        try:
            labels.append(_build_label(row))
        except (KeyError, ValueError, TypeError) as error:
            faults.append(
                f"{where}:{line} {row.get('name') or ''}: {error}; allowed: lat and lon in decimal degrees, rank and "
                "min_zoom in whole numbers"
            )
    return tuple(labels), faults


def _read_rows(path: Path, where: str) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """The rows of a CSV with their lines, or why it can't be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(enumerate(csv.DictReader(file), start=2)), []
    except OSError as error:
        return [], [f"{where}: {error.strerror}"]
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [f"{where}: {error}"]


def _build_label(row: dict[str, str]) -> PlaceLabel:
    return PlaceLabel(
        name=row["name"],
        kind=row["kind"],
        country=row["country"],
        longitude=float(row["lon"]),
        latitude=float(row["lat"]),
        rank=int(row["rank"]),
        min_zoom=int(row["min_zoom"]),
        aliases=_split_names(row["aliases"]),
        search_names=_split_names(row["search_names"]),
        note=row["note"],
    )


def _split_names(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split(";") if name.strip())
