"""One brief in one format: from the recipe to the bytes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tension.brief.build import build_document
from tension.brief.document import Document
from tension.brief.pictures import draw_pictures
from tension.brief.recipe import Recipe
from tension.errors import BadInput

if TYPE_CHECKING:
    from tension.desk import Desk

BRIEF_FORMATS = ("pptx", "docx", "html", "pdf")
TEMPLATE_FORMATS = ("pptx", "docx")


def make_brief(desk: Desk, recipe: Recipe, brief_format: str, template: bytes | None = None) -> bytes:
    """The brief of a recipe; raises BadInput for what the recipe or the template says, ExportError without a browser.

    A browser is needed for PDF, and for PPTX and DOCX where there is a map, which has no native form.
    """
    if brief_format not in BRIEF_FORMATS:
        raise BadInput("format", brief_format, BRIEF_FORMATS)
    if template is not None and brief_format not in TEMPLATE_FORMATS:
        raise BadInput("template", brief_format, f"a format that has templates: {', '.join(TEMPLATE_FORMATS)}")
    return write_brief(build_document(desk, recipe), brief_format, template)


def write_brief(document: Document, brief_format: str, template: bytes | None = None) -> bytes:
    """A document in one of BRIEF_FORMATS."""
    if brief_format == "pptx":
        from tension.brief.slides import to_pptx

        return to_pptx(document, draw_pictures(document), template)
    if brief_format == "docx":
        from tension.brief.word_file import to_docx

        return to_docx(document, draw_pictures(document), template)
    from tension.brief.web_page import to_page

    page = to_page(document)
    if brief_format == "html":
        return page
    from tension.exports.metadata import seal_file
    from tension.exports.printing import print_pdf

    return seal_file(print_pdf(page), "pdf", document.seal)
