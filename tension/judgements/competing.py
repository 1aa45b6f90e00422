"""Competing readings of a claim: hypotheses against evidence, ranked by what speaks against each. Pure.

After Heuer, 'Psychology of Intelligence Analysis' (CIA, 1999), chapter 8: evidence that fits every hypothesis tells
nothing, and the one with the least against it stands, not the one with the most for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tension.records.events import Record

Mark = Literal["consistent", "inconsistent", "not applicable"]
MARKS: tuple[Mark, ...] = ("consistent", "inconsistent", "not applicable")
LEAST, MOST = 2, 5
Text = Annotated[str, Field(min_length=1, max_length=300)]


class Cell(Record):
    """How a piece of evidence stands to one hypothesis, and why."""

    mark: Mark
    reason: Text


class EvidenceRow(Record):
    """A piece of evidence (an event of the record) with a cell for each hypothesis, in their order."""

    event_id: Annotated[str, Field(min_length=1, max_length=120)]
    cells: tuple[Cell, ...]

    @property
    def told_apart(self) -> int:
        """How many pairs of hypotheses it tells apart: consistent with the one and inconsistent with the other."""
        marks = [cell.mark for cell in self.cells]
        return marks.count("consistent") * marks.count("inconsistent")


class Matrix(Record):
    """The hypotheses of a claim and the evidence that was marked, by whom."""

    claim: str
    author: Annotated[str, Field(min_length=1, max_length=80)]
    hypotheses: Annotated[tuple[Text, ...], Field(min_length=LEAST, max_length=MOST)]
    evidence: tuple[EvidenceRow, ...] = ()

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if len(set(self.hypotheses)) < len(self.hypotheses):
            raise ValueError("hypotheses: one is given twice; allowed: each once")
        ids = [row.event_id for row in self.evidence]
        if twice := sorted({event_id for event_id in ids if ids.count(event_id) > 1}):
            raise ValueError(f"evidence {twice[0]} is given twice; allowed: once")
        for row in self.evidence:
            if len(row.cells) != len(self.hypotheses):
                raise ValueError(f"evidence {row.event_id}: {len(row.cells)} cells; allowed: one for each hypothesis")
        return self


@dataclass(frozen=True)
class Standing:
    """One hypothesis: `rank` from 1, shared by those with as much against them; counts of cells."""

    hypothesis: str
    rank: int
    inconsistent: int
    consistent: int


def rank_hypotheses(matrix: Matrix) -> list[Standing]:
    """The hypotheses with the least against them first; those alike in the order in which they were given."""
    columns = [[row.cells[n].mark for row in matrix.evidence] for n in range(len(matrix.hypotheses))]
    against = [column.count("inconsistent") for column in columns]
    found = [
        Standing(hypothesis, 1 + sum(other < count for other in against), count, column.count("consistent"))
        for hypothesis, column, count in zip(matrix.hypotheses, columns, against, strict=True)
    ]
    return sorted(found, key=lambda one: one.rank)


def list_by_telling(matrix: Matrix) -> list[EvidenceRow]:
    """The evidence that tells most hypotheses apart first; what tells none comes last."""
    return sorted(matrix.evidence, key=lambda row: -row.told_apart)


def find_decisive(matrix: Matrix) -> list[str]:
    """The evidence without which another hypothesis would stand first, or more of them would."""
    first = _find_first(matrix)
    return [row.event_id for row in matrix.evidence if _find_first(without(matrix, {row.event_id})) != first]


def drop_camp(matrix: Matrix, camps: Mapping[str, Collection[str]], camp: str) -> Matrix:
    """The matrix without what only one camp tells of; `camps` are those of each event."""
    return without(matrix, {row.event_id for row in matrix.evidence if set(camps.get(row.event_id, ())) == {camp}})


def without(matrix: Matrix, event_ids: Collection[str]) -> Matrix:
    """The matrix without some of its evidence."""
    kept = tuple(row for row in matrix.evidence if row.event_id not in event_ids)
    return matrix.model_copy(update={"evidence": kept})


def _find_first(matrix: Matrix) -> set[str]:
    return {one.hypothesis for one in rank_hypotheses(matrix) if one.rank == 1}
