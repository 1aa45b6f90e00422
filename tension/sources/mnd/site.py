"""The ministry's site: addresses of list and detail pages, and the walk over them. Network only; reads no figures."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin

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
    has_answer = {"zh": False, "en": False}
    for source in (CHINESE, ENGLISH, AIR_FORCE):
        if has_answer[source.language]:
            continue
        try:
            entries = list(_fetch_entries(source, window, http))
        except FetchError as problem:
            failures.append(str(problem))
            continue
        has_answer[source.language] = True
        yield from _fetch_days(source, entries, http, failures)
    if failures and not any(has_answer.values()):
        raise FetchError(f"mnd: no list of bulletins could be read ({failures[0]}); paste the bulletins instead")
    missed = [failure for failure in failures if failure.startswith("page ")]
    if missed:
        raise FetchError(f"mnd: {len(missed)} bulletins could not be read; the first: {missed[0]}")


def _fetch_entries(source: BulletinList, window: DateWindow, http: HttpReader) -> Iterator[ListEntry]:
    """The entries of the window; stops at the first page that ends before it."""
    known: set[str] = set()
    for page in range(1, MAX_LIST_PAGES + 1):
        url = source.page_form.format(page=page)
        entries = parse_list_page(http.get(url).decode("utf-8", "replace"), url, source.link)
        fresh = [entry for entry in entries if entry.url not in known]
        known |= {entry.url for entry in fresh}
        yield from (entry for entry in fresh if window.since <= entry.published <= window.until + timedelta(days=1))
        is_single = url == source.page_form
        if not fresh or is_single or min(entry.published for entry in fresh) < window.since:
            return


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
