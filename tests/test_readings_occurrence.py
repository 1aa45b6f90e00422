"""Single acts, months and claims: did it happen, how long since, what most indicators say. Worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tension.errors import BadInput
from tension.readings import (
    Cover,
    EventDays,
    Mark,
    State,
    build_event_days,
    find_month_to_read,
    find_since,
    find_turns,
    read_claim_states,
    read_in_force_history,
    read_marks,
    read_occurrence_history,
    read_recency_history,
    read_state_runs,
    read_zscores,
)

START = date(2022, 1, 1)
COVER = Cover(START, START + timedelta(days=399))
OBSERVED, ABSENT, NOT_LOOKED = State.OBSERVED, State.LOOKED_AND_ABSENT, State.NOT_LOOKED


def on(*numbers: int) -> list[date]:
    return [START + timedelta(days=number) for number in numbers]


def test_an_act_since_a_date_is_absent_until_it_is_reported() -> None:
    events = build_event_days(on(50, 120), reported=on(50, 125))
    history = read_occurrence_history(events, on(99, 100, 124, 125, 399, 400), COVER, since=on(100)[0])
    assert history["state"].to_list() == [NOT_LOOKED, ABSENT, ABSENT, OBSERVED, OBSERVED, NOT_LOOKED]
    assert history["event_count"].to_list() == [pd.NA, 0, 0, 1, 1, pd.NA]
    assert history["last_date"].iloc[3] == pd.Timestamp(on(120)[0])
    assert history["span_days"].iloc[3] == 26
    assert history["reason"].to_list()[0] == "the question begins later"
    assert history["reason"].to_list()[5] == "the record ends on 2023-02-04"


def test_an_act_in_a_window_leaves_it_again() -> None:
    events = build_event_days(on(200, 201), keys=["clash", "clash"])
    history = read_occurrence_history(events, on(199, 200, 230, 231, 300), COVER, window_days=30)
    assert history["state"].to_list() == [ABSENT, OBSERVED, OBSERVED, ABSENT, ABSENT]
    assert history["event_count"].to_list() == [0, 1, 1, 0, 0]


def test_absence_needs_four_fifths_of_the_span() -> None:
    history = read_occurrence_history(build_event_days([]), on(22, 23), COVER, window_days=30)
    assert history["state"].to_list() == [NOT_LOOKED, ABSENT]
    assert history["reason"].iloc[0] == "the record covers 23 of 30 days"
    found = read_occurrence_history(build_event_days(on(3)), on(5), COVER, window_days=30)
    assert found["state"].item() == OBSERVED


def test_a_suspension_is_in_force_from_its_beginning_to_its_end() -> None:
    begins, ends = build_event_days(on(10, 100), reported=on(12, 100)), build_event_days(on(60))
    history = read_in_force_history(begins, ends, on(5, 11, 12, 59, 60, 99, 100, 500), COVER)
    assert history["state"].to_list() == [ABSENT, ABSENT, OBSERVED, OBSERVED, ABSENT, ABSENT, OBSERVED, NOT_LOOKED]
    assert history["since_date"].iloc[3] == pd.Timestamp(on(10)[0])
    assert history["since_date"].isna().tolist() == [True, True, False, False, True, True, False, True]


def test_recency_ranks_the_silence_among_past_gaps() -> None:
    events = build_event_days(on(0, 10, 20, 20, 40, 80, 100))  # gaps 10, 10, 20, 40, 20
    history = read_recency_history(events, on(99, 110, 120, 150, 400), COVER)
    assert history["days_since"].to_list() == [19, 10, 20, 50, pd.NA]
    assert history["gap_count"].to_list() == [4, 5, 5, 5, pd.NA]
    assert history["typical_gap_days"].to_list() == pytest.approx([15, 20, 20, 20, np.nan], nan_ok=True)
    # Day 110: two gaps tie with 10 days, so 100 x (0 + 1) / 5; day 120: two below, two tie.
    assert history["percentile"].to_list() == pytest.approx([np.nan, 20, 60, 100, np.nan], nan_ok=True)
    expected = [State.TOO_FEW, State.LEVEL, State.LEVEL, State.DOWN, NOT_LOOKED]
    assert history["state"].to_list() == expected


def test_no_event_has_no_recency() -> None:
    history = read_recency_history(build_event_days([]), on(50), COVER)
    assert (history["state"].item(), history["days_since"].isna().item()) == (State.TOO_FEW, True)
    assert read_recency_history(build_event_days([]), on(50), Cover(None, None))["state"].item() == NOT_LOOKED


Row = tuple[int, int]  # occurred, delay of the report


def build(rows: list[Row]) -> EventDays:
    return build_event_days(on(*(row[0] for row in rows)), on(*(sum(row) for row in rows)))


rows_of_events = st.lists(st.tuples(st.integers(0, 399), st.integers(0, 90)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(rows_of_events, st.randoms(use_true_random=False))
def test_recency_equals_a_loop_and_never_minds_the_order(rows: list[Row], random: Random) -> None:
    days = list(range(0, 400, 19))
    history = read_recency_history(build(random.sample(rows, len(rows))), on(*days), COVER)
    for day, row in zip(days, history.itertuples(), strict=True):
        known = sorted({occurred for occurred, delay in rows if occurred + delay <= day})
        gaps = [later - earlier for earlier, later in pairwise(known)]
        assert row.gap_count == len(gaps)
        if known:
            assert row.days_since == day - known[-1]
        if len(gaps) >= 5:
            assert row.typical_gap_days == np.median(gaps)
            assert row.percentile == pytest.approx(stats.percentileofscore(gaps, day - known[-1], kind="mean"))


@settings(max_examples=60, deadline=None)
@given(rows_of_events, st.integers(0, 399), st.integers(1, 120), st.integers(1, 90))
def test_an_occurrence_known_later_changes_nothing(rows: list[Row], day: int, window: int, late: int) -> None:
    more = build([*rows, (day // 2, day - day // 2 + late)])
    for read in (
        lambda events: read_occurrence_history(events, on(day), COVER, window_days=window),
        lambda events: read_recency_history(events, on(day), COVER),
        lambda events: read_in_force_history(events, build_event_days([]), on(day), COVER),
    ):
        pd.testing.assert_frame_equal(read(build(rows)), read(more))


def test_zscores_leave_the_month_itself_out() -> None:
    months = pd.period_range("2015-01", periods=61, freq="M")
    values = [10.0, 20.0] * 30 + [30.0]
    frame = read_zscores(months.to_timestamp(), values, through="2020-03-31")
    row = frame.loc["2020-01"]
    # Thirty 10s and thirty 20s: mean 15, sample sd 5 x sqrt(60 / 59).
    assert (row["mean"], row["sd"], row["z"]) == pytest.approx((15.0, 5 * (60 / 59) ** 0.5, 3 / (60 / 59) ** 0.5))
    assert row["reference_count"] == 60
    assert frame["state"].iloc[-3:].to_list() == ["", State.NOT_LOADED, State.NOT_LOADED]
    assert frame["z"].iloc[-2:].isna().all()
    assert frame["state"].iloc[47] == State.INSUFFICIENT
    assert frame["state"].iloc[48] == ""


def test_zscores_of_nothing_and_of_a_flat_index() -> None:
    assert read_zscores([], []).empty
    flat = read_zscores(pd.period_range("2015-01", periods=61, freq="M"), [0.1] * 61)
    assert flat["state"].iloc[-1] == State.INSUFFICIENT
    with pytest.raises(BadInput, match="each month once"):
        read_zscores(["2020-01", "2020-01"], [1.0, 2.0])


@pytest.mark.parametrize(
    ("as_of", "month"), [("2025-10-31", "2025-10"), ("2025-10-30", "2025-09"), ("2026-01-01", "2025-12")]
)
def test_a_month_is_read_once_it_is_complete(as_of: str, month: str) -> None:
    assert str(find_month_to_read(as_of)) == month


UP, LEVEL, DOWN, GONE, UNREAD = "up", "level", "down", "absent", "unread"


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        ([UP, LEVEL, LEVEL, LEVEL], "rising"),  # one is enough: no majority is asked for
        ([DOWN, LEVEL, UNREAD], "falling"),
        ([UP, DOWN, LEVEL], "mixed"),
        ([UP, UP, UP, DOWN], "mixed"),
        ([LEVEL, LEVEL, UNREAD, GONE], "level"),
        ([GONE, UP], "rising"),
        ([UNREAD, UNREAD], "unread"),
        ([GONE, UNREAD, GONE], "unread"),  # what was looked for and not found has no level
        ([], "unread"),
    ],
)
def test_a_claim_says_which_way_its_indicators_went(marks: list[str], state: str) -> None:
    row = read_claim_states(pd.DataFrame([marks])).iloc[0]
    assert row["state"] == state
    counts = {name: row[f"{name}_count"] for name in (UP, LEVEL, DOWN, GONE, UNREAD)}
    assert counts == {name: marks.count(name) for name in counts}


def test_a_state_may_point_the_other_way() -> None:
    states = pd.Series(["observed", "looked and absent", "not looked", "up"], on(0, 1, 2, 3))
    assert read_marks(states).to_list() == [UP, GONE, UNREAD, UP]
    assert read_marks(states, {State.OBSERVED: Mark.DOWN}).to_list() == [DOWN, UNREAD, UNREAD, UNREAD]


def test_a_turn_is_a_new_direction_from_a_day_that_could_be_read() -> None:
    marks = [UNREAD, UP, LEVEL, UP, UP, DOWN, UNREAD, DOWN, LEVEL, GONE, UP]
    found = find_turns(pd.Series(marks, pd.DatetimeIndex(on(*range(11)))))
    # Day 1 and day 7 follow a day that couldn't be read; days 2, 8 and 9 have no direction.
    assert found.index.to_list() == [pd.Timestamp(day) for day in on(3, 5, 10)]
    assert found["mark"].to_list() == [UP, DOWN, UP]
    assert found["from_mark"].to_list() == [LEVEL, UP, GONE]


def test_since_when_a_mark_stands() -> None:
    marks = pd.Series([LEVEL, UP, LEVEL, UP, UP], pd.DatetimeIndex(on(*range(5))))
    assert find_since(marks) == pd.Timestamp(on(3)[0])
    assert find_since(marks.iloc[:1]) == pd.Timestamp(on(0)[0])
    assert find_since(marks.iloc[:0]) is None


def test_runs_of_states_are_told_with_their_days() -> None:
    runs = read_state_runs(pd.Series([UP, UP, LEVEL, UP], index=pd.DatetimeIndex(on(0, 1, 2, 3))))
    assert runs["state"].to_list() == [UP, LEVEL, UP]
    assert runs["day_count"].to_list() == [2, 1, 1]
    assert runs["last_date"].to_list() == [pd.Timestamp(day) for day in on(1, 2, 3)]
    assert read_state_runs(pd.Series([], dtype=object, index=pd.DatetimeIndex([]))).empty
