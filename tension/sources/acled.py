"""ACLED events with the user's own account: fetched by its API, parsed from API pages and CSV exports. Never exported.

Codebook: Armed Conflict Location & Event Data, "ACLED Codebook" (2023). The terms forbid passing the rows on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol, runtime_checkable

import orjson

from tension.errors import FetchError
from tension.records.places import find_region, load_states
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Told
from tension.sources.coded_rows import (
    Row,
    check_place,
    collect_events,
    hash_event,
    read_day,
    read_degrees,
    read_rows,
)

SOURCE = SOURCE_CARDS["acled"]
SIGN_IN_URL = "https://acleddata.com/oauth/token"
READ_URL = "https://acleddata.com/api/acled/read"
DELETED_URL = "https://acleddata.com/api/deleted/read"
GONE_KEY = "deleted_timestamp"
PAGE_SIZE = 5000
MAX_PAGES = 500
REQUIRED = ("event_id_cnty", "event_date", "event_type", "sub_event_type", "actor1", "iso", "latitude", "longitude")
EVENT_TYPES = frozenset(
    {
        "Battles",
        "Protests",
        "Riots",
        "Explosions/Remote violence",
        "Violence against civilians",
        "Strategic developments",
    }
)
PLACE_PRECISION = {"1": "exact", "2": "area", "3": "area"}
DAY_PRECISION = {"1": "exact day", "2": "within a week", "3": "within a month"}
# 'Military Forces of Taiwan (2016-2024) Coast Guard', 'Government of China (2012-)'.
_STATE_ACTOR = re.compile(
    r"(?:Mutiny of )?(?:Military Forces|Police Forces|Government) of (?:the )?(.+?)(?: \(\d{4}-\d{0,4}\).*)?"
)


@runtime_checkable
class FormPoster(Protocol):
    """A reader that can also send a form, as ACLED's sign-in asks."""

    def post_form(self, url: str, data: Mapping[str, str]) -> bytes:
        """The body of a successful answer; raises FetchError that never holds the form."""


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Pages of the read endpoint for the theatre's countries: these days, what ACLED changed since, what it deleted.

    What was added late, corrected or deleted is of any day since the first that is followed. Where the store's rows
    have no stamp, all of these days are read again, and a last file names the rows that are gone. Signs in with
    ACLED_EMAIL and ACLED_PASSWORD, or takes a day's token from ACLED_TOKEN. FetchError, also when a list of pages ends
    before its end.
    """
    headers = {"Authorization": f"Bearer {_get_token(http)}"}
    states = [state for state in load_states().values() if state.home_region]
    first_day = window.first_day or window.since
    since = first_day if window.newest_stamp is None else window.since
    params = {"_format": "json", "event_date_where": "BETWEEN"}
    params["country"] = ":OR:country=".join(state.name for state in states)
    asked = params | {"event_date": f"{since.isoformat()}|{window.until.isoformat()}"}
    pages = _fetch_pages(READ_URL, asked, f"acled-{since}-{window.until}", headers, http)
    if window.newest_stamp is None:
        gone = set(window.held_ids)
        for page in pages:
            gone -= {_build_id(str(item.get("event_id_cnty", ""))) for item in _list_items(page.raw, page.name)}
            yield page
        # Only of the countries that were asked for can absence tell.
        codes = tuple(f"acled:{state.iso3.lower()}" for state in states)
        lost = [
            {"event_id_cnty": key.removeprefix("acled:"), GONE_KEY: ""} for key in sorted(gone) if key.startswith(codes)
        ]
        if lost:
            yield FetchedFile(f"acled-absent-{since}-{window.until}.json", orjson.dumps({"data": lost}))
        return
    yield from pages
    changed = {"timestamp": str(window.newest_stamp), "timestamp_where": ">="}
    days = {"event_date": f"{first_day.isoformat()}|{window.until.isoformat()}"}
    yield from _fetch_pages(READ_URL, params | days | changed, f"acled-changed-{window.until}", headers, http)
    deleted = {"_format": "json", GONE_KEY: str(window.newest_stamp), f"{GONE_KEY}_where": ">="}
    yield from _fetch_pages(DELETED_URL, deleted, f"acled-deleted-{window.until}", headers, http)


def _fetch_pages(
    url: str, params: Mapping[str, str], name: str, headers: Mapping[str, str], http: HttpReader
) -> Iterator[FetchedFile]:
    for number in range(1, MAX_PAGES + 1):
        raw = http.get(url, params={**params, "limit": str(PAGE_SIZE), "page": str(number)}, headers=headers)
        yield FetchedFile(f"{name}-page{number}.json", raw)
        if len(_list_items(raw, f"{name}-page{number}.json")) < PAGE_SIZE:
            return
    raise FetchError(f"acled: {name} has more than {MAX_PAGES} pages; the rest is missing")


def _get_token(http: HttpReader) -> str:
    token = os.environ.get("ACLED_TOKEN", "").strip()
    if token:
        return token
    email, password = os.environ.get("ACLED_EMAIL", "").strip(), os.environ.get("ACLED_PASSWORD", "")
    if not (email and password):
        raise FetchError("acled: set ACLED_EMAIL and ACLED_PASSWORD of your myACLED account, or ACLED_TOKEN")
    if not isinstance(http, FormPoster):
        raise FetchError("acled: this client can't sign in; set ACLED_TOKEN")
    form = {"username": email, "password": password, "grant_type": "password", "client_id": "acled"}
    return _read_token(http.post_form(SIGN_IN_URL, form))


def _read_token(raw: bytes) -> str:
    # Neither the answer nor what was sent may show in the error.
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError:
        answer = None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise FetchError("acled: the sign-in gave no access token; check the account and its access to the API")
    return token


def _list_items(raw: bytes, name: str) -> list[dict[str, Any]]:
    try:
        page = orjson.loads(raw)
    except orjson.JSONDecodeError:
        page = None
    items = page.get("data") if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise FetchError(f"acled: {name} is no page of rows; what follows it is missing")
    return [item if isinstance(item, dict) else {} for item in items]


def _build_id(code: str) -> str:
    return f"acled:{code.lower()}"


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Events of the theatre in a page of the API or an export, or ids of deleted ones; raises FormatError."""
    withdrawn = _read_deleted(raw)
    if withdrawn is not None:
        return ParseResult(len(withdrawn), withdrawn=withdrawn)
    name = name or "ACLED file"
    rows = read_rows(raw, name, REQUIRED, "data", told)
    return collect_events(rows, name, lambda row: build_event(row, seen_utc))


def _read_deleted(raw: bytes) -> tuple[str, ...] | None:
    """The ids in a page of the deleted endpoint; None for anything else."""
    if GONE_KEY.encode() not in raw[:2_000]:
        return None
    try:
        page = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    items = page.get("data") if isinstance(page, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) and GONE_KEY in item for item in items):
        return None
    return tuple(_build_id(str(item.get("event_id_cnty", ""))) for item in items)


def build_event(row: Row, seen_utc: datetime) -> dict[str, Any] | None:
    """A row as an event, None outside the theatre; ValueError says why a row can't be read.

    ACLED states no CAMEO code, no quad class and no severity. Where it reports deaths, severity is 5 (casualties); else
    it stays empty. Its first actor began the act only in violence against civilians.
    """
    code = row["event_id_cnty"]
    if not re.fullmatch(r"[A-Za-z]{2,4}\d{1,12}", code):
        raise ValueError("event_id_cnty is not letters and a number")
    if row["event_type"] not in EVENT_TYPES:
        raise ValueError(f"event_type {row['event_type'][:40]!r} is not one of ACLED's six")
    occurred = read_day(row, "event_date", SOURCE, seen_utc)
    deaths = _read_deaths(row.get("fatalities", ""))
    where = _build_place(row)
    if where is None:
        return None
    states = [_find_actor_state(row.get(key, "")) for key in ("actor1", "actor2")]
    event: dict[str, Any] = {
        "event_id": _build_id(code),
        "source_key": "acled",
        "occurred_date": occurred,
        "reported_date": occurred,
        "is_reported_date_assumed": True,
        "recorded_utc": seen_utc,
        "title": _build_title(row),
        "summary": _describe(row, deaths),
        **where,
        "actors": list(dict.fromkeys(state for state in states if state)),
        "initiator": states[0] if row["event_type"] == "Violence against civilians" else None,
        "organizations": [
            row[key]
            for key, state in zip(("actor1", "actor2"), states, strict=True)
            if row.get(key) and not state and not row[key].startswith("Civilians")
        ],
        "people": [],
        "severity": 5 if deaths else None,
        "tags": ["casualties"] if deaths else [],
        "figures": [{"key": "fatalities", "value": deaths}] if deaths is not None else [],
        "figures_other": [],
        "sources": [_build_source(code, row)],
    }
    return event | {"content_hash": hash_event(event), "source_stamp": _read_stamp(row.get("timestamp", ""))}


def _read_stamp(text: str) -> int | None:
    """When ACLED last changed the row, in seconds since 1970; None where an export leaves it out."""
    if not text:
        return None
    if re.fullmatch(r"[0-9]{9,10}", text):
        return int(text)
    raise ValueError("timestamp is not a time in seconds since 1970")


def _read_deaths(text: str) -> int | None:
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    raise ValueError("fatalities is not a number of deaths")


def _build_place(row: Row) -> dict[str, Any] | None:
    degrees = {key: read_degrees(row, key, bound) for key, bound in (("latitude", 90), ("longitude", 180))}
    region = find_region(_find_country(row["iso"]), row.get("location", ""), degrees["latitude"], degrees["longitude"])
    if region is None:
        return None
    check_place(**degrees)
    parts = [row.get(key, "") for key in ("location", "admin1", "country")]
    return {
        "region": region.value,
        "location": ", ".join(dict.fromkeys(part for part in parts if part)),
        **degrees,
        "geo_precision": PLACE_PRECISION.get(row.get("geo_precision", "")),
    }


@cache
def _find_country(number: str) -> str | None:
    if not re.fullmatch(r"[0-9]{1,3}", number):
        raise ValueError("iso is not a country's number")
    wanted = str(int(number))
    return next((state.iso3 for state in load_states().values() if state.iso_number == wanted), None)


@cache
def _find_actor_state(actor: str) -> str | None:
    match = _STATE_ACTOR.fullmatch(actor)
    if not match:
        return None
    return next((state.iso3 for state in load_states().values() if state.name == match[1]), None)


def _build_title(row: Row) -> str:
    actors = " and ".join(row[key] for key in ("actor1", "actor2") if row.get(key))
    return f"{row['sub_event_type'] or row['event_type']}: {actors or 'unnamed actor'}"[:300]


def _describe(row: Row, deaths: int | None) -> str:
    words = [row.get("notes", "").strip()]
    words.append(f"Reported deaths: {deaths}." if deaths is not None else "")
    day = DAY_PRECISION.get(row.get("time_precision", ""))
    words.append(f"Date: {day}." if day else "")
    return " ".join(word for word in words if word)


def _build_source(code: str, row: Row) -> dict[str, Any]:
    reports = row.get("source", "").strip()
    return {
        "publisher": "ACLED",
        "title": f"ACLED event {code}" + (f", from {reports}" if reports else ""),
        "url": SOURCE.url,
        "published": None,
        "tier": "aggregator",
    }
