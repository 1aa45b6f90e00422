"""The command line as a person or a script meets it: formats, filters, one-line errors and exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from tension.__main__ import main
from tension.records.vocab import Region
from tension.settings import PROJECT_DIR
from tests.factories import count_raw_events, find_last_count_day, load_raw_events

EVENT_COUNT = count_raw_events()


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("cli")
    return {"TENSION_STORE": str(folder / "store"), "TENSION_DATA": str(folder / "own")}


@pytest.fixture(scope="module")
def run(environment: dict[str, str]) -> Run:
    """The command line in this process, because starting Python thirty times costs a minute."""

    def call(*words: str, text: str = "") -> Result:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        err = io.StringIO()
        with (
            patch.dict(os.environ, environment),
            patch.object(sys, "argv", ["tension", *words]),
            patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")),
            patch.object(sys, "stdout", out),
            patch.object(sys, "stderr", err),
        ):
            code = main()
        return Result(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())

    return call


def test_the_package_runs_as_a_module(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tension", "events", "--region", "mars"]
    result = subprocess.run(
        command, capture_output=True, text=True, cwd=PROJECT_DIR, env=os.environ | environment, check=False
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1


def test_what_a_terminal_has_no_sign_for_never_ends_a_command(environment: dict[str, str]) -> None:
    plain = os.environ | environment | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    def call(*words: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "tension", *words]
        return subprocess.run(command, capture_output=True, env=plain, cwd=PROJECT_DIR, check=False)

    listed = call("events", "--text", "\u201cno such words\u201d")
    told = call("events", "--since", "2025-11-01", "--until", "2025-11-30", "--format", "json")
    assert (listed.returncode, told.returncode) == (0, 0)
    assert listed.stdout.startswith(b"No events:")
    assert not told.stdout.isascii()
    days = [str(event["occurred_date"]) for event in load_raw_events()]
    assert len(json.loads(told.stdout.decode("utf-8"))) == sum("2025-11-01" <= day <= "2025-11-30" for day in days)


def test_events_as_json_have_the_names_of_the_record(run: Run) -> None:
    result = run(
        "events", "--region", "south-china-sea", "--since", "2024-06-01", "--until", "2024-06-30", "--format", "json"
    )
    events = json.loads(result.stdout)
    boarded = next(e for e in events if e["event_id"].startswith("2024-06-17-chinese-coast-guard"))
    assert (boarded["occurred_date"], boarded["reported_date"]) == ("2024-06-17", "2024-06-18")
    assert (boarded["cameo_root"], boarded["quad_class"], boarded["severity"]) == ("18", 4, 5)
    assert (boarded["latitude"], boarded["actors"]) == (9.73, ["CHN", "PHL"])
    assert boarded["figures"] == {"injured": 8}
    assert boarded["sources"][1]["published"] == "2024-06-18"
    assert "coder_doubt" not in boarded
    assert all(e["region"] == "South China Sea" for e in events)


def test_events_as_csv_and_geojson_hold_the_same_events(run: Run) -> None:
    limits = ("events", "--actor", "VNM", "--class", "material-conflict", "--format")
    rows = list(csv.DictReader(io.StringIO(run(*limits, "csv").stdout.removeprefix("\ufeff"))))
    features = json.loads(run(*limits, "geojson").stdout)["features"]
    assert [row["event_id"] for row in rows] == [feature["properties"]["event_id"] for feature in features]
    assert len(rows) > 3


def test_filters_may_be_repeated_or_joined_by_commas(run: Run) -> None:
    repeated = run("events", "--region", "taiwan-strait", "--region", "east-china-sea", "--format", "json").stdout
    joined = run("events", "--region", "taiwan-strait,east-china-sea", "--format", "json").stdout
    assert json.loads(repeated) == json.loads(joined)
    regions = [event["region"] for event in load_raw_events()]
    assert len(json.loads(joined)) == regions.count("Taiwan Strait") + regions.count("East China Sea")


def test_activity_has_the_names_of_the_file_and_blanks_for_what_is_not_stated(run: Run) -> None:
    result = run("activity", "--since", "2024-05-21", "--until", "2024-05-22", "--format", "json")
    before, after = json.loads(result.stdout)
    assert (before["date"], before["official_ship_count"]) == ("2024-05-21", None)
    assert isinstance(after["official_ship_count"], int)
    assert set(before) >= {"aircraft_count", "crossed_median_count", "vessel_count", "balloon_count", "window", "scope"}


def test_assessments_give_state_and_evidence(run: Run) -> None:
    claims = json.loads(run("assessments", "--as-of", "2025-10-31", "--format", "json").stdout)
    regions = {claim["claim_id"]: [row["region"] for row in claim["official_counts"]] for claim in claims}
    assert regions["taiwan"] == ["Taiwan Strait"]
    assert regions["allies-adapt"] == [region.value for region in Region]
    assert all(row["words"] and row["state"] for claim in claims for row in claim["official_counts"])
    assert len(claims) == 6
    taiwan = next(c for c in claims if c["claim_id"] == "taiwan")
    sorties = taiwan["parts"][0]["indicators"][0]
    assert round(sorties["recent"], 2) == 10.43
    assert round(sorties["baseline"], 2) == 15.46
    assert (round(sorties["ratio"], 2), round(sorties["percentile"])) == (0.67, 14)
    assert sorties["state"] == "down"
    assert len(sorties["days"]) == 30
    assert sorties["source_end_date"] == find_last_count_day()


def test_evidence_lists_what_an_event_feeds(run: Run) -> None:
    result = run(
        "evidence",
        "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s",
        "--as-of",
        "2024-07-01",
        "--format",
        "json",
    )
    fed = {row["indicator_id"]: row["role"] for row in json.loads(result.stdout)}
    assert fed["scs-coast-guard-militia"] == "recent"
    assert "taiwan-sorties" not in fed


def test_check_data_prints_the_counts(run: Run) -> None:
    result = run("check-data")
    assert result.returncode == 0
    assert f"{EVENT_COUNT}  events" in result.stdout
    assert "your own" not in result.stdout


def test_check_data_reads_ones_own_files_by_the_same_rules(run: Run, environment: dict[str, str]) -> None:
    own = Path(environment["TENSION_DATA"]) / "events" / "mine.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("- event_id: 2026-07-01-mine\n  occurred_date: 2026-07-01\n  severity: 9\n", encoding="utf-8")
    result = run("check-data")
    own.unlink()
    assert result.returncode == 1
    assert "mine.yaml:1 2026-07-01-mine: severity" in result.stderr
    assert "mine.yaml:1 2026-07-01-mine: region" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (("events", "--region", "mars"), "taiwan-strait"),
        (("events", "--since", "2024-13-01"), "YYYY-MM-DD"),
        (("events", "--format", "xml"), "geojson"),
        (("events", "--min-severity", "9"), "5 (use of force"),
        (("activity", "--since", "2024-02-02", "--until", "2024-01-01"), "on or after"),
        (("actors", "ZZZ"), "CHN"),
        (("assessments", "--as-of", "yesterday"), "YYYY-MM-DD"),
        (("evidence", "no-such-event"), "event_id"),
        (("ingest", "nosuch", "file"), "gdelt"),
        (("ingest", "gdelt", "/no/such/file"), "readable file"),
        (("parse", "gdelt", "."), "readable file"),
        (("refresh", "nosuch"), "rss"),
        (("rejects", "--source", "nosuch"), "gdelt"),
        (("nosuchcommand",), "nosuchcommand"),
    ],
)
def test_an_error_is_one_line_on_standard_error_with_what_is_allowed(
    run: Run, words: tuple[str, ...], allowed: str
) -> None:
    result = run(*words)
    assert result.returncode != 0
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert allowed in result.stderr


def test_parse_reads_standard_input_and_stores_nothing(run: Run) -> None:
    text = (
        "中共解放軍臺海周邊海、空域動態 一、日期：中華民國115年11月1日0600時至115年11月2日0600時止。 "
        "二、活動動態：迄0600時止，"
        "偵獲共機9架次（逾越中線進入北部空域7架次）、共艦6艘及公務船2艘，持續在臺海周邊活動。"
        "國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。"
    )
    (parsed,) = json.loads(run("parse", "mnd", "-", text=text).stdout)
    (day,) = parsed["activity"]
    assert (day["date"], day["aircraft_count"], day["crossed_median_count"]) == ("2026-11-02", 9, 7)
    assert (day["vessel_count"], day["official_ship_count"]) == (6, 2)
    assert parsed["rejects"] == []
    assert json.loads(run("activity", "--since", "2026-11-01", "--format", "json").stdout) == []


def test_ingest_counts_every_row_and_a_repeat_takes_none(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "day.txt"
    page.write_text(
        "中共解放軍臺海周邊海、空域動態 一、日期：中華民國115年11月9日0600時至115年11月10日0600時止。 "
        "二、活動動態：迄0600時止，"
        "偵獲共機3架次（逾越中線進入北部空域1架次）、共艦6艘及公務船2艘，持續在臺海周邊活動。"
        "國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。",
        encoding="utf-8",
    )
    counts = [json.loads(run("ingest", "mnd", str(page), "--format", "json").stdout)[0] for _ in range(2)]
    assert counts[0] == {"file": str(page), "read": 1, "accepted": 1, "duplicate": 0, "out_of_scope": 0, "rejected": 0}
    assert (counts[1]["accepted"], counts[1]["duplicate"]) == (0, 1)
    (day,) = json.loads(run("activity", "--since", "2026-11-10", "--format", "json").stdout)
    assert (day["aircraft_count"], day["source_key"]) == (3, "mnd")


def test_sources_rejects_and_failures_are_told_as_json(run: Run, tmp_path: Path) -> None:
    page, html = tmp_path / "page.txt", tmp_path / "export.CSV"
    page.write_text("不是公報", encoding="utf-8")
    html.write_text("<html></html>", encoding="utf-8")
    (counts,) = json.loads(run("ingest", "mnd", str(page), "--format", "json").stdout)
    assert (counts["read"], counts["rejected"]) == (1, 1)
    refused = json.loads(run("rejects", "--source", "mnd", "--format", "json").stdout)
    assert [(row["input_name"], row["text"]) for row in refused] == [(str(page), "不是公報")]
    assert json.loads(run("rejects", "--source", "gpr", "--format", "json").stdout) == []
    failed = run("ingest", "gdelt", str(html), "--format", "json")
    assert failed.returncode == 1
    assert "web page" in json.loads(failed.stdout)[0]["error"]
    assert len(failed.stderr.strip().splitlines()) == 1
    states = {row["source"]: row for row in json.loads(run("sources", "--format", "json").stdout)}
    assert states["mnd"]["rejected"] == 1
    assert (states["gdelt"]["state"], states["gdelt"]["last_success_utc"]) == ("not loaded", None)
    assert "web page" in states["gdelt"]["last_message"]


def test_groups_of_coded_events_are_proposed_when_asked(run: Run) -> None:
    assert json.loads(run("propose", "--format", "json").stdout) == {"groups": 0, "new": 0, "known": 0}


def test_an_input_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    for command in ("parse", "ingest"):
        result = run(command, "rss", str(empty))
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1
        assert "empty.xml" in result.stderr
