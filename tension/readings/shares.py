"""Readings of a share of events, two windows compared by the exact conditional interval of their odds ratio."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from tension.errors import BadInput
from tension.readings.day_counts import Cover, Days, EventDays, as_day_numbers, count_in_windows
from tension.readings.rates import RateRule, explain_windows, find_window_cover, hide_not_looked
from tension.readings.states import Floats, Ints, State, read_interval_states

# Halvings of the bracket of a log odds ratio; 60 of them leave 1e-16 of it.
_HALVINGS = 60
_LOG_ODDS_BRACKET = 60.0


def find_odds_intervals(
    recent_yes: npt.ArrayLike,
    recent_no: npt.ArrayLike,
    baseline_yes: npt.ArrayLike,
    baseline_no: npt.ArrayLike,
    level: float = 0.9,
) -> tuple[Floats, Floats, Floats]:
    """Sample odds ratio of two shares and its exact conditional interval: (odds_ratio, low, high), one per row.

    With all margins fixed, recent_yes follows Fisher's noncentral hypergeometric law, whose one parameter is the odds
    ratio (Fisher 1935, JRSS 98; Cornfield 1956, Third Berkeley Symposium). The bounds are the odds ratios under which
    what was seen, or more (less) of it, has probability (1 - level) / 2, as in scipy.stats.contingency.odds_ratio and
    R's fisher.test; here they are found by bisection for all tables at once. At the end of its range recent_yes leaves
    a side open: low = 0 or high = inf. The odds ratio is yes x no / (no x yes): inf over 0, NaN for 0 / 0.
    """
    tables = np.column_stack([np.atleast_1d(part) for part in (recent_yes, recent_no, baseline_yes, baseline_no)])
    tables = tables.astype(np.int64)
    distinct, position = np.unique(tables, axis=0, return_inverse=True)
    low, high = _solve_odds(distinct, (1 - level) / 2)
    yes, no, base_yes, base_no = tables.T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        odds_ratio = (yes * base_no) / (no * base_yes)
    return odds_ratio, low[position.ravel()], high[position.ravel()]


def _solve_odds(tables: Ints, tail: float) -> tuple[Floats, Floats]:
    yes, no, base_yes, base_no = tables.T
    recent, total_yes = yes + no, yes + base_yes
    smallest, largest = np.maximum(0, total_yes - base_yes - base_no), np.minimum(recent, total_yes)
    counts = smallest[:, None] + np.arange(int((largest - smallest).max(initial=0)) + 1)
    is_possible = counts <= largest[:, None]
    counts = np.minimum(counts, largest[:, None])
    # log C(recent, x) + log C(baseline, total_yes - x), less what is the same for every x.
    rest = total_yes[:, None] - counts
    weights = -(
        special.gammaln(counts + 1)
        + special.gammaln(recent[:, None] - counts + 1)
        + special.gammaln(rest + 1)
        + special.gammaln((base_yes + base_no)[:, None] - rest + 1)
    )
    weights = np.where(is_possible, weights, -np.inf)
    is_more, is_less = counts >= yes[:, None], counts <= yes[:, None]
    low = np.where(yes > smallest, np.exp(_bisect(weights, counts, is_more, tail, rises=True)), 0.0)
    high = np.where(yes < largest, np.exp(_bisect(weights, counts, is_less, tail, rises=False)), np.inf)
    return low, high


def _bisect(weights: Floats, counts: Ints, is_tail: npt.NDArray[np.bool_], tail: float, *, rises: bool) -> Floats:
    """Log odds ratio at which the marked counts have probability `tail`; it rises (or falls) with the odds ratio."""
    below = np.full(len(weights), -_LOG_ODDS_BRACKET)
    above = -below
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        logs = weights + counts * middle[:, None]
        masses = np.exp(logs - logs.max(axis=1, keepdims=True))
        probability = np.where(is_tail, masses, 0.0).sum(axis=1) / masses.sum(axis=1)
        is_above = (probability > tail) == rises
        above, below = np.where(is_above, middle, above), np.where(is_above, below, middle)
    return np.asarray((below + above) / 2)


def read_share_history(
    matching: EventDays, all_events: EventDays, as_of_days: Days, cover: Cover, rule: RateRule
) -> pd.DataFrame:
    """The share of `all_events` that is `matching`, recent window against baseline, on every as-of day.

    `matching` must be part of `all_events`, with the same keys: a key (episode) is counted once a window, and as
    matching when any of its events there is. For 'material conflict against co-operation' give the conflict as matching
    and both together as all: the odds are then conflict to co-operation. Returns, indexed by as-of day: recent_count,
    baseline_count, recent_total, baseline_total, recent_days, baseline_days, recent_share, baseline_share, odds_ratio,
    low, high (`find_odds_intervals`), state, reason. States as for rates; fewer than `minimum_count` events in all
    in either window is 'too few', since a share of so few says nothing.
    """
    as_of = as_day_numbers(as_of_days)
    inside = find_window_cover(cover, as_of, rule)
    frame = count_in_windows(matching, as_of_days, rule.window_days, rule.baseline_days)
    totals = count_in_windows(all_events, as_of_days, rule.window_days, rule.baseline_days)
    for window in ("recent", "baseline"):
        frame[f"{window}_total"] = totals[f"{window}_count"]
    frame = frame.assign(recent_days=inside.recent_days, baseline_days=inside.baseline_days)
    for window in ("recent", "baseline"):
        total = frame[f"{window}_total"]
        frame[f"{window}_share"] = frame[f"{window}_count"] / total.where(total > 0)
    rest = frame[["recent_total", "baseline_total"]].to_numpy() - frame[["recent_count", "baseline_count"]].to_numpy()
    if (rest < 0).any():
        raise BadInput("matching", "events that are not among all events", "a part of all_events, with the same keys")
    odds_ratio, low, high = find_odds_intervals(
        frame["recent_count"], rest[:, 0], frame["baseline_count"], rest[:, 1], rule.level
    )
    frame = frame.assign(odds_ratio=odds_ratio, low=low, high=high)
    frame.loc[~inside.is_sufficient, ["odds_ratio", "low", "high"]] = np.nan
    is_too_few = (frame[["recent_total", "baseline_total"]] < rule.minimum_count).any(axis=1).to_numpy()
    states = np.where(is_too_few, State.TOO_FEW.value, read_interval_states(low, high))
    frame["state"] = inside.mask_states(states).astype(object)
    frame["reason"] = explain_windows(frame, as_of, cover, rule, "odds_ratio")
    return hide_not_looked(frame)


def find_level_shares(recent_totals: Ints, base_yes: Ints, base_no: Ints, level: float = 0.9) -> tuple[Floats, Floats]:
    """The smallest and the largest recent share whose interval of the odds ratio holds 1, for each baseline.

    The interval lies above 1 exactly where what was seen, or more, has a probability below (1 - level) / 2 when both
    windows have the same odds (the hypergeometric law, Fisher 1935).
    """
    rows = np.column_stack([recent_totals, base_yes, base_no]).astype(np.int64)
    distinct, position = np.unique(rows, axis=0, return_inverse=True)
    total, yes, no = (column[:, None] for column in distinct.T)
    counts = np.arange(int(total.max(initial=0)) + 1)[None, :]
    law = stats.hypergeom(total + yes + no, yes + counts, total)
    tail = (1 - level) / 2
    is_possible = counts <= total
    is_level = is_possible & (law.sf(counts - 1) >= tail) & (law.cdf(counts) >= tail)
    first = is_level.argmax(axis=1)
    last = counts.shape[1] - 1 - is_level[:, ::-1].argmax(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = first / total[:, 0], last / total[:, 0]
    return low[position.ravel()], high[position.ravel()]
