"""The one filter of events, by which every page, command, export and shared link says what it shows. Owns no data.

Each field is declared once, in FIELDS: how it is said in a link, on the command line and in words, and what it asks of
events. Address, chips, controls, options, descriptions and queries read that. A new field is a row there and an
attribute of EventFilter.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial, reduce
from typing import Any
from urllib.parse import urlencode

from tension.errors import BadInput
from tension.records.article_names import SEED_ARTICLE, list_article_ids
from tension.records.places import load_states
from tension.records.source_cards import CURATED, SOURCE_CARDS, describe_source
from tension.records.vocab import SEVERITY_LABELS, Category, QuadClass, Region
from tension.words import STATE_NAMES, format_day, format_span, name_state

LINK_VERSION = "1"
MOST_LETTERS = 200


@dataclass(frozen=True)
class FilterField:
    """One limit of a view.

    `name` is the attribute of EventFilter, `param` its parameter in a link, `option` its name on the command line.
    `parse(text, where)` reads one value and raises BadInput, `to_param` writes it back, `words` says it for people.
    `limit(events, value)` is what it asks of an Ibis table of events, None where it asks nothing whatever it is; of a
    list all values at once. `no_limit` is the value that asks nothing; `default` the one that a filter has unless told
    otherwise. `offered` are the values, as in a link, that a control lists; none where anything may be written.
    """

    name: str
    param: str
    option: str
    title: str
    parse: Callable[[str, str], Any]
    to_param: Callable[[Any], str]
    words: Callable[[Any], str]
    limit: Callable[[Any, Any], Any] | None
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


def parse_article(text: str, where: str = "article") -> str:
    """The name of an article that there is a file of; BadInput lists them."""
    name = text.strip()
    # The seed is always there, and asking for it looks at no folder.
    if name != SEED_ARTICLE and name not in (known := list_article_ids()):
        raise BadInput(where, name[:60], known)
    return name


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


_DAY = partial(FilterField, parse=parse_date, to_param=date.isoformat, no_limit=None, default=None)
_MANY = partial(FilterField, no_limit=(), default=())

FIELDS: tuple[FilterField, ...] = (
    _MANY(
        name="regions",
        param="region",
        option="region",
        title="Region",
        parse=parse_region,
        to_param=lambda region: region.slug,
        words=lambda region: region.value,
        limit=lambda events, regions: events.region.isin([region.value for region in regions]),
        offered=tuple(region.slug for region in Region),
    ),
    _DAY(
        name="since",
        param="since",
        option="since",
        title="First day, YYYY-MM-DD; an event has the day it began",
        words=lambda day: f"from {format_day(day)}",
        limit=lambda events, day: events.occurred_date >= day,
    ),
    _DAY(
        name="until",
        param="until",
        option="until",
        title="Last day, YYYY-MM-DD",
        words=lambda day: f"to {format_day(day)}",
        limit=lambda events, day: events.occurred_date <= day,
    ),
    _MANY(
        name="actors",
        param="actor",
        option="actor",
        title="ISO 3166 alpha-3 code of a state that an event names",
        parse=parse_actor,
        to_param=str,
        words=name_state,
        limit=_limit_actors,
        offered=tuple(sorted(STATE_NAMES, key=name_state)),
    ),
    _MANY(
        name="categories",
        param="category",
        option="category",
        title="Category",
        parse=parse_category,
        to_param=lambda category: category.value,
        words=lambda category: category.label,
        limit=lambda events, categories: events.category.isin([category.value for category in categories]),
        offered=tuple(category.value for category in Category),
    ),
    _MANY(
        name="quad_classes",
        param="class",
        option="class",
        title="Quad class",
        parse=parse_quad_class,
        to_param=lambda quad: quad.slug,
        words=lambda quad: quad.plain,
        limit=lambda events, quads: events.quad_class.isin([int(quad) for quad in quads]),
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
    _DAY(
        name="as_of",
        param="asof",
        option="as-of",
        title="Only what had been reported by this day, YYYY-MM-DD",
        words=lambda day: f"as of {format_day(day)}",
        limit=_limit_as_of,
        is_kept_when_widened=True,
    ),
    _MANY(
        name="source_keys",
        param="source",
        option="source",
        title=f"Source of events; {CURATED} unless said otherwise",
        parse=parse_source_key,
        to_param=str,
        words=describe_source,
        limit=lambda events, keys: events.source_key.isin(keys),
        default=(CURATED,),
        offered=tuple(card.key for card in SOURCE_CARDS.values() if card.gives_events),
        is_kept_when_widened=True,
    ),
    FilterField(
        name="article",
        param="article",
        option="article",
        title="Article whose claims are read, as `articles` lists them",
        parse=parse_article,
        to_param=str,
        words=lambda name: f"article {name}",
        limit=None,
        no_limit=SEED_ARTICLE,
        default=SEED_ARTICLE,
        is_kept_when_widened=True,
    ),
)


def find_field(name: str) -> FilterField:
    """A field by its attribute of EventFilter or its parameter in a link; KeyError for another word."""
    return _BY_NAME[name]


_BY_NAME = {field.name: field for field in FIELDS} | {field.param: field for field in FIELDS}


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
    article: str = SEED_ARTICLE

    def __post_init__(self) -> None:
        if fault := _find_span_fault(self.since, self.until):
            raise fault

    def widen(self) -> EventFilter:
        """The same as-of date, sources and article with every other limit removed."""
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
    return [field.limit(events, value) for field, value in pairs if field.limit and value != field.no_limit]


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
