"""Places of the region under all their names, and where a text names one. Owns data/gazetteer.csv, never a coding."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from tension.errors import CuratedDataError
from tension.records.checked_files import read_table
from tension.records.events import Record
from tension.records.vocab import Region
from tension.settings import DATA_DIR
from tension.sources.coding.phrases import PhraseIndex

GAZETTEER_FILE = DATA_DIR / "gazetteer.csv"


def _split_names(cell: str) -> list[str]:
    return [name.strip() for name in cell.split("|") if name.strip()]


class Place(Record):
    """One place. `weight`: how strongly its name speaks for `region`. Degrees; None = not known."""

    place: str = Field(min_length=1)
    names: Annotated[tuple[str, ...], BeforeValidator(_split_names)] = Field(min_length=1)
    region: Region | None = None
    weight: int = Field(ge=0, le=6)
    kind: str = Field(min_length=1)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    geo_precision: Literal["exact", "area", "country"] | None = None
    coordinates_from: str | None = None

    @model_validator(mode="after")
    def _check_point(self) -> Place:
        given = (self.latitude, self.longitude, self.geo_precision, self.coordinates_from)
        if len({part is None for part in given}) > 1:
            raise ValueError("latitude, longitude, geo_precision and coordinates_from: give all or none")
        return self

    @property
    def is_specific(self) -> bool:
        """True where the place can stand as an event's location, False for a whole country or region."""
        return self.kind not in ("country", "area")


@lru_cache(maxsize=4)
def load_gazetteer(path: Path = GAZETTEER_FILE) -> PhraseIndex[Place]:
    """Every name of every place, ready to be looked for; CuratedDataError lists all faults by line."""
    places, faults = read_table(path.parent, Place, path.name, key="place")
    index: PhraseIndex[Place] = PhraseIndex()
    owners: dict[str, str] = {}
    for place in places:
        for name in place.names:
            if name in owners:
                faults.append(
                    f"{path.parent.name}/{path.name} {place.place}: name {name!r} belongs to {owners[name]} already"
                )
            owners[name] = place.place
            index.add(name, place)
    if faults:
        raise CuratedDataError(faults)
    return index
