"""Claims and indicators on real days against numbers made from the files by brute force, and their properties."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from tension.assessments.assessor import Assessor, describe_robustness
from tension.assessments.kinds import check_rules, find_kind
from tension.assessments.observations import RecordFrames
from tension.assessments.reading import IndicatorReading
from tension.desk import Desk
from tension.errors import BadInput, CuratedDataError
from tension.readings import (
    ClaimState,
    Mark,
    RateRule,
    State,
    read_rate_history,
    read_series_robustness,
    read_share_history,
)
from tension.records.claims import EventSelector, load_claim_rules
from tension.records.curated import load_curated
from tension.settings import PROJECT_DIR

ARTICLE_DAY, LAST_DAY = date(2025, 10, 31), date(2026, 7, 5)
NUMBERS = ("recent", "baseline", "ratio", "interval", "percentile", "days_since", "typical_gap_days")


@pytest.fixture(scope="module")
def raw_events(raw_events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events as plain YAML reads them, with the day they were first reported."""
    events = []
    for event in raw_events:
        published = [s["published"] for s in event["sources"] if s.get("published")]
        events.append(event | {"known": max(event["occurred_date"], min(published, default=event["occurred_date"]))})
    return events


@pytest.fixture(scope="module")
def bulletins() -> dict[date, dict[str, str]]:
    """Taiwan's daily counts as plain CSV reads them."""
    with (PROJECT_DIR / "data" / "series" / "taiwan_mnd_daily.csv").open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row["date"]): row for row in csv.DictReader(file)}


def read_one(assessor: Assessor, indicator_id: str, day: date) -> IndicatorReading:
    rule, part_id, indicator = assessor.find_indicator(indicator_id)
    return assessor.read_indicator(rule.claim_id, part_id, indicator, day)


def mean_of(bulletins: dict[date, dict[str, str]], column: str, last: date, days: int, since: date) -> float | None:
    span = [last - timedelta(days=n) for n in range(days)]
    counts = [int(bulletins[d][column]) for d in span if d >= since and d in bulletins and bulletins[d][column]]
    return sum(counts) / len(counts) if len(counts) >= 0.8 * days else None


def count_episodes(events: list[dict[str, Any]], fits: Callable[[dict[str, Any]], bool], day: date, *ages: int) -> int:
    """Episodes with an act whose age on the day lies in [ages[0], ages[1]), by what was known then."""
    inside = [
        e for e in events if fits(e) and e["known"] <= day and ages[0] <= (day - e["occurred_date"]).days < ages[1]
    ]
    return len({e.get("episode") or e["event_id"] for e in inside})


def test_aircraft_a_day_on_the_articles_day(desk: Desk, bulletins: dict[date, dict[str, str]]) -> None:
    since = date(2022, 11, 15)
    reading = read_one(desk.assessor, "taiwan-sorties", ARTICLE_DAY)
    recent = mean_of(bulletins, "aircraft_count", ARTICLE_DAY, 30, since)
    baseline = mean_of(bulletins, "aircraft_count", ARTICLE_DAY - timedelta(days=30), 365, since)
    past = [mean_of(bulletins, "aircraft_count", ARTICLE_DAY - timedelta(days=n), 30, since) for n in range(1, 1096)]
    compared = [mean for mean in past if mean is not None]
    rank = 100 * sum((m < recent) + (m == recent) / 2 for m in compared) / len(compared)
    assert recent is not None
    assert baseline is not None
    assert (round(recent, 2), round(baseline, 2)) == (10.43, 15.46)
    assert reading.recent == pytest.approx(recent)
    assert reading.baseline == pytest.approx(baseline)
    assert reading.ratio == pytest.approx(recent / baseline)
    assert reading.percentile == pytest.approx(rank)
    assert round(rank) == 14
    assert reading.state == State.DOWN
    assert len(reading.days) == 30
    assert statistics.mean(int(bulletins[d]["aircraft_count"]) for d in reading.days) == pytest.approx(recent)


@pytest.mark.parametrize("day", [date(2024, 6, 1), ARTICLE_DAY, LAST_DAY])
def test_rates_on_real_days(desk: Desk, raw_events: list[dict[str, Any]], day: date) -> None:
    kinds = ("coast_guard", "militia", "incident")

    def fits(e: dict[str, Any]) -> bool:
        return e["region"] == "South China Sea" and e.get("initiator") == "CHN" and e["category"] in kinds

    reading = read_one(desk.assessor, "scs-coast-guard-militia", day)
    recent, before = (count_episodes(raw_events, fits, day, *ages) for ages in ((0, 90), (90, 820)))
    everything = count_episodes(raw_events, lambda e: e["region"] == "South China Sea", day, 0, 90)
    interval = stats.binomtest(recent, recent + before).proportion_ci(0.9, "exact")
    assert (reading.recent, reading.baseline, reading.recent_total) == (recent, before, everything)
    assert before > 10
    assert reading.ratio == pytest.approx(recent / 90 / (before / 730))
    assert reading.interval == pytest.approx([p / (1 - p) * 730 / 90 for p in (interval.low, interval.high)])
    assert reading.state == (State.DOWN if reading.interval[1] < 1 else State.LEVEL)


@pytest.mark.parametrize("day", [ARTICLE_DAY, date(2026, 6, 4)])
def test_the_share_of_severe_events_against_scipys_odds_ratio(
    desk: Desk, raw_events: list[dict[str, Any]], day: date
) -> None:
    reading = read_one(desk.assessor, "severe-share", day)
    table = []
    for ages in ((0, 180), (180, 910)):
        severe = count_episodes(raw_events, lambda e: e["severity"] >= 4, day, *ages)
        table.append([severe, count_episodes(raw_events, lambda e: True, day, *ages) - severe])
    interval = stats.contingency.odds_ratio(table).confidence_interval(0.9)
    assert reading.recent_share == pytest.approx(table[0][0] / sum(table[0]))
    assert reading.baseline_total == sum(table[1])
    assert reading.interval == pytest.approx((interval.low, interval.high), rel=1e-6)
    assert reading.state == (State.DOWN if interval.high < 1 else State.LEVEL)


def test_the_silence_of_the_channels_on_the_last_day(desk: Desk, raw_events: list[dict[str, Any]]) -> None:
    days = sorted(
        {
            e["occurred_date"]
            for e in raw_events
            if e.get("us_china_military_contact") not in (None, "cancelled") and e["known"] <= LAST_DAY
        }
    )
    gaps = [(b - a).days for a, b in pairwise(days)]
    reading = read_one(desk.assessor, "contact-gap", LAST_DAY)
    assert reading.last_date == days[-1]
    assert reading.days_since == (LAST_DAY - days[-1]).days
    assert reading.typical_gap_days == statistics.median(gaps)
    assert reading.percentile == pytest.approx(stats.percentileofscore(gaps, reading.days_since, "mean"))
    assert len(reading.event_ids) >= len(days)


def test_features_with_an_incident_are_counted_once_each(desk: Desk) -> None:
    reading = read_one(desk.assessor, "scs-features", ARTICLE_DAY)
    places = desk.assessor.observed.frames.features
    assert reading.recent == len({places[e][0] for e in reading.event_ids if e in places})
    assert reading.recent >= 3


def test_an_accusation_of_a_test_is_no_test(desk: Desk) -> None:
    for indicator_id in ("us-explosive-test", "china-russia-explosive-test"):
        reading = read_one(desk.assessor, indicator_id, LAST_DAY)
        assert reading.state == State.LOOKED_AND_ABSENT
        assert reading.event_ids == ()


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 8, 4), State.LOOKED_AND_ABSENT),
        (date(2022, 8, 5), State.OBSERVED),
        (date(2023, 11, 15), State.OBSERVED),
        (date(2023, 11, 16), State.LOOKED_AND_ABSENT),
    ],
)
def test_the_suspension_stands_until_its_end_is_reported(desk: Desk, day: date, state: State) -> None:
    assert read_one(desk.assessor, "suspension-in-force", day).state == state


def test_china_as_a_partner_is_no_challenge_to_its_claims(desk: Desk) -> None:
    reading = read_one(desk.assessor, "scs-challenge", LAST_DAY)
    ids = reading.event_ids + reading.baseline_event_ids
    assert "2024-02-05-vietnam-and-china-begin-quarterly-coast-guard-pa" not in ids
    assert any("joint-sail" in event_id for event_id in ids)


def test_beyond_its_source_an_indicator_says_not_looked(desk: Desk) -> None:
    for reading in desk.assessor.read(LAST_DAY + timedelta(days=30)):
        for indicator in reading.indicators:
            if indicator.indicator.kind not in ("series", "period", "cannot_see"):
                assert indicator.state == State.NOT_LOOKED, indicator.indicator.indicator_id
                assert (indicator.recent, indicator.ratio, indicator.event_ids) == (None, None, ())
                assert indicator.source_end_date == LAST_DAY
    assert read_one(desk.assessor, "taiwan-sorties", LAST_DAY + timedelta(days=30)).state == State.DOWN
    assert read_one(desk.assessor, "taiwan-sorties", date(2026, 10, 9)).state == State.NOT_LOOKED


def test_no_reading_crosses_a_break_of_the_counts(desk: Desk) -> None:
    breaks = [b.date for b in desk.record.breaks if b.columns == "all"]
    for indicator_id in ("taiwan-sorties", "taiwan-vessels"):
        history = desk.assessor.read_history(indicator_id)
        for broken in breaks:
            # Until the new regime has filled 80% of a baseline there is no ratio over it, so no state.
            after = history[(history.index >= str(broken)) & (history.index < str(broken + timedelta(days=24 + 292)))]
            assert not after["ratio"].notna().any(), (indicator_id, broken)
    reading = read_one(desk.assessor, "taiwan-sorties", date(2022, 12, 20))
    assert reading.state == State.INSUFFICIENT
    assert min(reading.days) >= date(2022, 11, 15)


def test_a_claim_follows_from_the_marks_of_its_indicators(desk: Desk) -> None:
    for day in (ARTICLE_DAY, LAST_DAY, date(2023, 6, 1)):
        for reading in desk.assessor.read(day):
            states = {str(r.state) for r in reading.indicators if r.mark}
            up, down = "up" in states or "observed" in states, "down" in states
            if reading.rule.claim_id == "military-channels":  # a suspension that is observed points down
                up, down = "up" in states, "down" in states or "observed" in states
            expected = "mixed" if up and down else "rising" if up else "falling" if down else None
            assert reading.state == (expected or ("level" if "level" in states else "unread"))
            assert len(reading.marked) == sum(reading.count(mark) for mark in Mark)


def test_a_brief_reading_has_the_same_states_and_counts(desk: Desk) -> None:
    for rule in desk.assessor.rules:
        full = desk.assessor.read_claim(rule.claim_id, ARTICLE_DAY)
        brief = desk.assessor.read_claim(rule.claim_id, ARTICLE_DAY, is_brief=True)
        assert (brief.state, [r.mark for r in brief.indicators]) == (full.state, [r.mark for r in full.indicators])
        assert [r.recent for r in brief.indicators] == [r.recent for r in full.indicators]


def test_robustness_counts_only_settings_that_can_be_read(desk: Desk) -> None:
    for reading in (r for claim in desk.assessor.read(LAST_DAY) for r in claim.indicators):
        if reading.robustness:
            same, tried = map(int, reading.robustness.split(" of "))
            assert 0 <= same <= tried <= 27
            assert reading.state in (State.UP, State.LEVEL, State.DOWN)
        else:
            assert reading.indicator.kind in ("occurrence", "in_force", "listed", "positions", "cannot_see") or (
                reading.state in (State.TOO_FEW, State.INSUFFICIENT, State.NOT_LOOKED)
            )


@pytest.mark.parametrize("day", [ARTICLE_DAY, LAST_DAY])
def test_the_settings_tried_are_those_of_the_method(desk: Desk, day: date) -> None:
    observed = desk.assessor.observed
    rate, share, series = (
        desk.assessor.find_indicator(i)[2] for i in ("scs-contact-force", "severe-share", "taiwan-sorties")
    )
    cover = observed.event_cover
    rules = [
        RateRule(window, baseline, level)
        for window, baseline, level in product((90, 180, 360), (365, 730, 1460), (0.8, 0.9, 0.95))
    ]
    events, severe, everything = (observed.match_days(s) for s in (rate.events, share.events, share.among))
    rates = [read_rate_history(events, [day], cover, rule)["state"].iloc[0] for rule in rules]
    shares = [read_share_history(severe, everything, [day], cover, rule)["state"].iloc[0] for rule in rules]
    for indicator, by_hand in ((rate, rates), (share, shares)):
        found = find_kind(indicator).vary(observed, indicator, day)
        assert sorted(found) == sorted(state for state in by_hand if state not in ("insufficient", "not looked"))
    by_hand = read_series_robustness(observed.build_series(series), [day]).iloc[0].to_list()
    assert list(find_kind(series).vary(observed, series, day)) == by_hand
    assert len(by_hand) == 27


def test_k_of_n_counts_what_can_be_read() -> None:
    assert describe_robustness(State.LEVEL, ["level", "level", "down"]) == "2 of 3"
    assert describe_robustness(State.DOWN, ["down", "insufficient", "down"]) == "2 of 2"
    assert describe_robustness(State.TOO_FEW, ["too few"] * 3) == ""
    assert describe_robustness(State.LEVEL, ["insufficient"]) == ""


def test_the_parts_an_event_has_in_a_reading(desk: Desk) -> None:
    assessor = desk.assessor
    meeting = "2025-10-31-hegseth-and-dong-jun-meet-face-to-face-in-kuala"
    severe, rate = (assessor.find_indicator(i)[2] for i in ("severe-share", "contact-rate"))
    assert assessor.find_role(rate, meeting, ARTICLE_DAY) == "recent"
    assert assessor.find_role(rate, meeting, ARTICLE_DAY - timedelta(days=1)) == "reported later"
    assert assessor.find_role(severe, meeting, ARTICLE_DAY) == "recent, in the total only"
    assert assessor.find_role(severe, meeting, LAST_DAY) == "baseline, in the total only"
    balloon = "2023-02-04-us-shoots-down-chinese-balloon-wei-fenghe-refuse"
    assert assessor.find_role(rate, balloon, LAST_DAY) == "outside the windows"


def test_an_unknown_claim_or_indicator_lists_what_is_allowed(desk: Desk) -> None:
    with pytest.raises(BadInput, match="south-china-sea"):
        desk.assessor.read_claim("moon", ARTICLE_DAY)
    with pytest.raises(BadInput, match="taiwan-sorties"):
        desk.assessor.read_history("moon")


# Properties, on the real rules and changed records.


@pytest.fixture(scope="module")
def frames(desk: Desk) -> RecordFrames:
    return desk.assessor.observed.frames


def as_words(assessor: Assessor, as_of: date) -> list[Any]:
    """Everything that all claims say on a day, but for the day that their sources end; evidence of every indicator."""
    readings = [assessor.read_claim(rule.claim_id, as_of, is_brief=True) for rule in assessor.rules]
    return [
        (
            reading.state,
            [replace(i, source_end_date=None) for i in reading.indicators],
            [assessor.find_event_ids(i.indicator, as_of) for i in reading.indicators],
        )
        for reading in readings
    ]


def add_event(frames: RecordFrames, occurred: date, reported: date, **changes: Any) -> RecordFrames:
    row = frames.events.iloc[[0]].assign(
        event_id="2099-added", occurred_date=pd.Timestamp(occurred), reported_date=pd.Timestamp(reported), episode=None
    )
    for column, value in changes.items():
        row[column] = pd.Series([value], row.index, dtype=object if isinstance(value, list) else None)
    return replace(frames, events=pd.concat([frames.events, row.astype(frames.events.dtypes)]))


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_events_that_nobody_knew_of_change_nothing(desk: Desk, frames: RecordFrames, data: st.DataObject) -> None:
    # Several in one reading, for to read the whole record costs seconds and to add an event nothing.
    as_of = data.draw(st.dates(date(2024, 1, 1), LAST_DAY - timedelta(days=1)))
    columns = [c for c in frames.events.columns if c not in ("event_id", "occurred_date", "reported_date", "episode")]
    changed = frames
    for position in data.draw(st.lists(st.integers(0, len(frames.events) - 1), min_size=1, max_size=6)):
        reported = data.draw(st.dates(as_of + timedelta(days=1), LAST_DAY))
        occurred = data.draw(st.dates(as_of - timedelta(days=400), reported))
        like = frames.events.iloc[position]
        changed = add_event(changed, occurred, reported, **{c: like[c] for c in columns})
    assert as_words(Assessor(desk.record.claim_rules, changed), as_of) == as_words(desk.assessor, as_of)


def test_an_event_that_was_known_does_change_its_indicator(desk: Desk, frames: RecordFrames) -> None:
    changed = add_event(
        frames, date(2025, 10, 30), ARTICLE_DAY, region="South China Sea", initiator="CHN", category="incident"
    )
    before = read_one(desk.assessor, "scs-coast-guard-militia", ARTICLE_DAY)
    after = read_one(Assessor(desk.record.claim_rules, changed), "scs-coast-guard-militia", ARTICLE_DAY)
    assert after.recent == before.recent + 1


def test_order_never_matters(desk: Desk, frames: RecordFrames) -> None:
    mixed = replace(
        frames,
        events=frames.events.sample(frac=1, random_state=1),
        activity=frames.activity.sample(frac=1, random_state=1),
    )
    shuffled = Assessor(desk.record.claim_rules, mixed)
    pairs = [zip(desk.assessor.read(day), shuffled.read(day), strict=True) for day in (ARTICLE_DAY, LAST_DAY)]
    for one, other in chain.from_iterable(pairs):
        assert one.state == other.state
        for a, b in zip(one.indicators, other.indicators, strict=True):
            assert all(getattr(a, name) == getattr(b, name) for name in (*NUMBERS, "state", "reason", "robustness"))
            assert sorted(a.event_ids) == sorted(b.event_ids)
            assert a.days == b.days


def test_an_empty_record_says_not_looked_everywhere(desk: Desk, frames: RecordFrames) -> None:
    empty = RecordFrames(frames.events.iloc[:0], frames.activity.iloc[:0], frames.breaks, [])
    assessor = Assessor(desk.record.claim_rules, empty)
    assert len(assessor.days) == 0
    for reading in assessor.read(ARTICLE_DAY):
        assert reading.state == ClaimState.UNREAD
        for indicator in reading.indicators:
            expected = State.CANNOT_SEE if indicator.indicator.kind == "cannot_see" else State.NOT_LOOKED
            assert indicator.state == expected
            assert all(getattr(indicator, name) is None for name in NUMBERS)
    assert assessor.read_claim_history("taiwan").empty
    assert assessor.find_fed("anything") == []


def test_history_and_single_days_agree(desk: Desk) -> None:
    history = desk.assessor.read_claim_history("managed-friction")
    for day in (date(2024, 2, 29), ARTICLE_DAY, date(2026, 6, 4), LAST_DAY):
        reading = desk.assessor.read_claim("managed-friction", day)
        row = history.loc[str(day)]
        assert row["state"] == reading.state
        assert [row[f"{mark}_count"] for mark in Mark] == [reading.count(mark) for mark in Mark]


# Declarations.


def write_rules(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    rules = yaml.safe_load((PROJECT_DIR / "data" / "assessments.yaml").read_text(encoding="utf-8"))
    change(rules)
    path = folder / "assessments.yaml"
    path.write_text(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


CLAIM_IDS = ("taiwan", "south-china-sea", "nuclear-posture", "military-channels", "managed-friction", "allies-adapt")


def test_a_new_indicator_needs_no_code(desk: Desk, frames: RecordFrames, tmp_path: Path) -> None:
    new = {
        "indicator_id": "korea-missiles",
        "title": "Missile events by North Korea",
        "kind": "rate",
        "window_days": 180,
        "baseline_days": 730,
        "events": [{"initiators": ["PRK"], "tags": ["missile_launch"]}],
        "sentence": "Missile launches by North Korea in 180 days, against their rate in the 730 days before.",
    }
    path = write_rules(tmp_path, lambda rules: rules[2]["parts"][1]["indicators"].append(new))
    assessor = Assessor(load_claim_rules(path, CLAIM_IDS), frames)
    reading = read_one(assessor, "korea-missiles", LAST_DAY)
    launches = {
        row.event_id for row in frames.events.itertuples() if row.initiator == "PRK" and "missile_launch" in row.tags
    }
    assert set(reading.event_ids) | set(reading.baseline_event_ids) <= launches
    assert reading.state != State.NOT_LOOKED
    assert "korea-missiles" in [
        r.indicator.indicator_id for r in assessor.read_claim("nuclear-posture", LAST_DAY).indicators
    ]


def find_slow(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """The first indicator of a slow count among declared rules."""
    return next(i for rule in rules for part in rule["parts"] for i in part["indicators"] if i["kind"] == "period")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda r: r[0].update(lead_indicator="moon"), "lead_indicator moon is not of this claim"),
        (lambda r: r[0]["parts"][0].update(supports=["rising"]), "supports"),
        (lambda r: r[0]["parts"][0]["indicators"][4].pop("baseline_days"), "baseline_days is missing"),
        (lambda r: r[0]["parts"][0]["indicators"][4].update(window_since=date(2025, 1, 1)), "not both"),
        (lambda r: r[0]["parts"][0]["indicators"][4].update(kind="moon"), "'moon'; allowed: series, period, rate"),
        (lambda r: r[0]["parts"][0]["indicators"][4].update(marks={"observd": "down"}), "'observd'; allowed"),
        (lambda r: r[0].update(series=["gprc_moon"]), "gprc_moon"),
        (lambda r: find_slow(r).pop("count"), "count is missing"),
        (lambda r: find_slow(r)["count"].update(series="moon"), "series 'moon'; allowed: taiwan-mnd"),
        (lambda r: find_slow(r)["count"].update(measure="moon"), "measure 'moon'; allowed: navy-and-coast-guard"),
        (lambda r: find_slow(r)["count"].update(cadence="year"), "philippine-navy-month is by month"),
        (lambda r: r[0].update(claim_id="moon"), "claim_id is not a claim of the article"),
        (lambda r: r[1]["parts"][0]["indicators"].append(r[1]["parts"][0]["indicators"][0]), "is given twice"),
        (lambda r: r.pop(), "claim allies-adapt of the article has no rule"),
    ],
)
def test_a_fault_in_a_declaration_says_where_and_what(
    tmp_path: Path, change: Callable[[list[dict[str, Any]]], None], fault: str
) -> None:
    with pytest.raises(CuratedDataError) as found:
        check_rules(
            load_claim_rules(write_rules(tmp_path, change), CLAIM_IDS), load_curated(PROJECT_DIR / "data").series
        )
    assert any(fault in line and "assessments.yaml" in line for line in found.value.faults)


def test_every_claim_of_the_method_is_declared() -> None:
    rules = load_curated(PROJECT_DIR / "data").claim_rules
    assert tuple(rule.claim_id for rule in rules) == CLAIM_IDS
    assert all(np.isin([r.lead.indicator_id], [i.indicator_id for i in r.indicators]).all() for r in rules)


def test_a_figure_counts_only_when_it_is_named_and_above_zero() -> None:
    selector = EventSelector(figures=("killed",))
    rows = [
        [{"key": "killed", "value": 2.0}],
        [{"key": "killed", "value": 0.0}],
        [{"key": "injured", "value": 8.0}],
        [],
    ]
    events = pd.DataFrame({"severity": [5, 5, 5, 5], "figures": rows})
    assert selector.match(events).tolist() == [True, False, False, False]
