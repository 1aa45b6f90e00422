"""The way from a claim to its parts, indicators, events or days and their sources, as one table; and the way back.

Pure but for `load_evidence`, which asks the store for the frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from tension.assessments.assessor import Assessor
from tension.assessments.kinds import find_kind
from tension.assessments.kinds.base import Item, Material
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.assessments.wording import name_reading
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    from tension.records.curated import CuratedRecord
    from tension.store.queries import Queries

ITEM_EVENT, ITEM_NONE = "event", ""
EVIDENCE_COLUMNS = (
    "claim_id claim as_of claim_state part_id part indicator_id indicator kind indicator_state reason "
    "window_first_date window_last_date baseline_first_date baseline_last_date item role event_id occurred_date "
    "reported_date what value severity confidence publisher tier source_title source_date url"
).split()
FEED_COLUMNS = "event_id claim_id claim_state part_id indicator_id indicator as_of state word role".split()
_EVENT_COLUMNS = ("event_id", "occurred_date", "reported_date", "title", "severity", "confidence", "sources")


def load_evidence(
    record: CuratedRecord, queries: Queries, assessor: Assessor, as_of: date, claim_ids: Iterable[str] = ()
) -> pd.DataFrame:
    """The evidence table of some claims (all where none is named) on a day; raises BadInput for an unknown claim."""
    from tension.sources.mnd.adapter import SOURCE

    wanted = list(claim_ids) or [rule.claim_id for rule in assessor.rules]
    material = Material(
        events=queries.load_events(EventFilter(), _EVENT_COLUMNS),
        activity=queries.load_activity(),
        actors=record.actors,
        titles={claim.claim_id: claim.title for claim in record.article.claims},
        day_source=(SOURCE.title, SOURCE.url),
        counts=assessor.observed.frames.counts,
    )
    return build_evidence([assessor.read_claim(claim_id, as_of) for claim_id in wanted], material)


def build_evidence(readings: Sequence[ClaimReading], material: Material) -> pd.DataFrame:
    """One row for each source of each item behind each indicator, in EVIDENCE_COLUMNS.

    `item` is an event, a day or a period of the official counts, a statement, or empty: an indicator with nothing
    behind it keeps one row, so that the table names every indicator. `role` is the window that the item is in.
    """
    events = _index_events(material.events)
    rows = []
    for reading in readings:
        for indicator in reading.indicators:
            head = _describe_head(reading, indicator, material.titles.get(reading.rule.claim_id, ""))
            found = list(_list_items(indicator, events, material))
            rows += [head | item for item in found] or [head | {"item": ITEM_NONE}]
    return pd.DataFrame(rows, columns=EVIDENCE_COLUMNS)


def build_feeds(assessor: Assessor, event_id: str, as_of: date) -> pd.DataFrame:
    """The way back: one row per indicator that counts an event, with the claim's and the indicator's state on a day."""
    rows = []
    states: dict[str, ClaimReading] = {}
    for rule, part_id, indicator in assessor.find_fed(event_id):
        claim_id = rule.claim_id
        if claim_id not in states:
            states[claim_id] = assessor.read_claim(claim_id, as_of, is_brief=True)
        reading = next(r for r in states[claim_id].indicators if r.indicator == indicator)
        rows.append(
            {
                "event_id": event_id,
                "claim_id": claim_id,
                "claim_state": str(states[claim_id].state),
                "part_id": part_id,
                "indicator_id": indicator.indicator_id,
                "indicator": indicator.title,
                "as_of": as_of,
                "state": str(reading.state),
                "word": name_reading(reading),
                "role": assessor.find_role(indicator, event_id, as_of),
            }
        )
    return pd.DataFrame(rows, columns=FEED_COLUMNS)


def _index_events(events: pd.DataFrame) -> dict[str, Item]:
    rows = (dict(zip(events.columns, row, strict=True)) for row in events.itertuples(index=False, name=None))
    return {str(row["event_id"]): row for row in rows}


def _describe_head(reading: ClaimReading, indicator: IndicatorReading, title: str) -> Item:
    part = next(part for part in reading.rule.parts if part.part_id == indicator.part_id)
    recent, baseline = indicator.windows.recent, indicator.windows.baseline
    return {
        "claim_id": reading.rule.claim_id,
        "claim": title,
        "as_of": reading.as_of,
        "claim_state": str(reading.state),
        "part_id": part.part_id,
        "part": part.title,
        "indicator_id": indicator.indicator.indicator_id,
        "indicator": indicator.indicator.title,
        "kind": indicator.indicator.kind,
        "indicator_state": str(indicator.state),
        "reason": indicator.reason,
        "window_first_date": recent and recent[0],
        "window_last_date": recent and recent[1],
        "baseline_first_date": baseline and baseline[0],
        "baseline_last_date": baseline and baseline[1],
    }


def _list_items(reading: IndicatorReading, events: Mapping[str, Item], material: Material) -> Iterator[Item]:
    yield from find_kind(reading.indicator).list_items(reading, material)
    for role, ids in (("recent", reading.event_ids), ("baseline", reading.baseline_event_ids)):
        for event_id in ids:
            yield from _list_sources(events[event_id], role)


def _list_sources(event: Item, role: str) -> Iterator[Item]:
    what = {
        "item": ITEM_EVENT,
        "role": role,
        "event_id": event["event_id"],
        "occurred_date": event["occurred_date"].date(),
        "reported_date": event["reported_date"].date(),
        "what": event["title"],
        "severity": event["severity"],
        "confidence": event["confidence"],
    }
    for source in event["sources"]:
        yield what | {
            "publisher": source["publisher"],
            "tier": source["tier"],
            "source_title": source["title"],
            "source_date": source["published"],
            "url": source["url"],
        }
