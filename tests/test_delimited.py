"""CSV as people write it: cells over several lines, quotation marks astray, delimiters, and time linear in the text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.sources.delimited import MAX_RECORD_LINES, OPEN_QUOTE, cut_text, find_delimiter
from tests.growth import measure_growth

HEADER = "id,day,title,url,summary"


def write_row(number: int, summary: str = "a patrol") -> str:
    return f"r{number},2026-08-0{number},Patrol {number},https://example.org/{number},{summary}"


def cut_rows(*rows: str) -> list[tuple[int, str, str]]:
    """The number, the last cell and the fault of each row below the header."""
    lines = list(cut_text("\n".join([HEADER, *rows]), ","))
    return [(line.number, line.cells[-1], line.fault) for line in lines[1:]]


@pytest.mark.parametrize(
    "summary",
    [
        "first, then\n\nmore",
        "one, two, three, four\nfive, six, seven, eight",
        'he said ""no"",\nand left',
        "a,b,c,d\n1,2,3,4\nx,y,z",
        "\n",
    ],
)
def test_a_cell_may_go_over_lines(summary: str) -> None:
    found = cut_rows(write_row(1), write_row(2, f'"{summary}"'), write_row(3))
    assert [last for _, last, _ in found] == ["a patrol", summary.replace('""', '"'), "a patrol"]
    assert [number for number, _, _ in found] == [2, 3, 4 + summary.count("\n")]
    assert [fault for _, _, fault in found] == ["", "", ""]


def test_a_first_cell_over_lines_is_no_row_of_its_own() -> None:
    lines = list(cut_text('title,day,url\n"one\n,two",2026-08-01,https://example.org/1\n', ","))
    assert lines[1].cells == ["one\n,two", "2026-08-01", "https://example.org/1"]


@pytest.mark.parametrize("closing", ["", '"', ' "', 'x"'])
def test_a_quotation_mark_that_is_not_closed_costs_its_own_row(closing: str) -> None:
    # With a closing mark it has a partner, three rows below.
    found = cut_rows(
        write_row(1), write_row(2, '"a patrol'), *map(write_row, (3, 4)), write_row(5, f"a patrol{closing}")
    )
    assert [number for number, _, fault in found if fault == OPEN_QUOTE] == [3]
    assert [last for _, last, fault in found if not fault] == ["a patrol"] * 3 + [f"a patrol{closing}"]


def test_a_quotation_mark_that_is_not_closed_in_the_last_row_costs_that_row() -> None:
    assert [fault for _, _, fault in cut_rows(write_row(1), write_row(2, '"a patrol'))] == ["", OPEN_QUOTE]


def test_each_of_many_such_marks_costs_one_row() -> None:
    rows = [write_row(number, '"open' if number % 2 else "a patrol") for number in range(1, 9)]
    assert [number for number, _, fault in cut_rows(*rows) if fault] == [2, 4, 6, 8]


def test_a_table_of_words_alone_is_cut_by_its_width() -> None:
    text = 'a,b,c,d\none,two,three,"four\nfive,six,seven,eight\nnine,ten,eleven,twelve\n'
    assert [(line.cells[0], bool(line.fault)) for line in cut_text(text, ",")] == [
        ("a", False),
        ("one", True),
        ("five", False),
        ("nine", False),
    ]


def test_marks_out_of_place_are_told() -> None:
    assert [line.is_loose for line in cut_text('"a"b,c\n"a b",c\n', ",")] == [True, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    assert [line.cells for line in cut_text(end.join(["a,b", "1,2", ""]), ",")] == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n24,5;118,3;x\n", ";"),
        ("a\tb\n1, 2, 3\t2\n", "\t"),
        ("A title of the desk, 2026\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ('a,b\n"x; y; z",CHN;TWN\n', ","),
        ("alone\n1\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_all_rows_keep(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.text('ab,;"\n 1-', max_size=6), min_size=3, max_size=3).filter(any), min_size=1, max_size=5)
)
def test_what_a_program_writes_comes_back(rows: list[list[str]]) -> None:
    # The first cell is a number and stands on one line, as in any table of events.
    rows = [[f"r{number}", *row] for number, row in enumerate(rows)]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([["id", "b", "c", "d"], *rows])
    lines = list(cut_text(buffer.getvalue(), ","))
    assert [line.cells for line in lines if not line.fault][: len(rows) + 1] == [["id", "b", "c", "d"], *rows]


@pytest.mark.parametrize(
    "piece",
    [
        'x",y,"z\n',
        'a,"b\n',
        '"\n',
        'a,"""\n',
        '"",\n',
        'a"b,"\n',
        '1,"a\n2,b"\n',
        '1,"a\n' + "b\n" * 40,
        "," * 50 + "\n",
    ],
)
def test_the_worst_text_costs_time_in_proportion(piece: str) -> None:
    def cut(size: int) -> None:
        for _ in cut_text("id,day\n" + piece * (size // len(piece)), ","):
            pass

    assert measure_growth(cut, 60_000) < 8


def test_a_mark_before_a_long_rest_is_given_up_soon() -> None:
    text = 'a,b\n1,"' + "x\n" * 1_000_000
    lines = list(cut_text(text, ","))
    assert (lines[1].fault, len(lines)) == (OPEN_QUOTE, 1_000_001)
    assert MAX_RECORD_LINES < 10_000


def test_cells_over_several_lines_do_not_hide_the_delimiter() -> None:
    rows = ["a,b,c,d", 'x;y,"\n",1;2,3', 'x;y,"\n",1;2,3']
    assert find_delimiter("\n".join(rows)) == ","
