"""What readers of official counts share: the declared series, and a row of one with the unit that its card gives."""

from __future__ import annotations

from datetime import date
from functools import cache

from tension.errors import FormatError
from tension.records.checked_files import read_lists
from tension.records.measurements import Measurement
from tension.records.series import SERIES_FILE, SeriesCard, find_card
from tension.settings import DATA_DIR
from tension.sources.base import DateWindow


@cache
def load_cards() -> tuple[SeriesCard, ...]:
    """The declared series; their faults are told by `check-data`."""
    cards, _ = read_lists(DATA_DIR, SeriesCard, [DATA_DIR / SERIES_FILE], key="series")
    return tuple(cards)


def load_card(series: str) -> SeriesCard:
    """The card of a series that a reader keeps current; FormatError where nobody declared it."""
    card = find_card(load_cards(), series)
    if card is None:
        raise FormatError(f"series {series} isn't declared; allowed: {', '.join(c.series for c in load_cards())}")
    return card


def build_row(
    card: SeriesCard, measure: str, span: tuple[date, date], value: float, place: str, url: str, note: str = ""
) -> Measurement:
    """A value of a declared measure, in its unit and under its publisher."""
    unit = next(found.unit for found in card.measures if found.measure == measure)
    return Measurement(card.series, *span, place, measure, value, unit, card.publisher, url, note)


def find_first_day(card: SeriesCard, window: DateWindow) -> date:
    """The first day to fetch: the window's, or the end of what the release covers where nothing was fetched before."""
    return window.since if window.first_day else min(window.since, card.cover.until)
