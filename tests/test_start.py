"""What a command imports: no more than it uses. Each in a process of its own, since this one has imported it all."""

from __future__ import annotations

import os
import subprocess
import sys
from pkgutil import resolve_name

import pytest

from tension.__main__ import COMMANDS
from tension.desk import open_desk
from tension.settings import PROJECT_DIR

HEAVY = {"pandas", "numpy", "scipy", "pyarrow", "duckdb", "deltalake", "ibis", "plotly", "pydeck", "streamlit", "yaml"}
RUN = """
import sys
from tension.__main__ import main
sys.argv = ["tension", *sys.argv[1:]]
code = main()
print(*(name for name in sys.modules if "." not in name or name.startswith("tension.")), file=sys.stderr)
sys.exit(code)
"""


def list_imported(*words: str) -> set[str]:
    """The packages, and our own modules, that a command has imported when it ends."""
    command = [sys.executable, "-c", RUN, *words]
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return set(done.stderr.split())


def test_the_list_of_commands_is_told_without_reading_one() -> None:
    imported = list_imported("--help")
    assert imported & HEAVY == set()
    ours = {name for name in imported if name.startswith("tension.")}
    assert ours == {"tension.__main__", "tension.commands", "tension.commands.failures", "tension.errors"}


def test_what_a_command_takes_is_told_without_opening_the_record() -> None:
    assert list_imported("export", "--help") & HEAVY == set()


def test_events_are_printed_without_what_only_readings_and_pictures_need() -> None:
    # The record was taken in before: a start that finds nothing changed reads none of its files but the list of
    # publishers, in YAML, by which the events' sources are graded.
    open_desk()
    imported = list_imported("events", "--region", "taiwan-strait", "--format", "json")
    assert imported & HEAVY == {"numpy", "pyarrow", "duckdb", "deltalake", "ibis", "yaml"}
    rooms = ("assessments", "readings", "relations", "figures", "sources", "intake", "records.curated")
    assert {name for name in imported if name.startswith(tuple(f"tension.{room}" for room in rooms))} == set()


@pytest.mark.parametrize(("name", "help_line", "place"), COMMANDS)
def test_the_line_on_a_command_is_where_its_own_help_begins(name: str, help_line: str, place: str) -> None:
    command = resolve_name(f"tension.commands.{place}")
    assert str(command.__doc__).startswith(help_line.removesuffix(".")), name
