"""A chart as a picture (PNG, SVG, PDF) drawn by a browser on this machine, or as one HTML page. No network, ever."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tension.errors import ExportError
from tension.figures.chart import Chart
from tension.figures.frame import PRINT_PX
from tension.words import PRODUCT

PICTURE_FORMATS = ("png", "svg", "pdf")
INSTALL_HINT = (
    "needs Chromium or Chrome on the machine that runs the tracker: install one (on Debian: apt install chromium), "
    "or set BROWSER_PATH to its program"
)
# Nothing listens there, so that the browser can't reach another host even if it tries.
_NOWHERE = "http://127.0.0.1:9"
_TIMEOUT_SECONDS = 60
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
_CHART_ID = "chart"
_SAVE_BUTTONS = """<p>Save as <button data-format="svg">SVG</button> <button data-format="png">PNG</button></p><script>
for (const button of document.querySelectorAll("button[data-format]")) {
  button.onclick = () => {
    const chart = document.getElementById("chart"), { offsetWidth: width, offsetHeight: height } = chart;
    Plotly.downloadImage(chart, { format: button.dataset.format, filename: "chart", scale: 2, width, height });
  };
}</script>"""


def find_browser() -> str | None:
    """The program of a Chromium, Chrome or relative that pictures are drawn with: BROWSER_PATH, or a usual place."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found if found and Path(found).is_file() else None


class PictureBrowser:
    """A browser of this machine that draws charts; a context manager, opened once for as many as there are.

    `title` is the title of a PDF. Raises ExportError where there is no browser or it fails.
    """

    def __init__(self, title: str = PRODUCT) -> None:
        self._title = title
        self._runner = asyncio.Runner()
        self._kaleido: Any = None

    def __enter__(self) -> PictureBrowser:
        browser = find_browser()
        if browser is None:
            raise ExportError(f"A picture {INSTALL_HINT}")
        self._runner.__enter__()
        try:
            self._kaleido = self._run(self._open(browser))
        except ExportError:
            self._runner.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._run(self._kaleido.close())
        finally:
            self._runner.close()

    def draw(self, chart: Chart, image_format: str, scale: float = 2) -> bytes:
        """The chart as `png` (at `scale` pixels a point), `svg` or `pdf`, as wide as it was dressed for."""
        opts = {
            "format": image_format,
            "width": chart.figure.layout.width or PRINT_PX,
            "height": chart.figure.layout.height,
            "scale": scale if image_format == "png" else 1,
        }
        picture: bytes = self._run(self._kaleido.calc_fig(_build_still(chart), opts))
        return describe_svg(picture, chart) if image_format == "svg" else picture

    async def _open(self, browser: str) -> Any:
        import kaleido

        class Page(kaleido.PageGenerator):  # type: ignore[misc]
            header = kaleido.PageGenerator.header.replace("Kaleido-fier", html.escape(self._title))

        opened = kaleido.Kaleido(
            path=browser, timeout=_TIMEOUT_SECONDS, page_generator=Page(mathjax=False), proxy_server=_NOWHERE
        )
        await opened.open()
        return opened

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        from kaleido import errors

        try:
            return self._runner.run(work)
        except (
            errors.BrowserClosedError,
            errors.BrowserFailedError,
            errors.ChromeNotFoundError,
            errors.JavascriptError,
            errors.KaleidoError,
            OSError,
            TimeoutError,
        ) as error:
            first = (str(error).splitlines() or [type(error).__name__])[0]
            raise ExportError(f"The browser {find_browser()} failed: {first}") from error


def describe_svg(picture: bytes, chart: Chart) -> bytes:
    """The SVG with its chart's title and alternative text, which a reader of screens says in the picture's place."""
    head, end, rest = picture.decode().partition(">")
    words = f"<title>{html.escape(chart.heading)}</title><desc>{html.escape(chart.alt)}</desc>"
    return f'{head} role="img"{end}{words}{rest}'.encode()


def to_image(chart: Chart, image_format: str, scale: float = 2) -> bytes:
    """One chart as a picture, by a browser that is opened for it alone; raises ExportError."""
    # A thread of its own, because the one that asks may have a running loop, as Streamlit's and Jupyter's do.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_draw_alone, chart, image_format, scale).result()


def _draw_alone(chart: Chart, image_format: str, scale: float) -> bytes:
    with PictureBrowser(chart.heading) as browser:
        return browser.draw(chart, image_format, scale)


def _build_still(chart: Chart) -> dict[str, Any]:
    """The figure without the buttons that only a screen can press."""
    figure: dict[str, Any] = chart.figure.to_dict()
    for name, part in figure["layout"].items():
        if name.startswith("xaxis"):
            part.pop("rangeselector", None)
    return figure


def to_html(chart: Chart) -> bytes:
    """The chart as one page that carries all it needs and may ask no other host for anything."""
    body = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        config={"displaylogo": False, "responsive": True, "plotlyServerURL": ""},
        default_width="100%",
        div_id=_CHART_ID,
    )
    title, alt = html.escape(chart.heading), html.escape(chart.alt)
    paper = chart.figure.layout.template.layout.paper_bgcolor or "#ffffff"
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>body{{margin:0 auto;max-width:{PRINT_PX}px;background:{paper}}}"
        "p{font:14px sans-serif;text-align:right}</style></head>"
        f'<body><main role="figure" aria-label="{alt}">{body}</main>{_SAVE_BUTTONS}</body></html>\n'
    )
    return page.encode()
