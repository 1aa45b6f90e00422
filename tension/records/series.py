"""Official counts as declared series: whose count of what, in which unit, how dated, how far, what breaks it.

Declared in data/series/series.yaml; tension/records/measurements.py reads their rows. Series of different units or
scope are never joined.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tension.records.events import Day, Record, WebAddress
from tension.records.vocab import Region

SERIES_FILE = "series/series.yaml"

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Cadence = Literal["day", "week", "month", "quarter", "year", "event", "irregular"]
# Of what an indicator can be read; what is irregular has no rate.
ReadCadence = Literal["day", "week", "month", "quarter", "year", "event"]


class Measure(Record):
    """One thing that a series counts. `sum_unit`: what a sum over days is called, '' where a sum means nothing.

    `part_of`: the measure of which this one is a part, so that the two are never added. `is_count` is False for an
    index or average, of which chance isn't that of separate sightings.
    """

    measure: Slug
    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    sum_unit: str = ""
    part_of: Slug | None = None
    is_count: bool = True


class SeriesBreak(Record):
    """A day from which measures (all where none is named) mean something else: no mean reaches across it."""

    date: Day
    reason: str = Field(min_length=1)
    measures: tuple[Slug, ...] = ()


class SeriesCover(Record):
    """The days that were read, both ends included; `note` says what is missing between them."""

    first: Day
    until: Day
    note: str = ""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.until < self.first:
            raise ValueError(f"until {self.until} is before first {self.first}")
        return self


class RowsFile(Record):
    """A CSV of data/series and how it is read.

    Long, as uploads are: date_from, date_to, place, measure, value, url, note and, where it differs, publisher. Wide:
    `values` gives the measure of a column, and one of `day`, `month` (YYYY-MM), `year`, or `first` with `last`, the
    column that dates a row; place and address stand here or in a column.
    """

    file: str = Field(pattern=r"^[a-z0-9_]+\.csv$")
    values: dict[str, Slug] = Field(default_factory=dict)
    day: str = ""
    month: str = ""
    year: str = ""
    first: str = ""
    last: str = ""
    place: str = ""
    url: str = ""
    url_column: str = ""
    note_column: str = ""

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        given = [name for name in ("day", "month", "year", "first") if getattr(self, name)]
        if self.values and len(given) != 1:
            raise ValueError(f"{', '.join(given) or 'no date column'}; allowed: one of day, month, year, first")
        if bool(self.first) != bool(self.last):
            raise ValueError("first and last: give both or neither")
        return self


class SeriesCard(Record):
    """A series with all that a reader must know before the first number.

    `whose`: whose count it is, in words. `absent_means`: what a day without a row is, within the cover.
    `known_after_days`: so long after the last day of a row the publisher had told of it, and `known_after_reason` says
    how that is known.
    """

    series: Slug
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    whose: str = Field(min_length=1)
    region: Region
    cadence: Cadence
    dated_by: str = Field(min_length=1)
    absent_means: Literal["zero", "unknown"]
    known_after_days: int = Field(ge=0)
    known_after_reason: str = Field(min_length=1)
    measures: tuple[Measure, ...] = Field(min_length=1)
    breaks: tuple[SeriesBreak, ...] = ()
    cover: SeriesCover
    conflicts: tuple[str, ...] = ()
    licence: str = Field(min_length=1)
    url: WebAddress
    rows: tuple[RowsFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_measures(self) -> Self:
        known = [measure.measure for measure in self.measures]
        if len(set(known)) < len(known):
            raise ValueError(f"measures: {', '.join(known)}; allowed: each once")
        named = {m.part_of for m in self.measures if m.part_of}
        named |= {name for found in self.breaks for name in found.measures}
        named |= {name for rows in self.rows for name in rows.values.values()}
        if strange := sorted(named - set(known)):
            raise ValueError(f"measure {strange[0]!r}; allowed: {', '.join(known)}")
        return self

    def find_measure(self, name: str) -> Measure | None:
        """The measure of that name, None where the series has none."""
        return next((measure for measure in self.measures if measure.measure == name), None)

    def find_known_day(self, as_of: date) -> date:
        """The last day on which a row may end that had been published by a day."""
        return as_of - timedelta(days=self.known_after_days)

    def list_breaks(self, measure: str) -> list[SeriesBreak]:
        """The breaks that bear on a measure, oldest first."""
        found = [b for b in self.breaks if not b.measures or measure in b.measures]
        return sorted(found, key=lambda b: b.date)


def extend_cover(card: SeriesCard, last: date | None) -> SeriesCard:
    """The card with its cover drawn out to `last`, the last day of the rows that are held, where that is later."""
    if last is None or last <= card.cover.until:
        return card
    return card.model_copy(update={"cover": card.cover.model_copy(update={"until": last})})


def find_card(cards: Iterable[SeriesCard], series: str) -> SeriesCard | None:
    """The card of a series, None where it isn't declared (an upload of one's own)."""
    return next((card for card in cards if card.series == series), None)
