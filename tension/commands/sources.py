"""Commands that bring sources in: refresh, ingest, parse, and what the ledger says of them."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tension.commands.failures import ends_in_one_line, fail, print_failure
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import BadInput, FormatError, SourceError
from tension.exports.records import build_event_json, to_plain, to_records
from tension.intake.groups import MIN_MENTIONS, propose_clusters
from tension.intake.ingest import IngestReport, ingest_file, ingest_path, name_input, parse_path
from tension.intake.ledger import load_rejects, read_statuses
from tension.records.filters import EventFilter, parse_date
from tension.sources import find_adapter, list_sources
from tension.sources.base import Adapter, FetchedFile, ParseResult, Told
from tension.sources.encodings import ENCODINGS
from tension.store.delta import read_now_utc

_COUNTS = ("file", "read", "accepted", "duplicate", "out_of_scope", "rejected")
_COUNTED = ("accepted", "rejected")
_NOT_SHOWN = ("content_hash", "recorded_utc", "source_key")


class CountFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[CountFormat, typer.Option("--format", help="How to print.")]
SourceArgument = Annotated[str, typer.Argument(help=f"One of: {', '.join(list_sources())}.")]
FilesArgument = Annotated[list[str], typer.Argument(help="Files, or - for standard input.")]
PublishedOption = Annotated[
    str, typer.Option("--published", help="Day (YYYY-MM-DD) of a bulletin that says only 'today', or no year.")
]
SheetOption = Annotated[str, typer.Option("--sheet", help="Name of the workbook's sheet that holds the table.")]
HeaderOption = Annotated[int | None, typer.Option("--header-row", min=1, help="Row that names the columns, from 1.")]
EncodingOption = Annotated[
    str, typer.Option("--encoding", help=f"Encoding of a table as text: {', '.join(ENCODINGS)}.")
]


@ends_in_one_line
@takes_filter("since")
def refresh(
    wanted: EventFilter,
    sources: Annotated[Optional[list[str]], typer.Argument(help=f"Which: {', '.join(list_sources())}.")] = None,  # noqa: UP045
    output: FormatOption = CountFormat.TABLE,
) -> None:
    """Fetch what is new from the sources and take it in; safe to repeat; a failing source doesn't stop the others."""
    from tension.intake.refresh import choose_sources, open_http, refresh_sources

    desk = open_desk()
    keys = choose_sources(desk.store, sources or ())
    reports: list[IngestReport] = []
    with _show_progress() as progress:
        task = progress.add_task("Refreshing", total=len(keys))
        for step in refresh_sources(desk.store, open_http(desk.settings), keys, wanted.since):
            words = f"{step.source_key} ({step.number} of {step.source_count})"
            if step.report:
                reports.append(step.report)
                words += f": {step.report.input_name}, {step.report.accepted_count} new"
            progress.update(task, description=words, completed=step.number - 1)
    _print_reports(reports, output)


@ends_in_one_line
def ingest(
    source: SourceArgument,
    files: FilesArgument,
    published: PublishedOption = "",
    sheet: SheetOption = "",
    header_row: HeaderOption = None,
    encoding: EncodingOption = "",
    output: FormatOption = CountFormat.TABLE,
) -> None:
    """Take local files of a source into the store; rows read = accepted + duplicate + out of scope + rejected."""
    adapter = find_adapter(source)
    told = _read_told(adapter, published, sheet, header_row, encoding)
    _check_files(files)
    store = open_desk().store
    reports = []
    with _show_progress() as progress:
        for name in progress.track(files, description=f"Taking in {source}"):
            if name == "-":
                reports.append(ingest_file(store, adapter, _read_standard_input(), told))
            else:
                reports.append(ingest_path(store, adapter, Path(name), told))
    _print_reports(reports, output)


@ends_in_one_line
def parse(
    source: SourceArgument,
    files: FilesArgument,
    published: PublishedOption = "",
    sheet: SheetOption = "",
    header_row: HeaderOption = None,
    encoding: EncodingOption = "",
) -> None:
    """Print what files of a source hold, as JSON; nothing is stored."""
    adapter = find_adapter(source)
    told = _read_told(adapter, published, sheet, header_row, encoding)
    _check_files(files)
    parsed, is_failed = [], False
    for name in files:
        try:
            result = _parse_one(adapter, name, told)
        except SourceError as error:
            reason = name_input(name, error)
            print_failure(reason)
            is_failed = True
            parsed.append({"file": name, "activity": [], "events": [], "rejects": [{"reason": reason, "text": ""}]})
            continue
        parsed.append({"file": name} | _build_parsed(result))
    print_json(parsed)
    if is_failed:
        raise typer.Exit(1)


@ends_in_one_line
def print_sources(output: FormatOption = CountFormat.TABLE) -> None:
    """How each source stands: last success, newest day, rows taken and refused, stale or not."""
    rows = [
        {
            "source": status.card.key,
            "title": status.card.title,
            "last_success_utc": to_plain(status.last_success_utc),
            "newest_date": to_plain(status.newest_date),
            "accepted": status.accepted_count,
            "rejected": status.rejected_count,
            "state": status.state,
            "is_stale": status.is_stale,
            "needs": " ".join(status.missing_env),
            "holes": [f"{first} to {last}" for first, last in status.holes],
            "last_message": status.last_message,
        }
        for status in read_statuses(open_desk().store)
    ]
    if output is CountFormat.JSON:
        print_json(rows)
    else:
        print_table(rows, ("source", "state", "last_success_utc", "newest_date", *_COUNTED, "needs", "last_message"))


@ends_in_one_line
def print_rejects(
    source: Annotated[str, typer.Option("--source", help="Only of this source.")] = "",
    output: FormatOption = CountFormat.TABLE,
) -> None:
    """Every row that was refused, with the reason and its text."""
    if source:
        find_adapter(source)
    rows = to_records(load_rejects(open_desk().store, source))
    if output is CountFormat.JSON:
        print_json(rows)
    else:
        print_table(rows, ("source_key", "input_name", "reason", "text"), empty="Nothing was refused.")


@ends_in_one_line
@takes_filter("regions", "since", "until", "actors")
def propose(
    wanted: EventFilter,
    min_mentions: Annotated[int, typer.Option("--min-mentions", help="Fewest mentions of a group.")] = MIN_MENTIONS,
    output: FormatOption = CountFormat.TABLE,
) -> None:
    """Put into the inbox, for review, groups of GDELT events: one day, pair of states, kind of act and place."""
    desk = open_desk()
    found, tally = propose_clusters(desk.store, desk.queries, wanted, min_mentions)
    row = {"groups": found, "new": tally.accepted_count, "known": tally.known_count}
    if output is CountFormat.JSON:
        print_json(row)
    else:
        print_table([row], tuple(row))


@ends_in_one_line
def compact() -> None:
    """Join the store's small files; readers are not disturbed."""
    store = open_desk().store
    with store.hold():
        removed = store.compact()
    print_table([{"table": name, "files_joined": count} for name, count in removed.items()], ("table", "files_joined"))


def _check_files(names: list[str]) -> None:
    """Refuse the whole command when one of its files can't be read, before anything is taken in."""
    for name in names:
        if name != "-" and (not os.access(name, os.R_OK) or Path(name).is_dir()):
            problem = "is a folder" if Path(name).is_dir() else "no such file, or it can't be read"
            raise FormatError(f"{name}: {problem}; allowed: a readable file, or - for standard input")


def _read_standard_input() -> FetchedFile:
    return FetchedFile("-", sys.stdin.buffer.read())


def _read_told(adapter: Adapter, published: str, sheet: str, header_row: int | None, encoding: str) -> Told:
    """What the options say of the inputs; raises BadInput for one that the source can't be told."""
    told = Told(parse_date(published, "published") if published else None, sheet, header_row or 0, encoding)
    card = adapter.SOURCE
    for name, value in vars(told).items():
        if value and name not in card.may_be_told:
            allowed = ", ".join(f"--{one.replace('_', '-')}" for one in card.may_be_told) or "none of these options"
            raise BadInput(f"--{name.replace('_', '-')} for {card.key}", str(value), allowed)
    return told


def _parse_one(adapter: Adapter, name: str, told: Told) -> ParseResult:
    if name == "-":
        return adapter.parse(_read_standard_input().raw, read_now_utc(), name, told)
    return parse_path(adapter, Path(name), read_now_utc(), told)


def _show_progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # In a log or a pipe a bar leaves empty lines between what matters.
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _build_parsed(result: ParseResult) -> dict[str, Any]:
    """A parse as plain data: what would be stored, and what was refused."""
    parsed: dict[str, Any] = {
        "activity": [_strip(row) for row in result.activity.to_pylist()],
        "events": [build_event_json(row) for row in result.events.to_pylist()],
        "rejects": [{"reason": reject.reason, "text": reject.text} for reject in result.rejects],
    }
    if result.candidates:
        parsed["candidates"] = [to_plain(asdict(candidate)) for candidate in result.candidates]
    if result.note:
        parsed["note"] = result.note
    if result.series is not None:
        parsed["series"] = [to_plain(row) for row in result.series.to_pylist()]
    return parsed


def _strip(row: dict[str, Any]) -> dict[str, Any]:
    return {name: to_plain(value) for name, value in row.items() if name not in _NOT_SHOWN}


def _print_reports(reports: list[IngestReport], output: CountFormat) -> None:
    rows = [report.to_counts() for report in reports]
    if output is CountFormat.JSON:
        print_json(rows)
    else:
        print_table(rows, _COUNTS, empty="Nothing to fetch.")
        for report in reports:
            if report.note:
                print_failure(f"{report.input_name}: {report.note}")
    failures = [report.message for report in reports if not report.is_success]
    if failures:
        fail("; ".join(failures))
