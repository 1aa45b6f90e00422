"""CSIS Beyond Parallel's list of North Korean provocations: day, kind and link of each event, never its description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser

from tension.errors import FormatError
from tension.records.measurements import Measurement
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told, check_day
from tension.sources.declared_counts import build_row, load_card

SOURCE = SOURCE_CARDS["north_korea"]
PAGE_URL = SOURCE.url
EVENTS = "north-korea-provocations"
# Day, type, event, description, resources.
CELL_COUNT = 5
MAX_BYTES = 20_000_000
_TABLE_CLASS = "wpDataTable"
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# What the label of a missile event says that it was, the first that fits; the label alone tells the kind.
_KINDS = (
    ("ballistic missile", "ballistic"),
    ("intercontinental", "ballistic"),
    ("cruise missile", "cruise"),
    ("satellite launch", "space-launch"),
)


@dataclass
class _Cell:
    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Rows(HTMLParser):
    """Collects the rows of the page's data table: cells with their text and the links in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[_Cell]] = []
        self.has_table = False
        self._depth = 0
        self._cell: _Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table" and (self._depth or _TABLE_CLASS in (given.get("class") or "")):
            self._depth += 1
            self.has_table = True
        elif self._depth and tag == "tr":
            self.rows.append([])
        elif self._depth and tag == "td" and self.rows:
            self._cell = _Cell()
            self.rows[-1].append(self._cell)
        elif tag == "a" and self._cell is not None and (given.get("href") or "").startswith(("http://", "https://")):
            self._cell.links.append(str(given["href"]).strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            self._depth -= 1
        if tag in ("td", "tr", "table"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text.append(data)


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The whole list: one page holds every event since 1958, so the window doesn't matter."""
    yield FetchedFile("north-korean-provocations.html", http.get(PAGE_URL))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """The events of the page's table; a row is a day or an event, not a missile. Raises FormatError."""
    if len(raw) > MAX_BYTES:
        raise FormatError(f"{name or 'page'}: holds {len(raw):,} bytes; allowed: {MAX_BYTES:,}")
    page = _Rows()
    page.feed(raw.decode("utf-8", "replace"))
    # The header's cells are no td.
    listed = [row for row in page.rows if row]
    if not page.has_table or not listed:
        raise FormatError(f"{name or 'page'}: has no data table of events; not the list of provocations")
    rows: dict[tuple[object, ...], Measurement] = {}
    rejects: list[Reject] = []
    duplicate_count = 0
    for number, cells in enumerate(listed, start=1):
        try:
            row = _read_event(cells, seen_utc)
        except ValueError as fault:
            rejects.append(Reject(f"row {number}: {fault}", " | ".join(_join(cell)[:200] for cell in cells)))
            continue
        duplicate_count += row.key in rows
        rows.setdefault(row.key, row)
    return ParseResult(
        len(listed), measurements=tuple(rows.values()), rejects=tuple(rejects), duplicate_count=duplicate_count
    )


def _read_event(cells: Sequence[_Cell], seen_utc: datetime) -> Measurement:
    if len(cells) != CELL_COUNT:
        raise ValueError(f"{len(cells)} cells; allowed: {CELL_COUNT}, day, type, event, description, resources")
    text = _DASHES.sub("-", _join(cells[0]))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"day {text[:40]!r} is not a day such as 2026-08-20") from None
    check_day(SOURCE, "day", day, seen_utc)
    kind, event = _join(cells[1]), _join(cells[2])
    if not event:
        raise ValueError("event: is blank; allowed: the label of an event")
    link = cells[4].links[0] if cells[4].links else ""
    return build_row(load_card(EVENTS), choose_measure(kind, event), (day, day), 1, "", link, event)


def choose_measure(kind: str, event: str) -> str:
    """The measure of an event, from its type and its label, as the rows of the release were chosen."""
    label, kind = event.lower(), kind.lower()
    if not kind.startswith("missile"):
        return "nuclear" if kind.startswith("nuclear") else "other"
    found = (measure for words, measure in _KINDS if words in label)
    return next(found, "other-missile")


def _join(cell: _Cell) -> str:
    return " ".join("".join(cell.text).split())
