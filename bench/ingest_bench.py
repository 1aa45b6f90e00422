"""GDELT from a file to a committed store, beside DuckDB's bare read_csv and gdelt-py, on the same rows in one run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from bench.gdelt_rows import write_export
from tension.duckdb_session import connect
from tension.settings import PROJECT_DIR

ROW_COUNT = int(os.environ.get("BENCH_ROWS", "1000000"))
ROUNDS = 3
# gdelt-py's models take 12 KB a row.
ROWS_PER_GB = 50_000
# Each in a process of its own, so that its memory can be told apart.
INGEST = """
import json, resource, sys, time
from pathlib import Path
from tension.intake.ingest import ingest_path
from tension.sources import find_adapter
from tension.store.delta import Store
store = Store(sys.argv[1])
store.prepare()
adapter = find_adapter("gdelt")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
report = ingest_path(store, adapter, Path(sys.argv[2]))
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert report.read_count == int(sys.argv[3])
print(json.dumps({"seconds": seconds, "peak_mb": (peak - before) / 1024}))
"""
# Once only: a million models take minutes.
GDELT_PY = """
import json, resource, sys, time
from pathlib import Path
from py_gdelt.models.events import Event
from py_gdelt.parsers.events import EventsParser
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
events = [Event.from_raw(row) for row in EventsParser().parse(Path(sys.argv[2]).read_bytes())]
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert len(events) == int(sys.argv[3])
print(json.dumps({"seconds": seconds, "peak_mb": (peak - before) / 1024}))
"""


def measure() -> list[tuple[str, str]]:
    """Rows a second of each as medians, and the ratios, as (what, value)."""
    with tempfile.TemporaryDirectory(prefix="tension-bench-") as folder:
        path = Path(folder) / "export.CSV"
        origin = write_export(path, ROW_COUNT)
        size_mb = path.stat().st_size / 1e6
        bare, ours = [], []
        for number in range(ROUNDS):
            bare.append(ROW_COUNT / take_time(lambda: read_bare(path)))
            ours.append(run(INGEST, Path(folder) / f"store-{number}", path))
        short, short_count = Path(folder) / "short.CSV", min(ROW_COUNT, read_free_gb() * ROWS_PER_GB)
        write_export(short, short_count)
        theirs = run(GDELT_PY, Path(folder), short, short_count) if find_spec("py_gdelt") else None
    rate = ROW_COUNT / statistics.median(one["seconds"] for one in ours)
    peak_mb = statistics.median(one["peak_mb"] for one in ours)
    shown = [
        (f"rows ({origin}, {size_mb:.0f} MB)", f"{ROW_COUNT:,}"),
        ("file to committed store / bare read_csv (aim 0.33)", f"{rate / statistics.median(bare):.2f}"),
        ("file to committed store / gdelt-py (aim 20)", "not measured: pip install -r requirements-bench.txt"),
        ("file to committed store (this machine)", f"{rate:,.0f} rows/s, {peak_mb:,.0f} MB at its peak"),
        ("bare read_csv (this machine)", f"{statistics.median(bare):,.0f} rows/s"),
    ]
    if theirs:
        their_rate = short_count / theirs["seconds"]
        shown[2] = (shown[2][0], f"{rate / their_rate:.0f}")
        words = f"{their_rate:,.0f} rows/s over {short_count:,} rows, {theirs['peak_mb']:,.0f} MB at its peak"
        shown.append(("gdelt-py (this machine)", words))
    return shown


def take_time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def read_bare(path: Path) -> int:
    """Every cell of the file through DuckDB's reader, in batches that are let go."""
    read = connect().sql(f"FROM read_csv('{path}', delim = '\t', quote = '', header = false)")
    return sum(batch.num_rows for batch in read.to_arrow_reader())


def read_free_gb() -> int:
    """Memory that is free, in whole gigabytes; 4 where the system doesn't say."""
    meminfo = Path("/proc/meminfo")
    lines = meminfo.read_text().splitlines() if meminfo.exists() else []
    return next((int(line.split()[1]) // 1024**2 for line in lines if line.startswith("MemAvailable")), 4)


def run(script: str, store: Path, path: Path, row_count: int = ROW_COUNT) -> dict[str, float]:
    """Seconds and peak memory of a script in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    command = [sys.executable, "-c", script, str(store), str(path), str(row_count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:<56} {value}")
