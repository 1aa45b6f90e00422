"""The Judgements page: what is missing is said in one line and loses nothing; made, revised and voided by clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tension.desk import Desk
from tension.judgements.book import BOOK_FILE
from tests.apps import open_page, read_words

REASON = "More ships have come each month since May."


@pytest.fixture
def book(own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENSION_STORE", own_desk.settings.store_uri)
    monkeypatch.setenv("TENSION_DATA", str(own_desk.settings.user_data_dir))
    return own_desk.settings.user_data_dir / BOOK_FILE


def press(app: AppTest, key: str) -> str:
    """What the page says of a click."""
    app.button(key).click().run()
    assert not app.exception
    return " ".join(message.value for message in (*app.error, *app.success)).replace("\\", "")


def test_a_judgement_is_made_revised_and_voided_by_who_gives_a_name_and_a_reason(book: Path) -> None:
    app = open_page("judgements")
    assert "No judgement yet" in read_words(app)
    assert "reason: '' is not allowed" in press(app, "judgement_make")
    app.text_area("make_reason").set_value(REASON)
    assert "author: '' is not allowed" in press(app, "judgement_make")
    assert app.text_area("make_reason").value == REASON
    assert not book.exists()
    app.text_input("judgement_author").set_value("A. Analyst")
    assert press(app, "judgement_make").startswith("Written: ")
    assert len(book.read_text(encoding="utf-8").splitlines()) == 1
    assert "reason: '' is not allowed" in press(app, "judgement_void")
    app.text_area("revise_reason").set_value("It rests on a count that ended.")
    assert press(app, "judgement_revise").startswith("Revised: ")
    assert press(app, "judgement_void").startswith("Void: ")
    assert len(book.read_text(encoding="utf-8").splitlines()) == 3
