"""A chart as a picture (PNG, SVG, PDF) drawn by a browser on this machine, or as one HTML page. No network, ever."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from tension.errors import ExportError
from tension.figures.chart import Chart
from tension.figures.frame import PRINT_PX

PICTURE_FORMATS = ("png", "svg", "pdf")
INSTALL_HINT = (
    "needs Chromium or Chrome on the machine that runs the tracker: install one (on Debian: apt install chromium), "
    "or set BROWSER_PATH to its program"
)
# Nothing listens there, so that the browser can't reach another host even if it tries.
_NOWHERE = "http://127.0.0.1:9"
_TIMEOUT_SECONDS = 60
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"


def find_browser() -> str | None:
    """The program of a Chromium, Chrome or relative that pictures are drawn with: BROWSER_PATH, or a usual place."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found if found and Path(found).is_file() else None


def to_image(chart: Chart, image_format: str, scale: float = 2) -> bytes:
    """The chart as `png` (at `scale` pixels a point), `svg` or `pdf`, PRINT_PX wide; raises ExportError."""
    browser = find_browser()
    if browser is None:
        raise ExportError(f"{image_format.upper()} {INSTALL_HINT}")
    import kaleido
    from kaleido.errors import (
        BrowserClosedError,
        BrowserFailedError,
        ChromeNotFoundError,
        JavascriptError,
        KaleidoError,
    )

    opts = {
        "format": image_format,
        "width": chart.figure.layout.width or PRINT_PX,
        "height": chart.figure.layout.height,
        "scale": scale if image_format == "png" else 1,
    }
    kopts = {"path": browser, "mathjax": False, "timeout": _TIMEOUT_SECONDS, "proxy_server": _NOWHERE}
    try:
        picture: bytes = kaleido.calc_fig_sync(_build_still(chart), opts, kopts=kopts)
    except (
        BrowserClosedError,
        BrowserFailedError,
        ChromeNotFoundError,
        JavascriptError,
        KaleidoError,
        OSError,
    ) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ExportError(f"{image_format.upper()}: the browser {browser} failed: {first}") from error
    return picture


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
    )
    title, alt = html.escape(chart.title), html.escape(chart.alt)
    paper = chart.figure.layout.template.layout.paper_bgcolor or "#ffffff"
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>body{{margin:0 auto;max-width:{PRINT_PX}px;background:{paper}}}</style></head>"
        f'<body><main role="figure" aria-label="{alt}">{body}</main></body></html>\n'
    )
    return page.encode()
