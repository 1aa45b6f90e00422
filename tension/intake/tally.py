"""What became of the rows of an input in the store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """How many rows were taken, how many the store had as they are, and how many reports their publisher changed."""

    accepted_count: int = 0
    known_count: int = 0
    changed_count: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.accepted_count + other.accepted_count,
            self.known_count + other.known_count,
            self.changed_count + other.changed_count,
        )
