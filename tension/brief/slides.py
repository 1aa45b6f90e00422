"""A brief as slides (PPTX) with native charts, on the house's plain master or on a template of the reader's own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tension.brief.document import Cited, Document, Page, Table, format_refs
from tension.brief.inert import clean_text
from tension.brief.office_chart import build_chart_data, dress_chart, find_chart_type
from tension.errors import BadInput
from tension.exports.metadata import seal_office
from tension.figures.palette import PRINT
from tension.words import format_day

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_WIDE_IN, _HIGH_IN = 13.333, 7.5
_EDGE = 0.045
_SOURCES_A_SLIDE = 12
_TITLE_PT, _FINDING_PT, _TEXT_PT, _TABLE_PT, _FOOT_PT = 24, 15, 13, 12, 9.5
_MOST_FOOT = 300
# A picture takes this share of a slide's width; the column beside it has room for so many letters of notes.
_PICTURE_SHARE, _BESIDE_PT, _MOST_BESIDE = 0.65, 9, 560


def to_pptx(document: Document, pictures: Mapping[int, bytes], template: bytes | None = None) -> bytes:
    """The brief as PPTX; `pictures` are PNG by the number of the page. Raises BadInput for a template
    that isn't one.
    """
    deck = _open_deck(template)
    _add_cover(deck, document)
    for number, page in enumerate(document.pages):
        _add_page(deck, page, pictures.get(number))
    for start in range(0, len(document.sources), _SOURCES_A_SLIDE):
        _add_sources(deck, document.sources[start : start + _SOURCES_A_SLIDE], start)
    out = io.BytesIO()
    deck.save(out)
    return seal_office(out.getvalue(), document.seal, document.title)


def _open_deck(template: bytes | None) -> Presentation:
    from pptx import Presentation
    from pptx.util import Inches

    if template is None:
        deck = Presentation()
        deck.slide_width, deck.slide_height = Inches(_WIDE_IN), Inches(_HIGH_IN)
        _calm_colors(deck)
        return deck
    try:
        deck = Presentation(io.BytesIO(template))
        _drop_slides(deck)
    except Exception as error:
        # What python-pptx raises for a stranger's file is any of a dozen kinds.
        raise BadInput("template", type(error).__name__, "a PowerPoint file that ends in .pptx") from error
    return deck


def _calm_colors(deck: Presentation) -> None:
    """The first accent of the plain master, which its tables take, in the house's grey."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    theme: Any = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    grey = PRINT.muted.lstrip("#").upper().encode()
    theme._blob = re.sub(rb'(<a:accent1><a:srgbClr val=")[0-9A-F]{6}', rb"\g<1>" + grey, theme.blob)


def _drop_slides(deck: Presentation) -> None:
    """The template's own slides go, its masters, layouts and fonts stay."""
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)


def _find_layout(deck: Presentation, name: str, *, has_body: bool) -> Any:
    """The layout of that name, else the first that has a title and the fewest other places."""
    layouts = list(deck.slide_layouts)
    named = [layout for layout in layouts if layout.name.lower() == name]
    titled = [layout for layout in layouts if _find_title(layout.placeholders)]
    fewest = sorted(titled, key=lambda layout: len(layout.placeholders), reverse=has_body)
    return (named or fewest or layouts)[0]


def _find_title(places: Iterable[Any]) -> Any:
    from pptx.enum.shapes import PP_PLACEHOLDER

    kinds = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    return next((place for place in places if place.placeholder_format.type in kinds), None)


def _start_slide(deck: Presentation, layout: Any, title: str, size_pt: float) -> Slide:
    """A slide with its title in the layout's own place, and without the places that stay empty."""
    slide = deck.slides.add_slide(layout)
    place = _find_title(slide.placeholders)
    kept = None if place is None else place.placeholder_format.idx
    for other in list(slide.placeholders):
        if other.placeholder_format.idx != kept:
            other._element.getparent().remove(other._element)
    if place is None:
        _add_text(slide, deck, (_EDGE, 0.04, 0.91, 0.11), [title], size_pt, is_bold=True)
        return slide
    place.text_frame.text = clean_text(title)
    place.text_frame.word_wrap = True
    _place(place, deck, (_EDGE, 0.03, 0.91, 0.11))
    _style(place.text_frame, size_pt, is_bold=True)
    return slide


def _add_cover(deck: Presentation, document: Document) -> None:
    layout = _find_layout(deck, "title slide", has_body=False)
    slide = _start_slide(deck, layout, document.title, 36)
    place = _find_title(slide.placeholders)
    if place is not None:
        _place(place, deck, (_EDGE, 0.22, 0.91, 0.2))
    _add_text(slide, deck, (_EDGE, 0.46, 0.91, 0.4), document.cover, 15)


def _add_page(deck: Presentation, page: Page, picture: bytes | None) -> None:
    layout = _find_layout(deck, "title only", has_body=False)
    slide = _start_slide(deck, layout, page.title, _TITLE_PT)
    top = 0.14
    if page.subtitle:
        _add_text(slide, deck, (_EDGE, top, 0.91, 0.04), [page.subtitle], 11)
        top += 0.042
    notes: Any = slide.notes_slide.notes_text_frame
    notes.text = clean_text("\n".join([*page.native_foot, page.source_line]))
    if picture is not None and page.native is None:
        _add_beside(slide, deck, page, picture, top)
        return
    head = [*([page.finding] if page.finding else []), *([f"Note: {page.note}"] if page.note else [])]
    if head:
        tall = 0.045 * sum(1 + len(text) // 115 for text in head) + 0.012
        _add_text(slide, deck, (_EDGE, top, 0.91, tall), head, _FINDING_PT)
        top += tall
    if page.lines:
        tall = 0.038 * sum(1 + len(text) // 135 for text in page.lines) + 0.012
        _add_text(slide, deck, (_EDGE, top, 0.91, tall), page.lines, _TEXT_PT)
        top += tall
    foot = _build_foot(page)
    foot_tall = 0.028 * sum(1 + len(text) // 175 for text in foot) + 0.01
    room = (_EDGE, top + 0.008, 0.91, 0.975 - foot_tall - top - 0.012)
    _add_content(slide, deck, page, picture, room)
    _add_text(slide, deck, (_EDGE, 0.98 - foot_tall, 0.91, foot_tall), foot, _FOOT_PT)


def _add_beside(slide: Slide, deck: Presentation, page: Page, picture: bytes, top: float) -> None:
    """A picture over the height of the slide, its words in a column beside it."""
    _add_picture(slide, picture, _measure(deck, (_EDGE, top + 0.01, _PICTURE_SHARE, 0.97 - top)), page.finding)
    left, wide = _EDGE + _PICTURE_SHARE + 0.012, 0.91 - _PICTURE_SHARE - 0.012
    head = [*([page.finding] if page.finding else []), *([f"Note: {page.note}"] if page.note else [])]
    tall = 0.034 * sum(1 + len(text) // 34 for text in head) + 0.03
    _add_text(slide, deck, (left, top, wide, tall), head, _TEXT_PT)
    _add_text(slide, deck, (left, top + tall, wide, 0.97 - top - tall), _build_foot(page, _MOST_BESIDE), _BESIDE_PT)


def _build_foot(page: Page, most: int = _MOST_FOOT) -> list[str]:
    """What must stand with a chart: what its marks mean, then where it comes from; `most` letters of each."""
    source = f"{_shorten(page.source_line, most)} {format_refs(page.refs)}".strip()
    return [
        text
        for text in (_shorten(" ".join(page.native_foot), most), source, f"Link: {page.link}" if page.link else "")
        if text
    ]


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} … (in full in the notes)"


def _add_content(
    slide: Slide, deck: Presentation, page: Page, picture: bytes | None, room: tuple[float, float, float, float]
) -> None:
    left, top, width, height = _measure(deck, room)
    if page.native is not None:
        data = build_chart_data(page.native)
        frame: Any = slide.shapes.add_chart(find_chart_type(page.native), left, top, width, height, data)
        dress_chart(frame.chart, page.native)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean_text(page.finding))
    elif picture is not None:
        _add_picture(slide, picture, (left, top, width, height), page.finding)
    elif page.table is not None:
        _add_table(slide, deck, page.table, (left, top, width, height))


def _add_picture(slide: Slide, picture: bytes, room: tuple[int, int, int, int], alt: str) -> None:
    """A picture as large as the room lets it be, in the middle."""
    left, top, width, height = room
    shape: Any = slide.shapes.add_picture(io.BytesIO(picture), left, top)
    scale = min(width / shape.width, height / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left = left + (width - shape.width) // 2
    shape._element.nvPicPr.cNvPr.set("descr", clean_text(alt))


def _add_table(slide: Slide, deck: Presentation, table: Table, room: tuple[int, int, int, int]) -> None:
    from pptx.util import Pt

    left, top, width, _height = room
    header = [*table.header, *(["Sources"] if table.refs else [])]
    rows = [[*row, *([format_refs(table.refs[number])] if table.refs else [])] for number, row in enumerate(table.rows)]
    shape: Any = slide.shapes.add_table(len(rows) + 1, len(header), left, top, width, int(deck.slide_height or 0) // 20)
    grid = shape.table
    for column, share in zip(grid.columns, weigh_columns([header, *rows]), strict=True):
        column.width = int(width * share)
    for y, row in enumerate([header, *rows]):
        grid.rows[y].height = Pt(_TABLE_PT * 2)
        for x, text in enumerate(row):
            cell = grid.cell(y, x)
            cell.text_frame.text = clean_text(text)
            cell.margin_top = cell.margin_bottom = Pt(2)
            _style(cell.text_frame, _TABLE_PT if len(text) < 160 else _FOOT_PT, is_bold=y == 0)


def weigh_columns(rows: Sequence[Sequence[str]]) -> list[float]:
    """The share of the width that each column gets: by its longest text, none below a twentieth nor above a half."""
    longest = [max(min(max(len(row[x]) for row in rows), 70) + 3, len(rows[0][x]) + 8) for x in range(len(rows[0]))]
    return [length / sum(longest) for length in longest]


def _add_sources(deck: Presentation, sources: Sequence[Cited], start: int) -> None:
    slide = _start_slide(deck, _find_layout(deck, "title only", has_body=False), "Sources", _TITLE_PT)
    rows = [
        (f"[{start + number}]", source.publisher, source.title, format_day(source.day) or "undated", source.tier)
        for number, source in enumerate(sources, 1)
    ]
    table = Table(("", "Publisher", "Title", "Day", "Tier"), tuple(rows))
    room = _measure(deck, (_EDGE, 0.15, 0.91, 0.8))
    _add_source_table(slide, table, [source.url for source in sources], room)


def _add_source_table(slide: Slide, table: Table, urls: Sequence[str], room: tuple[int, int, int, int]) -> None:
    from pptx.util import Pt

    left, top, width, height = room
    shape: Any = slide.shapes.add_table(len(table.rows) + 1, 6, left, top, width, height // 20)
    header, shares = (*table.header, "Address"), (0.04, 0.16, 0.33, 0.1, 0.09, 0.28)
    for column, share in zip(shape.table.columns, shares, strict=True):
        column.width = int(width * share)
    for y, row in enumerate([header, *((*row, url) for row, url in zip(table.rows, urls, strict=True))]):
        for x, text in enumerate(row):
            cell = shape.table.cell(y, x)
            cell.margin_top = cell.margin_bottom = Pt(1)
            shown = clean_text(text if len(text) <= 90 else f"{text[:89]}…")
            run = cell.text_frame.paragraphs[0].add_run()
            run.text = shown
            if x == len(row) - 1 and y and text:
                run.hyperlink.address = text
            _style(cell.text_frame, _FOOT_PT, is_bold=y == 0)


def _add_text(
    slide: Slide,
    deck: Presentation,
    room: tuple[float, float, float, float],
    lines: Iterable[str],
    size_pt: float,
    *,
    is_bold: bool = False,
) -> None:
    box: Any = slide.shapes.add_textbox(*_measure(deck, room))
    frame = box.text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.text = clean_text(line)
    _style(frame, size_pt, is_bold=is_bold)


def _style(frame: Any, size_pt: float, *, is_bold: bool = False) -> None:
    """Sizes alone: the face and the colour of letters are the template's."""
    from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame.auto_size = MSO_AUTO_SIZE.NONE
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size = Pt(size_pt)
            run.font.bold = is_bold


def _measure(deck: Presentation, room: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """A part of the slide, given in shares of its width and height, in Office's units."""
    wide, high = int(deck.slide_width or 0), int(deck.slide_height or 0)
    left, top, width, height = room
    return int(left * wide), int(top * high), int(width * wide), int(height * high)


def _place(shape: Any, deck: Presentation, room: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = _measure(deck, room)
