"""Readings of single acts: did it happen, is it in force, how long since. No I/O, no store."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tension.readings.day_counts import (
    Cover,
    Days,
    EventDays,
    as_day_number,
    as_day_numbers,
    as_index,
    find_last_known,
    is_day,
)
from tension.readings.states import Bools, Floats, Ints, State

MINIMUM_GAPS = 5
LONG_SILENCE = 80.0


def _as_dates(days: Ints, is_given: Bools) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(as_index(np.where(is_given, days, 0)).where(is_given))


def read_occurrence_history(
    events: EventDays,
    as_of_days: Days,
    cover: Cover,
    since: date | str | None = None,
    window_days: int | None = None,
    coverage: float = 0.8,
) -> pd.DataFrame:
    """Did it happen since a date, or in the last `window_days`, by what was reported on each as-of day?

    The span looked at is [max(since, t - window_days + 1, the record's first day), t]. Observed: an event in it was
    known by t (keys counted once). Looked and absent: none was, and the record covers `coverage` of the span asked for.
    Not looked: t lies outside the record or before `since`, or too little of the span is covered. Returns, indexed by
    as-of day: event_count, last_date (of the events counted), span_first_date, span_days, state, reason.
    """
    as_of = as_day_numbers(as_of_days)
    asked_first = _find_span_starts(as_of, cover, since, window_days)
    span_days = cover.count_days(asked_first, as_of)
    counts = _count_since(events, asked_first, as_of)
    last = find_last_known(events, as_of)
    is_observed = counts > 0
    is_open = cover.has(as_of) & (as_of >= asked_first)
    is_looked = is_open & (is_observed | (span_days >= coverage * (as_of - asked_first + 1) - 1e-9))
    found = np.where(is_observed, State.OBSERVED.value, State.LOOKED_AND_ABSENT.value)
    states = np.where(is_looked, found, State.NOT_LOOKED.value)
    frame = pd.DataFrame(
        {
            "event_count": counts,
            "last_date": _as_dates(last, is_observed & is_looked),
            "span_first_date": _as_dates(as_of - span_days + 1, is_looked),
            "span_days": span_days,
            "state": states.astype(object),
        },
        index=as_index(as_of),
    ).astype({"event_count": "Int64", "span_days": "Int64"})
    frame.loc[~is_looked, ["event_count", "span_days"]] = pd.NA
    frame["reason"] = [
        _explain_occurrence(cover, day, first, state, span)
        for day, first, state, span in zip(
            as_of.tolist(), asked_first.tolist(), states, span_days.tolist(), strict=True
        )
    ]
    return frame


def _find_span_starts(as_of: Ints, cover: Cover, since: date | str | None, window_days: int | None) -> Ints:
    """First day asked for: the later of `since` and the window's; the record's first day where neither is given."""
    if window_days is None:
        return np.full(len(as_of), as_day_number(since or cover.first_date or date(1970, 1, 1)))
    opens = as_of - window_days + 1
    return opens if since is None else np.maximum(opens, as_day_number(since))


def _count_since(events: EventDays, first: Ints, as_of: Ints) -> Ints:
    """Distinct keys with an event that occurred on or after `first` and was known by the as-of day, for each day.

    Events are few (hundreds at most): a table of days x events is the plainest exact count.
    """
    is_inside = (events.known <= as_of[:, None]) & (events.occurred >= first[:, None])
    order = np.argsort(events.keys, kind="stable")
    if not len(order):
        return np.zeros(len(as_of), dtype=np.int64)
    keys = events.keys[order]
    group_starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return np.asarray(np.logical_or.reduceat(is_inside[:, order], group_starts, axis=1).sum(axis=1))


def _explain_occurrence(cover: Cover, day: int, first: int, state: str, span_days: int) -> str:
    if state != State.NOT_LOOKED:
        return f"{state} in the {span_days} days that the record covers"
    if day < first:
        return "the question begins later"
    if not cover.has(np.array([day]))[0]:
        return cover.describe_outside(day)
    return f"the record covers {span_days} of {day - first + 1} days"


def read_in_force_history(begins: EventDays, ends: EventDays, as_of_days: Days, cover: Cover) -> pd.DataFrame:
    """Is it in force (a suspension, a treaty)? Observed when the last known beginning is later than the last known end.

    An end on the day of the beginning ends it. Returns, indexed by as-of day: since_date (the last beginning, where in
    force), state, reason. Before the first known beginning it is 'looked and absent': within the record only.
    """
    as_of = as_day_numbers(as_of_days)
    begun, ended = find_last_known(begins, as_of), find_last_known(ends, as_of)
    is_looked = cover.has(as_of)
    is_in_force = is_day(begun) & (begun > ended)
    found = np.where(is_in_force, State.OBSERVED.value, State.LOOKED_AND_ABSENT.value)
    states = np.where(is_looked, found, State.NOT_LOOKED.value)
    reasons = [
        f"{state} in the record from {cover.first_date}" if looked else cover.describe_outside(day)
        for state, looked, day in zip(states, is_looked.tolist(), as_of.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "since_date": _as_dates(begun, is_in_force & is_looked),
            "state": states.astype(object),
            "reason": pd.Series(reasons, dtype=object).to_numpy(),
        },
        index=as_index(as_of),
    )


def read_recency_history(events: EventDays, as_of_days: Days, cover: Cover) -> pd.DataFrame:
    """Days since the last event that was known by each as-of day, among the gaps between the events known by then.

    Gaps are the days between consecutive distinct days with an event; percentile is the mid-rank of days_since among
    them (0-100), typical_gap_days their median. A running silence starts again at 0 with every event, so a low
    percentile says nothing and no state is 'up': from percentile 80 on the silence is unusually long,
    'down'; else 'level'. Fewer than 5 gaps: 'too few'. Outside the record: 'not looked'. Returns, indexed by as-of
    day: last_date, days_since, gap_count, typical_gap_days, percentile, state, reason.
    """
    as_of = as_day_numbers(as_of_days)
    is_looked = cover.has(as_of)
    last = find_last_known(events, as_of)
    is_known = is_looked & is_day(last)
    since = np.where(is_known, as_of - last, 0)
    gap_counts, medians, percentiles = _rank_in_gaps(events, as_of, since)
    few = ~is_known | (gap_counts < MINIMUM_GAPS)
    states = np.select(
        [~is_looked, few, percentiles >= LONG_SILENCE],
        [State.NOT_LOOKED.value, State.TOO_FEW.value, State.DOWN.value],
        State.LEVEL.value,
    )
    frame = pd.DataFrame(
        {
            "last_date": _as_dates(last, is_known),
            "days_since": since,
            "gap_count": gap_counts,
            "typical_gap_days": np.where(is_looked, medians, np.nan),
            "percentile": np.where(few, np.nan, percentiles),
            "state": states.astype(object),
        },
        index=as_index(as_of),
    ).astype({"days_since": "Int64", "gap_count": "Int64"})
    frame.loc[~is_known, "days_since"] = pd.NA
    frame.loc[~is_looked, "gap_count"] = pd.NA
    columns = (frame[name].tolist() for name in ("state", "days_since", "gap_count", "typical_gap_days", "percentile"))
    frame["reason"] = [_explain_recency(cover, *row) for row in zip(as_of.tolist(), *columns, strict=True)]
    return frame


def _rank_in_gaps(events: EventDays, as_of: Ints, since: Ints) -> tuple[Ints, Floats, Floats]:
    """Number and median of the gaps known by each day, and the mid-rank of `since` among them.

    What is known changes only on the days when an event becomes known, so that gaps are formed once for each of these.
    """
    counts = np.zeros(len(as_of), dtype=np.int64)
    medians, percentiles = np.full(len(as_of), np.nan), np.full(len(as_of), np.nan)
    vintages = np.unique(events.known)
    vintage = np.searchsorted(vintages, as_of, "right") - 1
    for number in np.unique(vintage[vintage >= 0]):
        gaps = np.sort(np.diff(np.unique(events.occurred[events.known <= vintages[number]])))
        if not len(gaps):
            continue
        rows = vintage == number
        rank = np.searchsorted(gaps, since[rows], "left") + np.searchsorted(gaps, since[rows], "right")
        counts[rows], medians[rows], percentiles[rows] = len(gaps), np.median(gaps), 50 * rank / len(gaps)
    return counts, medians, percentiles


def _explain_recency(
    cover: Cover, day: int, state: str, days_since: int, gap_count: int, typical: float, percentile: float
) -> str:
    if state == State.NOT_LOOKED:
        return cover.describe_outside(day)
    if state == State.TOO_FEW:
        return f"{gap_count} past gaps, {MINIMUM_GAPS} needed"
    return f"{days_since} days, percentile {percentile:.0f} of {gap_count} past gaps; typical {typical:g} days"
