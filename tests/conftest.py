"""What every test may rely on: a store and a data folder of its own kind, never the reader's, and empty caches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers all browser tests go to one, for they share a server; else a file stays whole."""
    for item in items:
        group = "browser" if item.path.parent.name == "browser" else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def shared_places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that the first test fills and the others use; a test that writes makes its own."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(autouse=True)
def _never_the_readers_own(shared_places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSION_STORE", str(shared_places / "store"))
    monkeypatch.setenv("TENSION_DATA", str(shared_places / "data"))
    monkeypatch.chdir(Path(__file__).parents[1])
    if "streamlit" in sys.modules:
        streamlit = sys.modules["streamlit"]
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()
