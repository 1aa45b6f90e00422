"""Rows of official counts: one value of one measure at one place over one span of days. Reads the files of data/series.

Never half read: every fault is told with its file and line.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tension.records.checked_files import read_cells
from tension.records.series import RowsFile, SeriesCard

LONG_COLUMNS = ("date_from", "date_to", "place", "measure", "value", "unit", "publisher", "url", "note", "series")


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` in `unit`, counted by `publisher` from `date_from` to `date_to`, both included."""

    series: str
    date_from: date
    date_to: date
    place: str
    measure: str
    value: float
    unit: str
    publisher: str
    url: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes a row one statement: two of one key would contradict or repeat each other."""
        span = (self.date_from, self.date_to)
        return (self.series, self.measure, self.unit, self.place, *span, self.publisher, self.url, self.note)


class CellFault(ValueError):
    """A cell that can't be taken; the text says which and what is allowed."""


def parse_value(text: str) -> float:
    """A count or index: a finite number from 0; raises CellFault."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise CellFault(f"value: {text!r}; allowed: a number from 0, with a point before decimals")
    return value


def parse_day(text: str, name: str) -> date:
    """A day; raises CellFault."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellFault(f"{name}: {text!r}; allowed: a day, YYYY-MM-DD") from None


def load_measurements(folder: Path, cards: Iterable[SeriesCard]) -> tuple[list[Measurement], list[str]]:
    """All rows of the declared series of a data folder, and the faults of their files; blank values are left out."""
    rows: list[Measurement] = []
    faults: list[str] = []
    for card in cards:
        found: list[Measurement] = []
        for layout in card.rows:
            shown = f"{folder.name}/series/{layout.file}"
            lines, unread = read_cells(folder / "series" / layout.file, shown)
            faults += unread
            taken, refused = _read_lines(card, layout, lines, shown) if lines else ([], [])
            found += taken
            faults += refused
        faults += _find_doubles(card, found)
        rows += found
    return rows, faults


def _read_lines(
    card: SeriesCard, layout: RowsFile, lines: Sequence[tuple[int, list[str]]], shown: str
) -> tuple[list[Measurement], list[str]]:
    (_, header), *rest = lines
    needed = _list_columns(layout)
    if missing := [column for column in needed if column not in header]:
        return [], [f"{shown}:1 {column}: no such column; the card of {card.series} names it" for column in missing]
    read = _read_wide if layout.values else _read_long
    rows, faults = [], []
    for line, cells in rest:
        named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        try:
            rows += read(card, layout, named)
        except CellFault as fault:
            faults.append(f"{shown}:{line} {fault}")
    return rows, faults


def _list_columns(layout: RowsFile) -> list[str]:
    if not layout.values:
        return ["date_from", "date_to", "place", "measure", "value", "url", "note"]
    dates = (layout.day, layout.month, layout.year, layout.first, layout.last)
    return [c for c in (*dates, layout.url_column, layout.note_column, *layout.values) if c]


def _read_long(card: SeriesCard, _layout: RowsFile, row: dict[str, str]) -> list[Measurement]:
    if not row["value"]:
        return []
    measure = card.find_measure(row["measure"])
    if measure is None:
        raise CellFault(f"measure: {row['measure']!r}; allowed: {', '.join(m.measure for m in card.measures)}")
    first, last = _check_span(parse_day(row["date_from"], "date_from"), parse_day(row["date_to"], "date_to"))
    return [
        Measurement(
            card.series,
            first,
            last,
            row["place"],
            measure.measure,
            parse_value(row["value"]),
            measure.unit,
            row.get("publisher") or card.publisher,
            row["url"],
            row["note"],
        )
    ]


def _read_wide(card: SeriesCard, layout: RowsFile, row: dict[str, str]) -> list[Measurement]:
    first, last = _read_span(layout, row)
    url = row.get(layout.url_column, "") or layout.url or card.url
    note = row.get(layout.note_column, "")
    units = {measure.measure: measure.unit for measure in card.measures}
    return [
        Measurement(
            card.series,
            first,
            last,
            layout.place,
            name,
            parse_value(row[column]),
            units[name],
            card.publisher,
            url,
            note,
        )
        for column, name in layout.values.items()
        if row.get(column)
    ]


def _read_span(layout: RowsFile, row: dict[str, str]) -> tuple[date, date]:
    for column, read in ((layout.day, _read_day), (layout.month, _read_month), (layout.year, _read_year)):
        if column:
            return read(row[column], column)
    return _check_span(parse_day(row[layout.first], layout.first), parse_day(row[layout.last], layout.last))


def _read_day(text: str, name: str) -> tuple[date, date]:
    day = parse_day(text, name)
    return day, day


def _read_month(text: str, name: str) -> tuple[date, date]:
    first = parse_day(f"{text}-01" if len(text) == len("YYYY-MM") else text, name)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _read_year(text: str, name: str) -> tuple[date, date]:
    first = parse_day(f"{text}-01-01", name)
    return first, first.replace(month=12, day=31)


def _check_span(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise CellFault(f"date_to: {last} is before date_from {first}; allowed: the same day or a later one")
    return first, last


def _find_doubles(card: SeriesCard, rows: Sequence[Measurement]) -> list[str]:
    seen: set[tuple[object, ...]] = set()
    faults = []
    for row in rows:
        if row.key in seen:
            faults.append(f"series {card.series}: {row.measure} of {row.date_from} at {row.place!r} is given twice")
        seen.add(row.key)
    return faults


def span_series(rows: Iterable[Measurement]) -> list[tuple[str, date, date, int]]:
    """Each series with its first and last day and its number of values, in the order of the rows."""
    found: dict[str, list[Measurement]] = {}
    for row in rows:
        found.setdefault(row.series, []).append(row)
    return [
        (series, min(row.date_from for row in own), max(row.date_to for row in own), len(own))
        for series, own in found.items()
    ]
