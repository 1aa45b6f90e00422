"""Of two versions of a row the newer stays whatever came first, and a day that can't be is refused by every source."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tension.intake.ingest import IngestReport, ingest_file, ingest_result
from tension.intake.ledger import read_statuses, read_stock
from tension.intake.write import write_series
from tension.records.events import ActivityDay
from tension.records.measurements import Measurement
from tension.records.schema import build_activity_table
from tension.records.source_cards import SOURCE_CARDS
from tension.sources import acled, find_adapter, ucdp
from tension.sources.base import FetchedFile, ParseResult
from tension.sources.gdelt import adapter as gdelt
from tension.sources.mnd import adapter as mnd
from tension.store.delta import Store
from tests.test_sources_acled import build_csv as build_acled
from tests.test_sources_gdelt import build_row
from tests.test_sources_ucdp import build_csv as build_ucdp

SEEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
BULLETIN = (
    "中共解放軍臺海周邊海、空域動態 一、日期：中華民國{year}年8月{before}日0600時至{year}年8月{day}日0600時止。 "
    "二、活動動態：迄0600時止，偵獲共機9架次（逾越中線進入北部空域7架次）、共艦6艘及公務船1艘，持續在臺海周邊活動。"
    "國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def take(store: Store, key: str, name: str, raw: bytes) -> IngestReport:
    report = ingest_file(store, find_adapter(key), FetchedFile(name, raw))
    assert report.is_success, report.message
    return report


def list_deaths(store: Store, key: str) -> dict[str, float]:
    rows = store.read_rows("events", source_key=key).to_pylist()
    return {row["event_id"]: row["figures"][0]["value"] for row in rows}


def build_version(stamp: str, deaths: int) -> bytes:
    return build_acled({"fatalities": str(deaths), "timestamp": stamp})


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
def test_acled_keeps_the_row_with_the_later_time_in_any_order(store: Store, order: tuple[int, ...]) -> None:
    files = [build_version("1787000000", 0), build_version("1788000000", 2)]
    for number in order:
        take(store, "acled", f"{number}.csv", files[number])
    assert list_deaths(store, "acled") == {"acled:phl900001": 2}


def test_an_older_version_counts_as_known(store: Store) -> None:
    take(store, "acled", "new.csv", build_version("1788000000", 2))
    report = take(store, "acled", "old.csv", build_version("1787000000", 0))
    assert (report.read_count, report.accepted_count, report.duplicate_count) == (1, 0, 1)


def test_a_row_confirmed_by_a_later_version_is_not_undone_by_one_in_between(store: Store) -> None:
    for stamp, deaths in (("1787000000", 2), ("1789000000", 2), ("1788000000", 0)):
        take(store, "acled", f"{stamp}.csv", build_version(stamp, deaths))
    assert list_deaths(store, "acled") == {"acled:phl900001": 2}


def test_of_two_versions_in_one_file_the_newer_is_taken() -> None:
    rows = [{"fatalities": str(deaths), "timestamp": stamp} for stamp, deaths in (("1788000000", 2), ("1787000000", 0))]
    for ordered in (rows, rows[::-1]):
        result = acled.parse(build_acled(*ordered), SEEN)
        assert (result.events.num_rows, result.duplicate_count) == (1, 1)
        assert result.events["figures"].to_pylist()[0][0]["value"] == 2


def test_without_a_time_what_is_taken_later_counts(store: Store) -> None:
    for deaths in (2, 0):
        take(store, "acled", f"{deaths}.csv", build_version("", deaths))
    assert list_deaths(store, "acled") == {"acled:phl900001": 0}


def test_a_time_that_is_none_is_a_reject() -> None:
    result = acled.parse(build_version("yesterday", 1), SEEN)
    assert [reject.reason for reject in result.rejects] == ["timestamp is not a time in seconds since 1970"]


# From the oldest to the newest, as UCDP publishes what holds one event of May 2025.
RELEASES = (
    "GEDEvent_v25_0_5.csv",
    "gedevents-25.0.6-from-2025-01-12-page2-last.json",
    "GEDEvent_v25_01_25_06.csv",
    "GEDEvent_v25_0_12.csv",
    "downloads/GEDEvent_v25_01_25_12 (1).csv",
    "GEDEvent_v26_1.csv",
    "ged271-csv.csv",
)


def test_releases_of_ucdp_are_ranked_by_their_names() -> None:
    ranks = [ucdp.rank_release(name) for name in RELEASES]
    assert None not in ranks
    assert ranks == sorted(set(ranks), key=lambda rank: rank or 0)
    assert ucdp.rank_release("gedevents-26.1-from-2024-01-01-page3.json") == ucdp.rank_release("GEDEvent_v26_1.csv")
    assert [ucdp.rank_release(name) for name in ("-", "events.csv", "GEDEvent.csv", "2026-05-01.csv")] == [None] * 4


@pytest.mark.parametrize("seed", range(4))
def test_ucdp_keeps_the_newest_release_in_any_order(store: Store, seed: int) -> None:
    order = list(RELEASES)
    random.Random(seed).shuffle(order)  # noqa: S311 (a test's dice)
    for name in order:
        deaths = str(RELEASES.index(name) + 1)
        raw = build_ucdp({"date_start": "2025-05-03", "date_end": "2025-05-03", "best": deaths, "high": "99"})
        if name.endswith(".json"):
            continue
        take(store, "ucdp", name, raw)
    assert list_deaths(store, "ucdp") == {"ucdp:900001": len(RELEASES)}


def list_faults(result: ParseResult) -> list[str]:
    kept = result.events.num_rows + result.activity.num_rows
    assert kept + len(result.rejects) + result.out_of_scope_count == result.read_count
    return [reject.reason for reject in result.rejects]


def read_acled(day: date) -> ParseResult:
    return acled.parse(build_acled({"event_date": day.isoformat()}), SEEN)


def read_ucdp_start(day: date) -> ParseResult:
    return ucdp.parse(build_ucdp({"date_start": day.isoformat(), "date_end": ""}), SEEN)


def read_ucdp_end(day: date) -> ParseResult:
    return ucdp.parse(build_ucdp({"date_end": day.isoformat()}), SEEN)


def read_gdelt(day: date) -> ParseResult:
    row = build_row(sqldate=f"{day:%Y%m%d}".rjust(8, "0"), date_added="20260901113000")
    return gdelt.parse(row.encode(), SEEN, "a.CSV")


def read_gdelt_added(day: date) -> ParseResult:
    added = f"{day:%Y%m%d}".rjust(8, "0") + "113000"
    return gdelt.parse(build_row(sqldate="20260801", date_added=added).encode(), SEEN, "a.CSV")


READERS: dict[str, Callable[[date], ParseResult]] = {
    "acled": read_acled,
    "ucdp date_start": read_ucdp_start,
    "ucdp date_end": read_ucdp_end,
    "gdelt SQLDATE": read_gdelt,
    "gdelt DATEADDED": read_gdelt_added,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("year", [1, 25, 1899, 2062, 2821, 5808, 9999])
def test_a_year_that_cannot_be_is_a_reject_that_says_so(read: Callable[[date], ParseResult], year: int) -> None:
    (fault,) = list_faults(read(date(year, 8, 3)))
    assert "allowed: " in fault or "date_end is before date_start" in fault


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_day_may_lie_ahead_by_as_much_as_clocks_and_zones_differ(read: Callable[[date], ParseResult]) -> None:
    assert list_faults(read(SEEN.date() + timedelta(days=2))) == []
    assert len(list_faults(read(SEEN.date() + timedelta(days=3)))) == 1


@pytest.mark.parametrize(("year", "count"), [(115, 1), (151, 0), (105, 0)])
def test_a_bulletin_of_a_year_that_cannot_be_is_a_reject(year: int, count: int) -> None:
    result = mnd.parse(BULLETIN.format(year=year, before=5, day=6).encode(), SEEN)
    assert result.activity.num_rows == count
    faults = list_faults(result)
    assert all("allowed: 2020-09-01 to 2026-09-03" in fault for fault in faults)


def test_the_newest_day_is_that_of_the_rows_held_now_and_never_ahead(store: Store) -> None:
    """Also in a store that an earlier version filled with a row of 2062."""
    days = [
        ActivityDay(date=day, aircraft_count=3, scope="all_detected") for day in (date(2026, 8, 30), date(2062, 8, 3))
    ]
    store.append("activity", build_activity_table(days, "mnd", SEEN))
    stock = read_stock(store, SOURCE_CARDS["mnd"], SEEN.date())
    assert (stock.row_count, stock.newest_date) == (2, date(2026, 8, 30))
    take(
        store,
        "acled",
        "wrong.csv",
        build_acled({"event_date": "2062-08-03"}, {"event_id_cnty": "PHL1", "event_date": "2024-05-01"}),
    )
    take(store, "acled", "right.csv", build_acled({"event_date": "2024-06-03"}))
    status: Any = next(status for status in read_statuses(store) if status.card.key == "acled")
    assert (status.newest_date, status.rejected_count) == (date(2024, 6, 3), 1)


def put_counts(store: Store, key: str, name: str, **values: float) -> tuple[int, int]:
    """Values by month, 'm07=3' for July 2026, as one release."""
    rows = [
        Measurement(
            series="made-up",
            date_from=date(2026, int(month[1:]), 1),
            date_to=date(2026, int(month[1:]), 28),
            place="",
            measure="ships",
            value=value,
            unit="ships",
            publisher="An office",
        )
        for month, value in values.items()
    ]
    result = ParseResult(len(rows), measurements=tuple(rows))
    report = ingest_result(store, find_adapter(key), FetchedFile(name, name.encode()), result)
    return report.accepted_count, report.duplicate_count


def list_counts(store: Store) -> dict[int, float]:
    return {row["date_from"].month: row["value"] for row in store.read_rows("measurements").to_pylist()}


def test_a_release_that_reaches_less_far_does_not_undo_a_later_one(store: Store) -> None:
    assert put_counts(store, "senkaku", "newer", m06=5, m07=7) == (2, 0)
    assert put_counts(store, "senkaku", "older", m05=3, m06=4) == (1, 1)
    assert list_counts(store) == {5: 3, 6: 5, 7: 7}
    assert put_counts(store, "senkaku", "newest", m06=6, m08=9) == (2, 0)
    assert list_counts(store) == {5: 3, 6: 6, 7: 7, 8: 9}


def test_a_correction_of_ones_own_table_may_reach_less_far(store: Store) -> None:
    put_counts(store, "measurements", "table", m06=5, m07=7)
    assert put_counts(store, "measurements", "one row", m06=4) == (1, 0)
    assert put_counts(store, "measurements", "table", m06=5, m07=7) == (0, 2)
    assert list_counts(store) == {6: 4, 7: 7}


def test_an_older_release_of_the_index_only_fills_what_is_empty(store: Store) -> None:
    months = [date(2026, month, 1) for month in (5, 6, 7)]
    write_series(store, pa.table({"month": months[1:], "gpr": [120.0, 130.0]}))
    older = pa.table({"month": months[:2], "gpr": [110.0, 119.0], "gprc_chn": [1.0, 2.0]})
    assert write_series(store, older).accepted_count == 2
    kept = {row["month"]: (row["gpr"], row["gprc_chn"]) for row in store.read_rows("gpr").to_pylist()}
    assert kept == {months[0]: (110.0, 1.0), months[1]: (120.0, 2.0), months[2]: (130.0, None)}
    write_series(store, pa.table({"month": [months[2]], "gpr": [131.0]}))
    assert {row["gpr"] for row in store.read_rows("gpr").to_pylist()} == {110.0, 120.0, 131.0}
