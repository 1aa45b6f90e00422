"""The pages for those who work on this: pictures, lists and paths in them are those of the code."""

from __future__ import annotations

import re

import pytest

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


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_and_links_what_is_there(page: str) -> None:
    text = read(page)
    named = [path for path in PATH.findall(text) if "example" not in path and "NAME" not in path and "KEY" not in path]
    missing = [path for path in named if not (PROJECT_DIR / path).exists()]
    missing += [link for link in LINK.findall(text) if not (PROJECT_DIR / page).parent.joinpath(link).exists()]
    assert missing == []
