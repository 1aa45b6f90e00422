"""Kills work on a store at random moments: `python -m tests.kills --count 200 --seed 1` prints what a repeat made.

Each operation runs in a process of its own that sends itself SIGKILL at a step, a call or return of ours or of the
table format's: before, within and after every write. Then it is repeated, and the content must be that of a whole run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlencode

import pyarrow as pa

from tension.intake.ingest import ingest_path
from tension.records.schema import CANDIDATE_SCHEMA
from tension.settings import PROJECT_DIR, Settings
from tension.sources import find_adapter
from tension.sources.net.client import HttpClient, HttpSettings
from tension.store.delta import TABLES, Store
from tension.store.sync import sync_curated
from tests.factories import OWN_EVENT

SAMPLES = Path(__file__).parent / "samples"
STAMPS = ("20240617120000", "20240617121500", "20240617123000")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC")
# What is of the run and not of the content.
_OF_THE_RUN = frozenset({"runs"})


@dataclass(frozen=True)
class Operation:
    """`prepare(folder)` lays out what it begins with, `work(folder, address)` does it, `address` is of the loopback."""

    prepare: Callable[[Path], None]
    work: Callable[[Path, str], None]


def open_store(folder: Path) -> Store:
    store = Store(str(folder / "store"))
    store.prepare()
    return store


def _settings(folder: Path) -> Settings:
    return Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store"))


def prepare_inputs(folder: Path) -> None:
    from tests.fuzz_seeds import SEEDS
    from tests.test_totals import make_row

    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    for source in ("mnd", "rss", "upload", "ucdp", "measurements"):
        for number, raw in enumerate(SEEDS[source]):
            (inputs / f"{source}-{number}").write_bytes(raw)
    for part in range(2):
        rows = [make_row(1_000 * part + n, country="CHN" if n % 3 else "BRA") for n in range(30)]
        (inputs / f"gdelt-{part}").write_bytes(b"\n".join([*rows, b"no row"]) + b"\n")
    open_store(folder)


def ingest_inputs(folder: Path, _: str) -> None:
    store = open_store(folder)
    for path in sorted((folder / "inputs").iterdir()):
        ingest_path(store, find_adapter(path.name.partition("-")[0]), path)


class Loopback:
    """Reads every address from a server of this machine, by the client that a refresh uses."""

    def __init__(self, address: str) -> None:
        own = HttpSettings(min_interval_seconds=0, respects_robots=False, allowed_networks=("127.0.0.1/32",))
        self._client, self._address = HttpClient(own), address

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        return self._client.get(f"{self._address}/?{urlencode({'url': url})}", headers=headers)


def refresh_loopback(folder: Path, address: str) -> None:
    from tension.intake.refresh import refresh_sources

    os.environ.setdefault("ACLED_TOKEN", "made-up")
    for _ in refresh_sources(open_store(folder), Loopback(address), ("gdelt", "acled"), date(2024, 6, 17)):
        pass


def prepare_many_commits(folder: Path) -> None:
    from tests.test_totals import make_row

    store = open_store(folder)
    for number in range(6):
        (folder / "export").write_bytes(b"\n".join(make_row(100 * number + n) for n in range(5)) + b"\n")
        ingest_path(store, find_adapter("gdelt"), folder / "export")


def compact(folder: Path, _: str) -> None:
    open_store(folder).compact()


def prepare_own_event(folder: Path) -> None:
    sync_curated(open_store(folder), _settings(folder))
    (folder / "own" / "events").mkdir(parents=True)
    (folder / "own" / "events" / "own.yaml").write_text(OWN_EVENT, encoding="utf-8")


def sync(folder: Path, _: str) -> None:
    sync_curated(open_store(folder), _settings(folder))


def prepare_inbox(folder: Path) -> None:
    from tests.fuzz_seeds import SEEDS
    from tests.test_inbox import make_candidate

    store = open_store(folder)
    rows = [make_candidate(number, title=f"A synthetic report, number {number}") for number in range(1, 5)]
    store.append("candidates", pa.Table.from_pylist(rows, schema=CANDIDATE_SCHEMA))
    ingest_path(store, find_adapter("upload"), _write(folder / "table.csv", SEEDS["upload"][0]))
    curated = store.read_rows("events").to_pylist()[:1]
    rows = [curated[0] | {"event_id": "2024-06-17-known", "source_key": "curated"}]
    store.append("events", pa.Table.from_pylist(rows, schema=TABLES["events"].schema))


def _write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def review_inbox(folder: Path, _: str) -> None:
    """Accept, merge, reject, and take one decision back: each only where an earlier try hasn't done it."""
    from tension.intake.inbox import accept, build_draft, load_candidates, merge, reject, undo

    store, settings = open_store(folder), _settings(folder)
    done = {one.candidate_id: one for one in load_candidates(store, None)}
    for candidate_id in ("rss:1", "rss:4"):
        if done[candidate_id].status == "waiting" and not (folder / f"undone-{candidate_id[-1]}").exists():
            accept(store, settings, candidate_id, build_draft(done[candidate_id]), "A. Reviewer")
    if done["rss:2"].status == "waiting":
        merge(store, settings, "rss:2", "2024-06-17-known", "A. Reviewer")
    if done["rss:3"].status == "waiting":
        reject(store, "rss:3", "A. Reviewer", "not of the region")
    if next(one for one in load_candidates(store, None) if one.candidate_id == "rss:4").status == "accepted":
        (folder / "undone-4").touch()
        undo(store, settings, "rss:4")


# The child imports what its operation needs alone: it is started a hundred times.
OPERATIONS = {
    "ingest": Operation(prepare_inputs, ingest_inputs),
    "refresh": Operation(lambda folder: None, refresh_loopback),
    "compact": Operation(prepare_many_commits, compact),
    "sync": Operation(prepare_own_event, sync),
    "inbox": Operation(prepare_inbox, review_inbox),
}


def read_content(folder: Path) -> dict[str, list[str]]:
    """Everything that the store and the user's own files hold, but for the moments at which it was written."""
    store = open_store(folder)
    content = {}
    for name in TABLES.keys() - _OF_THE_RUN:
        rows = store.read_rows(name).to_pylist()
        kept = [{key: value for key, value in row.items() if not key.endswith("_utc")} for row in rows]
        content[name] = sorted(
            json.dumps(row, default=str, sort_keys=True).replace(str(folder), "folder") for row in kept
        )
    for path in sorted((folder / "own").rglob("*.yaml")):
        content[path.name] = [_MOMENT.sub("then", path.read_text(encoding="utf-8"))]
    return content


@contextmanager
def serve_sources() -> Iterator[str]:
    """The address of a server that answers for GDELT and ACLED."""
    page = (SAMPLES / "acled" / "acled_page.json").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = unquote(self.path.partition("url=")[2])
            body = page if "acled" in url else _answer_gdelt(url)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _answer_gdelt(url: str) -> bytes:
    if url.endswith("masterfilelist.txt"):
        form = "9 0123456789abcdef0123456789abcdef http://data.gdeltproject.org/gdeltv2/{}.export.CSV.zip\n"
        return "".join(form.format(stamp) for stamp in STAMPS).encode()
    from tests.test_totals import make_row

    stamp = url.rsplit("/", 1)[-1][:14]
    return b"\n".join(make_row(int(stamp[4:12]) * 100 + n, stamp) for n in range(8)) + b"\n"


def run_child(name: str, folder: Path, address: str, last_step: int = 0) -> tuple[bool, int]:
    """Whether a child was killed while it did an operation, and how many steps it took (0 where it was)."""
    command = [sys.executable, "-m", "tests.kills", "--child", name, str(folder), address, str(last_step)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, cwd=PROJECT_DIR)
    if done.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"{name}: the child ended with {done.returncode}")
    return done.returncode != 0, int(done.stdout.split()[-1]) if done.returncode == 0 else 0


def do_as_child(name: str, folder: str, address: str, last_step: str) -> None:
    """The operation, killed at a step (0: never); prints the number of steps."""
    steps, last = 0, int(last_step)

    def count(frame: Any, _event: str, _argument: object) -> None:
        nonlocal steps
        if frame.f_globals.get("__name__", "").startswith(
            ("tension.store", "tension.intake", "tension.records.own", "deltalake.")
        ):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    OPERATIONS[name].work(Path(folder), address)
    sys.setprofile(None)
    sys.stdout.write(f"{steps}\n")


@dataclass
class Outcome:
    """Kills tried by operation, those that came too late to hit, and what differed after the repeat."""

    killed: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run(count: int, seed: int, names: Sequence[str] = tuple(OPERATIONS), say: Callable[[str], object] = str) -> Outcome:
    """So many kills, spread evenly over the operations; every third is followed by another within its repeat."""
    dice, outcome = random.Random(seed), Outcome()  # noqa: S311 (made to be repeated)
    with TemporaryDirectory(prefix="kills-") as place, serve_sources() as address:
        base = Path(place)
        wholes = {name: _do_whole(name, base, address) for name in names}
        for number in range(count):
            name = names[number % len(names)]
            expected, step_count = wholes[name]
            folder = base / f"{name}-killed"
            shutil.copytree(base / name, folder)
            for _ in range(1 + (number % 3 == 2)):
                is_killed, _ = run_child(name, folder, address, dice.randrange(1, step_count + 1))
                (outcome.killed if is_killed else outcome.missed)[name] += 1
                # A reader beside it sees a whole version at any moment.
                read_content(folder)
            OPERATIONS[name].work(folder, address)
            differing = [table for table, rows in read_content(folder).items() if rows != expected.get(table)]
            outcome.faults += [f"{name}, kill {number}: {', '.join(differing)} differ"] if differing else []
            say(f"{number + 1} {name}: {len(outcome.faults)} faults")
            shutil.rmtree(folder)
    return outcome


def _do_whole(name: str, base: Path, address: str) -> tuple[dict[str, list[str]], int]:
    """The content after an uninterrupted run, and its steps; leaves what it began with in `base`/name."""
    (base / name).mkdir()
    OPERATIONS[name].prepare(base / name)
    whole = base / f"{name}-whole"
    shutil.copytree(base / name, whole)
    _, step_count = run_child(name, whole, address)
    return read_content(whole), step_count


def main() -> int:
    """Run and print; the exit code is 1 where a repeat left other content."""
    options = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--operation", action="append", choices=list(OPERATIONS))
    options.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        do_as_child(*asked.child)
        return 0
    outcome = run(
        asked.count, asked.seed, asked.operation or tuple(OPERATIONS), lambda text: sys.stderr.write(f"{text}\n")
    )
    for name in OPERATIONS:
        sys.stdout.write(f"{name:10}{outcome.killed[name]:>6} killed{outcome.missed[name]:>6} came too late\n")
    sys.stdout.write("\n".join([*outcome.faults, f"{len(outcome.faults)} faults"]) + "\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
