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
from pathlib import Path

from bench.gdelt_rows import write_export
from tension.duck import connect
from tension.settings import PROJECT_DIR

ROW_COUNT = 1_000_000
# gdelt-py takes minutes for a million.
SLOW_ROW_COUNT = 20_000
ROUNDS = 3
# In a process of its own, so that its memory can be told apart.
CHILD = """
import json, resource, sys, time
from pathlib import Path
from tension.ingest import ingest_path
from tension.sources import find_adapter
from tension.store import Store
store = Store(sys.argv[1])
store.prepare()
adapter = find_adapter("gdelt")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
report = ingest_path(store, adapter, Path(sys.argv[2]))
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "peak_mb": (peak - before) / 1024, **report.to_counts()}))
"""


def measure() -> list[tuple[str, str]]:
    """Rows a second of each as medians, and the ratios, as (what, value)."""
    with tempfile.TemporaryDirectory(prefix="tension-bench-") as folder:
        path, short = Path(folder) / "export.CSV", Path(folder) / "short.CSV"
        origin = write_export(path, ROW_COUNT)
        write_export(short, SLOW_ROW_COUNT)
        bare, ours, peaks, theirs = [], [], [], []
        for number in range(ROUNDS):
            bare.append(ROW_COUNT / take_time(lambda: read_bare(path)))
            taken = ingest(Path(folder) / f"store-{number}", path)
            ours.append(ROW_COUNT / taken["seconds"])
            peaks.append(taken["peak_mb"])
            if has_gdelt_py():
                theirs.append(SLOW_ROW_COUNT / take_time(lambda: parse_with_gdelt_py(short.read_bytes())))
        size_mb = path.stat().st_size / 1e6
    rate = statistics.median(ours)
    shown = [
        (f"rows ({origin}, {size_mb:.0f} MB)", f"{ROW_COUNT:,}"),
        ("file to committed store / bare read_csv (aim 0.33)", f"{rate / statistics.median(bare):.2f}"),
    ]
    if theirs:
        shown.append(("file to committed store / gdelt-py (aim 20)", f"{rate / statistics.median(theirs):.0f}"))
    else:
        shown.append(("file to committed store / gdelt-py", "not measured: pip install -r requirements-bench.txt"))
    shown += [("file to committed store (this machine)", f"{rate:,.0f} rows/s")]
    shown += [("bare read_csv (this machine)", f"{statistics.median(bare):,.0f} rows/s")]
    shown += [("gdelt-py (this machine)", f"{statistics.median(theirs):,.0f} rows/s")] if theirs else []
    return [*shown, ("memory that the ingest adds at its peak", f"{statistics.median(peaks):,.0f} MB")]


def take_time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def read_bare(path: Path) -> int:
    """Every cell of the file through DuckDB's reader, in batches that are let go."""
    read = connect().sql(f"FROM read_csv('{path}', delim = '\t', quote = '', header = false)")
    return sum(batch.num_rows for batch in read.to_arrow_reader())


def ingest(store: Path, path: Path) -> dict[str, float]:
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    command = [sys.executable, "-c", CHILD, str(store), str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def has_gdelt_py() -> bool:
    try:
        import py_gdelt  # noqa: F401 (only whether it is there)
    except ImportError:
        return False
    return True


def parse_with_gdelt_py(raw: bytes) -> int:
    """Rows through gdelt-py's parser into its public models."""
    from py_gdelt.models.events import Event
    from py_gdelt.parsers.events import EventsParser

    return sum(1 for row in EventsParser().parse(raw) if Event.from_raw(row))


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:<56} {value}")
