"""What panels notice: on real days against the files, by rules written a second time, and by hand-made readings."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from tension.assessments.headlines import (
    describe_judgement,
    describe_surge,
    describe_visible,
    name_movers,
    write_desk_headline,
    write_headline,
)
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import (
    ClaimNotice,
    Mover,
    Verdict,
    find_movers,
    judge_claim,
    read_notice,
    read_notices,
)
from tension.assessments.reading import ClaimReading, IndicatorReading, Visible
from tension.desk import Desk
from tension.readings import ClaimState, Mark, State
from tension.records.claims import ClaimRule, Indicator, Part
from tension.settings import PROJECT_DIR

ARTICLE_DAY, LAST_DAY = date(2025, 10, 31), date(2026, 7, 5)
# China's large exercises around Taiwan since its counts can be read against a year of their past.
EXERCISES = [date(2024, 5, 23), date(2024, 10, 14), date(2024, 12, 10), date(2025, 4, 1), date(2025, 12, 29)]


def notice(desk: Desk, claim_id: str, day: date) -> ClaimNotice:
    claim = next(claim for claim in desk.record.article.claims if claim.claim_id == claim_id)
    return read_notice(desk.assessor, claim, day)


@pytest.fixture(scope="module")
def bulletins() -> dict[date, dict[str, str]]:
    """Taiwan's daily counts as plain CSV reads them."""
    with (PROJECT_DIR / "data" / "series" / "taiwan_mnd_daily.csv").open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row["date"]): row for row in csv.DictReader(file)}


def test_half_the_aircraft_and_four_times_the_official_ships(desk: Desk) -> None:
    found = notice(desk, "taiwan", LAST_DAY)
    assert found.reading.state == ClaimState.MIXED
    assert [m.reading.indicator.indicator_id for m in found.movers] == ["taiwan-official-ships", "taiwan-sorties"]
    assert [round(m.ratio or 0, 2) for m in found.movers] == [4.5, 0.52]
    assert write_headline(found) == (
        "Official ships 4.5 times their past year, aircraft about half; the other four level."
    )
    assert found.strip == "▼■■▲○■■○"
    assert found.movers[0].since == date(2026, 5, 29)


@pytest.mark.parametrize("day", EXERCISES)
def test_two_weeks_after_a_large_exercise_the_panel_says_so(
    desk: Desk, bulletins: dict[date, dict[str, str]], day: date
) -> None:
    found = notice(desk, "taiwan", day + timedelta(days=14))
    turned = [turn for turn in found.turns if turn.mark == Mark.UP and turn.days_ago <= 14]
    assert found.reading.state in (ClaimState.RISING, ClaimState.MIXED) or found.surges
    assert turned or found.surges
    for surge in found.surges:
        column = surge.indicator.series or ""
        counts = {d: int(row[column]) for d, row in bulletins.items() if row[column]}
        last, window = day + timedelta(days=14), [day + timedelta(days=n) for n in range(1, 15)]
        reference = [counts[d] for n in range(365) if (d := last - timedelta(days=14 + n)) in counts]
        assert surge.surge.value == max(counts[d] for d in window)
        assert surge.surge.value > pd.Series(reference).quantile(0.99)
        begun = date(2024, 5, 22) if column == "official_ship_count" else date(2022, 11, 15)
        earlier = [d for d, n in counts.items() if begun <= d < surge.surge.day and n >= surge.surge.value]
        assert surge.surge.last_as_high == max(earlier, default=None)


def test_no_claim_says_one_word_nearly_always_or_its_panel_says_why(desk: Desk) -> None:
    for claim in desk.record.article.claims:
        states = desk.assessor.read_claim_history(claim.claim_id)["state"]
        readable = states[states != ClaimState.UNREAD]
        if readable.empty or readable.value_counts(normalize=True).max() > 0.95:
            said = write_headline(notice(desk, claim.claim_id, LAST_DAY))
            assert said.startswith("Can't be read"), claim.claim_id
            assert re.search(r"too few|too low|counts so low|not found", said), said


def test_every_turn_is_between_two_days_that_can_be_read(desk: Desk) -> None:
    marks = desk.assessor.read_marks("taiwan")
    found = notice(desk, "taiwan", LAST_DAY)
    assert found.turns
    for turn in found.turns:
        column = marks[turn.indicator.indicator_id]
        eve, day = (column[pd.Timestamp(turn.day - timedelta(days=n))] for n in (1, 0))
        assert (eve, day) == (str(turn.from_mark), str(turn.mark))
        assert eve != "unread"
        later = column[str(turn.day + timedelta(days=1)) : str(LAST_DAY)]
        before = pd.concat([column[[pd.Timestamp(turn.day)]], later])
        changed = [b for a, b in zip(before, before.iloc[1:], strict=False) if a not in (b, "unread")]
        assert not {"up", "down"} & set(changed)
        assert turn.days_ago == (LAST_DAY - turn.day).days


# The headline's rule, written a second time from docs/method.md.

FRACTIONS = (
    (0.1, "a tenth of"), (0.2, "a fifth of"), (0.25, "a quarter of"), (1 / 3, "a third of"), (0.5, "half"),
    (2 / 3, "two thirds of"), (0.75, "three quarters of"), (0.9, "nine tenths of"),
)  # fmt: skip
COUNTS = "no one two three four five six seven eight nine ten".split()


def tell_ratio(ratio: float) -> str:
    if ratio < 0.07:
        return "less than a tenth of"
    if ratio < 1:
        return "about " + sorted(FRACTIONS, key=lambda pair: abs(math.log(pair[0]) - math.log(ratio)))[0][1]
    digits = f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:.0f}"
    digits = digits.replace(".0", "")
    return {"2": "twice", "1": "as many as"}.get(digits, f"{digits} times")


def tell_past(fields: dict[str, Any]) -> str:
    years = {365: "year", 730: "two years"}[fields.get("baseline_days") or 365]
    if fields["kind"] == "series":
        return f"their past {years}"
    if fields["kind"] == "distinct":
        return "their usual number"
    if fields["kind"] == "share":
        return f"their share of the past {years}"
    return f"their rate of the past {years}"


def tell_mover(row: dict[str, Any]) -> tuple[str, str, float]:
    """Start, past, and how large the move is; from what the JSON of the command would say of an indicator."""
    subject = row["subject"] or row["title"][0].lower() + row["title"][1:]
    if row["title"].startswith("FONOPs"):
        subject = row["title"]
    if row["kind"] == "recency":
        share = f"{row['percentile']:.0f}%"
        past_gaps = "any past gap" if share == "100%" else f"{share} of past gaps"
        text = f"{row['days_since']} days without {subject}, longer than {past_gaps}"
        return text, "", abs(math.log(row["days_since"] / row["typical_gap_days"]))
    if row["kind"] in ("occurrence", "in_force"):
        verb = "on" if row["kind"] == "occurrence" else "in force since"
        return f"{subject} {verb} {row['last_date'].day} {row['last_date']:%b %Y}", "", math.inf
    ratio = row["recent_share"] / row["baseline_share"] if row["kind"] == "share" else row["ratio"]
    if not row["recent"]:
        return f"no {subject} in {row['window_days']} days", "", 1e9
    return f"{subject} {tell_ratio(ratio)}", tell_past(row), abs(math.log(ratio))


def tell_headline(rows: list[dict[str, Any]]) -> str | None:
    moved = sorted((r for r in rows if r["mark"] in ("up", "down")), key=lambda r: -tell_mover(r)[2])
    if not moved:
        return None
    (first, past, _), *more = [tell_mover(row) for row in moved[:2]]
    text = f"{first} {past}".strip()
    for start, other, _ in more:
        text += f", {start.removesuffix(' of') if other and other == past else f'{start} {other}'.strip()}"
    rest = []
    for number, mark in ((sum(r["mark"] == mark for r in moved[2:]), mark) for mark in ("up", "down")):
        if number:
            rest.append(f"{COUNTS[number]}{'' if rest else ' more'} {mark}")
    level = sum(r["mark"] == "level" for r in rows)
    rest += [f"the other {COUNTS[level]} level"] * bool(level)
    tail = f"{', '.join(rest[:-1])} and {rest[-1]}" if len(rest) > 1 else "".join(rest)
    return f"{text[0].upper()}{text[1:]}{f'; {tail}' if tail else ''}."


@pytest.mark.parametrize("claim_id", ["taiwan", "south-china-sea", "military-channels", "managed-friction"])
def test_the_headline_of_sixty_past_days_is_true_by_its_rule(desk: Desk, claim_id: str) -> None:
    told = 0
    for day in pd.date_range("2023-01-15", LAST_DAY, periods=60):
        found = notice(desk, claim_id, day.date())
        rows = [
            {**vars(r), **r.indicator.model_dump(), "mark": r.mark and str(r.mark)} for r in found.reading.indicators
        ]
        expected = tell_headline(rows)
        if expected is not None:
            told += 1
            assert write_headline(found) == expected, day
        else:
            assert write_headline(found).startswith(("Can't be read", "No indicator moved")), day
    assert told >= 5


# Hand-made readings.


def make_reading(
    name: str, mark: Mark, *, kind: str = "series", part: str = "part", **changes: Any
) -> IndicatorReading:
    states = {Mark.UP: State.UP, Mark.DOWN: State.DOWN, Mark.LEVEL: State.LEVEL, Mark.UNREAD: State.TOO_FEW}
    indicator = Indicator(
        indicator_id=name.replace(" ", "-"), title=f"{name} a day", subject=name, kind=kind, sentence="X."
    )
    fields: dict[str, Any] = {"state": states.get(mark, State.LOOKED_AND_ABSENT), "recent": 1.0} | changes
    return IndicatorReading(
        claim_id="c", part_id="part", indicator=indicator, as_of=LAST_DAY, mark=mark, reason="x", source_end_date=None,
        **fields,
    )  # fmt: skip


def make_notice(desk: Desk, *readings: IndicatorReading, supports: tuple[str, ...] = ("up",)) -> ClaimNotice:
    part = Part(part_id="part", title="It rises", supports=supports, indicators=tuple(r.indicator for r in readings))
    marks = [str(r.mark) for r in readings]
    state = (
        "mixed" if {"up", "down"} <= set(marks) else "rising" if "up" in marks else "falling" if "down" in marks else ""
    )
    claim_state = ClaimState(state or ("level" if "level" in marks else "unread"))
    reading = ClaimReading(ClaimRule(claim_id="c", state_means="x", parts=(part,)), LAST_DAY, claim_state, readings)
    columns = pd.DataFrame({r.indicator.indicator_id: [str(r.mark)] for r in readings}, pd.DatetimeIndex([LAST_DAY]))
    judged = judge_claim(reading)
    claim = desk.record.article.claims[0]
    return ClaimNotice(claim, reading, None, find_movers(reading, columns), (), (), judged, None)


def test_the_largest_move_comes_first_whichever_way_it_goes(desk: Desk) -> None:
    found = make_notice(
        desk,
        make_reading("ships", Mark.UP, ratio=1.9),
        make_reading("aircraft", Mark.DOWN, ratio=0.4),
        make_reading("drones", Mark.UP, ratio=2.0),
        make_reading("balloons", Mark.LEVEL, ratio=1.0),
        make_reading("cables", Mark.UNREAD),
    )
    assert [m.reading.indicator.indicator_id for m in found.movers] == ["aircraft", "drones", "ships"]
    assert write_headline(found) == (
        "Aircraft about a third of their past year, drones twice; one more up and the other one level."
    )
    assert found.strip == "▲▼▲■○"


def test_what_happened_and_what_fell_to_none_come_before_any_ratio(desk: Desk) -> None:
    found = make_notice(
        desk,
        make_reading("ships", Mark.UP, ratio=30.0),
        make_reading("aircraft", Mark.DOWN, ratio=0.0, recent=0.0),
        make_reading("a test", Mark.UP, kind="occurrence", state=State.OBSERVED, last_date=date(2026, 7, 1)),
    )
    assert name_movers(found.movers[:2]) == "a test on 1 Jul 2026, no aircraft in 30 days"


def test_a_claim_without_a_move_says_level_or_why_it_can_not_be_read(desk: Desk) -> None:
    solid, thin = make_reading("ships", Mark.LEVEL), make_reading("rams", Mark.LEVEL, visible=Visible(8, None, 3.2))
    assert write_headline(make_notice(desk, solid, thin)) == "No indicator moved: both that can be read are level."
    assert write_headline(make_notice(desk, thin)) == (
        "Can't be read as quiet: the one that can be read is level, but on counts so low that only 2.5 times the usual "
        "or more would have shown."
    )
    unread = make_notice(desk, make_reading("ships", Mark.UNREAD), make_reading("a test", Mark.ABSENT))
    assert write_headline(unread) == "Can't be read: one with too few events in the past; not found: a test."


@pytest.mark.parametrize(
    ("marks", "supports", "verdict"),
    [
        ([Mark.UP, Mark.LEVEL], ("up",), Verdict.BORNE_OUT),
        ([Mark.UP, Mark.DOWN], ("up",), Verdict.MIXED),
        ([Mark.LEVEL, Mark.ABSENT], ("up",), Verdict.NO_CHANGE),
        ([Mark.DOWN, Mark.LEVEL], ("up",), Verdict.CONTRADICTED),
        ([Mark.UNREAD, Mark.UNREAD], ("up",), Verdict.UNREAD),
        ([Mark.LEVEL], ("up", "level"), Verdict.BORNE_OUT),  # 'continues'
        ([Mark.ABSENT], ("level",), Verdict.BORNE_OUT),  # what must not happen didn't
    ],
)
def test_the_verdict_of_a_day(desk: Desk, marks: list[Mark], supports: tuple[str, ...], verdict: Verdict) -> None:
    readings = [make_reading(f"x{n}", mark, ratio=0.5 if mark == Mark.DOWN else 2.0) for n, mark in enumerate(marks)]
    found = make_notice(desk, *readings, supports=supports)
    assert found.today.verdict == verdict
    assert describe_judgement(found.today, found.reading).startswith(verdict[0].upper() + verdict[1:])


def test_the_articles_own_day_is_said_plainly_and_only_once_it_is_past(desk: Desk) -> None:
    found = notice(desk, "taiwan", LAST_DAY)
    assert found.own_day is not None
    assert found.then is not None
    assert (found.own_day.day, found.own_day.verdict) == (ARTICLE_DAY, Verdict.MIXED)
    assert describe_judgement(found.own_day, found.then) == (
        "Mixed. Against “Large-scale patrols and signalling continue”: aircraft about two thirds of their past year."
    )
    for claim in desk.record.article.claims:
        early = read_notice(desk.assessor, claim, ARTICLE_DAY - timedelta(days=1))
        assert (early.own_day, early.then) == (None, None)
        assert read_notice(desk.assessor, claim, ARTICLE_DAY).own_day is not None


@pytest.mark.parametrize(
    "indicator_id", ["scs-coast-guard-militia", "scs-contact-force", "japan-adapts", "contact-rate"]
)
def test_the_smallest_count_that_would_read_up_by_the_binomial_law(desk: Desk, indicator_id: str) -> None:
    rule, part_id, indicator = desk.assessor.find_indicator(indicator_id)
    reading = desk.assessor.read_indicator(rule.claim_id, part_id, indicator, LAST_DAY)
    base = int(reading.baseline or 0)
    window = indicator.window_days or (LAST_DAY - ARTICLE_DAY).days + 1
    share = window / (window + (indicator.baseline_days or 0))

    def reads_up(count: int) -> bool:  # that many or more have a probability below 5% at an equal rate
        return bool(stats.binom.sf(count - 1, count + base, share) < 0.05)

    assert reading.visible is not None
    assert reading.visible.up_count == next(n for n in range(500) if reads_up(n))
    assert reading.visible.usual == pytest.approx(base * window / (indicator.baseline_days or 1))
    assert reading.is_hollow == (reading.mark == Mark.LEVEL and reading.visible.up_count > 2 * reading.visible.usual)
    assert describe_visible(reading).startswith(f"{reading.visible.up_count} would read up")


def test_a_share_says_how_many_of_its_events_would_have_to_be(desk: Desk) -> None:
    rule, part_id, indicator = desk.assessor.find_indicator("conflict-share")
    reading = desk.assessor.read_indicator(rule.claim_id, part_id, indicator, LAST_DAY)
    assert reading.visible is not None
    total, base_total = reading.recent_total or 0, reading.baseline_total or 0
    base = round((reading.baseline_share or 0) * base_total)
    table = [[reading.visible.up_count, total - reading.visible.up_count], [base, base_total - base]]
    fewer = [[table[0][0] - 1, table[0][1] + 1], table[1]]
    lows = [stats.contingency.odds_ratio(t).confidence_interval(0.9).low for t in (table, fewer)]
    assert lows[0] > 1 >= lows[1]


def test_the_sentence_over_all_claims_leads_with_official_counts(desk: Desk) -> None:
    notices = read_notices(desk.assessor, desk.record.article.claims, LAST_DAY)
    found = write_desk_headline(notices)
    assert found.lead is not None
    assert found.lead.claim.claim_id == "taiwan"
    assert found.text.startswith("Taiwan: official ships 4.5 times their past year, aircraft about half; ")
    assert f"“Managed friction”, the article's bottom line, {found.bottom_line.today.verdict}" in found.text
    states = [str(n.reading.state) for n in found.rest]
    assert len(states) == 4
    for state in set(states):
        assert f"{COUNTS[states.count(state)]} {state}" in found.text
    assert write_desk_headline([]).text == ""


def test_curated_events_lead_only_where_no_official_count_moved(desk: Desk) -> None:
    counted = make_notice(desk, make_reading("ships", Mark.UP, ratio=1.3))
    searched = make_notice(desk, make_reading("rams", Mark.UP, kind="rate", ratio=9.0))
    assert write_desk_headline([searched, counted]).lead is counted
    assert write_desk_headline([searched]).lead is searched
    assert find_kind(counted.reading.indicators[0].indicator).source_key != "curated"


def test_a_surge_in_words(desk: Desk) -> None:
    found = notice(desk, "taiwan", date(2024, 10, 28))
    assert [describe_surge(surge) for surge in found.surges] == [
        "153 aircraft on 15 Oct 2024, the most since the count as it is now began (15 Nov 2022)"
    ]
    surge = found.surges[0]
    earlier = replace(surge, surge=replace(surge.surge, last_as_high=date(2023, 9, 18)))
    assert describe_surge(earlier) == "153 aircraft on 15 Oct 2024, the most since 18 Sep 2023"


def test_a_mover_names_what_it_is_held_against_once(desk: Desk) -> None:
    reading = make_reading("ships", Mark.UP, ratio=4.5)
    movers = [Mover(reading, 4.5, "ships 4.5 times", "their past year", None)]
    assert name_movers(movers) == "ships 4.5 times their past year"
    assert name_movers([*movers, Mover(reading, 0.2, "aircraft about a fifth of", "their past year", None)]) == (
        "ships 4.5 times their past year, aircraft about a fifth"
    )
    assert name_movers([*movers, Mover(reading, 0.5, "rams about half", "their rate of the past two years", None)]) == (
        "ships 4.5 times their past year, rams about half their rate of the past two years"
    )
