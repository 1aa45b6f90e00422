"""Brings sources up to date over the network, one by one; a source that fails doesn't stop the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tension.errors import SourceError
from tension.http import HttpClient, HttpSettings
from tension.ingest import IngestReport, ingest_file, record_failure
from tension.sources import ADAPTERS, find_adapter
from tension.sources.base import Adapter, DateWindow, HttpReader, SourceCard
from tension.store import Store, read_now_utc

# Looked at again on every refresh, because sources correct what they published.
OVERLAP_DAYS = 3
FIRST_SPAN_DAYS = 30
# A day of these is a hundred files: fetched when asked for, or when they are in use already.
HEAVY_SOURCES = ("gdelt",)
NOT_FETCHED = ("upload",)


# Called with the user's own key; robots.txt is for crawlers and doesn't speak of them.
API_HOSTS = frozenset({"acleddata.com", "ucdpapi.pcr.uu.se"})


@dataclass(frozen=True)
class SourceStatus:
    """How a source stands: its newest day, its last success, and whether it is older than its card allows."""

    card: SourceCard
    last_success_utc: str
    newest_date: date | None
    accepted_count: int
    rejected_count: int
    last_message: str
    missing_env: tuple[str, ...]
    is_stale: bool


def open_http() -> HttpClient:
    """The client that a refresh reads with."""
    return HttpClient(HttpSettings(robots_exempt_hosts=API_HOSTS))


def choose_sources(store: Store, asked: Sequence[str] = ()) -> list[str]:
    """The sources of a refresh: those asked for, else all that need no missing key and aren't too heavy to begin."""
    if asked:
        for key in asked:
            find_adapter(key)
        return list(asked)
    in_use = {row["source_key"] for row in store.read_rows("runs", ["source_key"]).to_pylist()}
    return [
        key
        for key in ADAPTERS
        if key not in NOT_FETCHED
        and (key not in HEAVY_SOURCES or key in in_use)
        and not find_missing_env(find_adapter(key).SOURCE)
    ]


def refresh_sources(
    store: Store,
    http: HttpReader,
    keys: Sequence[str],
    since: date | None = None,
    on_step: Callable[[str, IngestReport], None] = lambda key, report: None,
) -> list[IngestReport]:
    """Fetch and ingest each source; `on_step` is told of every input, for a progress bar. Raises StoreError."""
    reports = []
    for key in keys:
        for report in _refresh_one(store, http, find_adapter(key), since):
            reports.append(report)
            on_step(key, report)
    return reports


def _refresh_one(store: Store, http: HttpReader, adapter: Adapter, since: date | None) -> Iterator[IngestReport]:
    card = adapter.SOURCE
    missing = find_missing_env(card)
    if missing:
        yield record_failure(store, card.key, card.url, f"{card.key}: set {', '.join(missing)} in the environment")
        return
    try:
        for file in adapter.fetch(find_window(store, card, since), http):
            yield ingest_file(store, adapter, file)
    except SourceError as error:
        yield record_failure(store, card.key, card.url, str(error))


def find_window(store: Store, card: SourceCard, since: date | None = None) -> DateWindow:
    """From a little before the newest day in the store (or the given day) to today, UTC."""
    today = read_now_utc().date()
    if since is None:
        newest = find_newest_date(store, card.key)
        first_span = 1 if card.key in HEAVY_SOURCES else FIRST_SPAN_DAYS
        since = newest - timedelta(days=OVERLAP_DAYS) if newest else today - timedelta(days=first_span)
    return DateWindow(min(since, today), today)


def find_newest_date(store: Store, key: str) -> date | None:
    """The newest day that a source has in the store; for Taiwan's counts and GPR the curated files count too."""
    runs = store.read_rows("runs", ["source_key", "newest_date"]).to_pylist()
    days = [row["newest_date"] for row in runs if row["source_key"] == key]
    if key == "mnd":
        days += store.read_rows("activity", ["date"])["date"].to_pylist()
    if key == "gpr":
        days += store.read_rows("gpr", ["month"])["month"].to_pylist()
    return max((day for day in days if day), default=None)


def read_statuses(store: Store) -> list[SourceStatus]:
    """Every source as the ledger knows it."""
    runs = store.read_rows("runs").to_pylist()
    today = read_now_utc().date()
    statuses = []
    for key in ADAPTERS:
        card = find_adapter(key).SOURCE
        own = sorted((r for r in runs if r["source_key"] == key), key=lambda r: r["finished_utc"])
        successes = [r for r in own if r["is_success"]]
        newest = find_newest_date(store, key)
        statuses.append(
            SourceStatus(
                card=card,
                last_success_utc=successes[-1]["finished_utc"].strftime("%Y-%m-%d %H:%M") if successes else "",
                newest_date=newest,
                accepted_count=sum(r["accepted_count"] for r in own),
                rejected_count=sum(r["rejected_count"] for r in own),
                last_message=own[-1]["message"] if own else "",
                missing_env=find_missing_env(card),
                is_stale=newest is None or (today - newest).days > card.max_age_days,
            )
        )
    return statuses


def find_missing_env(card: SourceCard) -> tuple[str, ...]:
    """Environment variables that the source needs and doesn't find."""
    return tuple(name for name in card.required_env if not os.environ.get(name))
