"""The ministry's site: addresses of list and detail pages, and the walk over them. Network only; reads no figures."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from tension.errors import FetchError
from tension.sources.base import DateWindow, FetchedFile, HttpReader
from tension.sources.mnd.bulletin_text import BulletinError
from tension.sources.mnd.report_days import find_dates

MAX_LIST_PAGES = 260


@dataclass(frozen=True)
class BulletinList:
    """One list of bulletins, newest first. `page_form` holds {page} where the list has more than one page."""

    language: str
    page_form: str
    link: str


CHINESE = BulletinList("zh", "https://www.mnd.gov.tw/news/plaactlist/{page}", r"news/plaact/[0-9]+")
ENGLISH = BulletinList("en", "https://www.mnd.gov.tw/en/news/plaactlist/{page}", r"news/plaact/[0-9]+")
# The Air Force Command, a part of the ministry, carries the same English bulletins: used where the first is refused.
AIR_FORCE = BulletinList(
    "en", "https://air.mnd.gov.tw/EN/News/News_List.aspx?CID=214", r"News_Detail\.aspx\?CID=214&(?:amp;)?ID=[0-9]+"
)


AIR_FORCE_CHINESE = BulletinList(
    "zh", "https://air.mnd.gov.tw/TW/News/News_List.aspx?CID=213", r"News_Detail\.aspx\?CID=213&(?:amp;)?ID=[0-9]+"
)
# In this order; a list of a language is asked only for what those before it don't reach back to.
LISTS = (CHINESE, AIR_FORCE_CHINESE, ENGLISH, AIR_FORCE)


@dataclass(frozen=True)
class ListEntry:
    """One line of a list page: where the bulletin is and the day it was published."""

    url: str
    published: date


def fetch_bulletins(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """One file per language and day of publication: JSON lines with the pages as served. Raises FetchError.

    A bulletin is published on its own day or the next, so the walk goes one day past the window's end.
    """
    failures: list[str] = []
    # The first day from which on each language was listed.
    listed_since: dict[str, date] = {}
    for source in LISTS:
        if listed_since.get(source.language, window.until) <= window.since:
            continue
        entries, problem = _fetch_entries(source, window, http)
        if problem:
            failures.append(problem)
        if not entries:
            continue
        oldest = min(entry.published for entry in entries)
        listed_since[source.language] = min(oldest, listed_since.get(source.language, oldest))
        asked = [entry for entry in entries if window.since <= entry.published <= window.until + timedelta(days=1)]
        yield from _fetch_days(source, asked, http, failures)
    if not listed_since:
        fault = failures[0] if failures else "they list nothing"
        raise FetchError(f"mnd: no list of bulletins could be read ({fault}); paste the bulletins instead")
    missed = [failure for failure in failures if failure.startswith("page ")]
    told = [f"{len(missed)} bulletins could not be read; the first: {missed[0]}"] if missed else []
    oldest = min(listed_since.values())
    # A bulletin may be published on the day after its own.
    last = oldest - timedelta(days=1)
    if last > window.since:
        told.append(f"{window.since} to {last} are not covered, the lists go back to {oldest}; paste those bulletins")
    if told:
        raise FetchError(f"mnd: {'; '.join(told)}")


def _fetch_entries(source: BulletinList, window: DateWindow, http: HttpReader) -> tuple[list[ListEntry], str]:
    """The entries of a list down to the first page that ends before the window, and what stopped it before that."""
    found: dict[str, ListEntry] = {}
    pages = [source.page_form.format(page=1)]
    for number in range(2, MAX_LIST_PAGES + 2):
        url = pages[-1]
        try:
            page = http.get(url).decode("utf-8", "replace")
        except FetchError as problem:
            return list(found.values()), str(problem)
        entries = [entry for entry in parse_list_page(page, url, source.link) if entry.url not in found]
        found |= {entry.url: entry for entry in entries}
        if not entries or min(entry.published for entry in entries) < window.since:
            break
        following = _find_next_page(source, page, pages, number)
        if not following:
            break
        pages.append(following)
    return list(found.values()), "" if found else f"{source.page_form}: lists no dated bulletin"


def _find_next_page(source: BulletinList, page: str, pages: list[str], number: int) -> str:
    """The next page of a list: by its number in the address, else by a link to the same list that wasn't followed."""
    if "{page}" in source.page_form:
        return source.page_form.format(page=number)
    own = urlsplit(source.page_form)
    for link in re.findall(r"href\s*=\s*[\"']([^\"'<>]{1,300})[\"']", page, re.I):
        target = urljoin(source.page_form, html.unescape(link))
        parts = urlsplit(target)
        if (parts.netloc, parts.path) == (own.netloc, own.path) and own.query in parts.query and target not in pages:
            return target
    return ""


def parse_list_page(page: str, url: str, link: str) -> list[ListEntry]:
    """The dated links of a list page, in its order; a link without a readable date is left out."""
    entries: dict[str, ListEntry] = {}
    anchors = list(re.finditer(rf"<a\b[^<>]*?href\s*=\s*[\"']([^\"'<>]*{link})[\"'][^<>]*>", page, re.I))
    for place, anchor in enumerate(anchors):
        stop = anchors[place + 1].start() if place + 1 < len(anchors) else len(page)
        closed = page.find("</a>", anchor.end(), stop)
        inside = page[anchor.end() : closed if closed >= 0 else min(stop, anchor.end() + 600)]
        day = _first_date(inside) or _first_date(page[anchor.end() : min(stop, anchor.end() + 600)])
        target = _join(url, html.unescape(anchor[1]))
        if day and target not in entries:
            entries[target] = ListEntry(target, day)
    return list(entries.values())


def _join(base: str, address: str) -> str:
    # The site writes some links without a leading slash, meant from the site's root.
    is_bare = re.match(r"(?:en/)?news/plaact/", address, re.I)
    return urljoin(base, f"/{address}" if is_bare else address)


def _first_date(markup: str) -> date | None:
    try:
        days = find_dates(html.unescape(re.sub(r"<[^<>]*>", " ", markup)))
    except BulletinError:
        return None
    return days[0] if days else None


def _fetch_days(
    source: BulletinList, entries: list[ListEntry], http: HttpReader, failures: list[str]
) -> Iterator[FetchedFile]:
    days: dict[date, list[ListEntry]] = {}
    for entry in entries:
        days.setdefault(entry.published, []).append(entry)
    for day in sorted(days):
        rows = []
        for entry in days[day]:
            try:
                page = http.get(entry.url).decode("utf-8", "replace")
            except FetchError as problem:
                failures.append(f"page {entry.url}: {problem}")
                continue
            rows.append(json.dumps({"url": entry.url, "published": str(day), "html": page}, ensure_ascii=False))
        if rows:
            yield FetchedFile(f"mnd-{source.language}-{day}.jsonl", "\n".join(rows).encode())
