"""Shows a chart of the registry: built once for each view, drawn in the reader's theme, with its export menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components.loaders import get_desk, get_theme, load_built
from components.parts.export_menu import show_export_menu
from components.parts.text import escape_markdown
from components.parts.toolbar import get_chart_width, is_phone
from components.view.address import build_link
from components.view.filter_bar import set_filter
from tension.desk import Desk
from tension.exports.names import build_file_stem
from tension.figures.chart import Chart
from tension.figures.palette import Palette
from tension.figures.registry import build_chart, choose_options, find_chart, list_link_choices
from tension.figures.ring import ring_event
from tension.records.filters import EventFilter

# A column of two, less the gap between them.
HALF = 0.48
Points = list[dict[str, Any]]
_UNUSED_BUTTONS = ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "toggleSpikelines"]


def show_chart(
    key: str,
    wanted: EventFilter,
    options: Mapping[str, str] | None = None,
    *,
    share: float = HALF,
    height: int | None = None,
    on_select: Callable[[Points], None] | None = None,
    select_key: str | None = None,
    has_menu: bool = True,
    ringed: str | None = None,
) -> None:
    """A chart by its key, or what to do when it has nothing to show.

    `share` is how much of the page's width the chart has: its words are wrapped for that. `height` is the whole
    picture's, in pixels. `on_select` is called with the points clicked (each with its
    `customdata`), before the rerun; copy what you need, for an index means another point once the data change.
    `select_key` tells two charts of one key on a page apart. `ringed` is the event to be found in it.
    """
    chosen = choose_options(find_chart(key), get_desk(), options)
    chart = load_chart(key, wanted, chosen, share=share, height=height)
    place = select_key or key
    if chart.is_empty:
        _show_empty(chart, wanted, place)
        return
    config = build_config(chart, wanted)
    figure = ring_event(chart.figure, ringed, get_theme()) if ringed else chart.figure
    if on_select is None:
        st.plotly_chart(figure, theme=None, alt=chart.alt, config=config, key=f"chart_{place}")
    else:
        st.plotly_chart(
            figure,
            theme=None,
            alt=chart.alt,
            config=config,
            key=f"chart_{place}",
            on_select=lambda: on_select(_read_points(f"chart_{place}")),
            selection_mode="points",
        )
    if has_menu:
        show_export_menu(key, wanted, chosen, place=place)


def load_chart(
    key: str, wanted: EventFilter, options: Mapping[str, str], *, share: float = HALF, height: int | None = None
) -> Chart:
    """A chart for the reader's theme and width, with the link that shows it again. Shared: don't change it."""
    spec = find_chart(key)
    link = build_link(spec.page, wanted, **list_link_choices(options))
    view = (tuple(options.items()), link, get_chart_width(share), height)
    return load_built(_build, key, wanted, get_theme(), *view)


def _build(
    desk: Desk,
    key: str,
    wanted: EventFilter,
    palette: Palette,
    options: tuple[tuple[str, str], ...],
    link: str,
    width_px: int,
    height_px: int | None,
) -> Chart:
    return build_chart(key, desk, wanted, palette, dict(options), link=link, width_px=width_px, height_px=height_px)


def build_config(chart: Chart, wanted: EventFilter) -> dict[str, Any]:
    """Plotly's settings: pictures from the toolbar at twice the screen's points, nothing sent anywhere."""
    return {
        "displaylogo": False,
        # On a touch screen it would always be there, over the title; the menu has what it offers.
        "displayModeBar": False if is_phone() else "hover",
        "scrollZoom": False,
        "plotlyServerURL": "",
        "modeBarButtonsToRemove": _UNUSED_BUTTONS,
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": build_file_stem(chart.key, wanted)},
    }


def _read_points(widget_key: str) -> Points:
    state = st.session_state.get(widget_key)
    return list(state.selection.points) if state else []


def _show_empty(chart: Chart, wanted: EventFilter, place: str) -> None:
    with st.container(border=True, key=f"empty_{place}"):
        st.markdown(f"**{escape_markdown(chart.title)}**")
        st.caption(f"{escape_markdown(chart.hint)} In view: {escape_markdown(wanted.describe())}.")
        widened = wanted.widen()
        if widened != wanted:
            st.button("Clear the filter", key=f"widen_{place}", on_click=set_filter, args=(widened,))
