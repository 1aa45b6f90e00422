"""UCDP's Georeferenced Event Dataset (GED), from its CSV releases and its API. Owns the mapping to events.

Codebook: Högbladh, UCDP GED Codebook version 23.1, Uppsala University, 2023.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl, quote, urlsplit

import orjson

from tension.errors import FetchError
from tension.records.places import State, find_region, load_states
from tension.records.source_cards import SOURCE_CARDS
from tension.records.vocab import QuadClass, Region
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

SOURCE = SOURCE_CARDS["ucdp"]
API_URL = "https://ucdpapi.pcr.uu.se/api/gedevents/"
PAGE_SIZE = 1000
MAX_PAGES = 1000
RETRY_SECONDS = (5.0, 30.0)
REQUIRED = ("id", "type_of_violence", "side_a", "side_b", "latitude", "longitude", "country_id", "date_start", "best")
# GED's columns in the order of version 23.1: some candidate releases come without a header.
GED_COLUMNS = tuple(
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id"
    " dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources"
    " source_article source_office source_date source_headline source_original where_prec where_coordinates"
    " where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity"
    " date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob".split()
)
VIOLENCE = {"1": "State-based violence", "2": "Non-state violence", "3": "One-sided violence"}
PLACE_PRECISION = {
    "1": ("exact", "at the place"),
    "2": ("area", "within 25 km of the place"),
    "3": ("area", "in the second-order division"),
    "4": ("area", "in the first-order division"),
    "5": ("area", "along a line or in a wider area"),
    "6": ("country", "in the country"),
    "7": ("area", "in international waters or airspace"),
}
DAY_PRECISION = {
    "1": "exact day",
    "2": "within 2 to 6 days",
    "3": "within a week",
    "4": "within a month",
    "5": "within more than a month",
}
DEATHS = ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")


@runtime_checkable
class Waiter(Protocol):
    """A reader that can also pause before it asks again."""

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of a successful answer; raises FetchError."""

    def wait(self, seconds: float) -> None:
        """Return after so many seconds."""


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Pages of the API for these days: candidate releases month by month, then the newest yearly release.

    A yearly release is asked for all days that are followed until the whole of it was taken, then for the window's
    alone: its final rows take the place of the year's candidates. A release whose first page is refused isn't out yet,
    and the one before it is read. One that fails after that is incomplete: FetchError names it once the others were
    yielded, as it does when nothing at all could be had.
    """
    token = os.environ.get("UCDP_TOKEN", "").strip()
    if not token:
        raise FetchError("ucdp: the API asks for a token; set the environment variable UCDP_TOKEN")
    refused: list[FetchError] = []
    incomplete: list[str] = []
    fetched = 0
    # What is final comes last, so that it replaces what was provisional.
    for releases in (*([name] for name in _list_monthly(window)), _list_yearly(window)):
        for version in releases:
            pages = 0
            since = find_first_asked(version, window)
            try:
                for page in _fetch_pages(version, since, window.until, token, http):
                    pages += 1
                    yield page
            except FetchError as error:
                if pages:
                    incomplete.append(f"release {version} is incomplete after {pages} pages ({error})")
                    break
                refused.append(error)
            else:
                break
            finally:
                fetched += pages
    if incomplete:
        raise FetchError(f"ucdp: {'; '.join(incomplete)}")
    if refused and not fetched:
        raise refused[-1]


def _list_monthly(window: DateWindow) -> list[str]:
    """Candidate releases of the window's months in its last two years: YY.0.M is month M of 20YY."""
    since = max((window.since.year, window.since.month), (window.until.year - 1, 1))
    months = [(y, m) for y in (window.until.year - 1, window.until.year) for m in range(1, 13)]
    until = (window.until.year, window.until.month)
    return [f"{year % 100}.0.{month}" for year, month in months if since <= (year, month) <= until]


def _list_yearly(window: DateWindow) -> list[str]:
    """Yearly releases that may hold days of the window, newest first: YY.1 holds all years before 20YY."""
    years = (window.until.year, window.until.year - 1)
    first_day = window.first_day or window.since
    return [f"{year % 100}.1" for year in years if first_day.year < year]


def find_first_asked(version: str, window: DateWindow) -> date:
    """The first day to ask a release for: a candidate release holds its own month, a yearly one what is followed.

    Of a yearly release that was taken to its last page, from that day or an earlier one, the window's days are enough:
    it doesn't change once it is out.
    """
    if window.first_day is None or ".0." in version:
        return window.since
    name = re.compile(rf"gedevents-{re.escape(version)}-from-(\d{{4}}-\d{{2}}-\d{{2}})-page\d+-last\.json")
    taken = (date.fromisoformat(match[1]) for match in map(name.fullmatch, window.taken) if match)
    is_whole = any(day <= window.first_day for day in taken)
    return window.since if is_whole else min(window.first_day, window.since)


def _fetch_pages(version: str, since: date, until: date, token: str, http: HttpReader) -> Iterator[FetchedFile]:
    params = {"pagesize": str(PAGE_SIZE), "StartDate": since.isoformat(), "EndDate": until.isoformat()}
    seen: set[str] = set()
    for number in range(1, MAX_PAGES + 1):
        raw = _get_page(API_URL + version, params, token, http, is_first=number == 1)
        name = f"gedevents-{version}-from-{since}-page{number}"
        try:
            following = _read_next_page(raw, f"page {number}")
        except FetchError:
            yield FetchedFile(f"{name}.json", raw)
            raise
        yield FetchedFile(f"{name}.json" if following else f"{name}-last.json", raw)
        if not following:
            return
        if following in seen:
            raise FetchError(f"{API_URL}{version}: page {number} leads back to an earlier one")
        seen.add(following)
        # Only the query is taken from the answer: the token goes to no other address.
        params |= dict(parse_qsl(urlsplit(following).query))


def _get_page(url: str, params: dict[str, str], token: str, http: HttpReader, *, is_first: bool) -> bytes:
    """One page. The API refuses after many requests in a row, so a later page is asked for again after a pause."""
    headers = {"x-ucdp-access-token": token}
    if not is_first and isinstance(http, Waiter):
        for seconds in RETRY_SECONDS:
            try:
                return http.get(url, params=params, headers=headers)
            except FetchError:
                http.wait(seconds)
    return http.get(url, params=params, headers=headers)


def _read_next_page(raw: bytes, name: str) -> str:
    try:
        page = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise FetchError(f"ucdp: {name} is cut off or no JSON") from None
    following = page.get("NextPageUrl") if isinstance(page, dict) else None
    return following if isinstance(following, str) else ""


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """Events on the theatre's land and waters, from a table of GED (CSV, XLSX) or a page of the API; FormatError."""
    name = name or "GED file"
    rows = read_rows(raw, name, REQUIRED, "Result", told, GED_COLUMNS)
    stamp = rank_release(name)
    return collect_events(rows, name, lambda row: build_event(row, seen_utc, stamp))


def rank_release(name: str) -> int | None:
    """How new the release is that a file's name says, for files that hold the same event; None where it says none.

    A year's final release (26.1, of all years before 2026) goes before every candidate of those years. Of candidates
    the later month goes before, and a joined file (v26_01_26_06) before that month's own (26.0.6).
    """
    stem = Path(name).name.lower()
    joined = re.search(r"(?<![0-9])([0-9]{2})[._]01[._]\1[._](0[1-9]|1[0-2])(?![0-9])", stem)
    if joined:
        return int(joined[1]) * 10_000 + int(joined[2]) * 100 + 1
    monthly = re.search(r"(?<![0-9])([0-9]{2})[._]0[._](1[0-2]|0?[1-9])(?![0-9])", stem)
    if monthly:
        return int(monthly[1]) * 10_000 + int(monthly[2]) * 100
    final = re.search(r"(?<![0-9])([0-9]{2})[._]1(?![0-9._]*[0-9])|ged([0-9]{2})1(?![0-9])", stem)
    return int(final[1] or final[2]) * 10_000 if final else None


def build_event(row: Row, seen_utc: datetime, stamp: int | None = None) -> dict[str, Any] | None:
    """A row as an event, None outside the theatre; ValueError says why a row can't be read. `stamp`: `rank_release`.

    UCDP records only armed force by organised actors that killed someone by at least one of its three estimates: that
    is this record's severity 5. It says who fought, not who began, and names no CAMEO code: 'fight' is what state-based
    and non-state violence are by its own definition; for one-sided violence only the quad class is sure.
    """
    if not re.fullmatch(r"[0-9]{1,12}", row["id"]):
        raise ValueError("id is not a number")
    violence = row["type_of_violence"]
    if violence not in VIOLENCE:
        raise ValueError("type_of_violence is not 1, 2 or 3")
    when = _build_dates(row, seen_utc)
    deaths = {key: count for key in DEATHS if (count := _read_count(row, key)) is not None}
    parties = [_find_state(code) for key in ("gwnoa", "gwnob") for code in re.findall(r"\d+", row.get(key, ""))]
    where = _build_place(row, [party for party in parties if party])
    if where is None:
        return None
    actors = list(dict.fromkeys(party.iso3 for party in parties if party))
    event: dict[str, Any] = {
        "event_id": f"ucdp:{int(row['id'])}",
        "source_key": "ucdp",
        **when,
        "recorded_utc": seen_utc,
        "title": f"{VIOLENCE[violence]}: {row['side_a']} and {row['side_b']}"[:300],
        "summary": _describe(row, deaths),
        **where,
        "actors": actors,
        "initiator": actors[0] if violence == "3" and actors else None,
        "organizations": [row[side] for side in ("side_a", "side_b") if _is_organization(row[side])],
        "people": [],
        "cameo_root": "19" if violence in ("1", "2") else None,
        "quad_class": int(QuadClass.MATERIAL_CONFLICT),
        "severity": 5,
        "tags": ["casualties"] if deaths["best"] else [],
        "figures": [{"key": f"deaths_{key}", "value": deaths[key]} for key in DEATHS[:3] if key in deaths],
        "figures_other": [{"key": key, "value": deaths[key]} for key in DEATHS[3:] if key in deaths],
        "coder_doubt": _find_doubt(row),
        "sources": [_build_source(row, None if when["is_reported_date_assumed"] else when["reported_date"])],
    }
    return event | {"content_hash": hash_event(event), "source_stamp": stamp}


def _build_dates(row: Row, seen_utc: datetime) -> dict[str, Any]:
    since = read_day(row, "date_start", SOURCE, seen_utc)
    until = read_day(row, "date_end", SOURCE, seen_utc) if row.get("date_end") else since
    if until < since:
        raise ValueError("date_end is before date_start")
    published = _find_first_report(row, since)
    return {
        "occurred_date": since,
        "end_date": until if until != since else None,
        "reported_date": published or since,
        "is_reported_date_assumed": published is None,
    }


def _build_place(row: Row, parties: list[State]) -> dict[str, Any] | None:
    """None where neither the place nor a government that fights is of the theatre."""
    latitude, longitude = read_degrees(row, "latitude", 90), read_degrees(row, "longitude", 180)
    place, country = row.get("where_coordinates", ""), _find_state(row["country_id"])
    region = find_region(country.iso3 if country else None, place, latitude, longitude)
    if region is not None:
        check_place(latitude, longitude)
    elif any(party.home_region for party in parties):
        region = Region.INDO_PACIFIC
    else:
        return None
    return {
        "region": region.value,
        "location": ", ".join(dict.fromkeys(part for part in (place, row.get("country", "")) if part)),
        "latitude": latitude,
        "longitude": longitude,
        "geo_precision": PLACE_PRECISION.get(row.get("where_prec", ""), (None, ""))[0],
    }


def _build_source(row: Row, published: date | None) -> dict[str, Any]:
    return {
        "publisher": "Uppsala Conflict Data Program",
        "title": f"GED event {row.get('relid') or row['id']}",
        "url": f"https://ucdp.uu.se/country/{quote(row['country_id'], safe='')}",
        "published": published,
        "tier": "aggregator",
    }


def _read_count(row: Row, key: str) -> int | None:
    text = row.get(key, "")
    if re.fullmatch(r"[0-9]{1,9}(\.0+)?", text):
        return int(float(text))
    if text or key == "best":
        raise ValueError(f"{key} is not a number of deaths")
    return None


@cache
def _find_state(code: str) -> State | None:
    return next((state for state in load_states().values() if state.gw_code and state.gw_code == code), None)


def _find_first_report(row: Row, since: date) -> date | None:
    """The earliest date among the event's sources; one before the event itself is a slip and doesn't count."""
    days = []
    for text in re.findall(r"\d{4}-\d{2}-\d{2}", row.get("source_date", "")):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            continue
    return min((day for day in days if day >= since), default=None)


def _is_organization(side: str) -> bool:
    return bool(side) and side != "Civilians" and not side.startswith("Government of ")


def _describe(row: Row, deaths: dict[str, int]) -> str:
    estimate = f"Deaths, best estimate: {deaths['best']}"
    if "low" in deaths and "high" in deaths:
        estimate += f" (low {deaths['low']}, high {deaths['high']})"
    place = PLACE_PRECISION.get(row.get("where_prec", ""), (None, "of unstated precision"))[1]
    day = DAY_PRECISION.get(row.get("date_prec", ""), "of unstated precision")
    reports = row.get("source_office", "").strip(" ;")
    return f"{estimate}. Date: {day}; coordinates: {place}." + (f" Reported by: {reports}." if reports else "")


def _find_doubt(row: Row) -> str | None:
    doubts = []
    if row.get("code_status") and row["code_status"].lower() != "clear":
        doubts.append(f"code status: {row['code_status']}")
    if row.get("event_clarity") == "2":
        doubts.append("event clarity 2: the sources don't tell single events apart")
    return "; ".join(doubts) or None
