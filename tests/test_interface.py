"""The interface is asked also where a browser's loop runs already, as in a worker that drove one before."""

from __future__ import annotations

import asyncio

from tests.interface import run_apart


async def _double(number: int) -> int:
    return 2 * number


def test_a_coroutine_runs_where_a_loop_runs_already() -> None:
    async def ask() -> int:
        return run_apart(_double, 21)

    assert asyncio.run(ask()) == 42
