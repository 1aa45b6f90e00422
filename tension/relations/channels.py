"""US-China military contacts: by level, how long since, typical gaps, and the spans in which channels stood suspended.

Pure: knows the frames of tension/store/queries.py and the declared rule, no store. Cancelled contacts are no contacts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tension.assessments.observations import Observations
from tension.records.claims import Indicator
from tension.records.vocab import CONTACT_LEVELS

CANCELLED = "cancelled"
LEVELS = tuple(level for level in CONTACT_LEVELS if level != CANCELLED)


@dataclass(frozen=True)
class LevelSummary:
    """Contacts of one level ('' for all levels together) up to a day; gaps are days between consecutive contact days.

    `typical_gap_days` is the median; None with fewer than two days of contact.
    """

    level: str
    contact_count: int
    last_date: date | None
    days_since: int | None
    typical_gap_days: float | None
    longest_gap_days: int | None
    last_event_id: str = ""


@dataclass(frozen=True)
class Suspension:
    """A span in which channels stood suspended, both ends by the day of the act; open while `last_date` is None."""

    first_date: date
    last_date: date | None


def summarise_levels(contacts: pd.DataFrame, as_of: date) -> tuple[LevelSummary, ...]:
    """One summary for all levels together, then one a level, most senior first, of the contacts that took place.

    `contacts` as `Queries.load_contacts` gives them for the as-of day.
    """
    held = contacts[contacts.us_china_military_contact != CANCELLED]
    summaries = [_summarise("", held, as_of)]
    summaries += [_summarise(level, held[held.us_china_military_contact == level], as_of) for level in LEVELS]
    return tuple(summaries)


def find_suspensions(observed: Observations, indicator: Indicator, as_of: date) -> tuple[Suspension, ...]:
    """The spans of an 'in_force' indicator by what was known on a day: begun by its `events`, ended by its `ends`.

    As in `read_in_force_history`, it stands while the last beginning is later than the last end; a further beginning
    within a span doesn't start another.
    """
    known = observed.find_known(as_of)
    begins = observed.events[observed.match(indicator.events) & known][["occurred_date"]].assign(is_end=False)
    ends = observed.events[observed.match(indicator.ends) & known][["occurred_date"]].assign(is_end=True)
    marks = pd.concat([begins, ends]).sort_values(["occurred_date", "is_end"], kind="stable")
    spans: list[Suspension] = []
    begun: date | None = None
    for day, is_end in marks.itertuples(index=False, name=None):
        if is_end and begun:
            spans.append(Suspension(begun, day.date()))
            begun = None
        elif not is_end and begun is None:
            begun = day.date()
    return (*spans, *([Suspension(begun, None)] if begun else []))


def _summarise(level: str, held: pd.DataFrame, as_of: date) -> LevelSummary:
    if held.empty:
        return LevelSummary(level, 0, None, None, None, None)
    days = np.unique(held.occurred_date.to_numpy().astype("datetime64[D]").astype(np.int64))
    gaps = np.diff(days)
    last = held.iloc[-1]
    return LevelSummary(
        level=level,
        contact_count=len(held),
        last_date=last.occurred_date.date(),
        days_since=(as_of - last.occurred_date.date()).days,
        typical_gap_days=float(np.median(gaps)) if len(gaps) else None,
        longest_gap_days=int(gaps.max()) if len(gaps) else None,
        last_event_id=str(last.event_id),
    )
