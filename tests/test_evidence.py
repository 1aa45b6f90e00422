"""The walk from claim to source and back, against the files; the command that prints it; the notes on indicators."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from tension.__main__ import app
from tension.assessments.evidence import EVIDENCE_COLUMNS
from tension.desk import Desk
from tension.errors import BadInput
from tension.settings import PROJECT_DIR
from tests.factories import find_last_count_day

ARTICLE_DAY = date(2025, 10, 31)
MEETING = "2025-10-31-hegseth-and-dong-jun-meet-face-to-face-in-kuala"


@pytest.fixture(scope="module")
def table(desk: Desk) -> pd.DataFrame:
    return desk.load_evidence(ARTICLE_DAY)


@pytest.fixture(scope="module")
def raw_events(raw_events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {e["event_id"]: e for e in raw_events}


def test_the_table_names_every_indicator_of_every_claim(desk: Desk, table: pd.DataFrame) -> None:
    declared = {(rule.claim_id, i.indicator_id) for rule in desk.record.claim_rules for i in rule.indicators}
    assert set(zip(table.claim_id, table.indicator_id, strict=True)) == declared
    assert list(table.columns) == EVIDENCE_COLUMNS


def test_every_event_of_the_table_carries_all_its_sources(
    table: pd.DataFrame, raw_events: dict[str, dict[str, Any]]
) -> None:
    found = table[(table["item"] == "event") & (table.indicator_id == "scs-contact-force")]
    assert len(found) > 20
    for event_id, rows in found.groupby("event_id"):
        raw = raw_events[str(event_id)]
        assert sorted(rows.url) == sorted(s["url"] for s in raw["sources"])
        assert set(rows.what) == {raw["title"]}
        assert set(rows.occurred_date) == {raw["occurred_date"]}


def test_the_roles_of_events_follow_from_their_days(table: pd.DataFrame) -> None:
    for row in table[table["item"] == "event"].to_dict("records"):
        if row["role"] == "recent":
            assert row["window_first_date"] <= row["occurred_date"] <= row["window_last_date"]
        else:
            assert row["baseline_first_date"] <= row["occurred_date"] <= row["baseline_last_date"]
        assert row["reported_date"] <= ARTICLE_DAY


def test_days_stand_behind_a_count_with_their_figures(table: pd.DataFrame) -> None:
    days = table[table.indicator_id == "taiwan-sorties"]
    assert len(days) == 30
    assert days.value.mean() == pytest.approx(10.4333, abs=1e-4)
    assert set(days.publisher) == {"Taiwan Ministry of National Defense: daily bulletins"}
    shares = table[table.indicator_id == "taiwan-crossings"]
    assert shares.what.iloc[0].endswith("aircraft")


def test_statements_stand_behind_positions_up_to_the_day(table: pd.DataFrame) -> None:
    said = table[table.indicator_id == "china-positions"]
    assert set(said["item"]) == {"statement"}
    assert said.occurred_date.max() <= ARTICLE_DAY
    assert said.url.str.startswith("https://").all()


def test_what_can_not_be_seen_has_a_row_and_nothing_behind_it(table: pd.DataFrame) -> None:
    row = table[table.indicator_id == "scs-unseen"]
    assert len(row) == 1
    assert row["item"].tolist() == [""]


def test_back_from_an_event_leads_to_what_the_table_says(desk: Desk, table: pd.DataFrame) -> None:
    for event_id in (MEETING, "2025-10-12-manila-says-china-coast-guard-rammed-fisheries-s"):
        feeds = desk.build_feeds(event_id, ARTICLE_DAY)
        back = set(zip(feeds.indicator_id, feeds.role, strict=True))
        there = table[table.event_id == event_id]
        forth = set(zip(there.indicator_id, there.role, strict=True))
        assert forth
        assert {pair for pair in back if pair[1] in ("recent", "baseline")} == forth
        assert set(zip(feeds.claim_id, feeds.claim_state, strict=True)) <= set(
            zip(table.claim_id, table.claim_state, strict=True)
        )


def test_an_unknown_claim_lists_the_claims(desk: Desk) -> None:
    with pytest.raises(BadInput, match="military-channels"):
        desk.load_evidence(ARTICLE_DAY, ["moon"])


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_prints_what_an_event_feeds() -> None:
    rows = json.loads(run("evidence", MEETING, "--as-of", "2025-10-31", "--format", "json"))
    found = {row["indicator_id"]: row for row in rows}
    assert found["contact-rate"]["role"] == "recent"
    assert found["severe-share"]["role"] == "recent, in the total only"
    assert found["contact-gap"]["claim_id"] == "military-channels"
    assert found["contact-gap"]["claim_state"] == "level"


def test_the_command_gives_the_whole_graph_as_csv() -> None:
    text = run("evidence", "--claim", "military-channels", "--as-of", "2025-10-31", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["claim_id"] for row in rows} == {"military-channels"}
    assert {row["indicator_id"] for row in rows} == {
        "contact-gap", "minister-gap", "contact-rate", "suspension-in-force"
    }  # fmt: skip
    assert MEETING in {row["event_id"] for row in rows}


def test_the_command_refuses_an_unknown_event_in_one_line() -> None:
    result = CliRunner().invoke(app, ["evidence", "moon"])
    assert result.exit_code == 1
    assert "moon" in result.stderr
    assert result.stderr.count("\n") == 1


def test_assessments_as_json_say_what_each_indicator_reads() -> None:
    claims = json.loads(run("assessments", "--as-of", "2025-10-31", "--format", "json"))
    taiwan = next(claim for claim in claims if claim["claim_id"] == "taiwan")
    assert (taiwan["state"], taiwan["strip"]) == ("falling", "▼■■■○■■○")
    sorties = taiwan["parts"][0]["indicators"][0]
    assert (round(sorties["recent"], 2), round(sorties["baseline"], 2)) == (10.43, 15.46)
    assert (round(sorties["ratio"], 2), round(sorties["percentile"])) == (0.67, 14)
    assert sorties["interval"][0] < sorties["ratio"] < sorties["interval"][1]
    assert (sorties["window_days"], sorties["baseline_days"]) == (30, 365)
    assert sorties["recent_window"] == ["2025-10-02", "2025-10-31"]
    assert sorties["source_end_date"] == find_last_count_day()
    assert len(sorties["days"]) == 30
    for claim in claims:
        assert len(claim["parts"]) >= 1
        for indicator in (i for part in claim["parts"] for i in part["indicators"]):
            assert indicator["state"]
            assert indicator["reason"]
            assert indicator["sentence"]


def test_the_page_on_indicators_is_the_file_in_words() -> None:
    written = (Path(PROJECT_DIR) / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert run("indicators") == written, "make it again: python -m tension indicators > docs/indicators.md"
    for rule in yaml.safe_load((PROJECT_DIR / "data" / "assessments.yaml").read_text(encoding="utf-8")):
        for indicator in (i for part in rule["parts"] for i in part["indicators"]):
            assert indicator["sentence"] in written
            assert indicator.get("blind_spot", "") in written
