"""GDELT exports: the row equation, scope, regions and codes, on plainly synthetic rows and on recorded files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import FetchError, FormatError
from tension.records.schema import EVENT_SCHEMA
from tension.sources import base
from tension.sources.base import DateWindow, ParseResult
from tension.sources.gdelt import adapter as gdelt
from tension.sources.gdelt.sql import COLUMNS
from tests.recorded import list_samples, name_sample

SEEN = datetime(2024, 7, 1, 12, tzinfo=UTC)
BASE = {
    "id": "1000000001",
    "sqldate": "20240617",
    "a1_code": "CHN",
    "a1_name": "CHINA",
    "a1_country": "CHN",
    "a2_code": "PHL",
    "a2_name": "PHILIPPINES",
    "a2_country": "PHL",
    "is_root_event": "1",
    "code": "171",
    "base_code": "171",
    "root_code": "17",
    "quad": "4",
    "goldstein": "-9.2",
    "mentions": "4",
    "sources": "1",
    "articles": "4",
    "tone": "-3.5",
    "action_geo_type": "4",
    "action_geo_name": "South China Sea, Brunei (general), Brunei",
    "action_geo_country": "BX",
    "action_geo_latitude": "15",
    "action_geo_longitude": "115",
    "date_added": "20240617101500",
    "url": "https://www.example.org/synthetic-story",
}


def build_row(**changes: str) -> str:
    values = BASE | changes
    return "\t".join(values.get(name, "") for name in COLUMNS)


def parse_rows(*rows: str) -> ParseResult:
    return gdelt.parse(("\n".join(rows) + "\n").encode(), SEEN, "synthetic.export.CSV")


def parse_event(**changes: str) -> dict[str, object]:
    result = parse_rows(build_row(**changes))
    assert result.events.num_rows == 1, result
    return result.events.to_pylist()[0]


def is_kept(**changes: str) -> bool:
    return parse_rows(build_row(**changes)).events.num_rows == 1


def zip_bytes(data: bytes, name: str = "20240617101500.export.CSV") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def check_equation(result: ParseResult) -> None:
    assert result.read_count == (
        result.events.num_rows + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    )
    assert sum(result.totals.values()) == result.events.num_rows + result.out_of_scope_count


def test_columns_are_the_61_of_the_codebook():
    assert len(COLUMNS) == 61
    assert [COLUMNS.index(n) for n in ("code", "goldstein", "action_geo_country", "date_added", "url")] == [
        26, 30, 53, 59, 60
    ]  # fmt: skip


def test_a_row_becomes_an_event_as_coded():
    event = parse_event(code="013", base_code="013", root_code="01", quad="1", goldstein="0.4")
    assert event["event_id"] == "gdelt:1000000001"
    assert (event["cameo_code"], event["cameo_root"], event["quad_class"]) == ("013", "01", 1)
    assert (event["goldstein"], event["tone"]) == (0.4, -3.5)
    assert (event["mention_count"], event["source_count"], event["article_count"]) == (4, 1, 4)
    assert (event["actors"], event["initiator"], event["target"]) == (["CHN", "PHL"], "CHN", "PHL")
    assert (event["occurred_date"], event["reported_date"]) == (date(2024, 6, 17), date(2024, 6, 17))
    assert event["severity"] is event["category"] is None
    assert event["title"] == "Make public statement: China towards Philippines"
    assert event["recorded_utc"] == SEEN
    source = event["sources"][0]
    assert source["publisher"] == "example.org"
    assert source["url"] == "https://www.example.org/synthetic-story"
    assert source["tier"] == "aggregator"


def test_the_table_is_in_the_store_schema():
    assert parse_rows(build_row()).events.schema == EVENT_SCHEMA


def test_first_actor_comes_first():
    event = parse_event(a1_code="PHL", a1_name="MANILA", a1_country="PHL", a2_code="CHN", a2_country="CHN")
    assert event["actors"] == ["PHL", "CHN"]


def test_actor_codes_that_differ_from_iso_are_translated_and_world_regions_are_no_state():
    event = parse_event(a1_code="TMP", a1_name="EAST TIMOR", a1_country="TMP", a2_code="AUS", a2_country="AUS")
    assert event["actors"] == ["TLS", "AUS"]
    event = parse_event(a1_code="CHN", a2_code="EUR", a2_name="EUROPE", a2_country="EUR")
    assert (event["actors"], event["target"]) == (["CHN"], None)


@pytest.mark.parametrize(
    ("changes", "region"),
    [
        ({}, "South China Sea"),
        ({"action_geo_name": "Beijing, Beijing, China", "action_geo_country": "CH"}, "South China Sea"),
        ({"action_geo_name": "The Hague, Netherlands", "action_geo_country": "NL"}, "Indo-Pacific"),
        ({"action_geo_name": "Taiwan Strait, Taiwan (general), Taiwan", "action_geo_country": "TW"}, "Taiwan Strait"),
        ({"a2_code": "TWN", "a2_country": "TWN", "action_geo_name": "Fujian, China", "action_geo_country": "CH"},
         "Taiwan Strait"),
        ({"a2_code": "PRK", "a2_country": "PRK", "action_geo_name": "Taiwan", "action_geo_country": "TW"},
         "Korean Peninsula"),
        ({"a2_code": "JPN", "a2_country": "JPN", "action_geo_name": "Tokyo, Tokyo, Japan", "action_geo_country": "JA"},
         "East China Sea"),
        ({"action_geo_name": "Somewhere", "action_geo_country": "CH", "action_geo_latitude": "24.45",
          "action_geo_longitude": "118.4"}, "Taiwan Strait"),
        ({"a1_code": "IND", "a1_country": "IND", "a2_code": "MDV", "a2_country": "MDV",
          "action_geo_name": "New Delhi, Delhi, India", "action_geo_country": "IN"}, "Indian Ocean"),
        ({"a1_code": "IND", "a1_country": "IND", "a2_code": "AUS", "a2_country": "AUS",
          "action_geo_name": "Canberra, Australia", "action_geo_country": "AS"}, "Indo-Pacific"),
    ],
)  # fmt: skip
def test_region_comes_from_sea_then_actors_then_place(changes, region):
    place = {"action_geo_latitude": "30", "action_geo_longitude": "100"} if changes else {}
    assert parse_event(**(place | changes))["region"] == region


NOWHERE = {"a1_code": "", "a1_name": "", "a1_country": "", "a2_code": "", "a2_name": "", "a2_country": ""}
MISSOURI = {
    "action_geo_type": "2",
    "action_geo_name": "Missouri, United States",
    "action_geo_country": "US",
    "action_geo_latitude": "38.46",
    "action_geo_longitude": "-92.3",
}
MELBOURNE = {
    "action_geo_name": "Melbourne, Victoria, Australia",
    "action_geo_country": "AS",
    "action_geo_latitude": "-37.8",
    "action_geo_longitude": "144.9",
}
MANILA = {
    "action_geo_name": "Manila, Manila, Philippines",
    "action_geo_country": "RP",
    "action_geo_latitude": "14.6",
    "action_geo_longitude": "121",
}
STATE = {"a1_name": "A STATE", "a2_name": ""}


def actor(n: int, country: str, kind: str = "", name: str = "SOMEONE") -> dict[str, str]:
    return {f"a{n}_code": country + kind, f"a{n}_name": name, f"a{n}_country": country, f"a{n}_type1": kind}


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        (NOWHERE | MISSOURI | actor(1, "USA"), False),
        (NOWHERE | MISSOURI | actor(1, "USA") | actor(2, "CHN"), True),
        (NOWHERE | MISSOURI | actor(1, "USA") | actor(2, "RUS"), False),
        (NOWHERE | MISSOURI | actor(1, "MDV", name="MALE") | actor(2, "USA", "COP"), False),
        (NOWHERE | MELBOURNE | actor(1, "", "COP") | actor(2, "AUS"), False),
        (NOWHERE | MELBOURNE | actor(1, "AUS", "MIL"), True),
        (NOWHERE | MELBOURNE | actor(1, "AUS") | actor(2, "GBR", "GOV"), True),
        (NOWHERE | MANILA | actor(1, "PHL", "GOV"), True),
        (NOWHERE | MANILA | actor(1, "", "COP") | actor(2, "PHL"), False),
        (NOWHERE | MANILA | actor(1, "USA"), True),
        (NOWHERE | MANILA | actor(1, "USA", "BUS"), False),
        (NOWHERE | MISSOURI | actor(1, "PRK"), True),
        (NOWHERE, True),
    ],
)
def test_scope_keeps_acts_of_states_and_forces_not_local_news(changes, kept):
    assert is_kept(**changes) is kept


def test_geo_precision_follows_the_type_and_a_sea_is_never_exact():
    assert parse_event()["geo_precision"] == "area"
    assert parse_event(**MANILA)["geo_precision"] == "exact"
    assert (
        parse_event(action_geo_type="1", action_geo_name="China", action_geo_country="CH")["geo_precision"] == "country"
    )
    blank = dict.fromkeys([f"action_geo_{n}" for n in ("name", "country", "latitude", "longitude")], "")
    event = parse_event(action_geo_type="0", **blank)
    assert (event["geo_precision"], event["latitude"], event["location"]) == (None, None, "")


@pytest.mark.parametrize(
    ("sqldate", "added", "is_suspect"),
    [
        ("20240617", "20240617101500", False),
        ("20240610", "20240617101500", False),
        ("20240517", "20240617101500", True),  # the same day of the month before
        ("20240518", "20240617101500", True),  # 30 days back
        ("20230617", "20240617101500", True),
        ("20230618", "20240617101500", True),  # 365 days back over a leap day
        ("20240417", "20240617101500", False),
    ],
)
def test_dates_exactly_a_month_or_a_year_off_are_marked(sqldate, added, is_suspect):
    assert parse_event(sqldate=sqldate, date_added=added)["is_date_suspect"] is is_suspect


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "x1"}, "GlobalEventID"),
        ({"sqldate": "20240230"}, "SQLDATE"),
        ({"sqldate": "2024061"}, "SQLDATE"),
        ({"sqldate": "00010101"}, "SQLDATE is out of reach"),
        ({"sqldate": "18991231"}, "SQLDATE is out of reach"),
        ({"sqldate": "28210617"}, "SQLDATE is out of reach"),
        ({"sqldate": "58080617"}, "SQLDATE is out of reach"),
        ({"date_added": "20240617"}, "DATEADDED"),
        ({"date_added": "20240617256000"}, "DATEADDED"),
        ({"code": "211", "root_code": "21"}, "EventCode"),
        ({"code": "---", "root_code": "--"}, "EventCode"),
        ({"root_code": "18"}, "EventRootCode"),
        ({"root_code": "1"}, "EventRootCode"),
        ({"quad": "5"}, "QuadClass"),
        ({"goldstein": "nan"}, "GoldsteinScale"),
        ({"mentions": "3.5"}, "NumMentions"),
        ({"articles": "-1"}, "NumArticles"),
        ({"a1_country": "Chn"}, "Actor1CountryCode"),
        ({"action_geo_latitude": "95"}, "coordinates"),
        ({"action_geo_longitude": "115.0#"}, "coordinates"),
        ({"action_geo_latitude": ""}, "coordinates"),
        ({"url": "javascript:alert(1)"}, "SOURCEURL"),
        ({"url": "BBC Monitoring"}, "SOURCEURL"),
        ({"url": "https://"}, "SOURCEURL"),
        ({"url": ""}, "SOURCEURL"),
    ],
)
def test_a_bad_value_is_a_reject_with_its_row(changes, reason):
    bad = build_row(**changes)
    result = parse_rows(build_row(id="7"), bad, build_row(id="9"))
    assert [reject.text for reject in result.rejects] == [bad]
    assert reason in result.rejects[0].reason
    assert result.events["event_id"].to_pylist() == ["gdelt:7", "gdelt:9"]
    check_equation(result)


@pytest.mark.parametrize("bad", [build_row() + "\t", build_row() + "\tmore", build_row()[:-60], "nonsense", "\t" * 60])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_line_of_the_wrong_shape_is_a_reject_wherever_it_stands(bad, position):
    lines = [build_row(id="7"), build_row(id="8")]
    lines.insert(position, bad)
    result = parse_rows(*lines)
    assert [reject.text for reject in result.rejects] == [bad]
    assert (result.read_count, result.events.num_rows) == (3, 2)


@pytest.mark.parametrize("zero", ["0", "0.0", "-0"])
def test_a_point_at_zero_is_no_place_and_the_row_is_kept(zero: str):
    event = parse_event(action_geo_latitude=zero, action_geo_longitude=zero)
    assert (event["latitude"], event["longitude"]) == (None, None)
    assert parse_event(action_geo_latitude=zero)["latitude"] == 0


@pytest.mark.parametrize("bad", [build_row(quad="9"), build_row() + "\tone too many"])
def test_a_file_of_nothing_but_rejects_is_refused_whole(bad: str, monkeypatch: pytest.MonkeyPatch):
    good = [build_row(id=str(number)) for number in range(2)]
    for module in (gdelt, base):
        monkeypatch.setattr(module, "MAX_REJECTS", 3)
    assert len(parse_rows(*good, *[bad] * 3).rejects) == 3
    with pytest.raises(FormatError, match=r"synthetic.*more than 3 rows can't be read, the first: "):
        parse_rows(*good, *[bad] * 4)


def test_bytes_that_are_not_utf8_or_hold_control_bytes_are_rejects():
    good = build_row().encode()
    for bad in (build_row(id="8").encode() + b"\xff", build_row(id="8").replace("CHINA", "CH\0NA").encode()):
        result = gdelt.parse(good + b"\n" + bad + b"\n", SEEN)
        assert (result.events.num_rows, len(result.rejects)) == (1, 1)


def test_windows_line_ends_byte_order_mark_and_blank_lines_are_read():
    text = "\r\n".join([build_row(id="7"), "", build_row(id="8"), ""])
    result = gdelt.parse(b"\xef\xbb\xbf" + text.encode(), SEEN)
    assert (result.read_count, result.events.num_rows) == (2, 2)


def test_blank_lines_do_not_shift_the_text_of_a_reject():
    bad = build_row(id="8", quad="9")
    result = parse_rows(build_row(id="7"), "", "", bad)
    assert [reject.text for reject in result.rejects] == [bad]


def test_quotes_and_backslashes_are_plain_text():
    assert parse_event(a1_name='"CHINA', action_geo_name='South China Sea "\\')["location"] == 'South China Sea "\\'


def test_one_event_for_each_global_event_id():
    result = parse_rows(build_row(tone="1"), build_row(tone="2"), build_row(**NOWHERE | MISSOURI, id="5"))
    assert (result.read_count, result.duplicate_count, result.out_of_scope_count) == (3, 1, 1)
    assert result.events["tone"].to_pylist() == [1.0]
    assert result.totals == {"2024-06-17": 2}


def test_totals_count_all_rows_by_the_day_they_were_added():
    rows = [build_row(id=str(n), sqldate="20240101") for n in range(3)]
    rows.append(build_row(**NOWHERE | MISSOURI, id="9", date_added="20240618000000"))
    assert parse_rows(*rows).totals == {"2024-06-17": 3, "2024-06-18": 1}


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://user:pw@News.Example.org:8443?q=a@b", "news.example.org"),
        ("HTTP://www.example.org#part", "example.org"),
        ("http://example.org:80/a?b=//c", "example.org"),
    ],
)
def test_the_publisher_is_the_host(url, publisher):
    source = parse_event(url=url)["sources"][0]
    assert (source["publisher"], source["url"], source["published"]) == (publisher, url, date(2024, 6, 17))


def test_the_same_input_gives_the_same_hashes_and_a_change_another():
    first = parse_event()["content_hash"]
    assert parse_event()["content_hash"] == first
    assert parse_event(tone="-3.6")["content_hash"] != first


def test_zipped_and_plain_exports_give_the_same_events(tmp_path):
    data = "\n".join(build_row(id=str(n)) for n in range(5)).encode()
    plain, zipped = gdelt.parse(data, SEEN), gdelt.parse(zip_bytes(data), SEEN)
    assert plain.events.equals(zipped.events)
    path = tmp_path / "it's.CSV"
    path.write_bytes(data)
    assert gdelt.parse_file(path, SEEN).events.equals(plain.events)
    path.write_bytes(zip_bytes(data))
    assert gdelt.parse_file(path, SEEN).events.equals(plain.events)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b"<html>\n<p>\tbusy</p>",
        b'{"error": 1}',
        b"a,b,c\n1,2,3\n",
        b"PK\x03\x04 not really a zip file",
        ("\t".join(["1"] * 58) + "\n").encode() * 3,
    ],
)
def test_a_file_of_another_kind_is_refused(raw, tmp_path):
    with pytest.raises(FormatError, match=r"wrong\.CSV"):
        gdelt.parse(raw, SEEN, "wrong.CSV")
    path = tmp_path / "wrong.CSV"
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=r"wrong\.CSV"):
        gdelt.parse_file(path, SEEN)


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch):
    with pytest.raises(FormatError, match="allowed"):
        gdelt.parse(zip_bytes(b"0" * 50_000_000), SEEN)
    monkeypatch.setattr(gdelt, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(FormatError, match="allowed"):
        gdelt.parse(zip_bytes("\n".join(build_row(id=str(n)) for n in range(9)).encode()), SEEN)


def test_a_zip_of_two_files_or_a_cut_one_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.CSV", "1")
        archive.writestr("b.CSV", "2")
    with pytest.raises(FormatError, match="2 text files"):
        gdelt.parse(buffer.getvalue(), SEEN)
    whole = zip_bytes(build_row().encode())
    with pytest.raises(FormatError, match="zip"):
        gdelt.parse(whole[: len(whole) // 2], SEEN)


class FakeHttp:
    """Answers from a dictionary; an address that it doesn't hold fails as the network would."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages, self.asked = pages, []

    def get(self, url, *, params=None, headers=None):
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(f"{url}: 404")
        return self.pages[url]


def build_listing(*stamps: str) -> bytes:
    lines = [
        f"100 0123456789abcdef0123456789abcdef http://data.example.org/gdeltv2/{stamp}.{kind}"
        for stamp in stamps
        for kind in ("export.CSV.zip", "mentions.CSV.zip", "gkg.csv.zip")
    ]
    return "\n".join(lines).encode()


def test_fetch_takes_the_exports_of_the_window_from_the_master_list():
    stamps = ["20240616234500", "20240617000000", "20240618234500", "20240619000000"]
    urls = {s: f"http://data.example.org/gdeltv2/{s}.export.CSV.zip" for s in stamps}
    http = FakeHttp({gdelt.MASTER_LIST_URL: build_listing(*stamps)} | dict.fromkeys(urls.values(), b"zip"))
    files = list(gdelt.fetch(DateWindow(date(2024, 6, 17), date(2024, 6, 18)), http))
    assert [file.name for file in files] == ["20240617000000.export.CSV.zip", "20240618234500.export.CSV.zip"]


def test_fetch_yields_what_it_can_and_then_says_what_failed():
    stamps = ["20240617000000", "20240617001500", "20240617003000"]
    http = FakeHttp(
        {
            gdelt.MASTER_LIST_URL: build_listing(*stamps),
            "http://data.example.org/gdeltv2/20240617000000.export.CSV.zip": b"one",
            "http://data.example.org/gdeltv2/20240617003000.export.CSV.zip": b"three",
        }
    )
    got = []
    with pytest.raises(FetchError, match="1 exports"):
        got.extend(file.raw for file in gdelt.fetch(DateWindow(date(2024, 6, 17), date(2024, 6, 17)), http))
    assert got == [b"one", b"three"]


def test_fetch_gives_up_when_the_server_is_down():
    stamps = [f"202406170{n:02d}00"[:14].ljust(14, "0") for n in range(10)]
    http = FakeHttp({gdelt.MASTER_LIST_URL: build_listing(*stamps)})
    with pytest.raises(FetchError):
        list(gdelt.fetch(DateWindow(date(2024, 6, 17), date(2024, 6, 17)), http))
    assert len(http.asked) == 1 + gdelt.MAX_FAILURES_IN_A_ROW


def test_a_listing_that_is_a_web_page_is_refused():
    with pytest.raises(FormatError):
        list(
            gdelt.fetch(DateWindow(date(2024, 6, 17), date(2024, 6, 17)), FakeHttp({gdelt.MASTER_LIST_URL: b"<html>"}))
        )


cells = st.one_of(
    st.sampled_from(
        ["", "CHN", "20240617", "20240617101500", "17", "171", "4", "0", "-9.2", "é", '"', "nan", "1e400", "\0"]
    ),
    st.text(alphabet=st.characters(blacklist_characters="\t\n\r", codec="utf-8"), max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from(COLUMNS), cells, max_size=4).map(lambda c: build_row(**c)),
            st.lists(cells, max_size=63).map("\t".join),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_any_mixture_of_rows_keeps_the_row_equation(rows, line_end):
    raw = line_end.join([build_row(id="77"), *rows]).encode()
    result = gdelt.parse(raw, SEEN)
    check_equation(result)
    text = raw.replace(b"\r\n", b"\n").decode()
    assert result.read_count == len([line for line in text.split("\n") if line.strip(" \r")])
    assert result.events.schema == EVENT_SCHEMA


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_raise_nothing_but_a_format_error(raw, is_zip):
    with suppress(FormatError):
        check_equation(gdelt.parse(zip_bytes(raw) if is_zip else raw, SEEN))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_zip_raises_nothing_but_a_format_error(position, value):
    raw = bytearray(zip_bytes(build_row().encode()))
    raw[position % len(raw)] = value
    with suppress(FormatError):
        check_equation(gdelt.parse(bytes(raw), SEEN))


@pytest.mark.parametrize("path", list_samples("gdelt/*.CSV"), ids=name_sample)
def test_recorded_files_are_read_whole(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    result = gdelt.parse(path.read_bytes(), SEEN, path.name)
    check_equation(result)
    assert result.read_count == len(rows)
    by_id = {f"gdelt:{row[0]}": row for row in rows}
    for event in result.events.to_pylist():
        row = by_id[event["event_id"]]
        assert (event["cameo_code"], event["cameo_root"], str(event["quad_class"])) == (row[26], row[28], row[29])
        assert (event["goldstein"], event["tone"]) == (float(row[30]), float(row[34]))
        assert event["sources"][0]["url"] == row[60]
        assert event["occurred_date"].strftime("%Y%m%d") == row[1]
    assert sum(Counter(row[59][:8] for row in rows).values()) == sum(result.totals.values()) + len(result.rejects)


def test_recorded_rows_read_by_eye():
    result = gdelt.parse(list_samples("gdelt/*.CSV")[0].read_bytes(), SEEN)
    regions = {e["event_id"].removeprefix("gdelt:90000000"): e["region"] for e in result.events.to_pylist()}
    assert regions["01"] == "South China Sea"
    assert regions["04"] == "Taiwan Strait"
    assert regions["10"] == "Korean Peninsula"
    assert regions["11"] == "Indian Ocean"
    # A firm and the weather in Missouri, police in Melbourne, London, and an act of the United States nowhere.
    assert not {"15", "16", "17", "18", "19", "20", "21"} & set(regions)
    assert [reject.reason for reject in result.rejects] == ["ActionGeo coordinates are not a latitude and a longitude"]
    assert "42\tGG\t20240617101500" in result.rejects[0].text  # a longitude without a latitude


@pytest.mark.parametrize("piece_bytes", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize(
    ("data", "is_plain"),
    [
        (b"a\tb\nc\td\n", True),
        (b"a\tb\n\n\nc\td", True),
        (b"\n", True),
        (b"a\t\nb\n", False),
        (b"a\nb\t\n", False),
        (b"\t\n", False),
        (b"a\nb\t", False),
        (b"a\r\nb\n", False),
        (b"a\0\nb\n", False),
    ],
)
def test_a_line_that_the_strict_reader_would_take_wrongly_is_seen(
    data: bytes, is_plain: bool, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gdelt, "SCAN_BYTES", piece_bytes)
    assert gdelt.has_plain_lines(data) is is_plain
