"""Words for values, one form for the whole house: days, numbers, counts, lists and the names of states. Pure text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import TypeGuard
from urllib.parse import urlsplit

# What the product is called, on the screen and in every file that leaves it.
PRODUCT = "Indo-Pacific Tension Tracker"

# ISO 3166-1 alpha-3 codes of the states that the curated record names, with the field's short names.
STATE_NAMES: dict[str, str] = {
    "USA": "United States",
    "CHN": "China",
    "TWN": "Taiwan",
    "JPN": "Japan",
    "PHL": "Philippines",
    "AUS": "Australia",
    "VNM": "Vietnam",
    "IND": "India",
    "RUS": "Russia",
    "KOR": "South Korea",
    "MYS": "Malaysia",
    "IDN": "Indonesia",
    "GBR": "United Kingdom",
    "PRK": "North Korea",
    "CAN": "Canada",
    "NZL": "New Zealand",
    "FRA": "France",
    "DEU": "Germany",
    "SLB": "Solomon Islands",
    "LKA": "Sri Lanka",
    "HND": "Honduras",
    "NRU": "Nauru",
    "MUS": "Mauritius",
    "PNG": "Papua New Guinea",
    "SWZ": "Eswatini",
}

_ISO_DATE = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![-\w])")
_NUMBER_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
_FRACTIONS = {
    1 / 10: "a tenth of",
    1 / 5: "a fifth of",
    1 / 4: "a quarter of",
    1 / 3: "a third of",
    1 / 2: "half",
    2 / 3: "two thirds of",
    3 / 4: "three quarters of",
    9 / 10: "nine tenths of",
}
_FRACTIONS_FROM = 0.07
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def format_day(day: date | None) -> str:
    """A day as '5 Jul 2026', also from a moment; '' where there is none (None or pandas' NaT)."""
    return f"{day.day} {format_month(day)}" if _is_known(day) else ""


def format_month(day: date | None) -> str:
    """A month as 'Jul 2026'; '' where there is none. The months' names don't follow the machine's language."""
    return f"{_MONTHS[day.month - 1]} {day.year}" if _is_known(day) else ""


def format_span(first: date | None, last: date | None) -> str:
    """A span of days in words; an open end is the record's own."""
    return f"{format_day(first) or 'start of record'} to {format_day(last) or 'end of record'}"


def spell_days(text: str) -> str:
    """The text with its ISO days and months written as `format_day` and `format_month` do; other words stay."""
    return _ISO_DATE.sub(lambda found: _spell_date(*map(int, found.group().split("-"))), text)


def format_days(first: date, last: date) -> str:
    """Days on end as '5 Jul 2026', '14 to 15 Oct 2024' or '29 Dec 2025 to 2 Jan 2026'."""
    if first >= last:
        return format_day(first)
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if is_one_month else format_day(first)} to {format_day(last)}"


def format_number(value: float | None) -> str:
    """A count or mean as it is printed: whole numbers and those from 100 up plain, else one decimal; '–' for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:,.1f}"


def format_percent(share: float | None) -> str:
    """A share (0 to 1) in per cent, with one decimal below 10%; '–' for none."""
    return "–" if share is None else f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"


def spell_number(number: int) -> str:
    """A whole number in words up to twelve, as it stands within a sentence; from 13 on in digits."""
    return _NUMBER_WORDS[number] if 0 <= number < len(_NUMBER_WORDS) else f"{number:,}"


def spell_times(ratio: float) -> str:
    """A ratio as a person says it: 'about half', '1.4 times', 'twice', '12 times'.

    Below 1 the nearest of _FRACTIONS, by the ratio of the two; from 1 up one decimal, from 10 up none.
    """
    if ratio < 1:
        nearest = min(_FRACTIONS, key=lambda share: abs(math.log(max(ratio, 1e-9) / share)))
        return "less than a tenth of" if ratio < _FRACTIONS_FROM else f"about {_FRACTIONS[nearest]}"
    shown = f"{ratio:.0f}" if ratio >= 9.95 else f"{ratio:.1f}".removesuffix(".0")
    return "twice" if shown == "2" else "as many as" if shown == "1" else f"{shown} times"


def format_interval(interval: tuple[float, float] | None) -> str:
    """'0.40 to 0.66'; an end that is open says so; '' for none."""
    if interval is None:
        return ""
    low, high = interval
    return f"{low:.2f} or more" if math.isinf(high) else f"{low:.2f} to {high:.2f}"


def count(number: float, noun: str) -> str:
    """'1 event', '3 events', '1,234 events', for nouns whose plural is an added s."""
    return f"{format_number(number)} {noun}{'' if number == 1 else 's'}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """'a, b and c', with another word before the last where it is given; '' for no words."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def upper_first(text: str) -> str:
    """The text as it opens a sentence; all but its first letter stays."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it stands within a sentence; a state's name or an abbreviation keeps its capital."""
    is_kept = text.startswith(tuple(STATE_NAMES.values())) or text[1:2].isupper()
    return text if is_kept else text[:1].lower() + text[1:]


def name_state(code: str | None) -> str:
    """A state's short name from its ISO 3166 alpha-3 code; the code itself where there is no name, '' for no code."""
    return STATE_NAMES.get(code or "", code or "")


def name_host(url: str) -> str:
    """The site of a web address, as a short name for a link."""
    return (urlsplit(url).hostname or "source").removeprefix("www.")


def first_sentence(text: str) -> str:
    """The first sentence of a text, for a card."""
    return re.split(r"(?<=\w{3}\.)\s+(?=[A-Z])", text.strip(), maxsplit=1)[0]


def _is_known(day: date | None) -> TypeGuard[date]:
    # NaT alone has no year, and is known by that without an import of pandas.
    return day is not None and not math.isnan(day.year)


def _spell_date(year: int, month: int, day: int = 0) -> str:
    return format_day(date(year, month, day)) if day else format_month(date(year, month, 1))
