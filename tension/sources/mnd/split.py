"""Finds the bulletins in an input: JSON, HTML or plain text, one or several. Pure; reads no figures."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tension.errors import FormatError
from tension.sources.encodings import NOT_UNICODE, decode_text, replace_surrogates
from tension.sources.markup import strip_tags
from tension.sources.mnd.aircraft_types import SECTION
from tension.sources.mnd.bulletin_text import BulletinError, clean_text, to_traditional
from tension.sources.mnd.english import DETECTED, STATED
from tension.sources.mnd.report_days import UNTIL, find_dates, write_dates_in_digits

MAX_BULLETIN_CHARS = 20_000
_ENCODINGS = ("UTF-8", "UTF-16", "Big5", "GB18030")
# What a sentence with a day, an hour or a count of craft holds.
_STATING = re.compile(r"[0-9年月日時机機舰艦船球]|craft|vessel|ship|balloon|sortie", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """One bulletin's text. `form` is total, types or english; '' where the text is none. `problem` refuses it at once.

    `published` is the day that the container (a JSON row) states; `follows` marks the second language of one bulletin.
    """

    text: str
    form: str = ""
    published: date | None = None
    follows: bool = False
    problem: str = ""
    source: str = ""

    @property
    def shown(self) -> str:
        """The text as it was given, for a reject."""
        return (self.source or self.text).encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Pieces:
    """All bulletins of an input, and the number of list entries, which name a bulletin without its figures."""

    bulletins: tuple[Piece, ...]
    listed_count: int = 0


TITLE = (
    r"(?:中共解放軍[一-鿿、,]{2,24}(?:動態|情況|情形)|我西南空域空情動態|臺海周邊空域[一-鿿]{2,6}動態"
    r"|PLA activities in the waters and airspace around Taiwan"
    r"|Air activit(?:y|ies) in the southwestern ADIZ of R\.O\.C\.|"
    r"PLA aircraft entered Taiwan ?' ?s southwestern ADIZ)"
)
_DATE = r"(?:20[0-9]{2}|1[0-9]{2})[-./][0-9]{1,2}[-./][0-9]{1,2}"
_LISTED = re.compile(rf"{_DATE}\s*[|:,]?\s*{TITLE}|{TITLE}[ \t|:,]*{_DATE}(?=\s*(?:\n|$))", re.I)
_HEADER = re.compile(
    rf"^[ \t\[(]*{_DATE}|{TITLE}|PLA Activities(?= ?{_DATE})|發布時間|國防部新聞稿|新聞稿\s*時間"
    r"|[一1]\s*[、.]\s*\(?\s*(?:日\s*期|Date\b)|\(一\)\s*日期|^[ \t]*Date\s*:",
    re.I | re.M,
)
_SOURCE_SAYS = re.compile(r"國防部[^。\n]{0,14}?(?:表示|指出|公布|說)[,:]?\s*(?=(?:計|共計)?偵獲)")


def split_input(raw: bytes) -> Pieces:
    """The bulletins of one file. Raises FormatError where it is empty or no text."""
    text = _decode(raw)
    if not text.strip():
        raise FormatError("mnd: the input is empty")
    start = text.lstrip()
    if start[0] in "[{" and (pieces := _split_json(start)) is not None:
        return pieces
    return split_text(text)


def split_text(text: str) -> Pieces:
    """The bulletins of one text."""
    return _split_text(_strip_html(text) if _is_html(text) else text, None)


def _decode(raw: bytes) -> str:
    """The text, with U+FFFD in the place of bytes that are none. Raises FormatError."""
    try:
        decoded = decode_text(raw)
    except FormatError:
        decoded = None
    text = replace_surrogates(decoded.text) if decoded and decoded.encoding in _ENCODINGS else "\ufffd"
    if text and not text.strip("\ufffd \n\r\t"):
        raise FormatError(f"mnd: the input is not text in {', '.join(_ENCODINGS)}")
    return text


def _find_damage(text: str) -> str:
    """Why a bulletin can't be trusted to be whole: bytes that could not be read in a sentence with figures, else ''."""
    sentences = re.split(r"[\n。]", text) if "\ufffd" in text else ()
    is_lost = any("\ufffd" in sentence and _STATING.search(sentence) for sentence in sentences)
    return NOT_UNICODE if is_lost else ""


def _split_json(text: str) -> Pieces | None:
    """The rows of a JSON list, of one object, or of JSON lines; None where the text only begins like JSON."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        if not re.match(r"\{\s*(?:\"|\})", text):
            return None
        rows: list[object] = [_load_line(line) for line in text.splitlines() if line.strip()]
    else:
        rows = whole if isinstance(whole, list) else [whole]
    found = [_split_row(row) for row in rows]
    bulletins = tuple(piece for pieces in found for piece in pieces.bulletins)
    return Pieces(bulletins, sum(pieces.listed_count for pieces in found))


def _load_line(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return Piece(line, problem="the line is not JSON")


def _split_row(row: object) -> Pieces:
    if isinstance(row, Piece):
        return Pieces((row,))
    if isinstance(row, str):
        return split_text(row)
    text = (
        next((row[key] for key in ("text", "html", "body") if isinstance(row.get(key), str)), None)
        if isinstance(row, dict)
        else None
    )
    if not isinstance(row, dict) or text is None:
        shown = json.dumps(row, ensure_ascii=False, default=str)
        return Pieces((Piece(shown[:2_000], problem="the row has no text"),))
    stated = next((row[key] for key in ("published", "date") if isinstance(row.get(key), str)), "")
    try:
        days = find_dates(clean_text(stated[:40]))
    except BulletinError as problem:
        return Pieces((Piece(text, problem=f"{problem} (the row's date)"),))
    return _split_text(_strip_html(text) if _is_html(text) else text, days[0] if days else None)


def _split_text(text: str, published: date | None) -> Pieces:
    cleaned = write_dates_in_digits(to_traditional(clean_text(text)).replace("\r", "\n"))
    anchors = sorted(_find_anchors(cleaned))
    if not anchors:
        listed = len(_LISTED.findall(cleaned))
        if listed > 1:
            return Pieces((), listed)
        is_titled = bool(re.search(TITLE, cleaned, re.I))
        problem = "no figures in the text" if is_titled else "not a bulletin of the ministry"
        return Pieces((Piece(text.strip(), problem=problem),))
    return Pieces(tuple(_cut(cleaned, anchors, published, text.strip())))


def _cut(text: str, anchors: list[tuple[int, int, str]], published: date | None, source: str) -> Iterator[Piece]:
    starts, headed = [0], [True]
    for (_, end, _), (start, _, _) in pairwise(anchors):
        header = _HEADER.search(text, end, start)
        sentence = max(text.rfind("。", end, start), text.rfind("\n", end, start), end - 1) + 1
        starts.append(header.start() if header else sentence)
        headed.append(header is not None or "\n\n" in re.sub(r"[ \t]+", "", text[end:start]))
    languages = ["en" if form == "english" else "zh" for _, _, form in anchors]
    is_single = len(languages) == len(set(languages))
    for place, ((_, _, form), start) in enumerate(zip(anchors, starts, strict=True)):
        stop = starts[place + 1] if place + 1 < len(starts) else len(text)
        part = text[start:stop].strip()
        follows = place > 0 and not headed[place] and languages[place] != languages[place - 1]
        problem = "too long for a bulletin" if len(part) > MAX_BULLETIN_CHARS else _find_damage(part)
        yield Piece(part, form, published if is_single else None, follows, problem, source if len(anchors) == 1 else "")


def _find_anchors(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each bulletin begins to count: start, end, form."""
    last = -1
    for section in SECTION.finditer(text):
        if section.start() > last:
            yield section.start(), section.end(), "types"
        last = section.end()
    yield from _find_totals(text)
    yield from _find_posts(text)


def _find_totals(text: str) -> Iterator[tuple[int, int, str]]:
    places = [place for place, mark in enumerate(text) if not mark.isspace()]
    line = "".join(text[place] for place in places)
    taken = -1
    verbs = r"[,、:]*(?:(?:截至|迄至|迄|至)|(?:計|共計|共)?偵|[未末無]|沒有|共[機艦]|發現)"
    for match in sorted([*UNTIL.finditer(line), *_SOURCE_SAYS.finditer(line)], key=lambda found: found.start()):
        is_hour = match.re is UNTIL
        if match.start() < taken or (is_hour and not re.compile(verbs).match(line, match.end())):
            continue
        verb = re.compile(r"偵獲|偵測|發現|共艦|共機").search(line, match.start(), match.end() + 60)
        taken = verb.end() if verb else match.end()
        yield places[match.start()], places[taken - 1] + 1, "total"


# What a count is of; cheap to look for, and without it a verb counts nothing.
_CRAFT = re.compile("craft|plane|jet|vessel|ship", re.IGNORECASE)


def _find_posts(text: str) -> Iterator[tuple[int, int, str]]:
    taken = 0
    for verb in DETECTED.finditer(text):
        start = max(taken, verb.start() - 400)
        if not _CRAFT.search(text, start, verb.end() + 300):
            continue
        bounds = [
            match.end()
            for match in re.finditer(r"[.!?]\s+(?=[A-Z])|\n\s*\n|activities\s*:", text[start : verb.start()], re.I)
        ]
        start += bounds[-1] if bounds else 0
        stop = re.compile(r"[.!?](?:\s|$)|\n\s*\n").search(text, verb.end(), verb.end() + 300)
        end = stop.start() if stop else min(len(text), verb.end() + 300)
        first = STATED.search(text, start, verb.start()) or STATED.search(text, verb.end(), end)
        if first and not re.search(r"\bdue to\b|flight path", text[start : verb.start()], re.I):
            taken = max(verb.end(), first.end())
            yield min(first.start(), verb.start()), taken, "english"


def _is_html(text: str) -> bool:
    return bool(
        re.search(
            r"<(?:!doctype|html|head|body|div|span|p|br|table|td|a|h[1-6]|article|section)\b[^<>]*>",
            text[:200_000],
            re.I,
        )
    )


def _strip_html(text: str) -> str:
    """The visible text of a page, block by block."""
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in html.unescape(strip_tags(text)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
