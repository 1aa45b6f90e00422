"""What a request may ask, declared once: each parameter with its schema, its words and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tension.errors import BadInput, TensionError
from tension.records.filters import FIELDS, EventFilter, find_field, parse_date, parse_params

MOST_ROWS, USUAL_ROWS, MOST_SKIPPED = 5_000, 500, 1_000_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_DAY = {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Parameter:
    """`read` turns the text into a value and raises BadInput; `schema` is OpenAPI's, of the text."""

    name: str
    words: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


def _read_whole(name: str, least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        # `isdecimal` and not `isdigit`, which takes superscripts that int() refuses.
        if text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most:
            return int(text)
        raise BadInput(name, text[:40], f"a whole number from {least} to {most}")

    return read


AS_OF = Parameter(
    "as_of", "Only what had been reported by this day.", lambda text: parse_date(text[:40], "as_of"), _DAY
)
SINCE = Parameter("since", "From this day on.", lambda text: parse_date(text[:40], "since"), _DAY)
UNTIL = Parameter("until", "Up to this day.", lambda text: parse_date(text[:40], "until"), _DAY)
LIMIT = Parameter(
    "limit",
    f"Rows in one answer, {USUAL_ROWS} unless said.",
    _read_whole("limit", 1, MOST_ROWS),
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
)
OFFSET = Parameter(
    "offset",
    "Rows to skip; `next` of an answer has it right.",
    _read_whole("offset", 0, MOST_SKIPPED),
    {"type": "integer", "minimum": 0, "maximum": MOST_SKIPPED, "default": 0},
)
REGION = Parameter(
    "region",
    "Of these regions; several are joined by commas.",
    lambda text: find_field("regions").read(text[:400].split(","), "region"),
)
CLAIM = Parameter("claim", "Of this claim of the article.", lambda text: text.strip()[:80])
ARTICLE = Parameter(
    "article", "Article whose claims are read.", lambda text: find_field("article").parse(text, "article")
)
_LISTED = "; several are joined by commas"
# The event filter's own, as in a page's address.
FILTERS = tuple(Parameter(one.param, f"{one.title}{_LISTED if one.is_list else ''}.", str) for one in FIELDS)


@dataclass(frozen=True)
class Asked:
    """A request as read: the filter of events, the days, the page of rows, what is left (a chart's choices)."""

    wanted: EventFilter
    as_of: date | None
    since: date | None
    until: date | None
    limit: int
    offset: int
    more: Mapping[str, str]
    claim: str = ""


def read_asked(
    given: Mapping[str, str], parameters: Iterable[Parameter], *, takes_filter: bool, takes_more: bool
) -> Asked:
    """The parameters of a request; BadInput names the first that is unknown or not allowed.

    `takes_filter` adds the event filter's own parameters, `takes_more` hands on what is neither (a chart's choices).
    """
    known = {parameter.name: parameter for parameter in parameters}
    filters = {parameter.name for parameter in FILTERS} if takes_filter else set()
    if "\x00" in "".join([*given.keys(), *given.values()]):
        raise BadInput("request", "a zero byte", "text")
    more = {name: text for name, text in given.items() if name not in known and name not in filters}
    if more and not takes_more:
        raise BadInput("parameter", next(iter(more))[:40], sorted({*known, *filters}) or "none here")
    values = {name: known[name].read(text) for name, text in given.items() if name in known}
    since, until = values.get("since"), values.get("until")
    if since and until and since > until:
        raise BadInput("until", until.isoformat(), f"a day on or after since ({since.isoformat()})")
    wanted = _read_filter({name: text for name, text in given.items() if name in filters}, values.get("as_of"))
    _check_days((since, until, wanted.since, wanted.until, wanted.as_of))
    if regions := values.get("region"):
        wanted = replace(wanted, regions=regions)
    if article := values.get("article"):
        wanted = replace(wanted, article=article)
    limit, offset = values.get("limit", USUAL_ROWS), values.get("offset", 0)
    return Asked(wanted, wanted.as_of, since, until, limit, offset, more, values.get("claim", ""))


def _check_days(days: Iterable[date | None]) -> None:
    """Days that no reading reaches: counting back from the first of a calendar, or on from its last, has no day."""
    for day in days:
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise BadInput("day", day.isoformat(), f"a day from {FIRST_DAY} to {LAST_DAY}")


def _read_filter(given: Mapping[str, str], as_of: date | None) -> EventFilter:
    wanted, notices = parse_params({**given, "asof": as_of.isoformat()} if as_of else given)
    if notices:
        raise BadRequest(notices[0])
    return wanted


class BadRequest(TensionError):
    """What the filter itself says of a value; its text is kept as it is."""
