"""What moved a claim from one state to another, and what differs between two days: readings, events in and out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tension.assessments.assessor import Assessor
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.readings import ClaimState, read_state_runs


@dataclass(frozen=True)
class IndicatorChange:
    """One indicator on two days. `entered` and `left`: events in the recent window on one of the days only."""

    before: IndicatorReading
    after: IndicatorReading
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """The state differs."""
        return self.before.state != self.after.state

    @property
    def is_different(self) -> bool:
        """The state, a number or an event behind it differs."""
        numbers = [(r.recent, r.baseline, r.ratio, r.days_since) for r in (self.before, self.after)]
        return self.is_changed or numbers[0] != numbers[1] or bool(self.entered or self.left)


@dataclass(frozen=True)
class StateChange:
    """A day on which a claim's state changed, and the indicators whose mark changed on it."""

    claim_id: str
    day: date
    from_state: ClaimState
    to_state: ClaimState
    changes: tuple[IndicatorChange, ...]


@dataclass(frozen=True)
class ClaimComparison:
    """A claim on two days, with every indicator on both."""

    before: ClaimReading
    after: ClaimReading
    changes: tuple[IndicatorChange, ...]

    @property
    def is_changed(self) -> bool:
        return self.before.state != self.after.state

    @property
    def changed(self) -> tuple[IndicatorChange, ...]:
        """The indicators whose state differs."""
        return tuple(change for change in self.changes if change.is_changed)


def find_state_changes(assessor: Assessor, claim_id: str, until: date | None = None) -> tuple[StateChange, ...]:
    """Every change of a claim's state up to a day, oldest first.

    An indicator moved the claim when its mark on that day differs from the day before's; a claim changes only where one
    does. For an indicator of a series no event stands behind it: its numbers on both days do.
    """
    changes = assessor.keep(("state changes", claim_id), lambda: _find_state_changes(assessor, claim_id))
    return tuple(change for change in changes if until is None or change.day <= until)


def _find_state_changes(assessor: Assessor, claim_id: str) -> tuple[StateChange, ...]:
    runs = read_state_runs(assessor.read_claim_history(claim_id)["state"])
    turns = []
    for (_, earlier), (_, later) in zip(runs.iloc[:-1].iterrows(), runs.iloc[1:].iterrows(), strict=True):
        day = later["first_date"].date()
        changes = tuple(_find_changes(assessor, claim_id, day))
        turns.append(StateChange(claim_id, day, ClaimState(earlier["state"]), ClaimState(later["state"]), changes))
    return tuple(turns)


def compare_days(assessor: Assessor, claim_id: str, before: date, after: date) -> ClaimComparison:
    """A claim on two days, in the order given; readings are brief, events in and out are named."""
    first, second = (assessor.read_claim(claim_id, day, is_brief=True) for day in (before, after))
    changes = tuple(
        IndicatorChange(
            was, now, *_compare_ids(*(assessor.find_event_ids(now.indicator, d)[0] for d in (before, after)))
        )
        for was, now in zip(first.indicators, second.indicators, strict=True)
    )
    return ClaimComparison(first, second, changes)


def _find_changes(assessor: Assessor, claim_id: str, day: date) -> Iterator[IndicatorChange]:
    eve = day - timedelta(days=1)
    was_marked, is_marked = (assessor.read_marks(claim_id).loc[str(d)].to_dict() for d in (eve, day))
    for part in assessor.find_rule(claim_id).parts:
        for indicator in part.indicators:
            if was_marked.get(indicator.indicator_id) != is_marked.get(indicator.indicator_id):
                before, after = (
                    assessor.read_indicator(claim_id, part.part_id, indicator, d, is_brief=True) for d in (eve, day)
                )
                was, now = (assessor.find_event_ids(indicator, d)[0] for d in (eve, day))
                yield IndicatorChange(before, after, *_compare_ids(was, now))


def _compare_ids(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(i for i in after if i not in before), tuple(i for i in before if i not in after)
