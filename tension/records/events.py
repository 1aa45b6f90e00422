"""The Event record and its rules. One event is one act by one initiator; it owns validation, never storage.

Three dates are kept apart: when it occurred, when it was first reported, when this store recorded it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, computed_field, model_validator

from tension.records.places import load_states
from tension.records.source_cards import CURATED, SOURCE_CARDS
from tension.records.vocab import CAMEO_ROOTS, TAGS, Category, QuadClass, Region


def _check_iso3(value: str) -> str:
    if value not in load_states():
        raise ValueError("allowed: an ISO 3166-1 alpha-3 code, such as CHN")
    return value


def _check_cameo_root(value: str) -> str:
    if value not in CAMEO_ROOTS:
        raise ValueError("allowed: two digits 01 to 20 (CAMEO root classes)")
    return value


def _check_tag(value: str) -> str:
    if value not in TAGS:
        raise ValueError(f"allowed: {', '.join(sorted(TAGS))}")
    return value


def _check_source_key(value: str) -> str:
    if value not in SOURCE_CARDS:
        raise ValueError(f"allowed: {', '.join(SOURCE_CARDS)}")
    return value


def _check_web_address(value: str) -> str:
    HttpUrl(value)
    return value


Iso3 = Annotated[str, AfterValidator(_check_iso3)]
# Wide enough for any record, narrow enough that a slip of the hand in the year is told.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2099, 12, 31))]
CameoRoot = Annotated[str, AfterValidator(_check_cameo_root)]
Tag = Annotated[str, AfterValidator(_check_tag)]
SourceKey = Annotated[str, AfterValidator(_check_source_key)]
WebAddress = Annotated[str, AfterValidator(_check_web_address)]
# A figure is a count or a measure of something that was seen, never less than nothing.
Figures = dict[str, Annotated[float, Field(ge=0)]]
Sector = Literal["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central"]
ContactLevel = Literal["leaders", "ministers", "chiefs", "theatre", "working", "cancelled"]


class Record(BaseModel):
    """Base of all records: frozen, no unknown fields, only finite numbers, surrounding white space removed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Source(Record):
    """One publication that reports an event.

    `title` may be shortened: it is a label, not a quotation; empty where none was noted.
    """

    publisher: str = Field(min_length=1)
    title: str = ""
    url: WebAddress
    published: Day | None = None
    tier: Literal["official", "news", "state_media", "partisan", "reprint", "aggregator"]


class Event(Record):
    """What one state did towards another on a day, coded by the act (codebook: docs/method.md)."""

    event_id: str = Field(pattern=r"^[a-z0-9][a-z0-9_:.-]{2,119}$")
    occurred_date: Day
    end_date: Day | None = None
    title: str = Field(min_length=1, max_length=300)
    summary: str = ""
    region: Region
    location: str = ""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    geo_precision: Literal["exact", "area", "country"] = "area"
    actors: tuple[Iso3, ...] = ()
    initiator: Iso3 | None = None
    target: Iso3 | None = None
    organizations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    category: Category
    cameo_root: CameoRoot
    cameo_code: str | None = Field(default=None, pattern=r"^\d{2,4}$")
    severity: int = Field(ge=1, le=5)
    tags: tuple[Tag, ...] = ()
    episode: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*$")
    us_china_military_contact: ContactLevel | None = None
    figures: Figures = Field(default_factory=dict, description="counts that may be charted")
    figures_other: Figures = Field(default_factory=dict, description="counts for text only")
    confidence: Literal["high", "medium", "low"] = "medium"
    coder_doubt: str | None = Field(default=None, description="for editors, never for the screen")
    source_key: SourceKey = CURATED
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.end_date and self.end_date < self.occurred_date:
            raise ValueError(f"end_date {self.end_date} is before occurred_date {self.occurred_date}")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude: give both or neither")
        for role in ("initiator", "target"):
            state = getattr(self, role)
            if state and state not in self.actors:
                raise ValueError(f"{role} {state} is not among the actors {', '.join(self.actors) or '(none)'}")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def quad_class(self) -> QuadClass:
        """GDELT's class of the CAMEO root, 1 to 4."""
        return QuadClass.from_cameo_root(self.cameo_root)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def reported_date(self) -> date:
        """Earliest dated publication among the sources; the event's own day where none is dated."""
        return min((s.published for s in self.sources if s.published), default=self.occurred_date)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_reported_date_assumed(self) -> bool:
        """True where no source is dated, so that `reported_date` is the event's own day."""
        return not any(s.published for s in self.sources)


class ActivityDay(Record):
    """One day of an official count (Taiwan's Ministry of National Defense); None = not stated.

    `crossed_median_count` follows the bulletin's wording, which joins crossing the median line and entering the zone.
    """

    date: date
    aircraft_count: int | None = Field(default=None, ge=0)
    crossed_median_count: int | None = Field(default=None, ge=0)
    entered_adiz_only_count: int | None = Field(default=None, ge=0)
    sectors_entered: tuple[Sector, ...] = ()
    vessel_count: int | None = Field(default=None, ge=0)
    official_ship_count: int | None = Field(default=None, ge=0)
    balloon_count: int | None = Field(default=None, ge=0)
    scope: Literal["intruders_only", "all_detected"]
    window: str | None = Field(default=None, description="ISO interval, or 'until 1700'")
    language: Literal["zh", "en"] = "zh"
    note: str | None = None

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        parts = (self.crossed_median_count or 0) + (self.entered_adiz_only_count or 0)
        if self.aircraft_count is not None and parts > self.aircraft_count:
            raise ValueError(
                f"crossed_median_count and entered_adiz_only_count together: {parts}; "
                f"allowed: at most aircraft_count ({self.aircraft_count})"
            )
        return self


ActivityField = Literal[
    "aircraft_count", "crossed_median_count", "vessel_count", "official_ship_count", "balloon_count"
]

__all__ = ["ActivityDay", "ActivityField", "Event", "Record", "Source"]
