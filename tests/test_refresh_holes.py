"""What a refresh missed is asked for again, and a refresh that couldn't have all ends as a failure that names it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tension.errors import FetchError
from tension.intake.ingest import IngestReport
from tension.intake.ledger import read_stock
from tension.intake.refresh import find_window, refresh_sources
from tension.records.events import ActivityDay
from tension.records.schema import build_activity_table
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import HttpReader
from tension.sources.rss.adapter import load_feeds
from tension.store.delta import Store
from tests.test_sources_acled import BASE
from tests.test_totals import make_row

NOW = datetime(2026, 8, 23, 23, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("tension.intake.refresh.read_now_utc", lambda: NOW)
    monkeypatch.setenv("ACLED_TOKEN", "made-up")
    monkeypatch.setenv("UCDP_TOKEN", "made-up")
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def refresh(store: Store, http: HttpReader, key: str, since: date | None = None) -> list[IngestReport]:
    return [step.report for step in refresh_sources(store, http, [key], since) if step.report]


class Gdelt:
    """Sixteen listed files; what `answers` says of a stamp is raised in place of the file."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, url: str, *, params: object = None, headers: object = None) -> bytes:
        stamps = [f"202608{day}{hour:02d}0000" for day in (20, 21, 22, 23) for hour in (0, 6, 12, 18)]
        if url.endswith("masterfilelist.txt"):
            form = "9 0123456789abcdef0123456789abcdef http://data.gdeltproject.org/gdeltv2/{}.export.CSV.zip\n"
            return "".join(form.format(stamp) for stamp in stamps).encode()
        stamp = url.rsplit("/", 1)[-1][:14]
        self.asked.append(stamp)
        if stamp in self.answers:
            raise FetchError(f"{url}: {self.answers[stamp]}")
        return make_row(int(stamp[2:12]), stamp)


MISSING = ("20260821000000", "20260821060000", "20260821120000")


def test_files_that_were_never_published_do_not_stop_gdelt(store: Store) -> None:
    server = Gdelt(dict.fromkeys(MISSING, "the server answered 404"))
    reports = refresh(store, server, "gdelt", date(2026, 8, 20))
    assert len(server.asked) == 16
    assert [report.is_success for report in reports] == [True] * 13
    again = Gdelt({})
    refresh(store, again, "gdelt")
    assert again.asked[-1] == "20260823180000"


def test_a_server_that_is_down_ends_the_run_as_a_failure(store: Store) -> None:
    server = Gdelt(dict.fromkeys(MISSING, "the server answered 503"))
    reports = refresh(store, server, "gdelt", date(2026, 8, 20))
    assert len(server.asked) == 7
    assert reports[-1].message.startswith("gdelt: 3 exports could not be fetched")
    assert not reports[-1].is_success


def test_a_hole_in_the_daily_counts_is_known_and_asked_for_again(store: Store) -> None:
    days = [date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 20), date(2026, 8, 23)]
    rows = [ActivityDay(date=day, aircraft_count=1, scope="all_detected") for day in days]
    store.append("activity", build_activity_table(rows[:2], "curated", NOW))
    store.append("activity", build_activity_table(rows[2:], "mnd", NOW))
    stock = read_stock(store, SOURCE_CARDS["mnd"], NOW.date())
    assert stock.holes == ((date(2026, 8, 3), date(2026, 8, 19)), (date(2026, 8, 21), date(2026, 8, 22)))
    assert find_window(store, SOURCE_CARDS["mnd"]).since == date(2026, 8, 3)


class Ucdp:
    """Release 26.1 in four pages, the third of which may be refused; 25.1 is there as well."""

    def __init__(self, *, is_limited: bool) -> None:
        self.is_limited = is_limited
        self.asked: list[tuple[str, int]] = []

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        release, page = url.rsplit("/", 1)[1], int((params or {}).get("page", 0))
        if release not in ("26.1", "25.1") or (self.is_limited and (release, page) == ("26.1", 2)):
            raise FetchError(f"{url}: the server answered 400")
        self.asked.append((release, page))
        onward = "" if page == 3 else f"https://ucdpapi.pcr.uu.se/api/gedevents/{release}?page={page + 1}"
        return json.dumps({"NextPageUrl": onward, "Result": []}).encode()


def test_an_incomplete_release_is_not_replaced_by_the_one_before_it(store: Store) -> None:
    whole, limited = Ucdp(is_limited=False), Ucdp(is_limited=True)
    assert all(report.is_success for report in refresh(store, whole, "ucdp", date(2024, 1, 1)))
    assert whole.asked == [("26.1", page) for page in range(4)]
    reports = refresh(store, limited, "ucdp", date(2024, 1, 1))
    assert limited.asked == [("26.1", 0), ("26.1", 1)]
    assert "release 26.1 is incomplete after 2 pages" in reports[-1].message


class Acled:
    """Answers by day, by time of change and, at the other endpoint, what was deleted."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}
        self.deleted: list[dict[str, str]] = []

    def put(self, number: int, day: date, stamp: int, deaths: int = 0) -> None:
        row = {"event_id_cnty": f"PHL{number}", "event_date": day.isoformat(), "fatalities": str(deaths)}
        self.rows[f"PHL{number}"] = BASE | row | {"timestamp": str(stamp)}

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        asked = params or {}
        if "/deleted/" in url:
            since = int(asked["deleted_timestamp"])
            return json.dumps(
                {"data": [row for row in self.deleted if int(row["deleted_timestamp"]) >= since]}
            ).encode()
        first, last = asked["event_date"].split("|")
        found = [row for row in self.rows.values() if first <= row["event_date"] <= last]
        return json.dumps(
            {"data": [r for r in found if int(r["timestamp"]) >= int(asked.get("timestamp", 0))]}
        ).encode()


def test_what_acled_adds_late_corrects_and_deletes_reaches_the_store(store: Store) -> None:
    source, today = Acled(), NOW.date()
    for number, days_ago in ((1, 28), (2, 20), (3, 10)):
        source.put(number, today - timedelta(days=days_ago), 1_787_000_000 + number)
    assert all(report.is_success for report in refresh(store, source, "acled"))
    source.put(1, today - timedelta(days=28), 1_787_100_000, deaths=3)
    source.put(4, today - timedelta(days=25), 1_787_100_001)
    del source.rows["PHL2"]
    source.deleted = [{"event_id_cnty": "PHL2", "deleted_timestamp": "1787100002"}]
    assert all(report.is_success for report in refresh(store, source, "acled"))
    kept = {row["event_id"]: row["figures"][0]["value"] for row in store.read_rows("events").to_pylist()}
    assert kept == {"acled:phl1": 3, "acled:phl3": 0, "acled:phl4": 0}


def test_a_page_that_is_cut_off_ends_the_run_as_a_failure(store: Store) -> None:
    class Cut:
        def get(self, url: str, *, params: object = None, headers: object = None) -> bytes:
            return b'{"data": [{"event_id_cnty'

    reports = refresh(store, Cut(), "acled")
    assert "what follows it is missing" in reports[-1].message


class Unstamped:
    """ACLED without stamps and without a list of what was deleted, newest first, two rows a page.

    A page in `cut_off` is refused.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}
        self.cut_off: set[int] = set()

    def put(self, number: int, days_ago: int, deaths: int = 0) -> None:
        day = (NOW.date() - timedelta(days=days_ago)).isoformat()
        row = {"event_id_cnty": f"PHL{number}", "event_date": day, "fatalities": str(deaths), "timestamp": ""}
        self.rows[f"PHL{number}"] = BASE | row

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        asked = params or {}
        first, last = asked["event_date"].split("|")
        page = int(asked["page"])
        if page in self.cut_off:
            raise FetchError(f"{url}: the server answered 503")
        found = [row for row in self.rows.values() if first <= row["event_date"] <= last]
        found.sort(key=lambda row: row["event_date"], reverse=True)
        return json.dumps({"data": found[2 * page - 2 : 2 * page]}).encode()


def list_kept(store: Store) -> dict[str, int]:
    return {row["event_id"]: row["figures"][0]["value"] for row in store.read_rows("events").to_pylist()}


def test_where_acled_states_no_stamps_all_days_are_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tension.sources.acled.PAGE_SIZE", 2)
    source = Unstamped()
    for number, days_ago in ((1, 28), (2, 20), (3, 10)):
        source.put(number, days_ago)
    assert all(report.is_success for report in refresh(store, source, "acled"))
    source.put(1, 28, deaths=3)
    source.put(4, 25)
    del source.rows["PHL2"]
    assert all(report.is_success for report in refresh(store, source, "acled"))
    assert list_kept(store) == {"acled:phl1": 3, "acled:phl3": 0, "acled:phl4": 0}


def test_days_of_a_list_that_broke_off_are_owed_until_they_were_had(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tension.sources.acled.PAGE_SIZE", 2)
    source, today = Unstamped(), NOW.date()
    for number, days_ago in ((1, 28), (2, 20), (3, 10), (4, 1)):
        source.put(number, days_ago)
    source.cut_off = {2}
    assert not refresh(store, source, "acled")[-1].is_success
    assert set(list_kept(store)) == {"acled:phl3", "acled:phl4"}
    first = today - timedelta(days=30)
    assert read_stock(store, SOURCE_CARDS["acled"], today).holes == ((first, today),)
    assert find_window(store, SOURCE_CARDS["acled"]).since == first
    source.cut_off = set()
    assert all(report.is_success for report in refresh(store, source, "acled"))
    assert len(list_kept(store)) == 4
    assert read_stock(store, SOURCE_CARDS["acled"], today).holes == ()


def test_what_changed_before_a_fetch_broke_off_is_asked_for_by_the_stamp_before_it(store: Store) -> None:
    source, today = Acled(), NOW.date()
    source.put(1, today - timedelta(days=28), 1_787_000_001)
    refresh(store, source, "acled")
    source.put(2, today - timedelta(days=1), 1_787_000_009)
    source.put(1, today - timedelta(days=28), 1_787_000_005, deaths=2)
    answer = source.get

    def refuse_changes(url: str, *, params: Mapping[str, str] | None = None, headers: object = None) -> bytes:
        if "timestamp" in (params or {}):
            raise FetchError(f"{url}: the server answered 503")
        return answer(url, params=params)

    source.get = refuse_changes  # type: ignore[method-assign, assignment]
    assert not refresh(store, source, "acled")[-1].is_success
    assert find_window(store, SOURCE_CARDS["acled"]).newest_stamp == 1_787_000_001
    source.get = answer  # type: ignore[method-assign]
    refresh(store, source, "acled")
    assert list_kept(store) == {"acled:phl1": 2, "acled:phl2": 0}


def test_days_between_two_fetches_of_ones_own_are_a_hole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    source, today = Acled(), NOW.date()
    source.put(1, today - timedelta(days=40), 1_787_000_001)
    monkeypatch.setattr("tension.intake.refresh.read_now_utc", lambda: NOW - timedelta(days=30))
    refresh(store, source, "acled", today - timedelta(days=45))
    monkeypatch.setattr("tension.intake.refresh.read_now_utc", lambda: NOW)
    source.put(2, today - timedelta(days=5), 1_787_000_002)
    refresh(store, source, "acled", today - timedelta(days=10))
    hole = (today - timedelta(days=29), today - timedelta(days=11))
    assert read_stock(store, SOURCE_CARDS["acled"], today).holes == (hole,)
    assert find_window(store, SOURCE_CARDS["acled"]).since == hole[0]


def test_what_a_feed_listed_no_more_when_it_was_read_is_told_as_missing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = "<item><title>Coast guard at Thitu</title><link>https://a.example/{0}</link><pubDate>{1}</pubDate></item>"
    entry = load_feeds()[0]
    monkeypatch.setattr("tension.sources.rss.adapter.load_feeds", lambda: (entry,))

    class Feed:
        def __init__(self, *days: int) -> None:
            items = "".join(item.format(day, f"{day:02d} Aug 2026 08:00:00 GMT") for day in days)
            self.raw = f"<rss version='2.0'><channel><title>A</title>{items}</channel></rss>".encode()

        def get(self, url: str, *, params: object = None, headers: object = None) -> bytes:
            return self.raw

    monkeypatch.setattr("tension.intake.refresh.read_now_utc", lambda: NOW - timedelta(days=10))
    refresh(store, Feed(11, 12, 13), "rss")
    monkeypatch.setattr("tension.intake.refresh.read_now_utc", lambda: NOW)
    refresh(store, Feed(20, 21, 23), "rss")
    assert read_stock(store, SOURCE_CARDS["rss"], NOW.date()).holes == ((date(2026, 8, 14), date(2026, 8, 19)),)
