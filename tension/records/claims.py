"""How a claim is looked at, as declared in data/assessments.yaml: parts, indicators, and which events each one counts.

Owns the declarations and the matching of events; tension/assessments/assessor.py computes the readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, Field, ValidationError, model_validator

from tension.errors import CuratedDataError, RecordTextError
from tension.records.events import ActivityField, CameoRoot, ContactLevel, Iso3, Record, Tag
from tension.records.series import ReadCadence, Slug
from tension.records.vocab import GPR_SERIES, Category, QuadClass, Region
from tension.records.yaml_text import describe_faults, read_entries

# Which way an indicator went, and which way bears out a part of a claim; tension/readings/claims.py has all marks.
Way = Literal["up", "level", "down"]


def _check_gpr_series(value: str) -> str:
    if value not in GPR_SERIES:
        raise ValueError(f"allowed: {', '.join(GPR_SERIES)}")
    return value


GprSeries = Annotated[str, AfterValidator(_check_gpr_series)]


class EventSelector(Record):
    """Which events: every field that is given must fit; a list fits when one of its values does.

    `parties` fit as initiator or target, `actors` wherever an event names them; `figures` fit when one is above zero.
    """

    regions: tuple[Region, ...] = ()
    initiators: tuple[Iso3, ...] = ()
    not_initiators: tuple[Iso3, ...] = ()
    not_targets: tuple[Iso3, ...] = ()
    parties: tuple[Iso3, ...] = ()
    pair: Annotated[tuple[Iso3, ...], Field(max_length=2)] = ()
    actors: tuple[Iso3, ...] = ()
    categories: tuple[Category, ...] = ()
    tags: tuple[Tag, ...] = ()
    cameo_roots: tuple[CameoRoot, ...] = ()
    quad_classes: tuple[QuadClass, ...] = ()
    min_severity: int = Field(default=1, ge=1, le=5)
    contact_levels: tuple[ContactLevel, ...] = ()
    words: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    def match(self, events: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """One flag per row of a frame of events (columns of EVENT_SCHEMA)."""
        fits = np.array((events.severity >= self.min_severity).to_numpy(dtype=np.bool_, na_value=False))
        for column, allowed in (
            ("region", [r.value for r in self.regions]),
            ("initiator", self.initiators),
            ("category", [c.value for c in self.categories]),
            ("cameo_root", self.cameo_roots),
            ("quad_class", [int(q) for q in self.quad_classes]),
            ("us_china_military_contact", self.contact_levels),
        ):
            if allowed:
                fits &= events[column].isin(allowed).to_numpy(dtype=np.bool_)
        for column, barred in (("initiator", self.not_initiators), ("target", self.not_targets)):
            if barred:
                fits &= ~events[column].isin(barred).to_numpy(dtype=np.bool_)
        if self.parties:
            is_party = events.initiator.isin(self.parties) | events.target.isin(self.parties)
            fits &= is_party.to_numpy(dtype=np.bool_)
        if self.pair:
            # Between the two, either way; an act without addressee that names both is not between them.
            fits &= (events.initiator.isin(self.pair) & events.target.isin(self.pair)).to_numpy(dtype=np.bool_)
        for column, wanted in (("actors", self.actors), ("tags", self.tags)):
            if wanted:
                fits &= np.fromiter((not set(wanted).isdisjoint(row) for row in events[column]), np.bool_, len(events))
        if self.figures:
            fits &= np.fromiter((_has_figure(row, self.figures) for row in events.figures), np.bool_, len(events))
        if self.words:
            text = (events.title + " " + events.summary.fillna("")).str.lower()
            found = [text.str.contains(word.lower(), regex=False).to_numpy(dtype=np.bool_) for word in self.words]
            fits &= np.logical_or.reduce(found)
        return np.asarray(fits, dtype=np.bool_)


def _has_figure(figures: Any, keys: tuple[str, ...]) -> bool:
    """True where one of the named figures of an event is above zero."""
    return any(figure["key"] in keys and figure["value"] > 0 for figure in figures)


def match_any(selectors: tuple[EventSelector, ...], events: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which events fit at least one of the selectors."""
    flags = np.zeros(len(events), dtype=np.bool_)
    for selector in selectors:
        flags |= selector.match(events)
    return flags


class CountChoice(Record):
    """An official count by its declared series: the measure, and the places that stand for the whole of it.

    Where a series counts other places from a break on, both are named; all places where none is.
    """

    series: Slug
    measure: Slug
    cadence: ReadCadence
    places: tuple[str, ...] = ()

    def select(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of the measure at those places, of those of the series."""
        rows = rows[rows.measure == self.measure]
        return rows[rows.place.isin(self.places)] if self.places else rows


class Indicator(Record):
    """A question with its measure, windows, rule in words and blind spot.

    `kind` is a word of KINDS in tension/assessments/kinds, which checks that a declaration has what its kind needs.
    `count` is an official count of the declared series, `series` one of Taiwan's daily counts.
    `subject` is what is counted, as it stands within a sentence (the title where it isn't given); `words` are said of a
    state in place of its own, and `marks` says which way a state points where that isn't as usual.
    """

    indicator_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    kind: str
    sentence: str
    blind_spot: str = ""
    series: ActivityField | None = None
    per: ActivityField | None = None
    count: CountChoice | None = None
    unit: str = "events"
    window_days: int | None = Field(default=None, ge=7)
    baseline_days: int | None = Field(default=None, ge=30)
    window_since: date | None = None
    since: date | None = None
    events: tuple[EventSelector, ...] = ()
    among: tuple[EventSelector, ...] = ()
    ends: tuple[EventSelector, ...] = ()
    actors: tuple[Iso3, ...] = ()
    subject: str = ""
    words: dict[str, str] = Field(default_factory=dict)
    marks: dict[str, Way] = Field(default_factory=dict)


class Part(Record):
    """A part of a claim that can be looked at by itself.

    `supports` are the ways that bear out the part as the article words it: 'continues' is borne out by level too.
    """

    part_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    supports: tuple[Way, ...] = Field(default=("up",), min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class ClaimRule(Record):
    """How one claim of the article is looked at; `state_means` says what the claim's one word is about.

    `lead_indicator` is the one whose curve stands for the claim where there is room for one; the first if not given.
    `escalation` is the way that its indicators go when things get worse. `words` are said of the claim's state in place
    of its own. `series` of the GPR index say how much the press writes of it.
    """

    claim_id: str
    state_means: str
    lead_indicator: str = ""
    escalation: Literal["up", "down"] = "up"
    words: dict[Literal["rising", "falling"], str] = Field(default_factory=dict)
    series: tuple[GprSeries, ...] = ()
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_lead(self) -> Self:
        ids = [indicator.indicator_id for indicator in self.indicators]
        if self.lead_indicator and self.lead_indicator not in ids:
            raise ValueError(f"lead_indicator {self.lead_indicator} is not of this claim; allowed: {', '.join(ids)}")
        return self

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for part in self.parts for indicator in part.indicators)

    @property
    def lead(self) -> Indicator:
        """The indicator that stands for the claim where there is room for one."""
        return next((i for i in self.indicators if i.indicator_id == self.lead_indicator), self.indicators[0])


class StatedPart(Record):
    """A part as an article's own file states it: its indicators by their ids."""

    part_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    supports: tuple[Way, ...] = Field(default=("up",), min_length=1)
    indicators: tuple[str, ...] = Field(min_length=1)


class StatedRule(Record):
    """A ClaimRule as an article's own file states it; `judged_by` is the claim of data/backtest.yaml whose list it has.

    Without one it has no known escalations to be held against.
    """

    claim_id: str
    state_means: str
    lead_indicator: str = ""
    escalation: Literal["up", "down"] = "up"
    judged_by: str = ""
    parts: tuple[StatedPart, ...] = Field(min_length=1)


def resolve_rule(stated: StatedRule, library: Mapping[str, Indicator]) -> ClaimRule:
    """A stated rule with the indicators that it names; raises ValueError for one that isn't in the library."""
    named = [indicator_id for part in stated.parts for indicator_id in part.indicators]
    for indicator_id in named:
        if indicator_id not in library:
            raise ValueError(f"indicator {indicator_id!r}; allowed: {', '.join(library)}")
        if named.count(indicator_id) > 1:
            raise ValueError(f"indicator {indicator_id!r} is given twice in a claim; allowed: once")
    parts = [
        Part(
            part_id=part.part_id,
            title=part.title,
            supports=part.supports,
            indicators=tuple(library[indicator_id] for indicator_id in part.indicators),
        )
        for part in stated.parts
    ]
    return ClaimRule(
        claim_id=stated.claim_id,
        state_means=stated.state_means,
        lead_indicator=stated.lead_indicator,
        escalation=stated.escalation,
        parts=tuple(parts),
    )


def load_claim_rules(path: Path, claim_ids: tuple[str, ...]) -> tuple[ClaimRule, ...]:
    """The declared rules, one for each claim of the article; raises CuratedDataError with every fault."""
    shown = f"{path.parent.name}/{path.name}"
    faults: list[str] = []
    rules: list[ClaimRule] = []
    try:
        entries = read_entries(path, shown)
    except (RecordTextError, OSError) as error:
        raise CuratedDataError([f"{shown}: {error}"]) from None
    for entry in entries:
        where = f"{shown}:{entry.line} {entry.fields.get('claim_id', '')}"
        try:
            rules.append(ClaimRule.model_validate(entry.fields))
        except ValidationError as error:
            faults += [f"{where}: {fault}" for fault in describe_faults(error)]
            continue
        if rules[-1].claim_id not in claim_ids:
            faults.append(f"{where}: claim_id is not a claim of the article; allowed: {', '.join(claim_ids)}")
    names = [indicator.indicator_id for rule in rules for indicator in rule.indicators]
    faults += [
        f"{shown}: indicator_id {name} is given twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    missing = set(claim_ids) - {rule.claim_id for rule in rules}
    faults += (
        [] if faults else [f"{shown}: claim {claim_id} of the article has no rule" for claim_id in sorted(missing)]
    )
    if faults:
        raise CuratedDataError(faults)
    return tuple(sorted(rules, key=lambda rule: claim_ids.index(rule.claim_id)))
