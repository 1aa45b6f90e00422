"""What a chart found, as the sentence over it, each by one stated rule; '' where the rule doesn't hold. Words only.

docs/method.md tells the rules. A finding says what is counted in view and never why, nor what will be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from tension.readings import ClaimState, SeriesRule
from tension.records.vocab import SEVERITY_LABELS
from tension.relations.channels import LevelSummary
from tension.relations.ladder import LadderSide
from tension.words import (
    count,
    format_day,
    format_month,
    format_number,
    join_words,
    lower_first,
    name_state,
    spell_number,
    spell_times,
)

_RULE = SeriesRule()
_GPR_MONTHS = 60
# A finding about an older day than this would be taken for today's.
_STALE_DAYS = 92
_LEAST_MONTHS = 12
_LEAST_JUDGED = 10
_GRAVEST, _GRAVE = 5, 4


def tell_mean(subject: str, days: pd.DataFrame) -> str:
    """The last 30-day mean that has a baseline, against it; '' where none of the last 92 days in view has both.

    `days` is what build_day_frame gives. Between the ratios that a reading needs to move, it is 'near'.
    """
    known = days.iloc[-_STALE_DAYS:].dropna(subset=["mean_30d", "baseline_365d"])
    known = known[known.baseline_365d > 0]
    if known.empty:
        return ""
    mean, baseline = float(known.mean_30d.iloc[-1]), float(known.baseline_365d.iloc[-1])
    span, past = f"in the 30 days to {format_day(known.index[-1])}", format_number(round(baseline, 1))
    name = subject.replace(": ", ", ")
    if not mean:
        return f"{name}: none {span}, {past} a day in the year before"
    said = (
        f"near the year before ({past})"
        if _is_near(mean / baseline)
        else f"{spell_times(mean / baseline)} the year before"
    )
    return f"{name}: {format_number(round(mean, 1))} a day {span}, {said}"


def _is_near(ratio: float) -> bool:
    return _RULE.ratio_down < ratio < _RULE.ratio_up


def tell_index(subject: str, months: pd.Series[float], digits: int) -> str:
    """The last month against the mean of the 60 months before it, all of which must be there. Indexed by month."""
    known = months.dropna()
    before = known.iloc[-1 - _GPR_MONTHS : -1]
    if len(before) < _GPR_MONTHS or before.mean() <= 0:
        return ""
    ratio = float(known.iloc[-1] / before.mean())
    past = "the mean of its five years before"
    said = f"near {past}" if _is_near(ratio) else f"{spell_times(ratio)} {past}"
    return f"{subject}: {known.iloc[-1]:.{digits}f} in {format_month(known.index[-1])}, {said}"


def tell_calibration(true_count: int, total: int, expected: float) -> str:
    """How many judgements came true beside how many should have by what was said; '' for fewer than ten."""
    if total < _LEAST_JUDGED:
        return ""
    said = format_number(round(expected, 1))
    return f"{format_number(true_count)} of {count(total, 'judgement')} came true; what was said comes to {said}"


def tell_peak(subject: str, months: pd.DataFrame, changed: Sequence[date]) -> str:
    """The whole month with the highest mean under the definition with most whole months, the later of two alike.

    `months` is what build_month_frame gives, `changed` the days on which the definition changes; '' for fewer than
    twelve months, for a year has its seasons.
    """
    whole = months[months.is_whole]
    definitions = whole.month.map(lambda month: sum(pd.Timestamp(day) <= month for day in changed))
    sizes = definitions.value_counts()
    if sizes.empty or sizes.max() < _LEAST_MONTHS:
        return ""
    own = whole[definitions == sizes[sizes == sizes.max()].index.max()]
    top = own.loc[own.mean_count.idxmax()]
    span = f"{format_month(own.month.iloc[0])} to {format_month(own.month.iloc[-1])}"
    return (
        f"{subject}: most in {format_month(top.month)}, {format_number(round(float(top.mean_count), 1))} a day ({span})"
    )


def tell_grave(events: pd.DataFrame) -> str:
    """Events of severity 5 in view and the last of them; without any, those of severity 4; '' without both."""
    for level in (_GRAVEST, _GRAVE):
        found = events[events.severity == level]
        if len(found):
            last = format_day(found.occurred_date.max())
            when = f"on {last}" if len(found) == 1 else f"the last on {last}"
            what = lower_first(SEVERITY_LABELS[level])
            joint = " " if len(found) == 1 else ", "
            return f"{count(len(found), 'event')} of severity {level} ({what}){joint}{when}"
    return ""


def tell_grave_share(counts: pd.DataFrame) -> str:
    """How many of the events with a severity are of 4 or 5. Columns: severity, event_count."""
    stated = counts.dropna(subset=["severity"])
    total, grave = int(stated.event_count.sum()), int(stated[stated.severity >= _GRAVE].event_count.sum())
    return f"{grave:,} of {count(total, 'event')} are of severity 4 or 5" if total else ""


def tell_most(totals: pd.Series[int], noun: str) -> str:
    """Who has most, and how many of all; '' where two share the first place. Indexed by name."""
    ranked = totals.sort_values(ascending=False)
    if len(ranked) < 2 or ranked.iloc[0] == ranked.iloc[1]:
        return ""
    return f"{ranked.index[0]} has most: {int(ranked.iloc[0]):,} of {count(int(ranked.sum()), noun)}"


def tell_pair(frame: pd.DataFrame) -> str:
    """The pair with most acts; '' where two share the first place. Columns: initiator, target, event_count."""
    ranked = frame.sort_values("event_count", ascending=False)
    if len(ranked) < 2 or ranked.event_count.iloc[0] == ranked.event_count.iloc[1]:
        return ""
    first = ranked.iloc[0]
    pair = f"{name_state(first.initiator)} on {name_state(first.target)}"
    return f"{pair}, most of all: {int(first.event_count):,} of {int(ranked.event_count.sum()):,} acts"


def tell_sides(name: str, conflict: int, total: int) -> str:
    """How many of a state's acts, done and borne, are conflict."""
    return f"{name}: {conflict:,} of {total:,} acts, done or borne, are conflict" if total else ""


def tell_ladder(sides: Sequence[LadderSide], window_days: int, last: date) -> str:
    """The highest severity of each side in the last window."""
    said = []
    for side in sides:
        peak = "no act" if side.latest_peak is None else f"severity {side.latest_peak} at most"
        said.append(f"{name_state(side.initiator)} on {name_state(side.target)} {peak}")
    return f"{window_days} days to {format_day(last)}: {'; '.join(said)}"


def tell_contact(together: LevelSummary, as_of: date) -> str:
    """Days since the last contact of any level, beside the usual gap; '' before the first contact."""
    if together.days_since is None:
        return ""
    gap = together.typical_gap_days
    usual = "" if gap is None else f"; the usual gap is {format_number(gap)}"
    return f"{count(together.days_since, 'day')} without a military contact at {format_day(as_of)}{usual}"


def tell_states(states: Sequence[str]) -> str:
    """How many claims have which word on the last day, those that moved first."""
    said = [f"{spell_number(states.count(word))} {word}" for word in ClaimState if word in states]
    return f"Of {spell_number(len(states))} claims, {join_words(said)}" if len(states) > 1 else ""


def tell_changes(name: str, days: Sequence[date]) -> str:
    """How many dated changes of posture, and the last."""
    if not days:
        return ""
    when = f"on {format_day(max(days))}" if len(days) == 1 else f"the last on {format_day(max(days))}"
    many = f"{spell_number(len(days))} change{'' if len(days) == 1 else 's'}"
    return f"{name}: {many} of posture in view, {when}"
