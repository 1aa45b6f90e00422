"""The command that tells what changed since a day."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tension.assessments.changes import read_changes
from tension.commands.failures import ends_in_one_line
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json
from tension.desk import open_desk
from tension.exports.changes import build_changes_json
from tension.records.filters import EventFilter, parse_date
from tension.words import format_day


class ChangesFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@ends_in_one_line
@takes_filter("as_of", "regions", "article")
def print_changes(
    wanted: EventFilter,
    since: Annotated[str, typer.Option("--since", help="What was known on this day (YYYY-MM-DD) is left out.")],
    output: Annotated[ChangesFormat, typer.Option("--format", help="How to print.")] = ChangesFormat.TEXT,
) -> None:
    """Turns, surges, grave events and contacts since a day, and the claims' words then and now."""
    desk = open_desk().choose_article(wanted.article)
    until = wanted.as_of or desk.find_last_day()
    claims = desk.record.article.claims
    found = read_changes(desk.assessor, desk.queries, claims, parse_date(since, "since"), until, wanted.regions)
    if output is ChangesFormat.JSON:
        print_json(build_changes_json(found))
        return
    print(found.summary)
    for claim in found.claims:
        if claim.then != claim.now:
            print(f"{claim.claim.title}: {claim.then}, now {claim.now}")
    for change in found.changes:
        print(f"{format_day(change.day)}  {change.kind}  {change.words}")
