"""A text with each unknown word replaced by the known one spelled most like it: for a search that found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from tension.records.place_names import fold_name

# Below this likeness (difflib's ratio) a word would be guessed, not corrected.
_LEAST_LIKE = 0.75
_LEAST_LETTERS = 4
_WORD = re.compile(r"\w{3,}")


def list_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, folded: lower case, without accents, three letters or more."""
    return frozenset(word for text in texts for word in _WORD.findall(fold_name(text)))


def suggest_text(text: str, known: frozenset[str]) -> str:
    """The text with quotation marks gone and its misspelled words corrected; '' where that changes nothing."""
    wanted = fold_name(text).split()
    said = " ".join(_correct(word, known) for word in wanted)
    return said if said and said != text.lower() else ""


def _correct(word: str, known: frozenset[str]) -> str:
    if word in known or len(word) < _LEAST_LETTERS:
        return word
    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=_LEAST_LIKE)), word)
