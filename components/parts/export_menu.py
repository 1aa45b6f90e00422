"""The export menu of a chart: pictures, HTML and CSV, each made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.loaders import get_desk
from components.parts.text import escape_markdown
from components.view.address import build_link
from tension.exports.csv_text import to_csv
from tension.exports.names import build_file_stem
from tension.exports.pictures import INSTALL_HINT, PICTURE_FORMATS, find_browser, to_html, to_image
from tension.exports.terms import limit_to_exportable
from tension.figures.chart import Chart
from tension.figures.frame import PRINT_PX
from tension.figures.palette import PRINT
from tension.figures.registry import build_chart, build_picture, choose_options, find_chart, list_link_choices
from tension.figures.registry import build_link as build_public_link
from tension.records.filters import EventFilter

MIME_TYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "html": "text/html",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
}


@dataclass(frozen=True)
class ExtraFile:
    """One more entry of a menu: its format (a key of MIME_TYPES) and what makes its bytes when it is asked for."""

    file_format: str
    build: Callable[[], bytes]


def show_export_menu(
    key: str,
    wanted: EventFilter,
    options: Mapping[str, str] | None = None,
    *,
    place: str | None = None,
    extra: Sequence[ExtraFile] = (),
) -> None:
    """A small menu under a chart; what is in it is drawn when it is opened and made when it is clicked."""
    spec = find_chart(key)
    chosen = choose_options(spec, get_desk(), options)
    site = get_desk().settings.public_url
    link = (
        build_public_link(spec, wanted, chosen, site)
        if site
        else build_link(spec.page, wanted, **list_link_choices(chosen))
    )
    _show_menu(key, wanted, tuple(chosen.items()), link, place or key, extra)


@st.fragment
def _show_menu(
    key: str,
    wanted: EventFilter,
    options: tuple[tuple[str, str], ...],
    link: str,
    place: str,
    extra: Sequence[ExtraFile],
) -> None:
    with st.container(key=f"menu_{place}", horizontal=True, horizontal_alignment="right"):
        menu = st.popover(
            "Export", type="tertiary", icon=":material/download:", key=f"export_{place}", on_change="rerun"
        )
    if not menu.open:
        return
    desk = get_desk()

    def build(limited: EventFilter = wanted) -> Chart:
        return build_chart(key, desk, limited, PRINT, dict(options), link=link, width_px=PRINT_PX)

    def build_slide() -> Chart:
        return build_picture(key, desk, wanted, dict(options), link=link)

    makers: dict[str, Callable[[], bytes]] = {}
    if find_browser():
        makers |= {name: _bind_picture(build_slide, name) for name in PICTURE_FORMATS}
    makers |= {"html": lambda: to_html(build(limit_to_exportable(wanted))), "csv": lambda: to_csv(build().frame)}
    makers |= {entry.file_format: entry.build for entry in extra}
    stem = build_file_stem(key, wanted, list_link_choices(dict(options)))
    with menu:
        for file_format, make in makers.items():
            st.download_button(
                _LABELS[file_format],
                make,
                f"{stem}.{file_format}",
                MIME_TYPES[file_format],
                key=f"export_{place}_{file_format}",
                on_click="ignore",
                type="tertiary",
                width="stretch",
            )
        if "png" not in makers:
            st.caption(f"PNG, SVG, PDF: {escape_markdown(INSTALL_HINT)}. The page in HTML saves itself as PNG and SVG.")


_LABELS = {
    "png": "PNG picture",
    "svg": "SVG picture",
    "pdf": "PDF page",
    "html": "HTML, stands alone",
    "csv": "CSV, the data behind it",
    "geojson": "GeoJSON",
    "kml": "KML",
}


def _bind_picture(build: Callable[[], Chart], file_format: str) -> Callable[[], bytes]:
    return lambda: to_image(build(), file_format)
