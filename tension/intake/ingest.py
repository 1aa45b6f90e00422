"""Takes one input of a source into the store: parse, hand over what it holds, and enter it in the ledger.

Rows read = accepted + duplicate + out of scope + rejected, always. The same input twice changes nothing; killed at any
moment, a repeat finishes the work, because every write is atomic and can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from tension.errors import FormatError, SourceError
from tension.intake.tally import Tally
from tension.intake.write import ParsedInput, refuse_given_days, write_event_inputs, write_result
from tension.records.schema import RUN_SCHEMA
from tension.sources.base import NOTHING_TOLD, Adapter, FetchedFile, ParseResult, Told
from tension.store.delta import Store, read_now_utc


@dataclass(frozen=True)
class IngestReport:
    """What became of the rows of one input; `message` is the error when it couldn't be read at all.

    `note`: what was mended or passed over in one that could. `first_date`: the oldest day of a list that forgets.
    """

    source_key: str
    input_name: str
    read_count: int = 0
    accepted_count: int = 0
    duplicate_count: int = 0
    out_of_scope_count: int = 0
    rejected_count: int = 0
    newest_date: date | None = None
    first_date: date | None = None
    message: str = ""
    note: str = ""

    @property
    def is_success(self) -> bool:
        return not self.message

    def to_counts(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "file": self.input_name,
            "read": self.read_count,
            "accepted": self.accepted_count,
            "duplicate": self.duplicate_count,
            "out_of_scope": self.out_of_scope_count,
            "rejected": self.rejected_count,
        } | {name: words for name, words in (("error", self.message), ("note", self.note)) if words}


def ingest_file(
    store: Store, adapter: Adapter, file: FetchedFile, told: Told = NOTHING_TOLD, *, is_given: bool = True
) -> IngestReport:
    """Parse one input and write what is new; an unreadable one is entered as failed and doesn't raise.

    `is_given`: a person gave it; else it was fetched from its publisher, whose word stands. Raises StoreError.
    """

    def parse(now: datetime) -> ParseResult:
        return adapter.parse(file.raw, now, file.name, told)

    return _ingest(store, adapter, file.name, _hash(file.raw), parse, is_given=is_given)


def ingest_path(store: Store, adapter: Adapter, path: Path, told: Told = NOTHING_TOLD) -> IngestReport:
    """The same for a file on this machine, which a source that can reads where it lies. Raises StoreError, FormatError.

    FormatError only when the file itself can't be opened: nothing was tried then, and nothing is entered.
    """
    if not path.is_file():
        # A pipe can be read only once.
        return ingest_file(store, adapter, FetchedFile(str(path), _read_bytes(path)), told)
    with _open(path), ThreadPoolExecutor(1) as beside:
        # A large file is hashed while it is parsed.
        hashed = beside.submit(hash_file, path)
        return _ingest(store, adapter, str(path), hashed.result, lambda now: parse_path(adapter, path, now, told))


def ingest_result(store: Store, adapter: Adapter, file: FetchedFile, result: ParseResult) -> IngestReport:
    """Write a parse that a person has seen before (an upload with a mapping of its own). Raises StoreError."""
    return _ingest(store, adapter, file.name, _hash(file.raw), lambda now: result)


def ingest_batch(store: Store, adapter: Adapter, files: Sequence[FetchedFile]) -> list[IngestReport]:
    """Take in fetched files of a source together where its adapter can (`parse_batch`), else one by one: a report each.

    Committed together, but in the ledger each by itself. Raises StoreError.
    """
    parse_batch: Callable[..., list[ParseResult | SourceError]] | None = getattr(adapter, "parse_batch", None)
    if parse_batch is None or len(files) < 2:
        return [ingest_file(store, adapter, file, is_given=False) for file in files]
    started_utc, key = read_now_utc(), adapter.SOURCE.key
    hashes = [_hash(file.raw)() for file in files]
    reports: dict[int, IngestReport] = {}
    parsed: dict[int, ParsedInput] = {}
    for number, (file, result) in enumerate(zip(files, parse_batch(files, started_utc), strict=True)):
        if isinstance(result, SourceError):
            reports[number] = IngestReport(key, file.name, message=name_input(file.name, result))
        else:
            _check_rows(file.name, result)
            parsed[number] = ParsedInput(file.name, hashes[number], result)
    with store.hold():
        tallies = write_event_inputs(store, key, list(parsed.values()))
    for number, tally in zip(parsed, tallies, strict=True):
        reports[number] = _build_report(key, files[number].name, parsed[number].result, tally)
    ordered = [reports[number] for number in range(len(files))]
    runs = [_build_run(report, one, started_utc) for report, one in zip(ordered, hashes, strict=True)]
    store.append("runs", pa.concat_tables(runs))
    return ordered


def parse_path(adapter: Adapter, path: Path, seen_utc: datetime, told: Told = NOTHING_TOLD) -> ParseResult:
    """What a file on this machine holds, by the adapter's own way for files where it has one. Raises SourceError."""
    parse_file: Callable[[Path, datetime, str], ParseResult] | None = getattr(adapter, "parse_file", None)
    if parse_file and path.is_file():
        return parse_file(path, seen_utc, str(path))
    return adapter.parse(_read_bytes(path), seen_utc, str(path), told)


def name_input(name: str, error: SourceError) -> str:
    """The error's text, with the name of the input before it where the text doesn't say it."""
    return str(error) if name in str(error) else f"{name}: {error}"


def hash_file(path: Path) -> str:
    """A hash of a file's content, read in pieces; raises FormatError when it can't be opened."""
    with _open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:20]


def record_failure(store: Store, source_key: str, name: str, message: str) -> IngestReport:
    """Enter in the ledger that a source could not be fetched."""
    report = IngestReport(source_key, name, message=message)
    store.append("runs", _build_run(report, "", read_now_utc()))
    return report


def _hash(raw: bytes) -> Callable[[], str]:
    return lambda: hashlib.sha256(raw).hexdigest()[:20]


def _read_bytes(path: Path) -> bytes:
    with _open(path) as file:
        return file.read()


def _open(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        allowed = "allowed: a readable file, or - for standard input"
        raise FormatError(f"{path}: {error.strerror}; {allowed}") from None


def _ingest(
    store: Store,
    adapter: Adapter,
    name: str,
    hash_input: Callable[[], str],
    parse: Callable[[datetime], ParseResult],
    *,
    is_given: bool = True,
) -> IngestReport:
    started_utc, key = read_now_utc(), adapter.SOURCE.key
    try:
        result = parse(started_utc)
        _check_rows(name, result)
    except SourceError as error:
        report = IngestReport(key, name, message=name_input(name, error))
        input_hash = hash_input()
    else:
        input_hash = hash_input()
        with store.hold():
            if is_given:
                result = refuse_given_days(store, result)
            report = _build_report(key, name, result, write_result(store, key, ParsedInput(name, input_hash, result)))
    store.append("runs", _build_run(report, input_hash, started_utc))
    return report


def _check_rows(name: str, result: ParseResult) -> None:
    """Refuse a parse in which rows vanished, before anything of it is written."""
    kept = result.events.num_rows + result.activity.num_rows + len(result.candidates) + len(result.withdrawn)
    kept += len(result.measurements)
    kept += result.series.num_rows if result.series is not None else 0
    found = kept + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    if found != result.read_count:
        raise FormatError(f"{name}: {result.read_count:,} rows were read and {found:,} accounted for; nothing is taken")


def _build_report(key: str, name: str, result: ParseResult, tally: Tally) -> IngestReport:
    return IngestReport(
        source_key=key,
        input_name=name,
        read_count=result.read_count,
        accepted_count=tally.accepted_count,
        duplicate_count=result.duplicate_count + tally.known_count,
        out_of_scope_count=result.out_of_scope_count,
        rejected_count=len(result.rejects),
        newest_date=_find_newest(result),
        first_date=result.first_date,
        note="; ".join(filter(None, (result.note, _describe_changes(tally)))),
    )


def _describe_changes(tally: Tally) -> str:
    count = tally.changed_count
    return f"{count} reports met before were changed by their publisher" if count else ""


def _build_run(report: IngestReport, input_hash: str, started_utc: datetime) -> pa.Table:
    row = {
        "run_id": uuid4().hex,
        "source_key": report.source_key,
        "input_name": report.input_name,
        "input_hash": input_hash,
        "started_utc": started_utc,
        "finished_utc": read_now_utc(),
        "is_success": report.is_success,
        "read_count": report.read_count,
        "accepted_count": report.accepted_count,
        "duplicate_count": report.duplicate_count,
        "out_of_scope_count": report.out_of_scope_count,
        "rejected_count": report.rejected_count,
        "newest_date": report.newest_date,
        "message": report.message or report.note,
    }
    return pa.Table.from_pylist([row], schema=RUN_SCHEMA)


def _find_newest(result: ParseResult) -> date | None:
    """The newest day that an input tells of. A machine may date an event a year ahead: its report is the bound then."""
    days: list[date | None] = []
    if result.events.num_rows:
        told = pc.min_element_wise(result.events["occurred_date"], result.events["reported_date"])
        days.append(pc.max(told).as_py())
    if result.activity.num_rows:
        days.append(pc.max(result.activity["date"]).as_py())
    if result.series is not None and result.series.num_rows:
        days.append(pc.max(result.series["month"]).as_py())
    days += [row.date_to for row in result.measurements]
    days += [candidate.published_date for candidate in result.candidates]
    return max((day for day in days if day), default=None)
