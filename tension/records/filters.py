"""The one filter of events: every page, command, export and shared link says what it shows with it. Owns no data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tension.errors import BadInput
from tension.records.places import load_states
from tension.records.source_cards import SOURCE_CARDS
from tension.records.vocab import SEVERITY_LABELS, Category, QuadClass, Region
from tension.words import format_day, format_span

LINK_VERSION = "1"


@dataclass(frozen=True)
class EventFilter:
    """What is in view. An empty tuple or None means no limit; `as_of` hides what was not yet reported on that day."""

    regions: tuple[Region, ...] = ()
    since: date | None = None
    until: date | None = None
    actors: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    quad_classes: tuple[QuadClass, ...] = ()
    min_severity: int = 1
    text: str = ""
    as_of: date | None = None
    source_keys: tuple[str, ...] = ("curated",)

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise BadInput("until", self.until.isoformat(), f"a day on or after since ({self.since.isoformat()})")

    def widen(self) -> EventFilter:
        """The same as-of date and sources with every other limit removed."""
        return EventFilter(as_of=self.as_of, source_keys=self.source_keys)

    def without(self, field_name: str) -> EventFilter:
        """This filter with one limit removed."""
        return replace(self, **{field_name: getattr(EventFilter(), field_name)})

    def to_params(self) -> dict[str, str]:
        """The complete query parameters of a link, only those that limit something, lists joined by commas."""
        params = {
            "region": ",".join(r.slug for r in self.regions),
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "actor": ",".join(self.actors),
            "category": ",".join(c.value for c in self.categories),
            "class": ",".join(q.slug for q in self.quad_classes),
            "severity": str(self.min_severity) if self.min_severity > 1 else "",
            "q": self.text,
            "asof": self.as_of.isoformat() if self.as_of else "",
            "source": "" if self.source_keys == ("curated",) else ",".join(self.source_keys),
        }
        return {key: value for key, value in params.items() if value}

    def to_query(self, **more: str) -> str:
        """A versioned query string that reproduces the view, such as `v=1&region=taiwan-strait`."""
        return urlencode({"v": LINK_VERSION} | self.to_params() | {k: v for k, v in more.items() if v}, safe=",")

    def describe(self) -> str:
        """The filter in words, for titles and exports: 'Taiwan Strait · 1 Jan 2024 to 31 Dec 2024 · severity 3+'."""
        parts = [", ".join(self.regions) or "All regions"]
        if self.since or self.until:
            parts.append(format_span(self.since, self.until))
        parts += [", ".join(self.actors)] if self.actors else []
        parts += [", ".join(c.label for c in self.categories)] if self.categories else []
        parts += [", ".join(q.label for q in self.quad_classes)] if self.quad_classes else []
        parts += [f"severity {self.min_severity}+"] if self.min_severity > 1 else []
        parts += [f"text “{self.text}”"] if self.text else []
        parts += [f"as of {format_day(self.as_of)}"] if self.as_of else []
        return " · ".join(parts)


def parse_region(value: str) -> Region:
    """A region from its slug or its name; BadInput lists the slugs."""
    for region in Region:
        if value.strip().lower() in (region.slug, region.value.lower()):
            return region
    raise BadInput("region", value, (r.slug for r in Region))


def parse_date(value: str, where: str = "date") -> date:
    """An ISO 8601 day; BadInput says the form."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise BadInput(where, value, "a day of the calendar as YYYY-MM-DD, such as 2024-06-17")


def parse_actor(value: str) -> str:
    """An ISO 3166-1 alpha-3 code, in any case."""
    code = value.strip().upper()
    if code in load_states():
        return code
    raise BadInput("actor", value, "an ISO 3166 alpha-3 code, such as CHN, USA, TWN")


def parse_category(value: str) -> Category:
    try:
        return Category(value.strip().lower().replace("-", "_"))
    except ValueError:
        raise BadInput("category", value, (c.value for c in Category)) from None


def parse_quad_class(value: str) -> QuadClass:
    """A quad class from its slug or GDELT's number."""
    for quad in QuadClass:
        if value.strip().lower().replace("_", "-").replace(" ", "-") in (quad.slug, str(int(quad))):
            return quad
    raise BadInput("class", value, (q.slug for q in QuadClass))


def parse_severity(value: str) -> int:
    if value.strip() in {str(level) for level in SEVERITY_LABELS}:
        return int(value)
    raise BadInput("severity", value, (f"{k} ({v.lower()})" for k, v in SEVERITY_LABELS.items()))


def parse_source_key(value: str) -> str:
    if value.strip().lower() in SOURCE_CARDS:
        return value.strip().lower()
    raise BadInput("source", value, SOURCE_CARDS)


def parse_params(params: Mapping[str, str]) -> tuple[EventFilter, list[str]]:
    """A filter from a link's query parameters, and one notice for each value that was dropped.

    Never raises: a stranger's link may say anything. Unknown parameters are left to the caller.
    """
    notices: list[str] = []

    def read_list(key: str, parse: Callable[[str], Any]) -> tuple[Any, ...]:
        found: list[Any] = []
        for part in filter(None, (p.strip() for p in params.get(key, "").split(","))):
            try:
                found.append(parse(part))
            except BadInput as error:
                notices.append(str(error))
        return tuple(dict.fromkeys(found))

    def read_one(key: str, parse: Callable[[str], Any], default: Any) -> Any:
        values = read_list(key, parse)
        return values[0] if values else default

    since = read_one("since", lambda v: parse_date(v, "since"), None)
    until = read_one("until", lambda v: parse_date(v, "until"), None)
    if since and until and since > until:
        notices.append(str(BadInput("until", until.isoformat(), f"a day on or after since ({since.isoformat()})")))
        until = None
    read = EventFilter(
        regions=read_list("region", parse_region),
        since=since,
        until=until,
        actors=read_list("actor", parse_actor),
        categories=read_list("category", parse_category),
        quad_classes=read_list("class", parse_quad_class),
        min_severity=read_one("severity", parse_severity, 1),
        text=params.get("q", "").strip()[:200],
        as_of=read_one("asof", lambda v: parse_date(v, "asof"), None),
        source_keys=read_list("source", parse_source_key) or ("curated",),
    )
    return read, notices


def build_filter(
    *,
    regions: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    actors: Iterable[str] = (),
    categories: Iterable[str] = (),
    quad_classes: Iterable[str] = (),
    min_severity: str | int = 1,
    text: str = "",
    as_of: str | None = None,
    source_keys: Iterable[str] = (),
) -> EventFilter:
    """A filter from a person's words; raises BadInput at the first that is not allowed."""
    return EventFilter(
        regions=tuple(parse_region(r) for r in regions),
        since=parse_date(since, "since") if since else None,
        until=parse_date(until, "until") if until else None,
        actors=tuple(parse_actor(a) for a in actors),
        categories=tuple(parse_category(c) for c in categories),
        quad_classes=tuple(parse_quad_class(q) for q in quad_classes),
        min_severity=parse_severity(str(min_severity)),
        text=text.strip(),
        as_of=parse_date(as_of, "as-of") if as_of else None,
        source_keys=tuple(parse_source_key(s) for s in source_keys) or ("curated",),
    )
