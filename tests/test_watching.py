"""What those who run a server look at: whether it can answer, what it counted, logs in which no secret stands."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from tension.desk import Desk
from tension.errors import CuratedDataError
from tension.intake.ingest import IngestReport
from tension.intake.jobs import RefreshJob
from tension.intake.refresh import RefreshStep
from tension.settings import list_secrets
from tension.store.delta import QUERIED_TABLES
from tension.watching.health import build_watch_routes
from tension.watching.logs import JsonLines, write_json_logs
from tension.watching.metrics import CountRequests, name_kind, time_rerun


async def greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()


def open_watch(desk: Desk | Exception) -> TestClient:
    def get_desk() -> Desk:
        if isinstance(desk, Exception):
            raise desk
        return desk

    routes = [*build_watch_routes(get_desk), WebSocketRoute("/_stcore/stream", greet)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(CountRequests)]))


def read_metrics(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every sample of ours by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name.startswith("tension_")
    }


def test_a_server_that_can_answer_is_ready_and_says_nothing_of_the_record(desk: Desk) -> None:
    client = open_watch(desk)
    assert client.get("/healthz").json() == {"alive": True}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "fault": ""})
    assert client.post("/readyz").status_code == 405


def test_a_server_without_its_store_or_record_lives_and_is_not_ready(own_desk: Desk) -> None:
    broken = open_watch(CuratedDataError(["events.yaml:1: a fault"]))
    answer = broken.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "fault": "record"})
    assert broken.get("/healthz").status_code == 200
    standing_in = open_watch(replace(own_desk, notice="store /somewhere: gone. Shown: the curated record alone."))
    assert standing_in.get("/readyz").json() == {"ready": False, "fault": "store"}
    assert read_metrics(standing_in)["tension_store_up",] == 0
    for log in (Path(own_desk.settings.store_uri) / "events" / "_delta_log").iterdir():
        log.unlink()
    client = open_watch(own_desk)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "fault": "store"})
    assert own_desk.settings.store_uri not in answer.text
    assert read_metrics(client)["tension_store_up",] == 0


def test_requests_sessions_runs_and_the_store_are_counted(desk: Desk) -> None:
    client = open_watch(desk)
    before = read_metrics(client)
    for _ in range(3):
        client.get("/readyz")
    client.get("/api/v1/events/<script>?token=abcdef")
    with client.websocket_connect("/_stcore/stream") as socket:
        assert read_metrics(client)["tension_open_sessions",] == before["tension_open_sessions",] + 1
        socket.send_text("x")
    with pytest.raises(ZeroDivisionError), time_rerun("record"):
        _ = 1 / 0
    after = read_metrics(client)
    assert after["tension_open_sessions",] == before["tension_open_sessions",]
    # Three, and the two readings of the metrics before the last.
    assert (
        after["tension_answers_total", "watch", "2xx"] == before.get(("tension_answers_total", "watch", "2xx"), 0) + 5
    )
    assert after["tension_answers_total", "api", "4xx"] == before.get(("tension_answers_total", "api", "4xx"), 0) + 1
    assert (
        after["tension_rerun_seconds_count", "record"] == before.get(("tension_rerun_seconds_count", "record"), 0) + 1
    )
    versions = [int(after["tension_store_version", table]) for table in QUERIED_TABLES]
    assert ".".join(map(str, versions)) == desk.store.version()
    text = client.get("/metrics").text
    assert "<script>" not in text
    assert "abcdef" not in text
    assert re.search(r"^process_cpu_seconds_total \d", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/inbox", "page"),
        ("/api/v1/events", "api"),
        ("/static/js/index.js", "file"),
        ("/_stcore/health", "streamlit"),
        ("/metrics", "watch"),
        ("", "page"),
        ("//evil\n", "page"),
    ],
)
def test_a_path_is_of_one_of_five_kinds(path: str, kind: str) -> None:
    assert name_kind(path) == kind


@pytest.fixture
def kept_loggers() -> Iterator[None]:
    """The loggers as they are, for a test that changes them all."""
    root = logging.getLogger()
    loggers = [root, *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    before = [(logger, logger.handlers[:], logger.propagate, logger.level) for logger in loggers]
    yield
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.mark.usefixtures("kept_loggers")
def test_a_line_of_the_log_is_json_and_names_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UCDP_TOKEN", "t0ken-of-ucdp")
    monkeypatch.setenv("DESK_MAIL", "mailto://ann:pass@mail.example")
    monkeypatch.setenv("TENSION_STORE", "s3://bucket/store")
    stream = io.StringIO()
    chatty = logging.getLogger("streamlit.made.before")
    chatty.addHandler(logging.StreamHandler())
    write_json_logs(list_secrets(), stream)
    log = logging.getLogger("tension.access.roles")
    log.info("act", extra={"act": "fetch page", "target": "https://u:pw@host/\nx", "role": "editor", "result": "done"})
    log.warning("asked %s with t0ken-of-ucdp of %s", "s3://bucket/store", "mailto://ann:pass@mail.example")
    try:
        raise ValueError("t0ken-of-ucdp")
    except ValueError:
        chatty.exception("failed")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["logger"] for line in lines] == [
        "tension.access.roles",
        "tension.access.roles",
        "streamlit.made.before",
    ]
    assert lines[0] | {"at": ""} == {
        **{"at": "", "level": "info", "logger": "tension.access.roles", "message": "act"},
        **{"act": "fetch page", "target": "https://***@host/\nx", "role": "editor", "result": "done"},
    }
    assert lines[1]["message"] == "asked s3://bucket/store with *** of ***"
    assert "ValueError: ***" in lines[2]["error"]
    assert "t0ken" not in stream.getvalue()


def test_a_secret_within_another_is_struck_with_it() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "abcdef-long and abcdef", (), None)
    assert json.loads(JsonLines(["abcdef", "abcdef-long"]).format(record))["message"] == "*** and ***"


def test_a_server_that_stops_lets_the_refresh_end_with_its_step() -> None:
    job, taken, is_reached, is_told = RefreshJob(), [], Event(), Event()

    def open_steps() -> Iterator[RefreshStep]:
        for number in (1, 2, 3):
            taken.append(number)
            if number == 2:
                is_reached.set()
                assert is_told.wait(20)
            yield RefreshStep("mnd", number, 3, IngestReport("mnd", f"file {number}"))

    assert job.end(0)
    job.start(open_steps)
    assert is_reached.wait(20)
    assert not job.end(0)
    is_told.set()
    assert job.end(20)
    state = job.read()
    assert taken == [1, 2]
    assert [report.input_name for report in state.reports] == ["file 1", "file 2"]
    assert "the next refresh goes on" in state.error
