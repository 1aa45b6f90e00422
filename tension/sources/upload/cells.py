"""From the text cells of one uploaded row to the fields of an Event. Reads what people write; guesses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from tension.records.vocab import (
    CAMEO_ROOTS,
    CATEGORY_LABELS,
    CONFIDENCES,
    GEO_PRECISIONS,
    SEVERITY_LABELS,
    SOURCE_TIERS,
    TAGS,
    Category,
    Region,
)
from tension.sources.coding.lexicon import load_lexicon
from tension.sources.coding.phrases import fold_text
from tension.sources.place_bounds import ACTS_ON_THE_SPOT, find_place_fault, is_within
from tension.sources.table_days import Days, parse_day, parse_days
from tension.words import STATE_NAMES

# What a row must state, and what is allowed there.
REQUIRED_FIELDS: dict[str, str] = {
    "occurred_date": "a day as YYYY-MM-DD",
    "title": "a title of up to 300 characters",
    "region": ", ".join(region.slug for region in Region),
    "category": ", ".join(category.value for category in Category),
    "severity": "1 to 5",
    "source_url": "the http or https address of a page that reports the event",
}
# Nobody has said what kind of source it is, so it counts as the weakest, and the event as unsure.
UNSTATED_TIER = "aggregator"
UNSTATED_CONFIDENCE = "low"
# ACLED's numbers (codebook 2024): 1 the place itself, 2 near it, 3 a wider region.
PRECISION_NUMBERS = {"1": "exact", "2": "area", "3": "area"}

_REGIONS = {name: region for region in Region for name in (region.slug, region.value.lower())}
_CATEGORIES = {
    name: category for category, label in CATEGORY_LABELS.items() for name in (category.value, label.lower())
}
_SEVERITIES = {label.lower(): level for level, label in SEVERITY_LABELS.items()}
_STATES = {name.lower(): code for code, name in STATE_NAMES.items()}
_WEB_ADDRESS = re.compile(r"https?://[^\s;,\"'<>\]}|]+", re.IGNORECASE)
_THOUSANDS = re.compile("-?[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+(?:[.][0-9]+)?")
Figures = dict[str, float]
Listed = list[dict[str, Any]]


class CellFault(ValueError):
    """One cell that can't be taken: the field, what is wrong, what is allowed."""

    def __init__(self, name: str, problem: str, allowed: str) -> None:
        super().__init__(f"{name}: {problem}; allowed: {allowed}")


def find_addresses(text: str) -> tuple[str, ...]:
    """The web addresses in a cell, each once."""
    return tuple(dict.fromkeys(address.rstrip(".") for address in _WEB_ADDRESS.findall(text)))


def _refuse(text: str, allowed: str, problem: str = "is not allowed") -> ValueError:
    return ValueError(f"{text[:60]!r} {problem}; allowed: {allowed}")


def _choose(options: Mapping[str, Any], allowed: str) -> Callable[[str], Any]:
    """Reads one of these words; spaces, underscores and hyphens are the same to whoever types a slug."""
    slugs = {re.sub(r"[\s_-]+", "-", key): value for key, value in options.items()}

    def read(text: str) -> Any:
        wanted = re.sub(r"[\s_-]+", "-", text.strip().lower())
        if wanted not in slugs:
            raise _refuse(text, allowed)
        return slugs[wanted]

    return read


def _read_word(allowed: tuple[str, ...], default: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = re.sub(r"[\s-]+", "_", text.strip().lower())
        if word and word not in allowed:
            raise _refuse(text, ", ".join(allowed))
        return word or default

    return read


def _split(pattern: str) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(dict.fromkeys(filter(None, (part.strip() for part in re.split(pattern, text)))))


def _read_days(text: str, info: ValidationInfo) -> Days:
    return parse_days(text, info.data.get("region", Region.INDO_PACIFIC))


def _read_day(text: str, info: ValidationInfo) -> date | None:
    return parse_day(text, info.data.get("region", Region.INDO_PACIFIC)) if text else None


_DEGREES = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<whole>[0-9]{1,3}(?:[.,][0-9]*)?|[.,][0-9]+)\s*(?:[°º]\s*(?:(?P<minutes>[0-9]{1,2}(?:[.,][0-9]+)?)"
    r"\s*['′’]\s*(?:(?P<seconds>[0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:[\"″”]|''))?)?)?\s*(?P<side>[NSEWnsew]?)"
)


def _read_degrees(text: str, sides: str) -> float | None:
    """Degrees with a sign or a side of the globe (`sides`, positive first), decimal or with minutes and seconds."""
    if not text:
        return None
    match = _DEGREES.fullmatch(text)
    side = match["side"].upper() if match else ""
    if not match or (side and (side not in sides or match["sign"])):
        allowed = f"decimal degrees, such as 24.5, -7.31 or 7.31 {sides[1]}"
        raise _refuse(text, allowed, "is not a number")
    parts = [float((match[name] or "0").replace(",", ".")) for name in ("whole", "minutes", "seconds")]
    if max(parts[1:]) >= 60:
        raise _refuse(text, "minutes and seconds below 60")
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -degrees if match["sign"] == "-" or side == sides[1] else degrees


def _read_latitude(text: str) -> float | None:
    return _read_degrees(text, "NS")


def _read_longitude(text: str) -> float | None:
    """Longitude from -180 to 180; maps of the Pacific count on past 180, so that 188.2 is 171.8 W."""
    degrees = _read_degrees(text, "EW")
    return round(degrees - 360, 9) if degrees is not None and 180 < degrees <= 360 else degrees


def _read_severity(text: str) -> int:
    number = re.fullmatch(r"([1-5])(?:\.0+)?", text)
    if not number and text.lower() not in _SEVERITIES:
        raise _refuse(text, "1 to 5")
    return int(number[1]) if number else _SEVERITIES[text.lower()]


def _read_code(text: str) -> str | None:
    if text and not re.fullmatch(r"[0-9]{2,4}", text):
        raise _refuse(text, "2 to 4 digits, leading zeros kept")
    return text or None


def _read_root(text: str, info: ValidationInfo) -> str:
    # A spreadsheet drops leading zeros: '4' is root 04. A code of two to four digits begins with its root.
    root = re.sub(r"\.0+$", "", text).zfill(2) if text else (info.data.get("cameo_code") or "")[:2]
    if root not in CAMEO_ROOTS:
        problem = f"{text[:20]!r} is not allowed" if text else "missing"
        raise ValueError(f"{problem}; allowed: two digits 01 to 20 (CAMEO root classes)")
    return root


def _read_state(text: str) -> str | None:
    if not text:
        return None
    word = fold_text(text).strip()
    if re.fullmatch(r"[A-Za-z]{3}", word) and word.upper() in {*STATE_NAMES, *load_lexicon().actor_words}:
        return word.upper()
    if re.fullmatch(r"[A-Z]{3}", word):
        return word
    if word.lower() in _STATES:
        return _STATES[word.lower()]
    whole = [hit for hit in load_lexicon().actors.find_longest(word) if hit.words == word]
    if whole:
        return whole[0].meaning
    raise _refuse(text, "an ISO 3166 alpha-3 code, such as CHN, USA, TWN", "is not a state that is known")


def _read_states(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_read_state, _split(r"[;|,]")(text))))


def _read_tags(text: str) -> tuple[str, ...]:
    tags = tuple(re.sub(r"[\s-]+", "_", tag.lower()) for tag in _split(r"[;|,]")(text))
    for tag in tags:
        if tag not in TAGS:
            raise _refuse(tag, ", ".join(sorted(TAGS)))
    return tags


def _read_figures(text: str) -> Figures:
    """Counts as 'aircraft=39; vessels=3' or as a JSON mapping."""
    allowed = "name=number pairs, separated by ';'"
    if text.startswith("{"):
        try:
            pairs = [(str(key), str(value)) for key, value in json.loads(text).items()]
        except (ValueError, RecursionError):
            raise ValueError(f"not readable as JSON; allowed: {allowed}") from None
    else:
        pairs = [(key.strip(), value.strip()) for key, _, value in (p.partition("=") for p in _split(r"[;|]")(text))]
    figures: Figures = {}
    for key, value in pairs:
        plain = _join_thousands(value)
        if not key or not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", plain):
            raise ValueError(f"{key[:30]}={value[:30]} is not allowed; allowed: {allowed}")
        figures[key] = float(plain)
    return figures


def _join_thousands(text: str) -> str:
    """'1,234,567' and '1 234' without their separators."""
    return re.sub("[, \u00a0\u202f]", "", text) if _THOUSANDS.fullmatch(text) else text


def _read_sources(text: str) -> tuple[str, ...] | Listed:
    """Addresses, or the list of records as which this project's own GeoJSON and JSON write sources."""
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            listed = None
        if not isinstance(listed, list) or not listed or not all(isinstance(entry, dict) for entry in listed):
            raise ValueError(f"not a list of sources; allowed: {REQUIRED_FIELDS['source_url']}")
        return listed
    addresses = find_addresses(text)
    if not addresses:
        raise ValueError(f"{text[:80]!r} is not allowed; allowed: {REQUIRED_FIELDS['source_url']}")
    return addresses


State = Annotated[str | None, BeforeValidator(_read_state)]
OneDay = Annotated[date | None, BeforeValidator(_read_day)]
Latitude = Annotated[float | None, BeforeValidator(_read_latitude)]
Longitude = Annotated[float | None, BeforeValidator(_read_longitude)]
Words = Annotated[tuple[str, ...], BeforeValidator(_split(r"[;|]"))]
Counts = Annotated[Figures, BeforeValidator(_read_figures)]


class EventCells(BaseModel):
    """The cells of one row, read. Fields of an Event with their texts' forms; its rules Event itself checks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Annotated[Region, BeforeValidator(_choose(_REGIONS, REQUIRED_FIELDS["region"]))]
    occurred_date: Annotated[Days, BeforeValidator(_read_days)]
    end_date: OneDay
    title: Annotated[str, BeforeValidator(lambda text: " ".join(text.split()))]
    summary: str
    location: str
    latitude: Latitude
    longitude: Longitude
    geo_precision: Annotated[
        str, BeforeValidator(lambda text: _read_word(GEO_PRECISIONS, "area")(PRECISION_NUMBERS.get(text, text)))
    ]
    actors: Annotated[tuple[str, ...], BeforeValidator(_read_states)]
    initiator: State
    target: State
    organizations: Words
    people: Words
    category: Annotated[Category, BeforeValidator(_choose(_CATEGORIES, REQUIRED_FIELDS["category"]))]
    cameo_code: Annotated[str | None, BeforeValidator(_read_code)]
    cameo_root: Annotated[str, BeforeValidator(_read_root)]
    severity: Annotated[int, BeforeValidator(_read_severity)]
    tags: Annotated[tuple[str, ...], BeforeValidator(_read_tags)]
    episode: Annotated[str | None, BeforeValidator(lambda text: text or None)]
    us_china_military_contact: Annotated[str | None, BeforeValidator(lambda text: text or None)]
    figures: Counts
    figures_other: Counts
    confidence: Annotated[str, BeforeValidator(_read_word(CONFIDENCES, UNSTATED_CONFIDENCE))]
    source_url: Annotated[tuple[str, ...] | Listed, BeforeValidator(_read_sources)]
    source_publisher: str
    source_title: str
    source_published: OneDay
    source_tier: Annotated[str, BeforeValidator(_read_word(SOURCE_TIERS, UNSTATED_TIER))]

    def build_fields(self) -> dict[str, Any]:
        """The fields of an Event without its id; raises CellFault where two cells contradict each other."""
        own = {name: getattr(self, name) for name in type(self).model_fields if not name.startswith("source_")}
        return own | {
            "occurred_date": self.occurred_date.first,
            "end_date": self._find_end(),
            "actors": self.actors or tuple(dict.fromkeys(filter(None, (self.initiator, self.target)))),
            "coder_doubt": self._check_place(),
            "source_key": "upload",
            "sources": self._build_sources(),
        }

    def _find_end(self) -> date | None:
        last = self.occurred_date.last
        if last and self.end_date and last != self.end_date:
            raise CellFault("end_date", f"{self.end_date} is not the end of the interval in occurred_date", str(last))
        return self.end_date or last

    def _check_place(self) -> str | None:
        """A doubt about a point far from the region, where its act may have been there; CellFault where it can't."""
        if self.latitude is None or self.longitude is None or abs(self.latitude) > 90 or abs(self.longitude) > 180:
            # What is no place at all, Event refuses.
            return None
        is_on_the_spot = self.category in ACTS_ON_THE_SPOT
        fault = find_place_fault(self.region, self.latitude, self.longitude, is_on_the_spot=is_on_the_spot)
        if fault:
            raise CellFault("latitude, longitude", *fault.split("; allowed: "))
        is_far = self.region is not Region.INDO_PACIFIC and not is_within(self.region, self.latitude, self.longitude)
        return f"the place lies far from the region {self.region.value}" if is_far else None

    def _build_sources(self) -> Listed:
        if isinstance(self.source_url, list):
            return self.source_url
        return [
            {
                "publisher": self.source_publisher or urlsplit(address).netloc,
                "title": self.source_title or self.title,
                "url": address,
                "published": self.source_published,
                "tier": self.source_tier,
            }
            for address in self.source_url
        ]
