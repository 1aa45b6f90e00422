"""The bytes of a GDELT 2.0 event export: unpacked, split from lines that can't be rows. Knows columns, never codes."""

from __future__ import annotations

import io
import mmap
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tension.errors import FormatError
from tension.sources.base import Reject, check_reject_count

COLUMN_COUNT = 61
GDELT_1_COLUMN_COUNTS = (57, 58)
# A 15-minute export is about 1 MB, packed to a sixth; a whole day is under 100 MB.
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_RATIO = 100
MAX_LINE_BYTES = 1_000_000
# So much of a refused line is kept, so that a file of nothing else is not held twice.
MAX_SHOWN_BYTES = 8_000
# Fewer columns than this in every line and the file is some other text.
MIN_TABS = 30
TAB, NEWLINE = 9, 10
SCAN_BYTES = 1 << 20


def unpack_export(raw: bytes, name: str) -> bytes:
    """The text of an export, given as served (zip) or unpacked; raises FormatError for anything that isn't one."""
    data = _unzip(raw, name) if raw[:4] in (b"PK\x03\x04", b"PK\x05\x06") else raw
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    start = data[:2000].lstrip()
    if not start:
        if data.strip():
            raise FormatError(f"{name}: starts with a long blank; not a GDELT event export")
        raise FormatError(f"{name}: is empty; expected a GDELT event export of {COLUMN_COUNT} columns")
    if start.startswith((b"<", b"{", b"[")) and b"\t" not in start:
        raise FormatError(f"{name}: is a web page or JSON, not a GDELT event export")
    return data


def _unzip(raw: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith((".csv", ".txt", ".tsv"))]
            if len(members) != 1:
                raise FormatError(f"{name}: holds {len(members)} text files; an export holds one")
            return _read_member(archive, members[0], name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, LookupError) as error:
        raise FormatError(f"{name}: is a damaged or unreadable zip file ({type(error).__name__})") from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    # The declared size may lie, so the stream is cut at the same bound.
    allowed = min(MAX_UNPACKED_BYTES, max(member.compress_size, 1) * MAX_RATIO + 65_536)
    if member.file_size > allowed:
        raise FormatError(f"{name}: would unpack to {member.file_size:,} bytes; allowed: {allowed:,}")
    with archive.open(member) as stream:
        data = stream.read(allowed + 1)
    if len(data) > allowed:
        raise FormatError(f"{name}: unpacks to more than the allowed {allowed:,} bytes")
    return data


def has_plain_lines(data: bytes | mmap.mmap) -> bool:
    """Whether DuckDB's strict reader can be trusted to refuse every line that isn't a row.

    It takes a line with one tab too many at its end, and strings with null bytes.
    """
    return data.find(b"\r") < 0 and data.find(b"\0") < 0 and not _has_tab_at_line_end(data)


def _has_tab_at_line_end(data: bytes | mmap.mmap) -> bool:
    """Whether a line, the last one included, ends with a tab. In pieces: four times faster than a search for both."""
    if data[-1:] == b"\t":
        return True
    view = np.frombuffer(data, np.uint8)
    for start in range(0, len(view), SCAN_BYTES):
        # One byte of the piece before, so that a line's end is seen with what comes before it.
        piece = view[max(start - 1, 0) : start + SCAN_BYTES]
        ends = np.flatnonzero(piece[1:] == NEWLINE)
        if (piece[ends] == TAB).any():
            return True
    return False


def is_plain_export(path: Path) -> bool:
    """Whether a file is unpacked text with plain lines, so that it can be read where it lies."""
    with path.open("rb") as file:
        start = file.read(4)
        if len(start) < 4 or not start.isdigit():
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return has_plain_lines(data)


def split_lines(data: bytes, name: str) -> tuple[list[bytes], list[Reject]]:
    """Lines that have the columns of a row, and the others as rejects; blank lines are neither. Raises FormatError."""
    good: list[bytes] = []
    rejects: list[Reject] = []
    column_counts: set[int] = set()
    for line in data.split(b"\n"):
        if not line.strip(b" \r"):
            continue
        column_counts.add(line.count(b"\t") + 1)
        reason = _find_line_fault(line)
        if reason:
            rejects.append(Reject(reason, line[:MAX_SHOWN_BYTES].decode("utf-8", "replace")))
            check_reject_count(name, rejects)
        else:
            good.append(line)
    if not good:
        _refuse_other_format(column_counts, len(rejects), name)
    return good, rejects


def _find_line_fault(line: bytes) -> str | None:
    columns = line.count(b"\t") + 1
    if columns != COLUMN_COUNT:
        return f"{columns} columns, not {COLUMN_COUNT}"
    if len(line) > MAX_LINE_BYTES:
        return f"longer than {MAX_LINE_BYTES:,} bytes"
    if b"\r" in line or b"\0" in line:
        return "holds a carriage return or a null byte"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    return None


def _refuse_other_format(column_counts: set[int], row_count: int, name: str) -> None:
    """Raise when the whole file is something else; a few damaged rows of the right kind pass as rejects."""
    if max(column_counts, default=0) <= MIN_TABS:
        raise FormatError(f"{name}: has no row of {COLUMN_COUNT} tab-separated columns; not a GDELT event export")
    if row_count > 1 and column_counts <= set(GDELT_1_COLUMN_COUNTS):
        found = min(column_counts)
        raise FormatError(f"{name}: has {found} columns, as GDELT 1.0 did; only 2.0 exports ({COLUMN_COUNT}) are read")


@contextmanager
def hold_in_file(data: bytes) -> Iterator[str]:
    """A path that DuckDB can read the bytes from, gone afterwards; in memory where the system can."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("gdelt")
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory(prefix="gdelt-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(data)
        yield str(path)
