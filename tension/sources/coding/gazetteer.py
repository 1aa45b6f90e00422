"""Places of the region under all their names, and where a text names one. Owns data/gazetteer.csv, never a coding."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tension.errors import CuratedDataError
from tension.records.vocab import GEO_PRECISIONS, Region
from tension.settings import DATA_DIR
from tension.sources.coding.phrases import PhraseIndex

GAZETTEER_FILE = DATA_DIR / "gazetteer.csv"
NO_REGION_WEIGHT = 1


@dataclass(frozen=True)
class Place:
    """One place. `weight` 0 to 6: how strongly its name speaks for `region`. Degrees; None = not known."""

    name: str
    names: tuple[str, ...]
    region: Region | None
    weight: int
    kind: str
    latitude: float | None
    longitude: float | None
    geo_precision: str | None

    @property
    def is_specific(self) -> bool:
        """True where the place can stand as an event's location, False for a whole country or region."""
        return self.kind not in ("country", "area")


@lru_cache(maxsize=4)
def load_gazetteer(path: Path = GAZETTEER_FILE) -> PhraseIndex[Place]:
    """Every name of every place, ready to be looked for; CuratedDataError lists all faults by line."""
    faults: list[str] = []
    index: PhraseIndex[Place] = PhraseIndex()
    owners: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                place = _read_place(row)
            except (ValueError, TypeError, KeyError) as error:
                faults.append(f"{path.name} line {number}: {error}")
                continue
            for name in place.names:
                if name in owners:
                    faults.append(f"{path.name} line {number}: name {name!r} already belongs to {owners[name]}")
                owners[name] = place.name
                index.add(name, place)
    if faults:
        raise CuratedDataError(faults)
    return index


def _read_place(row: dict[str, str]) -> Place:
    weight = int(row["weight"])
    if not 0 <= weight <= 6:
        raise ValueError(f"weight {weight} is not allowed; allowed: 0 to 6")
    names = tuple(filter(None, (name.strip() for name in row["names"].split("|"))))
    if not names or not row["place"]:
        raise ValueError("place and names: give at least one name")
    precision = row["geo_precision"] or None
    if precision and precision not in GEO_PRECISIONS:
        raise ValueError(f"geo_precision {precision!r} is not allowed; allowed: {', '.join(GEO_PRECISIONS)}")
    has_point = bool(row["latitude"])
    if (
        has_point != bool(row["longitude"])
        or has_point != bool(precision)
        or has_point != bool(row["coordinates_from"])
    ):
        raise ValueError("latitude, longitude, geo_precision and coordinates_from: give all or none")
    latitude, longitude = (float(row["latitude"]), float(row["longitude"])) if has_point else (None, None)
    if latitude is not None and longitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"coordinates {latitude}, {longitude} are not on the globe")
    region = Region(row["region"]) if row["region"] else None
    return Place(row["place"], names, region, weight, row["kind"], latitude, longitude, precision)
