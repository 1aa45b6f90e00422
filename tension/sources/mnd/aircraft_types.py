"""Reads a bulletin of the older form (until August 2022): a list of aircraft types, each with its number. Pure.

English beside a Chinese type is checked against it; where they differ, each language is a reading of its own.
"""

from __future__ import annotations

import re
from datetime import date

from tension.sources.mnd.bulletin_text import (
    EN_NUMBER,
    ZH_NUMBER,
    BulletinError,
    Reading,
    read_en_number,
    read_zh_number,
)
from tension.sources.mnd.report_days import find_dates

SECTION = re.compile(
    r"(?:機\s*[型種](?:及(?:架次|數量))?|(?<![A-Za-z])Aircraft\s+Types?\b)\s*\(?\s*(?:Aircraft\s+)?(?:Types?)?\s*\)?\s*:?\s*",
    re.I,
)
_END = re.compile(
    r"\(?(?:[三四34]\s*[、.)]*\s*)?\s*(?:活動概|活動區|Activit(?:y|ies)\s+Area|Flight\s+paths?\b|[空國]軍應處)"
    r"|\(?[三3]\s*[、.)]+\s*(?:活動|Activit)",
    re.I,
)
_ENGLISH = rf"(?P<en>{EN_NUMBER})[\s-]*(?P<en_type>[A-Za-z]{{1,4}}-?[0-9]{{1,4}}[A-Za-z0-9&/ .-]*)"
_ZH_ITEM = re.compile(
    rf"[\s、,;及和與]*(?P<model>[一-鿿A-Za-z][一-鿿A-Za-z0-9/ -]*?)(?P<gap>\s*)(?P<n>{ZH_NUMBER})\s*架次?"
    rf"(?:\s*\(\s*{_ENGLISH}\s*\)|\s*{_ENGLISH.replace('?P<en', '?P<bare')}(?=\s*[一-鿿、,;]|\s*$)|\s*\([^()0-9]*\))?",
    re.I,
)
_ZH_TOTAL = re.compile(rf"[\s、,;]*(?:總計|合計|共計|共)\s*(?P<n>{ZH_NUMBER})\s*架次?")
_EN_ITEM = re.compile(
    rf"[\s,;]*(?:and\s+)?{_ENGLISH.replace('[A-Za-z0-9&/ .-]*', '(?:(?!' + EN_NUMBER + r')[A-Za-z0-9&/ .-])*')}", re.I
)
_PART = re.compile(r"上午|下午|日間|白天|夜間|晚間|晚上|凌晨|\b(?:morning|afternoon|evening|night|daytime)\b", re.I)
_PARTS = {
    "上午": "morning",
    "下午": "afternoon",
    "日間": "daytime",
    "白天": "daytime",
    "夜間": "night",
    "晚間": "night",
    "晚上": "night",
    "凌晨": "night",
    "evening": "night",
}
_ENTERED = re.compile(
    r"進入我?(西南|西北|東南|東北|北部?|東部?|南部?|中部?)空域|entered\s+(?:Taiwan\s*'\s*s|the|our)\s+(\w+?)(?:ern)?\s+ADIZ",
    re.I,
)
_SECTOR_NAMES = {
    "西南": "southwest",
    "西北": "northwest",
    "東南": "southeast",
    "東北": "northeast",
    "北": "north",
    "東": "east",
    "南": "south",
    "中": "central",
}


def read_types(text: str, published: date | None) -> Reading:
    """A bulletin that lists aircraft types. `text` is cleaned. Raises BulletinError."""
    section = SECTION.search(text)
    if not section:
        raise BulletinError("no list of aircraft types")
    while follower := SECTION.match(text, section.end()):
        section = follower
    end = _END.search(text, section.end())
    if not end:
        raise BulletinError("the text is cut in its list of aircraft types")
    listed = text[section.end() : end.start()].strip()
    is_chinese = "架" in listed
    head = text[: section.start()]
    aircraft, english = _read_chinese_list(listed) if is_chinese else (_read_english_list(listed), None)
    part = _PART.search(_date_lines(head))
    word = part.group().lower() if part else ""
    return Reading(
        language="zh" if is_chinese else "en",
        date=_read_day(head, published),
        aircraft=aircraft,
        english_aircraft=english,
        sectors=_read_sectors(head),
        part=_PARTS.get(word, word),
        is_typed=True,
        types=re.sub(r"[^0-9A-Za-z一-鿿]|機", "", re.sub(r"\([^()]*\)", "", listed)),
        is_correction=bool(re.search(r"更正|修正|correct", text, re.I)),
    )


def _read_chinese_list(listed: str) -> tuple[int, int | None]:
    """The sum of the types, and the sum that the English words beside them give; None unless all have any."""
    at, zh, pairs, total = 0, 0, 0, None
    en: list[int] = []
    while at < len(listed.rstrip(" 。.;、")):
        if stated := _ZH_TOTAL.match(listed, at):
            total, at = read_zh_number(stated["n"]), stated.end()
            continue
        item = _ZH_ITEM.match(listed, at)
        if not item or not _is_separate(item["model"], item["gap"]):
            raise BulletinError(f"the list of aircraft types can't be read at {listed[at : at + 30].strip()!r}")
        zh += read_zh_number(item["n"])
        pairs += 1
        if word := item["en"] or item["bare"]:
            en.append(read_en_number(word))
        at = item.end()
    if not pairs:
        raise BulletinError("no figures in the list of aircraft types")
    if total is not None and total != zh:
        raise BulletinError(f"the types add up to {zh}, the text says {total}")
    return zh, sum(en) if len(en) == pairs else None


def _is_separate(model: str, gap: str) -> bool:
    """Whether a type's name and the number after it can be told apart: in 殲-11 2架 and 殲11機2架, not in 殲112架."""
    if re.search(r"機$", model):
        return True
    return bool(gap) and bool(re.search(r"[0-9]", model)) and not model.endswith("-")


def _read_english_list(listed: str) -> int:
    at, number = 0, 0
    while at < len(listed.rstrip(" .;,")):
        if not (item := _EN_ITEM.match(listed, at)):
            raise BulletinError(f"the list of aircraft types can't be read at {listed[at : at + 30].strip()!r}")
        number, at = number + read_en_number(item["en"]), item.end()
    if not number:
        raise BulletinError("no figures in the list of aircraft types")
    return number


def _date_lines(head: str) -> str:
    """The words from the date on: a part of the day that stands elsewhere is not the bulletin's."""
    place = max(head.rfind("日期"), head.rfind("Date"))
    return head[place:] if place >= 0 else head


def _read_day(head: str, published: date | None) -> date:
    stated = find_dates(_date_lines(head)) if re.search(r"日期|Date", head) else find_dates(head)
    days = set(stated)
    if len(days) > 1:
        raise BulletinError(f"two dates: {' and '.join(str(day) for day in sorted(days))}")
    if days:
        return days.pop()
    if published is None:
        raise BulletinError("no date")
    return published


def _read_sectors(head: str) -> tuple[str, ...]:
    names = set()
    for chinese, english in _ENTERED.findall(head):
        names.add(_SECTOR_NAMES.get(chinese.rstrip("部"), "") or english.lower())
    return tuple(
        sorted(
            names & {"southwest", "southeast", "northeast", "northwest", "north", "east", "south", "west", "central"}
        )
    )
