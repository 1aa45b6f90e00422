"""The command line: `python -m tension`. Lists the commands; each is defined in tension/commands, read when called."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from tension.commands.failures import print_failure

# Name, what `--help` says of it, and where it is: `--help` reads none of them, and a command only its own module.
COMMANDS = (
    ("events", "Events in view, oldest first.", "record:print_events"),
    ("activity", "Taiwan's daily counts of aircraft and vessels.", "record:print_activity"),
    (
        "measurements",
        "Official counts: every series with its span, unit and publisher.",
        "measurements:print_measurements",
    ),
    ("assessments", "The article's claims on a day.", "assessments:print_assessments"),
    ("articles", "The articles that are followed, with their claims.", "articles:print_articles"),
    ("changes", "Turns, surges, grave events and contacts since a day.", "changes:print_changes"),
    ("evidence", "Every indicator and claim that an event feeds.", "assessments:print_evidence"),
    ("indicators", "Every indicator in a sentence that an editor can print.", "assessments:print_indicators"),
    ("backtest", "Each claim against its known escalations.", "backtest:print_backtest"),
    (
        "judgements",
        "Judgements on what the record will say, with their scores.",
        "judgements:print_judgements",
    ),
    ("export", "Export charts as PNG, SVG, PDF, standalone HTML or the CSV behind them.", "export:export_chart"),
    ("brief", "Make a brief: charts that Office edits, tables, what changed, with footnotes.", "brief:make_brief_file"),
    ("verify", "Make what a file was made from again and compare.", "verify:verify_files"),
    ("package", "Write the record as a Frictionless data package.", "package:write_data_package"),
    ("alert", "Tell what your rules find, each message once.", "alert:send_alerts"),
    ("actors", "Profiles of states.", "actors:print_actors"),
    ("refresh", "Fetch what is new from the sources and take it in.", "sources:refresh"),
    ("backfill", "Bring in years of a source that has many files a day.", "backfill:backfill_days"),
    ("ingest", "Take local files of a source into the store.", "sources:ingest"),
    ("parse", "Print what files of a source hold, as JSON; nothing is stored.", "sources:parse"),
    ("sources", "How each source stands.", "sources:print_sources"),
    ("rejects", "Every row that was refused, with the reason.", "sources:print_rejects"),
    (
        "propose",
        "Put into the inbox, for review, groups of GDELT events.",
        "sources:propose",
    ),
    ("audit", "What visitors of a server for several people did.", "audit:print_audit"),
    ("compact", "Join the store's small files.", "sources:compact"),
    (
        "template",
        "The header and an example row of a table that `ingest` takes.",
        "measurements:print_template",
    ),
    ("check-data", "Validate every file of the curated record and of your own.", "curated_files:check_data"),
)


class _Command(TyperCommand):
    """A command by its name and what is said of it, until it is called: then the one that is defined."""

    def __init__(self, name: str, help_line: str, place: str) -> None:
        super().__init__(name, help=help_line)
        self._place = f"tension.commands.{place}"

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        defined = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        defined.command(self.name)(_import_command(self._place))
        return typer.main.get_command(defined).make_context(info_name, args, parent, **extra)


def _import_command(place: str) -> Callable[..., Any]:
    """The function at MODULE:NAME. What its module makes while it is imported stays, so it isn't looked through again.

    A tenth of the time of a short command goes into looking for garbage there, where there is none.
    """
    if place.partition(":")[0] in sys.modules:
        return cast("Callable[..., Any]", resolve_name(place))
    gc.disable()
    try:
        return cast("Callable[..., Any]", resolve_name(place))
    finally:
        gc.freeze()
        gc.enable()


class _Commands(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: _Command(name, help_line, place) for name, help_line, place in COMMANDS}


app = typer.Typer(
    name="tension", cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def _introduce() -> None:
    """The Indo-Pacific tension tracker: events, counts, actors and assessments, each with its source."""


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
