"""What readings of the ministry's bulletins share: clean text, numerals, dates. Knows no wording of counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from tension.errors import FormatError
from tension.sources.encodings import replace_surrogates


class BulletinError(FormatError):
    """One bulletin can't be read fully; the text says why."""


class YearMissing(BulletinError):
    """The bulletin states a day and a month, and nothing around it says of which year."""


@dataclass(frozen=True)
class Reading:
    """What one bulletin states. None = not stated. `part` is the part of the day that it covers, '' for the day.

    `english_aircraft`: the count in the English words beside a Chinese list of types.
    `is_closed`: the text goes on to its closing words, so what it doesn't name by then wasn't detected.
    """

    language: str
    date: date
    aircraft: int | None
    crossed: int | None = None
    entered_only: int | None = None
    sectors: tuple[str, ...] = ()
    vessels: int | None = None
    ships: int | None = None
    balloons: int | None = None
    window: str | None = None
    part: str = ""
    is_typed: bool = False
    types: str = ""
    english_aircraft: int | None = None
    is_closed: bool = False
    is_correction: bool = False

    @property
    def figures(self) -> tuple[int | None, ...]:
        return (self.aircraft, self.crossed, self.entered_only, self.vessels, self.ships, self.balloons)


_TYPOGRAPHY = str.maketrans(
    {
        "丶": "、",
        "﹑": "、",
        "‧": ".",
        "’": "'",
        "‘": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "\u200b": "",
        "\ufeff": "",
        "\u00ad": "",
        "\x00": " ",
    }
)
# News copies of a bulletin may be in simplified characters; only those that the readings look at.
_TRADITIONAL = str.maketrans(
    "侦获机舰务气飘进东线峡时动态歼轰运苏恺军国间号数两个顶颗华发现于边台区识别达过无没陆",
    "偵獲機艦務氣飄進東線峽時動態殲轟運蘇愷軍國間號數兩個頂顆華發現於邊臺區識別達過無沒陸",
)


def clean_text(text: str) -> str:
    """One form for full-width digits and marks, quotes, dashes; lone surrogates replaced; line ends kept."""
    return unicodedata.normalize("NFKC", replace_surrogates(text).translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)


def to_traditional(text: str) -> str:
    """Simplified characters that the readings look at, as traditional ones."""
    return text.translate(_TRADITIONAL)


_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,6}(?![0-9])"
ZH_NUMBER = rf"(?:{_DIGITS}|[〇○零一二兩三四五六七八九十廿卅百壹貳參肆伍陸柒捌玖拾佰]+)"
_ZH_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_ZH_DIGITS |= dict(zip("壹貳參肆伍陸柒捌玖", range(1, 10), strict=True)) | {"〇": 0, "○": 0, "兩": 2}


def read_zh_digits(text: str) -> str:
    """Numerals without units, digit by digit, as years and hours are written (二〇二四, 〇六〇〇); '' for any other."""
    return "".join(str(_ZH_DIGITS[mark]) for mark in text) if set(text) <= _ZH_DIGITS.keys() else ""


_ZH_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "廿": 20, "卅": 30}
MAX_COUNT = 2_000


def read_zh_number(text: str) -> int:
    """A count in digits or Chinese numerals (十二, 兩, 廿三, 一百零三, 一二). Raises BulletinError."""
    if text[0] in "0123456789":
        return check_count(int(text.replace(",", "")[:9]), text)
    if not set(text) & _ZH_UNITS.keys():
        if len(text) > 4 or ("兩" in text and len(text) > 1):
            raise BulletinError(f"the figure {text!r} can't be read")
        return check_count(int("".join(str(_ZH_DIGITS[mark]) for mark in text)), text)
    total, digit = 0, None
    last_unit = 1_000
    for mark in text:
        if mark in _ZH_DIGITS:
            if digit not in (None, 0):
                raise BulletinError(f"the figure {text!r} can't be read")
            digit = _ZH_DIGITS[mark]
            continue
        unit = _ZH_UNITS[mark]
        place = 10 if mark in "廿卅" else unit
        if place >= last_unit or (mark in "廿卅" and digit):
            raise BulletinError(f"the figure {text!r} can't be read")
        total += unit if mark in "廿卅" else unit * (digit or 1)
        digit, last_unit = None, place
    return check_count(total + (digit or 0), text)


_EN_ONES = "one two three four five six seven eight nine".split()
_EN_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_EN_VALUES = (
    {word: number for number, word in enumerate(_EN_ONES, 1)}
    | {word: number for number, word in enumerate(_EN_TEENS, 10)}
    | {word: number * 10 for number, word in enumerate(_EN_TENS, 2)}
)
_ONES, _SMALL = "|".join(_EN_ONES), "|".join([*_EN_TEENS, *_EN_ONES])
_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_EN_TENS)})(?:[ -]+(?:{_ONES})\b)?|(?:{_SMALL}))"
EN_NUMBER = (
    rf"(?:{_DIGITS}|"
    rf"\b(?:(?:(?:{_ONES}|a)[ -]+hundred(?:[ -]+(?:and[ -]+)?{_BELOW_HUNDRED})?)|{_BELOW_HUNDRED})\b)"
)


def read_en_number(text: str) -> int:
    """A count in digits or English words (one, eleven, forty-five, one hundred and three). Raises BulletinError."""
    if text[0] in "0123456789":
        return check_count(int(text.replace(",", "")[:9]), text)
    total = 0
    for word in re.split(r"[ -]+", text.lower()):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word not in ("and", "a"):
            total += _EN_VALUES[word]
    return check_count(total, text)


def check_count(number: int, text: str) -> int:
    """The count itself; raises BulletinError where no day can have so many."""
    if number > MAX_COUNT:
        raise BulletinError(f"the figure {text!r} is beyond anything a day can hold")
    return number
