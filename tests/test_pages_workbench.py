"""The Workbench page: a text pasted, a sentence marked, the claim filled in, saved, in view, and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tension.records.vocab import Region
from tests.apps import open_page, read_words

EVIL = "<script>alert(1)</script> and [a link](javascript:x)"
TEXT = (
    f"China could increase its patrols around Taiwan. Lunch was good. {EVIL}. Ministers keep talking, Beijing warned."
)
OFFSET = 0


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENSION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("TENSION_DATA", str(tmp_path / "own"))
    st.cache_data.clear()
    st.cache_resource.clear()
    return tmp_path / "own"


def read_in(app: AppTest, text: str) -> AppTest:
    app.text_area("bench_pasted").set_value(text)
    next(button for button in app.button if button.label == "Read the text").click()
    return app.run()


def test_an_article_is_made_saved_followed_and_undone_through_the_page(own_folder: Path) -> None:
    app = read_in(open_page("workbench"), TEXT)
    assert not app.exception
    words = read_words(app)
    assert r"rising\: increase" in words
    assert r"modal\: could" in words
    assert "<script>" not in words.replace("\\<script", "")
    mark = next(box for box in app.checkbox if str(box.key).endswith("_0"))
    mark.check().run()
    assert "nothing" in str(app.info[0].value)
    app.text_input("bench_indicator").set_value("Encounters of ours")
    app.multiselect("bench_regions").set_value([Region.TAIWAN_STRAIT]).run()
    assert not app.exception
    assert "It could see " in read_words(app)
    app.button("bench_add").click().run()
    app.multiselect("bench_0_0_indicators").set_value(["own-encounters-of-ours"])
    app.text_input("bench_title").set_value("A report of our own")
    app.text_input("bench_publisher").set_value(EVIL)
    app.text_input("bench_0_statement").set_value("More patrols around Taiwan may come.").run()
    assert not app.exception
    assert not app.info, app.info[0].value
    assert r"Back\-test\:" in read_words(app)
    app.text_input("bench_publisher").set_value("Typed and saved at once")
    app.button("bench_save").click().run()
    assert not app.exception
    kept = (own_folder / "articles" / "a-report-of-our-own.yaml").read_text(encoding="utf-8")
    assert kept.count("own-encounters-of-ours") == 2
    assert "Typed and saved at once" in kept
    assert app.session_state["view_filter"].article == "a-report-of-our-own"
    assert app.query_params["article"] in ("a-report-of-our-own", ["a-report-of-our-own"])
    app.button("undo_a-report-of-our-own").click().run()
    assert not app.exception
    assert not (own_folder / "articles" / "a-report-of-our-own.yaml").exists()
    assert "article" not in app.query_params


@pytest.mark.parametrize("text", ["short", "\x07" * 40], ids=["short", "bells"])
def test_what_is_no_text_is_answered_in_one_line(text: str) -> None:
    app = read_in(open_page("workbench"), text)
    assert not app.exception
    assert r"allowed\: at least 20 characters" in app.error[0].value
