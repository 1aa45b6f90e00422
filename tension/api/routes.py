"""The resources as routes of the server that serves the pages: status, headers, formats, paging. Reads nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tension.api.answers import AnswerShelf, Sent
from tension.api.openapi import build_openapi
from tension.api.parameters import Asked, BadRequest, read_asked
from tension.api.resources import RESOURCES, Answer, NotThere, Resource
from tension.errors import BadInput, CuratedDataError, ExportError, StoreError, TensionError
from tension.exports.calendar_file import to_ics
from tension.exports.csv_text import to_csv
from tension.exports.feed import to_atom
from tension.exports.geo import to_geojson, to_kml
from tension.exports.grades import add_grades
from tension.exports.records import EDITORS_ONLY
from tension.judgements.book import stamp_book

if TYPE_CHECKING:
    from tension.desk import Desk

ROOT = "/api/v1"
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
_STATUS: tuple[tuple[type[TensionError], int], ...] = (
    (NotThere, 404),
    (BadInput, 400),
    (BadRequest, 400),
    (ExportError, 403),
    (StoreError, 503),
    (CuratedDataError, 503),
)


def build_routes(get_desk: Callable[[], Desk]) -> list[Route]:
    """Routes for every resource, with and without a suffix, and the OpenAPI document. `get_desk` is asked each time."""
    shelf = AnswerShelf()
    routes = [Route(f"{ROOT}/openapi.json", lambda _request: _reply(build_openapi()), methods=["GET"])]
    for resource in RESOURCES:
        # A suffix comes first: the bare path's last value would take it along.
        for suffix in (*resource.suffixes, "json"):
            routes.append(_build_route(f"{ROOT}{resource.path}.{suffix}", resource, suffix, get_desk, shelf))
        routes.append(_build_route(f"{ROOT}{resource.path}", resource, "json", get_desk, shelf))
    return routes


def _build_route(path: str, resource: Resource, suffix: str, get_desk: Callable[[], Desk], shelf: AnswerShelf) -> Route:
    def answer(request: Request) -> Response:
        try:
            return _answer(request, resource, suffix, get_desk(), shelf)
        except TensionError as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
            return _reply({"error": str(error)}, status)

    return Route(path, answer, methods=["GET"])


def _answer(request: Request, resource: Resource, suffix: str, desk: Desk, shelf: AnswerShelf) -> Response:
    asked = read_asked(
        dict(request.query_params),
        resource.parameters,
        takes_filter=resource.takes_filter,
        takes_more=resource.takes_more,
    )
    own = stamp_book(desk.settings.user_data_dir)
    version = f"{desk.engine.version} {desk.record.content_hash} {own} {datetime.now(UTC).date()}"
    tag = hashlib.sha256(f"{version} {request.url.path}?{request.url.query}".encode()).hexdigest()[:24]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    # A feed holds the address under which it was asked for.
    sent = shelf.find(f"{tag} {request.base_url}", lambda: _build_sent(request, resource, suffix, desk, asked))
    return Response(sent.body, headers=headers | dict(sent.headers), media_type=sent.media_type)


def _build_sent(request: Request, resource: Resource, suffix: str, desk: Desk, asked: Asked) -> Sent:
    answer = resource.read(desk.choose_article(asked.wanted.article), asked, request.path_params)
    if suffix == "json":
        return Sent(_to_json(_wrap(request, answer, asked)), MEDIA_TYPES["json"], ())
    if suffix == "atom":
        # Shown, not saved: readers of feeds ask for it again and again.
        return Sent(_write_feed(request, answer, asked, desk), MEDIA_TYPES[suffix], ())
    saved = ("Content-Disposition", f'attachment; filename="{PurePosixPath(request.url.path).name}"')
    return Sent(_write(answer, suffix, asked), MEDIA_TYPES[suffix], (saved,))


def _write_feed(request: Request, answer: Answer, asked: Asked, desk: Desk) -> bytes:
    if answer.changes is None:
        raise ValueError("a resource with a feed gives its changes")
    site = desk.settings.public_url or str(request.base_url).rstrip("/")
    regions = ", ".join(asked.wanted.regions) or "All regions"
    query = f"?{request.url.query}" if request.url.query else ""
    told = f"{regions}{f', claim {asked.claim}' if asked.claim else ''}"
    return to_atom(answer.changes, site, f"{site}{request.url.path}{query}", told)


def _is_known(header: str, tag: str) -> bool:
    return tag in [part.strip().removeprefix("W/") for part in header.split(",")]


def _wrap(request: Request, answer: Answer, asked: Asked) -> dict[str, Any]:
    if answer.total is None:
        return {"data": answer.data}
    following = asked.offset + asked.limit
    query = urlencode({**request.query_params, "limit": asked.limit, "offset": following}, safe=",")
    return {
        "data": answer.data,
        "total": answer.total,
        "limit": asked.limit,
        "offset": asked.offset,
        "next": f"{request.url.path}?{query}" if following < answer.total else None,
    }


def _write(answer: Answer, suffix: str, asked: Asked) -> bytes:
    if answer.frame is None:
        raise ValueError("a resource with suffixes gives a frame")
    if suffix == "geojson":
        return to_geojson(answer.frame)
    if suffix == "kml":
        return to_kml(answer.frame)
    if suffix == "ics":
        return to_ics(answer.frame, f"Events: {asked.wanted.describe()}")
    return to_csv(add_grades(answer.frame).drop(columns=list(EDITORS_ONLY), errors="ignore"))


def _reply(value: Any, status: int = 200) -> Response:
    return Response(_to_json(value), status, media_type=MEDIA_TYPES["json"])


def _to_json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
