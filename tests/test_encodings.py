"""Texts of the region in the encodings that its programs write: read right, refused, but never taken as nonsense."""

from __future__ import annotations

import csv
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import BadInput, FormatError
from tension.settings import PROJECT_DIR
from tension.sources.encodings import decode_text, is_whole, replace_surrogates

HAN = re.compile(r"[\u4e00-\u9fff]")
KANA, HANGUL = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\uac00-\ud7a3]")
CODECS = {"Big5": "cp950", "GB18030": "gb2312", "EUC-KR": "cp949", "Shift-JIS": "cp932"}


def list_names() -> dict[str, list[str]]:
    """The gazetteer's names by the encoding that people who write so would use."""
    with (PROJECT_DIR / "data" / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
        names = {name for row in csv.DictReader(file) for name in row["names"].split("|")}
    found: dict[str, list[str]] = {label: [] for label in CODECS}
    for name in sorted(names):
        if HANGUL.search(name):
            found["EUC-KR"].append(name)
        elif KANA.search(name):
            found["Shift-JIS"].append(name)
        elif HAN.search(name):
            for label in ("Big5", "GB18030"):
                if can_encode(name, CODECS[label]):
                    found[label].append(name)
    return found


def can_encode(name: str, codec: str) -> bool:
    try:
        name.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


NAMES = list_names()


def write_table(names: list[str]) -> str:
    rows = [
        f'r{number},2026-08-01,"Two ships stayed for hours, patrol {number}",Taiwan Strait,{name}'
        for number, name in enumerate(names)
    ]
    return "\n".join(["event_id,occurred_date,title,region,location", *rows])


@pytest.mark.parametrize("label", CODECS)
def test_an_english_table_with_a_few_names_is_read_in_its_encoding(label: str) -> None:
    names = NAMES[label]
    assert len(names) > 5
    for start in range(0, len(names) - 4, 5):
        text = write_table(names[start : start + 5])
        decoded = decode_text(text.encode(CODECS[label]))
        assert (decoded.text, decoded.encoding) == (text, label)


@pytest.mark.parametrize("label", CODECS)
def test_a_table_with_one_name_is_read_right_or_refused(label: str) -> None:
    read = 0
    for name in NAMES[label]:
        text = write_table([name] * 3)
        raw = text.encode(CODECS[label])
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            continue  # Two bytes that are right in UTF-8 too, by chance: nothing can tell.
        try:
            decoded = decode_text(raw)
        except FormatError:
            continue
        # The few Chinese names written in simplified letters that Big5 knows by chance.
        assert decoded.text == text or label == "Big5", name
        read += decoded.text == text
    assert read > len(NAMES[label]) * 0.8


@pytest.mark.parametrize(
    "words",
    [
        "The ship’s crew, José said",
        "café",
        "São Tomé",
        "“quoted” – and more…",
        "Île de la Réunion",
        "20° N, 3 €",
        "Malé, Côte d’Ivoire, Bogotá",
        "Ærø",
    ],
)
def test_western_words_stay_western(words: str) -> None:
    text = write_table([words])
    decoded = decode_text(text.encode("cp1252"))
    assert (decoded.text, decoded.encoding) == (text, "Windows-1252")


@pytest.mark.parametrize("codec", ["cp1251", "cp1253", "cp874"])
def test_other_encodings_are_refused_with_what_is_allowed(codec: str) -> None:
    words = {"cp1251": "Корабли вошли в пролив", "cp1253": "Πλοία στο στενό", "cp874": "เรือในทะเล"}[codec]
    with pytest.raises(FormatError, match="encoding can't be told"):
        decode_text(write_table([words] * 4).encode(codec))


def test_an_encoding_that_a_person_names_is_taken() -> None:
    text = write_table(["南沙"])
    assert decode_text(text.encode("gb18030"), "gb18030").text == text
    with pytest.raises(FormatError, match="byte 48 is not UTF-8 text"):
        decode_text(b"a,b\n" + b"x" * 43 + b"\xff", "UTF-8")
    with pytest.raises(BadInput, match="encoding: 'EBCDIC' is not allowed; allowed: Big5"):
        decode_text(b"a", "EBCDIC")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_tells_itself(codec: str) -> None:
    text = write_table(["金門", "백령도", "尖閣"])
    assert decode_text(text.encode(codec)).text == text


def test_one_bad_byte_leaves_the_rest_as_it_is() -> None:
    raw = write_table(["金門附近海域", "海峽中線"]).encode()
    cut = raw.replace("門".encode(), "門".encode()[:2])
    decoded = decode_text(cut)
    assert (decoded.encoding, decoded.is_damaged) == ("UTF-8", True)
    assert "海峽中線" in decoded.text
    lines = decoded.text.split("\n")
    assert [is_whole(line) for line in lines] == [True, False, True]
    assert "金\ufffd" not in lines[1]
    assert replace_surrogates(lines[1]).encode()


@pytest.mark.parametrize(
    ("codec", "label", "words"),
    [
        ("cp950", "Big5", ["金門附近海域", "海峽中線以東", "共機進入西南空域", "國防部表示"]),
        ("gb18030", "GB18030", ["黄岩岛附近海域", "海军舰艇编队巡逻", "我国领海", "国防部表示"]),
        ("cp949", "EUC-KR", ["백령도 인근 해상", "북한 미사일 발사", "한미 연합훈련", "국방부 발표"]),
        ("cp932", "Shift-JIS", ["尖閣諸島周辺の領海", "海上自衛隊の護衛艦", "中国海警局の船", "沖縄県"]),
    ],
)  # fmt: skip
def test_one_bad_byte_leaves_a_text_of_an_older_encoding_as_it_is(codec: str, label: str, words: list[str]) -> None:
    raw = write_table(words * 2).encode(codec)
    # No letter of any of them: the first half of one before a space, in the last line.
    decoded = decode_text(raw + b"\n\x85 ")
    assert (decoded.encoding, decoded.is_damaged) == (label, True)
    assert words[0] in decoded.text


def test_utf16_that_ends_in_half_a_letter_is_read_to_its_last_whole_one() -> None:
    decoded = decode_text("a,b\n金門,2".encode("utf-16")[:-1])
    assert decoded.text.startswith("a,b\n金門,")
    assert decoded.is_damaged


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(raw: bytes) -> None:
    with suppress(FormatError):
        replace_surrogates(decode_text(raw).text).encode()
