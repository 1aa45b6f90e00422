"""The lanes of the timeline: which one an event belongs to, and the order they stand in. Draws nothing."""

from __future__ import annotations

import pandas as pd

from tension.records.vocab import Category, Region
from tension.words import name_state

LANES = ("region", "category", "actor")
_ACTOR_LANES = 10
_NOT_STATED = "Not stated"
_OTHER_STATES, _NO_INITIATOR = "Other states", "None named"


def name_lanes(events: pd.DataFrame, lane_by: str) -> pd.Series[str]:
    """The lane of every event: its region, its category in words, or the state that acted."""
    if lane_by == "category":
        return events.category.map({category.value: category.label for category in Category}).fillna(_NOT_STATED)
    if lane_by == "actor":
        frequent = events.initiator.value_counts().head(_ACTOR_LANES).index
        named = events.initiator.map(name_state, na_action="ignore")
        named = named.where(events.initiator.isin(frequent), _OTHER_STATES)
        return named.where(events.initiator.notna(), _NO_INITIATOR)
    return events.region


def order_lanes(lanes: pd.Series[str], lane_by: str) -> list[str]:
    """The lanes that hold an event, from the top: as the vocabulary has them, states by their number of events."""
    found = lanes.value_counts()
    if lane_by == "region":
        return [region.value for region in Region if region.value in found]
    if lane_by == "category":
        return [label for label in (*(c.label for c in Category), _NOT_STATED) if label in found]
    last = [lane for lane in (_OTHER_STATES, _NO_INITIATOR) if lane in found]
    states = found.drop(last)
    return [*sorted(states.index, key=lambda lane: (-states[lane], lane)), *last]
