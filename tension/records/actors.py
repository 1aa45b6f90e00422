"""Actor records: states of the theatre and their people, each statement dated and sourced. Owns validation only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from tension.records.events import Iso3, Record, WebAddress

# A day, a month or a year, as precise as the source was.
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Statement(Record):
    """A position or a red line, in our words."""

    statement: str = Field(min_length=1)
    topic: str
    date: date
    source_url: WebAddress


class PostureChange(Record):
    """A change in forces, basing, doctrine or spending."""

    date: date
    what: str = Field(min_length=1)
    source_url: WebAddress


class Organization(Record):
    """A body that acts for the state."""

    name: str
    kind: str
    note: str = ""


class TreatyTie(Record):
    """An instrument that binds the state to others (`with`, joined by a slash), and the day of the act cited."""

    with_iso3: Annotated[str, Field(alias="with", pattern=r"^[A-Z]{3}(/[A-Z]{3})*$")]
    instrument: str
    date: date
    source_url: WebAddress


class Person(Record):
    """A person in office; `since` is empty where no page gave it."""

    name: str
    office: str
    since: PartialDate | None = None
    until: PartialDate | None = None
    born: PartialDate | None = None
    note: str = ""
    source_url: WebAddress


class Actor(Record):
    """A state's profile. `as_of` says how far its sources reach; some 'red lines' are firm positions."""

    iso3: Iso3
    name: str
    as_of: str
    role_in_theatre: str
    stated_positions: tuple[Statement, ...] = ()
    red_lines: tuple[Statement, ...] = ()
    posture_changes: tuple[PostureChange, ...] = ()
    key_organizations: tuple[Organization, ...] = ()
    treaty_ties: tuple[TreatyTie, ...] = ()
    key_people: tuple[Person, ...] = ()


def find_person(actors: Iterable[Actor], name: str) -> Person | None:
    """The office holder of that whole name among the profiles, None where there is none."""
    return next((person for actor in actors for person in actor.key_people if person.name == name), None)
