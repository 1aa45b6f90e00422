"""Pages with a reader's own article in view: its claims in place of the seed's, and nothing where it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from tests.apps import open_page, read_words
from tests.test_articles import write_article


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    write_article(folder / "own")
    return folder


@pytest.fixture(autouse=True)
def _own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSION_STORE", str(folder / "store"))
    monkeypatch.setenv("TENSION_DATA", str(folder / "own"))
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("overview", ""),
        ("assessments", ""),
        ("evidence", ""),
        ("article", "These two disagree on aircraft"),
        ("channels", ""),
        ("brief", ""),
    ],
)
def test_a_page_reads_the_article_that_the_address_names(name: str, words: str) -> None:
    app = open_page(name, article="second-report")
    assert not app.exception
    assert not app.error
    assert app.session_state["view_filter"].article == "second-report"
    assert words in read_words(app)
