"""What holds for every test: a skip is a failure where CI is set, and recorded inputs travel with the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recorded import SMALL, list_samples

SKIPPED = """
import pytest

@pytest.mark.skip(reason="by mark")
def test_by_mark(): ...

def test_within():
    pytest.skip("within")

def test_runs(): ...
"""


@pytest.mark.parametrize(("ci", "counts"), [("true", "1 failed, 1 passed, 1 error"), ("", "1 passed, 2 skipped")])
def test_what_is_skipped_fails_where_ci_is_set(tmp_path: Path, ci: str, counts: str) -> None:
    (tmp_path / "test_skipped.py").write_text(SKIPPED, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    result = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"CI": ci},
        check=False,
    )
    assert counts in result.stdout


def test_every_sample_is_named_with_its_origin_and_kept_small() -> None:
    said = (SMALL / "README.md").read_text(encoding="utf-8")
    samples = [path for path in SMALL.rglob("*") if path.is_file() and path.name != "README.md"]
    assert samples
    assert [path.name for path in samples if f"`{path.relative_to(SMALL).as_posix()}`" not in said] == []
    assert max(path.stat().st_size for path in samples) < 20_000


def test_a_pattern_that_finds_no_sample_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="holds no gdelt/"):
        list_samples("gdelt/*.nothing")
