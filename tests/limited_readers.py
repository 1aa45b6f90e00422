"""Readers that behave as a hostile file makes them; run by test_limits.py in a process of their own."""

from __future__ import annotations

import os

from tension.errors import FormatError


def join_words(first: str, raw: bytes, *, mark: str = "") -> dict[str, object]:
    return {"words": (first, raw.decode(), mark), "process": os.getpid()}


def refuse(raw: bytes) -> None:
    raise FormatError(f"{len(raw)} bytes are no table")


def spin() -> None:
    while True:
        pass


def swell() -> int:
    return len(bytearray(1 << 30))


def swell_in_pieces() -> int:
    return len([str(number) * 100 for number in range(50_000_000)])


def abort() -> None:
    os.abort()


def leave() -> None:
    os._exit(3)


def break_off() -> None:
    raise StopIteration
