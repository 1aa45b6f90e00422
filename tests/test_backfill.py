"""Years of a source with many files a day: in order, resumed where they were broken off, compacted as they grow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tension.errors import BadInput
from tension.intake.backfill import BackfillDay, backfill, check_backfill
from tension.sources import find_adapter
from tension.store.delta import Store
from tests.test_refresh_holes import Gdelt

GDELT = find_adapter("gdelt")
FIRST, LAST = date(2026, 8, 20), date(2026, 8, 23)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("tension.intake.backfill.read_now_utc", lambda: datetime(2026, 8, 23, 23, tzinfo=UTC))
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def run(store: Store, server: Gdelt, since: date = FIRST) -> list[BackfillDay]:
    return list(backfill(store, server, GDELT, since, LAST))


def list_stamps(store: Store) -> list[str]:
    return sorted(
        name[:10] for name in store.read_rows("runs", filters=[("is_success", "=", True)])["input_name"].to_pylist()
    )


def test_days_are_taken_in_from_the_first_on_and_each_file_is_in_the_ledger(store: Store) -> None:
    days = run(store, Gdelt({}))
    assert [(done.day, len(done.reports), done.failures) for done in days] == [
        (date(2026, 8, day), 4, []) for day in (20, 21, 22, 23)
    ]
    assert list_stamps(store) == [f"202608{day}{hour:02d}" for day in (20, 21, 22, 23) for hour in (0, 6, 12, 18)]


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(store: Store) -> None:
    steps = backfill(store, Gdelt({}), GDELT, FIRST, LAST)
    assert next(steps).day == FIRST
    steps.close()
    again = Gdelt({})
    run(store, again)
    assert again.asked[0] == "20260821000000"
    idle = Gdelt({})
    run(store, idle)
    # The newest is asked for all the same, which shows that the source answers.
    assert idle.asked == ["20260823180000"]


def test_a_server_that_is_down_is_told_after_the_days_that_were_had(store: Store) -> None:
    days = run(store, Gdelt(dict.fromkeys(("20260822000000", "20260822060000", "20260822120000"), "answered 503")))
    assert [done.day for done in days] == [FIRST, date(2026, 8, 21), None]
    assert "3 exports could not be fetched" in days[-1].failures[0]


def test_tables_are_compacted_as_they_grow(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tension.intake.backfill.COMPACT_AFTER_DAYS", 4)
    run(store, Gdelt({}))
    assert store.count_files()["events"] == 1


def test_other_sources_and_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(BadInput, match="source: 'ucdp' is not allowed; allowed: gdelt; others: refresh"):
        check_backfill(find_adapter("ucdp"), FIRST, LAST)
    with pytest.raises(BadInput, match="--since"):
        check_backfill(GDELT, LAST, FIRST)
