"""Keeps answers as they were sent, by their tag: many programs ask the same of one version of the record."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MAX_KEPT_BYTES = 64_000_000
MAX_BODY_BYTES = 4_000_000


@dataclass(frozen=True)
class Sent:
    """An answer as it goes out: its body, and what its headers say of it."""

    body: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...]


class AnswerShelf:
    """The answers that were asked for last, up to so many bytes in all. Safe in several threads."""

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, Sent] = OrderedDict()
        self._byte_count = 0
        self._lock = Lock()

    def find(self, key: str, make: Callable[[], Sent]) -> Sent:
        """The answer of this key, made where it isn't kept; when making it raises, nothing is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = make()
        with self._lock:
            if key not in self._kept and len(answer.body) <= MAX_BODY_BYTES:
                self._kept[key] = answer
                self._byte_count += len(answer.body)
            while self._byte_count > self._max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._byte_count -= len(oldest.body)
        return answer
