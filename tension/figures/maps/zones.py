"""Declared exercise areas by date: which were in force, and which exercises ran whose areas are not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from tension.errors import BadInput
from tension.records.geography import Geography, GeoJson
from tension.records.vocab import Category, Region
from tension.words import format_day

IN_FORCE = "in-force"


@dataclass(frozen=True)
class Exercise:
    """An exercise whose declared areas are in the bundled geography. `key` is its name as a slug."""

    key: str
    name: str
    first_date: date
    last_date: date
    zone_count: int


def list_exercises(geography: Geography) -> list[Exercise]:
    """Exercises with known areas, oldest first."""
    by_name: dict[str, list[GeoJson]] = {}
    for zone in geography.exercise_zones():
        by_name.setdefault(zone["properties"]["exercise"], []).append(zone)
    return [_build_exercise(name, zones) for name, zones in by_name.items()]


def choose_zones(geography: Geography, on: date, exercise: str = IN_FORCE) -> list[GeoJson]:
    """Areas in force on a day, or all those of an exercise by its key; BadInput lists the keys."""
    if exercise == IN_FORCE:
        return geography.exercise_zones(on)
    names = {known.key: known.name for known in list_exercises(geography)}
    if exercise not in names:
        raise BadInput("zones", exercise, (IN_FORCE, *names))
    return [z for z in geography.exercise_zones() if z["properties"]["exercise"] == names[exercise]]


def find_unmapped(events: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """Named Chinese exercises around Taiwan in a frame of events whose areas were not found: title, first and last day.

    An exercise counts as mapped when known areas were in force on one of its days.
    """
    is_named = events.tags.map(lambda tags: "named_exercise" in list(tags)).astype(bool)
    around = events[
        is_named
        & (events.region == Region.TAIWAN_STRAIT.value)
        & (events.category == Category.MILITARY_EXERCISE.value)
        & (events.initiator == "CHN")
    ]
    last = around.end_date.fillna(around.occurred_date)
    found = around[["event_id", "title", "occurred_date"]].assign(last_date=last)
    is_mapped = pd.Series(False, index=found.index)
    for exercise in list_exercises(geography):
        first, final = pd.Timestamp(exercise.first_date), pd.Timestamp(exercise.last_date)
        is_mapped |= (found.occurred_date <= final) & (found.last_date >= first)
    return found[~is_mapped].rename(columns={"occurred_date": "first_date"})


def describe_zones(geography: Geography, unmapped: pd.DataFrame, on: date, exercise: str = IN_FORCE) -> str:
    """What is drawn for a day or an exercise, and which exercise of that day has no known area."""
    zones, day = choose_zones(geography, on, exercise), format_day(on)
    names = ", ".join(dict.fromkeys(zone["properties"]["exercise"] for zone in zones))
    if exercise != IN_FORCE:
        said = f"{len(zones)} declared areas of {names}."
    elif zones:
        said = f"{len(zones)} declared areas in force on {day}: {names}."
    else:
        said = f"No known exercise area was in force on {day}."
    running = unmapped[(unmapped.first_date <= pd.Timestamp(on)) & (unmapped.last_date >= pd.Timestamp(on))]
    if exercise == IN_FORCE and len(running):
        return f"{said} Running that day, areas not found: {'; '.join(running.title)}."
    return said


def _build_exercise(name: str, zones: list[GeoJson]) -> Exercise:
    key = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    first = min(datetime.fromisoformat(zone["properties"]["valid_from"]).date() for zone in zones)
    last = max(datetime.fromisoformat(zone["properties"]["valid_to"]).date() for zone in zones)
    return Exercise(key, name, first, last, len(zones))
