"""Counts and selections behind an actor's profile, from frames and records already read. Pure: reads no store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from tension.records.vocab import QuadClass

if TYPE_CHECKING:
    import pandas as pd

    from tension.records.actors import Actor, Person
    from tension.records.article import ArticleCheck
    from tension.records.filters import EventFilter

# The columns to count events by, so that one query serves the profile of every state.
ACT_COLUMNS = ("initiator", "target", "quad_class")


class Dated(Protocol):
    """A statement or a change with its day."""

    @property
    def date(self) -> date: ...


AnyDated = TypeVar("AnyDated", bound=Dated)


@dataclass(frozen=True)
class ActCounts:
    """Events in which a state acted and in which it was acted on, and how many of each were material conflict."""

    initiated_count: int = 0
    targeted_count: int = 0
    initiated_conflict_count: int = 0
    targeted_conflict_count: int = 0

    @property
    def event_count(self) -> int:
        """Events in which the state acts or is acted on."""
        return self.initiated_count + self.targeted_count

    @property
    def initiated_conflict_share(self) -> float | None:
        """Material conflict as a share (0 to 1) of the state's own acts; None where it has none."""
        return self.initiated_conflict_count / self.initiated_count if self.initiated_count else None


def build_act_counts(acts: pd.DataFrame) -> dict[str, ActCounts]:
    """ActCounts per state from events counted by ACT_COLUMNS; an act without a target is its initiator's alone."""
    sums: dict[str, list[int]] = {}
    for row in acts.to_dict("records"):
        count, is_conflict = row["event_count"], row["quad_class"] == QuadClass.MATERIAL_CONFLICT
        for place, state in enumerate((row["initiator"], row["target"])):
            if isinstance(state, str):
                counts = sums.setdefault(state, [0, 0, 0, 0])
                counts[place] += int(count)
                counts[place + 2] += int(count) if is_conflict else 0
    return {state: ActCounts(*counts) for state, counts in sorted(sums.items())}


def build_partner_counts(dyads: pd.DataFrame, iso3: str) -> pd.DataFrame:
    """Events between a state and each counterpart, from `Queries.count_dyads`.

    Columns: `counterpart` (ISO3), `role` of the state ('initiator' or 'target'), `quad_class`, `event_count`,
    `max_severity`. Ordered by all events with a counterpart, most first.
    """
    other = {"initiator": "target", "target": "initiator"}
    columns = ["counterpart", "role", "quad_class", "event_count", "max_severity"]
    parts = [
        dyads[(dyads[role] == iso3) & (dyads[other[role]] != iso3)]
        .rename(columns={other[role]: "counterpart"})
        .assign(role=role)[columns]
        for role in other
    ]
    found = parts[0] if parts[1].empty else parts[1] if parts[0].empty else _concat(parts)
    totals = found.groupby("counterpart").event_count.sum()
    return (
        found.assign(total=found.counterpart.map(totals))
        .sort_values(["total", "counterpart", "role", "quad_class"], ascending=[False, True, True, True])
        .drop(columns="total")
        .reset_index(drop=True)
    )


def rank_states(dyads: pd.DataFrame, limit: int | None = None) -> list[str]:
    """States (ISO3) by events as initiator or target, most first."""
    totals = dyads.groupby("initiator").event_count.sum().add(dyads.groupby("target").event_count.sum(), fill_value=0)
    ranked = sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [str(state) for state, _ in ranked[:limit]]


def select_events_of(events: pd.DataFrame, wanted: EventFilter, iso3: str) -> pd.DataFrame:
    """The events that name a state and are in view.

    `events` are read with `actors=(iso3,)`, which stands in for the view's own actors: where those are others,
    an event must name one of them too.
    """
    if not wanted.actors or iso3 in wanted.actors:
        return events
    others = set(wanted.actors)
    return events[[not others.isdisjoint(actors) for actors in events.actors]].reset_index(drop=True)


def select_known(entries: Iterable[AnyDated], as_of: date | None) -> list[AnyDated]:
    """Entries dated on or before the as-of day, newest first."""
    known = [entry for entry in entries if as_of is None or entry.date <= as_of]
    return sorted(known, key=lambda entry: entry.date, reverse=True)


def select_within(entries: Iterable[AnyDated], wanted: EventFilter) -> list[AnyDated]:
    """Entries within the view's dates and known on its as-of day, oldest first."""
    known = reversed(select_known(entries, wanted.as_of))
    return [
        entry
        for entry in known
        if not (wanted.since and entry.date < wanted.since) and not (wanted.until and entry.date > wanted.until)
    ]


def select_checks_of(name: str, checks: Sequence[ArticleCheck]) -> list[ArticleCheck]:
    """The checked statements of the article about a person: those that use a part of the name.

    A claim that opens with 'His' or 'Her' speaks of whoever the claim before it speaks of.
    """
    parts = re.compile(rf"\b(?:{'|'.join(re.escape(part) for part in name.split())})\b")
    selected: list[ArticleCheck] = []
    is_about = False
    for check in checks:
        if not re.match(r"(?:His|Her)\b", check.claim):
            is_about = bool(parts.search(check.claim))
        if is_about:
            selected.append(check)
    return selected


def find_person(actors: Iterable[Actor], name: str) -> Person | None:
    """The office holder of that name among the profiles, None where there is none."""
    return next((person for actor in actors for person in actor.key_people if person.name == name), None)


def name_host(url: str) -> str:
    """The site of a web address, as a short name for a link."""
    return (urlsplit(url).hostname or "source").removeprefix("www.")


def first_sentence(text: str) -> str:
    """The first sentence of a text, for a card."""
    return re.split(r"(?<=\w{3}\.)\s+(?=[A-Z])", text.strip(), maxsplit=1)[0]


def _concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(parts, ignore_index=True)
