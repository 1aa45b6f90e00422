"""What the app holds: new events are seen without a restart, a broken file is told and what was there stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import streamlit as st

from components import loaders
from tension.desk import open_desk
from tension.records.filters import EventFilter
from tension.settings import Settings
from tests.apps import ROOT, open_page
from tests.factories import OWN_EVENT

TWO_FAULTS = OWN_EVENT.replace("severity: 1", "severity: 9").replace("region: Indian Ocean", "region: Atlantis")


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENSION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("TENSION_DATA", str(tmp_path / "data"))
    st.cache_data.clear()
    st.cache_resource.clear()
    (tmp_path / "data" / "events").mkdir(parents=True)
    return tmp_path / "data" / "events" / "own.yaml"


def write(file: Path, text: str) -> None:
    """Write, and let the next look come: the app looks a few times a second, and a test doesn't wait."""
    file.write_text(text, encoding="utf-8")
    loaders._read_stamps.clear()


def test_a_store_among_ones_own_files_is_taken_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TENSION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("TENSION_DATA", str(tmp_path))
    st.cache_data.clear()
    st.cache_resource.clear()
    loaders.get_version()
    stamps = loaders._read_stamps()
    monkeypatch.setattr(loaders.Desk, "refresh", lambda _: pytest.fail("nothing changed, and yet it is taken in again"))
    loaders._read_stamps.clear()
    assert loaders._read_stamps() == stamps
    loaders.get_version()


def test_a_file_of_a_page_holds_the_latest_events_and_says_of_how_many(own_file: Path, monkeypatch: pytest.MonkeyPatch):
    total = loaders.load_summary(EventFilter()).event_count
    assert (len(loaders.load_file_events(EventFilter())), loaders.tell_file_limit(EventFilter())) == (total, "")
    monkeypatch.setattr(loaders, "FILE_LIMIT", 3)
    held = loaders.load_file_events(EventFilter())
    assert list(held.event_id) == list(loaders.load_events(EventFilter()).event_id[-3:])
    assert "summary" in held
    assert loaders.tell_file_limit(EventFilter()) == f"The latest 3 of {total:,} events in view"


def test_an_added_event_is_seen_and_a_removed_one_goes(own_file: Path):
    before = loaders.load_summary(EventFilter()).event_count
    version = loaders.get_version()
    write(own_file, OWN_EVENT)
    assert loaders.load_summary(EventFilter()).event_count == before + 1
    assert loaders.get_version() != version
    assert loaders.has_event(EventFilter(), "2026-07-01-own-event")
    own_file.unlink()
    loaders._read_stamps.clear()
    assert loaders.load_summary(EventFilter()).event_count == before
    assert loaders.load_event("2026-07-01-own-event") is None


def test_a_broken_file_is_told_and_the_record_stands(own_file: Path):
    before = loaders.load_summary(EventFilter()).event_count
    write(own_file, OWN_EVENT.replace("severity: 1", "severity: 9"))
    assert loaders.load_summary(EventFilter()).event_count == before
    assert "own.yaml:2" in loaders.get_desk_notice()
    assert "severity" in loaders.get_desk_notice()
    write(own_file, OWN_EVENT)
    assert loaders.get_desk_notice() == ""
    assert loaders.load_summary(EventFilter()).event_count == before + 1


def test_nothing_is_opened_anew_while_no_file_changes(own_file: Path, monkeypatch: pytest.MonkeyPatch):
    loaders.get_version()
    opened = []
    monkeypatch.setattr(type(loaders.get_desk()), "refresh", opened.append)
    loaders._read_stamps.clear()
    loaders.get_version()
    assert opened == []


def test_what_is_built_is_kept_for_its_arguments(own_file: Path):
    calls = []

    def build(desk: object, wanted: EventFilter, word: str) -> str:
        calls.append(word)
        return f"{word} {len(wanted.text)}"

    assert loaders.load_built(build, EventFilter(text="ab"), "x") == "x 2"
    assert loaders.load_built(build, EventFilter(text="ab"), "x") == "x 2"
    assert loaders.load_built(build, EventFilter(text="abc"), "x") == "x 3"
    assert calls == ["x", "x"]


def test_an_own_file_that_was_broken_before_the_start_is_told_above_the_record(own_file: Path):
    write(own_file, TWO_FAULTS)
    app = open_page("record")
    assert not app.exception
    assert not app.error
    said = app.warning[0].value.replace("\\", "")
    assert "own.yaml:2 2026-07-01-own-event: region" in said
    assert "(and 1 more)" in said
    assert app.dataframe


@pytest.fixture
def copied_data(own_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled record in a folder that a test may change, with the app opened on it."""
    copied = Path(shutil.copytree(ROOT / "data", tmp_path / "bundled"))
    settings = Settings(copied, own_file.parents[1], str(tmp_path / "store"))
    monkeypatch.setattr(loaders, "open_desk", lambda **options: open_desk(settings, **options))
    return copied


def test_a_bundled_record_that_cannot_be_opened_says_every_fault_and_shows_nothing(copied_data: Path):
    events = sorted((copied_data / "events").iterdir())[0]
    events.write_text(TWO_FAULTS, encoding="utf-8")
    app = open_page("record")
    assert not app.exception
    said = app.error[0].value.replace("\\", "")
    assert f"{events.name}:2 2026-07-01-own-event: severity" in said
    assert f"{events.name}:2 2026-07-01-own-event: region" in said
    assert not app.dataframe


def test_a_changed_file_of_the_record_is_read_again(copied_data: Path):
    assert loaders.load_record().article.author == "Sseema Giill"
    article = copied_data / "articles" / "constructive-talks.yaml"
    write(article, article.read_text(encoding="utf-8").replace("author: Sseema Giill", "author: Someone Else"))
    assert loaders.load_record().article.author == "Someone Else"
    write(article, "nonsense: [")
    assert loaders.load_record().article.author == "Someone Else"
    assert "constructive-talks.yaml" in loaders.get_desk_notice()
