"""Mends an address that a mail program or a sentence has spoilt: escaped ampersands, a full stop at its end.

Text in, text out: knows the form of links, never what a parameter means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

# '&' as HTML writes it, once or several times over.
_ESCAPED = re.compile(r"(?:amp;|#38;|#x26;)+", re.IGNORECASE)
# The same within a value, or escaped as an address escapes it; of '&region' a careless reader of HTML makes '®ion'.
_GLUED = re.compile(
    r"(?:(?:&|%26)(?:amp;|amp%3B|#38;|#x26;)*(?P<name>[a-z][a-z_-]{0,30})|®ion)(?:=|%3D)", re.IGNORECASE
)
# What a sentence, or the bracket around a link, leaves at its end; before it stands a plain value.
_TRAILED = re.compile(r"([\w,.:-]*\w)[\s.,;:!?'\"’”»<>(){}\[\]]+")
_ESCAPED_WORDS = "a mail program had escaped the link"


def mend_params(
    given: Mapping[str, Sequence[str]], *, free_text: Collection[str] = (), known: Collection[str] = ()
) -> tuple[dict[str, list[str]], list[str]]:
    """The parameters that a link meant, each with its values, and a notice for each thing that was mended.

    `given`: names as they came, with all their values. A value of a `free_text` parameter keeps its end, and only a
    `known` name within it is taken for the next parameter.
    """
    meant: dict[str, list[str]] = {}
    notices: list[str] = []
    texts = [text for name, values in given.items() if name not in free_text for text in values]
    # Quoted-printable mail writes '=' as '=3D'.
    is_printable = bool(texts) and all(text.startswith(("3D", "3d")) for text in texts)
    if is_printable:
        notices.append(f"every value was read without its first letters, 3D: {_ESCAPED_WORDS}")
    for name, values in given.items():
        plain = _ESCAPED.sub("", name, count=1) if _ESCAPED.match(name) else name
        if plain != name:
            notices.append(f"{name[:40]} was read as {plain[:40]}: {_ESCAPED_WORDS}")
        for text in values:
            first, *others = _split(text[2:] if is_printable else text, known if plain in free_text else None)
            notices += [f"{other} was read from within {plain[:40]}: {_ESCAPED_WORDS}" for other, _ in others]
            for one, value in ((plain, first[1]), *others):
                trailed = None if one in free_text else _TRAILED.fullmatch(value)
                if trailed:
                    notices.append(f"{one[:40]}: {value[-40:]!r} was read as {trailed[1][-40:]!r}")
                meant.setdefault(one, []).append(trailed[1] if trailed else value)
    return meant, notices


def _split(value: str, known: Collection[str] | None) -> list[tuple[str, str]]:
    """A value up to where the next parameter begins within it, and those parameters. `known`: names that count."""
    marks = [(0, 0, "")]
    for match in _GLUED.finditer(value):
        name = (match["name"] or "region").lower()
        if known is None or name in known:
            marks.append((match.start(), match.end(), name))
    stops = [*(start for start, _, _ in marks[1:]), len(value)]
    return [(name, value[end:stop]) for (_, end, name), stop in zip(marks, stops, strict=True)]
