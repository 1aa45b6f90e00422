"""What is counted of a running server, in the form that Prometheus reads. Labels are words of ours, not a visitor's."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tension.errors import TensionError
from tension.store.delta import QUERIED_TABLES

Message = MutableMapping[str, Any]
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
_RERUNS = Histogram(
    "tension_rerun_seconds", "Runs of a page, and how long each took.", ("page",), registry=REGISTRY, buckets=_SECONDS
)
_REQUESTS = Histogram(
    "tension_request_seconds", "Answered requests by kind.", ("kind",), registry=REGISTRY, buckets=_SECONDS
)
_ANSWERS = Counter(
    "tension_answers", "Answered requests by kind and class of status.", ("kind", "status"), registry=REGISTRY
)
_SESSIONS = Gauge("tension_open_sessions", "Browsers that are connected.", registry=REGISTRY)
# The beginning of a path says of what kind a request is; the longest that fits counts.
_KINDS = {
    "/": "page",
    "/api/": "api",
    "/static/": "file",
    "/media/": "file",
    "/_stcore/": "streamlit",
    "/metrics": "watch",
    "/healthz": "watch",
    "/readyz": "watch",
}


@contextmanager
def time_rerun(page: str) -> Iterator[None]:
    """Count a run of a page and its seconds, however it ends. `page` is a name of ours."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _RERUNS.labels(page).observe(time.perf_counter() - started)


def name_kind(path: str) -> str:
    """Of what kind a request for a path is: one of five words, whatever was asked for."""
    return _KINDS[max((beginning for beginning in _KINDS if path.startswith(beginning)), key=len, default="/")]


class CountRequests:
    """Middleware that counts requests and open sessions; looks at path and status alone."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        if scope["type"] == "websocket":
            with _SESSIONS.track_inprogress():
                await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._count(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _count(self, scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        kind, status = name_kind(scope["path"]), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, note_status)
        finally:
            _REQUESTS.labels(kind).observe(time.perf_counter() - started)
            _ANSWERS.labels(kind, f"{status // 100}xx").inc()


class StoreCollector(Collector):
    """The store's version, a number for each table that pages query, asked for when Prometheus asks."""

    def __init__(self, read_version: Callable[[], str]) -> None:
        self._read_version = read_version

    def collect(self) -> Iterable[Metric]:
        """Whether the store can be read, and the version of each table where it can."""
        up = GaugeMetricFamily("tension_store_up", "1 where the store can be read, else 0.")
        tables = GaugeMetricFamily(
            "tension_store_version", "Commits of each table that pages query.", labels=("table",)
        )
        try:
            version = self._read_version()
        except TensionError:
            up.add_metric((), 0)
            return [up]
        up.add_metric((), 1)
        for table, number in zip(QUERIED_TABLES, version.split("."), strict=False):
            tables.add_metric((table,), float(number))
        return [up, tables]
