"""The user's own file of competing readings, one for each claim: read, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from tension.errors import BadInput, RecordTextError
from tension.judgements.competing import Cell, EvidenceRow, Matrix, without
from tension.records.yaml_text import describe_faults, read_mapping

if TYPE_CHECKING:
    from tension.desk import Desk

FOLDER = "hypotheses"
_UNMARKED = Cell(mark="not applicable", reason="not marked yet")


def load_matrix(desk: Desk, claim_id: str) -> Matrix | None:
    """The readings of a claim, None where nobody wrote any; raises BadInput where the file has a fault."""
    path = _find_file(desk, claim_id)
    if not path.exists():
        return None
    try:
        return _build(read_mapping(path, path.name).fields)
    except RecordTextError as error:
        raise BadInput("own file", path.name, f"readable YAML ({error}); mend it first") from None


def save_hypotheses(desk: Desk, claim_id: str, hypotheses: Sequence[str], author: str) -> Matrix:
    """Set what competes; marks of hypotheses that stay are kept. Raises BadInput."""
    desk.assessor.find_rule(claim_id)
    with desk.store.hold():
        before = load_matrix(desk, claim_id)
        names = [text.strip() for text in hypotheses if text.strip()]
        rows = [] if before is None else [_carry_over(before, row, names) for row in before.evidence]
        return _save(desk, {"claim": claim_id, "author": author.strip(), "hypotheses": names, "evidence": rows})


def save_evidence(desk: Desk, claim_id: str, event_id: str, cells: Sequence[Cell], author: str) -> Matrix:
    """Mark a piece of evidence, in the place of what was marked of it before. Raises BadInput."""
    with desk.store.hold():
        matrix = _require(desk, claim_id)
        if desk.queries.load_event(event_id) is None:
            raise BadInput("evidence", event_id, "the event_id of an event of the record")
        row = EvidenceRow(event_id=event_id, cells=tuple(cells))
        known = [one.event_id for one in matrix.evidence]
        kept = [row if one.event_id == event_id else one for one in matrix.evidence]
        rows = kept if event_id in known else [*kept, row]
        return _save(desk, matrix.model_dump(mode="json") | {"author": author.strip(), "evidence": _dump(rows)})


def remove_evidence(desk: Desk, claim_id: str, event_id: str) -> Matrix:
    """Take a piece of evidence out; raises BadInput."""
    with desk.store.hold():
        return _save(desk, without(_require(desk, claim_id), {event_id}).model_dump(mode="json"))


def _require(desk: Desk, claim_id: str) -> Matrix:
    matrix = load_matrix(desk, claim_id)
    if matrix is None:
        raise BadInput("claim", claim_id, "one with hypotheses; write these first")
    return matrix


def _carry_over(before: Matrix, row: EvidenceRow, names: Sequence[str]) -> dict[str, Any]:
    cells = dict(zip(before.hypotheses, row.cells, strict=True))
    return {"event_id": row.event_id, "cells": [cells.get(name, _UNMARKED).model_dump() for name in names]}


def _dump(rows: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    return [row.model_dump(mode="json") for row in rows]


def _build(fields: dict[str, Any]) -> Matrix:
    try:
        return Matrix.model_validate(fields)
    except ValidationError as error:
        faults = "; ".join(describe_faults(error, Matrix)[:3])
        raise BadInput("competing readings", str(fields.get("claim", "")), faults) from None


def _save(desk: Desk, fields: dict[str, Any]) -> Matrix:
    matrix = _build(fields)
    path = _find_file(desk, matrix.claim)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    plain = matrix.model_dump(mode="json")
    draft.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=112), encoding="utf-8")
    draft.replace(path)
    return matrix


def _find_file(desk: Desk, claim_id: str) -> Path:
    desk.assessor.find_rule(claim_id)
    return desk.settings.user_data_dir / FOLDER / f"{claim_id}.yaml"
