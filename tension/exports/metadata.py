"""Puts a seal into a file where its format keeps such things, and reads it back. Changes no figure."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

from tension.errors import BadInput
from tension.exports.seal import Seal, read_seal

# The name under which a seal stands in every format.
SEAL_KEY = "tension-seal"
_PDF_KEY = "/TensionSeal"
_MOST_BYTES = 1_000_000
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_MARK = SEAL_KEY.encode() + b"\0\0\0\0\0"
# Office's files are dated by the clock; one day for all, so that the same brief is the same file.
_ZIP_DAY = (2000, 1, 1, 0, 0, 0)
_CORE_DAY = "2000-01-01T00:00:00Z"


def seal_office(content: bytes, seal: Seal, title: str) -> bytes:
    """A PPTX or DOCX with the seal in its properties, and without the clock in it."""
    source = zipfile.ZipFile(io.BytesIO(content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            body = source.read(entry)
            if entry == "docProps/core.xml":
                body = _build_core(seal, title)
            if entry.endswith(".xlsx"):
                body = _set_zip_days(body)
            made.writestr(zipfile.ZipInfo(entry, _ZIP_DAY), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _set_zip_days(content: bytes) -> bytes:
    """A workbook inside a file, its entries and its properties of the same day."""
    source = zipfile.ZipFile(io.BytesIO(content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.namelist():
            body = source.read(entry)
            if entry == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _CORE_DAY.encode(), body)
            made.writestr(zipfile.ZipInfo(entry, _ZIP_DAY), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _build_core(seal: Seal, title: str) -> bytes:
    parts = {
        "dc:title": title,
        "dc:creator": seal.product,
        "dc:subject": seal.view,
        "cp:keywords": f"record {seal.record}",
        "dc:description": seal.sentence,
        "cp:category": f"{SEAL_KEY}:{seal.to_json()}",
    }
    body = "".join(f"<{tag}>{escape(_drop_controls(text))}</{tag}>" for tag, text in parts.items())
    stamp = f'xsi:type="dcterms:W3CDTF">{_CORE_DAY}'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{body}'
        f"<dcterms:created {stamp}</dcterms:created><dcterms:modified {stamp}</dcterms:modified></cp:coreProperties>"
    ).encode()


def seal_pdf(content: bytes, seal: Seal) -> bytes:
    """A PDF with the seal among its properties."""
    from pypdf import PdfReader, PdfWriter

    made = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    made.add_metadata({"/Subject": seal.sentence, "/Creator": seal.product, _PDF_KEY: seal.to_json()})
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def seal_png(content: bytes, seal: Seal) -> bytes:
    """A PNG with the seal as international text (PNG specification, 11.3.3.4), before its picture data."""
    body = _PNG_MARK + seal.to_json().encode()
    chunk = b"iTXt" + body
    head_end = len(_PNG_START) + 25
    made = struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:head_end] + made + content[head_end:]


def seal_svg(content: bytes, seal: Seal) -> bytes:
    """An SVG with the seal in an element of metadata."""
    head, end, rest = content.decode().partition(">")
    return f'{head}{end}<metadata id="{SEAL_KEY}">{escape(seal.to_json())}</metadata>{rest}'.encode()


def seal_html(content: bytes, seal: Seal) -> bytes:
    """A page with the seal in its head."""
    meta = f'<meta name="{SEAL_KEY}" content="{html.escape(seal.to_json())}">'
    return content.replace(b"</title>", f"</title>{meta}".encode(), 1)


def seal_json(content: bytes, seal: Seal) -> bytes:
    """A JSON object (GeoJSON allows members of one's own, RFC 7946, 6.1) with the seal as a member; a list stays."""
    told = json.loads(content)
    if not isinstance(told, dict):
        return content
    return json.dumps(told | {SEAL_KEY: json.loads(seal.to_json())}, ensure_ascii=False).encode()


def seal_kml(content: bytes, seal: Seal) -> bytes:
    """A KML document with the seal among its data."""
    data = f'<ExtendedData><Data name="{SEAL_KEY}"><value>{escape(seal.to_json())}</value></Data></ExtendedData>'
    return re.sub(rb"(<Document>\s*<name>[^<]*</name>|<Document>)", lambda m: m[0] + data.encode(), content, count=1)


def build_sidecar(content: bytes, name: str, seal: Seal) -> bytes:
    """What stands beside a CSV, as NAME-metadata.json (W3C, Metadata Vocabulary for Tabular Data).

    A CSV has no place for it: a line of comment before its header would be a row to a spreadsheet and to pandas.
    """
    told = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": seal.view,
        "dc:license": seal.licence,
        "dc:source": seal.sentence,
        "sha256": hashlib.sha256(content).hexdigest(),
        SEAL_KEY: json.loads(seal.to_json()),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def read_sidecar(content: bytes) -> Seal:
    """The seal that stands beside a CSV; BadInput where there is none in it."""
    try:
        text = _find_in_json(content)
    except ValueError as error:
        raise BadInput("metadata of the CSV", type(error).__name__, "JSON that this product wrote") from error
    if not text:
        raise BadInput("metadata of the CSV", "no seal", "JSON that this product wrote")
    return read_seal(text)


def seal_file(content: bytes, file_format: str, seal: Seal) -> bytes:
    """A file's bytes with the seal in them where the format has a place (SEALERS), else as they were."""
    sealer = SEALERS.get(file_format)
    return sealer(content, replace(seal, body=hash_body(content, file_format))) if sealer else content


def hash_body(content: bytes, file_format: str) -> str:
    """SHA-256 of what a file shows, the same before and after it is sealed; for the formats of SEALERS."""
    return hashlib.sha256(_STRIPPERS[file_format](content)).hexdigest()


def _strip_png(content: bytes) -> bytes:
    found = _find_png_chunk(content)
    return content if found is None else content[: found[0]] + content[found[1] :]


def _strip_pdf(content: bytes) -> bytes:
    """What draws the pages: the file around it is written anew when it is sealed."""
    from pypdf import PdfReader

    streams = [page.get_contents() for page in PdfReader(io.BytesIO(content)).pages]
    return b"\f".join(stream.get_data() if stream is not None else b"" for stream in streams)


def _strip_json(content: bytes) -> bytes:
    told = json.loads(content)
    kept = {name: value for name, value in told.items() if name != SEAL_KEY} if isinstance(told, dict) else told
    return json.dumps(kept, sort_keys=True).encode()


def _strip_by(pattern: bytes) -> Callable[[bytes], bytes]:
    return lambda content: re.sub(pattern, b"", content, count=1, flags=re.DOTALL)


_KEY = SEAL_KEY.encode()
_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "png": _strip_png,
    "svg": _strip_by(b'<metadata id="' + _KEY + b'">.*?</metadata>'),
    "pdf": _strip_pdf,
    "html": _strip_by(b'<meta name="' + _KEY + b'" content=".*?">'),
    "json": _strip_json,
    "geojson": _strip_json,
    "kml": _strip_by(b'<ExtendedData><Data name="' + _KEY + b'">.*?</ExtendedData>'),
}


SEALERS: dict[str, Callable[[bytes, Seal], bytes]] = {
    "png": seal_png,
    "svg": seal_svg,
    "pdf": seal_pdf,
    "html": seal_html,
    "json": seal_json,
    "geojson": seal_json,
    "kml": seal_kml,
}


def find_seal(content: bytes, ending: str) -> Seal:
    """The seal in a file's bytes; BadInput where the format keeps none, or this file has none."""
    find = _FINDERS.get(ending.lower())
    if find is None:
        raise BadInput("file", f".{ending}", sorted(_FINDERS))
    try:
        text = find(content)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, struct.error, UnicodeDecodeError) as error:
        raise BadInput("file", type(error).__name__, f"a {ending} file that can be read") from error
    if not text:
        raise BadInput("file", f".{ending} without a seal", "a file that this product made")
    return read_seal(text)


def _find_in_office(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        if opened.getinfo("docProps/core.xml").file_size > _MOST_BYTES:
            raise ValueError("properties too long")
        core = opened.read("docProps/core.xml").decode()
    found = re.search(f"<cp:category>{SEAL_KEY}:(.*?)</cp:category>", core, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def _find_in_pdf(content: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        told = PdfReader(io.BytesIO(content)).metadata
    except PyPdfError as error:
        raise ValueError(f"no PDF: {error}") from error
    return str(told.get(_PDF_KEY, "")) if told else ""


def _find_in_png(content: bytes) -> str:
    found = _find_png_chunk(content)
    return "" if found is None else content[found[0] + 8 + len(_PNG_MARK) : found[1] - 4].decode()


def _find_png_chunk(content: bytes) -> tuple[int, int] | None:
    """Where the seal's chunk begins and ends, with its length and its checksum."""
    position = len(_PNG_START)
    while position + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[position : position + 8])
        if kind == b"iTXt" and content[position + 8 : position + 8 + length].startswith(_PNG_MARK):
            return position, position + length + 12
        position += length + 12
    return None


def _find_by(pattern: str) -> Callable[[bytes], str]:
    def find(content: bytes) -> str:
        found = re.search(pattern, content.decode("utf-8"), re.DOTALL)
        return html.unescape(found[1]) if found else ""

    return find


def _find_in_json(content: bytes) -> str:
    told = json.loads(content)
    return json.dumps(told[SEAL_KEY]) if isinstance(told, dict) and SEAL_KEY in told else ""


_FINDERS: dict[str, Callable[[bytes], str]] = {
    "pptx": _find_in_office,
    "docx": _find_in_office,
    "pdf": _find_in_pdf,
    "png": _find_in_png,
    "svg": _find_by(f'<metadata id="{SEAL_KEY}">(.*?)</metadata>'),
    "html": _find_by(f'<meta name="{SEAL_KEY}" content="(.*?)">'),
    "kml": _find_by(f'<Data name="{SEAL_KEY}"><value>(.*?)</value>'),
    "json": _find_in_json,
    "geojson": _find_in_json,
}


def _drop_controls(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
