"""Readers of hostile formats run within bounds: what they give, and how each way of failing is told in one line."""

from __future__ import annotations

import os
import sys

import pytest

from tension.errors import FormatError
from tension.sources.limits import Budget, run_limited
from tests import limited_readers as readers

needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")


def test_a_result_comes_back_as_plain_data_from_another_process() -> None:
    found = run_limited(readers.join_words, None, "one", b"two", mark="三")
    assert found["words"] == ["one", "two", "三"]
    assert found["process"] != os.getpid()


def test_its_own_error_is_passed_on() -> None:
    with pytest.raises(FormatError, match=r"^4 bytes are no table$"):
        run_limited(readers.refuse, None, b"1234")


@needs_limits
@pytest.mark.parametrize(
    ("function", "says"),
    [
        (readers.spin, "needs more time than allowed; allowed: 1 s of CPU time"),
        (readers.swell, "needs more memory than allowed; allowed: 256 MB"),
        (readers.swell_in_pieces, "needs more memory than allowed; allowed: 256 MB"),
        (readers.abort, "needs more memory than allowed"),
        (readers.leave, "can't be read: it breaks its reader"),
        (readers.break_off, r"can't be read \(StopIteration\)"),
    ],
)  # fmt: skip
def test_every_other_end_is_a_format_error_of_one_line(function, says):
    budget = Budget(cpu_seconds=1 if function is readers.spin else 30, memory_bytes=1 << 28)
    with pytest.raises(FormatError, match=says) as caught:
        run_limited(function, budget)
    assert "\n" not in str(caught.value)
