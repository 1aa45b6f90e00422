"""The one filter of events: every page, command, export and shared link says what it shows with it. Owns no data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tension.errors import BadInput
from tension.records.filter_fields import FIELDS, FilterField, find_field
from tension.records.source_cards import CURATED
from tension.records.vocab import Category, QuadClass, Region
from tension.words import format_span

LINK_VERSION = "1"


@dataclass(frozen=True)
class EventFilter:
    """What is in view; FIELDS says of each attribute how it is read, written, told and asked of events."""

    regions: tuple[Region, ...] = ()
    since: date | None = None
    until: date | None = None
    actors: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    quad_classes: tuple[QuadClass, ...] = ()
    min_severity: int = 1
    text: str = ""
    as_of: date | None = None
    source_keys: tuple[str, ...] = (CURATED,)

    def __post_init__(self) -> None:
        if fault := _find_span_fault(self.since, self.until):
            raise fault

    def widen(self) -> EventFilter:
        """The same as-of date and sources with every other limit removed."""
        return EventFilter(**{field.name: getattr(self, field.name) for field in FIELDS if field.is_kept_when_widened})

    def without(self, field_name: str, value: Any = None) -> EventFilter:
        """This filter with one limit removed; of a list the one value where it is given."""
        rest = find_field(field_name).default
        if value is not None:
            rest = tuple(other for other in getattr(self, field_name) if other != value)
        return replace(self, **{field_name: rest})

    def list_limits(self) -> list[tuple[FilterField, Any]]:
        """Each field that was set to something, with its value, in the order in which they are told."""
        pairs = ((field, getattr(self, field.name)) for field in FIELDS)
        return [(field, value) for field, value in pairs if value != field.default]

    def to_params(self) -> dict[str, str]:
        """The complete query parameters of a link, only those that were set, lists joined by commas."""
        return {field.param: field.write(value) for field, value in self.list_limits()}

    def to_query(self, **more: str) -> str:
        """A versioned query string that reproduces the view, such as `v=1&region=taiwan-strait`."""
        return urlencode({"v": LINK_VERSION} | self.to_params() | {k: v for k, v in more.items() if v}, safe=",")

    def describe(self) -> str:
        """The filter in words, for titles and exports: 'Taiwan Strait · 1 Jan 2024 to 31 Dec 2024 · severity 5'."""
        told = {"regions": "All regions"} | {field.name: field.tell(value) for field, value in self.list_limits()}
        if span := {"since", "until"} & told.keys():
            told |= dict.fromkeys(span, format_span(self.since, self.until))
        return " · ".join(dict.fromkeys(told.values()))


def build_limits(events: Any, wanted: EventFilter) -> list[Any]:
    """What the filter asks of an Ibis table with the columns of events, one condition for each field that limits."""
    pairs = ((field, getattr(wanted, field.name)) for field in FIELDS)
    return [field.limit(events, value) for field, value in pairs if value != field.no_limit]


def parse_params(params: Mapping[str, str]) -> tuple[EventFilter, list[str]]:
    """A filter from a link's query parameters, and one notice for each value that was dropped.

    Never raises: a stranger's link may say anything. Unknown parameters are left to the caller.
    """
    notices: list[str] = []
    read = {field.name: _read_param(field, params.get(field.param, ""), notices) for field in FIELDS}
    if fault := _find_span_fault(read["since"], read["until"]):
        notices.append(str(fault))
        read["until"] = None
    return EventFilter(**read), notices


def build_filter(**given: str | int | Iterable[str] | None) -> EventFilter:
    """A filter from a person's words by the names of its attributes; raises BadInput at the first that isn't allowed.

    Of a list each value may also hold several, joined by commas.
    """
    read = {}
    for name, words in given.items():
        field = find_field(name)
        texts = [str(words)] if isinstance(words, str | int) else list(words or ())
        if field.is_list:
            texts = [part for text in texts for part in text.split(",")]
        read[name] = field.read(texts, field.option)
    return EventFilter(**read)


def _read_param(field: FilterField, text: str, notices: list[str]) -> Any:
    good = []
    for part in text.split(",") if field.is_list else [text]:
        try:
            field.read([part], field.param)
        except BadInput as error:
            notices.append(str(error))
        else:
            good.append(part)
    return field.read(good, field.param)


def _find_span_fault(since: date | None, until: date | None) -> BadInput | None:
    if since is None or until is None or since <= until:
        return None
    return BadInput("until", until.isoformat(), f"a day on or after since ({since.isoformat()})")
