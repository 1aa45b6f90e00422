"""The denominator of attention: one slice of a source counts once, in whatever shape it comes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tension.intake.ingest import ingest_file
from tension.intake.totals import Slice, join_slices
from tension.sources import find_adapter
from tension.sources.base import FetchedFile
from tension.sources.gdelt import adapter as gdelt
from tension.store.delta import Store

DAY, NEXT_DAY = date(2024, 6, 17), date(2024, 6, 18)
NOW = datetime(2024, 6, 19, tzinfo=UTC)


def make_slice(count: int, first: int | None, last: int | None, day: date = DAY) -> Slice:
    return Slice(day, count, first, last)


@pytest.mark.parametrize(
    ("stored", "incoming", "expected"),
    [
        ([], [make_slice(9, 1, 8)], [9]),
        ([make_slice(9, 1, 8)], [make_slice(9, 1, 8)], [9]),
        ([make_slice(9, 1, 8)], [make_slice(5, 3, 6)], [9]),
        ([make_slice(5, 3, 6)], [make_slice(9, 1, 8)], [9]),
        ([make_slice(9, 1, 8)], [make_slice(4, 20, 22)], [9, 4]),
        ([make_slice(9, 1, 8), make_slice(4, 20, 22)], [make_slice(15, 1, 25)], [15]),
        ([make_slice(9, 1, 8)], [make_slice(7, 1, 8, NEXT_DAY)], [9, 7]),
        ([make_slice(9, None, None)], [make_slice(9, None, None)], [9]),
        ([make_slice(9, None, None)], [make_slice(7, None, None)], [9, 7]),
    ],
    ids="new same excerpt whole apart day-of-both another-day no-numbers no-numbers-apart".split(),
)
def test_overlapping_slices_count_once(stored: list[Slice], incoming: list[Slice], expected: list[int]) -> None:
    assert [one.row_count for one in join_slices(stored, incoming)] == expected


def make_row(number: int, added: str = "20240617120000", country: str = "CHN") -> bytes:
    cells = [""] * 61
    cells[0], cells[1], cells[2], cells[3], cells[4] = str(number), "20240617", "202406", "2024", "2024.46"
    cells[5], cells[6], cells[7] = country, country, country
    cells[15], cells[16], cells[17] = ("PHL", "PHILIPPINES", "PHL") if country == "CHN" else ("", "", "")
    cells[25], cells[26], cells[27], cells[28], cells[29], cells[30] = "1", "173", "173", "17", "4", "-5.0"
    cells[31], cells[32], cells[33], cells[34] = "4", "1", "4", "-2.0"
    cells[59], cells[60] = added, f"https://example.org/{number}"
    return "\t".join(cells).encode()


def test_one_export_counts_once_zipped_plain_cut_and_with_a_damaged_row(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.prepare()
    rows = [make_row(100 + n, country="CHN" if n % 2 == 0 else "BRA") for n in range(9)]
    whole = b"\n".join(rows) + b"\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20240617120000.export.CSV", whole)
    damaged = b"\n".join([b"no row", *rows[1:]]) + b"\n"
    later = b"\n".join(make_row(200 + n) for n in range(4)) + b"\n"
    for name, raw in (("cut", damaged), ("zip", packed.getvalue()), ("plain", whole), ("again", whole), ("x", later)):
        assert ingest_file(store, find_adapter("gdelt"), FetchedFile(name, raw)).is_success
    assert sum(store.read_rows("totals")["row_count"].to_pylist()) == 9 + 4
    assert store.read_rows("events", source_key="gdelt").num_rows == 5 + 4
    assert gdelt.parse(whole, NOW).out_of_scope_count == 4
