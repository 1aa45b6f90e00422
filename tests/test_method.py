"""docs/method.md says what the code does: its tables hold the vocabulary's own words, and the theme the palette's."""

from __future__ import annotations

import tomllib

import pytest

from components.method_parts import METHOD_FILE, read_sections
from tension.figures.palette import DARK, LIGHT, Palette
from tension.records.vocab import CAMEO_ROOTS, CATEGORY_LABELS, SEVERITY_LABELS, QuadClass
from tests.apps import ROOT, open_page, read_words


def read_table(title: str) -> list[list[str]]:
    """The rows of a section's table, without its head."""
    lines = [line for line in dict(read_sections())[title].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_severity_levels_are_those_of_the_vocabulary():
    assert {int(row[0]): row[1] for row in read_table("Severity")} == SEVERITY_LABELS


def test_categories_are_those_of_the_vocabulary():
    assert [row[0] for row in read_table("Categories")] == list(CATEGORY_LABELS.values())


def test_every_root_stands_in_its_quad_class():
    for label, roots in read_table("CAMEO roots and quad classes"):
        for root in roots.split(" · "):
            code, words = root.split(" ", 1)
            assert CAMEO_ROOTS[code] == words
            assert QuadClass.from_cameo_root(code).label == label
    listed = [root for _, roots in read_table("CAMEO roots and quad classes") for root in roots.split(" · ")]
    assert len(listed) == len(CAMEO_ROOTS)


def test_page_shows_every_section_every_break_and_every_indicator():
    app = open_page("method")
    titles = [title for title, _ in read_sections()]
    assert [block.value for block in app.header] == titles
    words = read_words(app)
    assert "6 Aug 2022" in words
    assert "Aircraft a day" in words
    assert "Geopolitical Risk index" in words


def test_the_document_begins_with_its_title_and_drops_nothing_on_the_page():
    text = METHOD_FILE.read_text(encoding="utf-8")
    assert text.startswith("# Method\n")
    assert sum(len(body) for _, body in read_sections()) > 0.95 * len(text)


def test_the_server_asks_no_other_host_for_anything():
    """Without an address a headless server asks a stranger for its public one; usage statistics go to Streamlit."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "localhost"
    assert config["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_theme_and_palette_are_one(palette: Palette):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][palette.name]
    assert theme["backgroundColor"] == palette.paper
    assert theme["secondaryBackgroundColor"] == palette.panel
    assert theme["textColor"] == palette.ink
    assert theme["primaryColor"] == palette.accent
    assert theme["borderColor"] == palette.grid
    assert theme["grayTextColor"] == palette.muted
