"""UCDP's GED: rows of CSV and of API pages as events, paging, and what is refused. Rows are made up."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import FetchError, FormatError
from tension.records.schema import EVENT_SCHEMA
from tension.sources import ucdp
from tension.sources.base import DateWindow, ParseResult
from tests.recorded import list_samples, name_sample

SEEN = datetime(2024, 7, 1, tzinfo=UTC)
BASE = {
    "id": "900001",
    "relid": "PHI-2023-1-000-1",
    "code_status": "Clear",
    "type_of_violence": "1",
    "side_a": "Government of Philippines",
    "side_b": "Invented Front",
    "source_office": "Example Agency;Example Agency",
    "source_date": "2023-05-06;2023-05-05",
    "where_prec": "2",
    "where_coordinates": "Sample village",
    "latitude": "9.5",
    "longitude": "125.25",
    "country": "Philippines",
    "country_id": "840",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2023-05-04",
    "date_end": "2023-05-04",
    "deaths_a": "1",
    "deaths_b": "2",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "3",
    "high": "5",
    "low": "3",
    "gwnoa": "840",
    "gwnob": "",
}


def build_csv(*rows: dict[str, str]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(BASE))
    writer.writeheader()
    writer.writerows(BASE | row for row in rows)
    return buffer.getvalue().encode()


def check_equation(result: ParseResult) -> None:
    assert result.read_count == (
        result.events.num_rows + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    )
    assert result.events.schema == EVENT_SCHEMA


def parse_rows(*rows: dict[str, str]) -> ParseResult:
    result = ucdp.parse(build_csv(*rows), SEEN, "ged.csv")
    check_equation(result)
    return result


def parse_event(**changes: str) -> dict[str, object]:
    return parse_rows(changes).events.to_pylist()[0]


def test_a_row_becomes_an_event():
    event = parse_event()
    assert event["event_id"] == "ucdp:900001"
    assert event["title"] == "State-based violence: Government of Philippines and Invented Front"
    assert (event["occurred_date"], event["end_date"], event["reported_date"]) == (
        date(2023, 5, 4),
        None,
        date(2023, 5, 5),
    )
    assert event["is_reported_date_assumed"] is False
    assert (event["region"], event["location"], event["geo_precision"]) == (
        "Indo-Pacific",
        "Sample village, Philippines",
        "area",
    )
    assert (event["actors"], event["organizations"]) == (["PHL"], ["Invented Front"])
    assert event["initiator"] is event["target"] is None
    assert (event["cameo_root"], event["quad_class"], event["severity"]) == ("19", 4, 5)
    assert {f["key"]: f["value"] for f in event["figures"]} == {"deaths_best": 3, "deaths_low": 3, "deaths_high": 5}
    assert {f["key"]: f["value"] for f in event["figures_other"]}["deaths_b"] == 2
    assert "best estimate: 3 (low 3, high 5)" in event["summary"]
    assert "within 25 km" in event["summary"]
    assert event["sources"][0]["url"] == "https://ucdp.uu.se/country/840"


def test_one_sided_violence_has_an_initiator_and_no_invented_root():
    event = parse_event(type_of_violence="3", side_b="Civilians")
    assert (event["initiator"], event["cameo_root"], event["quad_class"]) == ("PHL", None, 4)
    assert event["organizations"] == []


def test_undated_sources_leave_the_report_day_assumed_and_slips_before_the_event_do_not_count():
    event = parse_event(source_date="")
    assert (event["reported_date"], event["is_reported_date_assumed"]) == (date(2023, 5, 4), True)
    assert parse_event(source_date="2013-05-05;2023-05-09")["reported_date"] == date(2023, 5, 9)


@pytest.mark.parametrize(
    ("changes", "region"),
    [
        ({"country_id": "780", "gwnoa": "780"}, "Indian Ocean"),
        ({"country_id": "732", "gwnoa": "732"}, "Korean Peninsula"),
        ({"country_id": "713", "gwnoa": "713"}, "Taiwan Strait"),
        ({"where_coordinates": "Spratly Islands"}, "South China Sea"),
        ({"latitude": "15.15", "longitude": "117.75"}, "South China Sea"),
        ({"country_id": "770", "gwnoa": "750", "gwnob": "770"}, "Indo-Pacific"),
        ({"country_id": "700", "gwnoa": "700"}, None),
        ({"country_id": "770", "gwnoa": "770"}, None),
    ],
)
def test_scope_and_region_follow_the_place_then_the_governments(changes, region):
    events = parse_rows(changes).events["region"].to_pylist()
    assert events == ([region] if region else [])


def test_doubts_of_the_coders_are_kept():
    assert parse_event()["coder_doubt"] is None
    doubt = parse_event(code_status="Check deaths", event_clarity="2")["coder_doubt"]
    assert "Check deaths" in doubt
    assert "clarity 2" in doubt


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "x"}, "id"),
        ({"type_of_violence": "4"}, "type_of_violence"),
        ({"date_start": "2023-02-30"}, "date_start"),
        ({"date_end": "2023-05-01"}, "before date_start"),
        ({"latitude": "91"}, "latitude"),
        ({"longitude": "east"}, "longitude"),
        ({"best": ""}, "best"),
        ({"high": "-1"}, "high"),
    ],
)
def test_a_bad_row_is_a_reject_with_its_text(changes, reason):
    result = parse_rows({}, {"id": "2"} | changes)
    assert result.events.num_rows == 1
    assert reason in result.rejects[0].reason
    assert "Sample village" in result.rejects[0].text


def test_an_event_twice_in_a_file_counts_once():
    result = parse_rows({}, {}, {"id": "2"})
    assert (result.read_count, result.events.num_rows, result.duplicate_count) == (3, 2, 1)


def test_times_of_later_releases_and_other_column_sets_are_read():
    row = BASE | {"date_start": "2023-05-04 00:00:00.000", "date_end": "2023-05-06T00:00:00", "new_column": "x"}
    text = ",".join(row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"
    event = ucdp.parse(text.encode("utf-8-sig"), SEEN).events.to_pylist()[0]
    assert (event["occurred_date"], event["end_date"]) == (date(2023, 5, 4), date(2023, 5, 6))


def test_an_api_page_gives_what_the_csv_gives():
    numbers = {
        key: int(BASE[key]) for key in ("id", "type_of_violence", "best", "high", "low", "where_prec", "date_prec")
    }
    item = BASE | numbers | {"latitude": 9.5, "longitude": 125.25, "gwnob": None, "event_clarity": 1}
    page = json.dumps({"TotalCount": 1, "TotalPages": 1, "NextPageUrl": "", "Result": [item]}).encode()
    result = ucdp.parse(page, SEEN)
    check_equation(result)
    assert result.events.equals(parse_rows({}).events)


def test_a_yes_or_no_of_an_api_page_is_a_value_like_any_other():
    page = json.dumps({"Result": [BASE | {"active_year": True}, BASE | {"id": "3", "best": True}]}).encode()
    result = ucdp.parse(page, SEEN)
    check_equation(result)
    assert result.events.num_rows == 1
    assert [reject.reason for reject in result.rejects] == ["best is not a number of deaths"]


def test_a_cell_without_end_costs_its_row_and_not_the_file():
    good = [",".join(f'"{value}"' for value in (BASE | {"id": str(number)}).values()) for number in (1, 2)]
    lines = [",".join(BASE), good[0], "3," + "x" * 200_000, good[1]]
    result = ucdp.parse("\n".join(lines).encode(), SEEN)
    check_equation(result)
    assert result.events.column("event_id").to_pylist() == ["ucdp:1", "ucdp:2"]
    assert [(reject.reason, reject.text[:4]) for reject in result.rejects] == [("2 columns, not 27", "3,xx")]


def test_an_unclosed_quotation_mark_before_a_long_rest_costs_its_row() -> None:
    good = [",".join((BASE | {"id": str(number)}).values()) for number in (1, 2, 3)]
    lines = [",".join(BASE), good[0], good[1].replace("Invented Front", '"Invented Front'), *[good[2]] * 50_000]
    result = ucdp.parse("\n".join(lines).encode(), SEEN)
    check_equation(result)
    assert (result.read_count, result.duplicate_count, len(result.rejects)) == (50_002, 49_999, 1)


def test_a_release_without_a_header_has_the_columns_of_ged() -> None:
    row = dict.fromkeys(ucdp.GED_COLUMNS, "") | BASE
    assert len(row) == 49
    lines = [",".join(f'"{value}"' for value in (row | {"id": number}).values()) for number in ("1", "2")]
    result = ucdp.parse("\n".join(lines).encode(), SEEN)
    check_equation(result)
    assert result.events.column("event_id").to_pylist() == ["ucdp:1", "ucdp:2"]


def test_a_workbook_of_ged_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(list(ucdp.GED_COLUMNS))
    book.active.append(
        [*(dict.fromkeys(ucdp.GED_COLUMNS, "") | BASE | {"best": 3, "date_start": date(2023, 5, 4)}).values()]
    )
    out = io.BytesIO()
    book.save(out)
    result = ucdp.parse(out.getvalue(), SEEN)
    assert result.events.equals(parse_rows({}).events)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-05-04", "2821-05-04", "5808-05-04", "2024-07-09"])
def test_days_out_of_reach_are_refused(day: str) -> None:
    (reject,) = parse_rows({"date_start": day, "date_end": day}).rejects
    assert f"date_start {day} " in reject.reason
    assert "allowed: 1989-01-01 to 2024-07-03" in reject.reason


def test_bad_items_of_a_page_are_rejects():
    page = json.dumps({"Result": [BASE, 5, {"id": 1}, BASE | {"id": "3", "side_a": ["x"]}]}).encode()
    result = ucdp.parse(page, SEEN)
    check_equation(result)
    assert (result.read_count, len(result.rejects)) == (4, 3)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"{}", b'{"Result": 5}', b'{"Result": [', b"id,best\n1,2\n", b"PK\x03\x04", b"[" * 100_000]
)
def test_another_file_is_refused(raw):
    with pytest.raises(FormatError, match=r"wrong\.csv"):
        ucdp.parse(raw, SEEN, "wrong.csv")


class FakeApi:
    """Serves pages by release and page number, and remembers what was asked."""

    def __init__(self, releases: dict[str, int]) -> None:
        self.releases, self.asked = releases, []

    def get(self, url, *, params=None, headers=None):
        version, number = url.rsplit("/", 1)[-1], int((params or {}).get("page", 1))
        self.asked.append((version, number, dict(params or {}), dict(headers or {})))
        if version not in self.releases:
            raise FetchError(f"{url}: the server answered 404")
        last = number >= self.releases[version]
        following = "" if last else f"http://elsewhere.example.org/x?pagesize=1000&page={number + 1}"
        return json.dumps({"NextPageUrl": following, "Result": [BASE | {"id": str(number)}]}).encode()


def test_fetch_follows_the_pages_of_candidate_and_yearly_releases(monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")
    api = FakeApi({"24.0.1": 2, "23.1": 1})
    files = list(ucdp.fetch(DateWindow(date(2022, 12, 1), date(2024, 2, 9)), api))
    assert [file.name for file in files] == [
        "gedevents-24.0.1-from-2022-12-01-page1.json",
        "gedevents-24.0.1-from-2022-12-01-page2-last.json",
        "gedevents-23.1-from-2022-12-01-page1-last.json",
    ]
    assert api.asked[0][0] == "23.0.1"
    assert all(headers == {"x-ucdp-access-token": "secret-token"} for *_, headers in api.asked)
    assert api.asked[-1][2] == {"pagesize": "1000", "StartDate": "2022-12-01", "EndDate": "2024-02-09"}


def test_fetch_stops_at_the_newest_yearly_release(monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")
    api = FakeApi({"24.1": 1, "23.1": 1})
    list(ucdp.fetch(DateWindow(date(2022, 12, 1), date(2024, 2, 9)), api))
    assert [version for version, *_ in api.asked if version.endswith(".1") and version.count(".") == 1] == ["24.1"]


def test_a_yearly_release_is_asked_for_all_days_that_are_followed_until_it_is_whole(monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")
    first, since, until = date(2022, 3, 1), date(2024, 2, 1), date(2024, 2, 9)

    def list_asked(*taken: str) -> list[tuple[str, str]]:
        api = FakeApi({"24.0.2": 1, "24.1": 2})
        list(ucdp.fetch(DateWindow(since, until, first_day=first, taken=frozenset(taken)), api))
        return [(version, params["StartDate"]) for version, _, params, _ in api.asked]

    whole = [("24.0.2", "2024-02-01"), *[("24.1", "2022-03-01")] * 2]
    assert list_asked() == whole
    assert list_asked("gedevents-24.1-from-2022-03-01-page1.json") == whole
    assert (
        list_asked("gedevents-24.1-from-2023-01-01-page2-last.json", "gedevents-23.1-from-2022-03-01-page9-last.json")
        == whole
    )
    taken = list_asked("gedevents-24.1-from-2022-03-01-page2-last.json")
    assert taken == [("24.0.2", "2024-02-01"), *[("24.1", "2024-02-01")] * 2]


def test_a_first_page_that_is_cut_off_leaves_the_release_incomplete(monkeypatch):
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")

    class Cut(FakeApi):
        def get(self, url, *, params=None, headers=None):
            return super().get(url, params=params, headers=headers)[:20]

    api = Cut({"24.1": 1, "23.1": 1})
    with pytest.raises(FetchError, match=r"release 24\.1 is incomplete"):
        list(ucdp.fetch(DateWindow(date(2022, 12, 1), date(2024, 2, 9)), api))
    assert "23.1" not in [version for version, *_ in api.asked]


def test_fetch_without_a_token_or_an_answer_says_so(monkeypatch):
    monkeypatch.delenv("UCDP_TOKEN", raising=False)
    window = DateWindow(date(2024, 1, 1), date(2024, 2, 9))
    with pytest.raises(FetchError, match="UCDP_TOKEN"):
        list(ucdp.fetch(window, FakeApi({})))
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")
    with pytest.raises(FetchError) as caught:
        list(ucdp.fetch(window, FakeApi({})))
    assert "secret-token" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(list(BASE)),
            st.one_of(st.text(max_size=8), st.sampled_from(["", "0", "1", "2023-05-04", "1e9", "nan", "-5", "٣"])),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_any_rows_keep_the_row_equation(rows):
    raw = build_csv(*[{key: text.encode("utf-8", "replace").decode() for key, text in row.items()} for row in rows])
    check_equation(ucdp.parse(raw, SEEN))


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=5), st.binary())
def test_anything_raises_nothing_but_a_format_error(value, noise):
    for raw in (
        json.dumps({"Result": [BASE | {"latitude": value}, value]}).encode(),
        json.dumps(value).encode(),
        noise,
        build_csv({}) + noise,
    ):
        with suppress(FormatError):
            check_equation(ucdp.parse(raw, SEEN))


@pytest.mark.parametrize("path", list_samples("ucdp/*.csv"), ids=name_sample)
def test_the_recorded_rows_are_read_whole(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = {f"ucdp:{row['id']}": row for row in csv.DictReader(file)}
    result = ucdp.parse(path.read_bytes(), SEEN)
    check_equation(result)
    assert (result.read_count, result.rejects, result.duplicate_count) == (len(rows), (), 0)
    for event in result.events.to_pylist():
        row = rows[event["event_id"]]
        figures = {figure["key"]: figure["value"] for figure in event["figures"]}
        assert figures["deaths_best"] == int(row["best"])
        assert event["occurred_date"].isoformat() == row["date_start"]
    kept = {rows[event_id]["country"] for event_id in result.events["event_id"].to_pylist()}
    assert {"Philippines", "India", "Sri Lanka", "Myanmar (Burma)", "Nepal", "Thailand"} <= kept
    assert not kept & {"Syria", "Afghanistan", "Ukraine", "Mexico"}
