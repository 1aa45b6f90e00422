"""The fields of the one filter, each declared once: how it is said in a link, on the command line and in words.

Address, chips, controls, options, descriptions and queries read FIELDS. A new field is a row here and an attribute of
EventFilter (tension/records/filters.py).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from tension.errors import BadInput
from tension.records.places import load_states
from tension.records.source_cards import CURATED, SOURCE_CARDS, describe_source
from tension.records.vocab import SEVERITY_LABELS, Category, QuadClass, Region
from tension.words import STATE_NAMES, format_day, name_state

MOST_LETTERS = 200


@dataclass(frozen=True)
class FilterField:
    """One limit of a view.

    `name` is the attribute of EventFilter, `param` its parameter in a link, `option` its name on the command line.
    `parse(text, where)` reads one value and raises BadInput, `to_param` writes it back, `words` says it for people.
    `limit(events, value)` is what it asks of an Ibis table of events; of a list all values at once. `no_limit` is the
    value that asks nothing; `default` the one that a filter has unless told otherwise. `offered` are the values, as in
    a link, that a control lists; none where anything may be written.
    """

    name: str
    param: str
    option: str
    title: str
    parse: Callable[[str, str], Any]
    to_param: Callable[[Any], str]
    words: Callable[[Any], str]
    limit: Callable[[Any, Any], Any]
    no_limit: Any
    default: Any
    offered: tuple[str, ...] = ()
    is_kept_when_widened: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it holds several values, any of which will do."""
        return isinstance(self.no_limit, tuple)

    @property
    def is_day(self) -> bool:
        return self.parse is parse_date

    def read(self, texts: Iterable[str], where: str) -> Any:
        """The value that texts say, the default where none says anything; raises BadInput at the first bad one."""
        values = [self.parse(text.strip(), where) for text in texts if text.strip()]
        if not values:
            return self.default
        return tuple(dict.fromkeys(values)) if self.is_list else values[0]

    def write(self, value: Any) -> str:
        """The value in a link, lists joined by commas; '' for the default."""
        if value == self.default:
            return ""
        return ",".join(map(self.to_param, value)) if self.is_list else self.to_param(value)

    def tell(self, value: Any) -> str:
        """The value in words; '' for the default."""
        if value == self.default:
            return ""
        return ", ".join(map(self.words, value)) if self.is_list else self.words(value)


def parse_region(text: str, where: str = "region") -> Region:
    """A region from its slug or its name; BadInput lists the slugs."""
    for region in Region:
        if text.strip().lower() in (region.slug, region.value.lower()):
            return region
    raise BadInput(where, text, (r.slug for r in Region))


def parse_date(text: str, where: str = "date") -> date:
    """An ISO 8601 day; BadInput says the form."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass
    raise BadInput(where, text, "a day of the calendar as YYYY-MM-DD, such as 2024-06-17")


def parse_actor(text: str, where: str = "actor") -> str:
    """An ISO 3166-1 alpha-3 code, in any case."""
    code = text.strip().upper()
    if code in load_states():
        return code
    raise BadInput(where, text, "an ISO 3166 alpha-3 code, such as CHN, USA, TWN")


def parse_category(text: str, where: str = "category") -> Category:
    try:
        return Category(text.strip().lower().replace("-", "_"))
    except ValueError:
        raise BadInput(where, text, (c.value for c in Category)) from None


def parse_quad_class(text: str, where: str = "class") -> QuadClass:
    """A quad class from its slug or GDELT's number."""
    for quad in QuadClass:
        if text.strip().lower().replace("_", "-").replace(" ", "-") in (quad.slug, str(int(quad))):
            return quad
    raise BadInput(where, text, (q.slug for q in QuadClass))


def parse_severity(text: str, where: str = "severity") -> int:
    if text.strip() in {str(level) for level in SEVERITY_LABELS}:
        return int(text)
    raise BadInput(where, text, (f"{k} ({v.lower()})" for k, v in SEVERITY_LABELS.items()))


def parse_source_key(text: str, where: str = "source") -> str:
    if text.strip().lower() in SOURCE_CARDS:
        return text.strip().lower()
    raise BadInput(where, text, SOURCE_CARDS)


def parse_text(text: str, where: str = "text") -> str:
    """Any words; what is beyond MOST_LETTERS is cut off."""
    del where
    return text.strip()[:MOST_LETTERS]


def _limit_as_of(events: Any, day: date) -> Any:
    # Published before it happened (an announced drill) is still not an event of that day.
    return (events.reported_date <= day) & (events.occurred_date <= day)


def _limit_actors(events: Any, codes: tuple[str, ...]) -> Any:
    return reduce(operator.or_, (events.actors.contains(code) for code in codes))


def _limit_text(events: Any, text: str) -> Any:
    """Every word stands in an event, or the record's own name of a place that the word, or the whole text, names."""
    # Read here, because the geography behind the names costs a start more than all other fields together.
    from tension.records.place_names import find_own_names, load_name_index

    searched, index = _search(events), load_name_index()

    def holds_any(*wanted: str) -> Any:
        return reduce(operator.or_, (searched.contains(part) for part in wanted))

    words = (holds_any(word.lower(), *find_own_names(word, index)) for word in text.split())
    own = (searched.contains(name) for name in find_own_names(text, index))
    return reduce(operator.or_, own, reduce(operator.and_, words))


def _search(events: Any) -> Any:
    """All that a text is looked for in: what is told of an event, and its tags as words."""
    tags = events.tags.join(" ").replace("_", " ")
    parts = [events.title, events.summary, events.location, events.people.join(" "), events.organizations.join(" ")]
    return reduce(lambda all_of, part: all_of + " " + part.fill_null(""), parts, tags.fill_null("")).lower()


FIELDS: tuple[FilterField, ...] = (
    FilterField(
        name="regions",
        param="region",
        option="region",
        title="Region",
        parse=parse_region,
        to_param=lambda region: region.slug,
        words=lambda region: region.value,
        limit=lambda events, regions: events.region.isin([region.value for region in regions]),
        no_limit=(),
        default=(),
        offered=tuple(region.slug for region in Region),
    ),
    FilterField(
        name="since",
        param="since",
        option="since",
        title="First day, YYYY-MM-DD; an event has the day it began",
        parse=parse_date,
        to_param=date.isoformat,
        words=lambda day: f"from {format_day(day)}",
        limit=lambda events, day: events.occurred_date >= day,
        no_limit=None,
        default=None,
    ),
    FilterField(
        name="until",
        param="until",
        option="until",
        title="Last day, YYYY-MM-DD",
        parse=parse_date,
        to_param=date.isoformat,
        words=lambda day: f"to {format_day(day)}",
        limit=lambda events, day: events.occurred_date <= day,
        no_limit=None,
        default=None,
    ),
    FilterField(
        name="actors",
        param="actor",
        option="actor",
        title="ISO 3166 alpha-3 code of a state that an event names",
        parse=parse_actor,
        to_param=str,
        words=name_state,
        limit=_limit_actors,
        no_limit=(),
        default=(),
        offered=tuple(sorted(STATE_NAMES, key=name_state)),
    ),
    FilterField(
        name="categories",
        param="category",
        option="category",
        title="Category",
        parse=parse_category,
        to_param=lambda category: category.value,
        words=lambda category: category.label,
        limit=lambda events, categories: events.category.isin([category.value for category in categories]),
        no_limit=(),
        default=(),
        offered=tuple(category.value for category in Category),
    ),
    FilterField(
        name="quad_classes",
        param="class",
        option="class",
        title="Quad class",
        parse=parse_quad_class,
        to_param=lambda quad: quad.slug,
        words=lambda quad: quad.plain,
        limit=lambda events, quads: events.quad_class.isin([int(quad) for quad in quads]),
        no_limit=(),
        default=(),
        offered=tuple(quad.slug for quad in QuadClass),
    ),
    FilterField(
        name="min_severity",
        param="severity",
        option="min-severity",
        title="Lowest severity, 1 to 5",
        parse=parse_severity,
        to_param=str,
        words=lambda level: f"severity {level} or more" if level < max(SEVERITY_LABELS) else f"severity {level}",
        limit=lambda events, level: events.severity >= level,
        no_limit=1,
        default=1,
        offered=tuple(map(str, SEVERITY_LABELS)),
    ),
    FilterField(
        name="text",
        param="q",
        option="text",
        title="Words that title, summary, place, names or tags hold",
        parse=parse_text,
        to_param=str,
        words=lambda text: f"“{text}”",
        limit=_limit_text,
        no_limit="",
        default="",
    ),
    FilterField(
        name="as_of",
        param="asof",
        option="as-of",
        title="Only what had been reported by this day, YYYY-MM-DD",
        parse=parse_date,
        to_param=date.isoformat,
        words=lambda day: f"as of {format_day(day)}",
        limit=_limit_as_of,
        no_limit=None,
        default=None,
        is_kept_when_widened=True,
    ),
    FilterField(
        name="source_keys",
        param="source",
        option="source",
        title=f"Source of events; {CURATED} unless said otherwise",
        parse=parse_source_key,
        to_param=str,
        words=describe_source,
        limit=lambda events, keys: events.source_key.isin(keys),
        no_limit=(),
        default=(CURATED,),
        offered=tuple(card.key for card in SOURCE_CARDS.values() if card.gives_events),
        is_kept_when_widened=True,
    ),
)


def find_field(name: str) -> FilterField:
    """A field by its attribute of EventFilter or its parameter in a link; KeyError for another word."""
    return _BY_NAME[name]


_BY_NAME = {field.name: field for field in FIELDS} | {field.param: field for field in FIELDS}
