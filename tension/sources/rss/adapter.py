"""News feeds: each item becomes a candidate with a proposed coding and its words, never an event by itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from tension.errors import CuratedDataError, FetchError
from tension.records.candidates import Candidate, Proposal
from tension.records.events import Record, WebAddress
from tension.records.source_cards import SOURCE_CARDS
from tension.records.vocab import Region
from tension.settings import DATA_DIR
from tension.sources.base import AHEAD, NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told
from tension.sources.coding.proposals import build_proposal
from tension.sources.dates import Moment, parse_moment
from tension.sources.rss.feed import Feed, FeedItem, parse_feed

FEEDS_FILE = DATA_DIR / "feeds.yaml"
MAX_SUMMARY_CHARS = 2_000
# A guid without a figure is an identity only if it is long: "N/A" and "none" are not.
MIN_GUID_LETTERS = 12

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
    shown = f"{path.parent.name}/{path.name}"
    try:
        entries = TypeAdapter(tuple[FeedEntry, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise CuratedDataError([f"{shown}: not YAML: {' '.join(str(error).split())}"]) from error
    except ValidationError as error:
        faults = [f"{shown} entry {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise CuratedDataError(faults) from error
    keys = [entry.key for entry in entries]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise CuratedDataError([f"{shown}: key {key} is given twice" for key in doubled])
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


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Candidates of one feed, in its order. `name` may be a key of data/feeds.yaml (or a file named so).

    Rejects: items without a title (or a text to take one from) or a usable link, and one that the feed breaks off in.
    Duplicates: an item's identity twice in one file. Out of scope: nothing of the region in title and summary. Raises
    FormatError when the bytes are no feed.
    """
    feed = parse_feed(raw)
    origin = _find_origin(name, feed)
    shared = _find_shared_guids(feed)
    hint = origin.entry.region if origin.entry else None
    candidates: list[Candidate] = []
    seen: set[str] = set()
    rejects: list[Reject] = []
    duplicate_count = out_of_scope_count = 0
    for item in feed.items:
        reason = _find_fault(item)
        if reason:
            rejects.append(Reject(reason, " | ".join(filter(None, (item.title, item.raw_link, item.summary)))[:2_000]))
            continue
        ids = list_ids(item, is_guid_its_own=item.guid not in shared)
        if ids[0] in seen:
            duplicate_count += 1
            continue
        seen.add(ids[0])
        proposal = build_proposal(item.title, item.summary, hint)
        if proposal is None:
            out_of_scope_count += 1
            continue
        candidates.append(_build_candidate(ids, item, origin, proposal, seen_utc))
    return ParseResult(
        read_count=len(feed.items),
        candidates=tuple(candidates),
        rejects=tuple(rejects),
        out_of_scope_count=out_of_scope_count,
        duplicate_count=duplicate_count,
        note=feed.note,
        first_date=_find_first_date(feed, seen_utc),
    )


def list_ids(item: FeedItem, *, is_guid_its_own: bool = True) -> tuple[str, str]:
    """The item's identity, and the one that it would have by the other rule; both 'rss:' and a hash.

    By its guid (within its site, for "1234" is unique within its publisher at best) where that is the item's own, else
    by its link and title.
    """
    site = urlsplit(item.link).hostname
    by_link = _hash(f"{item.link} {item.title}" if item.guid else item.link)
    by_guid = _hash(f"{site} {item.guid}") if item.guid else by_link
    return (by_guid, by_link) if is_guid_its_own else (by_link, by_guid)


def _hash(identity: str) -> str:
    return f"rss:{hashlib.sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _find_shared_guids(feed: Feed) -> set[str]:
    """Guids that tell nothing: of items with other links, of the site as a whole, and words such as "N/A"."""
    links: dict[str, set[str]] = defaultdict(set)
    for item in feed.items:
        links[item.guid].add(item.link)
    return {guid for guid, found in links.items() if len(found) > 1 or not _is_identity(guid, feed)}


def _is_identity(guid: str, feed: Feed) -> bool:
    parts = urlsplit(guid) if guid.lower().startswith(("http://", "https://")) else None
    if parts:
        return guid.rstrip("/") != feed.link.rstrip("/") and bool(parts.path.strip("/") or parts.query)
    return len(guid) >= MIN_GUID_LETTERS or any(letter.isdigit() for letter in guid)


def _find_origin(name: str, feed: Feed) -> _Origin:
    stem = Path(name).stem
    entry = next((entry for entry in load_feeds() if entry.key in (name, stem)), None)
    return _Origin(entry.key if entry else feed.title or name, entry)


def _find_first_date(feed: Feed, seen_utc: datetime) -> date | None:
    times = (_read_moment(item.published_text, seen_utc) for item in feed.items)
    return min((moment.day for moment in times if moment), default=None)


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
    ids: tuple[str, str], item: FeedItem, origin: _Origin, proposal: Proposal, seen_utc: datetime
) -> Candidate:
    published = _read_moment(item.published_text, seen_utc)
    updated = _read_moment(item.updated_text, seen_utc) or published
    return Candidate(
        candidate_id=ids[0],
        other_id=ids[1],
        source_key=SOURCE.key,
        feed=origin.name,
        publisher=origin.entry.title if origin.entry else origin.name,
        tier=origin.entry.tier if origin.entry else None,
        title=item.title,
        summary=item.summary[:MAX_SUMMARY_CHARS],
        url=item.link,
        published_date=published.day if published else None,
        published_utc=published.at_utc if published else None,
        published_text=item.published_text[:100],
        updated_utc=updated.at_utc if updated else None,
        seen_utc=seen_utc,
        proposal=proposal,
    )


def _read_moment(text: str, seen_utc: datetime) -> Moment | None:
    """A date of an item; None where it can't be read or can't be, for no date is better than a wrong one."""
    moment = parse_moment(text)
    if not moment or not SOURCE.first_day <= moment.day <= (seen_utc + AHEAD).date():
        return None
    return None if moment.at_utc and moment.at_utc > seen_utc + AHEAD else moment
