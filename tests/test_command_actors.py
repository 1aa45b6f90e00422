"""The `actors` command: profiles with the curated files' field names, and one line for a state without one."""

from __future__ import annotations

import json
from pathlib import Path

import typer
import yaml
from typer.testing import CliRunner

from tension.commands.actors import print_actors

DATA_DIR = Path(__file__).parents[1] / "data"
FIELDS = [
    "iso3",
    "name",
    "as_of",
    "role_in_theatre",
    "stated_positions",
    "red_lines",
    "posture_changes",
    "key_organizations",
    "treaty_ties",
    "key_people",
]

app = typer.Typer()
app.command("actors")(print_actors)


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_json_lists_every_profile_with_the_fields_of_the_files():
    printed = json.loads(run("--format", "json").stdout)
    assert [actor["iso3"] for actor in printed] == sorted(path.stem for path in (DATA_DIR / "actors").glob("*.yaml"))
    assert all(list(actor) == FIELDS for actor in printed)


def test_json_of_one_state_says_what_its_file_says():
    (printed,) = json.loads(run("kor", "--format", "json").stdout)
    read = yaml.safe_load((DATA_DIR / "actors" / "KOR.yaml").read_text(encoding="utf-8"))
    written = json.loads(json.dumps(read, default=str))
    assert printed["treaty_ties"] == written["treaty_ties"]
    assert "with" in printed["treaty_ties"][0]
    assert printed["stated_positions"] == written["stated_positions"]
    assert printed["red_lines"] == []


def test_json_keeps_an_unknown_start_of_office_as_null():
    (printed,) = json.loads(run("CHN", "--format", "json").stdout)
    since = {person["name"]: person["since"] for person in printed["key_people"]}
    assert since["Dong Jun"] == "2023-12-29"
    assert since["Wang Yi"] is None


def test_table_of_all_counts_what_each_profile_holds():
    rows = {line.split()[0]: line.split() for line in run().stdout.splitlines() if line[:3].isupper()}
    assert sorted(rows) == sorted(path.stem for path in (DATA_DIR / "actors").glob("*.yaml"))
    china = yaml.safe_load((DATA_DIR / "actors" / "CHN.yaml").read_text(encoding="utf-8"))
    lists = ("stated_positions", "red_lines", "posture_changes", "treaty_ties", "key_people")
    assert rows["CHN"] == ["CHN", "China", china["as_of"], *(str(len(china[name])) for name in lists)]


def test_table_of_one_state_dates_every_statement():
    printed = run("GBR").stdout
    assert printed.startswith("United Kingdom (GBR), as of 2026-05-30")
    assert "2025-05-22" in printed
    assert "posture" in printed


def test_unknown_state_is_one_line_that_lists_what_is_allowed():
    result = run("XYZ")
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert "'XYZ'" in line
    assert all(path.stem in line for path in (DATA_DIR / "actors").glob("*.yaml"))
