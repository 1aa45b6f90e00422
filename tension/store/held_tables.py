"""Delta tables kept open between questions: a look at a table costs what came since the last one, not its whole log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from tension.store.location import is_url

_GONE = (0, 0)


@dataclass(frozen=True)
class _Held:
    table: DeltaTable
    stamp: tuple[int, int] | None


class HeldTables:
    """The tables under one root, each lent to one user at a time; whoever comes meanwhile gets another of the same."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._resting: dict[str, list[_Held]] = {}

    @contextmanager
    def lend(self, name: str) -> Iterator[DeltaTable]:
        """The newest version of a table, for the caller alone. Raises what deltalake raises where there is none.

        One with which something went wrong isn't taken back.
        """
        table = self._take(name)
        yield table
        self._resting.setdefault(name, []).append(_Held(table, self._stamp(name, table.version())))

    def _take(self, name: str) -> DeltaTable:
        try:
            held = self._resting.get(name, []).pop()
        except IndexError:
            return DeltaTable(f"{self._root}/{name}")
        # A table that was deleted and made anew would go on from the versions of the one before it.
        if held.stamp != _GONE and held.stamp == self._stamp(name, held.table.version()):
            try:
                held.table.update_incremental()
            except DeltaError:
                return DeltaTable(f"{self._root}/{name}")
            return held.table
        return DeltaTable(f"{self._root}/{name}")

    def _stamp(self, name: str, version: int) -> tuple[int, int] | None:
        """What tells a folder's commit from another of the same number; None at a URL, where asking costs a request."""
        if is_url(self._root):
            return None
        try:
            status = Path(self._root, name, "_delta_log", f"{version:020}.json").stat()
        except OSError:
            return _GONE
        return status.st_ino, status.st_mtime_ns
