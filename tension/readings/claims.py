"""An indicator's mark from its state, a claim's one word from marks, the days on which a mark turned. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from tension.readings.states import State


class Mark(StrEnum):
    """What a state comes to beside those of other indicators. Absent: looked for and not found; it has no level."""

    UP = "up"
    LEVEL = "level"
    DOWN = "down"
    ABSENT = "absent"
    UNREAD = "unread"


class ClaimState(StrEnum):
    """A claim's one word: which way those of its indicators went that can be read."""

    RISING = "rising"
    FALLING = "falling"
    MIXED = "mixed"
    LEVEL = "level"
    UNREAD = "unread"


MOVED = (Mark.UP, Mark.DOWN)
# The mark of each state; a state that isn't named can't be read.
DEFAULT_MARKS: Mapping[str, Mark] = {
    State.UP: Mark.UP,
    State.LEVEL: Mark.LEVEL,
    State.DOWN: Mark.DOWN,
    State.OBSERVED: Mark.UP,
    State.LOOKED_AND_ABSENT: Mark.ABSENT,
}


def read_marks(states: pd.Series, marks: Mapping[str, Mark] = DEFAULT_MARKS) -> pd.Series:
    """The mark of every state, indexed as `states`."""
    return states.map(lambda state: str(marks.get(str(state), Mark.UNREAD))).astype(object)


def read_claim_states(marks: pd.DataFrame) -> pd.DataFrame:
    """A claim's word on every day, from one row of marks a day and one column an indicator.

    Rising: one is up at least and none down; falling the other way; mixed: both. Level: none is up or down and one at
    least is level. Unread: none has any of the three, as when all that can be read was looked for and not found. No
    majority is asked for. Returns, indexed as `marks`: state, and up_count, level_count, down_count, absent_count,
    unread_count.
    """
    words = marks.to_numpy(dtype=np.str_).reshape(marks.shape)
    counts = {mark: (words == str(mark)).sum(axis=1) for mark in Mark}
    up, down = counts[Mark.UP] > 0, counts[Mark.DOWN] > 0
    states = np.select(
        [up & down, up, down, counts[Mark.LEVEL] > 0],
        [ClaimState.MIXED.value, ClaimState.RISING.value, ClaimState.FALLING.value, ClaimState.LEVEL.value],
        ClaimState.UNREAD.value,
    )
    frame = pd.DataFrame({"state": states.astype(object)}, index=marks.index)
    return frame.assign(**{f"{mark}_count": numbers for mark, numbers in counts.items()})


def find_turns(marks: pd.Series) -> pd.DataFrame:
    """The days on which a mark became up or down from another that could be read the day before.

    `marks`: one a day, days in order without a gap. Returns, indexed by day: mark, from_mark. The first day that can be
    read, and one that follows a day that couldn't be, is no turn.
    """
    before = marks.shift(1)
    is_turn = marks.isin(MOVED) & (marks != before) & before.notna() & (before != Mark.UNREAD)
    return pd.DataFrame({"mark": marks[is_turn], "from_mark": before[is_turn]})


def find_since(marks: pd.Series) -> pd.Timestamp | None:
    """The day since which the last mark has stood without a change; None for no marks."""
    if marks.empty:
        return None
    changed = marks.index[(marks != marks.shift(1)).to_numpy()]
    return pd.Timestamp(changed[-1])
