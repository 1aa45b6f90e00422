"""A person's own tables: three formats, the proposed mapping, and rejects that say what is allowed."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.desk import Desk
from tension.errors import BadInput, FormatError
from tension.exports.csv_text import to_csv
from tension.exports.geo import to_geojson
from tension.records.events import Event
from tension.records.schema import EVENT_SCHEMA, build_event_table
from tension.sources.base import ParseResult
from tension.sources.place_bounds import ACTS_ON_THE_SPOT, find_place_fault
from tension.sources.table_days import parse_day
from tension.sources.upload import adapter as upload
from tension.sources.upload.table import MAX_ROWS
from tension.sources.workbook import read_workbook
from tests.factories import make_event

SEEN = datetime(2026, 9, 13, 4, 0, tzinfo=UTC)
ROW = {
    "occurred_date": "2025-04-25",
    "title": "China Coast Guard patrols off Kinmen",
    "region": "taiwan-strait",
    "location": "Kinmen",
    "latitude": "24.44",
    "longitude": "118.35",
    "initiator": "CHN",
    "target": "Taiwan",
    "category": "coast_guard",
    "cameo_root": "15",
    "severity": "2",
    "source_url": "https://example.org/news/1",
}


def build_csv(*rows: Mapping[str, str], delimiter: str = ",") -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *[[row.get(name, "") for name in columns] for row in rows]]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines).encode()


def build_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return save_book(book)


def save_book(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parse(raw: bytes, mapping: Mapping[str, str | None] | None = None) -> ParseResult:
    result = upload.parse(raw, SEEN, "mine", mapping=mapping)
    accounted = result.events.num_rows + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    assert result.read_count == accounted
    assert result.events.schema == EVENT_SCHEMA
    return result


def parse_one(raw: bytes) -> dict[str, Any]:
    result = parse(raw)
    assert [reject.reason for reject in result.rejects] == []
    (event,) = result.events.to_pylist()
    return event


def find_reason(**changes: str) -> str:
    (reject,) = parse(build_csv(ROW | changes)).rejects
    return reject.reason


def test_a_row_becomes_an_event_with_its_source() -> None:
    event = parse_one(build_csv(ROW))
    assert event["event_id"].startswith("upload:")
    assert event["source_key"] == "upload"
    assert (event["occurred_date"], event["region"], event["severity"]) == (date(2025, 4, 25), "Taiwan Strait", 2)
    assert (event["actors"], event["initiator"], event["target"]) == (["CHN", "TWN"], "CHN", "TWN")
    assert event["recorded_utc"] == SEEN
    assert event["confidence"] == "low"
    (source,) = event["sources"]
    assert source["publisher"] == "example.org"
    assert source["url"] == "https://example.org/news/1"
    assert source["tier"] == "aggregator"


def test_identity_follows_the_content_and_stays_apart_from_curated_events() -> None:
    first, again = parse_one(build_csv(ROW)), parse_one(build_csv(ROW))
    changed = parse_one(build_csv(ROW | {"severity": "3"}))
    assert first["event_id"] == again["event_id"] != changed["event_id"]
    given_id = parse_one(build_csv({"event_id": "2025-04-25-x"} | ROW))["event_id"]
    assert given_id == "upload:2025-04-25-x"
    assert parse_one(build_csv({"event_id": given_id} | ROW))["event_id"] == given_id
    assert parse_one(build_csv({"event_id": "Mit Leerzeichen!"} | ROW))["event_id"].startswith("upload:")


def test_the_same_event_twice_is_a_duplicate_and_one_id_for_two_events_a_reject() -> None:
    result = parse(build_csv(ROW, ROW))
    assert (result.events.num_rows, result.duplicate_count) == (1, 1)
    mine = {"event_id": "a1"} | ROW
    (reject,) = parse(build_csv(mine, mine | {"severity": "4"})).rejects
    assert reject.reason.startswith("row 3: event_id: stands in an earlier row with other content")


def test_one_bad_row_does_not_stop_the_others() -> None:
    result = parse(build_csv(ROW, ROW | {"severity": "9"}, ROW | {"title": "Another"}))
    assert result.events.num_rows == 2
    assert result.rejects[0].reason == "row 3: severity: '9' is not allowed; allowed: 1 to 5"
    assert json.loads(result.rejects[0].text)["severity"] == "9"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"source_url": ""}, "source_url: missing (column 'source_url' is empty); allowed: the http or https address"),
        ({"source_url": "see the paper"}, "source_url: 'see the paper' is not allowed; allowed: the http or https"),
        ({"source_url": "javascript:alert(1)"}, "source_url: 'javascript:alert(1)' is not allowed"),
        ({"title": ""}, "title: missing"),
        ({"title": "x" * 301}, "title: String should have at most 300 characters"),
        ({"region": "Atlantic"}, "region: 'Atlantic' is not allowed; allowed: taiwan-strait, south-china-sea"),
        ({"category": "war"}, "category: 'war' is not allowed; allowed: air_activity"),
        ({"cameo_root": "21"}, "cameo_root: '21' is not allowed; allowed: two digits 01 to 20"),
        ({"cameo_root": ""}, "cameo_root: missing; allowed: two digits"),
        ({"latitude": "north"}, "latitude: 'north' is not a number; allowed: decimal degrees"),
        ({"latitude": "124.4"}, "latitude: Input should be less than or equal to 90"),
        ({"longitude": ""}, "latitude and longitude: give both or neither"),
        ({"initiator": "Atlantis"}, "initiator: 'Atlantis' is not a state that is known; allowed: an ISO 3166"),
        ({"actors": "USA"}, "initiator CHN is not among the actors USA"),
        ({"tags": "boom"}, "tags: 'boom' is not allowed; allowed: adiz_activity"),
        ({"end_date": "2025-04-01"}, "end_date 2025-04-01 is before occurred_date"),
        ({"occurred_date": "03/04/2025"}, "occurred_date: '03/04/2025' is ambiguous (day 3 of month 4, or day 4"),
        ({"occurred_date": "45772"}, "occurred_date: '45772' can't be read as a date; allowed: YYYY-MM-DD"),
        ({"source_tier": "gossip"}, "source_tier: 'gossip' is not allowed; allowed: official, news"),
        ({"geo_precision": "roughly"}, "geo_precision: 'roughly' is not allowed; allowed: exact, area, country"),
        ({"figures": "ships=many"}, "figures: ships=many is not allowed; allowed: name=number"),
    ],
)  # fmt: skip
def test_a_reject_names_the_field_and_what_is_allowed(changes: dict[str, str], says: str) -> None:
    assert says in find_reason(**changes)


def test_a_table_without_an_address_column_gives_rejects_not_events() -> None:
    (reject,) = parse(build_csv({name: cell for name, cell in ROW.items() if name != "source_url"})).rejects
    assert reject.reason.startswith("row 2: source_url: missing (no column is mapped to it)")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-04-25", date(2025, 4, 25)),
        ("2025-04-25T23:59:00+08:00", date(2025, 4, 25)),
        ("2025-04-25 10:00", date(2025, 4, 25)),
        ("2025/4/5", date(2025, 4, 5)),
        ("20250425", date(2025, 4, 25)),
        ("25/04/2025", date(2025, 4, 25)),
        ("04/25/2025", date(2025, 4, 25)),
        ("25.4.2025", date(2025, 4, 25)),
        ("04/04/2025", date(2025, 4, 4)),
        ("25 April 2025", date(2025, 4, 25)),
        ("25-Apr-2025", date(2025, 4, 25)),
        ("Sept. 3, 2025", date(2025, 9, 3)),
        ("2025年4月5日", date(2025, 4, 5)),
    ],
)
def test_dates_that_can_mean_one_day_only_are_read(text: str, day: date) -> None:
    assert parse_day(text) == day


TWO_MEANINGS = ["03/04/2025", "1-2-2025", "3.4.2025"]
NO_MEANING = "03/04/25,2025-13-01,20251301,April 2025,31 Foo 2025,30/02/2025,,soon,25 Marvel 2025".split(",")


@pytest.mark.parametrize("text", [*TWO_MEANINGS, *NO_MEANING])
def test_dates_that_can_mean_two_days_or_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: YYYY-MM-DD"):
        parse_day(text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_is_read_in_common_encodings_and_delimiters(delimiter: str, encoding: str) -> None:
    row = ROW | {"title": "Année – café", "summary": "one, two; three\nand a new line"}
    event = parse_one(build_csv(row, delimiter=delimiter).decode().encode(encoding))
    assert event["title"] == "Année – café"
    assert event["summary"] == "one, two; three\nand a new line"


def test_rows_below_a_stray_quotation_mark_are_read_and_counted() -> None:
    rows = [ROW | {"title": f"Patrol {number}", "summary": "routine"} for number in range(1, 9)]
    for text, says in (
        (build_csv(*rows).decode().replace('"Patrol 3"', '"Patrol 3'), "quotation marks out of place"),
        (
            build_csv(*rows).decode().replace('"', "").replace("Patrol 3", '"Patrol 3'),
            "is opened and not closed on its line",
        ),
    ):
        result = parse(text.encode())
        assert (result.read_count, result.events.num_rows) == (8, 7)
        assert result.rejects[0].reason.startswith("row 4: row: ")
        assert says in result.rejects[0].reason
        assert "Patrol 4" not in result.rejects[0].text


@pytest.mark.parametrize(
    ("codec", "label", "place"),
    [
        ("cp950", "Big5", "金門海域"),
        ("gb18030", "GB18030", "黄岩岛海域"),
        ("cp949", "EUC-KR", "백령도 해역"),
        ("cp932", "Shift-JIS", "尖閣諸島の沖"),
        ("cp1252", "Windows-1252", "Réunion’s coast"),
    ],
)
def test_a_table_in_an_older_encoding_is_read_and_the_encoding_named(codec: str, label: str, place: str) -> None:
    result = parse(
        build_csv(*[ROW | {"location": place, "title": f"Patrol {n}"} for n in range(3)]).decode().encode(codec)
    )
    assert [event["location"] for event in result.events.to_pylist()] == [place] * 3
    assert result.note == f"read as {label}"


def test_one_bad_byte_costs_its_row() -> None:
    raw = build_csv(*[ROW | {"title": f"金門附近巡邏 {number}"} for number in range(3)])
    result = parse(raw.replace("邏 1".encode(), "邏".encode()[:2] + b" 1"))
    assert [event["title"] for event in result.events.to_pylist()] == ["金門附近巡邏 0", "金門附近巡邏 2"]
    assert "row 3: row: holds bytes that are no text in the file's encoding" in result.rejects[0].reason


def test_an_interval_fills_the_end_and_must_not_contradict_it() -> None:
    event = parse_one(build_csv(ROW | {"occurred_date": "2026-08-21/2026-08-23"}))
    assert (event["occurred_date"], event["end_date"]) == (date(2026, 8, 21), date(2026, 8, 23))
    reason = find_reason(occurred_date="2026-08-21/2026-08-23", end_date="2026-08-24")
    assert "end_date: 2026-08-24 is not the end of the interval in occurred_date; allowed: 2026-08-23" in reason


def test_a_time_is_held_to_the_day_of_the_rows_own_region() -> None:
    late = {"occurred_date": "2026-08-01T15:30:00Z"}
    assert parse_one(build_csv(ROW | late))["occurred_date"] == date(2026, 8, 1)
    seoul = {"region": "korean-peninsula", "location": "", "latitude": "", "longitude": ""}
    assert "is 2026-08-02 in the region (UTC+8.5 to +9)" in find_reason(**late, **seoul)
    assert "is 2026-08-02 in the region (UTC+8)" in find_reason(occurred_date="2026-08-01T20:00:00Z")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"latitude": "0", "longitude": "0"}, "0, 0 lies in the Gulf of Guinea; allowed: no latitude and no longitude"),
        ({"latitude": "0.0", "longitude": "-0"}, "0, 0 lies in the Gulf of Guinea"),
        (
            {"region": "indian-ocean", "latitude": "79.8", "longitude": "6.9"},
            "79.8, 6.9 lies far from the region Indian Ocean, and within it when changed round",
        ),
        ({"latitude": "34.1", "longitude": "-118.2"}, "lies far from the region Taiwan Strait; allowed: a point in"),
        ({"latitude": "-24.44"}, "lies far from the region Taiwan Strait"),
    ],
)
def test_places_that_cannot_be_are_refused(changes: dict[str, str], says: str) -> None:
    assert says in find_reason(**changes)


def test_a_meeting_far_from_its_region_is_taken_with_a_doubt() -> None:
    washington = {"category": "diplomacy", "latitude": "38.9", "longitude": "-77.04"}
    assert parse_one(build_csv(ROW | washington))["coder_doubt"] == "the place lies far from the region Taiwan Strait"
    assert parse_one(build_csv(ROW))["coder_doubt"] is None


def test_every_place_of_the_record_would_be_taken(desk: Desk) -> None:
    for event in desk.record.events:
        if event.latitude is not None and event.longitude is not None:
            on_the_spot = event.category in ACTS_ON_THE_SPOT
            fault = find_place_fault(event.region, event.latitude, event.longitude, is_on_the_spot=on_the_spot)
            assert not fault, event.event_id


def test_a_link_behind_a_word_is_the_source() -> None:
    cells = ROW | {"source_url": "Example News"}
    book = openpyxl.Workbook()
    book.active.append(list(cells))
    book.active.append(list(cells.values()))
    book.active.cell(2, len(cells)).hyperlink = "https://example.org/behind"
    assert parse_one(save_book(book))["sources"][0]["url"] == "https://example.org/behind"


def test_a_formula_without_a_value_costs_the_row_only_where_its_cell_is_asked_for() -> None:
    cells = ROW | {"severity": "=1+1", "note to self": "=1+1"}
    (reject,) = parse(build_xlsx(list(cells), list(cells.values()))).rejects
    assert "row 2: severity: a formula without its value: open the workbook in Excel and save it" in reject.reason
    assert parse(build_xlsx(list(cells), list((cells | {"severity": 2}).values()))).events.num_rows == 1


def test_day_numbers_of_a_workbook_are_days() -> None:
    event = parse_one(build_xlsx(list(ROW), list((ROW | {"occurred_date": 46235}).values())))
    assert event["occurred_date"] == date(2026, 8, 1)


def test_thousands_are_read_in_figures() -> None:
    event = parse_one(build_csv(ROW | {"figures": "shells=1,234; rounds=12 000"}))
    assert event["figures"] == [{"key": "shells", "value": 1234.0}, {"key": "rounds", "value": 12000.0}]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    reason = find_reason(severity="9", latitude="north", category="war")
    assert [name for name in ("severity", "latitude", "category") if f"{name}: " in reason] == [
        "severity",
        "latitude",
        "category",
    ]


def test_a_total_below_the_rows_is_a_reject() -> None:
    result = parse(build_csv(ROW, {"occurred_date": "Total", "severity": "2"}))
    assert (result.events.num_rows, len(result.rejects)) == (1, 1)


def test_an_encoding_that_cannot_be_told_is_refused() -> None:
    raw = build_csv(ROW | {"summary": "Корабли вошли в пролив у берегов острова"}).decode().encode("cp1251")
    with pytest.raises(FormatError, match="encoding can't be told; allowed: Big5, GB18030, EUC-KR, Shift-JIS, UTF-8"):
        parse(raw)


def test_a_decimal_comma_and_a_dropped_leading_zero_are_understood() -> None:
    event = parse_one(build_csv(ROW | {"latitude": "24,5", "cameo_root": "4"}, delimiter=";"))
    assert (event["latitude"], event["cameo_root"]) == (24.5, "04")


def test_a_root_follows_from_the_code() -> None:
    event = parse_one(build_csv(ROW | {"cameo_root": "", "cameo_code": "0231"}))
    assert (event["cameo_root"], event["cameo_code"]) == ("02", "0231")


def test_lists_and_labels_are_read_as_people_write_them() -> None:
    event = parse_one(
        build_csv(
            ROW
            | {
                "actors": "China; Taiwan | United States",
                "category": "Coast guard",
                "region": "Taiwan Strait",
                "tags": "Intrusion, adiz activity",
                "people": "Lin Jian; Wellington Koo",
                "figures": "ships=4; aircraft=12",
                "source_url": "https://a.example/1 https://b.example/2",
                "source_tier": "State media",
            }
        )
    )
    assert event["actors"] == ["CHN", "TWN", "USA"]
    assert event["tags"] == ["intrusion", "adiz_activity"]
    assert event["people"] == ["Lin Jian", "Wellington Koo"]
    assert event["figures"] == [{"key": "ships", "value": 4.0}, {"key": "aircraft", "value": 12.0}]
    assert [source["url"] for source in event["sources"]] == ["https://a.example/1", "https://b.example/2"]
    assert {source["tier"] for source in event["sources"]} == {"state_media"}


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(A1)", "+1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "<script>alert(1)</script>"]
)
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    assert parse_one(build_csv(ROW | {"title": text}))["title"] == text
    book = openpyxl.Workbook()
    for row, cells in enumerate((list(ROW), list((ROW | {"title": text}).values())), start=1):
        for column, cell in enumerate(cells, start=1):
            book.active.cell(row, column, cell).data_type = "s"
    assert parse_one(save_book(book))["title"] == text


def test_a_workbook_is_read_with_its_dates_and_numbers() -> None:
    cells: dict[str, Any] = ROW | {
        "occurred_date": date(2025, 4, 25),
        "latitude": 24.44,
        "severity": 2,
        "cameo_root": 4,
    }
    raw = build_xlsx(list(cells), list(cells.values()), [], [None] * 12, list((cells | {"title": "Second"}).values()))
    result = parse(raw)
    first, second = result.events.to_pylist()
    assert (first["occurred_date"], first["latitude"], first["cameo_root"]) == (date(2025, 4, 25), 24.44, "04")
    assert second["title"] == "Second"


def test_geojson_gives_its_point_and_its_identity() -> None:
    properties = {name: cell for name, cell in ROW.items() if name not in ("latitude", "longitude")}
    feature = {
        "type": "Feature", "id": "f-1", "geometry": {"type": "Point", "coordinates": [118.35, 24.44, 10]},
        "properties": properties | {"actors": ["CHN", "TWN"]},
    }  # fmt: skip
    broken = [feature | {"geometry": {"type": "Polygon", "coordinates": []}}, {"type": "Point"}, 7]
    result = parse(json.dumps({"type": "FeatureCollection", "features": [feature, *broken]}).encode())
    (event,) = result.events.to_pylist()
    assert (event["event_id"], event["latitude"], event["longitude"]) == ("upload:f-1", 24.44, 118.35)
    assert [reject.reason.split(": ", 2)[1] for reject in result.rejects] == ["row", "row", "row"]
    assert "geometry: Polygon is not allowed; allowed: a Point, or null" in result.rejects[0].reason
    assert parse(json.dumps(feature).encode()).events.num_rows == 1


def test_half_a_character_in_json_is_replaced_so_that_it_can_be_stored() -> None:
    text = json.dumps({"type": "Feature", "properties": {"title": "\ud800"}, "geometry": None})
    (reject,) = parse(text.encode()).rejects
    assert reject.text.encode("utf-8")


def test_our_own_exports_come_back() -> None:
    event = make_event()
    table = build_event_table([event], SEEN)
    (first,) = table.to_pylist()
    for raw in (to_csv(table.to_pandas()), to_geojson(table.to_pandas())):
        back = parse_one(raw)
        for name in (
            "occurred_date",
            "title",
            "region",
            "actors",
            "category",
            "cameo_root",
            "severity",
            "tags",
            "figures",
        ):
            assert back[name] == first[name], name
        assert back["event_id"] == f"upload:{event.event_id}"
        assert back["sources"][0]["url"] == event.sources[0].url


def test_mapping_knows_our_names_those_of_acled_and_ucdp_and_common_words() -> None:
    ours = upload.propose_mapping(list(Event.model_fields))
    assert all(ours[name] == name for name in ("occurred_date", "title", "region", "category", "severity", "tags"))
    acled = upload.propose_mapping(
        "event_id_cnty,event_date,event_type,actor1,actor2,region,country,location,latitude,longitude,geo_precision,source,notes".split(
            ","
        )
    )
    assert (acled["event_id"], acled["occurred_date"], acled["summary"]) == ("event_id_cnty", "event_date", "notes")
    assert (acled["initiator"], acled["target"], acled["source_publisher"]) == ("actor1", "actor2", "source")
    ucdp = upload.propose_mapping(
        ["id", "side_a", "side_b", "date_start", "date_end", "source_headline", "where_coordinates"]
    )
    assert (ucdp["occurred_date"], ucdp["end_date"], ucdp["initiator"]) == ("date_start", "date_end", "side_a")
    words = upload.propose_mapping(["Event Date", "Headline", "LAT", "Lng", "Link", "Publisher", "unknown"])
    assert (words["occurred_date"], words["title"], words["source_url"]) == ("Event Date", "Headline", "Link")
    assert (words["latitude"], words["longitude"]) == ("LAT", "Lng")


def test_a_column_is_proposed_once_and_an_exact_name_wins() -> None:
    mapping = upload.propose_mapping(["date", "occurred_date", "", "url", "source_url"])
    assert (mapping["occurred_date"], mapping["source_url"]) == ("occurred_date", "source_url")
    used = [column for column in mapping.values() if column]
    assert len(used) == len(set(used))


def test_a_mapping_by_hand_is_followed_and_checked() -> None:
    strange = {f"c{number}": cell for number, cell in enumerate(ROW.values())}
    mapping = dict(zip(ROW, strange, strict=True))
    assert parse(build_csv(strange), mapping).events.num_rows == 1
    with pytest.raises(BadInput, match="mapping field"):
        parse(build_csv(ROW), {"colour": "title"})
    with pytest.raises(BadInput, match="mapping of title"):
        parse(build_csv(ROW), {"title": "nope"})


def test_a_table_is_previewed_as_text_by_line() -> None:
    frame = upload.build_preview(upload.load_table(b"a,b,a\n1,,x\n\n007,y\n"))
    assert list(frame.columns) == ["a", "b", "a (2)"]
    assert frame.to_dict("index") == {2: {"a": "1", "b": "", "a (2)": "x"}, 4: {"a": "007", "b": "y", "a (2)": ""}}


def test_a_row_longer_than_the_header_is_a_reject_that_keeps_its_cells() -> None:
    header, line = build_csv(ROW).decode().split("\n")
    result = parse(f"{header}\n{line},extra\n{line},\n".encode())
    assert result.events.num_rows == 1
    assert "13 cells where the header has 12" in result.rejects[0].reason
    assert "extra" in result.rejects[0].text


def build_forged_xlsx(**members: bytes) -> bytes:
    """A good workbook with some of its parts replaced."""
    good = zipfile.ZipFile(io.BytesIO(build_xlsx(list(ROW), list(ROW.values()))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, members.get(name.rpartition("/")[2].partition(".")[0], good.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty; allowed: CSV, XLSX, GeoJSON"),
        (b"   \n ", "empty"),
        (b"<!DOCTYPE html><html></html>", "HTML or XML page"),
        (b"only,a,header\n", "no rows below its header"),
        (b"a,b\x00\n1,2\n", "not text"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04 not a zip", "workbook can't be read"),
        (b'{"type": "Topology"}', "not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"a": NaN}', "NaN is not allowed"),
        (b"{" * 100_000, "not readable as JSON"),
        (b'{"a":' * 50_000, "not readable as JSON"),
        (b"a\n" + b"1\n" * (MAX_ROWS + 1), "more rows than allowed"),
        (",".join(map(str, range(201))).encode() + b"\n1\n", "201 columns; allowed: up to 200"),
        (build_forged_xlsx(sharedStrings=b"<a/>", sheet1=b"<not xml"), "workbook can't be read"),
        (build_forged_xlsx(sheet1=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "declares entities"),
        (build_forged_xlsx(theme1=b"<a>" + b" " * 30_000_000 + b"</a>"), "unpacks to 30,0"),
    ],
    # The bytes of a workbook hold the time it was made, and workers must agree on names.
    ids=lambda value: value if isinstance(value, str) else "raw",
)  # fmt: skip
def test_what_is_no_table_is_a_format_error_of_one_line(raw: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        parse(raw)
    assert "\n" not in str(caught.value)


def test_a_cell_in_the_last_row_of_a_sheet_is_not_lost_among_blanks() -> None:
    book = openpyxl.Workbook()
    book.active.append(list(ROW))
    for position, cell in enumerate(ROW.values(), start=1):
        book.active.cell(1_048_576, position, cell)
    out = io.BytesIO()
    book.save(out)
    assert upload.load_table(out.getvalue()).numbers == (1_048_576,)


CELLS = st.text(max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_bring_out_anything_but_a_format_error(raw: bytes) -> None:
    with suppress(FormatError):
        parse(raw)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ROW, CELLS)), min_size=1, max_size=4))
def test_any_cells_are_accounted_for(changes: list[dict[str, str]]) -> None:
    rows = [ROW | {name: cell.replace('"', "'") for name, cell in change.items()} for change in changes]
    raw = build_csv(*[{k: v.encode("utf-8", "replace").decode() for k, v in row.items()} for row in rows])
    with suppress(FormatError):
        assert parse(raw).read_count == len(rows)


KEYS = st.sampled_from(["type", "features", "properties", "geometry", "coordinates", "id", *ROW])
LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_any_json_is_refused_or_accounted_for(value: Any) -> None:
    features = [value, {"type": "Feature", "properties": value}]
    with suppress(FormatError):
        parse(json.dumps({"type": "FeatureCollection", "features": features}).encode())


GOOD_WORKBOOK = build_xlsx(list(ROW), list(ROW.values()))


def check_workbook(raw: bytes) -> None:
    """Read it here, not in a process of its own: what else it may raise there is told in one line (test_limits.py)."""
    try:
        found = read_workbook(raw, ["title"], "", 100)
    except (FormatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
        return
    assert all(isinstance(cell, str) for _, cells in found["rows"] for cell in cells)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_refused_or_accounted_for(position: int, patch: bytes) -> None:
    raw = bytearray(GOOD_WORKBOOK)
    start = position % len(raw)
    raw[start : start + len(patch)] = patch
    check_workbook(bytes(raw))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["sheet1", "sharedStrings", "workbook", "styles", "[Content_Types]"]),
    st.text(max_size=40),
    st.integers(0, 400),
)
def test_a_forged_workbook_is_refused_or_accounted_for(part: str, patch: str, cut: int) -> None:
    good = zipfile.ZipFile(io.BytesIO(GOOD_WORKBOOK))
    name = next((name for name in good.namelist() if part in name), good.namelist()[0])
    content = good.read(name).decode()
    forged = (content[:cut] + patch + content[cut + len(patch) :]).encode("utf-8", "replace")
    check_workbook(build_forged_xlsx(**{part: forged}))
