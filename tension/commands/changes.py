"""The command that tells what changed since a day."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tension.assessments.changes import read_changes
from tension.commands.options import AsOfOption, RegionOption, ends_in_one_line
from tension.commands.text_tables import print_json
from tension.desk import open_desk
from tension.exports.changes import build_changes_json
from tension.records.filters import parse_date, parse_region
from tension.words import format_day


class ChangesFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@ends_in_one_line
def print_changes(
    since: Annotated[str, typer.Option("--since", help="What was known on this day (YYYY-MM-DD) is left out.")],
    as_of: AsOfOption = "",
    region: RegionOption = None,
    output: Annotated[ChangesFormat, typer.Option("--format", help="How to print.")] = ChangesFormat.TEXT,
) -> None:
    """Turns, surges, grave events and contacts since a day, and the claims' words then and now."""
    desk = open_desk()
    until = parse_date(as_of, "as-of") if as_of else desk.find_last_day()
    regions = [parse_region(name) for name in region or ()]
    claims = desk.record.article.claims
    found = read_changes(desk.assessor, desk.queries, claims, parse_date(since, "since"), until, regions)
    if output is ChangesFormat.JSON:
        print_json(build_changes_json(found))
        return
    print(found.summary)
    for claim in found.claims:
        if claim.then != claim.now:
            print(f"{claim.claim.title}: {claim.then}, now {claim.now}")
    for change in found.changes:
        print(f"{format_day(change.day)}  {change.kind}  {change.words}")
