"""Tells which encoding a text's bytes are in, and decodes them. Owns letters, never a format or a meaning.

UTF-8 and UTF-16 tell themselves. Of the older encodings several may fit the same bytes, so each reading is weighed by
how usual its letters are (a naive Bayes classifier): one that is not clearly the likeliest is refused, never guessed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tension.errors import BadInput, FormatError

# Letters that most texts of their script are made of, and those of the region's places and forces.
_HAN_BOTH = (
    "一不了在人有我他中上大和地到以要就出也可你生能而子那得下自之年作用道行所然家事成方多去法如都同面起看定天分好小部其主理心本前"
    "因只意力它把十民第公此已工使情明性知全三又正外高由最重物手向文被利二等或新己制身果加西斯月合回代信化老位次度任常先海通教原立"
    "及比水名真走各入口平系更打女四何安少才反受目太量再建做接必市直德命山金指克至形社便空治科司五基眼非白光放即且思王象完式色路"
    "南品住告求程北死交取拉格望清今切院石油村曾客百古叫八九六七七千日表期府防警巡航行布美共台占近旬午晨晚夜沙礁坡仁宾永渚碧赤瓜牛京香港釜平壤澳"
)
_HAN_SIMPLE = (
    "的是这个们来为国说时会对着过发后里种经么学现当没动还进些样开从想实军者无与长机关点业将两间问很并应战头体政见什产话特内给世门"
    "儿东声提员解论处义几认条题尔别变神总电数报结感务场件计管资许统区保队决展马书则听却界达强像难权设记类据边张该规万觉术领确传师"
    "观让识候带导争运总舰艇飞船岛礁滩峡门祖澎湖黄岩爱宾业济暑台湾厦钓鱼属领海监执渔侵闯雷达导弹演习巡逻拦截驱离宣称主权国防部华盛顿首尔庆诺鲁莲苏帕劳韩鲜"
)
_HAN_FULL = (
    "的是這個們來為國說時會對著過發後裡種經麼學現當沒動還進些樣開從想實軍者無與長機關點業將兩間問很並應戰頭體政見什產話特內給世門"
    "兒東聲提員解論處義幾認條題爾別變神總電數報結感務場件計管資許統區保隊決展馬書則聽卻界達強像難權設記類據邊張該規萬覺術領確傳師"
    "觀讓識候帶導爭運艦艇飛船島礁灘峽祖澎湖黃岩愛賓業濟暑臺灣廈釣魚屬海監執漁侵闖雷達飛彈演習巡邏攔截驅離宣稱主權國防部偵獲架艘"
    "次空域動態逾越中線進入西南北嚴密監控應處共華盛頓首爾慶諾魯蓮蘇韓鮮"
)
_HANGUL = (
    "이다는의가을에고지하를로은한들어도리사나기아인그시서자라대일해안있수정부보전면여만군국중러스미게주동상장원소오것조제구었비우거"
    "까니할마세신성문공방위경모무발생성관계과했으며적된되와치음함선박비행항공해경대만북한남한중국일본미국서해동해한반도섬령평연합훈"
    "련미사일도발사건보고당국정부외교영공침범초계잠수조업어선순찰통과해협유지감시단체등년월오전후명말같없않때현재"
)
_KANJI = (
    "日本国人大年出中時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万"
    "毎白天母火右読友左休父雨会社長者同部事業方地場員発通力全新当戦性自法体対的内関政最現度回開意動連市定第物民立不明取代相文分理"
    "軍艦船島海峡領空機防衛省自隊警巡視尖閣諸釣魚台湾沖縄宮古石垣与那横須賀大隅津軽航空母隻侵入漁船朝鮮半島弾道射撃米中韓露統合幕僚"
)
# Full-width marks, letters and digits, which stand in texts of every such script.
_WIDE = "　、。，．・：；？！（）〔〕［］｛｝〈〉《》「」『』【】“”‘’／－～％＋＝…—–·" + "".join(
    map(chr, range(0xFF10, 0xFF5B))
)
_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30FD))))
# Accented letters, and the marks that Western texts use often and seldom.
_WESTERN_LETTERS = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþßÿœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒŠŽŸ"
_WESTERN_MARKS = "‘’“”–—…€£°·•\xa0"
_SELDOM_MARKS = "«»§±½¼¾ªº©®™¡¿´×÷†‡‰„‚¢¥µ¶²³¹¬"

# The likeliest reading must be this many times likelier than the next.
_LEAST_LEAD = math.log(1_000)
# A letter of any text is on the whole at least this likely; a wrong reading is made of rare ones.
_LEAST_MEAN = -10.4
_UNUSUAL = math.log(0.005 / 3_000)
_RARE = math.log(1e-7)
_BESIDE_LATIN = math.log(0.005)
_IN_A_RUN = math.log(0.03)
_LATIN_LETTER = math.log(1 / 30)
_BAD_BYTE = math.log(1e-4)
_SAMPLE_CHARS = 300_000
NOT_UNICODE = "holds bytes that are no text in the file's encoding"
# So many letters to each bad byte, and the text is of its encoding all the same; if that is UTF-8, whatever they are.
_SURE_SHARE = 20


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding it was in, and whether some bytes of it could not be read.

    Such a byte stands in the text as a lone surrogate: `is_whole` tells it, `replace_surrogates` makes it storable.
    """

    text: str
    encoding: str
    is_damaged: bool = False


def decode_text(raw: bytes, encoding: str = "") -> Decoded:
    """The text of these bytes, in `encoding` where a person names one; raises FormatError, BadInput."""
    if encoding:
        return _decode_as(raw, encoding)
    if told := _decode_marked(raw):
        return told
    try:
        return Decoded(raw.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        damaged = raw.decode("utf-8-sig", "surrogateescape")
    foreign_count = len(damaged) - len(damaged.encode("ascii", "ignore"))
    if foreign_count > _count_bad(damaged) * (_SURE_SHARE + 1):
        return Decoded(damaged, "UTF-8", is_damaged=True)
    return _decode_likeliest(raw, damaged)


_SURROGATES = re.compile("[\ud800-\udfff]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")


def _count_bad(text: str) -> int:
    return len(text) - len(_SURROGATES.sub("", text))


def is_whole(text: str) -> bool:
    """Whether every byte of a decoded text could be read."""
    return text.isascii() or not _SURROGATES.search(text)


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD in the place of what can't be read, so that it can be stored."""
    return _SURROGATES.sub("\ufffd", text)


@dataclass(frozen=True)
class _Script:
    """How the letters of a script spread: `share` of them are among `frequent`, nearly all others `is_usual`."""

    label: str
    codec: str
    frequent: frozenset[str]
    share: float
    usual_count: int
    is_usual: Callable[[bytes], bool]

    def weigh(self, letters: Mapping[str, int]) -> float:
        """Log likelihood of these letters."""
        often = math.log(self.share / len(self.frequent))
        usual = math.log((1 - self.share) / self.usual_count)
        total = 0.0
        for letter, count in letters.items():
            total += count * (often if letter in self.frequent else self._weigh_other(letter, usual))
        return total

    def _weigh_other(self, letter: str, usual: float) -> float:
        if self.is_usual(letter.encode(self.codec)):
            return usual
        return _UNUSUAL if _IDEOGRAM.match(letter) else _RARE


_IDEOGRAM = re.compile("[\u4e00-\u9fff\uac00-\ud7a3]")


def _is_pair(leads: range, trails: range) -> Callable[[bytes], bool]:
    return lambda code: len(code) == 2 and code[0] in leads and code[1] in trails


# The lead bytes of each standard's own first level: the letters in common use.
_SCRIPTS = (
    _Script(
        "Big5",
        "cp950",
        frozenset(_HAN_BOTH + _HAN_FULL + _WIDE),
        0.7,
        5_000,
        _is_pair(range(0xA4, 0xC7), range(0x40, 0xFF)),
    ),
    _Script(
        "GB18030",
        "gb18030",
        frozenset(_HAN_BOTH + _HAN_SIMPLE + _WIDE),
        0.7,
        3_400,
        _is_pair(range(0xB0, 0xD8), range(0xA1, 0xFF)),
    ),
    _Script("EUC-KR", "cp949", frozenset(_HANGUL + _WIDE), 0.85, 2_150, _is_pair(range(0xB0, 0xC9), range(0xA1, 0xFF))),
    _Script(
        "Shift-JIS",
        "cp932",
        frozenset(_KANJI + _KANA + _WIDE),
        0.8,
        2_700,
        _is_pair(range(0x88, 0x99), range(0x40, 0xFD)),
    ),
)
_DAMAGED = _Script(
    "UTF-8", "utf-8", frozenset().union(*(script.frequent for script in _SCRIPTS), _WESTERN_LETTERS, _WESTERN_MARKS),
    0.7, 30_000, lambda code: len(code) == 3 and 0xE4 <= code[0] <= 0xED,
)  # fmt: skip
_CODECS = {script.label: script.codec for script in _SCRIPTS} | {
    "UTF-8": "utf-8-sig", "UTF-16": "utf-16", "Windows-1252": "cp1252",
}  # fmt: skip
ENCODINGS = tuple(_CODECS)
_ALLOWED = ", ".join(ENCODINGS)
_LETTERS = re.compile(r"[^\x00-\x7f]+")


def _decode_as(raw: bytes, encoding: str) -> Decoded:
    wanted = {label.lower(): label for label in ENCODINGS}.get(encoding.lower())
    if wanted is None:
        raise BadInput("encoding", encoding, ENCODINGS)
    try:
        return Decoded(raw.decode(_CODECS[wanted]), wanted)
    except UnicodeDecodeError as error:
        raise FormatError(f"byte {error.start + 1:,} is not {wanted} text; allowed: {_ALLOWED}") from None


def _decode_marked(raw: bytes) -> Decoded | None:
    """Text with a byte order mark, or with the null bytes that Latin letters have in UTF-16 and UTF-32."""
    start = raw[:200]
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _decode_wide(raw, "utf-32", 4, "UTF-32")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_wide(raw, "utf-16", 2, "UTF-16")
    if start.count(0) > len(start) // 4:
        return _decode_wide(raw, "utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be", 2, "UTF-16")
    return None


def _decode_wide(raw: bytes, codec: str, width: int, label: str) -> Decoded:
    whole = len(raw) - len(raw) % width
    try:
        text = raw[:whole].decode(codec, "surrogatepass")
    except UnicodeDecodeError:
        raise FormatError(f"the text is not whole {label}; allowed: {_ALLOWED}") from None
    if whole < len(raw):
        text += "\udcff"
    return Decoded(text, label, is_damaged=not is_whole(text))


def _decode_likeliest(raw: bytes, damaged: str) -> Decoded:
    """Raises FormatError where no reading is clearly likelier than all others."""
    found: list[tuple[float, Decoded]] = []
    for script in _SCRIPTS:
        read = _read_nearly_all(raw, script.codec)
        sample = _sample(read)
        if read and (weight := _weigh(_SURROGATES.sub("", sample), script)) is not None:
            is_damaged = not is_whole(read)
            found.append((weight + _count_bad(sample) * _BAD_BYTE, Decoded(read, script.label, is_damaged)))
    if (text := _try(raw, "cp1252")) is not None and (weight := _weigh_western(_sample(text))) is not None:
        found.append((weight, Decoded(text, "Windows-1252")))
    sample = _sample(damaged)
    if (weight := _weigh(_SURROGATES.sub("", sample), _DAMAGED)) is not None:
        found.append((weight + _count_bad(sample) * _BAD_BYTE, Decoded(damaged, "UTF-8", is_damaged=True)))
    if not found:
        raise FormatError(f"the file's encoding can't be told; allowed: {_ALLOWED}")
    best = max(weight for weight, _ in found)
    fitting = [decoded for weight, decoded in found if best - weight < _LEAST_LEAD]
    if len(fitting) > 1:
        labels = " and ".join(decoded.encoding for decoded in fitting)
        raise FormatError(f"the file's encoding can't be told, {labels} fit; say which, or save it as UTF-8")
    return fitting[0]


def _read_nearly_all(raw: bytes, codec: str) -> str:
    """The text in an encoding, also where a few of many letters can't be read; '' where it is of another."""
    if (text := _try(raw, codec)) is not None:
        return text
    text = raw.decode(codec, "surrogateescape")
    foreign_count = len(text) - len(text.encode("ascii", "ignore"))
    return text if foreign_count > _count_bad(text) * (_SURE_SHARE + 1) else ""


def _try(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _sample(text: str) -> str:
    """The text from its first foreign letter on, as much of it as tells the script."""
    first = _FOREIGN.search(text)
    start = max(first.start() - 1, 0) if first else 0
    return text[start : start + _SAMPLE_CHARS]


def _weigh(text: str, script: _Script) -> float | None:
    """Log likelihood of a text's foreign letters in a script; None where they are no text of it."""
    letters = Counter(_FOREIGN.findall(text))
    count = letters.total()
    weight = script.weigh(letters)
    if not count or weight / count < _LEAST_MEAN:
        return None
    # One letter alone within a Latin word is an accent that was read together with the letter after it.
    return weight + len(_ALONE.findall(text)) * _BESIDE_LATIN


_ALONE = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])")


def _weigh_western(text: str) -> float | None:
    letters = Counter(_FOREIGN.findall(text))
    count = letters.total()
    # Two such letters side by side are seldom in a Western text, and the rule in another that is read as one.
    run_count = count - sum(1 for _ in _LETTERS.finditer(text))
    weight = sum(_weigh_western_letter(letter) * times for letter, times in letters.items()) + run_count * _IN_A_RUN
    if run_count > max(count * 0.25, 1) or weight / max(count, 1) < _LEAST_MEAN:
        return None
    # In an Eastern encoding the Latin letter after one would be the second half of it.
    return weight + len(re.findall(r"[^\x00-\x7f](?=[@-~])", text)) * _LATIN_LETTER


def _weigh_western_letter(letter: str) -> float:
    for letters, share in ((_WESTERN_LETTERS, 0.6), (_WESTERN_MARKS, 0.35), (_SELDOM_MARKS, 0.05)):
        if letter in letters:
            return math.log(share / len(letters))
    return _RARE
