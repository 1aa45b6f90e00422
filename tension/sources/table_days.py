"""Reads the days that people and programs write in tables. A text that can mean two days, or none, is refused.

Owns the forms of a day, of an interval, and the hours of the region; knows no feed (dates.py) and no bulletin.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from tension.records.vocab import Region
from tension.sources.dates import MONTH_NAMES, MONTHS, read_zone

# Hours east of UTC at which the days of a region are counted, from the westernmost to the easternmost.
HOURS_EAST: dict[Region, tuple[float, float]] = {
    Region.TAIWAN_STRAIT: (8, 8),
    Region.SOUTH_CHINA_SEA: (7, 8),
    Region.EAST_CHINA_SEA: (8, 9),
    Region.KOREAN_PENINSULA: (8.5, 9),
    Region.INDIAN_OCEAN: (3, 8),
    Region.INDO_PACIFIC: (5, 12),
}
ALLOWED = "allowed: YYYY-MM-DD"
_ERAS = {"民國": 1911, "民国": 1911, "ROC": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}
# The Republic of China counts from 1912: no other calendar in use here has years of three digits.
_REPUBLIC = 1911
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>\d{4})"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<m>\d{{1,2}})-{_DAY}",
        rf"{_YEAR}\s?(?P<mark>[/.])\s?(?P<m>\d{{1,2}})\s?(?P=mark)\s?{_DAY}",
        rf"{_YEAR}(?P<m>\d{{2}})(?P<d>\d{{2}})",
        r"(?P<roc>1\d{2})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<era>中華民國|民國|民国|令和|平成|昭和|R\.?O\.?C\.?)\s?(?P<ey>\d{{1,3}})\s?[年/.-]\s?(?P<m>\d{{1,2}})\s?[月/.-]\s?{_DAY}\s?[日號号]?",
        rf"(?P<roc>1\d{{2}})\s?[年/.-]\s?(?P<m>\d{{1,2}})\s?[月/.-]\s?{_DAY}\s?[日號号]?",
        rf"(?:{_YEAR}\s?[年년]\s?)?(?P<m>\d{{1,2}})\s?[月월]\s?{_DAY}\s?[日號号일]?",
        rf"{_DAY}\s?[日號号일]",
        rf"{_DAY}[ -]{_MONTH}(?:,?[ -]{_YEAR})?",
        # How Excel shortens a day; in words the month can't be mistaken for the year.
        r"(?P<d>\d{1,2})-(?P<month>[A-Za-z]{3,9})-(?P<short>\d{2})",
        rf"{_MONTH} {_DAY}(?:,? {_YEAR})?",
        r"(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<y>\d{4})",
        # Only within an interval: what they leave out stands at its other end.
        rf"{_DAY},? {_YEAR}",
        _DAY,
    )
)
_BETWEEN = re.compile(r"\s*(?:/|\b(?:to|until|till|through)\b|--|-|~|至|到|→)\s*")
_CLOCK = re.compile(
    r"(?:T|,?\s+)(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?\s?(?P<half>[ap]\.?m\.?)?"
    r"(?:\s?\(?(?P<zone>local time|[A-Za-z]{1,5}(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{1,2}(?::?\d{2})?)\)?)?",
    re.IGNORECASE,
)
_NO_ZONES = ("", "local time", "local", "lt", "hrs", "h")
_WEEKDAY = re.compile(
    r"\s?\((?:[A-Za-z]{3,9}\.?|(?:星期|週|周|禮拜)?[一二三四五六日天月火水木金土월화수목금토일]曜?日?)\)"
    r"|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,?\s|\s(?:星期|週|周)[一二三四五六日天]$",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("–—―−‐‑", "-") | {"〜": "~", "∼": "~"})


@dataclass(frozen=True)
class Days:
    """The day on which something began and, where it went on, the day on which it ended."""

    first: date
    last: date | None = None


class _Unsure(ValueError):
    """A text whose day can't be told; says why, from 'is' on."""


@dataclass(frozen=True)
class _Parts:
    """A date as far as it is written."""

    day: int
    month: int | None = None
    year: int | None = None


def parse_day(text: str, region: Region = Region.INDO_PACIFIC) -> date:
    """One day; ValueError says why it can't be read surely, and what is allowed.

    ISO first, then 2025/4/25, 20250425, 25 April 2025, 'Apr 25, 2025', 25-Apr-25, 2025年4月25日, 民國114年4月25日,
    114/04/25; 25/04/2025 and 04/25/2025 only because one of the two can't be a month. A time may follow. One with a
    zone is taken where the day is the same in the region as where it was written.
    """
    days = parse_days(text, region)
    if days.last is not None:
        raise ValueError(f"{_show(text)} is an interval; allowed: one day, as YYYY-MM-DD")
    return days.first


def parse_days(text: str, region: Region = Region.INDO_PACIFIC) -> Days:
    """A day or an interval ('2026-08-21/2026-08-23', '21-23 August 2026', '115年8月21日至23日'); ValueError."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())[:80]
    plain = " ".join(_WEEKDAY.sub(" ", plain).split())
    try:
        if (day := _read_one(plain, region)) is not None:
            return Days(day)
        if (days := _read_interval(plain, region)) is not None:
            return days
    except _Unsure as error:
        raise ValueError(f"{_show(text)} {error}; {ALLOWED}") from None
    except (ValueError, OverflowError):
        raise ValueError(f"{_show(text)} is no day of the calendar; {ALLOWED}") from None
    hint = " (a day number of Excel? format its column as a date)" if re.fullmatch(r"[2-7]\d{4}(\.\d+)?", plain) else ""
    raise ValueError(f"{_show(text)} can't be read as a date; {ALLOWED}{hint}")


def _show(text: str) -> str:
    return repr(" ".join(text.split())[:60])


def _read_one(text: str, region: Region) -> date | None:
    """None where the text is no single day; ValueError, with the reason from 'is' on, where it is none surely."""
    clock = _find_clock(text)
    parts = _read_parts(text[: clock.start()] if clock else text)
    if parts is None or parts.month is None or parts.year is None:
        return None
    day = date(parts.year, parts.month, parts.day)
    return _check_hour(day, clock, region) if clock else day


def _find_clock(text: str) -> re.Match[str] | None:
    return next((match for match in _CLOCK.finditer(text) if match.end() == len(text)), None)


def _read_parts(text: str) -> _Parts | None:
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _build_parts({name: value for name, value in match.groupdict().items() if value})
    return None


def _build_parts(found: dict[str, str]) -> _Parts | None:
    if "one" in found:
        return _read_slashed(int(found["one"]), int(found["two"]), int(found["y"]))
    year: int | None = int(found["y"]) if "y" in found else None
    if "roc" in found:
        year = int(found["roc"]) + _REPUBLIC
    elif "era" in found:
        year = int(found["ey"]) + _find_era(found["era"])
    elif "short" in found:
        year = 2000 + int(found["short"])
    month = int(found["m"]) if "m" in found else None
    if "month" in found:
        month = _find_month(found["month"])
        if month is None:
            return None
    return _Parts(int(found["d"]), month, year)


def _find_era(name: str) -> int:
    return _ERAS[name.replace("中華", "").replace(".", "").upper()]


def _find_month(name: str) -> int | None:
    number = MONTHS.get(name[:3].lower())
    is_known = number and (MONTH_NAMES[number - 1].startswith(name.lower()) or name.lower() == "sept")
    return number if is_known else None


def _read_slashed(first: int, second: int, year: int) -> _Parts:
    if first != second and first <= 12 and second <= 12:
        raise _Unsure(f"is ambiguous (day {first} of month {second}, or day {second} of month {first}?)")
    return _Parts(first, second, year) if second <= 12 else _Parts(second, first, year)


def _check_hour(day: date, clock: re.Match[str], region: Region) -> date:
    """The day, where a time with a zone is on that day in the region too."""
    zone = clock["zone"] or ""
    if zone.lower() in _NO_ZONES:
        return day
    minutes = read_zone(zone)
    if minutes is None:
        raise _Unsure(f"is in a zone that isn't known ({zone})")
    west, east = (round(hours * 60) for hours in HOURS_EAST[region])
    if west <= minutes <= east:
        return day
    hour = int(clock["hour"]) % 24
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    zoned = timezone(timedelta(minutes=minutes))
    stated = datetime(day.year, day.month, day.day, hour, int(clock["minute"]), tzinfo=zoned)
    there = sorted({stated.astimezone(timezone(timedelta(minutes=east_of))).date() for east_of in (west, east)})
    if there == [day]:
        return day
    hours = f"UTC+{west / 60:g}" + (f" to +{east / 60:g}" if west != east else "")
    raise _Unsure(f"is {' or '.join(map(str, there))} in the region ({hours}): say the day there")


def _read_interval(text: str, region: Region) -> Days | None:
    """Each mark that could stand between two days is tried; what one of the two leaves out, the other says."""
    text = re.sub(r"^from ", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^between (.+) and ", r"\1 to ", text, flags=re.IGNORECASE)
    for mark in _BETWEEN.finditer(text):
        first, last = _read_end(text[: mark.start()], region), _read_end(text[mark.end() :], region)
        if first and last and (days := _join_ends(first, last)):
            return days
    return None


def _read_end(text: str, region: Region) -> _Parts | None:
    if (day := _read_one(text, region)) is not None:
        return _Parts(day.day, day.month, day.year)
    return _read_parts(text)


def _join_ends(first: _Parts, last: _Parts) -> Days | None:
    months = first.month or last.month, last.month or first.month
    years = first.year or last.year, last.year or first.year
    if months[0] is None or months[1] is None or years[0] is None or years[1] is None:
        return None
    # Over new year one of the two years is left out, never both.
    turn = months[1] < months[0]
    since = date(years[0] - (turn and first.year is None), months[0], first.day)
    until = date(years[1] + (turn and last.year is None), months[1], last.day)
    if until < since:
        raise _Unsure("is an interval that ends before it begins")
    return Days(since, until if until != since else None)
