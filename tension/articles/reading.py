"""The words of a file or of a page, whatever form they are in. Owns what is refused, each in one line."""

from __future__ import annotations

import io
import zipfile
from html import unescape
from pathlib import PurePath

from tension.errors import BadInput, FormatError
from tension.sources.encodings import decode_text, replace_surrogates
from tension.sources.limits import Budget, run_limited
from tension.sources.markup import strip_tags
from tension.sources.net.client import HttpClient, HttpSettings
from tension.sources.pdf_text import is_pdf, load_pdf_text

ENDINGS = ("txt", "md", "html", "htm", "docx", "pdf")
MAX_BYTES = 10_000_000
_MOST_UNPACKED = 40_000_000
_BUDGET = Budget(memory_bytes=1 << 30)
_SECONDS = 30.0


def read_file(name: str, raw: bytes) -> str:
    """The words of a file; raises BadInput, FormatError."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise BadInput("file", name[-60:], (f".{one}" for one in ENDINGS))
    if len(raw) > MAX_BYTES:
        raise BadInput("file", f"{len(raw):,} bytes", f"at most {MAX_BYTES:,}")
    if ending == "pdf" or is_pdf(raw):
        return load_pdf_text(raw)
    if ending == "docx":
        return _read_word(raw)
    return _read_plain(raw, is_page=ending in ("html", "htm"))


def fetch_page(address: str, allowed_networks: tuple[str, ...] = ()) -> str:
    """The words of the page at an address, all that is asked of the network; raises FetchError and others."""
    settings = HttpSettings(
        total_seconds=_SECONDS, max_bytes=MAX_BYTES, max_attempts=1, allowed_networks=allowed_networks
    )
    raw = HttpClient(settings).get(address.strip())
    return load_pdf_text(raw) if is_pdf(raw) else _read_plain(raw, is_page=True)


def _read_plain(raw: bytes, *, is_page: bool) -> str:
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("file", "bytes that are no text", "words, as they are read")
    text = replace_surrogates(decode_text(raw).text)
    return unescape(strip_tags(text)) if is_page else text


def _read_word(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FormatError(f"isn't a Word file ({error})") from error
    if size > _MOST_UNPACKED:
        raise FormatError(f"unpacks to {size:,} bytes; allowed: {_MOST_UNPACKED:,}")
    return run_limited(read_word_text, _BUDGET, raw)


def read_word_text(raw: bytes) -> str:
    """The paragraphs of a Word file, a blank line between them; raises whatever its damage makes of it."""
    import docx

    return "\n\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(raw)).paragraphs)
