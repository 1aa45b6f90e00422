"""Days, hours and reporting windows of the ministry's bulletins, Chinese and English. Knows no wording of counts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from tension.sources.mnd.bulletin_text import BulletinError, YearMissing, read_zh_digits, read_zh_number

TAIPEI = timezone(timedelta(hours=8))
# Until this day the ministry counted from 06:00 to 17:00; since then from 06:00 to 06:00.
WHOLE_DAYS_SINCE = date(2022, 11, 15)


def build_date(year: int, month: int, day: int) -> date:
    """A date of the Republic's or the western calendar, by the size of the year. Raises BulletinError."""
    western = year + 1911 if year < 1_000 else year
    try:
        found = date(western, month, day)
    except (ValueError, OverflowError) as problem:
        raise BulletinError(f"the date {year}-{month}-{day} is impossible") from problem
    if not 2016 <= western <= 2099:
        raise BulletinError(f"the date {found} is outside the years of these bulletins")
    return found


EN_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
EN_MONTH = (
    r"\b(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_PLAIN_DATE = re.compile(
    r"(?<![0-9./-])(?P<y>20[0-9]{2}|1[0-9]{2})\s?(?P<mark>[-./])\s?(?P<m>[0-9]{1,2})\s?(?P=mark)\s?"
    r"(?P<d>[0-9]{1,2})(?![0-9./-])"
)
_ZH_DATE = re.compile(
    r"(?:(?:中華)?民國)?\s*(?P<y>[0-9]{2,4})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})(?:\s*日|(?=\s*\())"
)
_EN_DATE = re.compile(EN_MONTH + r"\s*(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?\s*,\s*(?P<y>20[0-9]{2})\b", re.I)
_EN_DATE_BRITISH = re.compile(r"\b(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?\s+" + EN_MONTH + r",?\s+(?P<y>20[0-9]{2})\b", re.I)

DATE_PATTERNS = (_PLAIN_DATE, _ZH_DATE, _EN_DATE, _EN_DATE_BRITISH)


_ZH_CLOCK_NUMBER = re.compile(r"[〇○零一二三四五六七八九十廿卅百]{1,7}(?=\s*[年月日時])")


def write_dates_in_digits(text: str) -> str:
    """The text with the Chinese numerals of dates and hours as digits; a numeral that can't be read stays."""

    def write(found: re.Match[str]) -> str:
        try:
            return read_zh_digits(found.group()) or str(read_zh_number(found.group()))
        except BulletinError:
            return found.group()

    return _ZH_CLOCK_NUMBER.sub(write, text)


def find_dates(text: str) -> list[date]:
    """Every full date in the text, in order of place. Raises BulletinError for an impossible one."""
    found: list[tuple[int, date]] = []
    for pattern in DATE_PATTERNS:
        for match in pattern.finditer(text):
            words = [group for group in match.groups() if group[0].isalpha()]
            month = EN_MONTHS[words[0][:3].lower()] if words else int(match["m"])
            found.append((match.start(), build_date(int(match["y"]), month, int(match["d"]))))
    return [day for _, day in sorted(found)]


def complete_date(month: int, day: int, published: date | None) -> date:
    """The year of a date that states none: the latest such day not after its publication. Raises BulletinError."""
    if published is None:
        raise YearMissing(f"no year: the text says only month {month}, day {day}")
    for year in (published.year, published.year - 1):
        if (found := build_date(year, month, day)) <= published:
            if published - found > timedelta(days=31):
                break
            return found
    raise BulletinError(f"the text says month {month}, day {day}, but it was published on {published}")


def build_window(start: date, end: date, start_time: str, end_time: str) -> str:
    """The reporting window as an ISO interval, UTC+8. Raises BulletinError unless it is about one day long."""
    times = []
    for day, clock in ((start, start_time), (end, end_time)):
        hour, minute = int(clock[:2]), int(clock[2:])
        if hour > 23 or minute > 59:
            raise BulletinError(f"the hour {clock} is impossible")
        times.append(datetime(day.year, day.month, day.day, hour, minute, tzinfo=TAIPEI))
    if not timedelta(hours=22) <= times[1] - times[0] <= timedelta(hours=26):
        raise BulletinError(f"the window {start} {start_time} to {end} {end_time} is not one day")
    return "/".join(moment.isoformat(timespec="minutes") for moment in times)


# No two ways to read the same letters, and no run without an end: else a few letters cost hours.
UNTIL = re.compile(
    r"(?:截至|迄|至){1,4}(?:今|本|\([0-9]{1,2}\)|[0-9]{1,2}(?=日)|[日天]){0,8}(?P<half>上午|凌晨|清晨|下午|晚間)?"
    r"(?:(?P<clock>[0-9]{4})時?|(?P<hour>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[時點]"
    r"(?:(?P<minute>[0-9]{1,2})分)?)許?(?:為止|止)?"
)
_ZH_YEAR = r"(?:(?:中華)?民國)?(?:(?P<y{0}>[0-9]{{2,4}})年)?"
_ZH_HOUR = r"(?P<d{0}>[0-9]{{1,2}})日?(?:\([^()]{{0,8}}\))?(?P<t{0}>[0-9]{{4}})時"
_ZH_RANGE = re.compile(
    f"{_ZH_YEAR.format(1)}(?P<m1>[0-9]{{1,2}})月{_ZH_HOUR.format(1)}起?[至迄到]?"
    f"{_ZH_YEAR.format(2)}(?:(?P<m2>[0-9]{{1,2}})月)?{_ZH_HOUR.format(2)}"
)
_TODAY = re.compile(r"今\(?(?P<d>[0-9]{1,2})\)?[日天]")


def read_chinese_day(before: str, published: date | None) -> tuple[date, str | None]:
    """The bulletin's day and reporting window, from the words before the count, without white space."""
    hour = _find_last(UNTIL, before)
    if found := _find_last(_ZH_RANGE, before):
        if hour and hour["clock"] not in (None, found["t2"]):
            raise BulletinError(f"the window ends at {found['t2']}, the count at {hour['clock']}")
        return _read_chinese_range(found, published)
    day = _read_single_day(before, published)
    return day, _read_chinese_hour(hour, day) if hour else None


def _find_last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    matches = list(pattern.finditer(text))
    return matches[-1] if matches else None


def _read_chinese_range(found: re.Match[str], published: date | None) -> tuple[date, str]:
    m1, d1, m2, d2 = (int(found[name] or found["m1"]) for name in ("m1", "d1", "m2", "d2"))
    if not found["y1"]:
        end = build_date(int(found["y2"]), m2, d2) if found["y2"] else complete_date(m2, d2, published)
        start = build_date(end.year - (m1 > m2), m1, d1)
    else:
        start = build_date(int(found["y1"]), m1, d1)
        end = build_date(int(found["y2"]) if found["y2"] else start.year + (m2 < m1), m2, d2)
    return end, build_window(start, end, found["t1"], found["t2"])


def _read_single_day(before: str, published: date | None) -> date:
    days = find_dates(before)
    day = days[-1] if days else published
    if day is None:
        raise BulletinError("no date" + (": the text says only today" if "今" in before else ""))
    if not (today := _find_last(_TODAY, before)):
        return day
    # A bulletin may be published on the day after the one that it counts.
    for candidate in (day, day - timedelta(days=1)):
        if candidate.day == int(today["d"]):
            return candidate
    raise BulletinError(f"the text says day {today['d']}, its date says {day}")


def _read_chinese_hour(hour: re.Match[str], day: date) -> str | None:
    clock = hour["clock"]
    if clock is None:
        number = read_zh_number(hour["hour"])
        number += 12 if hour["half"] in ("下午", "晚間") and number < 12 else 0
        clock = f"{number:02d}{int(hour['minute'] or 0):02d}"
    check_hour(clock, day)
    # The record keeps no window for the few bulletins that say 'six in the morning' in words.
    return f"until {clock}" if hour["clock"] else None


def check_hour(clock: str, day: date) -> None:
    """Raises BulletinError where a count ends at an hour at which no day's bulletin does, such as that of a drill."""
    earliest, latest = ("0500", "0900") if day >= WHOLE_DAYS_SINCE else ("1600", "1800")
    if not earliest <= clock <= latest:
        raise BulletinError(f"its count runs until {clock}: not the bulletin of a day")


EN_UNTIL = re.compile(
    r"\b(?:up\s+)?(?:until|till|by|as\s+of|to|from|at)\s+"
    r"(?:(?P<clock>[0-9]{2}:?[0-9]{2})(?:\s*hrs?)?|(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?\s*(?P<half>[ap]m)\b)"
)
EN_RANGE = re.compile(
    rf"(?P<h1>[0-9]{{1,2}})\s*am\b,?\s*{EN_MONTH}\s*(?P<d1>[0-9]{{1,2}})\b[^0-9]{{0,30}}?(?:,?\s*20[0-9]{{2}})?"
    rf"[^0-9]{{0,20}}?\bto\s+(?P<h2>[0-9]{{1,2}})\s*am\b,?\s*{EN_MONTH}\s*(?P<d2>[0-9]{{1,2}})\b"
    r"(?:\s*\([A-Za-z.,]+\s*\))?(?:\s*,?\s*(?P<y2>20[0-9]{2})\b)?",
    re.I,
)
EN_SHORT_RANGE = re.compile(
    r"(?P<h1>[0-9]{1,2})\s*(?:am\s*)?to\s+(?P<h2>[0-9]{1,2})\s*am\b[^0-9]{0,12}(?:\(?UTC\+8\)?)?[^0-9]{0,40}?"
    rf"{EN_MONTH}\s*(?P<d1>[0-9]{{1,2}})\s*(?:-|to)\s*(?:{EN_MONTH}\s*)?(?P<d2>[0-9]{{1,2}})\b"
    r"(?:\s*,\s*(?P<y2>20[0-9]{2})\b)?",
    re.I,
)


def read_english_day(text: str, sentence: str, published: date | None) -> tuple[date, str | None]:
    """The bulletin's day and reporting window, from the words up to the sentence that counts."""
    before = text[: text.find(sentence) + len(sentence)]
    found = _find_last(EN_RANGE, before) or _find_last(EN_SHORT_RANGE, before)
    days = find_dates(before)
    _check_english_hour(sentence, days[-1] if days else published)
    if found:
        return _read_english_range(found, days[-1] if days else published)
    day = days[-1] if days else published
    if day is None:
        raise BulletinError("no date" + (": the text says only today" if "today" in before else ""))
    return day, None


def _read_english_range(found: re.Match[str], published: date | None) -> tuple[date, str]:
    names = [group for group in found.groups() if group and group[:3].lower() in EN_MONTHS]
    months = [EN_MONTHS[name[:3].lower()] for name in (names[0], names[-1])]
    if found["y2"]:
        end = build_date(int(found["y2"]), months[1], int(found["d2"]))
    else:
        end = complete_date(months[1], int(found["d2"]), published)
    start = build_date(end.year - (months[0] > months[1]), months[0], int(found["d1"]))
    return end, build_window(start, end, *(f"{int(found[name]):02d}00" for name in ("h1", "h2")))


def _check_english_hour(sentence: str, day: date | None) -> None:
    if not (last := _find_last(EN_UNTIL, sentence)):
        return
    if last["clock"]:
        clock = last["clock"].replace(":", "")
    else:
        hour = int(last["hour"]) % 12 + (12 if last["half"].lower() == "pm" else 0)
        clock = f"{hour:02d}{last['minute'] or '00'}"
    check_hour(clock, day or WHOLE_DAYS_SINCE)
