"""Looks for many short phrases in a text, quickly. Owns how a phrase is written and matched, never what it means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")
Meaning_co = TypeVar("Meaning_co", covariant=True)

_CJK = re.compile(r"[⺀-鿿가-힯豈-﫿]")
_APOSTROPHES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "′": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})
_GAP = r"(?:[^\w.;:!?]+\w[\w'.-]*){0,4}?[^\w.;:!?]+"
_TOKEN = re.compile(r"\w+")
# One that keeps its letters in any case: 'İ' becomes two when it is made small.
_PLAIN_WORD = re.compile(r"[a-z0-9]+", re.ASCII | re.IGNORECASE)
KEY_LENGTH = 4
_NUMBER = r"\d[\d,.]*"


@dataclass(frozen=True)
class Hit(Generic[Meaning_co]):
    """One phrase found: its meaning, the words as they stand in the text, and where (character offsets)."""

    meaning: Meaning_co
    words: str
    start: int
    end: int


def fold_text(text: str) -> str:
    """The text with typographic quotes and dashes made plain and compatibility forms unified."""
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)


class PhraseIndex(Generic[Meaning]):
    """Phrases with a meaning each. Words match whole. A phrase all in capitals matches only so, one that begins with a
    capital only where the text does too (a name, not the verb), any other in any case.

    `*` at a word's end: any ending; `..`: up to four words in between; `a|b`: either; `N`: a number. Phrases in
    Chinese, Japanese or Korean match anywhere.
    """

    def __init__(self) -> None:
        # Keyed by the phrase's longest plain word, else by how its longest piece begins, so that a text meets only the
        # few phrases that could match it.
        self._by_word: dict[str, list[tuple[int, re.Pattern[str], Meaning]]] = defaultdict(list)
        self._by_start: dict[str, list[tuple[int, re.Pattern[str], Meaning]]] = defaultdict(list)
        self._count = 0

    def add(self, phrase: str, meaning: Meaning) -> None:
        """One more phrase; ValueError when it has no word that could be looked for."""
        phrase = fold_text(phrase).strip()
        is_exact = phrase.isupper() and not _CJK.search(phrase)
        word, anchor = _find_word(phrase), _find_anchor(phrase)
        if not anchor:
            raise ValueError(f"phrase {phrase!r} has no word to look for")
        is_name = phrase[0].isupper() and not phrase.startswith("N ")
        lead = r"(?-i:(?=[A-ZÀ-Þ]))" if is_name and not is_exact else ""
        pattern = re.compile(lead + _build_pattern(phrase), 0 if is_exact else re.IGNORECASE)
        entry = (self._count, pattern, meaning)
        if _CJK.search(phrase):
            self._by_start[""].append(entry)
        elif word:
            self._by_word[word.lower()].append(entry)
        else:
            self._by_start[anchor.lower()[:KEY_LENGTH]].append(entry)
        self._count += 1

    def add_all(self, phrases: Iterable[str], meaning: Meaning) -> None:
        for phrase in phrases:
            self.add(phrase, meaning)

    def find(self, text: str) -> list[Hit[Meaning]]:
        """All hits in a folded text, in order of place; of hits that overlap for the same index, all are kept."""
        tokens = set(_TOKEN.findall(text.lower()))
        starts = {token[:length] for token in tokens for length in range(1, KEY_LENGTH + 1)}
        if _CJK.search(text):
            starts.add("")
        found = [entry for token in tokens & self._by_word.keys() for entry in self._by_word[token]]
        found += [entry for start in starts & self._by_start.keys() for entry in self._by_start[start]]
        hits = [
            Hit(meaning, match.group(), match.start(), match.end())
            for _, pattern, meaning in sorted(found, key=lambda entry: entry[0])
            for match in pattern.finditer(text)
        ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))

    def find_longest(self, text: str) -> list[Hit[Meaning]]:
        """Hits in order of place where each stretch is claimed once, by the longest phrase that begins first."""
        kept: list[Hit[Meaning]] = []
        for hit in self.find(text):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept

    def mask(self, text: str) -> str:
        """The text with every hit blanked out, all else at its place."""
        for hit in self.find(text):
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
        return text


def _find_word(phrase: str) -> str:
    """The longest word that stands in a text whole, as it is: no ending left open, no choice, nothing but letters."""
    words = [word for word in phrase.split() if _PLAIN_WORD.fullmatch(word) and word != "N"]
    return max(words, key=len, default="")


def _find_anchor(phrase: str) -> str:
    # The longest literal stretch of one word: a text with no word that begins so can't match.
    words = [word for word in phrase.split() if word not in ("..", "N") and "|" not in word]
    return max((piece for word in words for piece in _TOKEN.findall(word)), key=len, default="")


def _build_pattern(phrase: str) -> str:
    if _CJK.search(phrase):
        return re.escape(phrase.rstrip("*"))
    parts: list[str] = []
    for word in phrase.split():
        if word == "..":
            parts.append(_GAP)
            continue
        if parts and parts[-1] != _GAP:
            parts.append(r"(?:'s)?[\s\-/]+")
        parts.append(_build_word(word))
    return rf"(?<![\w]){''.join(parts)}(?!\w)"


def _build_word(word: str) -> str:
    if word == "N":
        return _NUMBER
    choices = [re.escape(choice.rstrip("*")) + (r"\w*" if choice.endswith("*") else "") for choice in word.split("|")]
    text = "|".join(choice.replace(r"\*", r"\w*").replace(r"\-", r"[\s\-]?") for choice in choices)
    return f"(?:{text})" if len(choices) > 1 else text
