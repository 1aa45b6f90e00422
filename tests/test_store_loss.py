"""A store that goes, breaks or may not be written to while it is in use: one line says so, and its mending is seen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import streamlit as st

from components import loaders
from tension.desk import Desk
from tension.errors import StoreDamaged, StoreError
from tension.records.filters import EventFilter
from tension.store.delta import Store
from tests.apps import open_page


@pytest.fixture
def store(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled record in a folder of the test's own, which the app has open."""
    folder = tmp_path / "store"
    shutil.copytree(desk.settings.store_uri, folder)
    monkeypatch.setenv("TENSION_STORE", str(folder))
    monkeypatch.setenv("TENSION_DATA", str(tmp_path / "data"))
    st.cache_data.clear()
    st.cache_resource.clear()
    assert loaders.get_desk().store.uri == str(folder)
    return folder


def look() -> str:
    """What the app says of the store when it next looks at it."""
    loaders._read_stamps.clear()
    notice = loaders.get_desk_notice()
    assert "\n" not in notice
    return notice


def count_events() -> int:
    return loaders.load_summary(EventFilter()).event_count


def cut_files(folder: Path) -> None:
    for file in (folder / "events").rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-100])


def test_a_deleted_store_is_made_again_and_told(store: Path) -> None:
    before = count_events()
    shutil.rmtree(store)
    assert "can't be read" in look()
    assert (count_events(), loaders.get_desk().store.uri) == (before, str(store))
    assert look() == ""


def test_a_store_that_is_cut_off_is_told_the_record_stands_in_and_its_mending_is_seen(
    store: Path, tmp_path: Path
) -> None:
    before = count_events()
    shutil.copytree(store, tmp_path / "whole")
    cut_files(store)
    with pytest.raises(StoreDamaged, match="can't be read"):
        loaders.load_summary(EventFilter(text="cable"))
    loaders.reopen_desk()
    for _ in range(2):
        assert "Shown: the curated record alone" in look()
        assert count_events() == before
    standing_in = loaders.get_desk().store.uri
    assert standing_in != str(store)
    shutil.rmtree(store)
    shutil.copytree(tmp_path / "whole", store)
    assert look() == ""
    assert (count_events(), loaders.get_desk().store.uri) == (before, str(store))


def test_a_page_whose_store_breaks_under_it_says_so_in_one_line(store: Path) -> None:
    cut_files(store)
    app = open_page("record", q="cable")
    assert not app.exception
    assert len(app.error) == 1
    assert "can't be read" in app.error[0].value.replace("\\", "")
    button = next(one for one in app.button if one.label == "Open the store anew")
    button.click().run()
    assert not app.error
    assert "the curated record alone" in " ".join(warning.value for warning in app.warning)


def test_a_store_that_may_not_be_written_to_is_told_in_one_line(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tension.store.delta.FileLock.acquire", refuse)
    with (
        pytest.raises(StoreError, match=f"store {store}: can't be written \\(Permission denied\\)"),
        Store(str(store)).hold(),
    ):
        pytest.fail("the store can't be held")
