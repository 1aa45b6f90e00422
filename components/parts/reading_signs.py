"""What readings look like in a template: a sign in its colour, a word, and words for who can't see the sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.assessments.wording import describe_marks, name_claim, name_reading, pick_sign
from tension.figures.palette import Palette
from tension.figures.states import pick_mark_color, pick_way_color


@dataclass(frozen=True)
class Sign:
    """One indicator: its sign and colour, its word, and both with its title."""

    sign: str
    color: str
    word: str
    words: str


@dataclass(frozen=True)
class Strip:
    """One claim on a day: its word, a sign for each indicator in the order of its parts, and the signs in words."""

    as_of: date
    word: str
    signs: tuple[Sign, ...]
    said: str


def build_state(reading: IndicatorReading, palette: Palette) -> Sign:
    """The sign of an indicator beside its word: a word of its own, by which up is no worse than down, has no colour."""
    is_own_word = str(reading.state) in reading.indicator.words
    return _build_sign(reading, palette.muted if is_own_word else pick_mark_color(reading.mark, palette))


def build_strip(reading: ClaimReading, palette: Palette) -> Strip:
    """The word and the signs of a claim, in the colours of its way to the worse."""
    way = reading.rule.escalation
    signs = tuple(_build_sign(found, pick_way_color(found.mark, way, palette)) for found in reading.marked)
    return Strip(reading.as_of, name_claim(reading), signs, describe_marks(reading))


def _build_sign(reading: IndicatorReading, color: str) -> Sign:
    word = name_reading(reading)
    return Sign(pick_sign(reading), color, word, f"{reading.indicator.title}: {word}")
