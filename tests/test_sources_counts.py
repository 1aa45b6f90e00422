"""Readers that keep official counts current: recorded texts against figures worked apart, and what each refuses."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tension.errors import FetchError, FormatError
from tension.records.measurements import Measurement
from tension.settings import PROJECT_DIR
from tension.sources import gpr_daily, north_korea, scrambles, senkaku
from tension.sources.base import DateWindow, ParseResult

SAMPLES = Path(__file__).parent / "samples"
SERIES = PROJECT_DIR / "data" / "series"
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def check_equation(result: ParseResult) -> ParseResult:
    kept = len(result.measurements)
    assert result.read_count == kept + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    return result


def build_pdf(text: str) -> bytes:
    """A PDF of one page that sets each line of a text in a row of its own, every sign in a cell of equal width."""
    shown = []
    for number, line in enumerate(text.splitlines()):
        height = 800 - 9 * number
        for place, sign in enumerate(line):
            if not sign.isspace():
                shown.append(f"1 0 0 1 {20 + 6 * place} {height} Tm <{sign.encode('utf-16-be').hex()}> Tj")
    content = ("BT /F1 6 Tf\n" + "\n".join(shown) + "\nET").encode()
    signs = sorted({sign.encode("utf-16-be").hex() for sign in text if not sign.isspace()})
    chunks = [signs[at : at + 100] for at in range(0, len(signs), 100)]
    ranges = "".join(
        f"{len(chunk)} beginbfchar\n" + "".join(f"<{sign}> <{sign}>\n" for sign in chunk) + "endbfchar\n"
        for chunk in chunks
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + ranges + "endcmap end end"
    ).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [6 0 R] "
        b"/ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    made = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % start for start in starts)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)


class Site:
    """Answers from a table of addresses; any other is an error."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages, self.asked = pages, list[str]()

    def get(self, url: str, *, params: object = None, headers: object = None) -> bytes:
        self.asked.append(url)
        return self.pages[url]


# Japan Coast Guard.


def read_release_days(month: str) -> dict[tuple[date, str], float]:
    """The days of a month as the release has them, which other hands compiled."""
    rows = csv.DictReader((SERIES / "japan_senkaku_daily.csv").open(encoding="utf-8"))
    found = {}
    for row in rows:
        if row["date"].startswith(month):
            day = date.fromisoformat(row["date"])
            found[day, "contiguous-zone"] = float(row["contiguous_zone_vessel_count"])
            found[day, "territorial-sea"] = float(row["territorial_sea_vessel_count"])
    return found


def read_days(rows: tuple[Measurement, ...]) -> dict[tuple[date, str], float]:
    return {(row.date_from, row.measure): row.value for row in rows if row.series == "japan-senkaku"}


def parse_senkaku(name: str, seen: datetime = SEEN) -> ParseResult:
    return check_equation(senkaku.parse((SAMPLES / "senkaku" / name).read_bytes(), seen, name))


@pytest.mark.parametrize(
    ("name", "month"), [("data_R8_8.txt", "2026-08"), ("data_R8_10.txt", "2026-10"), ("data_h25_02.txt", "2013-02")]
)
def test_the_days_of_a_month_are_those_of_the_release(name: str, month: str) -> None:
    assert read_days(parse_senkaku(name).measurements) == read_release_days(month)


def test_a_whole_month_gives_its_totals_and_a_part_of_one_none() -> None:
    """August 2026: 112 ships on 30 days in the contiguous zone, 4 on one day in the territorial sea, as printed."""
    months = {r.measure: r for r in parse_senkaku("data_R8_8.txt").measurements if r.series == "japan-senkaku-month"}
    expected = {"contiguous-zone": 112, "contiguous-zone-days": 30, "territorial-sea": 4, "territorial-sea-days": 1}
    assert {name: row.value for name, row in months.items()} == expected | {
        f"printed-{name}": value for name, value in expected.items()
    }
    assert {(row.date_from, row.date_to) for row in months.values()} == {(date(2026, 8, 1), date(2026, 8, 31))}
    part = parse_senkaku("data_R8_10.txt").measurements
    assert {row.series for row in part} == {"japan-senkaku"}
    assert max(row.date_to for row in part) == date(2026, 10, 8)


def test_text_whose_columns_are_lost_is_refused_whole() -> None:
    """The text of September 2026 as a reader that follows the file's own order gives it."""
    result = parse_senkaku("data_R8_9.txt")
    assert (result.measurements, len(result.rejects)) == ((), 1)
    assert "total is missing" in result.rejects[0].reason


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("4            4       30", "4     4     4       30", "day 14 with 5 numbers"),
        ("のべ 112 隻", "のべ 113 隻", "30 days and 112 ships were read, 30 days and 113 are printed"),
        ("         6      3 ", "         6        ", "29 days and 109 ships"),
        ("         14     4            4 ", "         14     4              ", "territorial sea: 0 days"),
        ("         14     4            4 ", "         14     4            5 ", "day 14: 5 ships"),
        ("         6      3 ", "         5      3 ", "day 5 is there twice"),
        ("－令和８年８月－", "－令和８年１３月－", "month 13"),
        ("8/31 現在", "9/30 現在", "allowed: a day of month 8"),
        ("8/31 現在", "8/30 現在", "day 31 has ships and lies after"),
        ("－令和８年８月－", "", "names no month"),
    ],
)
def test_a_month_that_does_not_add_up_is_refused_with_the_figures(old: str, new: str, words: str) -> None:
    text = (SAMPLES / "senkaku" / "data_R8_8.txt").read_text(encoding="utf-8")
    assert old in text
    result = check_equation(senkaku.parse(text.replace(old, new).encode(), SEEN, "x.txt"))
    assert not result.measurements
    assert words in result.rejects[0].reason


def test_a_month_ahead_and_a_file_of_something_else_are_refused() -> None:
    result = parse_senkaku("data_R8_8.txt", datetime(2026, 8, 1, tzinfo=UTC))
    assert "lies ahead" in result.rejects[0].reason
    with pytest.raises(FormatError, match="isn't a monthly table"):
        senkaku.parse(b"Nothing of the kind", SEEN, "x.txt")
    with pytest.raises(FormatError):
        senkaku.parse(b"%PDF-1.7\nbroken", SEEN, "x.pdf")


def test_a_pdf_gives_what_its_text_gives() -> None:
    text = (SAMPLES / "senkaku" / "data_R8_8.txt").read_text(encoding="utf-8")
    result = check_equation(senkaku.parse(build_pdf(text), SEEN, "data_R8_8.pdf"))
    assert read_days(result.measurements) == read_release_days("2026-08")


def test_the_months_of_the_window_are_fetched_from_the_links_of_the_page() -> None:
    base = "https://www.kaiho.mlit.go.jp/mission/senkaku/"
    links = ["data_h31_4.pdf", "data_R_05.pdf", "./data_R8_9.pdf", "data_R8_10.pdf", "data_R8_11.pdf"]
    page = "".join(f'<a href="{link}">表</a>' for link in links).encode()
    pdfs = {base + link.removeprefix("./"): link.encode() for link in links}
    site = Site({senkaku.PAGE_URL: page, **pdfs})
    window = DateWindow(date(2026, 10, 29), date(2026, 11, 1), first_day=date(2026, 9, 1))
    assert [file.name for file in senkaku.fetch(window, site)] == ["data_R8_10.pdf", "data_R8_11.pdf"]
    # Where nothing was fetched before, from the end of what the release covers (8 October 2026).
    window = DateWindow(date(2026, 11, 20), date(2026, 11, 30))
    assert [file.name for file in senkaku.fetch(window, site)] == ["data_R8_10.pdf", "data_R8_11.pdf"]
    with pytest.raises(FetchError, match="form may have changed"):
        list(senkaku.fetch(window, Site({senkaku.PAGE_URL: b"<p>moved</p>"})))


# Joint Staff Office.


def read_release_months(first: str, last: str) -> dict[tuple[str, str], float]:
    rows = csv.DictReader((SERIES / "japan_scrambles_monthly.csv").open(encoding="utf-8"))
    names = [*scrambles.FORCES.values(), *scrambles.STATES.values(), "total"]
    return {
        (row["month"], name): float(row[name.replace("-", "_")])
        for row in rows
        if first <= row["month"] <= last
        for name in names
        if row[name.replace("-", "_")]
    }


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("p20260313_01.txt", "2025-04", "2026-02"), ("p20260520_07.txt", "2026-04", "2026-04")],
)
def test_the_months_of_a_release_are_those_of_the_record(name: str, first: str, last: str) -> None:
    """Every value of a later release in the record is that of the earlier one here."""
    result = check_equation(scrambles.parse((SAMPLES / "scrambles" / name).read_bytes(), SEEN, name))
    found = {(f"{row.date_from:%Y-%m}", row.measure): row.value for row in result.measurements}
    assert found == read_release_months(first, last)
    assert all(row.series == "japan-scrambles-month" and row.unit == "scrambles" for row in result.measurements)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("中国 43回 42回", "中国 44回 42回", "中国: months add up to 346, printed 345"),
        ("中国 43回", "中国 回", "has no row of china"),
        ("北空 17回 1回", "北空 16回 2回", "months add up to"),
        ("北空 17回 1回", "北空 －回 18回", "a month before a later one is not stated"),
        ("２０２５年度における", "今年度における", "names no fiscal year"),
        ("２０２５年度における", "２０２８年度における", "lies ahead"),
    ],
)
def test_a_release_that_does_not_add_up_is_refused_whole(old: str, new: str, words: str) -> None:
    text = (SAMPLES / "scrambles" / "p20260313_01.txt").read_text(encoding="utf-8")
    assert old in text
    result = check_equation(scrambles.parse(text.replace(old, new).encode(), SEEN, "p20260313_01.pdf"))
    assert not result.measurements
    assert words in result.rejects[0].reason


def test_other_releases_of_the_office_are_refused_as_files() -> None:
    with pytest.raises(FormatError, match="isn't a monthly release on scrambles"):
        scrambles.parse("中国海軍艦艇の動向について".encode(), SEEN, "p20260525_01.pdf")


def test_releases_on_scrambles_are_fetched_oldest_first_and_no_others() -> None:
    base = "https://www.mod.go.jp/js/pdf/2026/"
    page = (
        '<a href="/js/pdf/2026/p20261113_02.pdf"><span>2026年11月13日</span> 緊急発進実施状況について</a>'
        '<a href="/js/pdf/2026/p20261016_03.pdf">2026年10月16日 月間緊急発進状況</a>'
        '<a href="/js/pdf/2026/p20261114_01.pdf">中国海軍艦艇の動向について</a>'
        '<a href="/js/pdf/2026/p20260313_01.pdf">月間緊急発進状況</a>'
    ).encode()
    site = Site({scrambles.PAGE_URL: page, f"{base}p20261113_02.pdf": b"b", f"{base}p20261016_03.pdf": b"a"})
    window = DateWindow(date(2026, 10, 1), date(2026, 11, 20), first_day=date(2026, 4, 1))
    assert [file.name for file in scrambles.fetch(window, site)] == ["p20261016_03.pdf", "p20261113_02.pdf"]
    with pytest.raises(FetchError, match="links no release on scrambles"):
        list(scrambles.fetch(window, Site({scrambles.PAGE_URL: b"<a href='x.pdf'>other</a>"})))


# The daily index.

EXPORT = (
    "DAY,N10D,GPRD,GPRD_ACT,GPRD_THREAT,date,GPRD_MA30,GPRD_MA7,event\n"
    "20091231,500,90.5,80.5,70.5,2009-12-31,,,\n"
    "20260526,546,200.5,241.25,171.5,2026-05-26,98.1,163.5,\n"
    "20260527,546,201.5,,172.5,2026-05-27,98.1,163.5,Something\n"
    "20260527,546,201.5,,172.5,2026-05-27,98.1,163.5,\n"
    "20260527,546,202.5,,172.5,2026-05-27,98.1,163.5,\n"
    "20991231,546,1,1,1,2099-12-31,,,\n"
    "202605,546,1,1,1,2026-05-28,,,\n"
    "20260529,546,-1,1,1,2026-05-29,,,\n"
)


def test_days_of_the_index_are_values_each_accounted_for() -> None:
    result = check_equation(gpr_daily.parse(EXPORT.encode(), SEEN, "gpr.csv"))
    found = {(row.date_from, row.measure): row.value for row in result.measurements}
    assert found == {
        (date(2026, 5, 26), "index"): 200.5,
        (date(2026, 5, 26), "acts"): 241.25,
        (date(2026, 5, 26), "threats"): 171.5,
        (date(2026, 5, 27), "index"): 201.5,
        (date(2026, 5, 27), "threats"): 172.5,
    }
    assert (result.out_of_scope_count, result.duplicate_count) == (3, 3)
    reasons = " ".join(reject.reason for reject in result.rejects)
    for words in ("there twice with different values", "lies ahead", "'202605' is not a day", "value: '-1'"):
        assert words in reasons
    assert len(result.rejects) == 4


def test_the_records_own_days_are_read_as_they_are() -> None:
    """The release's file has `date` alone in ISO form; with it as DAY the reader gives back every value."""
    rows = list(csv.DictReader((SERIES / "gpr_daily.csv").open(encoding="utf-8")))[-40:]
    lines = [f"{r['date'].replace('-', '')},{r['gprd']},{r['gprd_act']},{r['gprd_threat']}" for r in rows]
    raw = "\n".join(["DAY,GPRD,GPRD_ACT,GPRD_THREAT", *lines]).encode()
    result = check_equation(gpr_daily.parse(raw, SEEN, "gpr.csv"))
    assert len(result.measurements) == 3 * len(rows)
    assert [r.value for r in result.measurements if r.measure == "index"] == [float(r["gprd"]) for r in rows]


def test_the_monthly_file_is_not_the_daily_one() -> None:
    with pytest.raises(FormatError, match="has no column DAY"):
        gpr_daily.parse(b"month,GPR\n2026-04,100\n", SEEN, "gpr.csv")


def test_the_whole_export_is_fetched() -> None:
    site = Site({gpr_daily.EXPORT_URL: b"x"})
    (file,) = gpr_daily.fetch(DateWindow(date(2026, 5, 1), date(2026, 6, 1)), site)
    assert (file.name, file.raw) == ("data_gpr_daily_recent.xls", b"x")


# North Korea.


def test_events_of_the_page_are_rows_with_day_kind_and_link_and_no_description() -> None:
    raw = (SAMPLES / "north_korea" / "page.html").read_bytes()
    result = check_equation(north_korea.parse(raw, SEEN, "page.html"))
    found = [(str(row.date_from), row.measure, row.url, row.note) for row in result.measurements]
    assert found == [
        ("2026-08-20", "ballistic", "https://example.org/august", "Short-range Ballistic Missile Launch"),
        ("2026-09-02", "cruise", "https://example.org/one", "Strategic cruise missile"),
        ("2026-09-05", "other", "", "DMZ Enroachment"),
    ]
    assert (result.read_count, result.duplicate_count) == (6, 1)
    reasons = [reject.reason for reject in result.rejects]
    assert "'September 2026' is not a day" in reasons[0]
    assert "3 cells" in reasons[1]
    assert "Made-up words" not in str(result.measurements)


def test_the_label_tells_the_kind_as_in_the_release() -> None:
    """Labels of the record that name a missile, with the measure under which they stand there."""
    rows = csv.DictReader((SERIES / "north_korea_provocations.csv").open(encoding="utf-8"))
    labels = Counter((row["note"], row["measure"]) for row in rows)
    missiles = {note: measure for note, measure in labels if measure in ("ballistic", "cruise", "other-missile")}
    assert len(missiles) > 10
    for note, measure in missiles.items():
        assert north_korea.choose_measure("Missile Provocation", note) == measure, note
    assert north_korea.choose_measure("Other Provocation", "Satellite Launch") == "other"
    assert north_korea.choose_measure("Nuclear Provocation", "Nuclear Test") == "nuclear"


def test_a_page_without_the_table_is_refused() -> None:
    for raw in (b"", b"<table><tr><td>1</td></tr></table>", b"<table class='wpDataTable'></table>"):
        with pytest.raises(FormatError, match="no data table"):
            north_korea.parse(raw, SEEN, "page.html")
