"""Spark Connect servers on loopback, and a plugin that has every desk of a run read its events through one.

`pytest -p tests.cluster.servers --cluster sail` starts Sail; `--cluster spark` starts Apache Spark of the folder in
SPARK_HOME: a master, two workers and a Connect server.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tension import desk as desk_module
from tension.store.delta import Store
from tension.store.engines import EMBEDDED, open_engine
from tension.store.queries import Engine

# Apache Spark is four Java programs; on a busy machine of two cores each takes half a minute.
START_SECONDS = 300
SAIL = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", int(sys.argv[1]))
server.start(background=False)
"""


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A process and the port on which it is to listen; `start` returns when it does."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.command, self.port, self.log = command, port, log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"sc://127.0.0.1:{self.port}"

    def start(self) -> Server:
        self.launch()
        return self.wait()

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)

    def wait(self) -> Server:
        """Return when it listens."""
        assert self.process is not None
        for _ in range(START_SECONDS * 10):
            if self.process.poll() is not None:
                raise AssertionError(f"ended as it began: {self.log.read_text()[-2000:]}")
            with socket.socket() as probe:
                probe.settimeout(0.1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(f"not listening after {START_SECONDS} s: {self.log.read_text()[-2000:]}")

    def pause(self) -> None:
        """Stand still, with all that it started."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """End at once, with all that it started, as a machine that loses its power."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def make_sail(folder: Path) -> Server:
    port = find_free_port()
    return Server([sys.executable, "-c", SAIL, str(port)], port, folder / "sail.log")


def make_spark(folder: Path) -> list[Server]:
    """A master, two workers and a Connect server that runs on them, in the order in which they start."""
    home = Path(os.environ["SPARK_HOME"])
    submit, run = str(home / "bin" / "spark-submit"), str(home / "bin" / "spark-class")
    master, connect = find_free_port(), find_free_port()
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    servers = [
        Server(
            [run, "org.apache.spark.deploy.master.Master", *here, "--port", str(master)], master, folder / "master.log"
        )
    ]
    for number in (1, 2):
        port = find_free_port()
        command = [run, "org.apache.spark.deploy.worker.Worker", *here, "--port", str(port), "--cores", "1"]
        command += ["--memory", "1g", "--work-dir", str(folder / f"worker{number}"), f"spark://127.0.0.1:{master}"]
        servers.append(Server(command, port, folder / f"worker{number}.log"))
    options = {
        "spark.connect.grpc.binding.port": connect,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.executor.cores": 1,
        "spark.sql.shuffle.partitions": 4,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.enabled": "false",
    }
    listed = [part for name, value in options.items() for part in ("--conf", f"{name}={value}")]
    command = [submit, "--master", f"spark://127.0.0.1:{master}", *listed]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    return [*servers, Server(command, connect, folder / "connect.log")]


@contextmanager
def run_servers(servers: list[Server]) -> Iterator[None]:
    try:
        # The first is the one that the others call.
        servers[0].start()
        for server in servers[1:]:
            server.launch()
        for server in servers[1:]:
            server.wait()
        yield
    finally:
        for server in reversed(servers):
            server.kill()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cluster", choices=("sail", "spark"), required=True)


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """The servers of the run, the one to talk to last."""
    folder = tmp_path_factory.mktemp("servers")
    servers = [make_sail(folder)] if request.config.option.cluster == "sail" else make_spark(folder)
    with run_servers(servers):
        yield servers


@pytest.fixture(scope="session", autouse=True)
def _every_desk_reads_through_the_cluster(cluster: list[Server]) -> Iterator[None]:
    def open_on_cluster(store: Store, asked: str) -> Engine:
        return open_engine(store, cluster[-1].address if asked == EMBEDDED else asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk_module, "open_engine", open_on_cluster)
        yield
