"""Commands on official counts: the list of series, the rows of one, and the form of a table of one's own."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer

from tension.commands.failures import ends_in_one_line
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import BadInput
from tension.exports.csv_text import to_csv
from tension.exports.records import to_records
from tension.records.filters import EventFilter, parse_date
from tension.records.source_cards import UPLOADED_COUNTS
from tension.sources.measurements import TEMPLATE

LIST_COLUMNS = ("series", "measure", "unit", "region", "cadence", "first", "last", "rows", "publisher")
ROW_COLUMNS = ("series", "date_from", "date_to", "place", "measure", "value", "unit", "publisher", "note")


class MeasurementFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@ends_in_one_line
def print_measurements(
    series: Annotated[str, typer.Argument(help="A series, such as japan-senkaku; none lists them all.")] = "",
    since: Annotated[str, typer.Option("--since", help="First day, YYYY-MM-DD; rows lie wholly within.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last day, YYYY-MM-DD.")] = "",
    output: Annotated[MeasurementFormat, typer.Option("--format", help="How to print.")] = MeasurementFormat.TABLE,
) -> None:
    """Official counts: every series with its span, unit and publisher, or the rows of one, oldest first."""
    first, last = (parse_date(text, name) if text else None for text, name in ((since, "since"), (until, "until")))
    EventFilter(since=first, until=last)
    desk = open_desk()
    known = desk.list_series()
    if not series:
        frame, columns = known, LIST_COLUMNS
    elif series in set(known.series):
        frame, columns = desk.queries.load_measurements(series, first, last), ROW_COLUMNS
        frame["value"] = [int(value) if value.is_integer() else value for value in frame.value.astype(object)]
    else:
        raise BadInput("series", series, sorted(set(known.series)))
    _print(frame[list(columns)], output, "No row of this series lies within these days.")


def _print(frame: pd.DataFrame, output: MeasurementFormat, empty: str) -> None:
    if output is MeasurementFormat.CSV:
        sys.stdout.buffer.write(to_csv(frame))
    elif output is MeasurementFormat.JSON:
        print_json(to_records(frame))
    else:
        print_table(to_records(frame), tuple(frame.columns), empty=empty)


@ends_in_one_line
def print_template(
    what: Annotated[str, typer.Argument(help=f"What the table is to hold: {UPLOADED_COUNTS}.")],
) -> None:
    """The header and an example row of a table that `ingest` takes, as CSV."""
    if what != UPLOADED_COUNTS:
        raise BadInput("template", what, (UPLOADED_COUNTS,))
    sys.stdout.write(TEMPLATE)
