"""An opened tracker follows the curated files: what changed is read again, what broke leaves the earlier record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tension.desk import Desk, open_desk
from tension.errors import CuratedDataError
from tension.settings import PROJECT_DIR, Settings


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT_DIR / "data", tmp_path / "data"))


@pytest.fixture
def desk(copied: Path, tmp_path: Path) -> Desk:
    return open_desk(Settings(copied, tmp_path / "own", str(tmp_path / "store")))


def test_a_changed_rule_reaches_the_readings(desk: Desk, copied: Path) -> None:
    before = desk.assessor
    rules = copied / "assessments.yaml"
    text = rules.read_text(encoding="utf-8")
    said = desk.record.claim_rules[0].state_means
    assert said in text
    rules.write_text(text.replace(said, "another meaning", 1), encoding="utf-8")
    desk.refresh()
    assert desk.record.claim_rules[0].state_means == "another meaning"
    assert desk.assessor is not before
    assert "another meaning" in {rule.state_means for rule in desk.assessor.rules}


def test_nothing_is_read_again_while_no_file_changed(desk: Desk) -> None:
    record, assessor = desk.record, desk.assessor
    desk.refresh()
    assert desk.record is record
    assert desk.assessor is assessor


def test_a_file_that_broke_leaves_the_earlier_record(desk: Desk, copied: Path) -> None:
    record = desk.record
    (copied / "articles" / "constructive-talks.yaml").write_text("nonsense: [", encoding="utf-8")
    with pytest.raises(CuratedDataError, match=r"constructive-talks\.yaml"):
        desk.reload_record()
    assert desk.record is record
