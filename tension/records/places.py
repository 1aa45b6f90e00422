"""Which states, seas and waters belong to the theatre, from `data/codes`. Owns scope by place, never a source's format.

The theatre is the area of responsibility of the US Indo-Pacific Command (its list of 36 nations), with Taiwan, Hong
Kong, Macau, the Pacific territories, and the island states around Diego Garcia.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from tension.records.vocab import Region
from tension.settings import DATA_DIR

THEATRE_GROUPS = ("front", "theatre")


@dataclass(frozen=True)
class State:
    """A state or territory with its codes; `home_region` is where an event on its land is counted, None outside."""

    iso3: str
    name: str
    cameo_code: str
    fips_code: str
    gw_code: str
    iso_number: str
    group: str
    home_region: Region | None


@dataclass(frozen=True)
class Water:
    """A box of water and small islands (degrees, WGS 84) that tells its region, whatever state a gazetteer names."""

    name: str
    region: Region
    south: float
    north: float
    west: float
    east: float


@cache
def load_states() -> dict[str, State]:
    """All states by ISO 3166-1 alpha-3."""
    rows = _read_rows("states.csv")
    return {
        row["iso3"]: State(
            row["iso3"],
            row["name"],
            row["cameo_code"],
            row["fips_code"],
            row["gw_code"],
            row["iso_number"],
            row["group"],
            Region(row["home_region"]) if row["home_region"] else None,
        )
        for row in rows
    }


@cache
def load_waters() -> tuple[Water, ...]:
    """The boxes of disputed or contested water."""
    return tuple(
        Water(row["name"], Region(row["region"]), *(float(row[k]) for k in ("south", "north", "west", "east")))
        for row in _read_rows("waters.csv")
    )


@cache
def load_seas() -> dict[str, tuple[Region, bool]]:
    """Lower-case names of seas, straits and features: their region, and whether they are open ocean."""
    return {row["name"]: (Region(row["region"]), row["is_open_ocean"] == "yes") for row in _read_rows("seas.csv")}


def find_sea(place_name: str) -> Region | None:
    """The region of the first listed sea, strait or feature that a place's name holds."""
    lowered = place_name.lower()
    return next((region for name, (region, _) in load_seas().items() if name in lowered), None)


def find_region(
    iso3: str | None, place_name: str = "", latitude: float | None = None, longitude: float | None = None
) -> Region | None:
    """The region of a place, None when it lies outside the theatre: named sea first, then water box, then the state."""
    sea = find_sea(place_name)
    if sea:
        return sea
    if latitude is not None and longitude is not None:
        for water in load_waters():
            if water.south <= latitude <= water.north and water.west <= longitude <= water.east:
                return water.region
    state = load_states().get(iso3 or "")
    return state.home_region if state else None


def _read_rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / "codes" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
