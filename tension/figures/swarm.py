"""Spreads marks of a lane up and down so that none hides another. Geometry alone: pixels in, pixels out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_STEP_PX = 2.0
_GAP_PX = 0.5


class Mark(NamedTuple):
    """A disc of `radius` at `start`, or a bar from `start` to `stop` with round ends, in pixels along the lane."""

    start: float
    stop: float
    radius: float


def place_marks(marks: Sequence[Mark], reach_px: float = 64.0) -> list[float]:
    """How far from the lane's middle line each mark goes, in the order given, at most `reach_px`.

    Each mark, from the left, takes the place nearest to the middle at which it touches no earlier one (a beeswarm);
    where the lane is full it takes the place at which it covers least.
    """
    steps = np.arange(0, reach_px + _STEP_PX / 2, _STEP_PX)
    places = np.stack([steps, -steps], axis=1).ravel()[1:]
    order = sorted(range(len(marks)), key=lambda i: marks[i].start)
    offsets = np.zeros(len(marks))
    stops = np.array([mark.stop for mark in marks])
    radii = np.array([mark.radius for mark in marks])
    widest = float(radii.max(initial=0))
    near: list[int] = []
    for i in order:
        mark = marks[i]
        # What a small mark has passed, a wide one may still touch.
        near = [j for j in near if stops[j] + radii[j] + _GAP_PX + widest > mark.start]
        if near:
            along = np.maximum(mark.start - stops[near], 0)
            apart = np.hypot(along[None, :], places[:, None] - offsets[near][None, :])
            room = (apart - radii[near][None, :] - mark.radius - _GAP_PX).min(axis=1)
            is_free = room >= 0
            offsets[i] = places[int(is_free.argmax()) if is_free.any() else int(room.argmax())]
        near.append(i)
    return offsets.tolist()
