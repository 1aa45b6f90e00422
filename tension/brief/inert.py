"""Text of a record as a document may hold it: no sign that XML forbids, none that turns the direction of reading."""

from __future__ import annotations

import re

# XML 1.0 allows no control characters but tab and the two line ends; the rest override the direction of a line.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def clean_text(text: object) -> str:
    """A text without what a document can't hold; nothing else is changed."""
    return _FORBIDDEN.sub("", str(text)).replace("\v", " ")
