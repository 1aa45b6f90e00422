"""From the text cells of one uploaded row to the fields of an Event. Reads what people write; guesses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

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
from tension.sources.dates import parse_day
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
_STATES = {name.lower(): code for code, name in STATE_NAMES.items()}
_WEB_ADDRESS = re.compile(r"https?://[^\s;,\"'<>\]}|]+", re.IGNORECASE)


class CellFault(ValueError):
    """One cell that can't be taken: the field, what is wrong, what is allowed."""

    def __init__(self, name: str, problem: str, allowed: str) -> None:
        super().__init__(f"{name}: {problem}; allowed: {allowed}")


def build_event_fields(cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an Event (without its id) from the cells of a row, by field name; raises CellFault.

    Event itself checks the rest (ranges, roles among the actors, dates in order).
    """
    initiator = _read_state("initiator", cells["initiator"])
    target = _read_state("target", cells["target"])
    listed = tuple(_read_state("actors", part) for part in _split(cells["actors"], r"[;|,]"))
    actors = listed or (initiator, target)
    root, code = _read_cameo(cells["cameo_root"], cells["cameo_code"])
    occurred = _read_day("occurred_date", cells["occurred_date"])
    return {
        "occurred_date": occurred,
        "end_date": _read_day("end_date", cells["end_date"]),
        "title": " ".join(cells["title"].split()),
        "summary": cells["summary"],
        "region": _choose("region", cells["region"], _REGIONS, REQUIRED_FIELDS["region"]),
        "location": cells["location"],
        "latitude": _read_number("latitude", cells["latitude"]),
        "longitude": _read_number("longitude", cells["longitude"]),
        "geo_precision": _read_precision(cells["geo_precision"]),
        "actors": tuple(dict.fromkeys(state for state in actors if state)),
        "initiator": initiator,
        "target": target,
        "organizations": _split(cells["organizations"], r"[;|]"),
        "people": _split(cells["people"], r"[;|]"),
        "category": _choose("category", cells["category"], _CATEGORIES, REQUIRED_FIELDS["category"]),
        "cameo_root": root,
        "cameo_code": code,
        "severity": _read_severity(cells["severity"]),
        "tags": _read_tags(cells["tags"]),
        "episode": cells["episode"] or None,
        "us_china_military_contact": cells["us_china_military_contact"] or None,
        "figures": _read_figures("figures", cells["figures"]),
        "figures_other": _read_figures("figures_other", cells["figures_other"]),
        "confidence": _read_word("confidence", cells["confidence"], CONFIDENCES, UNSTATED_CONFIDENCE),
        "source_key": "upload",
        "sources": _read_sources(cells),
    }


def _split(text: str, pattern: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in re.split(pattern, text)))))


def _choose(name: str, text: str, options: Mapping[str, Any], allowed: str) -> Any:
    # Spaces, underscores and hyphens are the same to whoever types a slug.
    wanted = text.strip().lower()
    for key, value in options.items():
        if wanted == key or re.sub(r"[\s_-]+", "-", wanted) == re.sub(r"[\s_-]+", "-", key):
            return value
    raise CellFault(name, f"{text[:60]!r} is not allowed", allowed)


def _read_word(name: str, text: str, allowed: tuple[str, ...], default: str) -> str:
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word and word not in allowed:
        raise CellFault(name, f"{text[:60]!r} is not allowed", ", ".join(allowed))
    return word or default


def _read_day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        problem, _, allowed = str(error).partition("; allowed: ")
        raise CellFault(name, problem, allowed) from None


def _read_number(name: str, text: str) -> float | None:
    if not text:
        return None
    decimal = re.sub(r"^([+-]?\d{1,3}),(\d+)$", r"\1.\2", text)
    if not re.fullmatch(r"[+-]?(\d{1,3}(\.\d*)?|\.\d+)", decimal):
        raise CellFault(name, f"{text[:40]!r} is not a number", "decimal degrees, such as 24.5 or -7.31")
    return float(decimal)


def _read_precision(text: str) -> str:
    return _read_word("geo_precision", PRECISION_NUMBERS.get(text, text), GEO_PRECISIONS, "area")


def _read_severity(text: str) -> int:
    number = re.fullmatch(r"([1-5])(?:\.0+)?", text)
    labels = {label.lower(): level for level, label in SEVERITY_LABELS.items()}
    if not number and text.lower() not in labels:
        raise CellFault("severity", f"{text[:40]!r} is not allowed", "1 to 5")
    return int(number[1]) if number else labels[text.lower()]


def _read_cameo(root_text: str, code_text: str) -> tuple[str, str | None]:
    # A spreadsheet drops leading zeros: '4' is root 04. A code of two to four digits begins with its root.
    code = code_text or None
    if code and not re.fullmatch(r"\d{2,4}", code):
        raise CellFault("cameo_code", f"{code[:20]!r} is not allowed", "2 to 4 digits, leading zeros kept")
    root = re.sub(r"\.0+$", "", root_text).zfill(2) if root_text else (code or "")[:2]
    if root not in CAMEO_ROOTS:
        problem = f"{root_text[:20]!r} is not allowed" if root_text else "missing"
        raise CellFault("cameo_root", problem, "two digits 01 to 20 (CAMEO root classes)")
    return root, code


def _read_state(name: str, text: str) -> str | None:
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
    raise CellFault(
        name, f"{text[:60]!r} is not a state that is known", "an ISO 3166 alpha-3 code, such as CHN, USA, TWN"
    )


def _read_tags(text: str) -> tuple[str, ...]:
    tags = tuple(re.sub(r"[\s-]+", "_", tag.lower()) for tag in _split(text, r"[;|,]"))
    for tag in tags:
        if tag not in TAGS:
            raise CellFault("tags", f"{tag[:40]!r} is not allowed", ", ".join(sorted(TAGS)))
    return tags


def _read_figures(name: str, text: str) -> dict[str, float]:
    """Counts as 'aircraft=39; vessels=3' or as a JSON mapping."""
    allowed = "name=number pairs, separated by ';'"
    if text.startswith("{"):
        try:
            pairs = [(str(key), str(value)) for key, value in json.loads(text).items()]
        except (ValueError, RecursionError):
            raise CellFault(name, "not readable as JSON", allowed) from None
    else:
        pairs = [(key.strip(), value.strip()) for key, _, value in (p.partition("=") for p in _split(text, r"[;|]"))]
    figures: dict[str, float] = {}
    for key, value in pairs:
        if not key or not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", value):
            raise CellFault(name, f"{key[:30]}={value[:30]} is not allowed", allowed)
        figures[key] = float(value)
    return figures


def _read_sources(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    text = cells["source_url"]
    if text.startswith("["):
        return _read_listed_sources(text)
    addresses = list(dict.fromkeys(address.rstrip(".)") for address in _WEB_ADDRESS.findall(text)))
    if not addresses:
        raise CellFault("source_url", f"{text[:80]!r} is not allowed", REQUIRED_FIELDS["source_url"])
    return [
        {
            "publisher": cells["source_publisher"] or urlsplit(address).netloc,
            "title": cells["source_title"] or " ".join(cells["title"].split()),
            "url": address,
            "published": _read_day("source_published", cells["source_published"]),
            "tier": _read_word("source_tier", cells["source_tier"], SOURCE_TIERS, UNSTATED_TIER),
        }
        for address in addresses
    ]


def _read_listed_sources(text: str) -> list[dict[str, Any]]:
    """Sources as this project's own GeoJSON and JSON write them: a list of records."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list) or not listed or not all(isinstance(entry, dict) for entry in listed):
        raise CellFault("source_url", "not a list of sources", REQUIRED_FIELDS["source_url"])
    return listed
