"""The export menu of a chart: pictures, HTML and CSV, each made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.loaders import get_desk
from components.parts.text import escape_markdown
from components.view.address import build_link
from components.view.tray import build_item, show_add_button
from tension.exports.csv_text import to_csv
from tension.exports.metadata import build_sidecar, seal_file
from tension.exports.names import build_file_stem
from tension.exports.pictures import INSTALL_HINT, PICTURE_FORMATS, find_browser, to_html, to_image
from tension.exports.seal import build_seal, is_local
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
    "csv-metadata.json": "application/json",
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
    note: str = "",
) -> None:
    """A small menu under a chart; what is in it is drawn when it is opened and made when it is clicked.

    `note` is said under the entries, instead of what holds for charts.
    """
    spec = find_chart(key)
    chosen = choose_options(spec, get_desk(), options)
    site = get_desk().settings.public_url
    link = (
        build_public_link(spec, wanted, chosen, site)
        if site
        else build_link(spec.page, wanted, **list_link_choices(chosen))
    )
    if is_local(link):
        # Nobody else can follow it; the picture says what to set.
        link = build_public_link(spec, wanted, chosen)
    _show_menu(key, wanted, tuple(chosen.items()), link, place or key, extra, note)


@st.fragment
def _show_menu(
    key: str,
    wanted: EventFilter,
    options: tuple[tuple[str, str], ...],
    link: str,
    place: str,
    extra: Sequence[ExtraFile],
    note: str,
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

    def seal(chart: Chart, file_format: str, content: bytes, limited: EventFilter = wanted) -> bytes:
        drawn = {**dict(options), **((find_chart(key).slide or {}) if file_format in PICTURE_FORMATS else {})}
        made = build_seal(desk, "chart", key, limited, [chart.frame], link=link, options=drawn)
        return seal_file(content, file_format, made)

    def make_html() -> bytes:
        limited = limit_to_exportable(wanted)
        chart = build(limited)
        return seal(chart, "html", to_html(chart), limited)

    def make_sidecar() -> bytes:
        chart = build()
        made = build_seal(desk, "chart", key, wanted, [chart.frame], link=link, options=dict(options))
        return build_sidecar(to_csv(chart.frame), f"{stem}.csv", made)

    makers: dict[str, Callable[[], bytes]] = {}
    if find_browser():
        makers |= {name: _bind_picture(build_slide, seal, name) for name in PICTURE_FORMATS}
    makers |= {"html": make_html, "csv": lambda: to_csv(build().frame), "csv-metadata.json": make_sidecar}
    makers |= {entry.file_format: entry.build for entry in extra}
    stem = build_file_stem(key, wanted, list_link_choices(dict(options)))
    kind = "map" if key == "map" else "chart"
    with menu, st.container(gap=None):
        show_add_button(build_item(kind, key, wanted, list_link_choices(dict(options))), place, is_wide=True)
        for file_format, make in makers.items():
            st.download_button(
                _LABELS[file_format],
                make,
                f"{stem}.{file_format}",
                MIME_TYPES[file_format],
                key=f"export_{place}_{file_format}",
                on_click="ignore",
                icon=_ICONS.get(file_format, ":material/map:"),
                type="tertiary",
                width="stretch",
            )
        st.caption(escape_markdown(note or "What the filter shows, whatever was zoomed to."))
        if "png" not in makers:
            st.caption(f"PNG, SVG, PDF: {escape_markdown(INSTALL_HINT)}. The page in HTML saves itself as PNG and SVG.")


_ICONS = {
    "png": ":material/image:",
    "svg": ":material/shapes:",
    "pdf": ":material/picture_as_pdf:",
    "html": ":material/html:",
    "csv": ":material/table:",
}
_LABELS = {
    "png": "PNG picture",
    "svg": "SVG picture",
    "pdf": "PDF page",
    "html": "HTML, stands alone",
    "csv": "CSV, the data behind it",
    "csv-metadata.json": "What the CSV was made from",
    "geojson": "GeoJSON",
    "kml": "KML",
}


def _bind_picture(
    build: Callable[[], Chart], seal: Callable[[Chart, str, bytes], bytes], file_format: str
) -> Callable[[], bytes]:
    def make() -> bytes:
        chart = build()
        return seal(chart, file_format, to_image(chart, file_format))

    return make
