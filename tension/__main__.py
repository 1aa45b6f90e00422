"""The command line: `python -m tension`. Puts the commands together; each is defined in tension/commands."""

from __future__ import annotations

import io
import sys

import typer

from tension.commands.actors import print_actors
from tension.commands.assessments import print_assessments, print_evidence, print_indicators
from tension.commands.backtest import print_backtest
from tension.commands.changes import print_changes
from tension.commands.export import export_chart
from tension.commands.measurements import print_measurements, print_template
from tension.commands.options import print_failure
from tension.commands.record import check_data, print_activity, print_events
from tension.commands.sources import compact, ingest, parse, print_rejects, print_sources, propose, refresh

app = typer.Typer(
    name="tension",
    help="The Indo-Pacific tension tracker: events, counts, actors and assessments, each with its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("events")(print_events)
app.command("activity")(print_activity)
app.command("measurements")(print_measurements)
app.command("assessments")(print_assessments)
app.command("changes")(print_changes)
app.command("evidence")(print_evidence)
app.command("indicators")(print_indicators)
app.command("backtest")(print_backtest)
app.command("export")(export_chart)
app.command("actors")(print_actors)
app.command("refresh")(refresh)
app.command("ingest")(ingest)
app.command("parse")(parse)
app.command("sources")(print_sources)
app.command("rejects")(print_rejects)
app.command("propose")(propose)
app.command("compact")(compact)
app.command("template")(print_template)
app.command("check-data")(check_data)


def main() -> int:
    """Run the command line; every error is one line on standard error, and the exit code says so."""
    _allow_any_text()
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        print_failure(error.format_message() or "see --help")
        return 2
    return code if isinstance(code, int) else 0


def _allow_any_text() -> None:
    """Let a terminal or file that has no sign for a character show '?' in its place, instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
