"""The words that a reading may end in, and how a path of readings becomes a path of states. Owns no measure."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]


class State(StrEnum):
    """A reading's one word. The first three have a direction; the others say why there is none."""

    UP = "up"
    LEVEL = "level"
    DOWN = "down"
    INSUFFICIENT = "insufficient"
    TOO_FEW = "too few"
    OBSERVED = "observed"
    LOOKED_AND_ABSENT = "looked and absent"
    NOT_LOOKED = "not looked"
    NOT_LOADED = "not loaded"
    CANNOT_SEE = "cannot see"


DIRECTIONS = (State.UP, State.LEVEL, State.DOWN)


def read_interval_states(low: Floats, high: Floats) -> Words:
    """Up where the interval of a ratio lies above 1, down where it lies below 1, else level."""
    return np.select([low > 1, high < 1], [State.UP.value, State.DOWN.value], State.LEVEL.value)


def read_state_runs(states: pd.Series) -> pd.DataFrame:
    """Consecutive equal states as runs, for a state strip.

    `states`: one state per as-of day, indexed by day in order. Returns one row per run: first_date, last_date, state,
    day_count (rows in the run).
    """
    run = (states != states.shift()).cumsum().to_numpy()
    days = pd.Series(states.index, index=states.index)
    frame = pd.DataFrame({"day": days, "state": states})
    return frame.groupby(run).agg(
        first_date=("day", "first"), last_date=("day", "last"), state=("state", "first"), day_count=("day", "size")
    )
