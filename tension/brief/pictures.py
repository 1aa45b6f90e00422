"""The figures of a brief that are drawn as pictures, and all of them for a page of HTML. Makes no chart."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tension.brief.document import Document
from tension.brief.event_pages import CHART_PX
from tension.exports.pictures import PictureBrowser
from tension.figures.frame import dress
from tension.figures.palette import PRINT

if TYPE_CHECKING:
    from tension.figures.chart import Chart

# What a slide has room for beside the words, in inches, how finely it is printed, and how wide a map is drawn.
_ROOM_IN, _DPI, _PICTURE_PX = (8.4, 5.85), 300, 816


def strip_words(chart: Chart, width_px: float = CHART_PX) -> go.Figure:
    """A copy of a chart's figure without title, source, link and notes, which the page says itself."""
    return dress(
        go.Figure(chart.figure),
        title="",
        subtitle="",
        source_line="",
        link="",
        notes=(),
        palette=PRINT,
        width_px=width_px,
    )


def draw_pictures(document: Document) -> dict[int, bytes]:
    """PNG at 300 dpi of every chart without a native form, by the number of its page; raises ExportError."""
    wanted = {n: page.chart for n, page in enumerate(document.pages) if page.chart and page.native is None}
    if not wanted:
        return {}
    # A thread of its own, because the one that asks may have a running loop, as Streamlit's and Jupyter's do.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_draw_all, document.title, wanted).result()


def _draw_all(title: str, wanted: Mapping[int, Chart]) -> dict[int, bytes]:
    with PictureBrowser(title) as browser:
        return {number: _draw(browser, chart) for number, chart in wanted.items()}


def _draw(browser: PictureBrowser, chart: Chart) -> bytes:
    figure = strip_words(chart, _PICTURE_PX)
    figure.update_layout(width=_PICTURE_PX)
    inches = min(_ROOM_IN[0], _ROOM_IN[1] * _PICTURE_PX / figure.layout.height)
    return browser.draw(replace(chart, figure=figure), "png", scale=_DPI * inches / _PICTURE_PX)
