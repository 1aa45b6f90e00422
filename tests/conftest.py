"""What every test may rely on: a store and a data folder of its own kind, never the reader's, and empty caches."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers a file stays whole, and all browser tests go to one worker, for they share a server."""
    from xdist.scheduler import LoadScopeScheduling

    class ByServer(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else nodeid.split("::", maxsplit=1)[0]

    return ByServer(config, log)


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
