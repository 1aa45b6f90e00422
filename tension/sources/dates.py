"""Reads dates as feeds write them. Owns forms and zones; a date that can't be read is None, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz

# Minutes east of UTC. Names with two meanings (CST, IST, BST) are left out: such a date gives its day and no instant.
ZONES = {
    "": 0, "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "PST": -480, "PDT": -420,
    "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "PHT": 480, "AWST": 480, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "ICT": 420, "WIB": 420, "CET": 60, "CEST": 120,
}  # fmt: skip
MAX_OFFSET_MINUTES = 14 * 60
MONTH_NAMES = "january february march april may june july august september october november december".split()
MONTHS = {name[:3]: number for number, name in enumerate(MONTH_NAMES, start=1)}

_DAY = re.compile(r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WORDED = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


@dataclass(frozen=True)
class Moment:
    """When an item was published: the day as its publisher states it, and the instant where a time is stated."""

    day: date
    at_utc: datetime | None


def parse_moment(text: str) -> Moment | None:
    """A date as feeds write it (RFC 822, ISO 8601, 'Sept. 13, 2026', 2026年9月13日); None where it can't be read.

    A time without a zone counts as UTC. A day without a time gives no instant.
    """
    text = " ".join(text.split())[:100]
    for read in (_read_iso, _read_rfc822, _read_day):
        try:
            moment = read(text)
        except (ValueError, OverflowError, TypeError):
            continue
        if moment:
            return moment
    return None


def _read_iso(text: str) -> Moment | None:
    at = datetime.fromisoformat(text)
    has_time = ":" in text or "T" in text
    return _build_moment(at) if has_time else Moment(at.date(), None)


def _read_rfc822(text: str) -> Moment | None:
    parts = parsedate_tz(text) if re.search(r"\d:\d", text) and not _DAY.match(text) else None
    if not parts:
        return None
    # What follows the first time is its zone, which may look like a time itself (+08:00).
    clock = re.search(r"\d:\d\d(?::\d\d)?(?:\.\d+)?", text)
    minutes = read_zone(text[clock.end() :]) if clock else None
    if minutes is None:
        return Moment(date(*parts[:3]), None)
    return _build_moment(datetime(*parts[:6], tzinfo=timezone(timedelta(minutes=minutes))))


def _read_day(text: str) -> Moment | None:
    match = _DAY.search(text)
    if match:
        year, month, day = (int(part) for part in match.groups()[:3])
        minutes = read_zone(text[match.end() :]) if match[4] else None
        if minutes is None:
            return Moment(date(year, month, day), None)
        hour, minute, second = (int(part or 0) for part in match.groups()[3:])
        return _build_moment(
            datetime(year, month, day, hour, minute, second, tzinfo=timezone(timedelta(minutes=minutes)))
        )
    worded = _WORDED.search(text) or re.search(r"\b(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})", text)
    if not worded:
        return None
    first, second_part, year_text = worded.groups()
    name, number = (first, second_part) if first.isalpha() else (second_part, first)
    return Moment(date(int(year_text), MONTHS.get(name[:3].lower(), 0), int(number)), None)


def read_zone(text: str) -> int | None:
    """Minutes east of UTC from what follows a time; none stated counts as UTC, one that isn't known gives None."""
    text = text.strip(" ()")
    offset = re.fullmatch(r"(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d{2})?(?:\s\(?\w+\)?)?", text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > MAX_OFFSET_MINUTES:
            return None
        return minutes if offset[1] == "+" else -minutes
    return ZONES.get(text.upper())


def _build_moment(at: datetime) -> Moment:
    stated = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Moment(stated.date(), stated.astimezone(UTC))
