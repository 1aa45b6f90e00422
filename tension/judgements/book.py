"""The user's book of judgements: a file to which lines are only ever added, each holding the hash of the one before.

A second file keeps the hash of the last line, so that lines taken off the end are missed. Whoever rewrites both leaves
no trace in them; the mark of the last line is shown so that it can be kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from tension.errors import BadInput
from tension.judgements.likelihood import Confidence
from tension.judgements.questions import Question
from tension.records.events import Day, Record
from tension.records.yaml_text import describe_faults

BOOK_FILE, HEAD_FILE = "judgements.jsonl", "judgements.head.json"
MARK_LETTERS = 12
_MOST_LETTERS = 2000
Reason = Annotated[str, Field(min_length=1, max_length=_MOST_LETTERS)]


def _check_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("allowed: a moment with its offset, such as 2026-11-28T09:30:00Z")
    return value.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_check_utc)]


class Known(Record):
    """What was known when a question was asked: tension/judgements/answers.py, Past."""

    last_day: Day
    last_value: float
    held: bool
    base_rate: Annotated[float, Field(ge=0, le=1)]
    day_count: Annotated[int, Field(ge=1)]


class Line(Record):
    """One line of the book. `made` and `revised` say how likely; `resolved` what came of it; `voided` why nothing."""

    entry: Annotated[int, Field(ge=1)]
    kind: Literal["made", "revised", "resolved", "voided"]
    judgement: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}$")]
    author: Annotated[str, Field(min_length=1, max_length=80)]
    written_utc: Moment
    question: Question | None = None
    likelihood: str = ""
    probability_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    confidence: Confidence | None = None
    reason: Annotated[str, Field(max_length=_MOST_LETTERS)] = ""
    event_ids: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    known: Known | None = None
    outcome: bool | None = None
    value: float | None = None
    record: str = ""

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        needed = {
            "made": {"question", "likelihood", "probability_pct", "confidence", "reason", "known"},
            "revised": {"likelihood", "probability_pct", "confidence", "reason"},
            "resolved": {"outcome", "value", "record"},
            "voided": {"reason"},
        }[self.kind]
        for name in sorted(needed):
            if getattr(self, name) in (None, ""):
                raise ValueError(f"{name} is missing; allowed: a value, an entry of kind {self.kind} needs it")
        return self


@dataclass(frozen=True)
class Book:
    """The lines that can be read, and every fault of the file, one line each. `mark`: the hash of the last line."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]
    mark: str = ""


def read_book(folder: Path) -> Book:
    """The book of a data folder, empty where there is none."""
    path, head = folder / BOOK_FILE, _read_head(folder)
    texts = _read_texts(path)
    lines: list[Line] = []
    faults: list[str] = []
    hashes: list[str] = []
    for number, text in enumerate(texts, 1):
        fields, fault = _parse(text)
        stated = str(fields.get("hash", ""))
        if fault:
            faults.append(f"line {number} {fault}")
        if fields and fields.get("previous") != (hashes[-1] if hashes else ""):
            faults.append(f"line {number} doesn't follow the one before it: a line was taken out, put in or moved")
        hashes.append(stated)
        line, wrong = _build(fields)
        lines += [line] if line else []
        faults += [f"line {number} {wrong}"] if wrong and not fault else []
    return Book(tuple(lines), (*faults, *_check_head(head, hashes)), hashes[-1] if hashes else "")


def stamp_book(folder: Path) -> str:
    """A short text that changes with every change of the book's files; 'none' where there are none."""
    held = [path.read_bytes() for path in (folder / BOOK_FILE, folder / HEAD_FILE) if path.is_file()]
    return hashlib.sha256(b"\0".join(held)).hexdigest()[:MARK_LETTERS] if held else "none"


def append_line(folder: Path, fields: Mapping[str, Any]) -> Line:
    """Add a line at the end, whole or not at all; hold the store's lock around this. Raises BadInput."""
    path = folder / BOOK_FILE
    texts = _read_texts(path)
    previous = str(_parse(texts[-1])[0].get("hash", "")) if texts else ""
    line, wrong = _build({"entry": len(texts) + 1, **fields})
    if line is None:
        raise BadInput("judgement", fields.get("judgement", ""), wrong)
    plain = line.model_dump(mode="json", exclude_defaults=True) | {"previous": previous}
    plain["hash"] = _hash(plain)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(path, "".join(f"{text}\n" for text in (*texts, _write(plain))))
    _replace(folder / HEAD_FILE, f"{_write({'entries': len(texts) + 1, 'hash': plain['hash']})}\n")
    return line


def _read_texts(path: Path) -> list[str]:
    """The lines of the file; a text within one may hold any sign that others take for the end of a line."""
    if not path.exists():
        return []
    return path.read_bytes().decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")


def _parse(text: str) -> tuple[dict[str, Any], str]:
    """The fields of a line, and how it shows that it isn't as it was written; '' where it is."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}, "can't be read: it was changed after it was written"
    if not isinstance(fields, dict):
        return {}, "can't be read: it was changed after it was written"
    is_same = fields.get("hash") == _hash(fields) and _write(fields) == text
    return fields, "" if is_same else "was changed after it was written"


def _build(fields: Mapping[str, Any]) -> tuple[Line | None, str]:
    """A line from its fields, or what is wrong with them."""
    given = {name: value for name, value in fields.items() if name not in ("previous", "hash")}
    try:
        return Line.model_validate(given), ""
    except ValidationError as error:
        return None, "; ".join(describe_faults(error, Line)[:3])


def _write(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _hash(fields: Mapping[str, Any]) -> str:
    """The hash of a line without its own."""
    body = {name: value for name, value in fields.items() if name != "hash"}
    return hashlib.sha256(_write(body).encode("utf-8", "surrogatepass")).hexdigest()


def _read_head(folder: Path) -> tuple[int, str] | None:
    try:
        fields = json.loads((folder / HEAD_FILE).read_text(encoding="utf-8"))
        return int(fields["entries"]), str(fields["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_head(head: tuple[int, str] | None, hashes: list[str]) -> list[str]:
    if head is None:
        lost = f"{HEAD_FILE} is missing or can't be read: whether lines were taken off the end can't be told"
        return [lost] if hashes else []
    count, stated = head
    if count > len(hashes):
        return [f"the file ends with line {len(hashes)}; line {count} was written: lines were taken off the end"]
    return [] if hashes[count - 1] == stated else [f"line {count} is not the one that was written: lines were changed"]


def _replace(path: Path, text: str) -> None:
    """The whole file anew, in one step, so that nobody meets half of it."""
    draft = path.with_name(f"{path.name}.draft")
    with draft.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
