"""The Sources page: how each source stands, the refresh, and what a person brings, seen before it is taken in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import components.sources_parts
from components import loaders
from components.sources_parts import build_freshness, build_reports
from tension.desk import Desk
from tension.errors import FetchError, StoreError
from tension.intake.ingest import IngestReport, record_failure
from tension.intake.jobs import RefreshJob
from tension.intake.ledger import read_statuses
from tension.intake.refresh import RefreshStep
from tension.records.series import find_card
from tension.records.source_cards import list_read_cards
from tension.records.vocab import Region
from tension.settings import PROJECT_DIR
from tension.store.delta import Store
from tests.apps import open_page, read_words
from tests.factories import copy_store, load_raw_activity

BULLETIN = (
    "中共解放軍臺海周邊海、空域動態 一、日期：中華民國115年9月1日0600時至115年9月2日0600時止。 "
    "二、活動動態：迄0600時止，偵獲共機{aircraft}架次（逾越中線進入北部空域7架次）、共艦6艘及公務船2艘，"
    "持續在臺海周邊活動。國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。"
)
TABLE = (
    "date,headline,region,type,level,link,cameo\n"
    "2026-09-01,=SUM(1) <b>patrol</b>,taiwan-strait,coast_guard,3,https://example.org/a,17\n"
    "2026-09-02,Another,mars,coast_guard,3,https://example.org/b,17\n"
)


@pytest.fixture(autouse=True)
def places(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("UCDP_TOKEN", "ACLED_EMAIL", "ACLED_PASSWORD", "ACLED_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TENSION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("TENSION_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(components.sources_parts, "JOB", RefreshJob())
    copy_store(desk, tmp_path)
    return tmp_path


def read_store(places: Path) -> Store:
    return Store(str(places / "store"))


def find_table(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if column in table.value.columns)


def test_every_source_stands_with_its_state_and_what_it_lacks(desk: Desk) -> None:
    app = open_page("sources")
    assert not app.exception
    table = find_table(app, "In the store").set_index("Key")
    assert list(table.index) == [card.key for card in list_read_cards()]
    assert table.State["mnd"] in ("Stale", "Fresh")
    assert table.State["gdelt"] == "Not loaded"
    days = load_raw_activity()
    assert table["In the store"]["mnd"] == len(days)
    assert table["Newest day"]["mnd"] == max(days)
    words = read_words(app).replace("\\", "")
    assert "UCDP needs UCDP_TOKEN; ACLED needs ACLED_EMAIL and ACLED_PASSWORD" in words
    asked = [card for card in list_read_cards() if card.is_fetched and not card.is_heavy and not card.required_env]
    assert app.multiselect("refresh_sources").value == [card.key for card in asked]
    regions = find_table(app, "Searched until").set_index("Region")
    assert list(regions.index) == [region.value for region in Region]
    counts = find_table(app, "Read to").set_index("Series")
    rows = (PROJECT_DIR / "data/series/japan_senkaku_daily.csv").read_text(encoding="utf-8").split()
    assert str(counts["Newest row"]["japan-senkaku"]) == max(row[:10] for row in rows if row[:2] == "20")
    card = find_card(desk.record.series, "japan-scrambles-month")
    assert card is not None
    assert counts["Read to"]["japan-scrambles-month"] == card.cover.until
    assert counts["Known after days"]["japan-scrambles-month"] == card.known_after_days
    assert "Missing: November and December 2024" in counts["What is missing"]["philippine-navy-month"]


COUNTS = (
    "date_from,date_to,place,measure,value,unit,publisher,url,note,series\n"
    "2026-10-09,,Senkaku/Diaoyu Islands,contiguous-zone,4,ships,Japan Coast Guard,,<b>mine</b>,japan-senkaku\n"
    "2026-10-09,,Senkaku/Diaoyu Islands,contiguous-zone,four,ships,Japan Coast Guard,,,japan-senkaku\n"
    "2026-10-10,,Senkaku/Diaoyu Islands,high-seas,4,ships,Japan Coast Guard,,,japan-senkaku\n"
)


def test_counts_in_the_long_form_are_shown_refused_row_by_row_and_taken(places: Path) -> None:
    app = open_page("sources")
    app.file_uploader("counts_file").set_value(("mine.csv", COUNTS.encode(), "text/csv")).run()
    assert not app.exception
    assert "**3 rows: 1 would be taken, 2 refused**" in read_words(app)
    preview = find_table(app, "Measure")
    assert (preview.Series[0], preview["First day"][0], preview.Value[0]) == ("japan-senkaku", date(2026, 10, 9), 4)
    reasons = " ".join(find_table(app, "Reason").Reason)
    assert "value: 'four'" in reasons
    assert "allowed in japan-senkaku: contiguous-zone, territorial-sea" in reasons
    assert read_store(places).read_rows("runs").num_rows == 0
    app.button("counts_take").click().run()
    assert not app.exception
    assert "3 read, 1 taken, 0 known, 2 refused" in app.success[0].value
    stored = read_store(places).read_rows("measurements", ["date_to", "value"], source_key="measurements").to_pylist()
    assert stored == [{"date_to": date(2026, 10, 9), "value": 4.0}]
    loaders._read_stamps.clear()
    assert find_table(open_page("sources"), "Read to").set_index("Series")["Read to"]["japan-senkaku"] == date(
        2026, 10, 9
    )


def test_a_table_that_is_not_in_the_long_form_says_which_columns_it_lacks() -> None:
    app = open_page("sources")
    app.file_uploader("counts_file").set_value(("mine.csv", b"day,ships\n2026-10-09,4\n", "text/csv")).run()
    assert not app.exception
    assert "has no column date\\_from" in app.error[0].value.replace("date_from", "date\\_from")


def test_a_pasted_bulletin_is_shown_then_taken_then_corrected(places: Path) -> None:
    app = open_page("sources")
    app.text_area("paste_text").set_value(BULLETIN.format(aircraft=9))
    app.button("paste_preview").click().run()
    preview = find_table(app, "Crossed or entered")
    assert (preview.Day[0], preview.Aircraft[0], preview["In the store"][0]) == (date(2026, 9, 2), 9, "new")
    assert read_store(places).read_rows("runs").num_rows == 0
    app.button("paste_take").click().run()
    assert not app.exception
    assert "1 read, 1 taken, 0 known, 0 refused" in app.success[0].value
    assert list(find_table(app, "Succeeded").Input) == ["pasted text"]
    app.text_area("paste_text").set_value(BULLETIN.format(aircraft=11))
    # The next look at the store's files, without the wait for it.
    loaders._read_stamps.clear()
    app.button("paste_preview").click().run()
    assert find_table(app, "Crossed or entered")["In the store"][0] == "replaces aircraft 9"
    app.button("paste_take").click().run()
    (earlier,) = read_store(places).read_rows("activity_history").to_pylist()
    assert earlier["aircraft_count"] == 9


def test_a_text_that_is_no_bulletin_is_refused_with_its_reason(places: Path) -> None:
    app = open_page("sources")
    app.text_area("paste_text").set_value("不是公報 <script>alert(1)</script>")
    app.button("paste_preview").click().run()
    refused = find_table(app, "Reason")
    assert len(refused) == 1
    assert refused.Reason[0]
    app.button("paste_take").click().run()
    assert "1 read, 0 taken, 0 known, 1 refused" in app.success[0].value
    listed = [table.value for table in app.dataframe if "Recorded (UTC)" in table.value.columns]
    assert listed[0].Text[0] == "不是公報 <script>alert(1)</script>"


def test_a_table_is_mapped_shown_and_taken_in_apart_from_the_curated_events(places: Path) -> None:
    app = open_page("sources")
    app.file_uploader("upload_file").set_value(("mine.csv", TABLE.encode(), "text/csv")).run()
    assert not app.exception
    mapping = find_table(app, "First value").set_index("Field")
    assert mapping.Column[["occurred_date", "title", "severity", "source_url"]].tolist() == [
        "date",
        "headline",
        "level",
        "link",
    ]
    assert "**2 rows: 1 would be taken, 1 refused**" in read_words(app)
    assert find_table(app, "Occurred").Event[0] == "=SUM(1) <b>patrol</b>"
    assert "mars" in find_table(app, "Reason").Reason[0]
    app.button("upload_take").click().run()
    assert not app.exception
    assert "2 read, 1 taken, 0 known, 1 refused" in app.success[0].value
    assert read_store(places).read_rows("events", ["title"], source_key="upload")["title"].to_pylist() == [
        "=SUM(1) <b>patrol</b>"
    ]


@pytest.mark.parametrize("raw", [b"", b"<html>no table</html>", b"PK\x03\x04 no workbook"])
def test_a_file_that_is_no_table_says_what_is_allowed(raw: bytes) -> None:
    app = open_page("sources")
    app.file_uploader("upload_file").set_value(("<b>mine</b>.csv", raw, "text/csv")).run()
    assert not app.exception
    assert "allowed" in app.error[0].value
    assert "<b>" not in app.error[0].value


def wait_until_done(app: AppTest) -> AppTest:
    join_refreshes()
    return app.run()


def join_refreshes() -> None:
    for thread in threading.enumerate():
        if thread.name == "refresh":
            thread.join(timeout=60)
            assert not thread.is_alive()


def test_a_refresh_runs_when_asked_and_tells_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def steps(store: Store, http: Any, keys: Any, since: Any) -> Iterator[RefreshStep]:
        asked.append((tuple(keys), since))
        yield RefreshStep("mnd", 1, 2)
        yield RefreshStep("mnd", 1, 2, IngestReport("mnd", "zh 2026-09-02", 3, 1, 1, 0, 1))
        yield RefreshStep("gpr", 2, 2, record_failure(store, "gpr", "file", "the server answered 503 **now**"))

    monkeypatch.setattr(components.sources_parts, "refresh_sources", steps)
    app = open_page("sources")
    assert asked == []
    app.multiselect("refresh_sources").set_value(["mnd", "gpr"]).run()
    app.date_input("refresh_since").set_value(date(2026, 8, 1)).run()
    app.button("refresh_begin").click().run()
    wait_until_done(app)
    assert not app.exception
    assert asked == [(("mnd", "gpr"), date(2026, 8, 1))]
    table = next(table.value for table in app.dataframe if list(table.value.columns)[:2] == ["Source", "Input"])
    assert table.Message.tolist() == ["the server answered 503 **now**", ""]
    assert "the server answered 503 **now**" in find_table(app, "Succeeded").Message.tolist()


@pytest.mark.parametrize("error", [StoreError("store gone: set TENSION_STORE"), FetchError("x")])
def test_what_ends_a_refresh_is_told(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(*args: Any) -> Iterator[RefreshStep]:
        yield RefreshStep("mnd", 1, 1)
        raise error

    monkeypatch.setattr(components.sources_parts, "refresh_sources", steps)
    app = open_page("sources")
    app.button("refresh_begin").click().run()
    wait_until_done(app)
    assert str(error) in app.error[0].value.replace("\\", "")
    assert not app.button("refresh_begin").disabled


def test_only_one_refresh_runs_at_a_time() -> None:
    job = RefreshJob()
    gate = threading.Event()

    def steps() -> Iterator[RefreshStep]:
        yield RefreshStep("mnd", 1, 2)
        gate.wait(timeout=60)
        yield RefreshStep("gpr", 2, 2)

    assert job.start(steps)
    assert not job.start(steps)
    gate.set()
    join_refreshes()
    state = job.read()
    assert (state.number, state.is_running, state.share_done, state.error) == (1, False, 1.0, "")
    assert job.start(lambda: iter(()))


def test_small_files_are_joined_when_asked(places: Path) -> None:
    app = open_page("sources")
    for number in range(3):
        record_failure(read_store(places), "mnd", str(number), "down")
    app.button("compact").click().run()
    assert not app.exception
    assert "3 small files were joined." in read_words(app)
    assert read_store(places).count_files()["runs"] == 1


def test_reports_and_states_are_words(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "other"))
    store.prepare()
    frame = build_freshness(read_statuses(store))
    assert set(frame.State) == {"Not loaded"}
    assert frame.set_index("Key")["In the store"]["gdelt"] == 0
    reports = (IngestReport("mnd", "one", 4, 1, 1, 1, 1), IngestReport("mnd", "two"))
    rows = json.loads(build_reports(reports).to_json(orient="records"))
    assert [row["Input"] for row in rows] == ["two", "one"]
    assert rows[1]["Read"] == sum(rows[1][name] for name in ("Taken", "Known", "Out of scope", "Refused"))
