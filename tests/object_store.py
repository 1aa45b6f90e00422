"""An S3 server on loopback that says what it was asked, and work on a store in processes of their own.

`python -m tests.object_store serve` prints its port. It is a process of its own, because the library of the tables
waits for an answer without letting other threads of its process go on. `python -m tests.object_store URI NAME` waits
for a line on standard input, then does the work of that name.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from tension.intake.ingest import ingest_file
from tension.settings import PROJECT_DIR
from tension.sources import find_adapter
from tension.sources.base import FetchedFile
from tension.store.delta import Store

WRITERS = ("0", "1", "2", "3")
# First number and count of rows. Each writer takes in both exports, which overlap.
SPANS = {"a": (1_000, 12), "b": (1_006, 12)}


_ASKED = "/asked-since"


class _RecordedApp:
    """Answers as S3 does, one request at a time: there, of two that make one object only one does. Keeps the list."""

    def __init__(self) -> None:
        # Only the server needs it.
        from moto.server import DomainDispatcherApplication, create_backend_app

        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._asked: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            if environ["PATH_INFO"] == _ASKED:
                asked, self._asked = self._asked, []
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(asked).encode()]
            self._asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            return list(self._app(environ, start_response))


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


def serve() -> None:
    server = make_server("127.0.0.1", 0, _RecordedApp(), threaded=True, request_handler=_Silent)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


@dataclass(frozen=True)
class ObjectServer:
    """A running server; it has one bucket, `tension`."""

    address: str

    def list_asked(self) -> list[tuple[str, str]]:
        """Method and path of the requests since the last time that this was asked."""
        with urllib.request.urlopen(f"{self.address}{_ASKED}") as answer:  # noqa: S310 (loopback)
            return [(method, path) for method, path in json.load(answer)]


@contextmanager
def serve_objects() -> Iterator[ObjectServer]:
    """A server for as long as it is used."""
    command = [sys.executable, "-m", "tests.object_store", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT_DIR) as process:
        try:
            assert process.stdout is not None
            server = ObjectServer(f"http://127.0.0.1:{int(process.stdout.readline())}")
            bucket = urllib.request.Request(f"{server.address}/tension", method="PUT")  # noqa: S310 (loopback)
            urllib.request.urlopen(bucket).close()  # noqa: S310 (loopback)
            yield server
        finally:
            process.terminate()


def make_exports(writer: str) -> list[FetchedFile]:
    """What each writer brings; every second begins with the second."""
    from tests.test_totals import make_row

    made = []
    for name, (first, count) in SPANS.items():
        rows = [make_row(first + n) for n in range(count)] + ([b"no row"] if name == "b" else [])
        made.append(FetchedFile(f"{name}.export.CSV", b"\n".join(rows) + b"\n"))
    return made[::-1] if int(writer) % 2 else made


def write_exports(store: Store, writer: str) -> None:
    for file in make_exports(writer):
        ingest_file(store, find_adapter("gdelt"), file)


def compact_often(store: Store) -> None:
    for _ in range(2):
        store.compact()


def run_together(uri: str, names: Sequence[str]) -> None:
    """Do the work of each name in a process of its own, all at once."""
    command = [sys.executable, "-m", "tests.object_store", uri]
    running = [
        subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT_DIR)
        for name in names
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
    assert [process.returncode for process in running] == [0] * len(running)


def main(uri: str, name: str) -> None:
    store = Store(uri)
    make_exports("0")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    compact_often(store) if name == "compact" else write_exports(store, name)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main(*sys.argv[1:])
