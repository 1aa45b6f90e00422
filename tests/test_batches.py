"""A day of exports taken in together leaves what taking them in one by one leaves, in fewer commits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from tension.errors import FetchError
from tension.intake.ingest import ingest_batch, ingest_file
from tension.intake.refresh import take_in
from tension.sources import find_adapter
from tension.sources.base import FetchedFile, ParseResult
from tension.sources.gdelt import adapter
from tension.store.delta import TABLES, Store
from tests.test_totals import make_row

GDELT = find_adapter("gdelt")
_OF_THE_RUN = ("run_id", "started_utc", "finished_utc", "recorded_utc")


def make_export(stamp: str, first: int, count: int = 6, *, extra: bytes = b"") -> FetchedFile:
    rows = [make_row(first + n, stamp, "CHN" if n % 3 else "BRA") for n in range(count)]
    return FetchedFile(f"{stamp}.export.CSV", b"\n".join([*rows, *([extra] if extra else [])]) + b"\n")


def pack(file: FetchedFile) -> FetchedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file.name, file.raw)
    return FetchedFile(f"{file.name}.zip", packed.getvalue())


def make_faulty_row(number: int) -> bytes:
    return make_row(number).replace(b"\t173\t173\t17\t", b"\t173\t173\t99\t")


CASES = {
    "plain": [make_export(f"202406171{n}0000", 100 * n) for n in range(4)],
    "zipped": [pack(make_export(f"202406171{n}0000", 100 * n)) for n in range(3)],
    "two days": [make_export("20240617234500", 100), make_export("20240618000000", 200)],
    "faulty row": [
        make_export("20240617100000", 100),
        make_export("20240617110000", 200, extra=make_faulty_row(300)),
        make_export("20240617120000", 400),
    ],
    "no row, no file, nothing": [
        make_export("20240617100000", 100),
        make_export("20240617110000", 200, extra=b"no row"),
        FetchedFile("20240617120000.export.CSV", b"<html>not found</html>"),
        FetchedFile("20240617121500.export.CSV", b""),
        make_export("20240617130000", 300),
    ],
    "blank lines": [make_export("20240617100000", 100, extra=b"\n"), make_export("20240617110000", 200)],
    "one event twice": [
        make_export("20240617100000", 100),
        make_export("20240617110000", 104),
        make_export("20240617120000", 200, extra=make_row(201, "20240617120000")),
    ],
    "only outside": [FetchedFile(f"f{n}", make_row(n, country="BRA") + b"\n") for n in range(3)],
}


@pytest.fixture
def stores(tmp_path: Path) -> tuple[Store, Store]:
    made = Store(str(tmp_path / "one")), Store(str(tmp_path / "together"))
    for store in made:
        store.prepare()
    return made


def read_content(store: Store) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted(
            ({k: v for k, v in row.items() if k not in _OF_THE_RUN} for row in store.read_rows(name).to_pylist()),
            key=str,
        )
        for name in TABLES
    }


@pytest.mark.parametrize("name", CASES)
def test_together_and_one_by_one_leave_the_same(stores: tuple[Store, Store], name: str) -> None:
    files, (one, together) = CASES[name], stores
    for taken in (files[:2], files):
        # The second time, some are known.
        expected = [ingest_file(one, GDELT, file) for file in taken]
        found = ingest_batch(together, GDELT, taken)
        assert [report.to_counts() for report in found] == [report.to_counts() for report in expected]
        assert read_content(together) == read_content(one)
    for report in found:
        taken_count = report.accepted_count + report.duplicate_count
        assert report.read_count == taken_count + report.out_of_scope_count + report.rejected_count


@pytest.mark.parametrize("name", ["plain", "zipped", "two days", "faulty row", "only outside"])
def test_ordinary_exports_are_read_together(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "parse", lambda *_: pytest.fail("read by itself"))
    results = adapter.parse_batch(CASES[name], datetime(2026, 1, 1, tzinfo=UTC))
    rejects = [len(result.rejects) for result in results if isinstance(result, ParseResult)]
    assert rejects == ([0, 1, 0] if name == "faulty row" else [0] * len(CASES[name]))


def count_commits(store: Store) -> int:
    return sum(DeltaTable(f"{store.uri}/{name}").version() for name in TABLES)


def test_a_day_is_three_commits_and_a_run_for_each_file(stores: tuple[Store, Store]) -> None:
    store, before = stores[0], count_commits(stores[0])
    day = [make_export(f"20240617{n // 4:02d}{n % 4 * 15:02d}00", 100 * n, 3) for n in range(96)]
    assert sum(report.accepted_count for reports in take_in(store, GDELT, iter(day)) for report in reports) == 96 * 2
    assert count_commits(store) - before == 3
    assert store.read_rows("runs").num_rows == 96


def test_what_came_before_a_failure_is_taken_in(stores: tuple[Store, Store]) -> None:
    def fetch() -> Iterator[FetchedFile]:
        yield make_export("20240617100000", 100)
        yield make_export("20240618100000", 200)
        yield make_export("20240618110000", 300)
        raise FetchError("down")

    with pytest.raises(FetchError, match="down"):
        list(take_in(stores[0], GDELT, fetch()))
    assert stores[0].read_rows("events").num_rows == 3 * 4
