"""A small slice of the fuzz run, and what it must be able to tell."""

from __future__ import annotations

import random
from datetime import date

import pyarrow as pa
import pytest

from tension.records.schema import GPR_SCHEMA
from tension.sources import find_adapter
from tension.sources.base import ParseResult
from tests.fuzz import Findings, find_fault, mutate, run, try_input
from tests.fuzz_seeds import SEEDS


def test_mutated_inputs_are_read_or_refused_and_their_rows_add_up() -> None:
    findings = run(250, seed=20261128)
    assert findings.faults == []
    assert sum(findings.outcomes.values()) == 250


@pytest.mark.parametrize("form", SEEDS)
def test_every_seed_is_an_input_that_its_reader_takes(form: str) -> None:
    findings = Findings()
    for raw in SEEDS[form]:
        try_input(form, raw, findings)
    assert findings.faults == []
    assert findings.outcomes[form, "read"]


def test_the_same_seed_gives_the_same_inputs() -> None:
    assert run(40, 7, ["upload"]).outcomes == run(40, 7, ["upload"]).outcomes


@pytest.mark.parametrize(
    ("error", "says"),
    [(StopIteration(), "StopIteration"), (KeyError("a"), "KeyError"), (RecursionError("deep"), "RecursionError")],
)
def test_an_exception_of_another_kind_is_a_fault(error: Exception, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> ParseResult:
        raise error

    monkeypatch.setattr(find_adapter("mnd"), "parse", break_off)
    findings = Findings()
    try_input("mnd", b"x", findings)
    assert [(form, outcome.partition(":")[0], raw) for form, outcome, raw in findings.faults] == [("mnd", says, b"x")]


def test_rows_that_vanish_and_days_out_of_reach_are_faults() -> None:
    assert find_fault("mnd", ParseResult(2, out_of_scope_count=1)) == "2 rows read, 1 accounted for"
    far = pa.table({"month": [date(1899, 12, 1)]}, schema=pa.schema([GPR_SCHEMA.field("month")]))
    assert find_fault("gpr", ParseResult(1, series=far)) == "a day out of reach: 1899-12-01"
    assert find_fault("gpr", ParseResult(0)) == ""


def test_slips_change_an_input() -> None:
    dice = random.Random(3)  # noqa: S311 (a test's dice)
    assert len({mutate(SEEDS["upload"][0], SEEDS["upload"], dice) for _ in range(50)}) > 40


def test_a_row_with_a_null_character_and_half_a_letter_is_a_reject_that_can_be_stored() -> None:
    findings = Findings()
    try_input("gpr", SEEDS["gpr"][-1], findings)
    assert findings.faults == []
