"""Whether the server lives, whether it can answer, and what it counted: three routes that say nothing of the record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tension.errors import StoreError, TensionError
from tension.watching.metrics import REGISTRY, StoreCollector

if TYPE_CHECKING:
    from tension.desk import Desk

_LOG = logging.getLogger(__name__)


def build_watch_routes(get_desk: Callable[[], Desk]) -> list[Route]:
    """`/healthz` (the process answers), `/readyz` (the store opens, the record is read) and `/metrics`."""

    def read_version() -> str:
        desk = get_desk()
        if desk.notice:
            # Another store stands in for the one that was asked for.
            raise StoreError(desk.notice)
        return desk.store.version()

    own = CollectorRegistry()
    own.register(StoreCollector(read_version))

    def tell_health(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    def tell_ready(_request: Request) -> Response:
        fault = find_fault(get_desk)
        return JSONResponse({"ready": not fault, "fault": fault}, 503 if fault else 200)

    def tell_metrics(_request: Request) -> Response:
        return Response(generate_latest(REGISTRY) + generate_latest(own), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", tell_health, methods=["GET"]),
        Route("/readyz", tell_ready, methods=["GET"]),
        Route("/metrics", tell_metrics, methods=["GET"]),
    ]


def find_fault(get_desk: Callable[[], Desk]) -> str:
    """'store' or 'record' where that can't be used, '' where both can. What exactly is wrong goes into the log."""
    try:
        desk = get_desk()
        desk.store.version()
        if not desk.record.claim_rules:
            return "record"
    except StoreError as error:
        _LOG.warning("not ready: %s", error)
        return "store"
    except TensionError as error:
        _LOG.warning("not ready: %s", error)
        return "record"
    if desk.notice:
        _LOG.warning("not ready: %s", desk.notice)
        return "store"
    return ""
