"""Commands that print records: events, and Taiwan's daily counts."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tension.commands.failures import ends_in_one_line, print_failure
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.exports.records import EDITORS_ONLY, build_event_json, to_plain, to_records
from tension.exports.terms import is_exportable, keep_exportable
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    import pandas as pd

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
    queries = open_desk().queries
    if output not in (EventFormat.TABLE, EventFormat.JSON):
        sys.stdout.buffer.write(_build_file(queries.load_events(wanted, columns=None), output))
        return
    rows = queries.load_event_rows(wanted)
    if output is EventFormat.TABLE:
        print_table(map(to_plain, rows), _EVENT_TABLE, empty=f"No events: {wanted.describe()}.")
        return
    kept = [row for row in rows if is_exportable(row["source_key"])]
    _tell_left_out(len(rows) - len(kept))
    print_json([build_event_json(row) for row in kept])


def _build_file(frame: pd.DataFrame, output: EventFormat) -> bytes:
    """Events as a file in a format that is made of a frame; what makes it is imported for it alone."""
    from tension.exports.citations import CITATION_FORMATS
    from tension.exports.csv_text import to_csv
    from tension.exports.geo import to_geojson
    from tension.exports.grades import add_grades

    kept = keep_exportable(frame)
    _tell_left_out(len(frame) - len(kept))
    if output is EventFormat.GEOJSON:
        return to_geojson(kept) + b"\n"
    if output is EventFormat.CSV:
        return to_csv(add_grades(kept).drop(columns=list(EDITORS_ONLY)))
    return CITATION_FORMATS[output.value](kept)


def _tell_left_out(count: int) -> None:
    if count:
        print_failure(f"{count} events are left out: the terms of their source forbid passing them on")


@ends_in_one_line
@takes_filter("since", "until", "as_of")
def print_activity(
    wanted: EventFilter,
    output: Annotated[ActivityFormat, typer.Option("--format", help="How to print.")] = ActivityFormat.TABLE,
) -> None:
    """Taiwan's daily counts of aircraft and vessels, dated by the bulletin's day; blank means not stated."""
    frame = open_desk().queries.load_activity(wanted.since, wanted.until, wanted.as_of)
    if output is ActivityFormat.CSV:
        from tension.exports.csv_text import to_csv

        sys.stdout.buffer.write(to_csv(frame))
    elif output is ActivityFormat.JSON:
        print_json(to_records(frame))
    else:
        shown = [c for c in frame.columns if c.endswith("_count") or c in ("date", "sectors_entered", "scope")]
        print_table(to_records(frame), shown, empty="No day is covered in this span.")
