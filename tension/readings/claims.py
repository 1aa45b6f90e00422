"""A claim's one word from its indicators' states, on every day, and which indicator would change it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tension.readings.states import DIRECTIONS, State

# What a reading says for the claim's state. States not named here can't be measured and have no vote.
DEFAULT_VOTES: Mapping[str, State] = {
    State.INTENSIFYING: State.INTENSIFYING,
    State.HOLDING: State.HOLDING,
    State.EASING: State.EASING,
    State.OBSERVED: State.INTENSIFYING,
    State.LOOKED_AND_ABSENT: State.HOLDING,
}
_OCCURRENCES = (State.OBSERVED, State.LOOKED_AND_ABSENT)


@dataclass(frozen=True, slots=True)
class Flip:
    """One indicator that, changed alone from one state to the other, changes the claim's state."""

    indicator: str
    from_state: State
    to_state: State
    claim_state: State


def read_claim_states(states: pd.DataFrame, votes: Mapping[str, Mapping[str, State]] | None = None) -> pd.DataFrame:
    """The plain majority of the measurable indicators on every day.

    `states`: one row per as-of day, one column per indicator. `votes`: for an indicator, what each of its states says
    for the claim (`DEFAULT_VOTES` where not given): for instance easing contacts may mean intensifying tension. A
    direction needs more than half of the measurable indicators; without such a majority, ties included, the claim is
    'holding', and has_majority is False: no change is called that most indicators don't show. None measurable:
    'insufficient'. Returns, indexed as `states`: state, agree_count (n: votes for that state), measurable_count (m),
    indicator_count, intensifying_count, holding_count, easing_count, has_majority.
    """
    cast = np.full(states.shape, "", dtype="<U16")
    for number, name in enumerate(states.columns):
        says = (votes or {}).get(name, DEFAULT_VOTES)
        column = states.iloc[:, number].to_numpy(dtype=np.str_)
        for state, vote in says.items():
            cast[column == str(state), number] = str(vote)
    counts = np.column_stack([(cast == str(direction)).sum(axis=1) for direction in DIRECTIONS])
    measurable = counts.sum(axis=1)
    leads = counts * 2 > measurable[:, None]
    holding = DIRECTIONS.index(State.HOLDING)
    winner = np.where(leads.any(axis=1), leads.argmax(axis=1), holding)
    words = np.array([str(direction) for direction in DIRECTIONS])[winner]
    frame = pd.DataFrame(
        {
            "state": np.where(measurable > 0, words, State.INSUFFICIENT.value).astype(object),
            "agree_count": np.take_along_axis(counts, winner[:, None], axis=1)[:, 0],
            "measurable_count": measurable,
            "indicator_count": states.shape[1],
        },
        index=states.index,
    )
    for number, direction in enumerate(DIRECTIONS):
        frame[f"{direction.name.lower()}_count"] = counts[:, number]
    return frame.assign(has_majority=leads.any(axis=1))


def find_flips(states: Mapping[str, str], votes: Mapping[str, Mapping[str, State]] | None = None) -> tuple[Flip, ...]:
    """Every change of a single indicator that would change the claim's state, in the order of `states`.

    An occurrence may turn into the other occurrence; an indicator that can't be read may turn into any direction (it
    may yet be read), except one that can never be seen.
    """
    now = State(read_claim_states(pd.DataFrame([dict(states)]), votes)["state"].iloc[0])
    changes = [
        (name, State(state), other)
        for name, state in states.items()
        if state != State.CANNOT_SEE
        for other in (_OCCURRENCES if state in _OCCURRENCES else DIRECTIONS)
        if other != state
    ]
    if not changes:
        return ()
    tried = pd.DataFrame([{**states, name: str(other)} for name, _, other in changes])
    results = read_claim_states(tried, votes)["state"]
    return tuple(
        Flip(name, state, other, State(result))
        for (name, state, other), result in zip(changes, results, strict=True)
        if result != now
    )
