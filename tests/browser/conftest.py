"""One server and one browser for all browser tests. A browser that is missing is a failure, never a skip."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.ensure_browser import FLAGS, find_browser

ROOT = Path(__file__).parents[2]
HOSTILE_EVENTS = Path(__file__).parent / "hostile_events.yaml"
START_SECONDS = 60
WAIT_MILLISECONDS = 60_000
VIEWPORT = {"width": 1280, "height": 900}
expect.set_options(timeout=WAIT_MILLISECONDS)
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def find_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def run_server(places: Path, port: int = 0, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server of its own, with the hostile events among the reader's additions; gives its address."""
    (places / "data" / "events").mkdir(parents=True, exist_ok=True)
    shutil.copy(HOSTILE_EVENTS, places / "data" / "events")
    port = port or find_free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    own = {"TENSION_STORE": str(places / "store"), "TENSION_DATA": str(places / "data")}
    with (places / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1", "--client.showErrorDetails", "full"],
            cwd=ROOT,
            env=os.environ | own | dict(environment or {}),
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server, places / "server.log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310 (our own server)
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium or Chrome was found; `python tests/ensure_browser.py` installs one")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """The one profile of all tests: a new one would fetch and compile Streamlit's scripts again, seconds each time."""
    context = browser.new_context(viewport=VIEWPORT, accept_downloads=True)
    context.set_default_timeout(WAIT_MILLISECONDS)
    yield context
    context.close()


@contextmanager
def open_visits(server: str, profile: BrowserContext) -> Iterator[Visit]:
    """Opens paths of the server in new pages; at the end no request may have gone elsewhere, and nothing stays kept."""
    requested: list[str] = []

    def note(request: Request) -> None:
        requested.append(request.url)

    def open_path(
        path: str = "/", address: str = server, width: int = VIEWPORT["width"], scheme: str = "light"
    ) -> Page:
        page = profile.new_page()
        page.on("websocket", lambda socket: requested.append(socket.url))
        page.set_viewport_size({"width": width, "height": VIEWPORT["height"]})
        page.emulate_media(color_scheme=scheme)
        opened.append(page)
        page.goto(f"{address}{path}")
        wait_until_drawn(page)
        return page

    opened: list[Page] = []
    profile.on("request", note)
    yield open_path
    profile.remove_listener("request", note)
    for page in opened:
        # What the page kept in the profile is not for the next one.
        profile.new_cdp_session(page).send(
            "Storage.clearDataForOrigin", {"origin": server, "storageTypes": "cookies,local_storage,indexeddb"}
        )
        page.close()
    outside = {url for url in requested if urlsplit(url).scheme in ("http", "https", "ws", "wss")}
    assert {url for url in outside if urlsplit(url).hostname != "127.0.0.1"} == set()


@pytest.fixture
def visit(server: str, profile: BrowserContext) -> Iterator[Visit]:
    """Opens a path of the shared server in a new page."""
    with open_visits(server, profile) as opener:
        yield opener


@pytest.fixture(scope="module")
def long_visit(server: str, profile: BrowserContext) -> Iterator[Visit]:
    """The same for a page that several tests of a file look at."""
    with open_visits(server, profile) as opener:
        yield opener


def expect_no_exception(page: Page) -> None:
    """No exception box on the page, and no dialog of Streamlit's own; says what the box says."""
    assert page.get_by_test_id("stException").all_inner_texts() == []
    expect(page.get_by_role("dialog")).to_have_count(0)


def wait_until_drawn(page: Page) -> None:
    """Until a run is over and what it drew is there."""
    page.locator(".st-key-filters").first.wait_for()
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            return app && app.dataset.testScriptState === 'notRunning'
                && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
        }"""
    )


def go_to(page: Page, title: str) -> None:
    """To another page by the navigation, which holds some of them under More."""
    pages = page.get_by_role("navigation", name="Pages")
    name = re.compile(rf"^{title}\b")
    if pages.get_by_role("link", name=name).count():
        pages.get_by_role("link", name=name).click()
        return
    pages.locator("summary").click()
    # Followed whether the fold is still open or not: a run that ends draws the navigation anew, folded.
    pages.get_by_role("link", name=name, include_hidden=True).last.evaluate("link => link.click()")
