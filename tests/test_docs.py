"""The pages for those who work on this: pictures, lists and paths in them are those of the code."""

from __future__ import annotations

import re

import pytest

from components.view.layout import PAGES as APP_PAGES
from scripts.draw_architecture import PAGE, put_picture
from tension.__main__ import COMMANDS
from tension.settings import PROJECT_DIR
from tests.test_import_rules import ALLOWED

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/glossary.md",
    "docs/benchmarks.md",
    "docs/method.md",
)
# A path of ours; what stands in capitals, and the made-up source, are examples.
PATH = re.compile(r"`((?:tension|components|pages|tests|data|docs|scripts|bench)/[\w./]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


# The most files of each walk of docs/architecture.md; docs/decisions/0005-walks.md says why.
WALKS = {
    "A region filter becomes a query": 5,
    "A GDELT row becomes a stored event": 8,
    "An indicator's state is computed and shown": 9,
    "A chart is exported": 6,
}
FILE = re.compile(r"`([\w./]+\.(?:py|yaml|html))`")


def read(page: str) -> str:
    return (PROJECT_DIR / page).read_text(encoding="utf-8")


def test_the_picture_of_the_rooms_is_that_of_the_import_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert put_picture(page) == page, "draw it again: python -m scripts.draw_architecture"


def test_every_room_has_its_sentence() -> None:
    rows = re.findall(r"^\| (`.*?) \|", read("docs/architecture.md"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert named == set(ALLOWED) - {"tension"}


def test_the_readme_shows_every_command_and_no_other() -> None:
    shown = set(re.findall(r"python -m tension ([a-z-]+)", read("README.md")))
    assert shown == {name for name, _, _ in COMMANDS}


def test_the_readme_says_of_every_page_what_it_answers() -> None:
    table = read("README.md").split("| page | answers |")[1].split("\n\n")[0]
    named = {name for row in re.findall(r"^\| ([\w, ]+) \| ", table, re.MULTILINE) for name in row.split(", ")}
    assert named == {title for title, _ in APP_PAGES.values()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_and_links_what_is_there(page: str) -> None:
    text = read(page)
    named = [path for path in PATH.findall(text) if "example" not in path and "NAME" not in path and "KEY" not in path]
    missing = [path for path in named if not (PROJECT_DIR / path).exists()]
    missing += [link for link in LINK.findall(text) if not (PROJECT_DIR / page).parent.joinpath(link).exists()]
    assert missing == []


def list_stations(walk: str) -> list[str]:
    """The steps of a walk, each in one line."""
    text = read("docs/architecture.md").split(f"**{walk}.**\n")[1].split("\n\n")[0]
    return [" ".join(step.split()) for step in re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]]


def find_missing(station: str) -> list[str]:
    """Names of a step that its file doesn't define, or doesn't call where the step says that it calls them."""
    (path,) = FILE.findall(station)
    text = (PROJECT_DIR / path).read_text(encoding="utf-8")
    found = r"^ .*\b{0}\(" if "` calls `" in station else r"^ *(?:(?:def|class) {0}\b|{0}\b.* = )"
    names = re.findall(r"`(\w+)`", station)
    return [name for name in names if not re.search(found.format(name), text, re.MULTILINE)]


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_passes_so_many_files_and_each_has_what_it_is_entered_for(walk: str) -> None:
    stations = list_stations(walk)
    assert len(stations) == WALKS[walk]
    assert {station: missing for station in stations if (missing := find_missing(station))} == {}
    assert all(re.search(r"`\w+`", station) for station in stations if ".py`" in station)


def test_the_page_has_no_walk_besides() -> None:
    assert set(re.findall(r"^\*\*(.+)\.\*\*$", read("docs/architecture.md"), re.MULTILINE)) == set(WALKS)


@pytest.mark.parametrize(
    ("station", "missing"),
    [
        ("`tension/store/delta.py`: `append` and `summarise`", ["summarise"]),
        ("`tension/intake/ingest.py`: `write_result`", ["write_result"]),
        ("`app.py` calls `open_view` and `open_desk`.", ["open_desk"]),
    ],
)
def test_a_function_that_stands_elsewhere_is_missed(station: str, missing: list[str]) -> None:
    assert find_missing(station) == missing
