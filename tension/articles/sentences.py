"""The text of an article as it is marked: white space as single spaces, cut into sentences, each with its place.

Linear in the length of the text, whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tension.errors import BadInput
from tension.records.article import Article, Span, TextMark, hash_text

MOST_LETTERS, LEAST_LETTERS = 200_000, 20
# A piece without an end of sentence is cut here, so that no list holds a whole book in one row.
MOST_SENTENCE_LETTERS = 1_200
# A text whose longest line is longer than this wasn't broken by hand: each of its lines is a paragraph.
_HARD_WRAP_LETTERS = 100
_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*")
_STOPS = frozenset(
    "adm al apr aug brig capt cf co col corp dec dept dr e.g ed eds est feb fig gen gov i.e inc jan jul jun lt ltd maj "
    "mar mr mrs ms no nov oct p pp prof rep sen sep sept sgt st u.k u.n u.s vs".split()
)
# Signs that are not seen and could make a text read otherwise than it stands in the file.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Sentence:
    """A sentence and the character (from 0) of the text at which it begins."""

    offset: int
    words: str


@dataclass(frozen=True)
class ArticleText:
    """A whole text, each run of white space one space, and its sentences in order."""

    text: str
    sentences: tuple[Sentence, ...]

    @property
    def mark(self) -> TextMark:
        """What says in a file which text this is."""
        return TextMark(length=len(self.text), sha256=hash_text(self.text))


def read_text(raw: str) -> ArticleText:
    """A text ready to be marked; BadInput where it is no text, too short or too long."""
    if len(raw) > MOST_LETTERS:
        raise BadInput("text", f"{len(raw):,} characters", f"at most {MOST_LETTERS:,}")
    if "\x00" in raw:
        raise BadInput("text", "bytes that are no text", "words, as they are read")
    lines = [_clean(line) for line in raw.splitlines()]
    text = " ".join(line for line in lines if line)
    if len(text) < LEAST_LETTERS:
        raise BadInput("text", text, f"at least {LEAST_LETTERS} characters")
    return ArticleText(text, tuple(_list_sentences(text, _find_breaks(lines))))


def mark_span(text: str, offset: int, length: int) -> Span:
    """The span of a stretch of a text."""
    return Span(offset=offset, length=length, sha256=hash_text(text[offset : offset + length]))


def check_spans(article: Article, raw: str) -> list[str]:
    """What of an article's spans isn't in a text that somebody holds against it; empty where all of it is."""
    text = read_text(raw).text
    faults = [] if hash_text(text) == article.text.sha256 else ["the text is another one than was marked"]
    for claim in article.claims:
        for span in filter(None, (claim.span, claim.core_risk_span)):
            if hash_text(text[span.offset : span.offset + span.length]) != span.sha256:
                faults.append(f"{claim.claim_id}: other words stand at {span.offset}")
    return faults


def _clean(line: str) -> str:
    seen = "".join(char if unicodedata.category(char) not in _UNSEEN else " " for char in line)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _find_breaks(lines: list[str]) -> set[int]:
    """Where paragraphs end, as places in the joined text: blank lines, ends of sentences, every line of a wide text."""
    is_wide = max(map(len, lines), default=0) > _HARD_WRAP_LETTERS
    breaks, at = set(), 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        at += len(line) + 1 if line else 0
        if line and (is_wide or not following or _ends(line)):
            breaks.add(at)
    return breaks


def _ends(line: str) -> bool:
    last = line.rstrip("\"'”’»)]")
    return last.endswith((".", "!", "?", "…", "。", "！", "？"))


def _list_sentences(text: str, breaks: set[int]) -> Iterator[Sentence]:
    start = 0
    for end in sorted({*_find_ends(text), *breaks, len(text) + 1}):
        yield from _cut(text, start, min(end - 1, len(text)))
        start = end


def _find_ends(text: str) -> Iterator[int]:
    """The character after the space that follows each end of a sentence."""
    for found in _END.finditer(text):
        end = found.end()
        if text[end : end + 1] == " " and not text[end + 1 : end + 2].islower() and not _is_stop(text, found.start()):
            yield end + 1


def _is_stop(text: str, dot: int) -> bool:
    """Whether the dot ends an abbreviation or an initial, and no sentence."""
    if text[dot] != ".":
        return False
    word = text[max(dot - 12, 0) : dot].rpartition(" ")[2].lstrip("\"'“‘(")
    return word.lower() in _STOPS or (len(word) == 1 and word.isupper())


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    while start < end:
        stop = end
        if end - start > MOST_SENTENCE_LETTERS:
            space = text.rfind(" ", start, start + MOST_SENTENCE_LETTERS)
            stop = space if space > start else start + MOST_SENTENCE_LETTERS
        yield Sentence(start, text[start:stop])
        start = stop + 1 if text[stop : stop + 1] == " " else stop
