"""Indicators built by an analyst: events that a filter would show, or a count that is declared; and what they can see.

Declared as in data/assessments.yaml, so that the same kinds read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pandas as pd

from tension.articles.drafting import make_id
from tension.assessments.assessor import Assessor
from tension.assessments.backtest import ClaimResult, read_backtest
from tension.assessments.bands import build_band
from tension.assessments.counts import EVENT_RULE
from tension.assessments.headlines import describe_visible
from tension.assessments.kinds import find_indicator_faults, find_kind
from tension.assessments.observations import CountRows, Observations
from tension.assessments.reading import IndicatorReading
from tension.errors import BadInput
from tension.records.claims import ClaimRule, CountChoice, EventSelector, Indicator, Part
from tension.records.escalations import ClaimEscalations
from tension.records.filters import EventFilter
from tension.records.series import Measure, ReadCadence, SeriesCard
from tension.words import format_number

# The kind of indicator by which a declared count of a cadence is read.
_KIND_OF = {"day": "daily", "event": "dated", **dict.fromkeys(("week", "month", "quarter", "year"), "period")}
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


def build_count(title: str, card: SeriesCard, measure: str, place: str = "") -> Indicator:
    """A declared count, of one place where a place is named; BadInput where it lacks the measure or has no rate.

    By day: 30 days against the 365 before. A list in which a day without a row is zero: 180 days against the 730
    before. By week, month, quarter or year: the last ones against the same of up to three years before.
    """
    found = card.find_measure(measure)
    if not can_read(card):
        allowed = "one by day, week, month, quarter or year, or a list in which a day without a row is zero"
        raise BadInput("series", card.series, allowed)
    if found is None:
        raise BadInput("measure", measure, [one.measure for one in card.measures])
    is_list = card.cadence == "event"
    return Indicator(
        indicator_id=_name(title),
        title=title.strip(),
        kind=_KIND_OF[card.cadence],
        count=CountChoice(
            series=card.series,
            measure=measure,
            cadence=cast("ReadCadence", card.cadence),
            places=(place,) if place else (),
        ),
        unit=_name_unit(card, found),
        window_days=EVENT_RULE.window_days if is_list else None,
        baseline_days=EVENT_RULE.baseline_days if is_list else None,
        sentence=f"{card.title}, {found.title}{f', {place}' if place else ''}: {_describe_windows(card)}.",
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
    least = find_kind(indicator).find_least_rise(observed, reading)
    return Preview(reading, build_band(history, indicator), describe_power(reading, least), result, rule)


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


def describe_power(reading: IndicatorReading, least: float | None) -> str:
    """'It could see 2.1 times the usual or more: ...'; why not, where nothing can be told."""
    if least is None:
        return f"What it could see can't be told: {reading.reason}"
    counts = describe_visible(reading)
    # A bound that is met by a hair's breadth more, such as 1.2, is said as it is.
    times = format_number(round(least, 1))
    return f"It could see {times} times the usual or more{f': {counts}' if counts else ''}"


def can_read(card: SeriesCard) -> bool:
    """Whether an indicator can be built from a declared series."""
    return card.cadence in _KIND_OF and (card.cadence != "event" or card.absent_means == "zero")


def list_readable_cards(cards: Sequence[SeriesCard]) -> list[SeriesCard]:
    """The declared series that an indicator can be built from."""
    return [card for card in cards if can_read(card)]


def list_places(rows: pd.DataFrame, measure: str) -> list[str]:
    """The places of which a series counts a measure, the largest count first: a whole and its parts don't add up."""
    highest = rows[rows.measure == measure].groupby("place").value.max()
    return [str(place) for place in highest.sort_values(ascending=False, kind="stable").index]


def _name_unit(card: SeriesCard, measure: Measure) -> str:
    if card.cadence == "event":
        return measure.unit
    return f"{measure.unit} a {card.cadence}" if measure.is_count else "on average"


def _describe_windows(card: SeriesCard) -> str:
    if card.cadence == "day":
        return "the mean of 30 days against that of the 365 before"
    if card.cadence == "event":
        return f"{EVENT_RULE.window_days} days against their rate in the {EVENT_RULE.baseline_days} before"
    return f"the last {card.cadence}s against the same of up to three years before"


def _name(title: str) -> str:
    if not title.strip():
        raise BadInput("title", "nothing", "the name of the indicator")
    return f"own-{make_id(title, 'indicator')}"
