"""Kind 'positions': what states said they stand for, each statement with its day. No vote."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tension.assessments.kinds.base import Item, Material
from tension.assessments.kinds.listed import ListedKind
from tension.assessments.observations import Observations
from tension.assessments.reading import IndicatorReading
from tension.readings import State, build_event_days, read_occurrence_history
from tension.records.claims import Indicator
from tension.words import count


class PositionsKind(ListedKind):
    """Positions and red lines of the record's actors, up to a day."""

    needs: tuple[str, ...] = ("actors",)

    def read_history(self, observed: Observations, indicator: Indicator, days: pd.DatetimeIndex) -> pd.DataFrame:
        said = [
            statement.date
            for actor in observed.frames.actors
            if actor.iso3 in indicator.actors
            for statement in (*actor.stated_positions, *actor.red_lines)
        ]
        frame = read_occurrence_history(build_event_days(sorted(said)), days, observed.event_cover)
        is_looked = frame["state"] != State.NOT_LOOKED
        frame.loc[is_looked, "reason"] = "statements found by then, listed for reading"
        return frame

    def list_items(self, reading: IndicatorReading, material: Material) -> Iterator[Item]:
        if reading.windows.recent is None:
            return
        for actor in material.actors:
            if actor.iso3 not in reading.indicator.actors:
                continue
            said = [("position", s) for s in actor.stated_positions] + [("red line", s) for s in actor.red_lines]
            for kind, statement in sorted(said, key=lambda pair: pair[1].date):
                if statement.date <= reading.as_of:
                    yield {
                        "item": "statement",
                        "role": f"{kind} of {actor.iso3}",
                        "occurred_date": statement.date,
                        "reported_date": statement.date,
                        "what": statement.statement,
                        "url": statement.source_url,
                    }

    def describe(self, reading: IndicatorReading) -> str:
        return f"{count(reading.recent or 0, 'statement')}, listed for reading"
