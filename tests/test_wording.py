"""Readings in words: what an editor could print, and where the counts disagree with the article on its own day."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from tension.assessments.attention import AttentionReading, read_attention, read_latest_attention
from tension.assessments.kinds import find_votes
from tension.assessments.panels import Panel
from tension.assessments.wording import (
    STATE_SIGNS,
    describe_attention,
    describe_flips,
    describe_reading,
    describe_reporting,
    describe_rule,
    judge,
)
from tension.desk import Desk
from tension.readings import State

ARTICLE_DAY, LAST_DAY = date(2025, 10, 31), date(2026, 7, 5)


@pytest.fixture(scope="module")
def panels(desk: Desk) -> dict[str, Panel]:
    return {panel.claim.claim_id: panel for panel in desk.build_panels(LAST_DAY)}


def read_words(desk: Desk, indicator_id: str, day: date) -> str:
    rule, part_id, indicator = desk.assessor.find_indicator(indicator_id)
    return describe_reading(desk.assessor.read_indicator(rule.claim_id, part_id, indicator, day))


@pytest.mark.parametrize(
    ("indicator_id", "day", "words"),
    [
        (
            "taiwan-sorties",
            ARTICLE_DAY,
            r"10\.4 aircraft a day over 30 days, 15\.5 in the 365 days before: "
            r"ratio 0\.67 \(90% interval 0\.52 to 0\.89\), percentile 14",
        ),
        ("taiwan-crossings", LAST_DAY, r"54% of aircraft over 30 days, 65% in .*"),
        ("taiwan-large-exercises", LAST_DAY, r"1 in 365 days, 3 in the 730 days before: too few to say \(5 needed\)"),
        ("contact-gap", LAST_DAY, r"151 days since 4 Feb 2026, typical gap 28\.5 days, percentile 88"),
        ("us-explosive-test", LAST_DAY, r"None found in the 249 days that the record covers"),
        ("suspension-in-force", date(2023, 1, 1), r"In force since 5 Aug 2022"),
        ("suspension-in-force", LAST_DAY, r"None in force, by the record"),
        ("philippines-adapts", ARTICLE_DAY, r"Fewer than 30 days since 31 Oct 2025.*"),
        ("philippines-adapts", LAST_DAY, r"6 since 31 Oct 2025, 7 in the 365 days before: ratio 1\.26 .*"),
        ("severe-share", date(2026, 9, 1), r"The record ends on 5 Jul 2026"),
        ("china-positions", LAST_DAY, r"11 statements, listed for reading"),
    ],
)
def test_a_reading_in_words(desk: Desk, indicator_id: str, day: date, words: str) -> None:
    assert re.fullmatch(words, read_words(desk, indicator_id, day))


def test_the_panel_says_where_the_counts_of_its_own_day_disagree(panels: dict[str, Panel]) -> None:
    said = panels["taiwan"].disagreements
    assert said[0] == (
        "The article's wording is coded as intensifying; on its own day the indicators read holding (5 of 6)."
    )
    assert said[1].startswith("Against “Large-scale patrols and signalling continue”: aircraft a day, easing. 10.4")
    assert len(said) == 2
    assert panels["military-channels"].disagreements == []


def test_evidence_for_and_against_the_bottom_line(panels: dict[str, Panel]) -> None:
    friction = panels["managed-friction"]
    assert next(iter(panels)) == "managed-friction"
    assert [r.indicator.indicator_id for r in friction.list_judged("for")] == [
        "us-china-deaths", "severe-share", "conflict-share"
    ]  # fmt: skip
    assert friction.list_judged("against") == []
    channels = panels["military-channels"]
    assert [r.indicator.indicator_id for r in channels.list_judged("against")] == ["contact-gap"]


def test_an_indicator_without_a_vote_is_never_judged(panels: dict[str, Panel]) -> None:
    for panel in panels.values():
        parts = {part.part_id: part for part in panel.now.rule.parts}
        for reading in panel.now.indicators:
            assert (judge(parts[reading.part_id], reading) == "") == (
                reading.state not in find_votes(reading.indicator)
            )
        assert {r.indicator.kind for r in panel.unseen} <= {"cannot_see"}


def test_flips_are_sentences(desk: Desk, panels: dict[str, Panel]) -> None:
    assert describe_flips(panels["managed-friction"].now) == [
        "“Material conflict against co-operation” alone, now holding: if easing, the claim would be easing."
    ]
    assert describe_flips(panels["taiwan"].now) == ["No change of a single indicator would change the claim's state."]
    (allies,) = describe_flips(panels["allies-adapt"].then)
    assert allies.startswith("“Philippines”, “Japan”, “Australia”, “Vietnam” or “India” alone, now insufficient:")


def test_attention_is_told_to_the_month_that_the_file_ends(desk: Desk) -> None:
    gpr = desk.queries.load_gpr()
    columns = ("gprt", "gpra")
    late = describe_attention(read_attention(gpr, columns, LAST_DAY), read_latest_attention(gpr, columns, LAST_DAY))
    assert re.fullmatch(
        r"GPR, Apr 2026, its last month: World: threats z [+-]\d\.\d, World: acts z [+-]\d\.\d; Jun 2026 not loaded",
        late,
    )
    then = read_attention(gpr, columns, ARTICLE_DAY)
    past = gpr[(gpr.month >= "2020-10-01") & (gpr.month < "2025-10-01")]
    october = gpr[gpr.month == "2025-10-01"].gprt.iloc[0]
    assert then[0].month == date(2025, 10, 1)
    assert len(past) == 60
    assert then[0].z == pytest.approx((october - past.gprt.mean()) / past.gprt.std(ddof=1))
    assert describe_attention(then, ()).startswith("GPR, Oct 2025: World: threats z ")
    nothing = gpr.iloc[:0]
    assert read_latest_attention(nothing, columns, LAST_DAY) == ()
    assert describe_attention(read_attention(nothing, columns, LAST_DAY), ()) == "GPR, Jun 2026: not loaded"


def test_reporting_that_is_not_loaded_is_never_nought() -> None:
    absent = AttentionReading("gdelt_share", "share", date(2026, 6, 1), None, None, State.NOT_LOADED.value)
    assert describe_reporting(absent) == "GDELT: not loaded"
    there = AttentionReading("gdelt_share", "share", date(2026, 6, 1), 0.1, 1.24, "")
    assert describe_reporting(there) == "GDELT share of reporting, Jun 2026: z +1.2"


def test_no_words_forecast_score_or_mix_likelihood_with_confidence(desk: Desk, panels: dict[str, Panel]) -> None:
    sentences = [describe_rule(r.indicator) for p in panels.values() for r in p.now.indicators]
    sentences += [r.indicator.sentence for p in panels.values() for r in p.now.indicators]
    sentences += [describe_reading(r) for p in panels.values() for r in p.now.indicators]
    sentences += [line for p in panels.values() for line in (*p.disagreements, *describe_flips(p.now))]
    banned = re.compile(r"\b(will|likely|probab\w+|forecast|predict\w*|out of 100|/100|confidence)\b", re.IGNORECASE)
    assert [s for s in sentences if banned.search(s)] == []


def test_every_state_has_a_sign_that_is_no_emoji() -> None:
    assert set(STATE_SIGNS) == set(State)
    assert all(len(sign) == 1 and ord(sign) < 0x1F000 and sign not in "▪▫▶◀◼◻◽◾⚫⚪" for sign in STATE_SIGNS.values())


def test_a_month_without_numbers_of_one_series_says_so(desk: Desk) -> None:
    gpr = desk.queries.load_gpr().assign(gpra=lambda f: f.gpra.where(f.month != pd.Timestamp(2025, 10, 1)))
    said = describe_attention(read_attention(gpr, ("gprt", "gpra"), ARTICLE_DAY), ())
    assert said.endswith("World: acts not loaded")
