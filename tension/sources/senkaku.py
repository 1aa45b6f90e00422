"""Japan Coast Guard: the monthly tables of Chinese government ships off the Senkaku/Diaoyu Islands, figures only.

A month whose days don't add up to the totals that it prints is refused whole: nothing of it was read for sure.
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

SOURCE = SOURCE_CARDS["senkaku"]
PAGE_URL = "https://www.kaiho.mlit.go.jp/mission/senkaku/senkaku.html"
PLACE = "Senkaku/Diaoyu Islands"
DAYS, MONTHS = "japan-senkaku", "japan-senkaku-month"
OUTER, INNER = "contiguous-zone", "territorial-sea"
# The year before the first of each era.
_ERAS = {"R": 2018, "H": 1988, "令和": 2018, "平成": 1988}
_LINK = re.compile(r"""href\s*=\s*["']((?:[^"'<>]*/)?data_([RrHh])([0-9]*)_([0-9]{1,2})\.pdf)["']""")
_TITLE = re.compile(r"-\s*(R|H|令和|平成)\s*([0-9]+|元)\s*年\s*([0-9]{1,2})\s*月\s*-")
_AS_OF = re.compile(r"\(\s*([0-9]{1,2})\s*/\s*([0-9]{1,2})\s*現在\s*\)")
_OUTER_TOTAL = re.compile(r"(?<!\()接続水域入域\s*;\s*([0-9]+)\s*日、のべ\s*([0-9]+)\s*隻")
_INNER_TOTAL = re.compile(r"領海侵入\s*(?:\(接続水域入域の内数\))?\s*;\s*([0-9]+)\s*日、のべ\s*([0-9]+)\s*隻")
_ROW = re.compile(r"^\s*(?:[RH][0-9]+\s+[0-9]{1,2}\s+)?([0-9]{1,2}(?:\s+[0-9]{1,3})*)\s*$")
# The right half of the table begins 16 days after the left one, in older months 15.
_OFFSETS = (16, 15)


@dataclass(frozen=True)
class MonthTable:
    """A month as printed: ships by day in both zones, the totals as (days, ships), and the last day that it states."""

    first: date
    last: date
    ships: Mapping[int, tuple[int, int]]
    outer_total: tuple[int, int]
    inner_total: tuple[int, int]


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The months of the window, one PDF each; the page of the tables names them. Raises FetchError."""
    page = http.get(PAGE_URL).decode("utf-8", "replace")
    months = {}
    for address, era, year, month in _LINK.findall(page):
        # The first year of an era has no number.
        months[_ERAS[era.upper()] + int(year or 1), int(month)] = urljoin(PAGE_URL, address)
    if not months:
        raise FetchError(f"{PAGE_URL}: links no monthly table (data_R8_10.pdf); its form may have changed")
    first = find_first_day(load_card(DAYS), window)
    for (year, month), url in sorted(months.items()):
        if (first.year, first.month) <= (year, month) <= (window.until.year, window.until.month):
            yield FetchedFile(url.rsplit("/", 1)[1], http.get(url))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """The days of one monthly table, as the PDF or its text with columns kept; a row is a value. Raises FormatError.

    A whole month gives its sums and the totals as printed too.
    """
    text = load_pdf_text(raw, has_columns=True) if is_pdf(raw) else raw.decode("utf-8", "replace")
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("―", "-")
    if "接続水域入域" not in folded:
        raise FormatError(f"{name or 'input'}: isn't a monthly table of the Japan Coast Guard")
    try:
        table = read_month(folded)
        check_day(SOURCE, "the table's last day", table.last, seen_utc)
    except ValueError as fault:
        return ParseResult(1, rejects=(Reject(str(fault), text),))
    rows = tuple(_list_rows(table))
    return ParseResult(len(rows), measurements=rows)


def read_month(text: str) -> MonthTable:
    """The table in a text (NFKC); ValueError says what can't be read or doesn't add up."""
    title = _TITLE.search(text)
    if title is None:
        raise ValueError("the title names no month; allowed: one such as 令和8年10月")
    year = _ERAS[title[1]] + (1 if title[2] == "元" else int(title[2]))
    month = int(title[3])
    if not 1 <= month <= 12:
        raise ValueError(f"month {month}; allowed: 1 to 12")
    first = date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    if stated := _AS_OF.search(text):
        if int(stated[1]) != month or not 1 <= int(stated[2]) <= last.day:
            raise ValueError(f"the table says {stated[1]}/{stated[2]}; allowed: a day of month {month}")
        last = first.replace(day=int(stated[2]))
    outer, inner = (_read_total(pattern, text) for pattern in (_OUTER_TOTAL, _INNER_TOTAL))
    faults = []
    for offset in _OFFSETS:
        try:
            return MonthTable(first, last, _read_days(text, offset, last.day, outer, inner), outer, inner)
        except ValueError as fault:
            faults.append(str(fault))
    raise ValueError(faults[0])


def _read_total(pattern: re.Pattern[str], text: str) -> tuple[int, int]:
    found = pattern.search(text)
    if found is None:
        raise ValueError("a printed total is missing; nothing says whether the days were read right")
    return int(found[1]), int(found[2])


def _read_days(
    text: str, offset: int, last: int, outer: tuple[int, int], inner: tuple[int, int]
) -> dict[int, tuple[int, int]]:
    """Ships by day up to the last that is stated, blank = 0; ValueError where they aren't what the totals say."""
    ships: dict[int, tuple[int, int]] = {}
    for line in text.splitlines():
        row = _ROW.match(line)
        if not row:
            continue
        for day, numbers in _split_halves([int(part) for part in row[1].split()], offset):
            if day in ships:
                raise ValueError(f"day {day} is there twice")
            ships[day] = _read_half(day, numbers)
    missing = [day for day in range(1, last + 1) if day not in ships]
    if missing:
        raise ValueError(f"day {missing[0]} is missing")
    for day in range(last + 1, 32):
        if ships.pop(day, (0, 0)) != (0, 0):
            raise ValueError(f"day {day} has ships and lies after the table's last day, {last}")
    for zone, counts, total in (("contiguous zone", 0, outer), ("territorial sea", 1, inner)):
        found = [pair[counts] for pair in ships.values()]
        summed = (sum(number > 0 for number in found), sum(found))
        if summed != total:
            raise ValueError(
                f"{zone}: {summed[0]} days and {summed[1]} ships were read, {total[0]} days and {total[1]} are printed"
            )
    return ships


def _split_halves(numbers: list[int], offset: int) -> list[tuple[int, list[int]]]:
    """The left and the right half of a line: (day, what stands after it). A line may hold either half alone."""
    left = numbers[0]
    for place in range(1, min(len(numbers), 4)):
        if left <= offset and numbers[place] == left + offset:
            return [(left, numbers[1:place]), (numbers[place], numbers[place + 1 :])]
    return [(left, numbers[1:])]


def _read_half(day: int, numbers: list[int]) -> tuple[int, int]:
    """Ships in the contiguous zone and, of them, in the territorial sea, which is never printed alone."""
    if not 1 <= day <= 31 or len(numbers) > 2:
        raise ValueError(f"day {day} with {len(numbers)} numbers; allowed: a day with none, one or two")
    outer, inner = [*numbers, 0, 0][:2]
    if inner > outer:
        raise ValueError(f"day {day}: {inner} ships in the territorial sea, {outer} in the zone around it")
    return outer, inner


def _list_rows(table: MonthTable) -> Iterator[Measurement]:
    card, url = load_card(DAYS), PAGE_URL
    for day, pair in sorted(table.ships.items()):
        on = table.first.replace(day=day)
        for measure, value in zip((OUTER, INNER), pair, strict=True):
            yield build_row(card, measure, (on, on), value, PLACE, url)
    if table.last.day == calendar.monthrange(table.last.year, table.last.month)[1]:
        card = load_card(MONTHS)
        for measure, (days, ships) in ((OUTER, table.outer_total), (INNER, table.inner_total)):
            # The days add up to what is printed, so that sums and print are the same here.
            for name, value in ((measure, ships), (f"{measure}-days", days)):
                for said in (name, f"printed-{name}"):
                    yield build_row(card, said, (table.first, table.last), value, PLACE, url)
