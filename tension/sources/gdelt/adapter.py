"""GDELT 2.0 event exports: fetched by the master file list, unpacked, split from lines that can't be rows, parsed in
DuckDB. Rows out of scope are only counted; what a row says is tension/sources/gdelt/sql.py's.
"""

from __future__ import annotations

import io
import mmap
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa

from tension.duckdb_session import connect
from tension.errors import FetchError, FormatError, SourceError
from tension.records.places import load_seas, load_states
from tension.records.schema import EVENT_SCHEMA, SOURCE_TYPE
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import (
    AHEAD,
    MAX_REJECTS,
    NOTHING_TOLD,
    DateWindow,
    FetchedFile,
    HttpReader,
    ParseResult,
    Reject,
    Told,
    check_reject_count,
)
from tension.sources.gdelt.sql import COLUMNS, build_events, build_read

SOURCE = SOURCE_CARDS["gdelt"]
MASTER_LIST_URL = "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt"
_EXPORT_LINE = re.compile(
    rb"^\d+ [0-9a-f]+ (https?://\S+/(\d{14})\.export\.CSV\.zip)\s*$", re.MULTILINE | re.IGNORECASE
)
SUMMARY = "Coded by machine from the page linked; not reviewed."
SOURCE_TITLE = "The page that GDELT coded"
# After this many failures in a row the server is down rather than a file missing.
MAX_FAILURES_IN_A_ROW = 3
NEVER_PUBLISHED = (404, 410)
COLUMN_COUNT = len(COLUMNS)
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


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The exports published on these days (UTC), oldest first.

    The master list names files that were never published: one that isn't there (404, 410) is passed over, however many
    follow each other. Others that fail don't end the run unless the server itself is down; FetchError says how many
    are missing, once the rest was yielded.
    """
    failures: list[str] = []
    failures_in_a_row = 0
    listed = _list_exports(http.get(MASTER_LIST_URL), window)
    for url in listed:
        name = url.rsplit("/", 1)[-1]
        # Its files never change; the newest is read again all the same, so that a refresh shows that it works.
        if name in window.taken and url != listed[-1]:
            continue
        try:
            raw = http.get(url)
        except FetchError as error:
            if error.status_code in NEVER_PUBLISHED:
                continue
            failures.append(f"{name} ({error})")
            is_server_down = error.status_code is None or error.status_code >= 500
            failures_in_a_row = failures_in_a_row + 1 if is_server_down else 0
            if failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                break
            continue
        failures_in_a_row = 0
        yield FetchedFile(name, raw)
    if failures:
        is_down = failures_in_a_row >= MAX_FAILURES_IN_A_ROW
        after = "; the server is down, those after them were not asked for" if is_down else ""
        raise FetchError(f"gdelt: {len(failures)} exports could not be fetched, first {failures[0]}{after}")


def _list_exports(listing: bytes, window: DateWindow) -> list[str]:
    found = [(match[2].decode(), match[1].decode()) for match in _EXPORT_LINE.finditer(listing)]
    if not found:
        raise FormatError("masterfilelist.txt: lists no event export; not GDELT's master file list")
    since, until = f"{window.since:%Y%m%d}000000", f"{window.until:%Y%m%d}235959"
    return [url for stamp, url in sorted(set(found)) if since <= stamp <= until]


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Events of the theatre in one export, zipped or not; raises FormatError when it isn't one."""
    name = name or "GDELT export"
    data = unpack_export(raw, name)
    with connect_codes() as con:
        if has_plain_lines(data):
            with hold_in_file(data) as path:
                is_read = read_rows(con, path, seen_utc)
            if is_read:
                return _build_result(con, io.BytesIO(data), [], seen_utc, name)
        # Some line isn't a row: set those aside first, which costs a pass over the lines.
        lines, rejects = _split_lines(data, name)
        clean = b"\n".join(lines)
        with hold_in_file(clean) as path:
            if not read_rows(con, path, seen_utc):
                raise FormatError(f"{name}: its {len(lines):,} rows of {COLUMN_COUNT} columns can't be read together")
        return _build_result(con, io.BytesIO(clean), rejects, seen_utc, name)


def parse_file(path: Path, seen_utc: datetime, name: str = "") -> ParseResult:
    """What `parse` gives for a file on this machine; a large plain one is read where it lies, never copied."""
    name = name or path.name
    if _is_plain_export(path):
        with connect_codes() as con:
            if read_rows(con, str(path), seen_utc):
                with path.open("rb") as file:
                    return _build_result(con, file, [], seen_utc, name)
    return parse(path.read_bytes(), seen_utc, name)


def parse_batch(files: Sequence[FetchedFile], seen_utc: datetime) -> list[ParseResult | SourceError]:
    """What `parse` gives for each file, or the error that it raises, read together where that is cheaper."""
    # It joins what this module reads one by one.
    from tension.sources.gdelt import batch

    return batch.parse_batch(files, seen_utc)


def connect_codes() -> duckdb.DuckDBPyConnection:
    """A connection with the states and seas of the theatre, by which rows are placed."""
    con = connect()
    states = load_states().values()
    regions = [state.home_region and state.home_region.value for state in states]
    columns = {"iso3": [s.iso3 for s in states], "name": [s.name for s in states], "home_region": regions}
    con.register("states", pa.table(columns))
    seas = load_seas()
    con.register("seas", pa.table({"name": list(seas), "region": [region.value for region, _ in seas.values()]}))
    return con


def read_rows(con: duckdb.DuckDBPyConnection, path: str, seen_utc: datetime) -> bool:
    """Read a file into `coded`; False where some line has not the columns of a row."""
    con.execute("drop table if exists coded")
    try:
        con.execute(build_read(path, SOURCE.first_day, (seen_utc + AHEAD).date()))
    except duckdb.Error:
        return False
    return True


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    # All rows, not one: DuckDB keeps a connection busy while a result has more.
    return int(con.execute(query).fetchall()[0][0])


def _build_result(
    con: duckdb.DuckDBPyConnection, lines: BinaryIO, rejects: list[Reject], seen_utc: datetime, name: str
) -> ParseResult:
    rejects = rejects + _list_faults(con, lines, name)
    check_reject_count(name, rejects)
    con.execute("delete from coded where fault is not null")
    duplicate_count = _drop_duplicates(con)
    totals = con.execute("select added_date::varchar, count(*) from coded group by 1 order by 1").fetchall()
    row_count = _count(con, "select count(*) from coded")
    events = build_event_rows(con, seen_utc)
    return ParseResult(
        read_count=row_count + duplicate_count + len(rejects),
        events=events,
        rejects=tuple(rejects),
        out_of_scope_count=row_count - events.num_rows,
        duplicate_count=duplicate_count,
        totals={day: int(count) for day, count in totals},
    )


def _list_faults(con: duckdb.DuckDBPyConnection, lines: BinaryIO, name: str) -> list[Reject]:
    # Counted before their texts are read: a file may hold nothing else.
    faults = dict(
        con.execute(f"select rowid, fault from coded where fault is not null limit {MAX_REJECTS + 1}").fetchall()  # noqa: S608 (a number)
    )
    check_reject_count(name, [Reject(fault, "") for fault in faults.values()])
    if not faults:
        return []
    # DuckDB passes over blank lines, so they have no number.
    rows = (line for line in lines if line != b"\n")
    return [
        Reject(faults[number], line.rstrip(b"\n")[:MAX_SHOWN_BYTES].decode("utf-8", "replace"))
        for number, line in enumerate(rows)
        if number in faults
    ]


def _drop_duplicates(con: duckdb.DuckDBPyConnection) -> int:
    """Keep the first row of each GlobalEventID; the count of the others."""
    extra = _count(con, "select count(*) - count(distinct number) from coded")
    if extra:
        con.execute(
            "delete from coded where rowid in (select rowid from coded"
            " qualify row_number() over (partition by number order by rowid) > 1)"
        )
    return extra


def build_event_rows(con: duckdb.DuckDBPyConnection, seen_utc: datetime) -> pa.Table:
    """The kept rows in EVENT_SCHEMA. What is the same in every row and the nesting are made here: it costs nothing."""
    stated = con.sql(build_events()).to_arrow_table()
    constants = {"source_key": "gdelt", "summary": SUMMARY, "is_reported_date_assumed": False, "recorded_utc": seen_utc}
    columns = [
        _build_sources(stated)
        if field.name == "sources"
        else stated[field.name].cast(field.type)
        if field.name in stated.column_names
        else _repeat(constants.get(field.name), field.type, stated.num_rows)
        for field in EVENT_SCHEMA
    ]
    return pa.table(columns, schema=EVENT_SCHEMA)


def _repeat(value: object, kind: pa.DataType, count: int) -> pa.Array:
    if value is None and pa.types.is_list(kind):
        return pa.ListArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count + 1), pa.array([], kind.value_type))
    return pa.repeat(pa.scalar(value, kind), count)


def _build_sources(stated: pa.Table) -> pa.Array:
    count = stated.num_rows
    parts = {
        "publisher": stated["publisher"].combine_chunks(),
        "title": pa.repeat(pa.scalar(SOURCE_TITLE), count),
        "url": stated["url"].combine_chunks(),
        "published": stated["reported_date"].combine_chunks(),
        "tier": pa.repeat(pa.scalar("aggregator"), count),
    }
    structs = pa.StructArray.from_arrays([parts[field.name] for field in SOURCE_TYPE], fields=list(SOURCE_TYPE))
    return pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32)), structs)


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


def _is_plain_export(path: Path) -> bool:
    """Whether a file is unpacked text with plain lines, so that it can be read where it lies."""
    with path.open("rb") as file:
        start = file.read(4)
        if len(start) < 4 or not start.isdigit():
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return has_plain_lines(data)


def _split_lines(data: bytes, name: str) -> tuple[list[bytes], list[Reject]]:
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
