"""Known escalations of each claim, as data/backtest.yaml lists them, to judge afterwards what was noticed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from tension.records.checked_files import read_lists
from tension.records.events import Record


class Escalation(Record):
    """A day on which it is known that things got worse, with the events of the record and one page that tells of it.

    `use` follows from the date alone, by the parity of the sum of its digits: even is tune, odd is judge.
    """

    date: date
    title: str
    events: tuple[str, ...] = Field(min_length=1)
    large_exercise: bool = False
    use: Literal["tune", "judge"]
    publisher: str
    url: str = Field(pattern=r"^https?://")

    @model_validator(mode="after")
    def _check_use(self) -> Self:
        total = sum(int(digit) for digit in self.date.isoformat() if digit.isdigit())
        if self.use != ("judge" if total % 2 else "tune"):
            raise ValueError(f"use: the digits of {self.date} add up to {total}; allowed: even is tune, odd is judge")
        return self


class ClaimEscalations(Record):
    """What is listed of a claim, by which choice; `reason` says why nothing is, where nothing is."""

    claim_id: str
    listed_by: str
    reason: str = ""
    escalations: tuple[Escalation, ...]

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if bool(self.reason) == bool(self.escalations):
            raise ValueError("reason is for a list without an entry; allowed: either entries or a reason")
        return self


def load_escalations(
    folder: Path, claim_ids: Sequence[str], event_ids: Iterable[str]
) -> tuple[tuple[ClaimEscalations, ...], list[str]]:
    """The lists in the order of the article's claims, and the faults of the file; one list for each claim."""
    name, known = f"{folder.name}/backtest.yaml", set(event_ids)
    lists, faults = read_lists(folder, ClaimEscalations, [folder / "backtest.yaml"], key="claim_id")
    given = [one.claim_id for one in lists]
    faults += [f"{name}: claim_id {c!r} is not a claim of the article" for c in given if c not in claim_ids]
    if not faults:
        faults += [f"{name}: claim {c} of the article has no list" for c in claim_ids if c not in given]
    faults += [
        f"{name} {one.claim_id} {found.date}: event_id {event_id!r} is not in the record"
        for one in lists
        for found in one.escalations
        for event_id in found.events
        if event_id not in known
    ]
    return tuple(sorted(lists, key=lambda one: given.index(one.claim_id))), faults
