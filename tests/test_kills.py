"""A small slice of the kill run: whatever was killed, a repeat leaves what a whole run leaves."""

from __future__ import annotations

from tests.kills import run


def test_work_that_was_killed_is_finished_by_a_repeat() -> None:
    outcome = run(2, 20261128, ("inbox", "compact"))
    assert outcome.faults == []
    assert sum(outcome.killed.values()) == 2
