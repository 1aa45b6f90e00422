"""The words for how likely something is, with their bands (data/likelihood.yaml), kept apart from confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tension.errors import CuratedDataError
from tension.records.checked_files import read_lists
from tension.records.events import Record

Confidence = Literal["low", "moderate", "high"]
CONFIDENCES: tuple[Confidence, ...] = ("low", "moderate", "high")
_CONFIDENCE = re.compile(
    r"\b(?:low|moderate|medium|high)(?:er|est)?\s+confidence\b|\bconfidence\s+(?:is|of|level)\b", re.I
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
Percent = Annotated[int, Field(ge=1, le=99)]


class Likelihood(Record):
    """A word and its band in per cent, both ends included; `also` are the words of the other row of the table."""

    likelihood: str = Field(pattern=r"^[a-z][a-z-]*$")
    word: str
    also: tuple[str, ...] = ()
    low_pct: Percent
    high_pct: Percent

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.high_pct <= self.low_pct:
            raise ValueError(f"high_pct {self.high_pct} is not above low_pct {self.low_pct}")
        return self

    @property
    def middle_pct(self) -> float:
        """What the word is scored as where nothing more exact was said."""
        return (self.low_pct + self.high_pct) / 2

    @property
    def spoken(self) -> str:
        """'likely (55-80%)'."""
        return f"{self.word} ({self.low_pct}-{self.high_pct}%)"


@cache
def load_likelihoods(folder: Path) -> tuple[Likelihood, ...]:
    """The words of the record, the least likely first; raises CuratedDataError with every fault."""
    found, faults = read_lists(folder, Likelihood, [folder / "likelihood.yaml"], key="likelihood")
    if faults:
        raise CuratedDataError(faults)
    return tuple(sorted(found, key=lambda one: one.low_pct))


def find_mixed_sentence(text: str, words: Iterable[Likelihood]) -> str:
    """The first sentence that says both how likely and how confident; '' where none does.

    ICD 203 forbids it: the one is about the world, the other about what the judgement rests on.
    """
    spoken = sorted({word for one in words for word in (one.word, *one.also)}, key=len, reverse=True)
    likely = re.compile(rf"\b(?:{'|'.join(map(re.escape, spoken))})\b", re.IGNORECASE)
    sentences = _SENTENCE_END.split(text)
    return next((s.strip() for s in sentences if likely.search(s) and _CONFIDENCE.search(s)), "")
