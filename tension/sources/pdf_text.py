"""Text of a PDF, read in a process of its own within bounds: the format has no end of ways to be damaged."""

from __future__ import annotations

import io

from tension.errors import FormatError
from tension.sources.limits import Budget, run_limited

MAX_BYTES = 10_000_000
MAX_PAGES = 20
_BUDGET = Budget(memory_bytes=1 << 30)


def is_pdf(raw: bytes) -> bool:
    """Whether the bytes begin as a PDF does; some writers put a line before it."""
    return b"%PDF-" in raw[:1024]


def load_pdf_text(raw: bytes, *, has_columns: bool = False) -> str:
    """The text of a PDF, page after page; `has_columns` keeps lines of a table together. Raises FormatError."""
    if len(raw) > MAX_BYTES:
        raise FormatError(f"holds {len(raw):,} bytes; allowed: {MAX_BYTES:,}")
    return run_limited(read_pdf_text, _BUDGET, raw, has_columns=has_columns)


def read_pdf_text(raw: bytes, *, has_columns: bool) -> str:
    """`load_pdf_text` without bounds; raises whatever the damage makes of it."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(raw)).pages
    if len(pages) > MAX_PAGES:
        raise FormatError(f"has {len(pages)} pages; allowed: {MAX_PAGES}")
    return "\n".join(page.extract_text(extraction_mode="layout" if has_columns else "plain") for page in pages)
