"""The store queries behind Overview at ten thousand, one million and ten million events."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa

from bench.gdelt_rows import write_export
from tension.desk import Desk, open_desk
from tension.duckdb_session import connect
from tension.records.filters import EventFilter
from tension.records.schema import EVENT_SCHEMA
from tension.records.vocab import Region
from tension.relations.act_counts import ACT_COLUMNS
from tension.settings import PROJECT_DIR, Settings
from tension.sources.gdelt import adapter as gdelt
from tension.store.delta import read_now_utc

SIZES = tuple(int(size) for size in os.environ.get("BENCH_EVENTS", "10000 1000000 10000000").split())
SEED_ROWS, BATCH_ROWS = 20_000, 1_000_000
ROUNDS = 5
LATEST = 5_000
DAY_COUNT = 4_100
DAYS = {"first_day": date(2015, 2, 19), "day_count": DAY_COUNT}
BOTH = ("curated", "gdelt")
VIEWS = {
    "curated events (the default)": EventFilter(),
    "with machine-coded ones, one region since 2022": EventFilter(
        regions=(Region.TAIWAN_STRAIT,), since=date(2022, 1, 1), source_keys=BOTH
    ),
    "with all machine-coded ones": EventFilter(source_keys=BOTH),
}
# Events of the seed, spread over the days of eleven years with lags of publication of up to two days.
_SPREAD = """
    SELECT s.* EXCLUDE (event_id, occurred_date, reported_date, content_hash, pos),
        'gdelt:' || (900000000 + i)::varchar AS event_id,
        day - (hash(i) % 3)::integer AS occurred_date, day AS reported_date,
        left(sha256(i::varchar), 16) AS content_hash
    FROM (
        SELECT i, $first_day::date + (i * $day_count // $size)::integer AS day, hash(i) % $seed_count AS pos
        FROM range($start, $stop) r(i)
    ) JOIN seed s USING (pos)
"""
# Ten times as many rows were published, in and out of scope.
_TOTALS = """
    SELECT 'gdelt' AS source_key, $first_day::date + i::integer AS date, $per_day AS row_count,
        i AS first_number, i AS last_number
    FROM range($day_count) r(i)
"""


def measure() -> list[tuple[str, str]]:
    """Milliseconds of all queries together per view and size, and how they grow, as (what, value)."""
    shown = []
    with tempfile.TemporaryDirectory(prefix="tension-bench-") as folder:
        times: dict[str, dict[int, float]] = {name: {} for name in VIEWS}
        for size in SIZES:
            desk = build_store(Path(folder) / str(size), size)
            first = take_time(partial(desk.queries.summarise, EventFilter()))
            shown.append((f"{size:>10,} events: first count of a new version", f"{first * 1000:,.0f} ms"))
            for name, wanted in VIEWS.items():
                times[name][size] = measure_view(desk, wanted)
                shown.append((f"{size:>10,} events: {name}", f"{times[name][size] * 1000:,.0f} ms"))
            listed = statistics.median(take_cpu(partial(list_latest, desk)) for _ in range(ROUNDS))
            shown.append((f"{size:>10,} events: the latest {LATEST:,} of all", f"{listed:.2f} s CPU"))
            scanned = statistics.median(take_cpu(partial(scan_bare, desk)) for _ in range(ROUNDS))
            shown.append((f"{size:>10,} events: one bare count, in CPU", f"{scanned:.2f} s CPU"))
            bare = statistics.median(take_time(partial(scan_bare, desk)) for _ in range(ROUNDS))
            shown.append((f"{size:>10,} events: one bare DuckDB count by region and month", f"{bare * 1000:,.0f} ms"))
    for name, by_size in times.items():
        growth = by_size[SIZES[-1]] / by_size[SIZES[0]]
        shown.append((f"growth for {SIZES[-1] // SIZES[0]:,} times the events: {name}", f"{growth:.1f} x"))
    return shown


def build_store(folder: Path, size: int) -> Desk:
    """A store with the curated record and so many machine-coded events."""
    folder.mkdir()
    export = folder / "seed.CSV"
    write_export(export, SEED_ROWS)
    seed = gdelt.parse_file(export, read_now_utc()).events
    desk = open_desk(Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store")))
    connection = connect()
    connection.register("given", seed.append_column("pos", pa.array(range(seed.num_rows), pa.uint64())))
    connection.execute("CREATE TABLE seed AS FROM given")
    for start in range(0, size, BATCH_ROWS):
        span = {"start": start, "stop": min(start + BATCH_ROWS, size)}
        rows = connection.sql(
            _SPREAD, params={"size": size, "seed_count": seed.num_rows} | DAYS | span
        ).to_arrow_table()
        desk.store.append("events", rows.select(EVENT_SCHEMA.names).cast(EVENT_SCHEMA))
    totals = connection.sql(_TOTALS, params={"per_day": size * 10 // DAY_COUNT + 1} | DAYS).to_arrow_table()
    desk.store.append("totals", totals)
    desk.refresh()
    return desk


def measure_view(desk: Desk, wanted: EventFilter) -> float:
    """The median of all queries of Overview run one after the other; nothing is kept between rounds."""
    return statistics.median(take_time(lambda: run_queries(desk, wanted)) for _ in range(ROUNDS))


def run_queries(desk: Desk, wanted: EventFilter) -> None:
    """What Overview asks of the store for a view that nobody has asked for before.

    Drawn events are bounded by the page (a map of ten million marks is none), so they are read for the curated view.
    """
    queries = desk.queries
    queries.summarise(wanted)
    queries.count_events(wanted, ["occurred_date"])
    queries.count_events(wanted, ACT_COLUMNS)
    queries.find_span()
    queries.load_gpr()
    queries.load_activity()
    queries.count_reporting()
    if wanted.source_keys == ("curated",):
        queries.load_events(wanted)


def scan_bare(desk: Desk) -> None:
    query = "SELECT region, date_trunc('month', occurred_date), count(*) FROM read_parquet(?) GROUP BY ALL"
    connect().execute(query, [desk.store.list_files("events")["gdelt"]]).fetchall()


def list_latest(desk: Desk) -> None:
    desk.queries.load_events(VIEWS["with all machine-coded ones"], latest=LATEST)


def take_cpu(work: Callable[[], object]) -> float:
    """Seconds of all threads of the process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def take_time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:<78} {value}")
