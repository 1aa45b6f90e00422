"""The source line of a picture: who is credited for what it shows, with what their terms ask for. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tension.records.filters import EventFilter
from tension.records.source_cards import CURATED, SOURCE_CARDS

if TYPE_CHECKING:
    from tension.desk import Desk

_CURATED = "curated record of public reports (each event names its own; a lower bound of what happened)"


def name_sources(desk: Desk, wanted: EventFilter, *more: str) -> str:
    """The source line of a picture of events: every source that has one in view, then `more` sentences.

    Where nothing is in view, those that the filter asks for.
    """
    return format_sources(find_sources(desk, wanted), *more)


def find_sources(desk: Desk, wanted: EventFilter) -> tuple[str, ...]:
    """The keys of the sources that have an event in view, in the order of the filter; all of it where none has."""
    asked = wanted.source_keys or tuple(SOURCE_CARDS)
    if len(asked) == 1:
        return asked
    found = set(desk.queries.count_events(wanted, ["source_key"]).source_key)
    return tuple(key for key in asked if key in found) or asked


def format_sources(keys: Iterable[str], *more: str) -> str:
    """'Source: A; B.' and what else is to be said, as sentences."""
    line = f"Source: {'; '.join(credit_source(key) for key in keys)}."
    return " ".join([line, *(part for part in more if part)])


def credit_source(key: str) -> str:
    """A source as it wants to be named: title, site, terms, and that nobody here has reviewed its rows."""
    if key == CURATED:
        return _CURATED
    card = SOURCE_CARDS[key]
    site = urlsplit(card.url).netloc.removeprefix("www.") if card.is_coded_elsewhere else ""
    review = "coded by machine, not reviewed" if card.is_machine_coded else "not reviewed here"
    return f"{card.title} ({'; '.join(part for part in (site, card.licence, review) if part)})"
