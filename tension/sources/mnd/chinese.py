"""Reads one Chinese bulletin that counts all detected craft. Pure; refuses what it can't read.

The count's sentence is read word by word from the verb to its end, so a word that isn't known is a refusal, not a gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tension.sources.mnd.bulletin_text import ZH_NUMBER, BulletinError, Reading, read_zh_number
from tension.sources.mnd.report_days import UNTIL, read_chinese_day

_N = ZH_NUMBER
_AIR = r"(?:中共|共軍|解放軍)?(?:共機|共軍機|軍機|戰機|機)"
_AIR_UNIT = r"(?:架次|架|次)"
_VESSEL = r"(?:中共|共軍|解放軍)?(?:共艦|軍艦|艦艇|艦)"
_SHIP = r"(?:中共)?(?:公務船|公務艦|海警船|海警艦|海警)"
_SEA_UNIT = r"(?:艘次|艘|次)"
_SUM = "(?:共計|計|共)?"
_ITEM = re.compile(
    rf"(?:{_AIR}|共){_SUM}(?P<a>{_N}){_AIR_UNIT}|(?P<a2>{_N})架次?(?:的)?{_AIR}"
    rf"|{_VESSEL}{_SUM}(?P<v>{_N}){_SEA_UNIT}|(?P<v2>{_N})艘次?(?:的)?{_VESSEL}"
    rf"|{_SHIP}{_SUM}(?P<s>{_N}){_SEA_UNIT}|(?P<s2>{_N})艘次?(?:的)?{_SHIP}"
    rf"|(?:中共)?(?:空飄)?氣球(?P<b>{_N})[顆枚個]|(?P<b2>{_N})[顆枚個](?:中共)?(?:空飄)?氣球"
)
_KINDS = {"a": "aircraft", "v": "vessels", "s": "ships", "b": "balloons"}
_VERB = r"(?:計|共計|共)?(?:偵獲|偵測到?|偵蒐|發現)"
_JOIN = re.compile(rf"(?:[、,;]|以及|及|和|與|暨|另有|另|並|{_VERB})+")
_NONE = re.compile(
    r"(?:[未末無]|沒有)(?:偵獲|偵測到?|發現)(?:有)?"
    r"(?P<what>(?:共機|共艦|軍機|軍艦|公務船|海警船|空飄氣球|氣球|機|艦|[、及和與])+)"
)
_CLAUSE = re.compile(
    r"\((?P<inside>[^()]*)\)|,?其中(?P<bare>(?:(?!共艦|公務船|海警|持續|[。;(]|,另).){1,60}?)"
    r"(?=[,。;]|[、及]?(?:另有)?(?:共艦|公務船|海警)|持續)"
)
# What the vessels include is a part of their number, or no number at all.
# How many of them are still there is no count of the day.
_REMARK = re.compile(rf"\((?:含|包含|包括)[^()]*\)|\((?:目前)?[尚仍]有{_N}艘次?[^()]*\)|\([^()0-9架艘]*\)")
_END = re.compile(r"[,、及]*等?,?(?:仍|並)?(?:持續)?(?:在|於)[^。;]{0,40}?(?:活動|警巡|演習|演訓|動態)|[,]?[。;]")
_LEAD = re.compile(rf"(?:[,、:]|{UNTIL.pattern.replace('?P<', '?P<x_')})*")
_SECTOR_RUN = r"((?:(?:東北|西北|東南|西南|北|南|東|西|中)部?(?:[、,]|以及|及|和|與)*)+)空域"
_SECTORS = {
    "東北": "northeast",
    "西北": "northwest",
    "東南": "southeast",
    "西南": "southwest",
    "北": "north",
    "南": "south",
    "東": "east",
    "西": "west",
    "中": "central",
}
_FURNITURE = re.compile(
    r"下載|關鍵字|點閱|瀏覽|更新日期|回上|上一[則頁篇]|下一[則頁篇]|列印|分享|版權|資料來源|相關[連檔]|Keywords|Download"
)
_UNFINISHED = re.compile(
    r"^[一二三四五六1-6]?[、.]|^[一二三四五六國]$|偵獲|共機|共艦|氣球|公務|海警|昨|空飄|中共|上述|國軍|國防"
)
_FINISHED = re.compile(
    rf"(?:航跡圖|應處|活動|追監|對應|應對|照片|示意圖|動態|計偵獲{_N}[顆枚個])[\"')]*$|activit(?:y|ies)\"?$", re.I
)


_BALLOONS = re.compile(
    r"(?P<times>(?:[0-9]{4}時?[、,及和與]?){0,40})(?P<none>[未末無])?(?P<verb>計?偵獲)?(?:中共)?(?:空飄)?氣球"
    rf"(?P<kind>各|共計|計偵獲|計|共|偵獲)?(?P<n>{_N})[顆枚個]"
)


@dataclass
class _Count:
    """What the count's sentence holds; filled while it is read."""

    aircraft: int | None = None
    vessels: int | None = None
    ships: int | None = None
    balloons: int | None = None
    crossed: int | None = None
    entered_only: int | None = None
    sectors: tuple[str, ...] = ()

    def add(self, kind: str, number: int) -> None:
        known = getattr(self, kind)
        if known is not None and kind != "ships":
            raise BulletinError(f"two counts of {kind} in one sentence: {known} and {number}")
        setattr(self, kind, number + (known or 0))


def compact(text: str) -> str:
    """The text without white space; a gap inside a number stays, so that two numbers never become one."""
    return re.sub(r"\s+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", "␟", text))


def read_total(text: str, published: date | None) -> Reading:
    """A bulletin that counts all detected craft (since August 2022). `text` is cleaned. Raises BulletinError."""
    line = compact(text)
    start = _find_verb(line)
    if furniture := _FURNITURE.search(line, start):
        line = line[: furniture.start()]
    day, window = read_chinese_day(line[:start], published)
    count, end = _read_count(line, start)
    _check_rest(line[:start], line[end:], count)
    balloons = _read_balloons(line[end:], count.balloons)
    if count.aircraft is None and count.vessels is None and count.ships is None:
        raise BulletinError("no figures in the text")
    aircraft = count.aircraft or 0
    return Reading(
        language="zh",
        date=day,
        aircraft=aircraft,
        crossed=count.crossed or 0,
        entered_only=count.entered_only or 0,
        sectors=count.sectors,
        vessels=count.vessels,
        ships=count.ships,
        balloons=balloons,
        window=window,
        is_closed=bool(re.search(r"應處|航跡圖|應對", line[end:])),
        is_correction=is_correction(line),
    )


def is_correction(text: str) -> bool:
    """Whether the bulletin says that it corrects an earlier one."""
    return bool(re.search(r"更正|修正|勘誤", text))


def _find_verb(line: str) -> int:
    """Where the count begins: after the hour it runs to, or at the verb."""
    for match in UNTIL.finditer(line):
        lead = _LEAD.match(line, match.end())
        start = lead.end() if lead else match.end()
        if re.compile(rf"{_VERB}|{_NONE.pattern}|{_ITEM.pattern}").match(line, start):
            return start
    verb = re.search(rf"{_NONE.pattern}|{_VERB}(?=共|中共|軍|艦|機|{_N})", line)
    if not verb:
        raise BulletinError("no figures in the text")
    return verb.start()


def _read_count(line: str, start: int) -> tuple[_Count, int]:
    count, at = _Count(), start
    while True:
        if end := _END.match(line, at):
            return count, end.end()
        if none := _NONE.match(line, at):
            _read_none(none["what"], count)
            at = none.end()
        elif item := _ITEM.match(line, at):
            group = next(name for name, value in item.groupdict().items() if value)
            count.add(_KINDS[group[0]], read_zh_number(item[group]))
            at = item.end()
            if group[0] == "a" and (clause := _CLAUSE.match(line, at)):
                _read_clause(clause["inside"] or clause["bare"] or "", clause["bare"] is not None, count)
                at = clause.end()
            elif group[0] in "vs" and (remark := _REMARK.match(line, at)):
                at = remark.end()
        elif join := _JOIN.match(line, at):
            at = join.end()
        else:
            rest = line[at : at + 30]
            raise BulletinError(f"the count can't be read at {rest!r}" if rest else "the text is cut in its count")


def _read_none(what: str, count: _Count) -> None:
    for kind, words in (("aircraft", "機"), ("vessels", "艦"), ("ships", "船"), ("balloons", "氣球")):
        if words in what:
            count.add(kind, 0)


def _read_clause(clause: str, is_part: bool, count: _Count) -> None:
    """The words on how many crossed or entered, after the count of aircraft."""
    total = count.aircraft or 0
    is_part = is_part or clause.startswith("其中")
    words = clause.removeprefix("其中")
    pieces = re.split(rf"({_N})(?:架次|架|次)", words)
    crossed = entered = 0
    if len(pieces) == 1:
        if (is_part and total > 1) or "架" in words or re.search(r"[0-9]", words):
            raise BulletinError(f"the number that crossed or entered can't be read: {clause!r}")
        crossed, entered = _share(words, 0 if re.match(r"均?[未無]|於", words) else total)
    else:
        crossed, entered = _read_shares(pieces, clause, total)
    if crossed + entered > total:
        raise BulletinError(f"more crossed or entered ({crossed + entered}) than were detected ({total})")
    count.crossed, count.entered_only = crossed, entered
    runs = re.findall(r"入我?([^入]{1,40}?)空域", words) or re.findall(_SECTOR_RUN, words) * (crossed + entered > 0)
    count.sectors = _read_sectors("、".join(runs))


def _read_shares(pieces: list[str], clause: str, total: int) -> tuple[int, int]:
    texts, numbers = pieces[::2], [read_zh_number(piece) for piece in pieces[1::2]]
    if not texts[0].strip("、,及"):
        texts = texts[1:]
    elif texts[-1].strip("、,及"):
        raise BulletinError(f"the number that crossed or entered can't be read: {clause!r}")
    crossed = entered = typed = 0
    for words, number in zip(texts, numbers, strict=False):
        if re.search(r"殲|轟|運|空警|蘇愷|武直|直升機|無人機|主戰機|輔戰機|[0-9]", words):
            typed += 0 if re.match(r"[、,及]*(?:含|包含|包括)", words) else number
            continue
        if re.search(r"[未無]|沒有", words):
            raise BulletinError(f"the number that crossed or entered can't be read: {clause!r}")
        share = _share(words, number)
        crossed, entered = crossed + share[0], entered + share[1]
    if typed and typed != total:
        raise BulletinError(f"the types add up to {typed}, the count says {total}")
    return crossed, entered


def _share(words: str, number: int) -> tuple[int, int]:
    if re.search(r"中線|延伸|.越", words):
        return number, 0
    if re.search(r"入|空域|識別區", words):
        return 0, number
    raise BulletinError(f"the words on crossing or entering can't be read: {words!r}")


def _read_sectors(words: str) -> tuple[str, ...]:
    found = re.findall("|".join(_SECTORS), words)
    return tuple(sorted({_SECTORS[name] for name in found}))


def _check_rest(before: str, after: str, count: _Count) -> None:
    """The other sentences of the bulletin must not say otherwise, and the text must not stop in the middle of one."""
    for part in (before, after):
        for item in _ITEM.finditer(part):
            group = next(name for name, value in item.groupdict().items() if value)
            kind, number = _KINDS[group[0]], read_zh_number(item[group])
            if kind != "balloons" and getattr(count, kind) not in (None, number):
                raise BulletinError(f"two counts of {kind}: {getattr(count, kind)} and {number}")
        for none in _NONE.finditer(part):
            if (count.aircraft and "機" in none["what"]) or (count.vessels and "艦" in none["what"]):
                raise BulletinError("a count, and a sentence that says that none was detected")
    if count.crossed and re.search(r"無(?:共機)?.越.{0,4}中線", after):
        raise BulletinError(f"{count.crossed} crossed, and a sentence that says that none did")
    check_tail(after)


def check_tail(after: str) -> None:
    """Raises BulletinError where the last words of the bulletin are the beginning of a sentence."""
    tail = re.split(r"[。!]", after)[-1].strip()
    if tail and _UNFINISHED.search(tail) and not _FINISHED.search(tail):
        raise BulletinError(f"the text is cut at {tail[-30:]!r}")


def _read_balloons(after: str, stated: int | None) -> int | None:
    """The balloons of the paragraph that follows; a sum of the single sightings, or the total that is given."""
    if "氣球" not in after:
        return stated
    totals: set[int] = set()
    sightings = 0
    for match in _BALLOONS.finditer(after):
        number = read_zh_number(match["n"])
        if match["kind"] == "各":
            sightings += number * len(re.findall(r"[0-9]{4}", match["times"]))
        elif match["times"] or match["verb"]:
            sightings += number
        else:
            totals.add(number)
    for match in re.finditer(rf"偵獲(?P<n>{_N})[顆枚個](?:中共)?(?:空飄)?氣球", after):
        sightings += read_zh_number(match["n"])
    is_none = bool(re.search(r"[未末無]偵獲(?:中共)?(?:空飄)?氣球", after))
    found = totals | ({sightings} if sightings else set()) | ({0} if is_none else set())
    if stated is not None:
        found.add(stated)
    if len(found) != 1:
        raise BulletinError(f"the number of balloons can't be read: {sorted(found) or 'none given'}")
    return found.pop()
