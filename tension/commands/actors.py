"""The command that prints the profiles of the theatre's states: role, positions, posture, ties, people."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from tension.commands.failures import ends_in_one_line
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import BadInput
from tension.records.actors import Actor

_LIST_COLUMNS = ("iso3", "name", "as_of", "positions", "red lines", "posture", "ties", "people")
_PROFILE_COLUMNS = ("kind", "date", "text", "source_url")


class ActorFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


@ends_in_one_line
def print_actors(
    iso3: Annotated[str, typer.Argument(help="ISO 3166 alpha-3 code; without it, every profile.")] = "",
    output: Annotated[ActorFormat, typer.Option("--format", help="How to print.")] = ActorFormat.TABLE,
) -> None:
    """Profiles of states: role, positions and red lines, posture changes, organizations, ties, people."""
    chosen = choose_actors(open_desk().record.actors, iso3)
    if output is ActorFormat.JSON:
        print_json([build_actor_json(actor) for actor in chosen])
    elif iso3:
        print(f"{chosen[0].name} ({chosen[0].iso3}), as of {chosen[0].as_of}\n{chosen[0].role_in_theatre}\n")
        print_table(_list_profile(chosen[0]), _PROFILE_COLUMNS)
    else:
        print_table([_count_profile(actor) for actor in chosen], _LIST_COLUMNS)


def choose_actors(actors: tuple[Actor, ...], iso3: str) -> tuple[Actor, ...]:
    """The profile of one state, or all where none is named; BadInput lists the codes that have one."""
    if not iso3:
        return actors
    chosen = tuple(actor for actor in actors if actor.iso3 == iso3.strip().upper())
    if not chosen:
        raise BadInput("actor", iso3, (actor.iso3 for actor in actors))
    return chosen


def build_actor_json(actor: Actor) -> dict[str, Any]:
    """A profile with the field names of the curated file; what no page gave is null."""
    return actor.model_dump(mode="json", by_alias=True)


def _count_profile(actor: Actor) -> dict[str, Any]:
    counts = {
        "positions": actor.stated_positions,
        "red lines": actor.red_lines,
        "posture": actor.posture_changes,
        "ties": actor.treaty_ties,
        "people": actor.key_people,
    }
    as_of = actor.as_of.split(" (")[0]
    return {"iso3": actor.iso3, "name": actor.name, "as_of": as_of} | {k: len(v) for k, v in counts.items()}


def _list_profile(actor: Actor) -> Iterator[dict[str, Any]]:
    """A profile as rows; the date of a person is the first day in office."""
    for kind, statements in (("position", actor.stated_positions), ("red line", actor.red_lines)):
        for said in statements:
            yield _row(kind, str(said.date), said.statement, said.source_url)
    for change in actor.posture_changes:
        yield _row("posture", str(change.date), change.what, change.source_url)
    for tie in actor.treaty_ties:
        yield _row("tie", str(tie.date), f"{tie.with_iso3}: {tie.instrument}", tie.source_url)
    for body in actor.key_organizations:
        yield _row("organization", "", f"{body.name} ({body.kind}): {body.note}".removesuffix(": "), "")
    for person in actor.key_people:
        until = f", until {person.until}" if person.until else ""
        yield _row("person", person.since or "", f"{person.name}, {person.office}{until}", person.source_url)


def _row(kind: str, day: str, text: str, url: str) -> dict[str, Any]:
    return {"kind": kind, "date": day, "text": text, "source_url": url}
