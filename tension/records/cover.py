"""Until when each region was searched, by source (data/cover.yaml): beyond it nothing is known, not quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Self

import pandas as pd
from pydantic import model_validator

from tension.records.events import Day, Record, SourceKey
from tension.records.source_cards import CURATED
from tension.records.vocab import Region


class SearchedSpan(Record):
    """The days of a region that were searched systematically for a source, both ends included."""

    source: SourceKey
    region: Region
    searched_from: Day
    searched_until: Day
    note: str = ""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.searched_until < self.searched_from:
            raise ValueError(f"searched_until {self.searched_until} is before searched_from {self.searched_from}")
        return self


# What a list says of an event after that day; a card says it in full.
BEYOND_WORDS = "beyond the searched span"


def check_cover(spans: Sequence[SearchedSpan]) -> list[str]:
    """What is given twice, and which region of the curated record has no span."""
    keys = [(span.source, span.region) for span in spans]
    faults = [f"{source} {region} is given twice" for source, region in sorted({k for k in keys if keys.count(k) > 1})]
    missing = [region.value for region in Region if (CURATED, region) not in keys]
    return faults + [
        f"{CURATED} {region}: searched_until is missing; allowed: one entry a region" for region in missing
    ]


def select_source(spans: Iterable[SearchedSpan], source: str = CURATED) -> dict[Region, SearchedSpan]:
    """The spans of one source by their region."""
    return {span.region: span for span in spans if span.source == source}


def is_beyond_search(spans: Iterable[SearchedSpan], region: str, day: date) -> bool:
    """True for a day of a region after the curated record was last searched for it."""
    span = select_source(spans).get(Region(region))
    return span is not None and day > span.searched_until


def flag_beyond(spans: Iterable[SearchedSpan], events: pd.DataFrame) -> list[bool]:
    """Which of a frame of events (`region`, `occurred_date`) lie after their region was last searched."""
    ends = {region.value: pd.Timestamp(span.searched_until) for region, span in select_source(spans).items()}
    pairs = zip(events.region, events.occurred_date, strict=True)
    return [region in ends and day > ends[region] for region, day in pairs]
