"""Joint Staff Office of Japan: the monthly releases on scrambles, by state and by air defence force, figures only.

A release gives every month of its fiscal year so far. One whose parts don't add up to the totals that it prints is
refused whole.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin

from tension.errors import FetchError, FormatError
from tension.records.measurements import Measurement
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told, check_day
from tension.sources.declared_counts import build_row, find_first_day, load_card
from tension.sources.pdf_text import is_pdf, load_pdf_text

SOURCE = SOURCE_CARDS["scrambles"]
PAGE_URL = "https://www.mod.go.jp/js/press/index.html"
PLACE = "Around Japan"
MONTHS = "japan-scrambles-month"
# The fiscal year begins in April.
_FIRST_MONTH = 4
FORCES = {"北空": "northern", "中空": "central", "西空": "western", "南西空": "southwestern"}
STATES = {"ロシア": "russia", "中国": "china", "台湾": "taiwan", "北朝鮮": "north-korea", "その他": "other"}
_TITLE = "月間緊急発進"
_ANCHOR = re.compile(r"""<a\b[^<>]*?href\s*=\s*["']([^"'<>]+\.pdf)["'][^<>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
_RELEASE = re.compile(r"/p(20[0-9]{2})([0-9]{2})([0-9]{2})_[0-9]+\.pdf$")
_FISCAL_YEAR = re.compile(r"(20[0-9]{2})年度における緊急発進")
_CELL = re.compile(r"([0-9]+|-)\s*回")


@dataclass(frozen=True)
class YearTable:
    """Scrambles of the months of a fiscal year that a release states: by measure, a value a month from April on."""

    fiscal_year: int
    values: Mapping[str, tuple[int, ...]]


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The releases on scrambles that came out within the window, one PDF each. Raises FetchError."""
    page = http.get(PAGE_URL).decode("utf-8", "replace")
    links = [
        urljoin(PAGE_URL, address)
        for address, words in _ANCHOR.findall(page)
        if "緊急発進" in re.sub(r"<[^<>]*>", "", words)
    ]
    if not links:
        raise FetchError(f"{PAGE_URL}: links no release on scrambles; its form may have changed")
    first = find_first_day(load_card(MONTHS), window)
    released = {url: date(*map(int, found.groups())) for url in links if (found := _RELEASE.search(url))}
    # The oldest first, so that the newest statement of a month is the last to be taken.
    for url, day in sorted(released.items(), key=lambda item: (item[1], item[0])):
        if first <= day <= window.until:
            yield FetchedFile(url.rsplit("/", 1)[1], http.get(url))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """The months of one release, as the PDF or its text; a row is a value. Raises FormatError.

    A release on a quarter or on a year, or on other matters, has no such table and is refused as a file.
    """
    text = load_pdf_text(raw) if is_pdf(raw) else raw.decode("utf-8", "replace")
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("―", "-")
    if _TITLE not in folded.replace(" ", ""):
        raise FormatError(f"{name or 'input'}: isn't a monthly release on scrambles of the Joint Staff Office")
    try:
        table = read_release(folded)
        rows = tuple(_list_rows(table))
        check_day(SOURCE, "the release's last month ends on", max(row.date_to for row in rows), seen_utc)
    except ValueError as fault:
        return ParseResult(1, rejects=(Reject(str(fault), text),))
    return ParseResult(len(rows), measurements=rows)


def read_release(text: str) -> YearTable:
    """The tables in a text (NFKC); ValueError says what can't be read or doesn't add up."""
    year = _FISCAL_YEAR.search(text)
    if year is None:
        raise ValueError("names no fiscal year; allowed: one such as 2026年度における緊急発進実施状況")
    values = {}
    for label, measure in {"回数": "total", **FORCES, **STATES}.items():
        cells = _read_line(text, label)
        if cells is not None:
            values[measure] = cells
    missing = [m for m in ("total", *FORCES.values(), "russia", "china") if m not in values]
    if missing:
        raise ValueError(f"has no row of {missing[0]}")
    for parts in (FORCES, STATES):
        rows = [values[measure] for measure in parts.values() if measure in values]
        summed = tuple(sum(column) for column in zip(*rows, strict=True))
        if summed != values["total"]:
            raise ValueError(f"{', '.join(parts)}: months add up to {list(summed)}, printed {list(values['total'])}")
    return YearTable(int(year[1]), values)


def _read_line(text: str, label: str) -> tuple[int, ...] | None:
    """The months of a row from April to the last that is stated; None where there is no such row."""
    found = re.search(rf"^\s*{label}\s+((?:(?:[0-9]+|-)\s*回\s*){{13}})", text, re.MULTILINE)
    if found is None:
        return None
    *cells, total = _CELL.findall(found[1])
    stated = [int(cell) for cell in cells if cell != "-"]
    if "-" in cells[: len(stated)]:
        raise ValueError(f"{label}: a month before a later one is not stated")
    if total == "-" or sum(stated) != int(total) or not stated:
        raise ValueError(f"{label}: months add up to {sum(stated)}, printed {total}")
    return tuple(stated)


def _list_rows(table: YearTable) -> Iterator[Measurement]:
    card = load_card(MONTHS)
    for measure, months in table.values.items():
        for number, value in enumerate(months, start=_FIRST_MONTH - 1):
            first = date(table.fiscal_year + number // 12, number % 12 + 1, 1)
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
            # The page of all releases, not the one: a later release restates a month and takes its value's place.
            yield build_row(card, measure, (first, last), value, PLACE, PAGE_URL, "official; provisional")
