"""Overview in a real browser against an app of one small chart and one small map: first answer, loads, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from playwright.sync_api import Browser, Page, sync_playwright

from tests.ensure_browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
LIMIT_MS = 120_000
# A page whose frames come slower than this is still at work, for instance at the first drawing of its map.
SMOOTH_MS, REST_MS = 100, 400
# The moment since which all is there and frames come smoothly, in milliseconds of the page's own clock, once that has
# lasted for REST_MS.
FIND_REST = """async ([parts, told, figure, smooth, rest, limit]) => {
  const isPainted = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
      && eval(told) === figure && parts.every(part => document.querySelector(part))
      && !document.querySelector('[data-stale="true"]');
  };
  const begun = performance.now();
  let last = begun, since = null;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    if (!isPainted()) since = null;
    else if (since === null || now - last > smooth) since = now;
    else if (now - since >= rest) return since;
    if (now - begun > limit) throw new Error(`not at rest within ${limit} ms`);
    last = now;
  }
}"""
NOTE_CLICKS = "addEventListener('pointerdown', () => { window.clickedAt = performance.now(); }, true);"
# The first frame on which the answer stands: of Overview the headline and its claims, of the floor its one figure.
NOTE_ANSWER = """const look = () => {
  if (document.querySelector('ANSWER')) window.answeredAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);"""


@dataclass(frozen=True)
class App:
    """An app to measure: its script, what must be on its page, and what it tells before and after each click.

    `answer` selects its first answer; `told` is a JavaScript expression for what is told, one of `figures`.
    """

    name: str
    script: str
    answer: str
    parts: tuple[str, ...]
    buttons: tuple[str, str]
    told: str
    figures: tuple[str, str, str]


FLOOR = App(
    "floor",
    "bench/floor_app.py",
    '[data-testid="stMetricValue"]',
    (".js-plotly-plot .main-svg", "[data-testid='stDeckGlJsonChart'] canvas"),
    ("a", "b"),
    "document.querySelector('[data-testid=\"stMetricValue\"]')?.innerText.trim()",
    ("30", "10", "20"),
)
OVERVIEW = App(
    "overview",
    "app.py",
    ".lead tbody tr",
    (".lead h1", ".st-key-two_years svg", ".region .map svg", ".region .claim svg", ".latest li"),
    ("Taiwan Strait", "South China Sea"),
    "[...document.querySelectorAll('.region h2')].map(head => head.firstChild.textContent.trim()).join()",
    ("Taiwan Strait,South China Sea", "Taiwan Strait", "South China Sea"),
)


def measure() -> list[tuple[str, str]]:
    """Ratios of medians of Overview to the floor, and the servers' memory in megabytes, as (what, value)."""
    results: dict[str, dict[str, float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for app in (FLOOR, OVERVIEW):
            with serve(app) as (address, pid):
                results[app.name] = measure_app(browser, app, address) | {"memory": read_memory_mb(pid)}
        browser.close()
    floor, overview = results["floor"], results["overview"]
    return [
        ("first answer, Overview / floor", f"{overview['answer'] / floor['answer']:.2f}"),
        ("first load, Overview / floor", f"{overview['load'] / floor['load']:.2f}"),
        ("region change, Overview / floor", f"{overview['change'] / floor['change']:.2f}"),
        ("server memory, Overview", f"{overview['memory']:.0f} MB"),
        ("server memory, floor", f"{floor['memory']:.0f} MB"),
        ("first answer, Overview (this machine)", f"{overview['answer']:.2f} s"),
        ("first answer, floor (this machine)", f"{floor['answer']:.2f} s"),
        ("first load, Overview (this machine)", f"{overview['load']:.2f} s"),
        ("first load, floor (this machine)", f"{floor['load']:.2f} s"),
        ("region change, Overview (this machine)", f"{overview['change']:.2f} s"),
        ("region change, floor (this machine)", f"{floor['change']:.2f} s"),
    ]


def measure_app(browser: Browser, app: App, address: str) -> dict[str, float]:
    """Median seconds to the first answer and of a load in a new browser session, and of a click until all is drawn."""
    answers: list[float] = []
    loads: list[float] = []
    changes: list[float] = []
    for number in range(ROUNDS + 1):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(NOTE_CLICKS + NOTE_ANSWER.replace("ANSWER", app.answer))
        page.goto(address)
        loads.append(find_rest(page, app, app.figures[0]))
        answers.append(float(page.evaluate("window.answeredAt")) / 1000)
        for button, figure in zip(app.buttons, app.figures[1:], strict=True):
            changes.append(change(page, app, button, figure))
            change(page, app, button, app.figures[0])
        context.close()
        if number == 0:
            # The first visit of a server also fills its caches.
            for taken in (answers, loads, changes):
                taken.clear()
    return {
        "answer": statistics.median(answers),
        "load": statistics.median(loads),
        "change": statistics.median(changes),
    }


def change(page: Page, app: App, button: str, figure: str) -> float:
    """Seconds from a click on a region until the page rests."""
    page.get_by_test_id("stButtonGroup").get_by_role("button", name=button, exact=True).click()
    return find_rest(page, app, figure) - float(page.evaluate("window.clickedAt")) / 1000


def find_rest(page: Page, app: App, figure: str) -> float:
    """Seconds from the start of the navigation until everything is there and the page rests."""
    return float(page.evaluate(FIND_REST, [list(app.parts), app.told, figure, SMOOTH_MS, REST_MS, LIMIT_MS])) / 1000


@contextmanager
def serve(app: App) -> Iterator[tuple[str, int]]:
    """The app on a free port with a store of its own; its address and process id."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"TENSION_STORE": f"{folder}/store", "TENSION_DATA": f"{folder}/own"}
        command = [sys.executable, "-m", "streamlit", "run", app.script, "--server.port", str(port)]
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_until_served(port)
            yield f"http://localhost:{port}/", server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_served(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
                return
        except OSError:  # not up yet, or too busy to answer
            time.sleep(0.1)
    raise TimeoutError(f"no server on port {port}")


def read_memory_mb(pid: int) -> float:
    """Resident memory of a process; 0 where the system doesn't say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:<45} {value}")
