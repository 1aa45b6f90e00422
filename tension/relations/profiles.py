"""What of a state's profile is known and in view. Pure: reads no store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from tension.records.filters import EventFilter


class Dated(Protocol):
    """A statement or a change with its day."""

    @property
    def date(self) -> date: ...


AnyDated = TypeVar("AnyDated", bound=Dated)


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
