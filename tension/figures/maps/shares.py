"""A count's sign as arcs: the shares of its grades of severity, filled for a place, dashed for an area. Geometry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tension.figures.palette import DANGER, PRESENCE, ROUTINE, grade_severity

Point = tuple[float, float]

# Clockwise from the top, the gravest first.
GRADES = (DANGER, PRESENCE, ROUTINE)
RING_PX, DASH_PX = 2.6, 3.2
_STEP_DEGREES = 12.0


@dataclass(frozen=True)
class Share:
    """A grade's part of a circle, from `start` to `stop` (0 to 1, clockwise from the top)."""

    grade: str
    start: float
    stop: float

    @property
    def is_whole(self) -> bool:
        return self.stop - self.start >= 1


def list_shares(severity_counts: Mapping[int, int]) -> list[Share]:
    """The parts of a count by severity (0: not stated, which counts as routine), those that are not empty."""
    by_grade = dict.fromkeys(GRADES, 0)
    for severity, number in severity_counts.items():
        by_grade[grade_severity(severity)] += number
    total, done, shares = sum(by_grade.values()), 0, []
    for grade, number in by_grade.items():
        if number:
            shares.append(Share(grade, done / total, (done + number) / total))
            done += number
    return shares


def trace_arc(start: float, stop: float, radius: float) -> list[Point]:
    """Points along a stretch of a circle around (0, 0), x right and y down."""
    steps = max(math.ceil((stop - start) * 360 / _STEP_DEGREES), 1)
    turns = (start + (stop - start) * i / steps for i in range(steps + 1))
    return [find_point(turn, radius) for turn in turns]


def find_point(turn: float, radius: float) -> Point:
    """The point of a circle around (0, 0) at a turn (0 to 1, clockwise from the top)."""
    return radius * math.sin(turn * 2 * math.pi), -radius * math.cos(turn * 2 * math.pi)


def trace_slice(share: Share, radius: float) -> list[Point]:
    """The closed outline of a slice; a whole circle has no corner in its middle."""
    arc = trace_arc(share.start, share.stop, radius)
    return arc if share.is_whole else [(0.0, 0.0), *arc, (0.0, 0.0)]


def trace_dashes(share: Share, radius: float) -> Iterator[list[Point]]:
    """The dashes of a share of a ring."""
    around = 2 * math.pi * radius
    count = max(round((share.stop - share.start) * around / (2 * DASH_PX)), 1)
    length = (share.stop - share.start) / count
    for i in range(count):
        start = share.start + i * length
        yield trace_arc(start, start + length * 0.62, radius)
