"""What a search that found nothing is told: the same text, spelled as the record spells it, or nothing."""

from __future__ import annotations

import pytest

from tension.records.near_words import list_words, suggest_text

KNOWN = list_words(["China boards boats at Second Thomas Shoal", "Water cannon at Scarborough Shoal (Huangyan Đảo)"])


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("Secnd Thomas", "second thomas"),
        ("Scarborough Sholal", "scarborough shoal"),
        ("“water cannon”", "water cannon"),
        ("water cannon", ""),
        ("zzzzzz", ""),
        ("at", ""),
        ("", ""),
    ],
)
def test_words_are_corrected_to_the_nearest_known_ones(text: str, suggested: str) -> None:
    assert suggest_text(text, KNOWN) == suggested


def test_words_are_folded_and_short_ones_left_out() -> None:
    assert list_words(["Bãi Đảo at X"]) == {"bai", "dao"}
