"""How well forecasts held: Brier's score, and how often what was said in each band came true. Pure; knows no record.

Brier, 'Verification of forecasts expressed in terms of probability', Monthly Weather Review 78(1), 1950, in the form
for one outcome: the mean of (probability - outcome) squared, 0 for a perfect forecast, 0.25 for always saying 50%.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

_Z_90 = 1.6448536269514722


@dataclass(frozen=True)
class Scored:
    """A judgement that came to something: what was said of it, day by day, and what two simple rules would have said.

    `days`: for each forecast the days on which it stood, and its probability (0 to 1). `persistence` is 1 where the
    question would have been answered with yes on the day it was asked, else 0.
    """

    days: tuple[tuple[int, float], ...]
    outcome: bool
    base_rate: float
    persistence: float

    @property
    def probability(self) -> float:
        """The mean of what was said over the days on which it stood."""
        total = sum(count for count, _ in self.days)
        return sum(count * said for count, said in self.days) / total


@dataclass(frozen=True)
class Score:
    """Mean Brier scores of some judgements; None where there are none."""

    count: int
    brier: float | None = None
    base_rate: float | None = None
    persistence: float | None = None


@dataclass(frozen=True)
class Band:
    """What was said between two shares, and how much of it came true, with its 90% interval (Wilson)."""

    low: float
    high: float
    count: int
    said: float
    came_true: int
    interval: tuple[float, float]

    @property
    def share(self) -> float:
        return self.came_true / self.count

    @property
    def is_met(self) -> bool:
        """Whether the share that came true can't be told from what was said."""
        return self.interval[0] <= self.said <= self.interval[1]


def score_brier(scored: Scored) -> float:
    """The squared error of each forecast, weighed by the days on which it stood."""
    total = sum(count for count, _ in scored.days)
    return sum(count * (said - scored.outcome) ** 2 for count, said in scored.days) / total


def score_all(found: Iterable[Scored]) -> Score:
    """The mean scores of judgements, and of the two rules on the same questions."""
    listed = list(found)
    if not listed:
        return Score(0)
    return Score(
        len(listed),
        _mean([score_brier(one) for one in listed]),
        _mean([(one.base_rate - one.outcome) ** 2 for one in listed]),
        _mean([(one.persistence - one.outcome) ** 2 for one in listed]),
    )


def build_bands(found: Iterable[Scored], bounds: Sequence[tuple[float, float]]) -> list[Band]:
    """The bands in which anything was said; a probability on a bound belongs to the band below it."""
    listed = list(found)
    bands = []
    for number, (low, high) in enumerate(bounds):
        is_last = number + 1 == len(bounds)
        own = [one for one in listed if (one.probability > low or number == 0) and (one.probability <= high or is_last)]
        if own:
            true = sum(one.outcome for one in own)
            said = _mean([one.probability for one in own])
            bands.append(Band(low, high, len(own), said, true, find_wilson_interval(true, len(own))))
    return bands


def find_wilson_interval(true_count: int, count: int) -> tuple[float, float]:
    """The 90% interval of a share (Wilson, Journal of the American Statistical Association 22(158), 1927)."""
    share, weight = true_count / count, _Z_90**2 / count
    middle = (share + weight / 2) / (1 + weight)
    reach = _Z_90 * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
