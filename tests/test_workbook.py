"""Workbooks as people make them and as attackers forge them, through the reader that every source uses."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tension.errors import FormatError
from tension.sources.base import Told
from tension.sources.rows import Table, read_table
from tension.sources.sheet_marks import read_marks

NAMES = ("event_id", "day", "title", "link")
ROWS = [["r1", date(2026, 8, 1), "Patrol 1", "https://example.org/1"], ["r2", date(2026, 8, 2), "Patrol 2", "two"]]
CELLS = [["r1", "2026-08-01", "Patrol 1", "https://example.org/1"], ["r2", "2026-08-02", "Patrol 2", "two"]]


def fill(sheet: Worksheet, rows: Sequence[Sequence[Any]]) -> None:
    for row in rows:
        sheet.append(row)


def save(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def build(
    change: Callable[[openpyxl.Workbook], None] = lambda book: None, above: Sequence[Sequence[Any]] = ()
) -> bytes:
    """A workbook of one sheet: the rows `above`, the names, two rows; then changed."""
    book = openpyxl.Workbook()
    fill(book.active, [*above, NAMES, *ROWS])
    change(book)
    return save(book)


def replace_part(raw: bytes, name: str, old: str, new: str) -> bytes:
    """The workbook with a pattern of one part replaced: what openpyxl itself would not write."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in given.namelist():
            content = given.read(member)
            if name in member:
                changed = re.sub(old, new, content.decode(), flags=re.DOTALL)
                assert changed != content.decode()
                content = changed.encode()
            archive.writestr(member, content)
    return out.getvalue()


def read(raw: bytes, **told: Any) -> tuple[Table, list[list[str]]]:
    table = read_table(raw, NAMES, Told(**told))
    return table, [line.cells for line in table.lines]


def test_values_come_as_text_with_their_row_numbers() -> None:
    def change(book: openpyxl.Workbook) -> None:
        fill(book.active, [[], ["r3", datetime.fromisoformat("2026-08-03T06:30"), True, 1.5], ["r4", 20, 1e20, "007"]])

    table = read_table(build(change), NAMES)
    lines = list(table.lines)
    assert [line.cells for line in lines] == [
        *CELLS,
        ["r3", "2026-08-03T06:30:00", "true", "1.5"],
        ["r4", "20", "1e+20", "007"],
    ]
    assert [line.number for line in lines] == [2, 3, 5, 6]


def test_title_rows_above_the_header_are_passed_over() -> None:
    above = [["Patrols off Kinmen, the title of 2026"], [], ["compiled by the desk", "in August"]]

    def merge(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("A1:D1")

    table, cells = read(build(merge, above))
    assert (cells, table.columns, table.header_row) == (CELLS, NAMES, 4)
    assert table.notes == ("names of columns in row 4",)


def test_a_cover_sheet_and_hidden_sheets_are_passed_over() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active.title = "Events"
        fill(book.create_sheet("Read me", 0), [["About this workbook"], ["title: what the desk compiled"]])
        hidden = book.create_sheet("Old", 0)
        fill(hidden, [NAMES, ["old", date(2020, 1, 1), "Old", "x"]])
        hidden.sheet_state = "hidden"
        book.create_sheet("Empty", 0)

    table, cells = read(build(change))
    assert (cells, table.sheet, table.sheets) == (CELLS, "Events", ("Empty", "Old", "Read me", "Events"))
    assert table.notes == ("sheet 'Events' of 4",)
    assert read(build(change), sheet="Old")[1] == [["old", "2020-01-01", "Old", "x"]]
    with pytest.raises(FormatError, match="sheet: 'New' is not in the workbook; allowed: Empty, Old, Read me, Events"):
        read(build(change), sheet="New")


def test_sheet_and_header_row_can_be_chosen() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active.title = "First"
        fill(book.create_sheet("Second"), [["a note"], ["k", "w"], [1, 2]])

    table, cells = read(build(change), sheet="Second", header_row=2)
    assert (table.columns, cells) == (("k", "w"), [["1", "2"]])
    for row in (1_000, 4):
        with pytest.raises(FormatError, match=f"header row: {row} is not a row with names of columns"):
            read(build(change), sheet="Second", header_row=row)


def test_names_over_two_rows_meet_in_the_lower_where_cells_are_merged() -> None:
    book = openpyxl.Workbook()
    fill(book.active, [["event_id", "day", "what", None], [None, None, "title", "link"], *ROWS])
    for cells in ("A1:A2", "B1:B2", "C1:D1"):
        book.active.merge_cells(cells)
    table, cells = read(save(book))
    assert (table.columns, cells) == (NAMES, CELLS)


def test_a_cell_merged_over_rows_stands_in_each() -> None:
    def change(book: openpyxl.Workbook) -> None:
        fill(book.active, [["r3", None, "Patrol 3", "x"], ["r4", None, "Patrol 4", "y"]])
        book.active.merge_cells("B3:B4")

    assert [cells[1] for cells in read(build(change))[1]] == ["2026-08-01", "2026-08-02", "2026-08-02", ""]


def test_a_formula_gives_its_stored_value_and_is_told_where_it_has_none() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active["C2"], book.active["C3"] = '=CONCATENATE("Patrol ",1)', "=1+1"

    raw = build(change)
    assert read(raw)[0].faults == {
        (2, 2): "a formula without its value: open the workbook in Excel and save it",
        (3, 2): "a formula without its value: open the workbook in Excel and save it",
    }
    stored = replace_part(
        raw, "sheet1", r'<c r="C2"[^>]*>(<f>.*?</f>)<v\s*/?>(</v>)?', r'<c r="C2" t="str">\1<v>Patrol 1</v>'
    )
    table, cells = read(stored)
    assert (cells[0][2], list(table.faults)) == ("Patrol 1", [(3, 2)])


def test_an_error_that_excel_shows_is_no_value() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active["C2"] = "#N/A"

    assert read(build(change))[0].faults == {(2, 2): "Excel shows #N/A there"}


def test_links_are_kept_beside_their_words() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active["D3"].hyperlink = "https://example.org/report/2"
        book.active["C3"].hyperlink = "mailto:desk@example.org"
        book.active["D2"] = '=HYPERLINK("https://example.org/formula","Example News")'

    links = read(build(change))[0].links
    assert links == {(3, 3): "https://example.org/report/2", (2, 3): "https://example.org/formula"}


@pytest.mark.parametrize(("epoch", "number"), [(None, 46235), (CALENDAR_MAC_1904, 46235 - 1462)])
def test_a_bare_day_number_counts_from_the_workbooks_own_first_day(epoch: Any, number: int) -> None:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    fill(book.active, [NAMES, ["r1", number, "Patrol", "x"]])
    table, cells = read(save(book))
    assert date(1899, 12, 30) + timedelta(days=46235) == date(2026, 8, 1)
    assert (cells[0][1], table.write_day(cells[0][1])) == (str(number), "2026-08-01")
    assert [table.write_day(text) for text in ("2026-08-01", "20260801", "1", "", "99999")] == [
        "2026-08-01",
        "20260801",
        "1",
        "",
        "99999",
    ]


def test_a_table_that_begins_in_the_middle_of_a_sheet_keeps_its_columns() -> None:
    book = openpyxl.Workbook()
    for row, cells in enumerate([NAMES, *ROWS], start=5):
        for column, cell in enumerate(cells, start=3):
            book.active.cell(row, column, cell)
    table, cells = read(save(book))
    assert table.columns == ("", "", *NAMES)
    assert cells == [["", "", *row] for row in CELLS]


def put_far_cell(column: int, row: int) -> Callable[[openpyxl.Workbook], None]:
    return lambda book: book.active.cell(row, column, "far") and None


def test_one_stray_cell_costs_its_own_row() -> None:
    _, cells = read(build(put_far_cell(40, 5)))
    assert cells[:2] == CELLS
    assert cells[2] == [""] * 39 + ["far"]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (build(put_far_cell(16_384, 5_000)), "its cells reach over 5,000 rows and 16,384 columns; allowed: 16,000,000"),
        (build(put_far_cell(16_384, 1_048_576)), "its cells reach over 1,048,576 rows"),
        (b"PK\x03\x04 not a zip", "the workbook can't be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the workbook can't be read"),
        (replace_part(build(), "workbook.xml", r"<\?xml.*|^", '<!DOCTYPE a [<!ENTITY b "c">]>'), "declares entities"),
        (replace_part(build(), "sheet1", r'r="A1"', 'r="?1"'), "no cell is named '[?]1'"),
        (replace_part(build(), "sheet1", "<sheetData>", "<sheetData><row>"), "can't be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "raw",
)
def test_what_is_no_workbook_or_too_much_of_one_is_refused_in_one_line(raw: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        read(raw)
    assert "\n" not in str(caught.value)


def test_a_zip_file_that_holds_no_workbook_is_told_apart() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ged.csv", "id,best\n")
    with pytest.raises(FormatError, match="a zip file that holds no workbook; unpack it first"):
        read(out.getvalue())


def test_empty_rows_that_unpack_to_much_are_refused_before_they_are_read() -> None:
    rows = b"<row/>" * 5_000_000
    raw = replace_part(build(), "sheet1", "</sheetData>", "EMPTY</sheetData>")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in given.namelist():
            archive.writestr(member, given.read(member).replace(b"EMPTY", rows))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(FormatError, match=r"unpacks to 30,.* bytes in .* parts; allowed: up to .* 300 times its size"):
        read(out.getvalue())


def test_a_sheet_of_a_program_that_names_no_cells_is_read_in_order() -> None:
    raw = replace_part(build(), "sheet1", r' r="[A-Z]*\d+"', "")
    assert read(raw)[1] == CELLS


def test_reading_ends_at_the_first_row_beyond_the_most_that_are_allowed() -> None:
    # What follows the third row is no XML: who reads on finds that in place of the rows.
    broken = replace_part(build(), "sheet1.xml", "</sheetData>", "<row><c><<")
    with zipfile.ZipFile(io.BytesIO(broken)) as archive:
        with pytest.raises(FormatError, match="more rows than allowed; allowed: up to 2"):
            read_marks(archive, "xl/worksheets/sheet1.xml", 2)
        with pytest.raises(FormatError, match="not well-formed"):
            read_marks(archive, "xl/worksheets/sheet1.xml", 3)


def test_more_empty_rows_than_excel_has_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tension.sources.sheet_marks.SHEET_ROWS", 3)
    broken = replace_part(build(), "sheet1.xml", "</sheetData>", "<row/><<")
    with zipfile.ZipFile(io.BytesIO(broken)) as archive, pytest.raises(FormatError, match="more rows than Excel's 3"):
        read_marks(archive, "xl/worksheets/sheet1.xml", 50)
