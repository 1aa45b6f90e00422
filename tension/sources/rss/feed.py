"""Reads RSS, RDF and Atom into plain items: bytes in, text out. Owns what is let through, never what an item means.

The feed itself is read by feedparser, behind a guard: no document type definition reaches it, no byte more than the
caps allow, and the text is decoded here, so that one bad byte doesn't turn a whole feed into another alphabet.
"""

from __future__ import annotations

import codecs
import html
import io
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax import SAXParseException

from tension.errors import FormatError
from tension.sources.encodings import decode_text, replace_surrogates
from tension.sources.limits import run_limited
from tension.sources.markup import strip_tags

MAX_FEED_BYTES = 20_000_000
MAX_ITEMS = 3_000
MAX_TEXT_CHARS = 20_000
# What is larger could take a reader longer than a person waits, so it is read in a process of its own.
INLINE_BYTES = 250_000
# An item without a title is named by the first words of its text.
TITLE_CHARS = 100
# The tag of the outermost element is read again with each item where they are read one by one.
MAX_OPENING_CHARS = 5_000
XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")
# Names under which a publisher declares one code page and serves its superset.
SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "latin-1": "cp1252",
    "us-ascii": "cp1252", "ascii": "cp1252",
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_PROLOG = re.compile(r"<\?xml[^>]{0,300}\?>")
_ROOT = re.compile(r"<([A-Za-z][\w.:-]{0,60})")
_ITEM = re.compile(r"<(?:[\w-]{1,30}:)?(?:item|entry)[\s>]")
_ITEM_END = re.compile(r"</(?:[\w-]{1,30}:)?(?:item|entry)\s*>")
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:(#\d{1,9}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class FeedItem:
    """One item as plain text; `link` absolute http or https, '' where the feed gives none that can be used.

    `fault`: why it can't be trusted to be whole, '' where it can.
    """

    title: str
    link: str
    guid: str
    summary: str
    published_text: str
    updated_text: str
    raw_link: str
    fault: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed's own title and page, and its items, in its order; `note` says in a line what is wrong with its form."""

    title: str
    link: str
    items: tuple[FeedItem, ...]
    note: str = ""


def parse_feed(raw: bytes) -> Feed:
    """A feed of any of the three kinds, read as far as it goes; FormatError when it isn't one."""
    if len(raw) > MAX_FEED_BYTES:
        raise FormatError(f"the feed has {len(raw):,} bytes; allowed: up to {MAX_FEED_BYTES:,}")
    read = read_feed(raw) if len(raw) <= INLINE_BYTES else run_limited(read_feed, None, raw)
    return Feed(read["title"], read["link"], tuple(FeedItem(**item) for item in read["items"]), read["note"])


def read_feed(raw: bytes) -> dict[str, Any]:
    """The fields of a Feed as plain data, so that a process of its own can give them; raises FormatError."""
    text = _guard(_NOT_XML.sub("", _decode(raw)).lstrip("\ufeff \t\r\n"))
    text, passed_over = _limit_items(_mend_references(text))
    found = _parse(text)
    fault = _describe_fault(found)
    if found is not None and not found.get("version") and not found.entries:
        raise FormatError(_describe_other(text, fault))
    entries = found.entries if found else []
    starts = _list_starts(text)
    if (fault or found is None) and len(entries) < len(starts):
        entries = _parse_each(text, starts)
    about = found.feed if found else {}
    # As plain dictionaries: its own give a warning for names that stand for others.
    items = [_build_item(dict(entry), _take(about, "link")) for entry in entries]
    if fault and items and starts and not _ITEM_END.search(text, starts[-1]):
        items[-1]["fault"] = items[-1]["fault"] or "the feed breaks off within this item"
    notes = [f"not well-formed XML ({fault}): read as far as it goes"] if fault else []
    notes += [f"{passed_over:,} items beyond the first {MAX_ITEMS:,} were passed over"] if passed_over else []
    title, link = strip_markup(_take(about, "title")), _take(about, "link")
    return {"title": title, "link": link, "items": items, "note": "; ".join(notes)}


def _parse(text: str) -> Any | None:
    """What feedparser reads; None where it breaks, as it does on some broken feeds, with errors of many kinds."""
    # Its import costs a tenth of a second, for which only what reads feeds has to wait.
    import feedparser

    # The parser that was guarded, and no other: to look for one in vain costs a fifth of each reading.
    feedparser.api.PREFERRED_XML_PARSERS.clear()
    try:
        return feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 (another library's, on a stranger's bytes; the caller says what was lost)
        return None


def _parse_each(text: str, starts: list[int]) -> list[Any]:
    """The items one by one, so that one on which the reader breaks, or what stands before, takes none with it."""
    root = _ROOT.search(text)
    opening = text[root.start() : text.find(">", root.start()) + 1] if root else ""
    if not opening or len(opening) > MAX_OPENING_CHARS:
        raise FormatError("the feed breaks its reader, and no item can be told from the rest")
    entries: list[Any] = []
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        found = _parse(opening + text[start:stop])
        broken = {"summary": text[start:stop], "fault": "its form breaks the reader"}
        entries += (found and found.entries[:1]) or [broken]
    return entries


def _list_starts(text: str) -> list[int]:
    """Where the items begin; what stands in CDATA is text."""
    blanked = "".join(" " * len(piece) if is_cdata else piece for piece, is_cdata in _split_cdata(text))
    return [match.start() for match in _ITEM.finditer(blanked)]


def strip_markup(text: str) -> str:
    """Plain text: tags, comments and scripts removed, entities read, white space made single."""
    text = text[:MAX_TEXT_CHARS]
    for _ in range(2):  # Markup escaped twice is common, and would be live for a careless reader.
        text = html.unescape(strip_tags(text))
    return " ".join(_NOT_XML.sub(" ", strip_tags(text)).split())


def _decode(raw: bytes) -> str:
    """The text in the encoding that it says, else the one that nearly all is in; a bad byte costs its letter alone."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(encoding, "replace")
    if raw[:4] in (b"<\x00?\x00", b"\x00<\x00?"):
        return raw.decode("utf-16-le" if raw[:1] == b"<" else "utf-16-be", "replace")
    declared = _DECLARATION.match(raw)
    name = declared[1].decode().lower() if declared else "utf-8"
    encodings = (SUPERSETS.get(name, name), "utf-8")
    for errors in ("strict", "replace"):
        for encoding in encodings:
            try:
                # A codec such as base64 or rot13 raises LookupError here: it isn't a text encoding.
                text = raw.decode(encoding, errors)
            except (UnicodeError, LookupError):
                continue
            if errors == "strict" or _is_nearly_all(text):
                return text
    try:
        # Of no encoding that it says: the one that its letters are most likely in.
        return replace_surrogates(decode_text(raw).text)
    except FormatError:
        return raw.decode("cp1252", "replace")


def _is_nearly_all(text: str) -> bool:
    """Whether a text decoded with replacements is of its encoding: letters beyond ASCII that were read outnumber slips.

    Bytes of another encoding hardly ever make such a letter.
    """
    bad = text.count("\ufffd")
    return sum(letter > "\x7f" for letter in text) - bad >= bad


def _guard(text: str) -> str:
    """The text without a plain DOCTYPE; FormatError for no text, a web page and declared elements or entities.

    What stands before the outermost element alone can declare anything.
    """
    if not text:
        raise FormatError("the feed is empty")
    root = _ROOT.search(text)
    prolog = text[: root.start()] if root else text
    plain = _PLAIN_DOCTYPE.sub("", prolog)
    if re.match(r"(?:<\?[^>]*>\s*)?<!doctype\s+html", prolog, re.IGNORECASE) or (root and root[1].lower() == "html"):
        raise FormatError("an HTML page stands where a feed (RSS, RDF or Atom) should be")
    if re.search(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", plain, re.IGNORECASE):
        raise FormatError("the feed declares entities or elements of its own (a document type), which is refused")
    return _PROLOG.sub("", plain, count=1) + text[len(prolog) :]


def _limit_items(text: str) -> tuple[str, int]:
    """The text with its first items alone, and how many more there are."""
    starts = _list_starts(text)
    if len(starts) <= MAX_ITEMS:
        return text, 0
    end = max((match.end() for match in _ITEM_END.finditer(text, starts[-1])), default=len(text))
    return text[: starts[MAX_ITEMS]] + text[end:], len(starts) - MAX_ITEMS


def _mend_references(text: str) -> str:
    """HTML's names of letters as numbers and a bare '&' as '&amp;', but not in CDATA, which is text already."""
    return "".join(
        piece if is_cdata else _REFERENCE.sub(_write_reference, piece) for piece, is_cdata in _split_cdata(text)
    )


def _split_cdata(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text in order, and whether each is a CDATA section. Walks once, however many never close."""
    position = 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        end = end + 3 if end >= 0 else len(text)
        yield text[position:start], False
        yield text[start:end], True
        position = end
    yield text[position:], False


def _write_reference(match: re.Match[str]) -> str:
    name = match[1]
    if name and name[0] == "#":
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return match[0] if number <= sys.maxunicode and not _NOT_XML.match(chr(number)) else ""
    if name in XML_ENTITIES:
        return match[0]
    letters = html5.get(f"{name};") if name else None
    return "".join(f"&#{ord(letter)};" for letter in letters) if letters else f"&amp;{match[0][1:]}"


def _describe_fault(found: Any) -> str:
    """What keeps a text from being XML, with its line; '' for nothing."""
    error = found.get("bozo_exception") if found else None
    return f"{error.getMessage()}, line {error.getLineNumber()}" if isinstance(error, SAXParseException) else ""


def _describe_other(text: str, fault: str) -> str:
    root = _ROOT.search(text)
    if fault or not root:
        return f"not well-formed XML: {fault or 'no element'}"
    return f"the file's outermost element is <{root[1][:40]}>; allowed: rss, RDF, feed (Atom)"


def _build_item(entry: Mapping[str, Any], base: str) -> dict[str, Any]:
    guid = _take(entry, "id")
    links = [_take(entry, "feedburner_origlink"), _take(entry, "link")]
    links += [_take(link, "href") for link in _list_parts(entry, "links") if link.get("rel") == "alternate"]
    links.append(guid if entry.get("guidislink") and _is_web_address(guid) else "")
    found = [link.strip() for link in links if link]
    contents = [_take(content, "value") for content in _list_parts(entry, "content")]
    summary = strip_markup(next(filter(None, (_take(entry, "summary"), *contents)), ""))
    return {
        "title": strip_markup(_take(entry, "title")) or _shorten(summary),
        "link": next((full for link in found if _is_web_address(full := _join(base, link))), ""),
        "guid": guid,
        "summary": summary,
        "published_text": _take(entry, "published", "updated", "created"),
        "updated_text": _take(entry, "updated"),
        "raw_link": next(iter(found), ""),
        "fault": _take(entry, "fault"),
    }


def _take(entry: Mapping[str, Any], *names: str) -> str:
    """The first of these that is a text with something in it: of a broken feed any may be of another kind."""
    return next((value for name in names if isinstance(value := entry.get(name), str) and value), "")


def _list_parts(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    parts = entry.get(name)
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _shorten(text: str) -> str:
    """The first words of a text, to stand for a title."""
    return text if len(text) <= TITLE_CHARS else text[:TITLE_CHARS].rsplit(" ", 1)[0] + "…"


def _join(base: str, link: str) -> str:
    link = "".join(link.split()).replace("&amp;", "&")
    try:
        # What names its own scheme is whole: joining would let "https://" stand for the page it is found on.
        return urljoin(base, link) if _is_web_address(base) and not _SCHEME.match(link) else link
    except ValueError:
        return ""


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.username is None and port != 0 and re.fullmatch(r"[^\s<>\"\\]+", link)
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and bool(is_plain)
