"""The command that brings in years of a source that has a hundred files a day."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tension.commands.failures import ends_in_one_line, fail
from tension.commands.sources import CountFormat, FormatOption
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.intake.backfill import BackfillDay, backfill, check_backfill
from tension.intake.refresh import open_http
from tension.records.filters import parse_date
from tension.sources import find_adapter
from tension.store.delta import read_now_utc

_COUNTS = ("read", "accepted", "duplicate", "out_of_scope", "rejected")


@ends_in_one_line
def backfill_days(
    source: Annotated[str, typer.Argument(help="A source with many files a day: gdelt.")],
    since: Annotated[str, typer.Option("--since", help="First day, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option("--until", help="Last day, YYYY-MM-DD; default: today.")] = "",
    output: FormatOption = CountFormat.TABLE,
) -> None:
    """Bring in years of a source that has many files a day; broken off, it goes on where it stopped."""
    adapter, first, today = find_adapter(source), parse_date(since, "--since"), read_now_utc().date()
    last = min(parse_date(until, "--until"), today) if until else today
    check_backfill(adapter, first, last)
    desk = open_desk()
    days = []
    with _show_progress() as progress:
        task = progress.add_task(source, total=(last - first).days + 1)
        for done in backfill(desk.store, open_http(desk.settings), adapter, first, last):
            days.append(done)
            if done.day:
                progress.update(task, description=f"{source} {done.day}", completed=(done.day - first).days + 1)
    rows = [_count_day(day) for day in days]
    if output is CountFormat.JSON:
        print_json(rows)
    else:
        print_table(rows, ("day", "files", *_COUNTS), empty="Nothing to fetch: these days were taken in before.")
    if failures := [message for day in days for message in day.failures]:
        fail("; ".join(failures))


def _count_day(day: BackfillDay) -> dict[str, Any]:
    counts = [report.to_counts() for report in day.reports]
    sums = {name: sum(count[name] for count in counts) for name in _COUNTS}
    return {"day": day.day.isoformat() if day.day else "", "files": len(counts) if day.day else 0} | sums


def _show_progress() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
