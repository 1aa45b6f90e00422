"""News feeds: each item becomes a candidate with a proposed coding and its words, never an event by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from tension.errors import CuratedDataError, FetchError
from tension.records.events import Record, WebAddress
from tension.records.source_cards import SOURCE_CARDS
from tension.records.vocab import Region
from tension.settings import PROJECT_DIR
from tension.sources.base import DateWindow, FetchedFile, HttpReader, ParseResult, Reject
from tension.sources.coding.proposals import Proposal, build_proposal
from tension.sources.dates import parse_moment
from tension.sources.rss.feed import Feed, FeedItem, parse_feed

FEEDS_FILE = PROJECT_DIR / "data" / "feeds.yaml"
MAX_SUMMARY_CHARS = 2_000
# A feed may date an item a little ahead; further ahead it is a mistake, and no date is better than a wrong one.
FUTURE_TOLERANCE = timedelta(days=2)

SOURCE = SOURCE_CARDS["rss"]


class FeedEntry(Record):
    """One feed of data/feeds.yaml."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    url: WebAddress
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    tier: Literal["official", "news", "state_media", "partisan", "reprint", "aggregator"]
    region: Region | None = None


@dataclass(frozen=True)
class _Origin:
    """Where an item was read: the feed's key or title, and what data/feeds.yaml says of it."""

    name: str
    entry: FeedEntry | None


@lru_cache(maxsize=4)
def load_feeds(path: Path = FEEDS_FILE) -> tuple[FeedEntry, ...]:
    """The feeds that are read; CuratedDataError lists every fault."""
    try:
        entries = TypeAdapter(tuple[FeedEntry, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise CuratedDataError([f"{path.name}: not YAML: {' '.join(str(error).split())}"]) from error
    except ValidationError as error:
        faults = [f"{path.name} entry {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise CuratedDataError(faults) from error
    keys = [entry.key for entry in entries]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise CuratedDataError([f"{path.name}: key {key} is given twice" for key in doubled])
    return entries


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Each feed as it stands now (feeds know no past, so `window` limits nothing); the name is the feed's key.

    A feed that fails doesn't stop the others: after the last one, FetchError names those that failed.
    """
    failures: list[str] = []
    feeds = load_feeds()
    for entry in feeds:
        try:
            raw = http.get(entry.url, headers={"Accept": "application/rss+xml, application/atom+xml, application/xml"})
        except FetchError as error:
            failures.append(f"{entry.key} ({error})")
            continue
        yield FetchedFile(entry.key, raw)
    if failures:
        raise FetchError(f"{len(failures)} of {len(feeds)} feeds could not be fetched: {'; '.join(failures)}")


def parse(raw: bytes, seen_utc: datetime, name: str = "") -> ParseResult:
    """Candidates of one feed, in its order. `name` may be a key of data/feeds.yaml (or a file named so).

    Rejects: items without a title (or a text to take one from) or a usable link, and one that the feed breaks off in.
    Duplicates: an item's identity twice in one file. Out of scope: nothing of the region in title and summary. Raises
    FormatError when the bytes are no feed.
    """
    feed = parse_feed(raw)
    origin = _find_origin(name, feed)
    candidates: dict[str, dict[str, object]] = {}
    seen: set[str] = set()
    rejects: list[Reject] = []
    duplicate_count = out_of_scope_count = 0
    for item in feed.items:
        reason = _find_fault(item)
        if reason:
            rejects.append(Reject(reason, " | ".join(filter(None, (item.title, item.raw_link, item.summary)))[:2_000]))
            continue
        candidate_id = build_candidate_id(item)
        if candidate_id in seen:
            duplicate_count += 1
            continue
        seen.add(candidate_id)
        hint = origin.entry.region if origin.entry else None
        proposal = build_proposal(item.title, item.summary, hint)
        if not proposal.is_in_scope:
            out_of_scope_count += 1
            continue
        candidates[candidate_id] = _build_candidate(candidate_id, item, origin, proposal, seen_utc)
    return ParseResult(
        read_count=len(feed.items),
        candidates=tuple(candidates.values()),
        rejects=tuple(rejects),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
        note=feed.note,
    )


def build_candidate_id(item: FeedItem) -> str:
    """'rss:' and a hash of the item's own identity (within its site), so that the same item is met again as itself."""
    # A guid is unique within its publisher at best ("1234"), so the link's site stands with it.
    identity = f"{urlsplit(item.link).hostname} {item.guid}" if item.guid else item.link
    return f"rss:{hashlib.sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _find_origin(name: str, feed: Feed) -> _Origin:
    stem = Path(name).stem
    entry = next((entry for entry in load_feeds() if entry.key in (name, stem)), None)
    return _Origin(entry.key if entry else feed.title or name, entry)


def _find_fault(item: FeedItem) -> str | None:
    if item.fault:
        return item.fault
    if not item.title:
        return "title: missing; an item needs a title or a text"
    if not item.raw_link:
        return "link: missing; an item needs a link to its page"
    if not item.link:
        return f"link: {item.raw_link[:200]!r} is not allowed; allowed: a full http or https address"
    return None


def _build_candidate(
    candidate_id: str, item: FeedItem, origin: _Origin, proposal: Proposal, seen_utc: datetime
) -> dict[str, object]:
    moment = parse_moment(item.published_text)
    if moment and (moment.at_utc or seen_utc) > seen_utc + FUTURE_TOLERANCE:
        moment = None
    if moment and moment.day > (seen_utc + FUTURE_TOLERANCE).date():
        moment = None
    place = proposal.place
    return {
        "candidate_id": candidate_id,
        "source_key": SOURCE.key,
        "feed": origin.name,
        "publisher": origin.entry.title if origin.entry else origin.name,
        "tier": origin.entry.tier if origin.entry else None,
        "title": item.title,
        "summary": item.summary[:MAX_SUMMARY_CHARS],
        "url": item.link,
        "published_date": moment.day if moment else None,
        "published_utc": moment.at_utc if moment else None,
        "published_text": item.published_text[:100],
        "seen_utc": seen_utc,
        "is_likely_event": proposal.is_likely_event,
        "proposed_region": proposal.region.value if proposal.region else None,
        "proposed_actors": list(proposal.actors),
        "proposed_initiator": proposal.initiator,
        "proposed_target": proposal.target,
        "proposed_category": proposal.category,
        "proposed_cameo_root": proposal.cameo_root,
        "proposed_severity": proposal.severity,
        "proposed_tags": list(proposal.tags),
        "proposed_location": place.name if place else None,
        "proposed_latitude": place.latitude if place else None,
        "proposed_longitude": place.longitude if place else None,
        "proposed_geo_precision": place.geo_precision if place else None,
        "reasons": _build_reasons(proposal),
    }


def _build_reasons(proposal: Proposal) -> list[dict[str, Any]]:
    return [reason.to_dict() for reason in proposal.reasons]
