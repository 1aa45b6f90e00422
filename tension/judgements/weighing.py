"""Competing readings as plain data: the order, what tells them apart, and the same without a camp. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tension.errors import BadInput
from tension.judgements.competing import Matrix, drop_camp, find_decisive, list_by_telling, rank_hypotheses
from tension.judgements.matrix_files import load_matrix
from tension.records.grading import Grade, grade_event

if TYPE_CHECKING:
    from tension.desk import Desk


def build_weighing(desk: Desk, claim_id: str, left_out: str = "") -> dict[str, Any]:
    """The hypotheses of a claim, the least contradicted first, and the evidence; `left_out` is a camp.

    What that camp alone tells of is taken out before the ranks are made. BadInput where nobody wrote hypotheses, or
    the camp isn't one of the evidence.
    """
    matrix = load_matrix(desk, claim_id)
    if matrix is None:
        raise BadInput("claim", claim_id, "one with hypotheses; the Evidence page writes them")
    events = {row.event_id: desk.queries.load_event(row.event_id) for row in matrix.evidence}
    grades = {name: grade_event(event["sources"], event["source_key"]) for name, event in events.items() if event}
    camps = {name: grade.camps for name, grade in grades.items()}
    offered = sorted({camp for named in camps.values() for camp in named})
    if left_out and left_out not in offered:
        raise BadInput("camp", left_out, offered or "none, for no evidence is marked")
    shown = drop_camp(matrix, camps, left_out) if left_out else matrix
    titles = {name: str(event["title"]) for name, event in events.items() if event}
    return {
        "claim": claim_id,
        "author": matrix.author,
        "camps": offered,
        "left_out": left_out,
        "left_out_count": len(matrix.evidence) - len(shown.evidence),
        "hypotheses": [
            {"rank": s.rank, "hypothesis": s.hypothesis, "inconsistent": s.inconsistent, "consistent": s.consistent}
            for s in rank_hypotheses(shown)
        ],
        "evidence": _list_evidence(shown, titles, grades),
    }


def _list_evidence(matrix: Matrix, titles: dict[str, str], grades: dict[str, Grade]) -> list[dict[str, Any]]:
    decisive = set(find_decisive(matrix))
    return [
        {
            "event_id": row.event_id,
            "title": titles.get(row.event_id, ""),
            "camps": list(grades[row.event_id].camps) if row.event_id in grades else [],
            "tells_apart": row.told_apart,
            "is_decisive": row.event_id in decisive,
            "cells": {name: cell.model_dump() for name, cell in zip(matrix.hypotheses, row.cells, strict=True)},
        }
        for row in list_by_telling(matrix)
    ]
