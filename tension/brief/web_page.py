"""A brief as one page of HTML that carries all it needs and may ask no other host for anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from tension.brief.document import Document, Page, Table
from tension.brief.event_pages import CHART_PX
from tension.brief.inert import clean_text
from tension.brief.pictures import strip_words
from tension.exports.metadata import seal_file
from tension.figures.palette import PRINT
from tension.words import format_day

if TYPE_CHECKING:
    from tension.figures.chart import Chart

# What a printed page leaves for a figure.
_PRINT_PX, _LEAST_PX, _LINE_PX, _LINE_LETTERS = 500, 300, 17, 180
_CONFIG = {"displaylogo": False, "responsive": False, "plotlyServerURL": ""}


def to_page(document: Document) -> bytes:
    """The brief as HTML: text escaped, charts drawn by the library that the page brings along."""
    from plotly.offline import get_plotlyjs

    plots = ["" if page.chart is None else _draw(page.chart, number) for number, page in enumerate(document.pages)]
    # The library is Plotly's own, the plots are its output for figures whose texts were escaped where they were made.
    library = Markup(get_plotlyjs()) if any(plots) else Markup()  # noqa: S704
    page = _open_template().render(
        document=document,
        seal=document.seal,
        library=library,
        fits=[_find_fit(page) for page in document.pages],
        plots=[Markup(plot) for plot in plots],  # noqa: S704 (see above)
        show_table=_show_table,
        show_refs=_show_refs,
        paper=PRINT.paper,
        ink=PRINT.ink,
        muted=PRINT.muted,
        grid=PRINT.grid,
        accent=PRINT.accent,
    )
    return seal_file(clean_text(page).encode(), "html", document.seal)


@cache
def _open_template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = format_day
    return environment.get_template("page.html")


def _draw(chart: Chart, number: int) -> str:
    """A chart's own markup, without the library."""
    figure = strip_words(chart)
    figure.update_layout(width=CHART_PX)
    # A range is chosen by buttons on the desk; here the whole is shown, and a drag across it zooms.
    figure.update_xaxes(rangeselector=None)
    markup: str = figure.to_html(full_html=False, include_plotlyjs=False, config=_CONFIG, div_id=f"plot-{number}")
    return markup


def _find_fit(page: Page) -> float:
    """How much smaller a figure is printed, so that a page holds it with its words."""
    height = strip_words(page.chart).layout.height if page.chart else 0
    lines = sum(1 + len(text) // _LINE_LETTERS for text in (*page.foot, page.source_line, *page.lines, page.note))
    return round(min(1, max(_PRINT_PX - _LINE_PX * lines, _LEAST_PX) / height), 3) if height else 1


def _show_table(table: Table) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(name) for name in table.header)
    rows = []
    for number, row in enumerate(table.rows):
        cells = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row)
        refs = Markup("<td>{}</td>").format(_show_refs(table.refs[number])) if table.refs else Markup("")
        rows.append(Markup("<tr>{}{}</tr>").format(cells, refs))
    more = Markup("<th>Sources</th>") if table.refs else Markup("")
    body = Markup("").join(rows)
    return Markup("<table><thead><tr>{}{}</tr></thead><tbody>{}</tbody></table>").format(head, more, body)


def _show_refs(refs: tuple[int, ...]) -> Markup:
    """The numbers of sources, each a link to its row on the last page."""
    return Markup("").join(Markup('<a href="#source-{0}">[{0}]</a>').format(number) for number in refs)
