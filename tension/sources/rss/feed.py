"""Reads RSS 2.0, RDF and Atom into plain items: bytes in, text out. Owns the formats, never what an item means."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tension.errors import FormatError

MAX_FEED_BYTES = 20_000_000
MAX_TEXT_CHARS = 20_000
ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
RSS = (
    "",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss2",
    "http://blogs.law.harvard.edu/tech/rss",
)
DATE_SPACES = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
CONTENT = "http://purl.org/rss/1.0/modules/content/"
FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")
# Names under which a publisher declares one code page and serves its superset.
SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "latin-1": "cp1252",
    "us-ascii": "cp1252", "ascii": "cp1252",
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HIDDEN_STARTS = re.compile(r"<!--|<script\b|<style\b", re.IGNORECASE)
_HIDDEN_ENDS = {"<!--": "-->", "<script": "</script", "<style": "</style"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>?")


@dataclass(frozen=True)
class FeedItem:
    """One item as plain text; `link` absolute http or https, '' where the feed gives none that can be used."""

    title: str
    link: str
    guid: str
    summary: str
    published_text: str
    raw_link: str


@dataclass(frozen=True)
class Feed:
    """A feed's own title and its items, in its order."""

    title: str
    items: tuple[FeedItem, ...]


def parse_feed(raw: bytes) -> Feed:
    """A feed of any of the three kinds; FormatError when it isn't one, with what it looks like."""
    root = _parse_xml(raw)
    space, name = _split_tag(root)
    if name == "feed" and space in ATOM:
        return _read_atom(root)
    if name in ("rss", "RDF"):
        return _read_rss(root)
    if name.lower() == "html":
        raise FormatError("an HTML page stands where a feed (RSS, RDF or Atom) should be")
    raise FormatError(f"the file's outermost element is <{name[:40]}>; allowed: rss, RDF, feed (Atom)")


def strip_markup(text: str) -> str:
    """Plain text: tags, comments and scripts removed, entities read, white space made single."""
    text = text[:MAX_TEXT_CHARS]
    for _ in range(2):  # Markup escaped twice is common, and would be live for a careless reader.
        text = html.unescape(_TAG.sub(" ", _drop_hidden(text)))
    return " ".join(_NOT_XML.sub(" ", _TAG.sub(" ", text)).split())


def _drop_hidden(text: str) -> str:
    # Walks once: a pattern with .*? takes quadratic time on a text full of openings that never close.
    kept: list[str] = []
    position = 0
    lowered = text.lower() if len(text.lower()) == len(text) else text
    while match := _HIDDEN_STARTS.search(text, position):
        kept.append(text[position : match.start()])
        end = lowered.find(_HIDDEN_ENDS[match.group().lower()], match.end())
        if end < 0:
            return " ".join(kept)
        position = end + 3 if match.group() == "<!--" else end
    return " ".join([*kept, text[position:]])


def _parse_xml(raw: bytes) -> Element:
    if len(raw) > MAX_FEED_BYTES:
        raise FormatError(f"the feed has {len(raw):,} bytes; allowed: up to {MAX_FEED_BYTES:,}")
    text = _NOT_XML.sub("", _PROLOG.sub("", _decode(raw), count=1)).lstrip("\ufeff \t\r\n")
    if not text:
        raise FormatError("the feed is empty")
    if re.match(r"<!doctype\s+html|<html[\s>]", text, re.IGNORECASE):
        raise FormatError("an HTML page stands where a feed (RSS, RDF or Atom) should be")
    text = _mend(text, _NAMED, _name_to_number)
    try:
        return _parse_text(text)
    except ParseError as error:
        try:
            # Many real feeds hold a bare '&'; mended only when the text as served can't be read.
            return _parse_text(_mend(text, _BARE_AMPERSAND, lambda _: "&amp;"))
        except ParseError:
            raise FormatError(f"not well-formed XML: {error}") from None


def _mend(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> str:
    # What stands in CDATA is text already, and stays as it is.
    pieces = _CDATA.split(text)
    return "".join(piece if number % 2 else pattern.sub(replace, piece) for number, piece in enumerate(pieces))


def _parse_text(text: str) -> Element:
    try:
        root: Element = fromstring(text.encode("utf-8"))
    except DefusedXmlException as error:
        raise FormatError(f"the feed declares entities, which are refused ({type(error).__name__})") from None
    except (ValueError, LookupError) as error:
        raise FormatError(f"the feed can't be read as XML: {error}") from None
    return root


def _decode(raw: bytes) -> str:
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(encoding, "replace")
    if raw[:4] in (b"<\x00?\x00", b"\x00<\x00?"):
        return raw.decode("utf-16-le" if raw[:1] == b"<" else "utf-16-be", "replace")
    declared = _DECLARATION.match(raw)
    name = declared[1].decode().lower() if declared else "utf-8"
    for encoding in (SUPERSETS.get(name, name), "utf-8"):
        try:
            # A codec such as base64 or rot13 raises LookupError here: it isn't a text encoding.
            return raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


def _name_to_number(match: re.Match[str]) -> str:
    name = match[1]
    found = None if name in XML_ENTITIES else html5.get(f"{name};")
    return "".join(f"&#{ord(letter)};" for letter in found) if found else match[0]


def _split_tag(element: Element) -> tuple[str, str]:
    # A comment or processing instruction has a function for a tag.
    tag = element.tag if isinstance(element.tag, str) else ""
    space, _, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return space, name


def _children(element: Element, name: str, spaces: tuple[str, ...]) -> Iterator[Element]:
    for child in element:
        space, child_name = _split_tag(child)
        if child_name == name and space in spaces:
            yield child


def _text(element: Element, name: str, spaces: tuple[str, ...]) -> str:
    for child in _children(element, name, spaces):
        text = "".join(child.itertext()).strip()
        if text:
            return text
    return ""


def _read_rss(root: Element) -> Feed:
    channel = next(_children(root, "channel", RSS), root)
    base = _join(channel.get(XML_BASE) or root.get(XML_BASE) or "", _text(channel, "link", RSS))
    # RDF lists its items beside the channel, RSS inside it.
    items = [*_children(channel, "item", RSS), *(_children(root, "item", RSS) if channel is not root else ())]
    return Feed(strip_markup(_text(channel, "title", RSS)), tuple(_read_rss_item(item, base) for item in items))


def _read_rss_item(item: Element, base: str) -> FeedItem:
    guid_element = next(_children(item, "guid", RSS), None)
    guid = (guid_element.text or "").strip() if guid_element is not None else ""
    is_permalink = guid_element is not None and guid_element.get("isPermaLink", "true").lower() != "false"
    links = [
        _text(item, "origLink", (FEEDBURNER,)),
        _text(item, "link", RSS),
        guid if is_permalink and guid.lower().startswith(("http://", "https://")) else "",
        *_atom_links(item),
    ]
    return FeedItem(
        title=strip_markup(_text(item, "title", RSS)),
        link=_choose_link(links, _join(base, item.get(XML_BASE) or "")),
        guid=guid or next((value for key, value in item.attrib.items() if key.endswith("}about")), ""),
        summary=strip_markup(_text(item, "description", RSS) or _text(item, "encoded", (CONTENT,))),
        published_text=_text(item, "pubDate", RSS)
        or _text(item, "date", DATE_SPACES)
        or _text(item, "issued", DATE_SPACES)
        or _text(item, "published", ATOM)
        or _text(item, "updated", ATOM),
        raw_link=next(filter(None, links), ""),
    )


def _read_atom(root: Element) -> Feed:
    own = next((link for link in _atom_links(root) if _is_web_address(link)), "")
    base = _join(own, root.get(XML_BASE) or "")
    return Feed(
        strip_markup(_text(root, "title", ATOM)),
        tuple(_read_atom_entry(entry, base) for entry in _children(root, "entry", ATOM)),
    )


def _read_atom_entry(entry: Element, base: str) -> FeedItem:
    links = [_text(entry, "origLink", (FEEDBURNER,)), *_atom_links(entry)]
    guid = _text(entry, "id", ATOM)
    if guid.lower().startswith(("http://", "https://")):
        links.append(guid)
    return FeedItem(
        title=strip_markup(_text(entry, "title", ATOM)),
        link=_choose_link(links, _join(base, entry.get(XML_BASE) or "")),
        guid=guid,
        summary=strip_markup(_text(entry, "summary", ATOM) or _text(entry, "content", ATOM)),
        published_text=_text(entry, "published", ATOM)
        or _text(entry, "issued", ATOM)
        or _text(entry, "updated", ATOM)
        or _text(entry, "modified", ATOM),
        raw_link=next(filter(None, links), ""),
    )


def _atom_links(element: Element) -> list[str]:
    links = list(_children(element, "link", ATOM))
    return [link.get("href", "").strip() for link in links if link.get("rel", "alternate") == "alternate"]


def _choose_link(links: list[str], base: str) -> str:
    return next((full for link in links if link and _is_web_address(full := _join(base, link))), "")


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
