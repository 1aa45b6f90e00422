"""A refresh takes what it can, says what it could not, and is safe to repeat; over a real client on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tension.errors import BadInput, CuratedDataError, FetchError, StoreDamaged
from tension.intake.ingest import IngestReport, ingest_file, record_failure
from tension.intake.ledger import judge_age, load_rejects, load_runs, read_statuses
from tension.intake.refresh import choose_sources, find_window, open_http, refresh_sources
from tension.records.events import ActivityDay
from tension.records.schema import build_activity_table, build_event_table
from tension.records.source_cards import SourceCard
from tension.settings import PROJECT_DIR, Settings
from tension.sources import find_adapter, ucdp
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Told
from tension.sources.gdelt import adapter as gdelt
from tension.sources.net.client import HttpClient, HttpSettings
from tension.sources.rss import adapter as rss
from tension.store.delta import Store
from tests.factories import make_event
from tests.misbehaving_server import MisbehavingServer, run_server

NOW = datetime(2026, 9, 2, tzinfo=UTC)
SECRET = "s3cret-token-of-a-user"  # noqa: S105 (a made-up one)


@pytest.fixture(scope="module")
def server() -> Iterator[MisbehavingServer]:
    with run_server() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def build_client() -> HttpClient:
    settings = HttpSettings(
        connect_seconds=1.0, read_seconds=0.6, max_bytes=1_000_000, max_attempts=2, min_interval_seconds=0.0,
        respects_robots=False, allowed_networks=("127.0.0.1/32",),
    )  # fmt: skip
    return HttpClient(settings, sleep=lambda seconds: None)


def make_feeds(server: MisbehavingServer, *paths: str) -> Any:
    feeds = [
        rss.FeedEntry(key=path, title=path, url=f"{server.url}/{path}", language="en", tier="news") for path in paths
    ]
    return lambda: tuple(feeds)


def run_refresh(store: Store, keys: Sequence[str], http: HttpReader | None = None) -> list[IngestReport]:
    return [step.report for step in refresh_sources(store, http or build_client(), keys) if step.report]


def test_a_failing_source_and_a_failing_feed_do_not_stop_the_others(
    store: Store, server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gdelt, "MASTER_LIST_URL", f"{server.url}/html")
    monkeypatch.setattr(rss, "load_feeds", make_feeds(server, "always-500", "fine", "cut-off", "html"))
    reports = run_refresh(store, ["gdelt", "rss"])
    assert [(r.source_key, r.input_name, r.is_success) for r in reports] == [
        ("gdelt", gdelt.SOURCE.url, False),
        ("rss", "fine", True),
        ("rss", "html", False),
        ("rss", rss.SOURCE.url, False),
    ]
    assert "always-500" in reports[-1].message
    assert "cut-off" in reports[-1].message
    assert "500" in reports[-1].message
    runs = load_runs(store)
    assert len(runs) == 4
    assert store.read_rows("candidates").num_rows == 1


def test_a_repeat_takes_nothing_new(store: Store, server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rss, "load_feeds", make_feeds(server, "fine"))
    first, second = run_refresh(store, ["rss"]), run_refresh(store, ["rss"])
    assert (first[0].accepted_count, first[0].duplicate_count) == (1, 0)
    assert (second[0].accepted_count, second[0].duplicate_count) == (0, 1)
    assert store.read_rows("candidates").num_rows == 1


def test_every_step_says_which_source_of_how_many(store: Store) -> None:
    steps = list(refresh_sources(store, build_client(), ["upload", "upload"]))
    assert [(s.source_key, s.number, s.source_count, s.report) for s in steps] == [
        ("upload", 1, 2, None),
        ("upload", 2, 2, None),
    ]


def test_a_secret_is_neither_in_the_ledger_nor_in_a_report(
    store: Store, server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UCDP_TOKEN", SECRET)
    monkeypatch.setattr(ucdp, "API_URL", f"{server.url}/always-500/")
    reports = run_refresh(store, ["ucdp"])
    assert [r.is_success for r in reports] == [False]
    assert SECRET not in str(reports)
    assert SECRET not in str(store.read_rows("runs").to_pylist())


def test_a_missing_variable_is_named_and_the_source_left_out_unless_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UCDP_TOKEN", "ACLED_EMAIL", "ACLED_PASSWORD", "ACLED_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert choose_sources(store) == ["mnd", "gpr", "senkaku", "scrambles", "gpr_daily", "north_korea", "rss"]
    (report,) = run_refresh(store, ["ucdp"])
    assert report.message == "ucdp: set UCDP_TOKEN in the environment"
    needs = {status.card.key: status.missing_env for status in read_statuses(store)}
    assert needs["acled"] == ("ACLED_EMAIL", "ACLED_PASSWORD")
    monkeypatch.setenv("ACLED_TOKEN", SECRET)
    assert {s.card.key: s.missing_env for s in read_statuses(store)}["acled"] == ()
    with pytest.raises(BadInput, match="gdelt"):
        choose_sources(store, ["nosuch"])


class Faulty:
    """An adapter whose fetch fails in its own way after one good file."""

    def __init__(self, error: Exception) -> None:
        self.SOURCE = SourceCard("upload", "Test", "https://example.org", "none", "once", 1)
        self.error = error

    def fetch(self, window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
        yield FetchedFile("good", b"good")
        raise self.error

    def parse(self, raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
        return ParseResult(1, build_event_table([make_event(event_id="upload:1", source_key="upload")], seen_utc))


@pytest.mark.parametrize("error", [FetchError("down"), CuratedDataError(["feeds.yaml entry 1: url"])])
def test_what_came_before_a_failure_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr("tension.intake.refresh.find_adapter", lambda key: Faulty(error))
    reports = run_refresh(store, ["upload"])
    assert [(r.is_success, r.accepted_count) for r in reports] == [(True, 1), (False, 0)]
    assert reports[1].message == str(error)


def test_a_store_that_fails_ends_the_refresh(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tension.intake.refresh.find_adapter", lambda key: Faulty(StoreDamaged("gone")))
    with pytest.raises(StoreDamaged):
        run_refresh(store, ["upload"])


@pytest.mark.parametrize(
    ("days_ago", "max_age_days", "state"), [(0, 3, "fresh"), (3, 3, "fresh"), (4, 3, "stale"), (None, 3, "not loaded")]
)
def test_a_source_is_stale_when_its_newest_day_is_older_than_its_card_allows(
    days_ago: int | None, max_age_days: int, state: str
) -> None:
    card = SourceCard("mnd", "Test", "https://example.org", "none", "daily", max_age_days)
    today = date(2026, 9, 2)
    assert judge_age(card, None if days_ago is None else today - timedelta(days=days_ago), today) == state


def test_statuses_and_the_ledger_tell_what_was_taken_and_refused(store: Store) -> None:
    day = ActivityDay(date=date(2026, 9, 1), aircraft_count=3, scope="all_detected")
    taken = ParseResult(1, activity=build_activity_table([day], "mnd", NOW))
    adapter: Any = SimpleNamespace(
        SOURCE=find_adapter("mnd").SOURCE, parse=lambda raw, seen, name="", told=NOTHING_TOLD: taken
    )
    ingest_file(store, adapter, FetchedFile("one", b"1"))
    ingest_file(store, find_adapter("mnd"), FetchedFile("two", "不是公報 <b>bold</b>".encode()))
    record_failure(store, "mnd", "https://www.mnd.gov.tw", "the server answered 503")
    status = next(s for s in read_statuses(store) if s.card.key == "mnd")
    assert (status.newest_date, status.accepted_count, status.rejected_count) == (date(2026, 9, 1), 1, 1)
    assert status.last_message == "the server answered 503"
    assert status.last_success_utc is not None
    assert status.last_success_utc.tzinfo is not None
    assert list(load_runs(store).input_name) == ["https://www.mnd.gov.tw", "two", "one"]
    assert len(load_rejects(store)) == 1
    assert len(load_rejects(store, "mnd", "BOLD two")) == 1
    assert load_rejects(store, "mnd", "nothing says this").empty
    assert load_rejects(store, "gdelt").empty


def test_the_window_begins_a_little_before_the_newest_day_and_ends_today(store: Store) -> None:
    today = datetime.now(UTC).date()
    mnd, heavy = find_adapter("mnd").SOURCE, find_adapter("gdelt").SOURCE
    assert find_window(store, mnd) == DateWindow(today - timedelta(days=30), today)
    assert find_window(store, heavy) == DateWindow(today - timedelta(days=1), today)
    day = ActivityDay(date=today - timedelta(days=10), aircraft_count=3, scope="all_detected")
    store.append("activity", build_activity_table([day], "curated", NOW))
    assert find_window(store, mnd).since == today - timedelta(days=13)
    assert find_window(store, mnd, date(2026, 1, 1)).since == date(2026, 1, 1)
    assert find_window(store, mnd, today + timedelta(days=9)) == DateWindow(today, today)


def test_private_networks_are_reached_only_when_the_settings_name_them(server: MisbehavingServer) -> None:
    closed = open_http(Settings(PROJECT_DIR / "data", Path("own"), "store"))
    with pytest.raises(FetchError, match="private"):
        closed.get(f"{server.url}/fine")
    opened = open_http(Settings(PROJECT_DIR / "data", Path("own"), "store", ("127.0.0.1/32",)))
    assert b"Taiwan" in opened.get(f"{server.url}/fine")
    with pytest.raises(BadInput, match="TENSION_ALLOWED_NETWORKS"):
        open_http(Settings(PROJECT_DIR / "data", Path("own"), "store", ("my office",)))


def test_a_refresh_and_a_reader_work_side_by_side(tmp_path: Path) -> None:
    """Three processes take different inputs while this one reads: every read is whole, and nothing is lost."""
    store = Store(str(tmp_path / "store"))
    store.prepare()
    child = """
import sys
from datetime import UTC, datetime
from tension.intake.ingest import ingest_file
from tension.sources.base import NOTHING_TOLD, FetchedFile, ParseResult, Told
from tension.records.schema import build_event_table
from tension.records.source_cards import SourceCard
from tension.store.delta import Store
from tests.factories import make_event
from types import SimpleNamespace
number = int(sys.argv[2])
for batch in range(6):
    events = [make_event(event_id=f"upload:{number}-{batch}-{n}", source_key="upload") for n in range(5)]
    result = ParseResult(5, build_event_table(events, datetime.now(UTC)))
    card = SourceCard("upload", "Test", "https://example.org", "none", "once", 1)
    adapter = SimpleNamespace(SOURCE=card, parse=lambda raw, seen, name="", told=NOTHING_TOLD: result)
    ingest_file(Store(sys.argv[1]), adapter, FetchedFile(f"{number}-{batch}", f"{number}-{batch}".encode()))
"""
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    children = [
        subprocess.Popen([sys.executable, "-c", child, store.uri, str(number)], env=environment) for number in range(3)
    ]
    seen = []
    while any(process.poll() is None for process in children):
        seen.append(store.read_rows("events", ["event_id"]).num_rows)
    assert [process.wait() for process in children] == [0, 0, 0]
    assert all(count % 5 == 0 for count in seen)
    assert seen == sorted(seen)
    ids = store.read_rows("events", ["event_id"])["event_id"].to_pylist()
    assert (len(ids), len(set(ids))) == (90, 90)
    runs = store.read_rows("runs").to_pylist()
    assert sum(run["accepted_count"] for run in runs) == 90
    assert all(re.fullmatch(r"[0-2]-[0-5]", run["input_name"]) for run in runs)
