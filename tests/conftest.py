"""What every test may rely on: a store and a data folder of its own kind, never the reader's, and empty caches.

`desk` is the bundled record, opened once and only read; `own_desk` is a copy of it that a test may write to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tension.desk import Desk, open_desk
from tension.records import curated
from tension.records.fingerprint import hash_folder
from tension.records.schema import CANDIDATE_SCHEMA, EVENT_SCHEMA
from tension.records.source_cards import LEADS
from tension.settings import PROJECT_DIR, Settings
from tests.factories import copy_desk, load_raw_events

# No example is failed for being slow: what a test waits for is never the clock.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers a file stays whole, and all browser tests go to one worker, for they share a server."""
    from xdist.scheduler import LoadScopeScheduling

    class ByServer(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else nodeid.split("::", maxsplit=1)[0]

    return ByServer(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return fail_skipped(report) if os.environ.get("CI") else report


def fail_skipped(report: pytest.TestReport) -> pytest.TestReport:
    """A report in which a skipped test has failed: where all is there, nothing is left out in silence."""
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"{reason} (CI is set, where no test may be skipped)"
    return report


@pytest.fixture(scope="session", autouse=True)
def _read_the_record_once() -> Iterator[None]:
    """The same files are one record for every desk of the run, for it is only read: half a second each."""
    load_curated = curated.load_curated
    kept: dict[tuple[Path, str], curated.CuratedRecord] = {}

    def load_once(folder: Path) -> curated.CuratedRecord:
        key = folder, hash_folder(folder)
        if key not in kept:
            kept[key] = load_curated(folder)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curated, "load_curated", load_once)
        yield


@pytest.fixture(scope="session")
def shared_places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that the first test fills and the others use; a test that writes makes its own."""
    return tmp_path_factory.mktemp("shared")


# What the app has computed for the shared store holds for the next test as well, unless the test could change it.
_CHANGING_FIXTURES = {"monkeypatch", "own_desk"}


@pytest.fixture(autouse=True)
def _never_the_readers_own(shared_places: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENSION_STORE", str(shared_places / "store"))
        patch.setenv("TENSION_DATA", str(shared_places / "data"))
        patch.chdir(Path(__file__).parents[1])
        if "streamlit" in sys.modules:
            # A run of AppTest reads the metadata of every installed package for components, half a second each; ours
            # are declared in code.
            patch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list)
            # Its visitors have no address either: they sit at this machine.
            patch.setattr("streamlit.runtime.context.ContextProxy.ip_address", None)
        may_change = bool(_CHANGING_FIXTURES & set(request.fixturenames))
        if may_change:
            clear_caches()
        yield
        if may_change:
            clear_caches()


def clear_caches() -> None:
    """Empty the app's caches, where it was imported."""
    if streamlit := sys.modules.get("streamlit"):
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()


@pytest.fixture(scope="session")
def desk(shared_places: Path) -> Desk:
    """The bundled record in the shared store; to be read, never to be written to."""
    return open_desk(Settings(PROJECT_DIR / "data", shared_places / "data", str(shared_places / "store")))


@pytest.fixture
def own_desk(desk: Desk, tmp_path: Path) -> Desk:
    """The bundled record in a store of the test's own: `tmp_path` holds `store`, and `own` for the user's files."""
    return copy_desk(desk, tmp_path)


@pytest.fixture
def leadless_desk(own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk to write to, of a release without leads: a test's own candidates are the only ones that wait."""
    monkeypatch.setattr("tension.store.sync._write_leads", lambda *_: None)
    own_desk.store.replace_all("candidates", CANDIDATE_SCHEMA.empty_table())
    own_desk.store.replace_where("events", EVENT_SCHEMA.empty_table(), f"source_key = '{LEADS}'")
    own_desk.engine.refresh()
    return own_desk


@pytest.fixture(scope="session")
def raw_events() -> list[dict[str, Any]]:
    """The curated events as plain YAML reads them, apart from the code under test; to be read only."""
    return load_raw_events()
