"""Labels above their marks, against places worked by hand on a row of 100 pixels."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tension.figures.row_labels import Label, Place, place_all, place_some

_SHARES = {"center": 0.5, "left": 0.0, "right": 1.0}


def test_labels_with_room_stand_over_their_marks():
    assert place_all([Label(20, 20), Label(70, 20)], 100, 2) == [Place(0, "center"), Place(0, "center")]


def test_a_label_at_the_side_turns_inwards():
    assert place_all([Label(2, 30)], 100, 1) == [Place(0, "left")]
    assert place_all([Label(98, 30)], 100, 1) == [Place(0, "right")]


def test_two_that_would_touch_turn_away_from_each_other_before_a_row_is_added():
    assert place_all([Label(45, 30), Label(55, 30)], 100, 3) == [Place(0, "right"), Place(0, "left")]


def test_a_line_to_a_higher_label_crosses_no_lower_one():
    # In one row there is no room; the first, above, would lead down through the second's words if that were centred.
    places = place_all([Label(50, 60), Label(60, 36)], 100, 2)
    assert places == [Place(1, "center"), Place(0, "left")]


def test_who_finds_no_place_is_left_out_last_first():
    assert place_all([Label(30, 50), Label(90, 60)], 100, 1) == [Place(0, "center"), None]


def test_what_stands_there_already_is_kept_clear():
    assert place_all([Label(40, 20)], 100, 1, taken=[Label(20, 10)]) == [Place(0, "left")]


def test_in_one_row_the_first_come_are_served():
    assert place_some([Label(50, 40), Label(55, 40), Label(90, 12)], 100) == [
        Place(0, "center"),
        None,
        Place(0, "center"),
    ]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(10, 90)), max_size=5))
def test_no_two_labels_ever_touch(drawn: list[tuple[int, int]]):
    labels = [Label(at, width) for at, width in drawn]
    placed = [pair for pair in zip(labels, place_all(labels, 400, 3), strict=True) if pair[1]]
    for (one, here), (other, there) in combinations(placed, 2):
        assert here is not None
        assert there is not None
        left, start = one.at - one.width * _SHARES[here.anchor], other.at - other.width * _SHARES[there.anchor]
        assert here.row != there.row or left + one.width < start or start + other.width < left
