"""A brief as a text document (DOCX) with native charts, in the house's plain styles or a template of the reader's."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tension.brief.document import Cited, Document, Page, Table, format_refs
from tension.brief.inert import clean_text
from tension.brief.native import NativeChart
from tension.brief.office_chart import build_chart_data, dress_chart, find_chart_type
from tension.brief.slides import weigh_columns
from tension.errors import BadInput
from tension.exports.metadata import seal_office
from tension.words import format_day

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_CHART_SHARE = 0.56
_SMALL_PT, _TABLE_PT = 8.5, 9.5
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_docx(document: Document, pictures: Mapping[int, bytes], template: bytes | None = None) -> bytes:
    """The brief as DOCX; `pictures` are PNG by the number of the page. Raises BadInput for a template
    that isn't one.
    """
    text = _open_text(template)
    _add_paragraph(text, document.title, "Title")
    for line in document.cover:
        _add_paragraph(text, line)
    for number, page in enumerate(document.pages):
        _add_page(text, page, pictures.get(number), number)
    _add_sources(text, document.sources)
    out = io.BytesIO()
    text.save(out)
    return seal_office(out.getvalue(), document.seal, document.title)


def _open_text(template: bytes | None) -> WordDocument:
    import docx

    if template is None:
        return _start_plain()
    try:
        text = docx.Document(io.BytesIO(template))
        body = text.element.body
        for element in list(body):
            # The last one says paper and margins.
            if not element.tag.endswith("}sectPr"):
                body.remove(element)
    except Exception as error:
        # What python-docx raises for a stranger's file is any of a dozen kinds.
        raise BadInput("template", type(error).__name__, "a Word file that ends in .docx") from error
    return text


def _start_plain() -> WordDocument:
    """A4 with room for a chart, and one face for all."""
    import docx
    from docx.shared import Mm, Pt

    text = docx.Document()
    section = text.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    normal: Any = text.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    return text


def _add_paragraph(text: WordDocument, words: str, style: str = "", size_pt: float | None = None) -> Any:
    from docx.shared import Pt

    names = {known.name for known in text.styles}
    paragraph = text.add_paragraph(style=style if style in names else None)
    run = paragraph.add_run(clean_text(words))
    if style and style not in names:
        run.bold = True
    if size_pt:
        run.font.size = Pt(size_pt)
    return paragraph


def _add_page(text: WordDocument, page: Page, picture: bytes | None, number: int) -> None:
    head = _add_paragraph(text, page.title, "Heading 1")
    head.paragraph_format.page_break_before = True
    if page.subtitle:
        _add_paragraph(text, page.subtitle, size_pt=_SMALL_PT)
    if page.finding:
        _add_paragraph(text, page.finding).runs[0].bold = True
    for line in page.lines:
        _add_paragraph(text, line)
    if page.note:
        _add_paragraph(text, f"Note: {page.note}")
    if page.native is not None:
        _add_chart(text, page.native, number + 1, page.finding)
    elif picture is not None:
        _add_picture(text, picture, page.finding, _estimate_words(page))
    elif page.table is not None:
        _add_table(text, page.table)
    foot = (" ".join(page.foot),) if picture is not None else page.native_foot
    for words in (*foot, f"{page.source_line} {format_refs(page.refs)}".strip()):
        if words:
            _add_paragraph(text, words, size_pt=_SMALL_PT)
    if page.link:
        _add_link(_add_paragraph(text, "Link: ", size_pt=_SMALL_PT), page.link, page.link)


def _find_width(text: WordDocument) -> int:
    section = text.sections[-1]
    return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)


def _add_chart(text: WordDocument, native: NativeChart, number: int, alt: str) -> None:
    """A chart and its sheet as parts of the document: python-docx has no call for it, python-pptx draws the same."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    body, sheet = _draw_chart(native)
    package = text.part.package
    held = Part(PackURI(f"/word/embeddings/sheet{number}.xlsx"), _SHEET_TYPE, sheet, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, b"", package)
    inner = part.relate_to(held, RELATIONSHIP_TYPE.PACKAGE)
    part._blob = re.sub(rb'(<c:externalData[^>]*r:id=")[^"]+', rb"\g<1>" + inner.encode(), body)
    outer = text.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    width = _find_width(text)
    frame: Any = parse_xml(_FRAME.format(width=width, height=int(width * _CHART_SHARE), number=number, rel=outer))
    frame.find(f"{{{_WP}}}inline/{{{_WP}}}docPr").set("descr", clean_text(alt))
    text.add_paragraph().add_run()._r.append(frame)


_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_FRAME = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:wp="{_WP}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{number}" name="Chart {number}"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{rel}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def _draw_chart(native: NativeChart) -> tuple[bytes, bytes]:
    """The chart's drawing as XML and the sheet behind it as XLSX."""
    from pptx import Presentation
    from pptx.util import Inches

    slide = Presentation().slides.add_slide(Presentation().slide_layouts[6])
    room = (0, 0, Inches(6), Inches(4))
    frame: Any = slide.shapes.add_chart(find_chart_type(native), *room, build_chart_data(native))
    dress_chart(frame.chart, native)
    part = frame.chart.part
    return part.blob, part.chart_workbook.xlsx_part.blob


def _estimate_words(page: Page) -> int:
    """How high the words of a page with a picture stand, in Office's units, by the letters of a line of A4."""
    from docx.shared import Pt

    large = [page.title, page.finding, *page.lines, page.note]
    small = [page.subtitle, " ".join(page.foot), page.source_line, page.link]
    lines = sum(1 + len(text) // 70 for text in large if text), sum(1 + len(text) // 105 for text in small if text)
    return int(Pt(16 * lines[0] + 12 * lines[1] + 6 * len([*large, *small])))


def _add_picture(text: WordDocument, picture: bytes, alt: str, words_high: int) -> None:
    """A picture as large as the paper lets it be beside its words."""
    shape = text.add_picture(io.BytesIO(picture))
    section, width = text.sections[-1], _find_width(text)
    high = int(section.page_height or 0) - int(section.top_margin or 0) - int(section.bottom_margin or 0)
    scale = min(width / shape.width, max(high - words_high, high // 3) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape._inline.docPr.set("descr", clean_text(alt))


def _add_table(text: WordDocument, table: Table) -> None:
    header = [*table.header, *(["Sources"] if table.refs else [])]
    rows = [[*row, *([format_refs(table.refs[y])] if table.refs else [])] for y, row in enumerate(table.rows)]
    shares = weigh_columns([header, *rows])
    _fill_table(text, [header, *rows], shares)


def _fill_table(text: WordDocument, rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
    from docx.shared import Pt

    grid = text.add_table(len(rows), len(rows[0]))
    names = {known.name for known in text.styles}
    grid.style = "Table Grid" if "Table Grid" in names else None
    grid.autofit = False
    width = _find_width(text)
    for x, share in enumerate(shares):
        grid.columns[x].width = int(width * share)
    for y, row in enumerate(rows):
        for x, words in enumerate(row):
            cell = grid.cell(y, x)
            cell.width = int(width * shares[x])
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            run = cell.paragraphs[0].add_run(clean_text(words))
            run.font.size = Pt(_TABLE_PT)
            run.bold = y == 0
    text.add_paragraph()


def _add_sources(text: WordDocument, sources: Sequence[Cited]) -> None:
    head = _add_paragraph(text, "Sources", "Heading 1")
    head.paragraph_format.page_break_before = True
    for number, source in enumerate(sources, 1):
        parts = [source.publisher, source.title, format_day(source.day) or "undated", source.tier]
        paragraph = _add_paragraph(text, f"[{number}] {', '.join(part for part in parts if part)}. ", size_pt=_TABLE_PT)
        if source.url:
            _add_link(paragraph, source.url, source.url)


def _add_link(paragraph: Any, address: str, words: str) -> None:
    """A link that a click follows; python-docx reads them and has no call to write one."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(clean_text(words))
    run.font.size, run.font.underline = Pt(_SMALL_PT), True
    link.append(run._r)
    paragraph._p.append(link)
