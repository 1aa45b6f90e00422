"""The monthly Geopolitical Risk file in each form it comes in, and what is refused."""

from __future__ import annotations

import base64
import csv
import io
import zlib
from contextlib import suppress
from datetime import UTC, date, datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import FormatError
from tension.settings import PROJECT_DIR
from tension.sources import gpr
from tension.sources.base import DateWindow, ParseResult

SEEN = datetime(2026, 8, 1, tzinfo=UTC)
BUNDLED = PROJECT_DIR / "data" / "series" / "gpr_monthly.csv"
# Made up: the shape of the export, not its values.
EXPORT = [
    ["month", "GPR", "GPRT", "GPRA", "GPRH", "GPRC_CHN", "GPRC_ARG", "var_name", "var_label"],
    [date(1984, 12, 1), None, None, None, 88.5, None, None, "month", "Date"],
    [date(1985, 1, 1), 101.5, 99.25, 104.0, 90.0, 0.25, 0.5, "GPR", "Recent GPR (Index: 1985:2019=100)"],
    [date(1985, 2, 1), 95.0, 96.5, 93.75, 91.0, 0.5, 0.5, None, None],
]

# The same rows as an old Excel workbook, which no tool of this project can write (zlib, base64).
XLS = zlib.decompress(
    base64.b64decode(
        "eNrtWF1IFFEU/u7s7G/+rKaFBrIJmZrCbhGooJtpaYRiW9APga06ZKlrLEtUD2qZL0EQBUEZgmFBL1Yv/VBBvQUGRj0EQaD9PPUU"
        "FPSgbueemdl0I3ChBGW+4Z57zrn3nnPu/8y8nsyaGr2fP40k1MCGubgbjnk6QcltCl5QeTwuWTN3UYpbWFZwu2giHXY8SX/llHMo"
        "53saCu6pL4gCHykdxgk090Y03xJiO8cQFjKGaqICN0iTgTyOKptpO9PVTO9yzadMt7HmItNqqjslDmEy2FxaYaziA0ohl2VA2n3I"
        "bd6zJoBcvJSruP+S0OvaURs9Fu5eZgUFahrGQBPaoEW0qJQzcQse4CChvKmpvL5+Cjk02WP4EfcB381d/dxn6ZdWL0D6nwv1zr/o"
        "XTSJyforigoMIH6EN8kQLepuVd/Iezs1LRaYwSDSSV5FyQ709EZinTZaGC0hlek+PavVs0YXZ3WtdY3NJlsbaiD2ZDjaGgn3aG6d"
        "7Q63adJRfTimrQdCWrsWifmovq94V6RDO1XlC1RWbK3a7A9UVgf8/hKPvDv4rPEuOGvSeQ+mEe1AJvNZvBO91NmZO9/eNLW1BFtZ"
        "M8D3i34LbZCdRhxnZQtqnMEl3G++oUq5xSam59jqOubzmebQQFBe1JJrMDsHuc55Li0iP1sYb4Mb5/HFxA993fOoYOhTsIT48Ybp"
        "Mznj74KjKCSfHdRePoMoE2Xi+jWJx0EzF8aJ9YFp3h+nl0vxGrHHjas2E7NyvxKymOqSHB2RkBRjrHTJRpItIakkqQnJTpI9ITlI"
        "ciQkJ0nOhOQiyWVEJJIi6lM8rMvG7c/CkKSf3Rf01oJtmdEKtuU2bClJtp7Bb5zkhV9kr4ZHZE/XDkt6U0h6nOlRHoEJjlpaVdiH"
        "OQYK+/AYPmzcm4U+bOxjhH30scWJq5L2X5Y0Ikzrpo8aJRsPZGB0i/yGBxYsWLBgwYIFCysFgt8jwe9Jqv6JwO+GTuO/ziylOes3"
        "yYpFCL30xOijcgcilEdxOqX1swZ2YdoSi2xj/i+U2E/eo+hCG8fRlfL6pe8qMb8/i27o/XdbKFX/c6nE+Z/9/wL0jwSh"
    )
)


def check_equation(result: ParseResult) -> None:
    kept = result.series.num_rows if result.series is not None else 0
    assert result.read_count == kept + result.duplicate_count + result.out_of_scope_count + len(result.rejects)


def parse_text(text: str) -> ParseResult:
    result = gpr.parse(text.encode(), SEEN, "gpr.csv")
    check_equation(result)
    return result


def build_xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def build_stata(rows: list[list[object]]) -> bytes:
    frame = pd.DataFrame(rows[1:], columns=rows[0])[rows[0][:7]]
    frame["month"] = pd.to_datetime(frame["month"])
    frame[rows[0][1:7]] = frame[rows[0][1:7]].astype(float)
    buffer = io.BytesIO()
    frame.to_stata(buffer, convert_dates={"month": "tm"}, write_index=False)
    return buffer.getvalue()


def test_the_project_file_gives_months_and_its_own_columns():
    result = parse_text("month,gpr,gprt,gprc_twn\n2024-05,120.5,130.25,0.5\n2024-06,118,,0\n")
    assert result.series.to_pydict() == {
        "month": [date(2024, 5, 1), date(2024, 6, 1)],
        "gpr": [120.5, 118.0],
        "gprt": [130.25, None],
        "gprc_twn": [0.5, 0.0],
    }


@pytest.mark.parametrize("raw", [build_xlsx(EXPORT), build_stata(EXPORT), XLS], ids=["xlsx", "dta", "xls"])
def test_the_export_gives_the_same_in_every_format(raw):
    result = gpr.parse(raw, SEEN)
    check_equation(result)
    assert result.series.to_pydict() == {
        "month": [date(1985, 1, 1), date(1985, 2, 1)],
        "gpr": [101.5, 95.0],
        "gprt": [99.25, 96.5],
        "gpra": [104.0, 93.75],
        "gprc_chn": [0.25, 0.5],
    }
    assert result.out_of_scope_count == 1  # 1984, before the recent index begins


@pytest.mark.parametrize("written", ["2024-06", "2024-06-01", "2024M6", "2024m06", "6/1/2024", "2024-06-01 00:00:00"])
def test_months_are_read_as_people_and_programs_write_them(written):
    assert parse_text(f"month,GPR\n{written},1\n").series["month"].to_pylist() == [date(2024, 6, 1)]


@pytest.mark.parametrize(
    "row",
    ["2024-13,1", "2024-06-15,1", "June,1", ",1", "2027-01,1", "2024-06,abc", "2024-06,-1", "2024-06,inf", "2024-06"],
)
def test_a_bad_row_is_a_reject_with_its_text(row):
    result = parse_text(f"month,gpr\n2024-05,7\n{row}\n")
    assert [reject.text for reject in result.rejects] == [row]
    assert result.series.num_rows == 1


def test_a_damaged_stata_file_is_told_in_one_line() -> None:
    whole = build_stata(EXPORT)
    for cut in (862, len(whole) // 2, 200):
        with suppress(FormatError):
            check_equation(gpr.parse(whole[:cut], SEEN))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"month,gpr\n" + b"2024-05,1\n" * 10_001, "has more rows than allowed; allowed: 10,000 months"),
        (b"month,gpr\n" + b"," * 20_000_000, "holds 20,000,010 bytes; allowed: 20,000,000"),
    ],
    ids=["rows", "bytes"],
)
def test_a_file_far_larger_than_the_index_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        gpr.parse(raw, SEEN)


def test_decimal_commas_and_title_rows_are_read() -> None:
    result = parse_text("Geopolitical Risk Index\n\nmonth;GPR\n2024-05;120,5\n")
    assert result.series.to_pydict() == {"month": [date(2024, 5, 1)], "gpr": [120.5]}


def test_a_month_twice_is_a_duplicate_or_a_conflict():
    result = parse_text("month,gpr\n2024-05,7\n2024-05,7.0\n2024-05,8\n")
    assert (result.series.num_rows, result.duplicate_count) == (1, 1)
    assert "twice with different values" in result.rejects[0].reason


def test_months_come_in_order_and_semicolons_and_a_byte_order_mark_are_read():
    result = gpr.parse("month;gpr\n2024-06;2\n2024-05;1\n".encode("utf-8-sig"), SEEN)
    assert result.series["gpr"].to_pylist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"  \n",
        b"<html><body>404</body></html>",
        b"a,b\n1,2\n",
        b"month,gpr,GPR\n2024-05,1,2\n",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken",
        b"<stata_dta><header>",
    ],
)
def test_another_file_is_refused(raw):
    with pytest.raises(FormatError, match="thing: "):
        gpr.parse(raw, SEEN, "thing")


def test_fetch_asks_for_the_one_file():
    class Http:
        def get(self, url, *, params=None, headers=None):
            assert url == gpr.EXPORT_URL
            return b"content"

    files = list(gpr.fetch(DateWindow(date(2024, 1, 1), date(2024, 6, 1)), Http()))
    assert [file.raw for file in files] == [b"content"]


# A file full of control characters is refused as no text, and one of other delimiters as another table.
WORDS = st.characters(exclude_categories=["Cc"], exclude_characters=";|") | st.sampled_from("\n\r")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(WORDS, max_size=8) | st.sampled_from(["2024-05", "7", "."]), max_size=4), max_size=6))
def test_any_rows_keep_the_row_equation(rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["month", "gpr"], *rows])
    check_equation(gpr.parse(buffer.getvalue().encode("utf-8", "replace"), SEEN))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<stata_dta>", b"\x72\x01"]),
    st.binary(max_size=600),
)
def test_any_bytes_raise_nothing_but_a_format_error(start, rest):
    with suppress(FormatError):
        check_equation(gpr.parse(start + rest, SEEN))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([build_xlsx(EXPORT), build_stata(EXPORT), XLS]), st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_file_raises_nothing_but_a_format_error(whole, position, value):
    raw = bytearray(whole)
    raw[position % len(raw)] = value
    with suppress(FormatError):
        check_equation(gpr.parse(bytes(raw), SEEN))


def test_the_recorded_file_is_read_whole():
    with BUNDLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    result = gpr.parse(BUNDLED.read_bytes(), SEEN)
    assert (result.read_count, result.series.num_rows, result.rejects) == (len(rows), len(rows), ())
    assert result.series["gprc_rus"].to_pylist() == [float(row["gprc_rus"]) for row in rows]
    assert [f"{month:%Y-%m}" for month in result.series["month"].to_pylist()] == [row["month"] for row in rows]
