"""What moved a claim, two days side by side, and curves with their bands, against readings made one by one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from tension.assessments.bands import build_band
from tension.assessments.watch import compare_days, find_state_changes
from tension.desk import Desk
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.figures.sparkline import build_sparkline, to_data_uri
from tension.readings import ClaimState, Mark, State
from tension.records.filters import EventFilter

ARTICLE_DAY, LAST_DAY = date(2025, 10, 31), date(2026, 7, 5)


def test_the_suspension_moved_the_channels_and_its_end_moved_them_back(desk: Desk) -> None:
    down, up = find_state_changes(desk.assessor, "military-channels", LAST_DAY)[:2]
    assert (down.day, down.to_state) == (date(2022, 8, 5), ClaimState.FALLING)
    suspended = next(c for c in down.changes if c.after.indicator.indicator_id == "suspension-in-force")
    assert (suspended.before.state, suspended.after.state) == (State.LOOKED_AND_ABSENT, State.OBSERVED)
    assert suspended.after.mark == Mark.DOWN
    assert suspended.entered == ("2022-08-05-china-cancels-three-military-dialogues-with-us-a",)
    assert (up.day, up.from_state) == (date(2023, 11, 16), ClaimState.FALLING)
    reopened = {e for change in up.changes for e in change.entered}
    assert "2023-11-15-biden-and-xi-agree-in-california-to-restore-mili" in reopened


@pytest.mark.parametrize("claim_id", ["taiwan", "south-china-sea", "managed-friction"])
def test_every_move_is_a_change_between_two_days(desk: Desk, claim_id: str) -> None:
    turns = find_state_changes(desk.assessor, claim_id, LAST_DAY)
    assert len(turns) >= 5
    for turn in turns:
        eve = desk.assessor.read_claim(claim_id, turn.day - timedelta(days=1), is_brief=True)
        day = desk.assessor.read_claim(claim_id, turn.day, is_brief=True)
        assert (eve.state, day.state) == (turn.from_state, turn.to_state)
        moved = {c.after.indicator.indicator_id for c in turn.changes}
        voted = {
            b.indicator.indicator_id for a, b in zip(eve.indicators, day.indicators, strict=True) if a.mark != b.mark
        }
        assert moved == voted
        assert moved


def test_a_move_names_the_event_that_left_its_window(desk: Desk) -> None:
    left = "2023-12-02-philippines-counts-more-than-135-chinese-militia"
    turn = next(m for m in find_state_changes(desk.assessor, "south-china-sea") if m.day == date(2024, 5, 30))
    (change,) = turn.changes
    assert change.left == (left,)
    assert (turn.day - date(2023, 12, 2)).days == change.after.indicator.window_days


def test_two_days_side_by_side(desk: Desk) -> None:
    found = compare_days(desk.assessor, "taiwan", ARTICLE_DAY, LAST_DAY)
    assert (found.before.as_of, found.after.as_of) == (ARTICLE_DAY, LAST_DAY)
    changed = {c.after.indicator.indicator_id for c in found.changed}
    assert changed == {"taiwan-official-ships"}
    exercises = next(c for c in found.changes if c.after.indicator.indicator_id == "taiwan-large-exercises")
    assert not exercises.is_changed
    assert all(e.startswith("2025-12-29") for e in exercises.entered)
    assert all(e.startswith("2025-04-01") for e in exercises.left)
    assert compare_days(desk.assessor, "taiwan", LAST_DAY, LAST_DAY).changed == ()


def test_curve_and_state_never_disagree(desk: Desk) -> None:
    for rule in desk.assessor.rules:
        for indicator in rule.indicators:
            track = build_band(desk.assessor.read_history(indicator.indicator_id), indicator)
            banded = track.dropna(subset=["value", "low", "high"])
            if indicator.kind in ("rate", "share"):
                inside = (banded.value >= banded.low - 1e-9) & (banded.value <= banded.high + 1e-9)
                assert (inside == (banded.state == State.LEVEL)).all(), indicator.indicator_id
            if indicator.kind == "series":
                rising = banded[banded.state == State.UP]
                assert (rising.value > rising.baseline * 1.1).all()
            assert track.value[track.state == State.NOT_LOOKED].isna().all()


def test_a_window_that_is_not_full_draws_no_value(desk: Desk) -> None:
    indicator = desk.assessor.find_indicator("scs-contact-force")[2]
    track = build_band(desk.assessor.read_history("scs-contact-force"), indicator)
    assert track.value.first_valid_index() == pd.Timestamp(2022, 1, 1) + pd.Timedelta(days=0.8 * 180 - 1)


def test_the_strip_ends_on_the_as_of_day_and_names_what_moved_each_claim(desk: Desk) -> None:
    chart = build_chart("states", desk, EventFilter(as_of=date(2024, 6, 1)), LIGHT)
    assert chart.frame.last_date.max() == pd.Timestamp(2024, 6, 1)
    scs = chart.frame[chart.frame.claim_id == "south-china-sea"]
    row = scs[scs.first_date == pd.Timestamp(2023, 12, 3)].iloc[0]
    assert row.state == "rising"
    assert row.moved_by == ["Distinct features with an incident"]
    assert any("135" in title for title in row.events_in)
    days = chart.frame.groupby("claim_id").day_count.sum()
    assert set(days) == {(date(2024, 6, 1) - date(2022, 1, 1)).days + 1}


def test_the_regions_of_a_view_choose_the_claims_of_the_strip(desk: Desk) -> None:
    from tension.records.vocab import Region

    chart = build_chart("states", desk, EventFilter(regions=(Region.TAIWAN_STRAIT,)), LIGHT)
    assert set(chart.frame.claim_id) == {"taiwan", "managed-friction", "allies-adapt"}


def test_the_chart_of_an_indicator_and_its_empty_state(desk: Desk) -> None:
    chart = build_chart("indicator", desk, EventFilter(), LIGHT, {"indicator": "taiwan-sorties"})
    curve = next(trace for trace in chart.figure.data if trace.name == "mean of 30 days")
    assert list(curve.y)[-1] == pytest.approx(6.2333, abs=1e-3)
    assert "2026: down. 6.2 aircraft" in chart.alt
    assert "2026" in chart.source_line
    unseen = build_chart("indicator", desk, EventFilter(), LIGHT, {"indicator": "scs-unseen"})
    assert unseen.is_empty
    early = build_chart(
        "indicator", desk, EventFilter(as_of=date(2022, 3, 1)), LIGHT, {"indicator": "taiwan-official-ships"}
    )
    assert "as-of" in early.hint


def test_the_curve_of_a_count_has_a_gap_at_a_break(desk: Desk) -> None:
    chart = build_chart("indicator", desk, EventFilter(), LIGHT, {"indicator": "taiwan-vessels"})
    curve = next(trace for trace in chart.figure.data if trace.name == "mean of 30 days")
    values = pd.Series(list(curve.y), pd.DatetimeIndex(curve.x))
    assert pd.isna(values["2022-11-15"])


def test_a_sparkline_is_a_picture_without_text_script_or_request(desk: Desk) -> None:
    indicator = desk.assessor.find_indicator("taiwan-sorties")[2]
    track = build_band(desk.assessor.read_history("taiwan-sorties"), indicator)
    svg = build_sparkline(track, LIGHT, [ARTICLE_DAY], [date(2022, 11, 15)])
    assert svg.startswith("<svg")
    assert svg.endswith("</svg>")
    assert svg.count("http") == 1
    assert "<text" not in svg
    assert "stroke-dasharray" in svg
    assert len(svg) < 9000
    assert to_data_uri(svg).startswith("data:image/svg+xml;base64,")


def test_a_sparkline_ends_on_the_last_day_and_survives_nothing() -> None:
    days = pd.date_range("2024-01-01", periods=1000)
    track = pd.DataFrame({"value": range(1000), "baseline": np.nan, "low": np.nan, "high": np.nan}, index=days)
    svg = build_sparkline(track, LIGHT)
    assert 'd="M350.0 3.0h0"' in svg
    nothing = build_sparkline(track.iloc[:0], LIGHT, [ARTICLE_DAY])
    assert "path" not in nothing
    unread = build_sparkline(track.assign(value=np.nan), LIGHT)
    assert "path" not in unread
