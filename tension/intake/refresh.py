"""Brings sources up to date over the network, one by one; a source that fails doesn't stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_network
from itertools import chain

from tension.errors import BadInput, StoreError, TensionError
from tension.intake.ingest import IngestReport, ingest_batch, record_failure
from tension.intake.ledger import find_missing_env, list_sources_in_use, list_taken, read_stock
from tension.intake.spans import begin_span, end_lists, end_span, find_owed
from tension.records.source_cards import SourceCard, list_read_cards
from tension.settings import Settings
from tension.sources import find_adapter
from tension.sources.base import Adapter, DateWindow, FetchedFile, HttpReader
from tension.sources.net.client import HttpClient, HttpSettings
from tension.store.delta import Store, read_now_utc

# Looked at again on every refresh, because sources correct what they published. GDELT's files never change, and a day
# of them is a hundred requests.
OVERLAP_DAYS = 3
HEAVY_OVERLAP_DAYS = 1
FIRST_SPAN_DAYS = 30


@dataclass(frozen=True)
class RefreshStep:
    """A moment of a refresh: source number `number` of `source_count` begins (no report), or an input was taken."""

    source_key: str
    number: int
    source_count: int
    report: IngestReport | None = None


def open_http(settings: Settings) -> HttpClient:
    """The HTTP client of a refresh, closed to private addresses but for those that the settings name.

    Raises BadInput where they name no network.
    """
    for network in settings.allowed_networks:
        try:
            ip_network(network)
        except ValueError:
            raise BadInput(
                "TENSION_ALLOWED_NETWORKS", network, "networks such as 10.1.2.0/24, joined by commas"
            ) from None
    api_hosts = frozenset(card.api_host for card in list_read_cards() if card.api_host)
    return HttpClient(HttpSettings(robots_exempt_hosts=api_hosts, allowed_networks=settings.allowed_networks))


def choose_sources(store: Store, asked: Sequence[str] = ()) -> list[str]:
    """The sources of a refresh: those asked for, else all that need no missing key and aren't too heavy to begin."""
    if asked:
        for key in asked:
            find_adapter(key)
        return list(dict.fromkeys(asked))
    in_use = list_sources_in_use(store)
    return [
        card.key
        for card in list_read_cards()
        if card.is_fetched and (not card.is_heavy or card.key in in_use) and not find_missing_env(card)
    ]


def refresh_sources(
    store: Store, http: HttpReader, keys: Sequence[str], since: date | None = None
) -> Iterator[RefreshStep]:
    """Fetch and ingest each source, step by step, as the iterator is read. Raises StoreError."""
    for number, key in enumerate(keys, start=1):
        yield RefreshStep(key, number, len(keys))
        for report in _refresh_one(store, http, find_adapter(key), since):
            yield RefreshStep(key, number, len(keys), report)


def _refresh_one(store: Store, http: HttpReader, adapter: Adapter, since: date | None) -> Iterator[IngestReport]:
    card = adapter.SOURCE
    missing = find_missing_env(card)
    if missing:
        yield record_failure(store, card.key, card.url, f"{card.key}: set {', '.join(missing)} in the environment")
        return
    window = find_window(store, card, since)
    begin_span(store, card, window)
    is_whole = True
    first_dates: dict[str, date] = {}
    try:
        for report in chain.from_iterable(take_in(store, adapter, adapter.fetch(window, http))):
            is_whole &= report.is_success
            if report.first_date:
                first_dates[report.input_name] = report.first_date
            yield report
    except StoreError:
        raise
    except TensionError as error:
        is_whole = False
        yield record_failure(store, card.key, card.url, str(error))
    if is_whole:
        end_span(store, card, window)
    end_lists(store, card, first_dates, window.until)


def take_in(store: Store, adapter: Adapter, files: Iterator[FetchedFile]) -> Iterator[list[IngestReport]]:
    """Ingest files as they come; of a source with a hundred files a day, a day of data at a time.

    Raises what the iterator raises, once all that came before is taken in.
    """
    waiting: list[FetchedFile] = []
    try:
        for file in files:
            if waiting and _name_day(file) != _name_day(waiting[0]):
                yield ingest_batch(store, adapter, waiting)
                waiting = []
            waiting.append(file)
            if not adapter.SOURCE.is_heavy:
                yield ingest_batch(store, adapter, waiting)
                waiting = []
    except StoreError:
        raise
    except TensionError:
        if waiting:
            yield ingest_batch(store, adapter, waiting)
        raise
    if waiting:
        yield ingest_batch(store, adapter, waiting)


def _name_day(file: FetchedFile) -> str:
    """The day that an export's name begins with, as YYYYMMDD."""
    return file.name[:8] if file.name[:8].isdigit() else file.name


def find_window(store: Store, card: SourceCard, since: date | None = None) -> DateWindow:
    """From a little before the newest day in the store, or from the first day that is missing, to today, UTC.

    With a day of one's own, from that day, and nothing is passed over as known.
    """
    today = read_now_utc().date()
    if since is not None:
        return DateWindow(min(since, today), today)
    stock = read_stock(store, card, today)
    if stock.newest_date is None:
        since = today - timedelta(days=1 if card.is_heavy else FIRST_SPAN_DAYS)
    else:
        overlap = HEAVY_OVERLAP_DAYS if card.is_heavy else OVERLAP_DAYS
        since = min([stock.newest_date - timedelta(days=overlap), *(first for first, _ in stock.holes)])
    since = min(since, today)
    owed = find_owed(store, card, stock.newest_date)
    stamp = owed.newest_stamp if owed.is_cut_off else stock.newest_stamp
    first_day = min(stock.first_date, since) if stock.first_date else None
    held = _list_held(store, card, first_day) if stamp is None and first_day else frozenset()
    return DateWindow(since, today, stamp, first_day, list_taken(store, card.key), held)


def _list_held(store: Store, card: SourceCard, first_day: date) -> frozenset[str]:
    if card.table != "events" or card.is_heavy:
        return frozenset()
    limits = [("source_key", "=", card.key), ("occurred_date", ">=", first_day)]
    return frozenset(store.read_rows("events", ["event_id"], filters=limits)["event_id"].to_pylist())
