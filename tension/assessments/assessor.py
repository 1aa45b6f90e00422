"""What each indicator and claim says on any day, from what was reported by then. Nothing here predicts.

The numbers come from tension/assessments/kinds; this joins them to claims, adds what stands behind them, and keeps
them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

import pandas as pd

from tension.assessments.kinds import find_kind, find_mark, find_marks
from tension.assessments.observations import Observations, RecordFrames
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.errors import BadInput
from tension.readings import DIRECTIONS, ClaimState, Cover, State, read_claim_states, read_marks
from tension.records.claims import ClaimRule, Indicator

Made = TypeVar("Made")

# Readings that are kept: the article's day is asked for with every other.
_MOST_READINGS = 240


class Assessor:
    """Readings of all claims over one state of the record. Histories are computed once and kept.

    What is observed may be shared by the assessors of several articles.
    """

    def __init__(self, rules: Sequence[ClaimRule], frames: RecordFrames | Observations) -> None:
        self.rules = tuple(rules)
        self.observed = frames if isinstance(frames, Observations) else Observations(frames)
        self._kept: dict[str, pd.DataFrame] = {}
        self._marks: dict[str, pd.DataFrame] = {}
        self._readings: dict[tuple[str, date, bool], ClaimReading] = {}
        self._made: dict[tuple[Hashable, ...], Any] = {}

    @property
    def event_cover(self) -> Cover:
        """The days that the curated events cover."""
        return self.observed.event_cover

    @property
    def days(self) -> pd.DatetimeIndex:
        """Every day from the start of the record to the end of the source that reaches furthest."""
        return self.observed.days

    def find_rule(self, claim_id: str) -> ClaimRule:
        """How a claim is looked at; BadInput lists the claims."""
        for rule in self.rules:
            if rule.claim_id == claim_id:
                return rule
        raise BadInput("claim", claim_id, (rule.claim_id for rule in self.rules))

    def find_indicator(self, indicator_id: str) -> tuple[ClaimRule, str, Indicator]:
        """An indicator with its claim and part_id; BadInput lists the indicators."""
        for rule, part_id, indicator in self._all():
            if indicator.indicator_id == indicator_id:
                return rule, part_id, indicator
        raise BadInput("indicator", indicator_id, (indicator.indicator_id for _, _, indicator in self._all()))

    def read_history(self, indicator_id: str) -> pd.DataFrame:
        """An indicator on every day: state, reason, and the numbers of its kind, indexed by as-of day."""
        if indicator_id not in self._kept:
            self._kept[indicator_id] = self._compute(self.find_indicator(indicator_id)[2], self.days)
        return self._kept[indicator_id]

    def read_marks(self, claim_id: str) -> pd.DataFrame:
        """The mark of every indicator of a claim that has one, on every day, one column each."""
        if claim_id not in self._marks:
            marked = [i for i in self.find_rule(claim_id).indicators if find_kind(i).has_mark]
            states = {i.indicator_id: self.read_history(i.indicator_id)["state"] for i in marked}
            marks = {i.indicator_id: read_marks(states[i.indicator_id], find_marks(i)) for i in marked}
            self._marks[claim_id] = pd.DataFrame(marks, index=self.days)
        return self._marks[claim_id]

    def read_claim_history(self, claim_id: str) -> pd.DataFrame:
        """A claim on every day: state and the counts of each mark, as `read_claim_states` gives them."""
        return read_claim_states(self.read_marks(claim_id))

    def read(self, as_of: date) -> tuple[ClaimReading, ...]:
        """All claims on one day, with the evidence behind each indicator."""
        return tuple(self.read_claim(rule.claim_id, as_of) for rule in self.rules)

    def read_claim(self, claim_id: str, as_of: date, *, is_brief: bool = False) -> ClaimReading:
        """One claim on one day; a brief reading leaves out intervals of series, robustness and evidence."""
        wanted = (claim_id, as_of, is_brief)
        if wanted not in self._readings:
            if len(self._readings) >= _MOST_READINGS:
                self._readings.clear()
            self._readings[wanted] = self._read_claim(self.find_rule(claim_id), as_of, is_brief)
        return self._readings[wanted]

    def keep(self, name: tuple[Hashable, ...], make: Callable[[], Made]) -> Made:
        """What `make` gives, made when it is first asked for under this name: a page asks for one notice many times."""
        if name not in self._made:
            if len(self._made) >= _MOST_READINGS:
                self._made.clear()
            self._made[name] = make()
        return cast("Made", self._made[name])

    def _read_claim(self, rule: ClaimRule, as_of: date, is_brief: bool) -> ClaimReading:
        readings = tuple(
            self.read_indicator(rule.claim_id, part.part_id, indicator, as_of, is_brief=is_brief)
            for part in rule.parts
            for indicator in part.indicators
        )
        marks = {r.indicator.indicator_id: str(r.mark) for r in readings if r.mark is not None}
        state = ClaimState(read_claim_states(pd.DataFrame([marks]))["state"].iloc[0])
        return ClaimReading(rule=rule, as_of=as_of, state=state, indicators=readings)

    def read_indicator(
        self, claim_id: str, part_id: str, indicator: Indicator, as_of: date, *, is_brief: bool = False
    ) -> IndicatorReading:
        """One indicator on one day; a brief reading leaves out interval of series, robustness and evidence."""
        row, kind = self._read_row(indicator, as_of), find_kind(indicator)
        state = State(row["state"])
        is_looked = state not in (State.NOT_LOOKED, State.CANNOT_SEE)
        reading = IndicatorReading(
            claim_id=claim_id,
            part_id=part_id,
            indicator=indicator,
            as_of=as_of,
            state=state,
            mark=find_mark(indicator, state),
            reason=str(row["reason"]),
            source_end_date=kind.find_source_end(self.observed, indicator),
            visible=kind.find_visible(row, indicator),
            **kind.numbers(row),
        )
        if is_brief or not is_looked:
            return reading
        variations = kind.vary(self.observed, indicator, as_of) if state in DIRECTIONS else ()
        return replace(
            reading,
            robustness=describe_robustness(state, variations),
            **kind.evidence(self.observed, indicator, as_of, state),
        )

    def find_fed(self, event_id: str) -> list[tuple[ClaimRule, str, Indicator]]:
        """Every (claim, part, indicator) that counts this event on some day."""
        observed = self.observed
        is_event = (observed.events.event_id == event_id).to_numpy()
        return [
            (rule, part_id, indicator)
            for rule, part_id, indicator in self._all()
            if (observed.match(indicator.events + indicator.among + indicator.ends) & is_event).any()
        ]

    def find_event_ids(self, indicator: Indicator, as_of: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The events behind the recent and the baseline window of an indicator on a day, by what was known then."""
        return self.observed.find_ids(find_kind(indicator).match(self.observed, indicator), indicator, as_of)

    def find_role(self, indicator: Indicator, event_id: str, as_of: date) -> str:
        """The part an event has in an indicator on a day: which window it is in, or why it isn't in one.

        'in the total only' is an event that a share is a share of, and not part of what is counted.
        """
        observed = self.observed
        is_event = (observed.events.event_id == event_id).to_numpy()
        if not (observed.find_known(as_of) & is_event).any():
            return "reported later"
        windows = observed.find_windows(indicator, as_of)
        is_counted = (find_kind(indicator).match(observed, indicator) & is_event).any()
        for name, span in (("recent", windows.recent), ("baseline", windows.baseline)):
            if (observed.find_inside(span) & is_event).any():
                return name if is_counted else f"{name}, in the total only"
        return "outside the windows"

    def _all(self) -> list[tuple[ClaimRule, str, Indicator]]:
        return [
            (rule, part.part_id, indicator)
            for rule in self.rules
            for part in rule.parts
            for indicator in part.indicators
        ]

    def _read_row(self, indicator: Indicator, as_of: date) -> pd.Series:
        day = pd.Timestamp(as_of)
        if len(self.days) and self.days[0] <= day <= self.days[-1]:
            return self.read_history(indicator.indicator_id).iloc[int((day - self.days[0]).days)]
        return self._compute(indicator, pd.DatetimeIndex([day])).iloc[0]

    def _compute(self, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        return find_kind(indicator).read_history(self.observed, indicator, days)


def describe_robustness(state: State, variations: Iterable[str]) -> str:
    """'22 of 27': in how many of the settings that can be read the state is the same; '' without a direction."""
    if state not in DIRECTIONS:
        return ""
    measurable = [found for found in variations if found in DIRECTIONS]
    return f"{measurable.count(str(state))} of {len(measurable)}" if measurable else ""
