"""Overview's words: what moved, a row for each claim, a row for each region, nothing of the article before its day."""

from __future__ import annotations

from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from components.overview_views import build_latest, build_lead, build_other_seas, build_region_row, choose_regions
from tension.assessments.counts import read_sea
from tension.assessments.headlines import write_desk_headline, write_headline
from tension.assessments.noticing import read_notices
from tension.desk import Desk
from tension.figures.palette import LIGHT
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import Region
from tests.apps import open_page
from tests.factories import load_raw_events

DAY = date(2026, 7, 5)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.events: list[str] = []
        self.pages: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if event := given.get("data-event"):
            self.events.append(event)
        if page := given.get("data-page"):
            self.pages.append((page, given.get("data-own") or ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def read(markup: str) -> _Words:
    parser = _Words()
    parser.feed(markup)
    return parser


def test_the_lead_has_the_headline_and_a_row_a_claim(desk: Desk) -> None:
    claims = desk.record.article.claims
    notices = read_notices(desk.assessor, claims, DAY)
    found = read(build_lead(desk, EventFilter(), DAY, LIGHT, "Searched to a day"))
    said = " ".join(found.words)
    assert write_desk_headline(notices).text in said
    assert "Searched to a day" in said
    for notice in notices:
        assert write_headline(notice) in said
        assert ("assessments", f"claim={notice.claim.claim_id}") in found.pages
    assert said.count("on its own day") == len(claims)


def test_before_the_article_nothing_of_it_is_told(desk: Desk) -> None:
    day = date(2024, 6, 30)
    said = build_lead(desk, EventFilter(as_of=day), day, LIGHT, "")
    assert "own day" not in said
    assert said.count("not yet said") == len(desk.record.article.claims)
    row = build_region_row(desk, EventFilter(as_of=day), day, LIGHT, Region.TAIWAN_STRAIT, (False, None))
    assert "<blockquote>" not in row


def test_a_region_row_quotes_its_claim_and_opens_every_event_of_its_map_or_the_map(desk: Desk) -> None:
    markup = build_region_row(desk, EventFilter(), DAY, LIGHT, Region.TAIWAN_STRAIT, (False, None))
    claim = next(c for c in desk.record.article.claims if c.claim_id == "taiwan")
    found = read(markup)
    since = desk.record.article.published_date
    in_view = {
        event["event_id"]
        for event in load_raw_events()
        if event["region"] == "Taiwan Strait" and since <= event["occurred_date"] <= DAY
    }
    assert claim.quote in unescape(markup)
    assert found.events
    assert set(found.events) <= in_view
    assert any(page == "map" and "view=taiwan-strait" in query for page, query in found.pages)


def test_a_region_that_no_claim_is_about_says_so_and_counts(desk: Desk) -> None:
    said = " ".join(
        read(build_region_row(desk, EventFilter(), DAY, LIGHT, Region.KOREAN_PENINSULA, (True, None))).words
    )
    assert "No claim of the article is about this region." in said
    assert "in 90 days" in said


def test_regions_are_the_filters_own_or_the_two_seas_and_where_something_grave_happened(desk: Desk) -> None:
    assert choose_regions(desk, build_filter(regions=["indian-ocean"]), DAY) == (Region.INDIAN_OCEAN,)
    assert set(choose_regions(desk, EventFilter(), DAY)) >= {Region.TAIWAN_STRAIT, Region.SOUTH_CHINA_SEA}
    # The radar lock on Japanese fighters of 6 December 2025 is within 90 days of New Year.
    assert Region.EAST_CHINA_SEA in choose_regions(desk, EventFilter(), date(2026, 1, 1))


def test_every_region_says_what_its_official_counts_say_in_its_row_or_in_a_line(desk: Desk) -> None:
    shown = choose_regions(desk, EventFilter(), DAY)
    rows = [" ".join(read(build_region_row(desk, EventFilter(), DAY, LIGHT, r, (False, None))).words) for r in shown]
    others = read(build_other_seas(desk, EventFilter(), DAY, LIGHT, shown))
    lines = " ".join(others.words)
    for region in Region:
        said = read_sea(region, desk.series, desk.load_measurements, DAY).words
        where = rows[shown.index(region)] if region in shown else lines
        assert unescape(said) in where, region
    wanted = [("activity", f"sea={region.slug}") for region in Region if region not in shown]
    assert others.pages == wanted
    assert build_other_seas(desk, build_filter(regions=["taiwan-strait"]), DAY, LIGHT, shown) == ""


def test_the_latest_are_newest_first_and_known_by_the_day(desk: Desk) -> None:
    found = read(build_latest(desk, EventFilter(), date(2024, 6, 30), LIGHT))
    rows = [desk.queries.load_event(event_id) for event_id in found.events]
    days = [row["occurred_date"].date() for row in rows]
    assert days == sorted(days, reverse=True)
    assert all(row["reported_date"].date() <= date(2024, 6, 30) for row in rows)


@pytest.mark.parametrize("params", [{}, {"region": "indo-pacific"}, {"asof": "2022-01-07"}, {"actor": "HND"}])
def test_the_page_stands_for_any_view(params: dict[str, str]) -> None:
    app = open_page("overview", **params)
    assert not app.exception
