"""ACLED: rows of API pages and CSV exports as events, sign-in and paging with no secret in sight. Rows are made up."""

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
from tension.sources import acled
from tension.sources.base import DateWindow, ParseResult
from tests.recorded import list_samples, name_sample

SEEN = datetime(2024, 7, 1, tzinfo=UTC)
WINDOW = DateWindow(date(2024, 6, 1), date(2024, 6, 30))
BASE = {
    "event_id_cnty": "PHL900001",
    "event_date": "2024-06-17",
    "year": "2024",
    "time_precision": "1",
    "disorder_type": "Strategic developments",
    "event_type": "Strategic developments",
    "sub_event_type": "Other",
    "actor1": "Police Forces of China (2012-) Coast Guard",
    "assoc_actor_1": "",
    "inter1": "External/Other forces",
    "actor2": "Military Forces of the Philippines (2022-)",
    "assoc_actor_2": "",
    "inter2": "State forces",
    "interaction": "State forces-External/Other forces",
    "civilian_targeting": "",
    "iso": "608",
    "region": "Southeast Asia",
    "country": "Philippines",
    "admin1": "Example Province",
    "admin2": "",
    "admin3": "",
    "location": "Sample Shoal",
    "latitude": "9.75",
    "longitude": "115.8667",
    "geo_precision": "2",
    "source": "Example Gazette",
    "source_scale": "National",
    "notes": "Invented note.",
    "fatalities": "0",
    "tags": "",
    "timestamp": "1718700000",
}


def build_page(*rows: dict[str, object]) -> bytes:
    return json.dumps(
        {"status": 200, "success": True, "count": len(rows), "data": [BASE | row for row in rows]}
    ).encode()


def build_csv(*rows: dict[str, str]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(BASE))
    writer.writeheader()
    writer.writerows(BASE | row for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def check_equation(result: ParseResult) -> None:
    assert result.read_count == (
        result.events.num_rows + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    )
    assert result.events.schema == EVENT_SCHEMA


def parse_rows(*rows: dict[str, object]) -> ParseResult:
    result = acled.parse(build_page(*rows), SEEN, "acled.json")
    check_equation(result)
    return result


def parse_event(**changes: object) -> dict[str, object]:
    return parse_rows(changes).events.to_pylist()[0]


def test_a_row_becomes_an_event():
    event = parse_event()
    assert (event["event_id"], event["occurred_date"]) == ("acled:phl900001", date(2024, 6, 17))
    assert (event["reported_date"], event["is_reported_date_assumed"]) == (date(2024, 6, 17), True)
    assert (event["actors"], event["organizations"], event["initiator"]) == (["CHN", "PHL"], [], None)
    assert (event["region"], event["geo_precision"]) == ("South China Sea", "area")  # by the box of the Spratlys
    assert event["location"] == "Sample Shoal, Example Province, Philippines"
    assert [event[key] for key in ("severity", "category", "cameo_root", "quad_class")] == [None] * 4
    assert event["figures"] == [{"key": "fatalities", "value": 0.0}]
    assert event["summary"] == "Invented note. Reported deaths: 0. Date: exact day."
    assert event["sources"][0]["title"] == "ACLED event PHL900001, from Example Gazette"


def test_the_card_keeps_rows_from_being_exported():
    assert acled.SOURCE.is_exportable is False


def test_deaths_make_severity_five_and_violence_against_civilians_has_an_initiator():
    event = parse_event(
        event_type="Violence against civilians",
        sub_event_type="Attack",
        actor1="Military Forces of Myanmar (2021-)",
        actor2="Civilians (Myanmar)",
        iso=104,
        fatalities=2,
    )
    assert (event["severity"], event["tags"], event["initiator"]) == (5, ["casualties"], "MMR")
    assert event["organizations"] == []


@pytest.mark.parametrize(
    ("actor", "state"),
    [
        ("Military Forces of Taiwan (2016-2024)", "TWN"),
        ("Government of North Korea (2011-)", "PRK"),
        ("Police Forces of the Philippines (2016-) Anti-Illegal Drugs Special Operations Task Force", "PHL"),
        ("Military Forces of the United States (2021-2025)", "USA"),
        ("Protesters (Taiwan)", None),
        ("Unidentified Armed Group (China)", None),
    ],
)
def test_state_forces_are_told_from_people_in_a_state(actor, state):
    event = parse_event(actor1=actor, actor2="")
    assert event["actors"] == ([state] if state else [])
    assert event["organizations"] == ([] if state else [actor])


@pytest.mark.parametrize(
    ("changes", "region"),
    [
        ({"iso": 158, "latitude": "25.03", "longitude": "121.5"}, "Taiwan Strait"),
        ({"iso": 410, "latitude": "37.5", "longitude": "127"}, "Korean Peninsula"),
        ({"iso": "036", "latitude": "-33.9", "longitude": "151.2"}, "Indo-Pacific"),
        ({"iso": 266, "latitude": "0.39", "longitude": "9.45"}, None),
    ],
)
def test_scope_and_region_follow_the_place(changes, region):
    assert parse_rows(changes).events["region"].to_pylist() == ([region] if region else [])


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id_cnty": "17"},
        {"event_date": "2024-06-31"},
        {"event_date": "06/07/2024"},
        {"event_type": "Weather"},
        {"iso": "PHL"},
        {"latitude": ""},
        {"longitude": "181"},
        {"fatalities": "some"},
    ],
)
def test_a_bad_row_is_a_reject_with_its_text(changes):
    result = parse_rows({}, {"event_id_cnty": "PHL2"} | changes)
    assert (result.events.num_rows, len(result.rejects)) == (1, 1)
    assert next(iter(changes)) in result.rejects[0].reason
    assert "Sample Shoal" in result.rejects[0].text


def test_text_that_is_no_unicode_is_a_reject_that_can_be_stored():
    raw = build_page({}).replace(b"Invented note.", b"\\ud800")
    result = acled.parse(raw, SEEN)
    check_equation(result)
    assert len(result.rejects) == 1
    result.rejects[0].text.encode("utf-8")


def test_csv_exports_give_what_the_api_gives_in_both_ways_of_writing_days():
    expected = parse_rows({}).events
    assert acled.parse(build_csv({}), SEEN).events.equals(expected)
    assert acled.parse(build_csv({"event_date": "17 June 2024"}), SEEN).events.equals(expected)


@pytest.mark.parametrize("codec", ["utf-16", "utf-8", "cp1252"])
def test_files_that_a_spreadsheet_saved_give_the_same(codec: str) -> None:
    words = {"notes": "The ship’s crew, José said.", "event_date": "17-Jun-24"}
    expected = parse_rows(words | {"event_date": "2024-06-17"}).events
    raw = build_csv(words).decode("utf-8-sig").encode(codec)
    assert acled.parse(raw, SEEN).events.equals(expected)
    # 'Unicode text': UTF-16 with tabs.
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(BASE), dialect="excel-tab")
    writer.writeheader()
    writer.writerow(BASE | words)
    assert acled.parse(buffer.getvalue().encode(codec), SEEN).events.equals(expected)


@pytest.mark.parametrize("written", ["17/06/2024", "2024-06-17T00:00:00", "17-Jun-24", "June 17, 2024", "20240617"])
def test_days_are_read_as_programs_write_them(written: str) -> None:
    assert parse_event(event_date=written)["occurred_date"] == date(2024, 6, 17)


def test_a_workbook_gives_what_the_csv_gives() -> None:
    book = openpyxl.Workbook()
    book.active.append(["ACLED export"])
    book.active.append(list(BASE))
    book.active.append([*(BASE | {"event_date": date(2024, 6, 17), "latitude": 9.75}).values()])
    out = io.BytesIO()
    book.save(out)
    assert acled.parse(out.getvalue(), SEEN).events.equals(parse_rows({}).events)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"latitude": "0", "longitude": "0"}, "0, 0 lies in the Gulf of Guinea"),
        ({"iso": 144, "latitude": "79.8", "longitude": "6.9"}, "79.8, 6.9 lies far from the row's own country or sea"),
        ({"event_date": "1896-12-31"}, "event_date 1896-12-31 is before"),
        ({"event_date": "2821-06-17"}, "event_date 2821-06-17 lies ahead"),
    ],
)
def test_places_and_days_that_cannot_be_are_refused(changes: dict[str, object], says: str) -> None:
    (reject,) = parse_rows(changes).rejects
    assert says in reject.reason


def test_a_page_of_nothing_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormatError, match="holds more values than allowed; allowed: 3,000,000"):
        acled.parse(b'{"data": [' + b"null," * 3_000_000 + b"null]}", SEEN)
    monkeypatch.setattr("tension.sources.base.MAX_REJECTS", 10)
    with pytest.raises(FormatError, match="more than 10 rows can't be read, the first: is not an object"):
        acled.parse(b'{"data": [' + b"null," * 10 + b"null]}", SEEN)


def test_an_event_twice_counts_once():
    result = parse_rows({}, {}, {"event_id_cnty": "PHL2"})
    assert (result.read_count, result.events.num_rows, result.duplicate_count) == (3, 2, 1)


def test_an_empty_page_is_read_as_no_rows():
    assert parse_rows().read_count == 0


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b'{"status": 403, "message": "Access denied"}', b"a,b\n1,2\n", b'{"data": 1}']
)
def test_another_file_is_refused(raw):
    with pytest.raises(FormatError, match=r"wrong\.json"):
        acled.parse(raw, SEEN, "wrong.json")


class FakeApi:
    """Signs in one account and serves pages of the sizes given; remembers what was asked."""

    def __init__(self, sizes: list[int], answer: bytes = b'{"token_type": "Bearer", "access_token": "tok123"}') -> None:
        self.sizes, self.answer, self.asked, self.forms = sizes, answer, [], []

    def get(self, url, *, params=None, headers=None):
        self.asked.append((url, dict(params), dict(headers)))
        return build_page(*[{"event_id_cnty": f"PHL{n}"} for n in range(self.sizes[int(params["page"]) - 1])])

    def post_form(self, url, data):
        self.forms.append((url, dict(data)))
        return self.answer


class GetOnly:
    def get(self, url, *, params=None, headers=None):
        return build_page()


@pytest.fixture
def account(monkeypatch):
    monkeypatch.delenv("ACLED_TOKEN", raising=False)
    monkeypatch.setenv("ACLED_EMAIL", "person@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", "very-secret")


@pytest.mark.usefixtures("account")
def test_fetch_signs_in_and_takes_pages_until_one_is_short(monkeypatch):
    monkeypatch.setattr(acled, "PAGE_SIZE", 2)
    api = FakeApi([2, 2, 1])
    files = list(acled.fetch(WINDOW, api))
    assert len(files) == 3
    assert api.forms == [
        (
            "https://acleddata.com/oauth/token",
            {
                "username": "person@example.org",
                "password": "very-secret",
                "grant_type": "password",
                "client_id": "acled",
            },
        )
    ]
    url, params, headers = api.asked[0]
    assert url == "https://acleddata.com/api/acled/read"
    assert (params["event_date"], params["event_date_where"]) == ("2024-06-01|2024-06-30", "BETWEEN")
    assert "Taiwan" in params["country"].split(":OR:country=")
    assert "Gabon" not in params["country"]
    assert headers == {"Authorization": "Bearer tok123"}


def test_fetch_takes_a_token_from_the_environment(monkeypatch):
    monkeypatch.setenv("ACLED_TOKEN", "given-token")
    api = FakeApi([0])
    list(acled.fetch(WINDOW, api))
    assert api.forms == []
    assert api.asked[0][2] == {"Authorization": "Bearer given-token"}


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"error": "invalid_grant very-secret"}', b'{"access_token": "a\\nb"}', b"[]"]
)
def test_a_failed_sign_in_tells_no_secret(answer):
    with pytest.raises(FetchError) as caught:
        list(acled.fetch(WINDOW, FakeApi([0], answer)))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_fetch_without_an_account_or_a_way_to_sign_in_says_so(monkeypatch, account):
    with pytest.raises(FetchError, match="ACLED_TOKEN"):
        list(acled.fetch(WINDOW, GetOnly()))
    monkeypatch.delenv("ACLED_PASSWORD")
    with pytest.raises(FetchError, match="ACLED_PASSWORD"):
        list(acled.fetch(WINDOW, FakeApi([0])))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(list(BASE)),
            st.one_of(st.text(max_size=8), st.integers(), st.floats(), st.none(), st.sampled_from(["", "٣", "1e9"])),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_any_rows_keep_the_row_equation(rows):
    check_equation(acled.parse(build_page(*rows), SEEN))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_but_a_format_error(noise):
    for raw in (noise, build_csv({}) + noise, b'{"data": [' + noise):
        with suppress(FormatError):
            check_equation(acled.parse(raw, SEEN))


@pytest.mark.parametrize("path", list_samples("acled/*"), ids=name_sample)
def test_the_recorded_layout_is_read(path: Path):
    result = acled.parse(path.read_bytes(), SEEN)
    check_equation(result)
    # In the small sample one event of three is out of scope, in the fuller one both are.
    counts = {"acled_page.json": (3, 1, 2), "acled_api_layout.json": (2, 2, 0), "acled_header.csv": (0, 0, 0)}
    assert (result.read_count, result.out_of_scope_count, result.events.num_rows) == counts[path.name]
    assert result.rejects == ()
