"""Cuts CSV text into rows of cells, one by one. A quotation mark that isn't closed costs its own line alone."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t")
# A row that goes on for longer holds a quotation mark that nobody closed.
MAX_RECORD_LINES = 1_000
# How many characters may be read ahead in vain for each one that is read: so that time stays linear in the input.
_MAX_WASTE = 10
_WASTE_ALLOWED = 1_000_000
OPEN_QUOTE = "a quotation mark is opened and not closed on its line"
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the number of its first line in the file (from 1), its cells, and why it can't be read ('' = it can).

    `text` is the row as it stands, where it has a fault. `is_loose`: its quotation marks aren't by the rule.
    """

    number: int
    cells: list[str]
    fault: str = ""
    text: str = ""
    is_loose: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.fault and not any(cell.strip() for cell in self.cells)


def cut_text(text: str, delimiter: str, first_number: int = 1) -> Iterator[Line]:
    """The rows of a CSV text, blank ones too; one at a time, in time linear in its length."""
    return _Cutter(text, delimiter).cut(first_number)


def find_delimiter(text: str) -> str:
    """The delimiter that gives most of the first rows the same number of cells; a comma where none stands out."""
    start = text[:20_000]

    def count_same(delimiter: str) -> tuple[int, int]:
        # Whole rows and not lines: a cell that goes over lines would make two of one.
        rows = (line for line in cut_text(start, delimiter) if not line.is_blank)
        widths = Counter(len(line.cells) for line in islice(rows, 30))
        return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=count_same)


def _cut_line(line: str, delimiter: str) -> tuple[list[str], bool]:
    """The cells of one line, and whether its quotation marks are closed on it. Raises csv.Error."""
    if '"' not in line:
        return line.split(delimiter), True
    # A quotation mark left open takes in the line below: here an empty one.
    reader = csv.reader([f"{line}\n", "\n"], delimiter=delimiter)
    return next(reader), reader.line_num == 1


class _Cutter:
    """Reads line by line; where a cell goes over lines it reads ahead, and comes back when that was no cell."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self._at = self._count = self._wasted = 0
        self._reference: list[str] = []

    def cut(self, first_number: int) -> Iterator[Line]:
        while self._at < len(self._text):
            number = first_number + self._count
            line = self._read_line()
            try:
                cells, is_closed = _cut_line(line, self._delimiter)
            except csv.Error as error:
                yield Line(number, [line[:2_000]], f"is not readable as CSV ({error})", line)
                continue
            if is_closed:
                yield Line(number, cells, is_loose='"' in line and not _is_strict(line, self._delimiter))
            elif (joined := self._join_lines(line)) is not None:
                cells = joined
                yield Line(number, cells)
            else:
                yield Line(number, line.split(self._delimiter), OPEN_QUOTE, line)
                continue
            if len(cells) > 1:
                self._reference = cells

    def _read_line(self) -> str:
        end = _LINE_END.search(self._text, self._at)
        line = self._text[self._at : end.start() if end else len(self._text)]
        self._at = end.end() if end else len(self._text)
        self._count += 1
        return line

    def _join_lines(self, first: str) -> list[str] | None:
        """The cells of a row that begins with this line and goes on below; None where a quotation mark is astray."""
        at, count = self._at, self._count
        if self._wasted > self._at * _MAX_WASTE + _WASTE_ALLOWED:
            return None
        reader = csv.reader(self._read_ahead(first), delimiter=self._delimiter, strict=True)
        try:
            return next(reader)
        except csv.Error:
            self._wasted += self._at - at
            self._at, self._count = at, count
            return None

    def _read_ahead(self, first: str) -> Iterator[str]:
        """The line and those below it; stops, in the middle of a cell, at one that is a row of the table itself."""
        yield f"{first}\n"
        known = first[: first.find('"')].split(self._delimiter)[:-1]
        reference = known + self._reference[len(known) :]
        for _ in range(MAX_RECORD_LINES):
            if self._at >= len(self._text):
                return
            line = self._read_line()
            if _is_row_like(line, reference, self._delimiter):
                return
            yield f"{line}\n"


def _is_strict(line: str, delimiter: str) -> bool:
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _is_row_like(line: str, reference: Sequence[str], delimiter: str) -> bool:
    """Whether a line within a cell is itself a row: as many cells, and numbers, days and addresses where they stand.

    Where the line has a quotation mark the cell may end there, and what follows tells nothing: it is the row's own.
    """
    if line.count(delimiter) < len(reference) - 1:
        return False
    try:
        cells, _ = _cut_line(line, delimiter)
    except csv.Error:
        return False
    if len(cells) != len(reference):
        return False
    forms = [(_classify(cell), _classify(other)) for cell, other in zip(cells, reference, strict=True)]
    if all(wanted in ("", "words") for _, wanted in forms):
        return len(cells) > 3 and '"' not in line
    if any(wanted not in ("", "words") and found not in ("", wanted) for found, wanted in forms):
        return False
    own = line.partition('"')[0].count(delimiter) if '"' in line else len(cells)
    return any(found == wanted and wanted not in ("", "words") for found, wanted in forms[:own])


_FORMS = (
    ("number", re.compile(r"[+-]?\d+(?:[.,]\d+)*")),
    ("address", re.compile(r"https?://\S*", re.IGNORECASE)),
    ("day", re.compile(r"\d{1,4}[-/.年]\s?\d{1,2}[-/.月].*|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}")),
)


def _classify(cell: str) -> str:
    text = cell.strip().strip('"')
    return next((form for form, pattern in _FORMS if pattern.fullmatch(text)), "words") if text else ""
