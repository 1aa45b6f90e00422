"""Charts as files: one in a format, or many in several with one browser. Makes bytes; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tension.errors import BadInput, ExportError
from tension.exports.csv_text import to_csv
from tension.exports.metadata import build_sidecar, seal_file
from tension.exports.names import build_file_stem
from tension.exports.pictures import PICTURE_FORMATS, PictureBrowser, to_html
from tension.exports.seal import build_seal
from tension.exports.terms import limit_to_exportable
from tension.figures.chart import Chart, ChartSpec
from tension.figures.frame import PRINT_PX
from tension.figures.palette import PRINT
from tension.figures.registry import build_chart, build_link, build_picture, choose_options, list_link_choices
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    from tension.desk import Desk

FORMATS = (*PICTURE_FORMATS, "html", "csv")


@dataclass(frozen=True)
class ChartOrder:
    """What is to be made: each chart of `specs` in each of `formats`, for one filter.

    `choices` are options by name; a chart takes those that it has. `site` is the address that a picture links to.
    """

    specs: Sequence[ChartSpec]
    formats: Sequence[str]
    wanted: EventFilter
    choices: Mapping[str, str] = field(default_factory=dict)
    site: str = ""


@dataclass(frozen=True)
class ChartFile:
    """A file by its name, or why it could not be made: then `content` is None. `is_empty`: the chart shows nothing.

    `sidecar` is what stands beside it as NAME-metadata.json, where the format has no place for it (CSV).
    """

    name: str
    content: bytes | None
    reason: str = ""
    is_empty: bool = False
    sidecar: bytes | None = None


def make_files(desk: Desk, order: ChartOrder) -> Iterator[ChartFile]:
    """The files of an order, chart by chart; raises BadInput for a choice that no chart has.

    A chart that can't be made is told as such, and the others follow.
    """
    chosen = _choose_all(desk, order)
    with _Pen() as pen:
        for spec in order.specs:
            stem = build_file_stem(spec.key, order.wanted, list_link_choices(chosen[spec.key]))
            built: dict[tuple[EventFilter, bool], Chart] = {}
            for file_format in order.formats:
                yield _make_file(desk, order, spec, chosen[spec.key], f"{stem}.{file_format}", built, pen)


class _Pen:
    """The browser for the pictures of an order: opened for the first one, closed after the last."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: PictureBrowser | None = None
        self._fault = ""

    def __enter__(self) -> _Pen:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def draw(self, chart: Chart, image_format: str) -> bytes:
        if self._fault:
            raise ExportError(self._fault)
        if self._browser is None:
            try:
                self._browser = self._stack.enter_context(PictureBrowser())
            except ExportError as error:
                self._fault = str(error)
                raise
        return self._browser.draw(chart, image_format)


def _choose_all(desk: Desk, order: ChartOrder) -> dict[str, dict[str, str]]:
    """The options of every chart by its key."""
    known = {option.name for spec in order.specs for option in spec.options}
    for name in order.choices:
        if name not in known:
            raise BadInput(f"option of {_list_keys(order.specs)}", name, sorted(known) or "none, these have no options")
    return {spec.key: choose_options(spec, desk, _keep_own(spec, order.choices)) for spec in order.specs}


def _keep_own(spec: ChartSpec, choices: Mapping[str, str]) -> dict[str, str]:
    names = {option.name for option in spec.options}
    return {name: value for name, value in choices.items() if name in names}


def _list_keys(specs: Iterable[ChartSpec]) -> str:
    keys = [spec.key for spec in specs]
    return ", ".join(keys) if len(keys) < 4 else f"{len(keys)} charts"


def _make_file(
    desk: Desk,
    order: ChartOrder,
    spec: ChartSpec,
    chosen: Mapping[str, str],
    name: str,
    built: dict[tuple[EventFilter, bool], Chart],
    pen: _Pen,
) -> ChartFile:
    """One file; the charts of a spec are kept in `built`, for its other formats."""
    file_format = name.rpartition(".")[2]
    try:
        # Marks in a page can be read back, so it may hold fewer sources than a picture.
        wanted = limit_to_exportable(order.wanted) if file_format == "html" else order.wanted
        is_picture = file_format in PICTURE_FORMATS
        if (wanted, is_picture) not in built:
            link = build_link(spec, order.wanted, chosen, order.site or desk.settings.public_url)
            built[wanted, is_picture] = (
                build_picture(spec.key, desk, wanted, chosen, link=link)
                if is_picture
                else build_chart(spec.key, desk, wanted, PRINT, chosen, link=link, width_px=PRINT_PX)
            )
        chart = built[wanted, is_picture]
        if chart.is_empty:
            reason = f"{chart.key}: nothing to show. {chart.hint} In view: {chart.subtitle}."
            return ChartFile(name, None, reason, is_empty=True)
        link = build_link(spec, wanted, chosen, order.site or desk.settings.public_url)
        options = {**chosen, **(spec.slide or {})} if is_picture else chosen
        seal = build_seal(desk, "chart", spec.key, wanted, [chart.frame], link=link, options=options)
        content = seal_file(_make(chart, file_format, pen), file_format, seal)
        sidecar = build_sidecar(content, name, seal) if file_format == "csv" else None
        return ChartFile(name, content, sidecar=sidecar)
    except ExportError as error:
        return ChartFile(name, None, str(error))


def _make(chart: Chart, file_format: str, pen: _Pen) -> bytes:
    if file_format in PICTURE_FORMATS:
        return pen.draw(chart, file_format)
    return to_csv(chart.frame) if file_format == "csv" else to_html(chart)
