"""Every error that the engine raises on purpose. A caller that catches TensionError has caught them all.

TensionError
├── BadInput            a value that a person gave: what, where, what is allowed
├── Refused             what a visitor's role doesn't include
├── CuratedDataError    `data/` doesn't hold together; carries every fault found
├── RecordTextError     a line of a reviewable file can't be read
├── StoreError          the store can't be used
│   ├── StoreDamaged    its files are unreadable
│   ├── StoreNewer      it was written by a later version of this program
│   └── EngineError     the cluster of TENSION_ENGINE gives no answer; the store itself may be whole
├── SourceError         a source can't be read as a whole (one bad row is a Reject, not an error)
│   ├── FetchError      the network, or the server's answer
│   └── FormatError     the file isn't what the source publishes
└── ExportError         a picture or file can't be made here; says what to install
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


class TensionError(Exception):
    """Base of all errors raised on purpose; its text is one line, fit for a person."""


class BadInput(TensionError):
    """A value that a person gave is not allowed. Text: what, where, what is allowed."""

    def __init__(self, where: str, value: object, allowed: str | Iterable[str]) -> None:
        options = allowed if isinstance(allowed, str) else ", ".join(allowed)
        self.where, self.value, self.allowed = where, value, options
        super().__init__(f"{where}: {value!r} is not allowed; allowed: {options}")


class Refused(TensionError):
    """A visitor may not do this. Text: the act, their role and the one that it needs, and why it is so."""

    def __init__(self, act: str, role: str, needed: str, why: str) -> None:
        super().__init__(f"{act}: not for a {role}; it takes a {needed}. {why}".strip())


class CuratedDataError(TensionError):
    """The curated files hold faults; nothing was loaded. `faults` lists them all, one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")


class RecordTextError(TensionError):
    """A line of a reviewable file can't be read. Text: file, line, problem."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


class StoreError(TensionError):
    """The store can't be used."""


class StoreDamaged(StoreError):
    """The store's files can't be read."""


class StoreNewer(StoreError):
    """The store was written by a later version of this program."""


class EngineError(StoreError):
    """The cluster that reads the store's events gives no answer. Text: address, why, what to do."""


class SourceError(TensionError):
    """A source can't be read as a whole."""


class FetchError(SourceError):
    """The network failed, or the server's answer was refused. Text: address, 'the server answered' and the code."""

    @property
    def status_code(self) -> int | None:
        """What the server answered, as the text says; None where there was no answer."""
        found = re.search(r"the server answered (\d{3})\b", str(self))
        return int(found[1]) if found else None


class FormatError(SourceError):
    """The file isn't what the source publishes."""


class ExportError(TensionError):
    """A picture or file can't be made here."""


def first_line(error: BaseException) -> str:
    """The first line of another library's error, for a text that is one line; its kind where it has no text."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
