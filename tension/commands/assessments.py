"""Commands that print what the article's claims read on a day, and what an event feeds."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from tension.articles.own import load_record
from tension.assessments.counts import list_sea_rows
from tension.assessments.headlines import write_desk_headline
from tension.assessments.notes import build_notes
from tension.assessments.noticing import read_notices
from tension.assessments.wording import name_reading, pick_sign
from tension.commands.failures import ends_in_one_line
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import BadInput
from tension.exports.claims import build_claim_json, build_sea_json
from tension.exports.csv_text import to_csv
from tension.exports.records import to_records
from tension.records.filters import EventFilter
from tension.records.vocab import Region
from tension.settings import Settings


class ReadingFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


class EvidenceFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


_FEED_TABLE = "claim_id claim_state part_id indicator_id state role".split()
_EVIDENCE_TABLE = "claim_id indicator_id indicator_state role occurred_date what publisher url".split()

FormatOption = Annotated[ReadingFormat, typer.Option("--format", help="How to print.")]


@ends_in_one_line
@takes_filter("as_of", "article")
def print_assessments(wanted: EventFilter, output: FormatOption = ReadingFormat.TABLE) -> None:
    """The article's claims on a day, by what had been reported then; the last day covered unless said otherwise."""
    desk = open_desk().choose_article(wanted.article)
    day = wanted.as_of or desk.find_last_day()
    notices = read_notices(desk.assessor, desk.record.article.claims, day)
    seas = list_sea_rows(desk.series, desk.load_measurements, day)
    if output is ReadingFormat.JSON:
        claims = []
        for notice in notices:
            regions = notice.claim.regions or tuple(Region)
            counts = [build_sea_json(row) for row in seas if row.region in regions or Region.INDO_PACIFIC in regions]
            reading = desk.assessor.read_claim(notice.claim.claim_id, day)
            claims.append(build_claim_json(notice, reading) | {"official_counts": counts})
        print_json(claims)
        return
    print(f"As of {day}, by what had been reported then. No forecast.")
    print(write_desk_headline(notices).text)
    rows = [
        {
            "claim": notice.claim.claim_id,
            "state": str(notice.reading.state),
            "sign": pick_sign(found),
            "indicator": found.indicator.title,
            "reads": name_reading(found),
            "why": found.reason,
            "holds in": found.robustness,
        }
        for notice in notices
        for found in desk.assessor.read_claim(notice.claim.claim_id, day).indicators
    ]
    print_table(rows, ("claim", "state", "sign", "indicator", "reads", "why", "holds in"))
    print("Official counts by sea, read as far as they had been published by then.")
    print_table([build_sea_json(row) for row in seas], ("region", "state", "words"))


@ends_in_one_line
@takes_filter("as_of", "article")
def print_evidence(
    wanted: EventFilter,
    event_id: Annotated[str, typer.Argument(help="An event_id, as `events` prints it; all evidence without one.")] = "",
    claim: Annotated[str, typer.Option("--claim", help="The evidence of one claim, by its claim_id.")] = "",
    output: Annotated[EvidenceFormat, typer.Option("--format", help="How to print.")] = EvidenceFormat.TABLE,
) -> None:
    """Every indicator and claim that an event feeds; without an event, what stands behind every claim on a day."""
    desk = open_desk().choose_article(wanted.article)
    day = wanted.as_of or desk.find_last_day()
    if event_id:
        if desk.queries.load_event(event_id) is None:
            raise BadInput("event", event_id, "an event_id of the record; see the command events")
        frame = desk.build_feeds(event_id, day)
        shown, empty = _FEED_TABLE, "This event feeds no indicator."
    else:
        frame = desk.load_evidence(day, [claim] if claim else ())
        shown, empty = _EVIDENCE_TABLE, "No evidence."
    if output is EvidenceFormat.JSON:
        print_json(to_records(frame))
    elif output is EvidenceFormat.CSV:
        sys.stdout.buffer.write(to_csv(frame))
    else:
        print_table(to_records(frame), shown, empty=empty)


@ends_in_one_line
@takes_filter("article")
def print_indicators(wanted: EventFilter) -> None:
    """Every indicator in a sentence that an editor can print, with its rule and its limits, as Markdown."""
    loaded, _ = load_record(Settings.from_environment())
    record = loaded.choose(wanted.article)
    print(build_notes(record.claim_rules, record.article.claims), end="")
