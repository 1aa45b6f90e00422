"""Finds rows for labels above their marks so that no two touch and no line from one to its mark crosses another.

Geometry alone: pixels in, places out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_GAP_PX = 8.0
# What a line that leads down to a mark keeps from a label of a lower row.
_LINE_GAP_PX = 3.0
# How far to the left of its mark a label begins, as a share of its width, by the anchor that Plotly knows.
_SHARES = {"center": 0.5, "left": 0.0, "right": 1.0}


class Label(NamedTuple):
    """A label `width` wide for a mark at `at`, in pixels from the picture's left side."""

    at: float
    width: float


class Place(NamedTuple):
    """The row a label stands in, 0 the lowest, and its `xanchor`."""

    row: int
    anchor: str


_Placed = tuple[Label, Place]


def place_all(labels: Sequence[Label], room_px: float, rows: int, taken: Sequence[Label] = ()) -> list[Place | None]:
    """A place for every one of a few labels, in as few rows as will do; the last ones get None where none does.

    `taken` are labels that stand in the lowest row already, in the middle over their marks.
    """
    fixed = [(label, Place(0, "center")) for label in taken]
    for depth in range(1, rows + 1):
        found = _search(labels, fixed, room_px, depth)
        if found is not None:
            return [*found]
    # The mark of the one that is left out stays where it is.
    return [*place_all(labels[:-1], room_px, rows, [*taken, labels[-1]._replace(width=0)]), None]


def place_some(labels: Sequence[Label], room_px: float) -> list[Place | None]:
    """A place in a single row for those that find room in the order given, None for the others."""
    placed: list[_Placed] = []
    places: list[Place | None] = []
    for label in labels:
        found = _search([label], placed, room_px, 1)
        places.append(found[0] if found else None)
        placed += [(label, place) for place in found or ()]
    return places


def _search(labels: Sequence[Label], placed: Sequence[_Placed], room_px: float, rows: int) -> list[Place] | None:
    if not labels:
        return []
    for row in range(rows):
        for anchor in _SHARES:
            mine = labels[0], Place(row, anchor)
            left, right = _span(*mine)
            if left < 0 or right > room_px or not all(_are_apart(mine, other) for other in placed):
                continue
            rest = _search(labels[1:], [*placed, mine], room_px, rows)
            if rest is not None:
                return [mine[1], *rest]
    return None


def _are_apart(one: _Placed, other: _Placed) -> bool:
    if one[1].row == other[1].row:
        (left, right), (start, stop) = _span(*one), _span(*other)
        return right + _GAP_PX <= start or left >= stop + _GAP_PX
    upper, lower = (one, other) if one[1].row > other[1].row else (other, one)
    start, stop = _span(*lower)
    return not start - _LINE_GAP_PX < upper[0].at < stop + _LINE_GAP_PX


def _span(label: Label, place: Place) -> tuple[float, float]:
    left = label.at - label.width * _SHARES[place.anchor]
    return left, left + label.width
