"""Tells whether a file's figures are those of this record: what it was made from is made again and compared."""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.brief.build import build_document
from tension.brief.document import Document
from tension.brief.inert import clean_text
from tension.brief.native import NativeChart
from tension.brief.office_chart import build_chart_data
from tension.brief.recipe import unpack_recipe
from tension.errors import BadInput, TensionError
from tension.exports.metadata import find_seal, hash_body, read_sidecar
from tension.exports.seal import Seal, hash_frames
from tension.figures.palette import PRINT
from tension.figures.registry import build_chart
from tension.records.filters import parse_params
from tension.words import count, join_words

if TYPE_CHECKING:
    from tension.desk import Desk

_OFFICE = ("pptx", "docx")
# A sheet's rows: what stands first in each, and its figures.
Cells = list[tuple[str, list[float | None]]]


@dataclass(frozen=True)
class Verdict:
    """`is_same`: the file's figures are those of this record. `reasons`: what differs."""

    is_same: bool
    seal: Seal
    reasons: tuple[str, ...]


def verify_file(desk: Desk, content: bytes, name: str, sidecar: bytes | None = None) -> Verdict:
    """Compare a file with this record; raises BadInput where it carries no seal, or one that can't be made again.

    `sidecar` is what stands beside a CSV. Of Office's files the cells behind charts, the tables and the findings are
    compared; the rest is held against the digest of its own bytes.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "csv" and sidecar is None:
        raise BadInput("file", name, f"a CSV with {name}-metadata.json beside it")
    seal = read_sidecar(sidecar) if ending == "csv" and sidecar is not None else find_seal(content, ending)
    frames, document = _make_again(desk, seal)
    reasons = []
    if hash_frames(frames) != seal.digest:
        is_other = seal.record != desk.record.content_hash
        said = f"the file was made from record {seal.record[:12]}, this is {desk.record.content_hash[:12]}"
        reasons.append(f"the figures of this record are others{f': {said}' if is_other else ''}")
    if sidecar is not None and ending == "csv":
        reasons += _compare_bytes(content, sidecar)
    if document and ending in _OFFICE and not reasons:
        reasons += _compare_sheets(content, document) + _compare_words(content, ending, document)
    if seal.body and ending not in _OFFICE and hash_body(content, ending) != seal.body:
        reasons.append("the file was changed after it was made")
    return Verdict(not reasons, seal, tuple(reasons))


def _make_again(desk: Desk, seal: Seal) -> tuple[list[pd.DataFrame], Document | None]:
    wanted, faults = parse_params(seal.params)
    if faults:
        raise BadInput("seal", faults[0], "a view that this version knows")
    try:
        if seal.kind == "brief":
            document = build_document(desk, unpack_recipe(seal.options["recipe"]))
            return [page.frame for page in document.pages], document
        if seal.kind == "chart":
            return [build_chart(seal.key, desk, wanted, PRINT, dict(seal.options), link="").frame], None
        if seal.kind == "events":
            return [desk.queries.load_events(wanted, columns=None)], None
    except (TensionError, KeyError) as error:
        raise BadInput("seal", f"{seal.kind} {seal.key}", f"what this record holds ({error})") from error
    raise BadInput("seal", seal.kind, "chart, events or brief")


def _compare_bytes(content: bytes, sidecar: bytes) -> list[str]:
    told = json.loads(sidecar).get("sha256")
    is_same = told == hashlib.sha256(content).hexdigest()
    return [] if is_same else ["the file was changed after it was made: its bytes are others"]


def _compare_sheets(content: bytes, document: Document) -> list[str]:
    """The cells behind the charts of a file against those of the brief made again."""
    natives = [page.native for page in document.pages if page.native is not None]
    held, wanted = _read_sheets(content), [_list_cells(native) for native in natives]
    if len(held) != len(wanted):
        return [f"the file holds {len(held)} charts, the brief {len(wanted)}"]
    wrong = 0
    for mine in wanted:
        # The parts of a file stand in no order.
        found = next((theirs for theirs in held if _is_alike(mine, theirs)), None)
        if found is None:
            wrong += 1
        else:
            held.remove(found)
    return [f"cells of {wrong} of {len(wanted)} charts were changed after it was made"] if wrong else []


def _compare_words(content: bytes, ending: str, document: Document) -> list[str]:
    """The findings and the cells of tables that the brief made again has, and the file hasn't."""
    held = Counter(_fold(text) for text in _list_texts(content, ending))
    findings = Counter(_fold(page.finding) for page in document.pages if page.finding)
    tables = [page.table for page in document.pages if page.table is not None and page.native is None]
    cells = Counter(_fold(cell) for table in tables for row in table.rows for cell in row if cell)
    wrong = [
        f"{count(lost.total(), what)} changed"
        for lost, what in ((findings - held, "finding"), (cells - held, "table cell"))
        if lost
    ]
    return [f"{join_words(wrong)} after it was made"] if wrong else []


def _fold(text: str) -> str:
    return " ".join(clean_text(text).split())


def _list_texts(content: bytes, ending: str) -> Iterator[str]:
    """Every paragraph and cell of a deck or a text document."""
    if ending == "docx":
        import docx

        text = docx.Document(io.BytesIO(content))
        yield from (paragraph.text for paragraph in text.paragraphs)
        yield from (cell.text for table in text.tables for row in table.rows for cell in row.cells)
        return
    from pptx import Presentation

    for slide in Presentation(io.BytesIO(content)).slides:
        shapes: Any = slide.shapes
        for shape in shapes:
            if shape.has_text_frame:
                yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
            if shape.has_table:
                yield from (cell.text_frame.text for row in shape.table.rows for cell in row.cells)


def _is_alike(mine: Cells, theirs: Cells) -> bool:
    """Whether two sheets say the same, but for the last digits, which a workbook rounds."""
    if [row[0] for row in mine] != [row[0] for row in theirs]:
        return False
    pairs = zip((v for row in mine for v in row[1]), (v for row in theirs for v in row[1]), strict=False)
    is_wide = all(len(a[1]) == len(b[1]) for a, b in zip(mine, theirs, strict=True))
    return is_wide and all(a == b if a is None or b is None else math.isclose(a, b, rel_tol=1e-9) for a, b in pairs)


def _list_cells(native: NativeChart) -> Cells:
    data = build_chart_data(native)
    columns: Sequence[Sequence[object]] = [list(series.values) for series in data]
    labels = [str(category.label)[:10] for category in data.categories]
    return [(label, [_read_cell(column[y]) for column in columns]) for y, label in enumerate(labels)]


def _read_sheets(content: bytes) -> list[Cells]:
    from python_calamine import CalamineWorkbook

    sheets = []
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        for name in opened.namelist():
            if name.endswith(".xlsx"):
                book = CalamineWorkbook.from_filelike(io.BytesIO(opened.read(name)))
                rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
                sheets.append([(str(row[0])[:10], [_read_cell(value) for value in row[1:]]) for row in rows[1:]])
    return sheets


def _read_cell(value: object) -> float | None:
    """A cell's number, None for an empty one; one that a person wrote words into is no number."""
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return math.nan


def describe_verdict(verdict: Verdict) -> str:
    """The verdict in a line."""
    seal = verdict.seal
    what = f"{seal.kind} {seal.key}, {seal.view}"
    if verdict.is_same:
        return f"same: {what}; its figures are those of record {seal.record[:12]}"
    return f"differs: {what}; {join_words(verdict.reasons)}"
