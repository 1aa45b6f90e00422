"""The kinds of indicators, one file per kind. Each is declared here once; loading, reading and wording ask this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tension.assessments.kinds.base import Kind
from tension.assessments.kinds.cannot_see import CannotSeeKind
from tension.assessments.kinds.daily import DailyKind
from tension.assessments.kinds.dated import DatedKind
from tension.assessments.kinds.distinct import DistinctKind
from tension.assessments.kinds.in_force import InForceKind
from tension.assessments.kinds.listed import ListedKind
from tension.assessments.kinds.occurrence import OccurrenceKind
from tension.assessments.kinds.period import PeriodKind
from tension.assessments.kinds.positions import PositionsKind
from tension.assessments.kinds.rate import RateKind
from tension.assessments.kinds.recency import RecencyKind
from tension.assessments.kinds.series import SeriesKind
from tension.assessments.kinds.share import ShareKind
from tension.errors import BadInput, CuratedDataError
from tension.readings import DEFAULT_MARKS, Mark, State
from tension.records.claims import ClaimRule, Indicator
from tension.records.series import SeriesCard, find_card

# By the word that data/assessments.yaml uses.
KINDS: dict[str, Kind] = {
    "series": SeriesKind(),
    "period": PeriodKind(),
    "rate": RateKind(),
    "daily": DailyKind(),
    "dated": DatedKind(),
    "share": ShareKind(),
    "distinct": DistinctKind(),
    "occurrence": OccurrenceKind(),
    "in_force": InForceKind(),
    "recency": RecencyKind(),
    "listed": ListedKind(),
    "positions": PositionsKind(),
    "cannot_see": CannotSeeKind(),
}


def find_kind(indicator: Indicator) -> Kind:
    """The kind of an indicator; raises BadInput that lists the kinds."""
    if indicator.kind not in KINDS:
        raise BadInput("kind", indicator.kind, KINDS)
    return KINDS[indicator.kind]


def find_marks(indicator: Indicator) -> dict[str, Mark]:
    """The mark of each state that can be read; empty where the indicator is for reading only."""
    if not find_kind(indicator).has_mark:
        return {}
    return {**DEFAULT_MARKS, **{state: Mark(way) for state, way in indicator.marks.items()}}


def find_mark(indicator: Indicator, state: State) -> Mark | None:
    """What a state comes to beside other indicators; None where the indicator is for reading only."""
    return find_marks(indicator).get(state, Mark.UNREAD) if find_kind(indicator).has_mark else None


def check_rules(rules: Iterable[ClaimRule], cards: Sequence[SeriesCard]) -> None:
    """Raises CuratedDataError with every declaration that its kind, or the declared series, can't answer."""
    faults = [
        f"data/assessments.yaml {fault}"
        for rule in rules
        for indicator in rule.indicators
        for fault in find_indicator_faults(indicator, cards)
    ]
    if faults:
        raise CuratedDataError(faults)


def find_indicator_faults(indicator: Indicator, cards: Sequence[SeriesCard]) -> list[str]:
    """What the kind of an indicator, or the declared series, can't answer of it, each with its name."""
    faults = (*_find_faults(indicator), *_find_count_faults(indicator, cards))
    return [f"{indicator.indicator_id}: {fault}" for fault in faults]


def _find_faults(indicator: Indicator) -> list[str]:
    if indicator.kind not in KINDS:
        return [f"kind: {indicator.kind!r}; allowed: {', '.join(KINDS)}"]
    kind = KINDS[indicator.kind]
    missing = [name for name in kind.needs if not getattr(indicator, name)]
    faults = [f"{name} is missing; a {indicator.kind} indicator needs it" for name in missing]
    for name, given in (("marks", indicator.marks), ("words", indicator.words)):
        faults += [f"{name}: {state!r}; allowed: {', '.join(State)}" for state in given if state not in set(State)]
    return [*faults, *filter(None, [kind.check(indicator)])]


def _find_count_faults(indicator: Indicator, cards: Sequence[SeriesCard]) -> Iterator[str]:
    choice = indicator.count
    if choice is None:
        return
    card = find_card(cards, choice.series)
    if card is None:
        yield f"count: series {choice.series!r}; allowed: {', '.join(card.series for card in cards)}"
        return
    if card.find_measure(choice.measure) is None:
        yield f"count: measure {choice.measure!r}; allowed: {', '.join(m.measure for m in card.measures)}"
    if choice.cadence != card.cadence:
        yield f"count: cadence {choice.cadence!r}; {choice.series} is by {card.cadence}"
    if choice.cadence == "event" and card.absent_means != "zero":
        yield f"count: series {choice.series!r}; allowed: one in which a day without a row is zero"
