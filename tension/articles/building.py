"""Indicators built by an analyst: events that a filter would show, or a count that is declared; and what they can see.

Declared as in data/assessments.yaml, so that the same kinds read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from tension.articles.drafting import make_id
from tension.assessments.assessor import Assessor
from tension.assessments.backtest import ClaimResult, read_backtest
from tension.assessments.bands import build_band
from tension.assessments.headlines import describe_visible
from tension.assessments.kinds import find_indicator_faults
from tension.assessments.observations import CountRows, Observations
from tension.assessments.reading import IndicatorReading
from tension.errors import BadInput
from tension.records.claims import ClaimRule, CountChoice, EventSelector, Indicator, Part
from tension.records.escalations import ClaimEscalations
from tension.records.filters import EventFilter
from tension.records.series import SeriesCard
from tension.words import format_number

SLOW = ("week", "month", "quarter", "year")
_CLAIM = "built"


@dataclass(frozen=True)
class Preview:
    """A built indicator on a day: its reading, its curve (BAND_COLUMNS), what it could see, and its back-test."""

    reading: IndicatorReading
    track: pd.DataFrame
    power: str
    result: ClaimResult
    rule: ClaimRule


def build_rate(title: str, wanted: EventFilter, window_days: int, baseline_days: int) -> Indicator:
    """The rate of curated events of a filter: regions, actors, categories, classes, severity and text count.

    BadInput where nothing limits it, or the title says nothing. A text is looked for as it is, in title and summary.
    """
    selector = EventSelector(
        regions=wanted.regions,
        actors=wanted.actors,
        categories=wanted.categories,
        quad_classes=wanted.quad_classes,
        min_severity=wanted.min_severity,
        words=(wanted.text,) if wanted.text else (),
    )
    if selector == EventSelector():
        raise BadInput(
            "filter", wanted.describe(), "at least a region, an actor, a category, a class, a severity or words"
        )
    told = EventFilter(
        regions=wanted.regions,
        actors=wanted.actors,
        categories=wanted.categories,
        quad_classes=wanted.quad_classes,
        min_severity=wanted.min_severity,
        text=wanted.text,
    ).describe()
    return Indicator(
        indicator_id=_name(title),
        title=title.strip(),
        kind="rate",
        window_days=window_days,
        baseline_days=baseline_days,
        events=(selector,),
        sentence=f"Curated events ({told}) in {window_days} days against their rate in the {baseline_days} before.",
        blind_spot="What nobody reported; the record is a lower bound.",
    )


def build_count(title: str, card: SeriesCard, measure: str) -> Indicator:
    """A declared count by week, month, quarter or year; BadInput where the series is of another cadence or lacks it."""
    found = card.find_measure(measure)
    if card.cadence not in SLOW:
        raise BadInput("series", card.series, f"a series by {', '.join(SLOW)}; this one is by {card.cadence}")
    if found is None:
        raise BadInput("measure", measure, [one.measure for one in card.measures])
    return Indicator(
        indicator_id=_name(title),
        title=title.strip(),
        kind="period",
        count=CountChoice(series=card.series, measure=measure, cadence=card.cadence),
        unit=f"{found.unit} a {card.cadence}",
        sentence=f"{card.title}, {measure}: the last {card.cadence}s against the same of up to three years before.",
        blind_spot=f"Only what {card.publisher} counts and publishes.",
    )


def preview(
    indicator: Indicator, observed: Observations, counts: Mapping[str, CountRows], listed: ClaimEscalations, as_of: date
) -> Preview:
    """What a built indicator would read, could see and would have noticed; raises BadInput for one that can't be read.

    `counts`: the declared series that it names, where the record's own indicators name it not.
    """
    if faults := find_indicator_faults(indicator, [found.card for found in counts.values()]):
        raise BadInput("indicator", indicator.title, faults[0])
    observed = add_counts(observed, counts)
    part = Part(part_id=_CLAIM, title=indicator.title, indicators=(indicator,))
    rule = ClaimRule(claim_id=_CLAIM, state_means="more or less of it", parts=(part,))
    assessor = Assessor((rule,), observed)
    reading = assessor.read_indicator(_CLAIM, _CLAIM, indicator, as_of, is_brief=True)
    history = assessor.read_history(indicator.indicator_id)[: str(as_of)]
    result = read_backtest(assessor, listed.model_copy(update={"claim_id": _CLAIM}), as_of)
    return Preview(reading, build_band(history, indicator), describe_power(reading), result, rule)


def load_counts(
    indicators: Iterable[Indicator], cards: Sequence[SeriesCard], load: Callable[[str], pd.DataFrame]
) -> dict[str, CountRows]:
    """The declared series that indicators name, with their rows; `load` gives those of a series."""
    named = {indicator.count.series for indicator in indicators if indicator.count}
    return {card.series: CountRows(card, load(card.series)) for card in cards if card.series in named}


def add_counts(observed: Observations, counts: Mapping[str, CountRows]) -> Observations:
    """What is observed with the counts that it lacks; itself where it lacks none."""
    if counts.keys() <= observed.frames.counts.keys():
        return observed
    return Observations(replace(observed.frames, counts={**counts, **observed.frames.counts}))


def describe_power(reading: IndicatorReading) -> str:
    """'It could see 2.1 times the usual or more: ...'; why not, where nothing can be told."""
    visible = reading.visible
    if visible is None:
        return f"What it could see can't be told{f': {reading.reason}' if reading.reason else ' of such a count'}"
    return f"It could see {format_number(round(visible.times, 1))} times the usual or more: {describe_visible(reading)}"


def list_slow_cards(cards: Sequence[SeriesCard]) -> list[SeriesCard]:
    """The declared series that an indicator can be built from."""
    return [card for card in cards if card.cadence in SLOW]


def _name(title: str) -> str:
    if not title.strip():
        raise BadInput("title", "nothing", "the name of the indicator")
    return f"own-{make_id(title, 'indicator')}"
