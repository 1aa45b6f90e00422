"""Taiwan's Ministry of National Defense: daily bulletins on aircraft and vessels around Taiwan, Chinese and English.

Owns the way from bulletins to days of activity; a bulletin that can't be read fully is a Reject with its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa

from tension.records.events import ActivityDay
from tension.records.schema import build_activity_table
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told, check_day
from tension.sources.mnd.aircraft_types import read_types
from tension.sources.mnd.bulletin_text import BulletinError, Reading, YearMissing
from tension.sources.mnd.chinese import read_total
from tension.sources.mnd.english import read_post
from tension.sources.mnd.report_days import build_date
from tension.sources.mnd.site import fetch_bulletins
from tension.sources.mnd.split import Piece, split_input

SOURCE = SOURCE_CARDS["mnd"]

ALL_DETECTED_SINCE = date(2022, 8, 6)
BALLOONS_SINCE = date(2023, 12, 8)
SHIPS_SINCE = date(2024, 5, 22)
ENGLISH_NOTE = "from the English bulletin; crossed counts only median-line wording"
_COUNTS = tuple(
    f"{name}_count"
    for name in ("aircraft", "crossed_median", "entered_adiz_only", "vessel", "official_ship", "balloon")
)
_COMPARED = ("types", "aircraft", "crossed", "entered_only", "vessels", "ships", "balloons")


@dataclass(frozen=True)
class _Read:
    """One reading and the text that it came from."""

    reading: Reading
    text: str


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """The bulletins of these days, one file per language and day. Raises FetchError."""
    return fetch_bulletins(window, http)


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """The days that an input states: HTML, JSON rows or plain text, one bulletin or many. Raises FormatError.

    `told.published` dates bulletins that say only 'today', or a day and a month; a day in the file's name does so
    where the input holds one bulletin.

    Duplicates are bulletins that make no row of their own: repeats, and further parts of a day (their aircraft are
    added to the day's row). Entries of list pages, which state no figures, are out of scope.
    """
    pieces = split_input(raw)
    named = told.published or (_date_of_name(name) if len(pieces.bulletins) == 1 else None)
    reads: list[_Read] = []
    rejects: list[Reject] = []
    day_before: date | None = None
    for piece in pieces.bulletins:
        published = piece.published or (day_before if piece.follows else None) or named
        try:
            reading = _check_day(_read_piece(piece, published, day_before), seen_utc)
        except BulletinError as problem:
            rejects.append(Reject(str(problem), piece.shown))
            day_before = None
            continue
        day_before = reading.date
        reads.append(_Read(reading, piece.shown))
    days, duplicate_count, refused = _merge(reads)
    rejects += refused
    table = build_activity_table(days, SOURCE.key, seen_utc)
    read_count = len(days) + duplicate_count + pieces.listed_count + len(rejects)
    return ParseResult(
        read_count=read_count,
        activity=table,
        rejects=tuple(rejects),
        out_of_scope_count=pieces.listed_count,
        duplicate_count=duplicate_count,
    )


def find_conflicts(activity: pa.Table) -> list[dict[str, object]]:
    """Days and columns in which the Chinese and the English bulletin state different figures: date, column, zh, en."""
    by_date: dict[date, dict[str, dict[str, object]]] = defaultdict(dict)
    for row in activity.to_pylist():
        by_date[row["date"]][row["language"]] = row
    return [
        {"date": day, "column": column, "zh": zh, "en": en}
        for day, pair in sorted(by_date.items())
        if len(pair) == 2
        for column, zh, en in _list_differing(pair["zh"], pair["en"])
    ]


def find_given_conflicts(rows: pa.Table) -> list[dict[str, object]]:
    """Days and columns in which a bulletin that a person gave differs from what stands: date, column, stands, given.

    `rows` as Queries.load_given_days has them, what stands first.
    """
    standing: dict[date, dict[str, object]] = {}
    found: list[dict[str, object]] = []
    for row in rows.to_pylist():
        stands = standing.setdefault(row["date"], row)
        if row["is_given"] and stands["source_key"] != row["source_key"]:
            found += [
                {"date": row["date"], "column": column, "stands": first, "given": second}
                for column, first, second in _list_differing(stands, row)
            ]
    return found


def _list_differing(one: dict[str, object], other: dict[str, object]) -> list[tuple[str, object, object]]:
    """Counts that both rows state, and state differently: column and both values."""
    pairs = [(column, one[column], other[column]) for column in _COUNTS]
    return [pair for pair in pairs if None not in pair[1:] and pair[1] != pair[2]]


def _read_piece(piece: Piece, published: date | None, day_before: date | None = None) -> Reading:
    if piece.problem:
        raise BulletinError(piece.problem)
    read = {"types": read_types, "total": read_total, "english": read_post}[piece.form]
    try:
        return read(piece.text, published)
    except YearMissing:
        # The other language of the bulletin before it, dated alike, says the year.
        if day_before and (reading := read(piece.text, day_before)).date == day_before:
            return reading
        raise


def _check_day(reading: Reading, seen_utc: datetime) -> Reading:
    try:
        check_day(SOURCE, "the bulletin's day", reading.date, seen_utc)
    except ValueError as problem:
        raise BulletinError(str(problem)) from None
    return reading


def _date_of_name(name: str) -> date | None:
    """The day in a file's name, such as 2024-05-04.txt; used only where the file holds one bulletin."""
    found = re.findall(r"(?<![0-9])(20[0-9]{2})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?![0-9])", name)
    try:
        return build_date(*(int(part) for part in found[0])) if len(found) == 1 else None
    except BulletinError:
        return None


def _merge(reads: list[_Read]) -> tuple[list[ActivityDay], int, list[Reject]]:
    """One row per day and language: repeats are duplicates, parts of a day are added, contradictions refused."""
    groups: dict[tuple[date, str], dict[str, list[_Read]]] = defaultdict(lambda: defaultdict(list))
    for read in reads:
        groups[read.reading.date, read.reading.language][read.reading.part].append(read)
    days: list[ActivityDay] = []
    rejects: list[Reject] = []
    duplicate_count = 0
    for (day, _), parts in sorted(groups.items()):
        kept: list[_Read] = []
        for same_part in parts.values():
            best, dropped, refused = _settle(same_part)
            duplicate_count += dropped
            rejects += refused
            kept += [best] if best else []
        if kept and len(kept) == len(parts):
            whole = _add_parts([read.reading for read in kept])
            days.append(_build_day(whole))
            duplicate_count += len(kept) - 1
            if whole.english_aircraft not in (None, whole.aircraft) and (day, "en") not in groups:
                days.append(_build_day(replace(whole, language="en", aircraft=whole.english_aircraft)))
        else:
            # A part of the day without the other would be a smaller number, not a smaller day.
            rejects += [Reject("another part of the same day was refused", read.text) for read in kept]
    return days, duplicate_count, rejects


def _settle(reads: list[_Read]) -> tuple[_Read | None, int, list[Reject]]:
    """The one reading for a part of a day, the number of duplicates, and the refused ones."""
    corrections = [read for read in reads if read.reading.is_correction]
    superseded = [read for read in reads if corrections and not read.reading.is_correction]
    rejects = []
    duplicate_count = 0
    best = (corrections or reads)[0]
    for read in [*(corrections or reads)[1:], *superseded]:
        column = _first_conflict(best.reading, read.reading)
        if column is None:
            duplicate_count += 1
            best = _fuller(best, read)
        elif read in superseded:
            rejects.append(Reject(f"superseded by a corrected bulletin of {read.reading.date}", read.text))
        else:
            values = [getattr(one.reading, column) for one in (best, read)]
            reason = f"two bulletins of {read.reading.date} differ in {column}: {values[0]} and {values[1]}"
            return None, 0, [Reject(reason, one.text) for one in reads]
    return best, duplicate_count, rejects


def _first_conflict(one: Reading, other: Reading) -> str | None:
    for column in _COMPARED:
        values = (getattr(one, column), getattr(other, column))
        if None not in values and "" not in values and values[0] != values[1]:
            return column
    return None


def _fuller(one: _Read, other: _Read) -> _Read:
    """The reading that states more figures; the first where both state as many."""
    stated = [sum(figure is not None for figure in read.reading.figures) for read in (one, other)]
    return other if stated[1] > stated[0] else one


def _add_parts(readings: list[Reading]) -> Reading:
    if len(readings) == 1:
        return readings[0]
    counts = [reading.aircraft or 0 for reading in readings]
    english = [reading.english_aircraft for reading in readings]
    names = " and ".join(reading.part or "unmarked" for reading in readings)
    return replace(
        readings[0],
        aircraft=sum(counts),
        english_aircraft=None if None in english else sum(count or 0 for count in english),
        sectors=tuple(sorted({sector for reading in readings for sector in reading.sectors})),
        part=f"{names} bulletins added: {' + '.join(str(count) for count in counts)}",
    )


def _build_day(reading: Reading) -> ActivityDay:
    """The record of a day. What the bulletins of its time name and this one doesn't is zero; before that, unknown."""
    ships, balloons = reading.ships, reading.balloons
    if ships is None and not reading.is_typed and reading.date >= SHIPS_SINCE:
        ships = 0
    if balloons is None and reading.is_closed and reading.date >= BALLOONS_SINCE:
        balloons = 0
    part = reading.part if "added" in reading.part or not reading.part else f"{reading.part} bulletin"
    return ActivityDay(
        date=reading.date,
        aircraft_count=reading.aircraft,
        crossed_median_count=None if reading.is_typed else reading.crossed,
        entered_adiz_only_count=None if reading.is_typed else reading.entered_only,
        sectors_entered=reading.sectors,
        vessel_count=reading.vessels,
        official_ship_count=ships,
        balloon_count=balloons,
        scope="all_detected" if reading.date >= ALL_DETECTED_SINCE else "intruders_only",
        window=reading.window,
        language="en" if reading.language == "en" else "zh",
        note="; ".join(filter(None, [part, ENGLISH_NOTE if reading.language == "en" else ""])) or None,
    )
