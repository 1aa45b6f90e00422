"""What a sheet's XML says of cells beside their values: formulas without one, errors, links; and how far it reaches.

Streams the part through expat, so that its size costs time but no memory. A declared document type is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from tension.errors import FormatError

_CHUNK_BYTES = 1 << 18
_LINK_FORMULA = re.compile(r'\s*HYPERLINK\(\s*"(https?://[^"\s]+)"', re.IGNORECASE)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MAX_KEPT = 100_000
SHEET_ROWS = 1_048_576
_FAR = 1 << 30


@dataclass
class SheetMarks:
    """By cell (row from 1, column from 0): `faults` say why it has no value, `links` where it leads.

    `top` to `right` bound the cells that have a value.
    """

    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    top: int = _FAR
    left: int = _FAR
    bottom: int = 0
    right: int = 0

    @property
    def grid_size(self) -> int:
        """Cells of the rectangle around all that have a value."""
        return max(self.bottom - self.top + 1, 0) * max(self.right - self.left + 1, 0)

    def stretch(self, row: int, column: int) -> None:
        """Take a cell into the bounds."""
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)


def find_sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """The part of each sheet by its name, and whether the workbook counts days from 1904."""
    sheets: dict[str, str] = {}
    flags: list[bool] = []

    def take(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets[attributes.get("name", "")] = _find_value(attributes, "id")
        elif name == "workbookPr":
            flags.append(attributes.get("date1904", "") in ("1", "true", "on"))

    with archive.open("xl/workbook.xml") as part:
        read_elements(part, take)
    targets = _read_targets(archive, "xl/_rels/workbook.xml.rels")
    parts = {name: _join_part("xl", targets.get(key, ("", ""))[0]) for name, key in sheets.items()}
    return parts, any(flags)


def read_marks(archive: zipfile.ZipFile, part_name: str, max_rows: int) -> SheetMarks:
    """The marks of the sheet in this part. Raises FormatError at the first row beyond the most that are allowed."""
    reader = _MarksReader(max_rows)
    with archive.open(part_name) as part:
        read_elements(part, reader.start, reader.end, reader.take_text)
    folder, _, base = part_name.rpartition("/")
    targets = _read_targets(archive, f"{folder}/_rels/{base}.rels") if reader.linked else {}
    for reference, key in reader.linked:
        target, mode = targets.get(key, ("", ""))
        if mode == "External" and _WEB.fullmatch(target):
            reader.marks.links[_read_reference(reference)] = target
    return reader.marks


def read_elements(
    part: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    take_text: Callable[[str], None] | None = None,
) -> None:
    """Walk an XML part, names without their prefix. Raises FormatError where it isn't plain XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if take_text:
        parser.CharacterDataHandler = take_text
    parser.StartDoctypeDeclHandler = _refuse_declaration
    try:
        while chunk := part.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FormatError(f"the workbook can't be read ({expat.errors.messages[error.code]})") from None


def _refuse_declaration(*_: object) -> None:
    raise FormatError("the workbook declares entities, which are refused")


def _read_targets(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Where the relations in this part lead, and how (External or not), by their id."""
    targets: dict[str, tuple[str, str]] = {}

    def take(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", ""), attributes.get("TargetMode", "")

    if name in archive.namelist():
        with archive.open(name) as part:
            read_elements(part, take)
    return targets


def _join_part(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"


def _find_value(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without a prefix (r:id)."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _read_reference(reference: str) -> tuple[int, int]:
    """'B3' as (3, 1); of a range the first cell."""
    match = _REFERENCE.match(reference)
    if not match:
        raise FormatError(f"the workbook can't be read (no cell is named {reference[:20]!r})")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


class _MarksReader:
    """Follows the cells of a sheet, in the order in which its XML has them."""

    def __init__(self, max_rows: int) -> None:
        self.marks = SheetMarks()
        self._max_rows = max_rows
        self._row_count = self._filled_count = self._last_filled = 0
        self.linked: list[tuple[str, str]] = []
        self._row, self._column = 0, -1
        self._kind = self._inside = self._formula = ""
        self._has_formula = self._has_value = False
        self._value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            # A cell or row without a reference stands after the one before it.
            reference = attributes.get("r")
            self._row, self._column = _read_reference(reference) if reference else (self._row, self._column + 1)
            self._kind, self._formula, self._value = attributes.get("t", ""), "", ""
            self._has_formula = self._has_value = False
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
            self._column = -1
            self._row_count += 1
            if self._row_count > SHEET_ROWS:
                raise FormatError(f"a sheet has more rows than Excel's {SHEET_ROWS:,}")
        elif name in ("f", "v", "t"):
            self._inside = name
            self._has_formula |= name == "f"
        elif name == "hyperlink" and len(self.linked) < MAX_KEPT:
            self.linked.append((attributes.get("ref", ""), _find_value(attributes, "id")))

    def take_text(self, text: str) -> None:
        if self._inside == "f":
            self._formula += text[:2_000] if len(self._formula) < 2_000 else ""
        elif self._inside:
            self._has_value = True
            self._value += text[:100] if len(self._value) < 100 else ""

    def end(self, name: str) -> None:
        if name in ("f", "v", "t"):
            self._inside = ""
        elif name == "c":
            self._close_cell()

    def _close_cell(self) -> None:
        place = self._row, self._column
        if self._has_value and self._kind == "e":
            self._add_fault(place, f"Excel shows {self._value} there")
        elif self._has_formula and not self._has_value and self._kind != "str":
            self._add_fault(place, "a formula without its value: open the workbook in Excel and save it")
        if self._has_value:
            self.marks.stretch(*place)
            self._count_row()
        if self._has_formula and (match := _LINK_FORMULA.match(self._formula)) and len(self.marks.links) < MAX_KEPT:
            self.marks.links[place] = match[1]

    def _count_row(self) -> None:
        if self._row == self._last_filled:
            return
        self._last_filled = self._row
        self._filled_count += 1
        if self._filled_count > self._max_rows:
            # Before the rest is read: a million rows cost ten seconds.
            raise FormatError(f"the table has more rows than allowed; allowed: up to {self._max_rows:,}")

    def _add_fault(self, place: tuple[int, int], reason: str) -> None:
        if len(self.marks.faults) >= MAX_KEPT:
            raise FormatError(f"the workbook has more cells without a value than allowed; allowed: {MAX_KEPT:,}")
        self.marks.faults[place] = reason
