"""A page of HTML printed to PDF by a browser on this machine. No network: the page must carry all it needs."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tension.errors import ExportError, first_line
from tension.exports.pictures import INSTALL_HINT, find_browser

_TIMEOUT_SECONDS = 90
_MM = 1 / 25.4
# A4, lying.
_PAPER = {"paperWidth": 297 * _MM, "paperHeight": 210 * _MM, "printBackground": True, "preferCSSPageSize": True}


def print_pdf(page: bytes) -> bytes:
    """The page as PDF; raises ExportError where there is no browser, or it fails."""
    browser = find_browser()
    if browser is None:
        raise ExportError(f"A PDF {INSTALL_HINT}")
    # A thread of its own, because the one that asks may have a running loop, as Streamlit's and Jupyter's do.
    with ThreadPoolExecutor(1) as pool, TemporaryDirectory(prefix="tension-print-") as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(page)
        try:
            return pool.submit(lambda: asyncio.run(_print(browser, path.as_uri()))).result()
        except ExportError:
            raise
        except (OSError, RuntimeError, TimeoutError, KeyError) as error:
            raise ExportError(f"The browser {browser} failed: {first_line(error)}") from error


async def _print(browser: str, address: str) -> bytes:
    import choreographer

    async with asyncio.timeout(_TIMEOUT_SECONDS):
        # Nothing listens at that proxy, so that the browser can't reach another host even if it tries.
        async with choreographer.Browser(path=browser, headless=True, proxy_server="http://127.0.0.1:9") as opened:
            tab = await opened.create_tab("")
            await _ask(tab, "Page.enable")
            loaded = tab.subscribe_once("Page.loadEventFired")
            await _ask(tab, "Page.navigate", {"url": address})
            await loaded
            # The pictures are drawn by scripts of the page: two frames later they stand.
            await _ask(tab, "Runtime.evaluate", {"expression": _DRAWN, "awaitPromise": True})
            printed = await _ask(tab, "Page.printToPDF", _PAPER)
            return base64.b64decode(printed["data"])


_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))))"


async def _ask(tab: Any, command: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = await tab.send_command(command, params)
    if "error" in answer:
        raise ExportError(f"The browser refused {command}: {answer['error'].get('message', '')}")
    result: dict[str, Any] = answer["result"]
    return result
