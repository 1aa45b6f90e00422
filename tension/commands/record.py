"""Commands that print records: events, Taiwan's daily counts, and the check of the curated files."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tension.assessments.kinds import check_rules
from tension.commands.options import (
    ends_in_one_line,
    print_failure,
    takes_filter,
)
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import CuratedDataError
from tension.exports.citations import CITATION_FORMATS
from tension.exports.csv_text import to_csv
from tension.exports.geo import to_geojson
from tension.exports.records import EDITORS_ONLY, build_event_json, to_records
from tension.exports.terms import keep_exportable
from tension.records.curated import OwnRecord, join_own_record, load_curated, load_own_record
from tension.records.filters import EventFilter
from tension.records.measurements import Measurement, load_measurements, span_series
from tension.settings import Settings
from tension.sources.coding.gazetteer import load_gazetteer
from tension.sources.coding.lexicon import load_lexicon
from tension.sources.rss.adapter import load_feeds

_EVENT_TABLE = ("occurred_date", "region", "severity", "initiator", "target", "category", "title", "event_id")


class EventFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    GEOJSON = "geojson"
    CSL_JSON = "csl-json"
    RIS = "ris"
    BIBTEX = "bibtex"


class ActivityFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@ends_in_one_line
@takes_filter()
def print_events(
    wanted: EventFilter,
    output: Annotated[EventFormat, typer.Option("--format", help="How to print.")] = EventFormat.TABLE,
) -> None:
    """Events in view, oldest first."""
    frame = open_desk().queries.load_events(wanted, columns=None)
    if output is not EventFormat.TABLE and (left_out := len(frame) - len(keep_exportable(frame))):
        print_failure(f"{left_out} events are left out: the terms of their source forbid passing them on")
        frame = keep_exportable(frame)
    if output is EventFormat.GEOJSON:
        sys.stdout.buffer.write(to_geojson(frame) + b"\n")
    elif output.value in CITATION_FORMATS:
        sys.stdout.buffer.write(CITATION_FORMATS[output.value](frame))
    elif output is EventFormat.CSV:
        sys.stdout.buffer.write(to_csv(frame.drop(columns=list(EDITORS_ONLY))))
    elif output is EventFormat.JSON:
        print_json([build_event_json(row) for row in frame.to_dict("records")])
    else:
        print_table(to_records(frame), _EVENT_TABLE, empty=f"No events: {wanted.describe()}.")


@ends_in_one_line
@takes_filter("since", "until", "as_of")
def print_activity(
    wanted: EventFilter,
    output: Annotated[ActivityFormat, typer.Option("--format", help="How to print.")] = ActivityFormat.TABLE,
) -> None:
    """Taiwan's daily counts of aircraft and vessels, dated by the bulletin's day; blank means not stated."""
    frame = open_desk().queries.load_activity(wanted.since, wanted.until, wanted.as_of)
    if output is ActivityFormat.CSV:
        sys.stdout.buffer.write(to_csv(frame))
    elif output is ActivityFormat.JSON:
        print_json(to_records(frame))
    else:
        shown = [c for c in frame.columns if c.endswith("_count") or c in ("date", "sectors_entered", "scope")]
        print_table(to_records(frame), shown, empty="No day is covered in this span.")


def check_data() -> None:
    """Validate every file of the curated record and of your own; print the counts, or every fault and exit code 1."""
    settings = Settings.from_environment()
    faults: list[str] = []
    counts: dict[str, int] = {}
    own = OwnRecord()
    rows: list[Measurement] = []
    try:
        own = load_own_record(settings.user_data_dir)
    except CuratedDataError as error:
        faults += error.faults
    try:
        record = load_curated(settings.data_dir)
        check_rules(record.claim_rules, record.series)
        counts = record.count()
        join_own_record(record, own)
        rows, unread = load_measurements(settings.data_dir, record.series)
        faults += unread
    except CuratedDataError as error:
        faults += error.faults
    faults += find_list_faults(settings.data_dir)
    if faults:
        for fault in faults:
            print(fault, file=sys.stderr)
        print(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}; nothing was loaded.", file=sys.stderr)
        raise typer.Exit(1)
    counts |= own.count()
    for name, count in counts.items():
        print(f"{count:>6}  {name}")
    for series, first, last, count in span_series(rows):
        print(f"{count:>6}  values of {series}, {first} to {last}")


def find_list_faults(folder: Path) -> list[str]:
    """The faults of the lists that propose a coding; they are loaded when a feed is read, and checked here."""
    faults: list[str] = []
    for load, name in ((load_feeds, "feeds.yaml"), (load_lexicon, "lexicon.yaml"), (load_gazetteer, "gazetteer.csv")):
        try:
            load(folder / name)
        except CuratedDataError as error:
            faults += [f"{folder.name}/{fault}" for fault in error.faults]
        except OSError as error:
            faults.append(f"{folder.name}/{name}: {error.strerror}")
        except UnicodeDecodeError as error:
            faults.append(f"{folder.name}/{name}: not UTF-8 text ({error.reason})")
    return faults
