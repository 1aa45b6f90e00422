"""The back-test on a small made-up history worked by hand, on the bundled record, and the list that it is judged by."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from tension.__main__ import app
from tension.assessments.assessor import Assessor
from tension.assessments.backtest import ClaimResult, find_random_share, read_backtest
from tension.assessments.backtest_words import describe_backtest, tell_fraction
from tension.assessments.observations import RecordFrames
from tension.desk import Desk
from tension.readings import Cover
from tension.records.claims import ClaimRule, Indicator, Part
from tension.records.escalations import ClaimEscalations, Escalation, load_escalations
from tension.settings import PROJECT_DIR

START, LENGTH = date(2023, 1, 1), 800
# The first day that can be read: 24 of 30 days are there at once, 292 of the 365 before the last 30 take 322 days.
FIRST_READABLE = 321
EXERCISES = {date(2024, 5, 23), date(2024, 10, 14), date(2024, 12, 10), date(2025, 4, 1), date(2025, 12, 29)}


def on(number: int) -> date:
    return START + timedelta(days=number)


def make_assessor(desk: Desk, counts: dict[int, int], **rule: Any) -> Assessor:
    """One claim with one daily count: ten a day, but for the days named."""
    values = [counts.get(n, 10) for n in range(LENGTH)]
    activity = pd.DataFrame({"date": pd.to_datetime([on(n) for n in range(LENGTH)])})
    activity["aircraft_count"] = pd.array(values, dtype="Int64")
    indicator = Indicator(indicator_id="x", title="X", kind="series", sentence="X.", series="aircraft_count")
    part = Part(part_id="p", title="P", indicators=(indicator,))
    searched = {"Taiwan Strait": Cover(START, on(LENGTH - 1))}
    frames = RecordFrames(desk.assessor.observed.events.iloc[:0], activity, [], [], searched=searched)
    return Assessor([ClaimRule(claim_id="taiwan", state_means="more", parts=(part,), **rule)], frames)


def make_list(*days: int, large: tuple[int, ...] = ()) -> ClaimEscalations:
    entries = []
    for n in days:
        total = sum(int(digit) for digit in on(n).isoformat() if digit.isdigit())
        entries.append(
            Escalation(
                date=on(n), title=f"Day {n}", events=("e",), large_exercise=n in large,
                use="judge" if total % 2 else "tune", publisher="P", url="https://example.org/",
            )
        )  # fmt: skip
    return ClaimEscalations(
        claim_id="taiwan", listed_by="x", reason="" if days else "nothing is known", escalations=tuple(entries)
    )


def read(desk: Desk, counts: dict[int, int], listed: ClaimEscalations, **more: Any) -> ClaimResult:
    until = more.pop("until", None)
    return read_backtest(make_assessor(desk, counts, **more), listed, until)


def test_surges_are_noticed_and_calm_fortnights_counted_by_hand(desk: Desk) -> None:
    # One day alone moves the mean of 30 by a tenth: no turn, but a surge. Day 420 is far from all that is listed.
    result = read(desk, {420: 40, 600: 40}, make_list(100, 600, 650, large=(600,)))
    assert (result.listed, result.readable, result.noticed) == (3, 2, 1)
    assert [hit.noticed_by for hit in result.hits] == [(), ("x",), ()]
    assert [hit.days_after for hit in result.hits] == [None, 0, None]
    assert result.readable_day_count == LENGTH - FIRST_READABLE
    # Calm: 321 to 509 (more than 90 days before day 600), and 741 to 786 (the last whose fortnight is over).
    calm = (509 - FIRST_READABLE + 1) + (LENGTH - 14 - 741 + 1)
    assert result.calm_day_count == calm
    assert result.calm_day_share == pytest.approx(14 / calm)  # the fortnights that begin on days 407 to 420
    assert result.turns_per_year == 0
    assert result.word_shares == {"level": 1.0}
    assert (result.naive_noticed, result.naive_calm_day_share) == (1, pytest.approx(14 / calm))
    assert result.random_share == pytest.approx(find_random_share(LENGTH - FIRST_READABLE, 2) or 0)
    assert result.select(is_large=True) == (1, 1, 1)


def test_a_fortnight_is_the_day_and_the_thirteen_after_it(desk: Desk) -> None:
    for day, is_noticed in ((586, False), (587, True), (600, True), (601, False)):
        assert bool(read(desk, {600: 40}, make_list(day)).noticed) == is_noticed, day


def test_a_turn_counts_only_towards_escalation(desk: Desk) -> None:
    rising, falling = (dict.fromkeys(range(600, LENGTH), count) for count in (20, 2))
    up, down = read(desk, rising, make_list(600)), read(desk, falling, make_list(600))
    # Ten days at 20 make the mean 13.3 from day 609 on, 1.33 times the year's; six make it 12, which is 1.2 times.
    assert (up.noticed, up.hits[0].days_after) == (1, 0)
    assert up.turns_per_year == pytest.approx(365.25 / (LENGTH - FIRST_READABLE))
    assert (down.noticed, down.turns_per_year) == (0, 0.0)
    turned = read(desk, falling, make_list(600), escalation="down")
    assert (turned.noticed, turned.turns_per_year) == (1, up.turns_per_year)
    # The mean of 30 is 8 or less from the eighth day at 2: (22 x 10 + 8 x 2) / 30 = 7.87.
    assert turned.hits[0].days_after == 7
    assert read(desk, rising, make_list(600), escalation="down").noticed == 0


def test_as_of_an_earlier_day_only_what_was_over_by_then_counts(desk: Desk) -> None:
    counts, listed = {420: 40, 600: 40}, make_list(420, 600)
    assert read(desk, counts, listed, until=on(612)).listed == 1
    assert read(desk, counts, listed, until=on(613)).noticed == 2
    early = read(desk, counts, listed, until=on(500))
    assert early.readable_day_count == 500 - FIRST_READABLE + 1
    before = read(desk, counts, listed, until=START - timedelta(days=1))
    assert (before.listed, before.readable_day_count, before.calm_day_share) == (0, 0, None)


def test_luck_is_the_share_of_all_ways_to_draw_the_days() -> None:
    span = set(range(3, 17))
    hits = [bool(span & set(drawn)) for drawn in combinations(range(18), 3)]
    assert find_random_share(18, 3) == pytest.approx(np.mean(hits))
    assert find_random_share(100, 0) == 0
    assert find_random_share(13, 1) is None
    assert find_random_share(20, 9) == 1


def test_a_list_without_an_entry_says_why_and_has_only_calm_days(desk: Desk) -> None:
    result = read(desk, {500: 40}, make_list())
    assert (result.listed, result.reason) == (0, "nothing is known")
    assert result.calm_day_count == LENGTH - 14 - FIRST_READABLE + 1
    said = describe_backtest(result, make_assessor(desk, {}).rules[0])
    assert "no known escalation to judge it by (nothing is known)" in said


def test_the_line_of_a_panel_in_words(desk: Desk) -> None:
    assessor = make_assessor(desk, {420: 40, 600: 40})
    result = read_backtest(assessor, make_list(100, 600, 650, large=(100, 600)))
    assert describe_backtest(result, assessor.rules[0]) == (
        "Turns up 0 times a year; noticed 1 of 1 large exercises (1 more can’t be read) and 1 of 2 known escalations "
        "(1 more can’t be read); on a calm day 6.0% of fortnights hold a turn or surge, by luck 6.0%."
    )
    assert tell_fraction(0, 0) == "–"


def test_the_large_exercises_are_noticed_and_failures_stay(desk: Desk) -> None:
    results = {result.claim_id: result for result in desk.read_backtests()}
    assert list(results) == [claim.claim_id for claim in desk.record.article.claims]
    taiwan, sea = results["taiwan"], results["south-china-sea"]
    noticed, readable, listed = taiwan.select(is_large=True)
    assert noticed == readable == len(EXERCISES)
    assert {h.escalation.date for h in taiwan.hits if h.escalation.large_exercise and h.is_readable} == EXERCISES
    assert listed > readable
    assert sea.noticed < sea.readable / 2
    for result in results.values():
        shares = [result.calm_day_share, result.random_share, result.naive_calm_day_share]
        assert all(share is None or 0 <= share <= 1 for share in shares)
        assert sum(result.word_shares.values()) == pytest.approx(1 if result.word_shares else 0)
        tuned, judged = (result.select(use=use) for use in ("tune", "judge"))
        assert tuned[2] + judged[2] == result.listed
        for word, share in result.word_shares.items():
            if share > 0.95:
                assert all(not found.turns_per_year for found in result.indicators), (result.claim_id, word)


def test_the_command_prints_one_record_a_claim() -> None:
    printed = CliRunner().invoke(app, ["backtest", "--format", "json"])
    assert printed.exit_code == 0, printed.output
    records = json.loads(printed.stdout)
    wanted = (
        "claim_id listed noticed calm_day_share random_share turns_per_year naive_noticed naive_calm_day_share "
        "word_shares"
    ).split()
    assert all(set(wanted) <= set(record) for record in records)
    by_hand = yaml.safe_load((PROJECT_DIR / "data" / "backtest.yaml").read_text(encoding="utf-8"))
    assert {r["claim_id"]: r["listed"] for r in records} == {c["claim_id"]: len(c["escalations"]) for c in by_hand}
    table = CliRunner().invoke(app, ["backtest"])
    assert table.exit_code == 0
    assert "by luck" in table.stdout


# The list itself.


def test_the_list_is_of_the_record_and_follows_its_own_rule(desk: Desk) -> None:
    events = {event.event_id: event for event in desk.record.events}
    for listed in desk.record.escalations:
        for found in listed.escalations:
            for event_id in found.events:
                event = events[event_id]
                assert event.severity >= 4 or found.date == date(2024, 12, 10)
                assert abs((event.occurred_date - found.date).days) <= 1
            assert found.url in {str(source.url) for e in found.events for source in events[e].sources}


def change_list(tmp_path: Path, **changes: Any) -> list[str]:
    folder = tmp_path / "data"
    folder.mkdir()
    lists = yaml.safe_load((PROJECT_DIR / "data" / "backtest.yaml").read_text(encoding="utf-8"))
    lists[0]["escalations"][0].update(changes)
    (folder / "backtest.yaml").write_text(yaml.safe_dump(lists, sort_keys=False), encoding="utf-8")
    ids = [event for one in lists for found in one["escalations"] for event in found["events"] if event != "moon"]
    return load_escalations(folder, [one["claim_id"] for one in lists], ids)[1]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"use": "judge"}, "even is tune, odd is judge"),
        ({"events": ["moon"]}, "event_id 'moon' is not in the record"),
        ({"url": "file:///x"}, "url"),
        ({"events": []}, "events"),
    ],
)
def test_a_fault_of_the_list_is_told_with_its_place(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    faults = change_list(tmp_path, **changes)
    assert any(fault in line and "backtest.yaml" in line for line in faults), faults


def test_the_list_as_it_stands_has_no_fault(tmp_path: Path) -> None:
    assert change_list(tmp_path) == []
