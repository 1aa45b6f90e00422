"""Indicators of slow official counts: known when published, read by their own periods, walked to their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from tension.assessments.assessor import Assessor
from tension.assessments.evidence import build_evidence
from tension.assessments.kinds import find_kind
from tension.assessments.kinds.base import Material
from tension.assessments.observations import CountRows
from tension.assessments.reading import IndicatorReading
from tension.desk import Desk
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.readings import State
from tension.records.claims import CountChoice
from tension.records.filters import build_filter


def read(desk: Desk, indicator_id: str, day: str) -> IndicatorReading:
    rule, part_id, indicator = desk.assessor.find_indicator(indicator_id)
    return desk.assessor.read_indicator(rule.claim_id, part_id, indicator, date.fromisoformat(day))


def test_scrambles_of_three_months_against_the_same_months_of_the_year_before(desk: Desk) -> None:
    """June to August 2026: 47 + 51 + 25 = 123; of 2025: 37 + 25 + 17 = 79; of 2024 and 2023 none was found."""
    reading = read(desk, "japan-scrambles-month", "2026-10-08")
    assert (reading.state, reading.recent) == (State.UP, 41.0)
    assert reading.baseline == pytest.approx(79 / 3)
    assert reading.ratio == pytest.approx(123 / 79)
    low, high = stats.beta.ppf(0.05, 123, 80), stats.beta.ppf(0.95, 124, 79)
    assert reading.interval == pytest.approx((low / (1 - low), high / (1 - high)))
    assert [span[0].month for span in reading.periods] == [8, 7, 6]
    assert {span[0].year for span in reading.baseline_periods} == {2025}


def test_a_month_is_not_known_before_it_was_published(desk: Desk) -> None:
    """August ends on the 31st and is known 20 days later: on 19 September the last is July, 49 + 47 + 51 over 42 + 37
    + 25 of 2025."""
    before, after = (read(desk, "japan-scrambles-month", f"2026-09-{day}") for day in (19, 20))
    assert before.ratio == pytest.approx((49 + 47 + 51) / (42 + 37 + 25))
    assert after.ratio == pytest.approx(123 / 79)
    # On 5 July 2026 March to May are known: 21 + 43 + 49 against 60 + 28 + 31 of 2024; March 2025 wasn't found.
    july = read(desk, "japan-scrambles-month", "2026-07-05")
    assert (july.state, july.ratio) == (State.LEVEL, pytest.approx(113 / 119))


def test_a_quarter_is_held_against_the_same_quarter(desk: Desk) -> None:
    """April to June 2026, known from 25 July on: 139 against 122, 105 and 157."""
    assert read(desk, "japan-scrambles-quarter", "2026-07-24").state == State.INSUFFICIENT
    reading = read(desk, "japan-scrambles-quarter", "2026-07-25")
    assert (reading.recent, reading.baseline, reading.state) == (139.0, 128.0, State.LEVEL)


def test_five_features_and_six_are_never_compared(desk: Desk) -> None:
    """2023 against 2022 over five features, 2025 against 2024 over six; 2024 alone has nothing to be held against."""
    assert read(desk, "scs-ship-days", "2025-01-29").ratio == pytest.approx(1652 / 1703)
    alone = read(desk, "scs-ship-days", "2025-01-30")
    assert (alone.state, alone.ratio) == (State.INSUFFICIENT, None)
    assert "2024-01-01" in alone.reason
    assert read(desk, "scs-ship-days", "2026-01-29").state == State.INSUFFICIENT
    reading = read(desk, "scs-ship-days", "2026-01-30")
    assert (reading.recent, reading.baseline, reading.state) == (2183.0, 1939.0, State.LEVEL)
    assert reading.ratio == pytest.approx(2183 / 1939)


def test_months_that_were_not_found_leave_no_reading_on_any_day(desk: Desk) -> None:
    """The Philippine Navy's months begin in October 2024, and no three of them come again a year later."""
    history = desk.assessor.read_history("scs-philippine-navy")
    assert set(history["state"]) == {State.INSUFFICIENT, State.NOT_LOOKED}
    # February 2026 ends on the 28th; March's figure would be known from 12 April on.
    assert history["state"]["2026-04-11"] == State.INSUFFICIENT
    assert history["state"]["2026-04-12"] == State.NOT_LOOKED


def test_a_claim_follows_its_slow_count_where_nothing_else_can_be_read(desk: Desk) -> None:
    assert desk.assessor.read_claim("allies-adapt", date(2026, 10, 8)).state == "rising"
    assert desk.assessor.read_claim("allies-adapt", date(2026, 7, 5)).state == "level"


def test_evidence_names_every_period_with_its_source(desk: Desk) -> None:
    observed = desk.assessor.observed
    material = Material(pd.DataFrame(columns=["event_id"]), pd.DataFrame(), (), {}, ("", ""), observed.frames.counts)
    claim = desk.assessor.read_claim("allies-adapt", date(2026, 10, 8))
    alone = replace(claim, indicators=tuple(r for r in claim.indicators if r.indicator.kind == "period"))
    table = build_evidence([alone], material)
    months = table[table.indicator_id == "japan-scrambles-month"]
    assert months.value.tolist() == [25, 51, 47, 17, 25, 37]
    assert months.role.tolist() == ["recent"] * 3 + ["baseline"] * 3
    assert months.what.iloc[0] == "25 scrambles, 1 Aug 2026 to 31 Aug 2026"
    assert (months.occurred_date.iloc[0], months.reported_date.iloc[0]) == (date(2026, 8, 31), date(2026, 9, 20))
    assert months.url.str.startswith("https://www.mod.go.jp/").all()


def test_places_that_stand_for_the_whole_are_chosen_by_name() -> None:
    rows = pd.DataFrame(
        {"measure": ["ships", "ships", "days"], "place": ["five", "one", "five"], "value": [9.0, 1.0, 3.0]}
    )
    choose: dict[str, Any] = {"series": "rocks", "measure": "ships", "cadence": "year"}
    assert CountChoice(**choose, places=("five",)).select(rows).value.tolist() == [9.0]
    assert CountChoice(**choose).select(rows).value.tolist() == [9.0, 1.0]


def test_a_count_of_ones_own_moves_the_indicator_on(desk: Desk) -> None:
    """September 2026 with 60: July to September 51 + 25 + 60 over 25 + 17 + 34 of 2025, from 20 October on."""
    frames = desk.assessor.observed.frames
    held = frames.counts["japan-scrambles-month"]
    added = held.rows[(held.rows.measure == "china") & (held.rows.date_to == "2026-08-31")].assign(
        date_from=pd.Timestamp("2026-09-01"), date_to=pd.Timestamp("2026-09-30"), value=60.0
    )
    cover = held.card.cover.model_copy(update={"until": date(2026, 9, 30)})
    grown = CountRows(held.card.model_copy(update={"cover": cover}), pd.concat([held.rows, added]))
    assessor = Assessor(desk.assessor.rules, replace(frames, counts={**frames.counts, "japan-scrambles-month": grown}))
    rule, part_id, indicator = assessor.find_indicator("japan-scrambles-month")
    reading = assessor.read_indicator(rule.claim_id, part_id, indicator, date(2026, 10, 20))
    assert reading.ratio == pytest.approx((51 + 25 + 60) / (25 + 17 + 34))


def test_words_and_curve_name_the_publisher_and_the_periods(desk: Desk) -> None:
    reading = read(desk, "japan-scrambles-month", "2026-10-08")
    kind = find_kind(reading.indicator)
    assert kind.describe_move(reading) == (
        "Japan's scrambles against Chinese aircraft 1.6 times",
        "the same months of the years before",
    )
    assert kind.describe(reading) == (
        "41 scrambles a month over the last 3 months told of, 26.3 over the same months of the years before: "
        "ratio 1.56 (90% interval 1.22 to 2.00)"
    )
    # Nine settings: one, two and three years back x three bounds; without a second year they agree.
    assert reading.robustness == "9 of 9"
    chart = build_chart(
        "indicator", desk, build_filter(as_of="2026-10-08"), LIGHT, {"indicator": "japan-scrambles-month"}
    )
    assert "Joint Staff Office of Japan" in chart.source_line
    assert chart.frame.value.iloc[-1] == 41.0
