"""Asks the interface beside the pages without a server, for the tests of what it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio
import httpx
from starlette.applications import Starlette

Answer = TypeVar("Answer")
Fetch = Callable[..., httpx.Response]


def run_apart(function: Callable[..., Awaitable[Answer]], *args: Any) -> Answer:
    """A coroutine run to its end in a thread of its own: in the worker's, the browser of other tests may run a loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(anyio.run, function, *args).result()


def open_interface(app: Starlette, address: str = "http://127.0.0.1") -> Fetch:
    """What asks for a path below /api/v1, with headers by keyword."""

    async def ask(path: str, headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=address) as client:
            return await client.get(f"/api/v1{path}", headers=headers)

    return lambda path, **headers: run_apart(ask, path, headers)
