"""Days as numbers, events as days, and exact counts in windows for many as-of days at once. Owns no state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tension.errors import BadInput
from tension.readings.states import Bools, Ints

Days = Iterable[Any]  # dates, ISO strings, timestamps: a list, an Index, a Series, an array

_EPOCH = date(1970, 1, 1).toordinal()
_NEVER = np.iinfo(np.int64).max // 4


def as_day_numbers(days: Days) -> Ints:
    """Days since 1970-01-01, one for each of `days` (time of day is dropped). A day that is missing is refused."""
    stamps = _as_stamps(days)
    if stamps.hasnans:
        raise BadInput("days", "a missing date", "a date in every row")
    return np.asarray(stamps.to_numpy().astype("datetime64[D]").astype(np.int64))


def _as_stamps(days: Days) -> pd.DatetimeIndex:
    if isinstance(days, pd.DatetimeIndex):
        return days
    if isinstance(days, pd.Series | np.ndarray) and pd.api.types.is_datetime64_any_dtype(days.dtype):
        return pd.DatetimeIndex(days)
    return pd.DatetimeIndex(pd.to_datetime(pd.Series(list(days), dtype="object")))


def as_day_number(day: date | str | pd.Timestamp) -> int:
    """Days since 1970-01-01 of one day."""
    stamp = pd.Timestamp(day)
    if pd.isna(stamp):
        raise BadInput("day", day, "a date")
    return stamp.toordinal() - _EPOCH


def as_index(days: Ints, name: str = "as_of") -> pd.DatetimeIndex:
    """Day numbers back as a DatetimeIndex."""
    return pd.DatetimeIndex(days.astype("datetime64[D]"), name=name)


def as_date(day: int) -> date:
    """A day number back as a date."""
    return date.fromordinal(_EPOCH + int(day))


@dataclass(frozen=True, slots=True)
class Cover:
    """The first and last day that a record was searched for; both None for an empty record."""

    first_date: date | None
    last_date: date | None

    def has(self, as_of: Ints) -> Bools:
        """Which as-of days lie inside."""
        if self.first_date is None or self.last_date is None:
            return np.zeros(len(as_of), dtype=np.bool_)
        return np.asarray((as_of >= as_day_number(self.first_date)) & (as_of <= as_day_number(self.last_date)))

    def count_days(self, first: Ints, last: Ints) -> Ints:
        """How many days of each window [first, last] lie inside."""
        if self.first_date is None or self.last_date is None:
            return np.zeros(len(first), dtype=np.int64)
        inside_first = np.maximum(first, as_day_number(self.first_date))
        inside_last = np.minimum(last, as_day_number(self.last_date))
        return np.asarray(np.maximum(inside_last - inside_first + 1, 0))

    def describe_outside(self, day: int) -> str:
        """Why a day is not covered, in words."""
        if self.first_date is None or self.last_date is None:
            return "the record is empty"
        if day < as_day_number(self.first_date):
            return f"the record begins on {self.first_date}"
        return f"the record ends on {self.last_date}"


@dataclass(frozen=True, slots=True)
class EventDays:
    """Events reduced to what a reading needs, in the order they were given.

    occurred, known: day numbers; an event is known from max(occurred, reported) on. keys: equal numbers are counted
    once in a window (an episode, a feature).
    """

    occurred: Ints
    known: Ints
    keys: Ints

    def __len__(self) -> int:
        return len(self.occurred)


def build_event_days(occurred: Days, reported: Days | None = None, keys: Iterable[Any] | None = None) -> EventDays:
    """Events as days. `reported`: missing means the day it occurred. `keys`: missing means counted on its own."""
    days = as_day_numbers(occurred)
    known = days if reported is None else np.maximum(days, _fill_missing(reported, days))
    codes = np.arange(len(days)) if keys is None else _number_keys(keys)
    if not len(days) == len(known) == len(codes):
        raise BadInput("keys", len(codes), f"one for each of the {len(days)} events")
    return EventDays(days, known, np.asarray(codes, dtype=np.int64))


def _fill_missing(reported: Days, occurred: Ints) -> Ints:
    stamps = _as_stamps(reported)
    if len(stamps) != len(occurred):
        raise BadInput("reported", len(stamps), f"one for each of the {len(occurred)} events")
    numbers = stamps.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.where(stamps.isna(), occurred, numbers)


def _number_keys(keys: Iterable[Any]) -> Ints:
    given = pd.Series(list(keys), dtype="object")
    codes, names = pd.factorize(given)
    return np.where(codes < 0, len(names) + np.arange(len(codes)), codes)


def count_in_windows(events: EventDays, as_of_days: Days, window_days: int, baseline_days: int) -> pd.DataFrame:
    """Distinct keys in the recent and the baseline window of every as-of day, by what was known on that day.

    Recent window: (t - window_days, t]; baseline: (t - window_days - baseline_days, t - window_days]; both by the day
    an event occurred. A key that has events in both windows counts once in each: each window answers 'how many separate
    episodes had an act here?'. Returns recent_count and baseline_count, indexed by as-of day in the order given.

    Method: an event is in the recent window of exactly the as-of days [known, occurred + window_days - 1], and in
    the baseline of [max(known, occurred + window_days), occurred + window_days + baseline_days - 1]. The union of these
    spans over a key is where the key counts; the count on a day is the spans begun by then less the spans ended before.
    """
    as_of = as_day_numbers(as_of_days)
    turn = events.occurred + window_days
    recent = _count_spans(events.keys, events.known, turn - 1, as_of)
    baseline = _count_spans(events.keys, np.maximum(events.known, turn), turn + baseline_days - 1, as_of)
    return pd.DataFrame({"recent_count": recent, "baseline_count": baseline}, index=as_index(as_of))


def _count_spans(keys: Ints, first: Ints, last: Ints, as_of: Ints) -> Ints:
    """For each day, the number of keys with at least one span [first, last] that holds it."""
    kept = first <= last
    keys, first, last = keys[kept], first[kept], last[kept]
    if not len(keys):
        return np.zeros(len(as_of), dtype=np.int64)
    order = np.lexsort((first, keys))
    keys, first, last = keys[order], first[order], last[order]
    # A running maximum within each key: keys are lifted far apart, so that one pass serves them all.
    lift = keys * np.int64(10_000_000)
    reach = np.maximum.accumulate(last + lift) - lift
    begins = np.concatenate([[True], (keys[1:] != keys[:-1]) | (first[1:] > reach[:-1])])
    ends = np.concatenate([begins[1:], [True]])
    starts, stops = np.sort(first[begins]), np.sort(reach[ends])
    return np.asarray(np.searchsorted(starts, as_of, "right") - np.searchsorted(stops, as_of, "left"))


def select_in_windows(
    events: EventDays, as_of: date | str, window_days: int, baseline_days: int
) -> tuple[Bools, Bools]:
    """Which events (in the order given) lie in the recent and in the baseline window of one day: the evidence."""
    day = as_day_number(as_of)
    is_known = events.known <= day
    age = day - events.occurred
    is_recent = is_known & (age >= 0) & (age < window_days)
    is_baseline = is_known & (age >= window_days) & (age < window_days + baseline_days)
    return np.asarray(is_recent), np.asarray(is_baseline)


def find_last_known(events: EventDays, as_of: Ints) -> Ints:
    """The latest day on which an event occurred that was known by each as-of day; a day far in the past if none."""
    if not len(events):
        return np.full(len(as_of), -_NEVER, dtype=np.int64)
    order = np.argsort(events.known, kind="stable")
    latest = np.concatenate([[-_NEVER], np.maximum.accumulate(events.occurred[order])])
    return np.asarray(latest[np.searchsorted(events.known[order], as_of, "right")])


def is_day(found: Ints) -> Bools:
    """Where `find_last_known` found a day at all."""
    return np.asarray(found > -_NEVER)
