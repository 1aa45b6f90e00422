"""Inputs go in once, corrections keep what they replace, and a killed ingest is finished by a repeat."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tension.duckdb_session import connect
from tension.errors import FormatError
from tension.intake.ingest import ingest_file, ingest_path
from tension.records.candidates import Candidate
from tension.records.events import ActivityDay
from tension.records.schema import build_activity_table, build_event_table
from tension.records.source_cards import SourceCard
from tension.settings import PROJECT_DIR
from tension.sources import find_adapter
from tension.sources.base import NOTHING_TOLD, FetchedFile, ParseResult, Reject, Told
from tension.sources.gdelt import adapter as gdelt
from tension.store.delta import Store
from tests.factories import make_event
from tests.test_totals import make_row

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def make_adapter(result: ParseResult | Exception, key: str = "upload") -> Any:
    def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
        if isinstance(result, Exception):
            raise result
        return result

    card = SourceCard(key, "Test", "https://example.org", "none", "once", 1)
    return SimpleNamespace(SOURCE=card, parse=parse, fetch=lambda window, http: iter(()))


def make_day(aircraft: int, language: str = "zh") -> pa.Table:
    day = ActivityDay(date=date(2026, 9, 1), aircraft_count=aircraft, scope="all_detected", language=language)
    return build_activity_table([day], "mnd", NOW)


def make_events(*numbers: int, **changes: Any) -> pa.Table:
    events = [make_event(event_id=f"upload:{n}", source_key="upload", **changes) for n in numbers]
    return build_event_table(events, NOW)


def test_rows_add_up_and_rejects_keep_reason_and_text(store: Store) -> None:
    result = ParseResult(
        read_count=7,
        events=make_events(1, 2),
        rejects=(Reject("severity: '9'; allowed: 1 to 5", "row 4"),),
        out_of_scope_count=3,
        duplicate_count=1,
    )
    report = ingest_file(store, make_adapter(result), FetchedFile("a.csv", b"a"))
    counts = report.to_counts()
    assert counts == {"file": "a.csv", "read": 7, "accepted": 2, "duplicate": 1, "out_of_scope": 3, "rejected": 1}
    (stored,) = store.read_rows("rejects").to_pylist()
    assert (stored["reason"], stored["text"]) == ("severity: '9'; allowed: 1 to 5", "row 4")


def test_the_same_input_twice_changes_nothing_but_the_ledger(store: Store) -> None:
    result = ParseResult(
        read_count=4,
        events=make_events(1, 2),
        activity=make_day(5),
        rejects=(Reject("why", "text"),),
        totals={"2026-01-01": 9},
    )
    first = ingest_file(store, make_adapter(result), FetchedFile("a", b"a"))
    before = {
        name: store.read_rows(name).drop_columns("recorded_utc") if name == "rejects" else store.read_rows(name)
        for name in ("events", "activity", "totals", "rejects", "activity_history")
    }
    second = ingest_file(store, make_adapter(result), FetchedFile("a", b"a"))
    assert (first.accepted_count, first.duplicate_count) == (3, 0)
    assert (second.accepted_count, second.duplicate_count) == (0, 3)
    for name, rows in before.items():
        now = store.read_rows(name)
        assert (now.drop_columns("recorded_utc") if name == "rejects" else now) == rows
    assert store.read_rows("runs").num_rows == 2


def test_a_store_at_a_url_knows_what_it_has(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path / 'store'}")
    store.prepare()
    reports = [
        ingest_file(store, make_adapter(ParseResult(2, make_events(1, number))), FetchedFile("a", bytes([number])))
        for number in (2, 2, 3)
    ]
    assert [(r.accepted_count, r.duplicate_count) for r in reports] == [(2, 0), (0, 2), (1, 1)]


def test_a_changed_event_replaces_the_known_one(store: Store) -> None:
    ingest_file(store, make_adapter(ParseResult(2, make_events(1, 2))), FetchedFile("a", b"a"))
    changed = ParseResult(2, pa.concat_tables([make_events(1, title="Mended"), make_events(2)]))
    report = ingest_file(store, make_adapter(changed), FetchedFile("b", b"b"))
    assert (report.accepted_count, report.duplicate_count) == (1, 1)
    titles = {row["event_id"]: row["title"] for row in store.read_rows("events").to_pylist()}
    assert titles == {"upload:1": "Mended", "upload:2": "Test event"}


def test_a_row_that_moved_to_another_day_is_not_kept_twice(store: Store) -> None:
    for day in (date(2024, 1, 1), date(2024, 6, 1)):
        changed = make_events(1, occurred_date=day)
        report = ingest_file(store, make_adapter(ParseResult(1, changed)), FetchedFile("a", str(day).encode()))
        assert (report.accepted_count, report.newest_date) == (1, min(day, date(2024, 3, 2)))
    assert [row["occurred_date"] for row in store.read_rows("events").to_pylist()] == [date(2024, 6, 1)]


def test_a_parse_that_loses_rows_is_refused_whole(store: Store) -> None:
    report = ingest_file(store, make_adapter(ParseResult(5, make_events(1, 2))), FetchedFile("a", b"a"))
    assert report.message == "a: 5 rows were read and 2 accounted for; nothing is taken"
    assert store.read_rows("events").num_rows == 0
    assert [run["is_success"] for run in store.read_rows("runs").to_pylist()] == [False]


def test_a_file_by_path_gives_what_its_bytes_give_and_the_ledger_knows_it_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"rows")
    adapter = make_adapter(ParseResult(2, make_events(1, 2)))
    by_path = ingest_path(store, adapter, path)
    by_bytes = ingest_file(store, adapter, FetchedFile(str(path), b"rows"))
    assert (by_path.accepted_count, by_bytes.duplicate_count) == (2, 2)
    assert len(set(store.read_rows("runs")["input_hash"].to_pylist())) == 1
    with pytest.raises(FormatError, match="readable file"):
        ingest_path(store, adapter, tmp_path / "none.csv")


def test_duckdb_writes_nothing_of_its_own_to_standard_output() -> None:
    query = "SELECT current_setting('enable_progress_bar'), current_setting('autoinstall_known_extensions')"
    assert connect().cursor().execute(query).fetchall() == [(False, False)]
    with gdelt.connect_codes() as connection:
        assert connection.execute(query).fetchall() == [(False, False)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once(store: Store, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"rows",))
    writer.start()
    seen = []
    adapter = make_adapter(ParseResult(1, make_events(1)))
    adapter.parse = lambda raw, seen_utc, name="", told=NOTHING_TOLD: seen.append(raw) or ParseResult(1, make_events(1))
    assert ingest_path(store, adapter, pipe).accepted_count == 1
    writer.join(5)
    assert seen == [b"rows"]


def test_a_source_that_reads_files_in_place_is_given_the_path(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"rows")
    seen = []

    def parse_file(given: Path, seen_utc: datetime, name: str) -> ParseResult:
        seen.append((given, name))
        return ParseResult(1, make_events(1))

    adapter = make_adapter(FormatError("read as bytes"))
    adapter.parse_file = parse_file
    assert ingest_path(store, adapter, path).accepted_count == 1
    assert seen == [(path, str(path))]


def test_a_superseded_bulletin_does_not_come_back_with_an_input_met_before(store: Store) -> None:
    def take(aircraft: int, raw: bytes) -> tuple[int, int]:
        result = ParseResult(1, activity=make_day(aircraft))
        report = ingest_file(store, make_adapter(result, "mnd"), FetchedFile("d", raw))
        (day,) = store.read_rows("activity").to_pylist()
        return report.accepted_count, day["aircraft_count"]

    assert take(12, b"first") == (1, 12)
    assert take(14, b"corrected") == (1, 14)
    assert take(12, b"first") == (0, 14)
    assert take(14, b"corrected") == (0, 14)
    assert take(12, b"corrected back") == (1, 12)


def test_a_corrected_bulletin_replaces_its_day_and_keeps_the_earlier_value(store: Store) -> None:
    for aircraft in (12, 14):
        ingest_file(
            store, make_adapter(ParseResult(1, activity=make_day(aircraft)), "mnd"), FetchedFile("d", bytes([aircraft]))
        )
    (day,) = store.read_rows("activity").to_pylist()
    (earlier,) = store.read_rows("activity_history").to_pylist()
    assert (day["aircraft_count"], earlier["aircraft_count"]) == (14, 12)
    assert earlier["replaced_utc"] is not None


def test_both_languages_of_a_day_are_kept(store: Store) -> None:
    both = pa.concat_tables([make_day(26), make_day(25, "en")])
    report = ingest_file(store, make_adapter(ParseResult(2, activity=both), "mnd"), FetchedFile("d", b"d"))
    assert report.accepted_count == 2
    assert sorted(row["aircraft_count"] for row in store.read_rows("activity").to_pylist()) == [25, 26]


def test_an_unreadable_input_is_entered_as_failed_and_raises_nothing(store: Store) -> None:
    report = ingest_file(store, make_adapter(FormatError("a.csv: an HTML page")), FetchedFile("a.csv", b"<html>"))
    assert not report.is_success
    (run,) = store.read_rows("runs").to_pylist()
    assert (run["is_success"], run["message"]) == (False, "a.csv: an HTML page")


def test_a_candidate_that_was_decided_on_is_not_asked_again(store: Store) -> None:
    item = Candidate("rss:1", "rss", "f", "T", "https://example.org", NOW)
    result = ParseResult(1, candidates=(item,))
    ingest_file(store, make_adapter(result, "rss"), FetchedFile("f", b"1"))
    (row,) = store.read_rows("candidates").to_pylist()
    store.upsert(
        "candidates", pa.Table.from_pylist([row | {"status": "rejected"}], schema=store.read_rows("candidates").schema)
    )
    report = ingest_file(store, make_adapter(result, "rss"), FetchedFile("f", b"2"))
    assert report.duplicate_count == 1
    assert store.read_rows("candidates")["status"].to_pylist() == ["rejected"]


BULLETIN = (
    "中共解放軍臺海周邊海、空域動態 一、日期：中華民國115年{month}月{before}日0600時至115年{month}月{day}日0600時止。 "
    "二、活動動態：迄0600時止，偵獲共機{aircraft}架次（逾越中線進入北部空域{crossed}架次）、共艦{vessels}艘及公務船1艘，"
    "持續在臺海周邊活動。國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。"
)
# A child takes every input in, and ends without a word at the step it is told: a call or return of ours or of the table
# format's, so that it may die before, within and after every write. It prints how many steps it took.
CHILD = """
import os
import sys
from pathlib import Path
from tension.intake.ingest import ingest_path
from tension.sources import find_adapter
from tension.store.delta import Store
store = Store(sys.argv[1])
store.prepare()
last, steps = int(sys.argv[3]), 0
def count(frame, event, argument):
    global steps
    if frame.f_globals.get("__name__", "").startswith(("tension.", "deltalake.")):
        steps += 1
        if steps == last:
            os._exit(9)
sys.setprofile(count)
for path in sorted(Path(sys.argv[2]).iterdir()):
    ingest_path(store, find_adapter("gdelt" if path.suffix == ".CSV" else "mnd"), path)
sys.setprofile(None)
print(steps)
"""
COMPARED = ("date", "language", "aircraft_count", "crossed_median_count", "vessel_count", "official_ship_count")


def write_bulletins(folder: Path) -> None:
    folder.mkdir()
    for day in range(2, 10):
        text = BULLETIN.format(month=9, before=day - 1, day=day, aircraft=day + 3, crossed=day % 4, vessels=day % 9 + 1)
        (folder / f"{day:02d}.txt").write_text(text, encoding="utf-8")
    (folder / "99.txt").write_text("不是公報", encoding="utf-8")
    for part in range(2):
        rows = [make_row(1_000 * part + n, country="CHN" if n % 3 else "BRA") for n in range(30)]
        (folder / f"1{part}.CSV").write_bytes(b"\n".join([*rows, b"no row"]) + b"\n")


def run_child(store: Path, inputs: Path, last_step: int = 0) -> subprocess.CompletedProcess[bytes]:
    """A child that takes all in, or ends at a step."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    command = [sys.executable, "-c", CHILD, str(store), str(inputs), str(last_step)]
    return subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=False)


def take_all_in(uri: Path, inputs: Path) -> None:
    store = Store(str(uri))
    store.prepare()
    for path in sorted(inputs.iterdir()):
        ingest_path(store, find_adapter("gdelt" if path.suffix == ".CSV" else "mnd"), path)


def read_content(store: Path) -> dict[str, list[tuple]]:
    opened = Store(str(store))
    opened.prepare()

    def read(table: str, *columns: str) -> list[tuple]:
        rows = opened.read_rows(table, columns).to_pylist()
        return sorted(tuple(str(row[name]) for name in columns) for row in rows)

    return {
        "activity": read("activity", *COMPARED),
        "events": read("events", "event_id", "content_hash"),
        "totals": read("totals", "date", "row_count", "first_number", "last_number"),
        "rejects": read("rejects", "reason", "text"),
    }


def test_an_ingest_killed_anywhere_is_finished_by_a_repeat(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    write_bulletins(inputs)
    step_count = int(run_child(tmp_path / "whole", inputs).stdout)
    expected = read_content(tmp_path / "whole")
    assert {name: len(rows) for name, rows in expected.items()} == {
        "activity": 8, "events": 40, "totals": 2, "rejects": 3
    }  # fmt: skip
    chance = random.Random(20251031)  # noqa: S311 (a test's dice)
    for attempt in range(4):
        store = tmp_path / f"killed-{attempt}"
        for part in range(2):
            # A step of each eighth of the way; a repeat has less to do, so it may come to its end before.
            step = int((2 * attempt + part + chance.random()) / 8 * step_count) + 1
            is_killed = run_child(store, inputs, step).returncode == 9
            assert is_killed or part
            assert (read_content(store) != expected) == is_killed
        take_all_in(store, inputs)
        assert read_content(store) == expected


def test_several_processes_may_ingest_the_same_inputs_at_once(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    write_bulletins(inputs)
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    command = [sys.executable, "-c", CHILD, str(tmp_path / "store"), str(inputs), "0"]
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    content = read_content(tmp_path / "store")
    assert {name: (len(rows), len(set(rows))) for name, rows in content.items()} == {
        "activity": (8, 8), "events": (40, 40), "totals": (2, 2), "rejects": (3, 2)
    }  # fmt: skip
