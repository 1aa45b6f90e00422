"""Readings in words: what an editor could print, and the signs and words that stand for them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tension.assessments.attention import AttentionReading, read_attention, read_latest_attention
from tension.assessments.headlines import describe_judgement, write_desk_headline, write_headline
from tension.assessments.noticing import judge
from tension.assessments.panels import Panel
from tension.assessments.reading import HOLLOW_SIGN
from tension.assessments.wording import (
    describe_attention,
    describe_reading,
    describe_reporting,
    describe_rule,
    name_reading,
    pick_sign,
)
from tension.desk import Desk
from tension.readings import Mark, State

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
        ("contact-gap", LAST_DAY, r"\d+ days since \d+ \w+ 2026, typical gap [\d.]+ days, percentile \d+"),
        ("us-explosive-test", LAST_DAY, r"None found in the 249 days that the record covers"),
        ("suspension-in-force", date(2023, 1, 1), r"In force since 5 Aug 2022"),
        ("suspension-in-force", LAST_DAY, r"None in force, by the record"),
        ("philippines-adapts", ARTICLE_DAY, r"Fewer than 30 days since 31 Oct 2025.*"),
        ("philippines-adapts", LAST_DAY, r"6 since 31 Oct 2025, 7 in the 365 days before: ratio 1\.26 .*"),
        ("severe-share", date(2026, 9, 1), r"The record ends on 5 Jul 2026"),
        ("china-positions", LAST_DAY, r"\d+ statements, listed for reading"),
    ],
)
def test_a_reading_in_words(desk: Desk, indicator_id: str, day: date, words: str) -> None:
    assert re.fullmatch(words, read_words(desk, indicator_id, day))


def test_evidence_for_and_against_the_bottom_line(panels: dict[str, Panel]) -> None:
    friction = panels["managed-friction"]
    assert next(iter(panels)) == "managed-friction"
    found = friction.notice.today
    assert [r.indicator.indicator_id for r in found.speak_for] == ["us-china-deaths", "severe-share", "conflict-share"]
    assert found.speak_against == ()


def test_an_indicator_that_can_not_be_read_is_never_judged(panels: dict[str, Panel]) -> None:
    for panel in panels.values():
        parts = {part.part_id: part for part in panel.now.rule.parts}
        for reading in panel.now.indicators:
            assert (judge(parts[reading.part_id], reading) == "") == (reading.mark in (None, Mark.UNREAD))
        assert {r.indicator.kind for r in panel.unseen} <= {"cannot_see"}


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
    sentences += [write_headline(p.notice) for p in panels.values()]
    sentences += [write_desk_headline([p.notice for p in panels.values()]).text]
    sentences += [describe_judgement(p.notice.own_day, p.notice.then) for p in panels.values()]
    banned = re.compile(r"\b(will|likely|probab\w+|forecast|predict\w*|out of 100|/100|confidence)\b", re.IGNORECASE)
    assert [s for s in sentences if banned.search(s)] == []


def test_every_state_has_a_sign_that_is_no_emoji(panels: dict[str, Panel]) -> None:
    reading = panels["taiwan"].now.indicators[0]
    signs = {pick_sign(replace(reading, state=state, mark=mark)) for state in State for mark in (None, *Mark)}
    assert signs == set("▲■▼○◇●–×")
    assert all(ord(sign) < 0x1F000 and sign not in "▪▫▶◀◼◻◽◾⚫⚪" for sign in (*signs, HOLLOW_SIGN))


def test_a_word_of_its_own_stands_where_up_and_down_would_mislead(panels: dict[str, Panel]) -> None:
    gap = panels["military-channels"].now.indicators[0]
    assert gap.indicator.indicator_id == "contact-gap"
    assert name_reading(replace(gap, state=State.DOWN)) == "less contact than usual"
    assert name_reading(replace(gap, state=State.TOO_FEW)) == "too few"


def test_a_month_without_numbers_of_one_series_says_so(desk: Desk) -> None:
    gpr = desk.queries.load_gpr().assign(gpra=lambda f: f.gpra.where(f.month != pd.Timestamp(2025, 10, 1)))
    said = describe_attention(read_attention(gpr, ("gprt", "gpra"), ARTICLE_DAY), ())
    assert said.endswith("World: acts not loaded")
