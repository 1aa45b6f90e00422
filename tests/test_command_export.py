"""The `export` command: every format as a file that opens, the filter obeyed, else one line and a non-zero exit."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from defusedxml import ElementTree
from typer.testing import CliRunner

from tension.commands.export import export_chart
from tension.exports import pictures
from tension.figures.registry import CHARTS
from tests.ensure_browser import find_browser

Run = Callable[..., Result]
app = typer.Typer()
app.command("export")(export_chart)


@pytest.fixture
def run() -> Run:
    return lambda *words: CliRunner().invoke(app, list(words))


def fail_line(result: Result) -> str:
    assert result.exit_code != 0
    (line,) = result.stderr.strip().splitlines()
    return line


def test_list_names_every_chart_with_its_choices(run: Run) -> None:
    lines = run("--list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(CHARTS)
    assert any(line.startswith("timeline\t") and "lane=region|category|actor" in line for line in lines)


def test_csv_to_a_file_holds_the_events_of_the_filter(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    result = run("timeline", "--region", "south-china-sea", "--min-severity", "4", "-o", str(target))
    assert (result.exit_code, result.stdout.strip()) == (0, str(target))
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"))))
    assert len(rows) > 20
    assert {row["region"] for row in rows} == {"South China Sea"}
    assert {row["severity"] for row in rows} == {"4", "5"}


def test_csv_to_standard_output(run: Run) -> None:
    result = run("gpr", "--option", "country=TWN", "--since", "2026-03-01", "--format", "csv", "-o", "-")
    rows = list(csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert rows[0] == ["month", "gprc_twn"]
    assert [row[0] for row in rows[1:]] == ["2026-03-01", "2026-04-01"]


def test_html_carries_filter_and_link_of_the_site(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "a.html"
    site = "https://desk.example"
    result = run("activity-aircraft", "--as-of", "2025-10-31", "--site", site, "-o", str(target))
    assert result.exit_code == 0
    spec = re.search(
        r"\"name\":\"link\".*?\"text\":(\".*?[^\\]\")|\"text\":(\"Link.*?[^\\]\")", target.read_text("utf-8")
    )
    link = json.loads(next(filter(None, spec.groups())))
    assert link.replace("<br>", "") == "Link: https://desk.example/activity?v=1&amp;asof=2025-10-31&amp;count=aircraft"


@pytest.mark.browser
@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
def test_pictures(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, start: bytes) -> None:
    path = find_browser()
    assert path, "no Chromium or Chrome was found; `python tests/ensure_browser.py` installs one"
    monkeypatch.setenv("BROWSER_PATH", path)
    target = tmp_path / f"picture.{ending}"
    result = run("events-by-region", "--region", "taiwan-strait", "-o", str(target))
    assert result.exit_code == 0
    content = target.read_bytes()
    assert content.startswith(start)
    if ending == "svg":
        words = "".join(ElementTree.fromstring(content).itertext())
        assert "Taiwan Strait · record to 5 Jul 2026" in words
        assert "/record?v=1&region=taiwan-strait" in words


def test_without_an_output_the_file_is_named_after_the_view(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("timeline", "--region", "indian-ocean", "--format", "csv")
    assert result.stdout.strip() == "timeline-region-indian-ocean.csv"
    beside = "timeline-region-indian-ocean.csv-metadata.json"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["timeline-region-indian-ocean.csv", beside]


def test_several_charts_in_several_formats_go_into_a_folder_that_is_made(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    words = ("--formats", "csv,html", "--option", "lane=actor", "--region", "east-china-sea", "-o", str(folder))
    result = run("timeline", "events-by-region", *words)
    assert result.exit_code == 0
    names = ["timeline-actor-east-china-sea", "events-by-region-east-china-sea"]
    expected = [str(folder / f"{name}.{ending}") for name in names for ending in ("csv", "html")]
    assert result.stdout.splitlines() == expected
    alone = tmp_path / "alone.csv"
    run("timeline", "--option", "lane=actor", "--region", "east-china-sea", "-o", str(alone))
    assert (folder / f"{names[0]}.csv").read_bytes() == alone.read_bytes()


def test_all_charts_and_only_those_that_show_something(run: Run, tmp_path: Path) -> None:
    result = run("--all", "--format", "csv", "--region", "indian-ocean", "-o", str(tmp_path))
    assert result.exit_code == 0
    written = {path.name.split("-indian")[0] for path in tmp_path.iterdir()}
    assert {"timeline", "map", "states"} <= {name.split("-")[0] for name in written}
    assert not any(name.startswith("map-incidents") for name in written)
    assert "map-incidents: nothing to show" in result.stderr
    assert len(result.stdout.splitlines()) == len(written)
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".json"}


def test_a_chart_that_was_asked_for_and_shows_nothing_fails_after_the_others(run: Run, tmp_path: Path) -> None:
    words = ("--format", "csv,html", "--region", "indian-ocean", "-o", str(tmp_path))
    result = run("map-incidents", "timeline", *words)
    assert result.exit_code == 1
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".csv", ".json", ".html"]
    assert result.stderr.splitlines()[0].startswith("tension: map-incidents: nothing to show")
    assert result.stderr.splitlines()[-1] == "tension: 2 of 4 files were made"


@pytest.mark.browser
def test_one_browser_draws_all_pictures_of_an_order(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", find_browser() or "")
    opened: list[pictures.PictureBrowser] = []
    enter = pictures.PictureBrowser.__enter__
    monkeypatch.setattr(pictures.PictureBrowser, "__enter__", lambda self: opened.append(self) or enter(self))
    result = run("gpr", "events-by-region", "partners", "--formats", "svg,pdf", "-o", str(tmp_path))
    assert result.exit_code == 0
    assert len(opened) == 1
    starts = {".svg": b"<svg", ".pdf": b"%PDF"}
    assert len(list(tmp_path.iterdir())) == 6
    for path in tmp_path.iterdir():
        assert path.read_bytes().startswith(starts[path.suffix])
        assert b"Kaleido" not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope"], r"chart: 'nope' is not allowed; allowed: activity-aircraft,.*timeline"),
        ([], r"chart: '' is not allowed"),
        (["timeline", "--option", "lane=colour"], r"lane of timeline: 'colour'.*region, category, actor"),
        (["timeline", "--option", "lane"], r"NAME=VALUE"),
        (["timeline", "--region", "atlantis"], r"region: 'atlantis'.*taiwan-strait"),
        (["timeline", "--since", "2024-13-01"], r"since: .*YYYY-MM-DD"),
        (["timeline", "-o", "picture.bmp"], r"'bmp'.*png, svg, pdf, html, csv"),
        (["timeline", "--text", "no event says this", "-o", "x.csv"], r"nothing to show.*no event says this"),
        (["timeline", "gpr", "--option", "colour=red", "--format", "csv"], r"option of timeline, gpr: 'colour'.*lane"),
        (["--all", "--option", "lane=red", "--format", "csv"], r"lane of timeline: 'red'"),
        (["timeline", "--formats", "csv,bmp"], r"format: 'bmp'.*png, svg, pdf, html, csv"),
        (["timeline", "-o", "no/such/folder/x.csv"], r"no/such/folder/x.csv: can't be written"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert re.search(said, fail_line(run(*words)))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_a_browser_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "find_browser", lambda: None)
    line = fail_line(run("gpr", "--format", "pdf", "-o", str(tmp_path / "x.pdf")))
    assert "apt install chromium" in line
    assert not (tmp_path / "x.pdf").exists()
