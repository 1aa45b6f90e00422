"""The map in a real browser: what a click selects, what hovering shows, what is downloaded, and that it stays put."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, expect_no_exception, wait_until_drawn

# View centres as in tension/figures/maps/views.py, worked here apart from it.
STRAIT = (120.6, 24.2, 5.9)
SEA = (114.2, 12.6, 4.75)
SPRATLYS = (114.9, 9.9, 6.5)
HOVERS, HOVER_MS = 40, 700
KML = "{http://www.opengis.net/kml/2.2}"
# Of the hostile events, which stand at an exact place; the count of the Strait as a whole gives way to it.
THERE = "Hostile Place"


@pytest.fixture(scope="module")
def page(long_visit: Visit) -> Page:
    """One page for all tests: to draw the first map in it costs a browser more than all that they do with it."""
    page = long_visit("/map?view=taiwan-strait&layers=events")
    page.get_by_test_id("stDeckGlJsonChart").locator("canvas").first.wait_for()
    return page


def open_map(page: Page, query: str, chip: str = "") -> None:
    """To another address of the map as the browser's Back leads to one: without a new document.

    `chip`: words of the filter by which its coming shows, '' where nothing is filtered.
    """
    page.evaluate(
        "address => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }",
        f"/map?{query}",
    )
    chips = page.locator(".st-key-chips")
    expect(chips).to_contain_text(chip) if chip else expect(chips).to_have_count(0)
    wait_until_drawn(page)


def find_point(page: Page, view: tuple[float, float, float], longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place is on the page, by Web Mercator with tiles of 512 pixels."""
    page.get_by_test_id("stDeckGlJsonChart").scroll_into_view_if_needed()
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    assert box is not None
    world = 512 * 2 ** view[2]

    def project(degrees: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2)) / (2 * math.pi) * world

    x = box["x"] + box["width"] / 2 + (longitude - view[0]) / 360 * world
    return x, box["y"] + box["height"] / 2 - project(latitude) + project(view[1])


def hover(page: Page, point: tuple[float, float], words: str) -> None:
    """Until the hover text says so: marks come a moment after the canvas, and say nothing before.

    Each time from a place where nothing is, so that no older hover text can pass for the new one.
    """
    tip = page.locator(".deck-tooltip")
    for _ in range(HOVERS):
        page.mouse.move(5, 5)
        expect(tip).to_be_hidden()
        page.mouse.move(point[0] + 2, point[1] + 2)
        page.mouse.move(*point)
        try:
            expect(tip).to_contain_text(words, timeout=HOVER_MS)
        except AssertionError:
            continue
        return
    pytest.fail(f"no hover text with {words!r} at {point}; the last one: {tip.all_inner_texts()}")


def click(page: Page, point: tuple[float, float], words: str) -> None:
    """Click on a mark once its hover text says that it is there."""
    hover(page, point, words)
    page.mouse.click(*point)
    wait_until_drawn(page)


def drag(page: Page, start: tuple[float, float], way: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(start[0] + way[0] * step / 10, start[1] + way[1] * step / 10)
    page.mouse.up()


def test_a_click_on_an_event_selects_it_and_the_selection_never_passes_to_another(visit: Visit):
    # One event alone off Vietnam's coast.
    page = visit("/map?view=south-china-sea&q=vanguard+bank")
    click(page, find_point(page, SEA, 109.65, 7.45), "Chinese survey ship")
    card = page.locator(".st-key-event_card")
    expect(card).to_be_visible()
    expect(page).to_have_url(re.compile("event=2023-05-07-chinese-survey-ship"))
    expect_no_exception(page)
    page.locator('[class*="st-key-region_control"]').get_by_role("button", name="Taiwan Strait", exact=True).click()
    expect(card).to_have_count(0)
    page.locator(".st-key-chips").get_by_role("button", name=re.compile("vanguard")).click()
    wait_until_drawn(page)
    expect(card).to_have_count(0)
    assert "event=" not in page.url


def test_a_click_on_a_count_lists_its_events(page: Page):
    open_map(page, "view=taiwan-strait&layers=events&until=2024-12-31", "To 31 Dec 2024")
    click(page, find_point(page, STRAIT, 119.5, 24.5), "Click to list them")
    opened = page.locator(".st-key-map_opened")
    expect(opened).to_contain_text(re.compile(r"\d+ events at Taiwan Strait"))
    expect(opened.get_by_test_id("stDataFrame")).to_be_visible()
    opened.get_by_role("button", name="Close").click()
    expect(opened).to_have_count(0)


def test_hostile_text_is_shown_as_text(page: Page):
    open_map(page, "view=taiwan-strait&layers=events&since=2026-06-29&region=taiwan-strait&q=hostile", "hostile")
    x, y = find_point(page, STRAIT, 119.5, 24.5)
    hover(page, (x, y), "<script>window.hacked = 1</script>")
    tip = page.locator(".deck-tooltip")
    expect(tip).to_contain_text("<b onmouseover=")
    # Line breaks are all that the text may become.
    assert tip.locator("*:not(br)").count() == 0
    assert page.evaluate("window.hacked") is None
    expect_no_exception(page)


def test_the_map_stays_where_the_reader_moved_it_until_asked_back(page: Page):
    open_map(page, "view=taiwan-strait&layers=events")
    x, y = find_point(page, STRAIT, 119.5, 24.5)
    hover(page, (x, y), THERE)
    drag(page, (x - 200, y - 100), (120, 60))
    hover(page, (x + 120, y + 60), THERE)
    # Other layers are drawn where the reader looks.
    page.get_by_role("button", name="Layers").click()
    page.get_by_test_id("stPopoverBody").get_by_text("Median line (Taiwan)", exact=True).click()
    expect(page).to_have_url(re.compile("layers=.*median-line"))
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    wait_until_drawn(page)
    x, y = find_point(page, STRAIT, 119.5, 24.5)
    hover(page, (x + 120, y + 60), THERE)
    page.get_by_role("button", name="Recentre").click()
    wait_until_drawn(page)
    hover(page, find_point(page, STRAIT, 119.5, 24.5), THERE)


def test_another_region_in_the_filter_moves_the_map_to_its_sea(page: Page):
    open_map(page, "view=spratly-islands&layers=events")
    page.locator('[class*="st-key-region_control"]').get_by_role("button", name="Taiwan Strait", exact=True).click()
    expect(page).to_have_url(re.compile("region=taiwan-strait"))
    wait_until_drawn(page)
    hover(page, find_point(page, STRAIT, 119.5, 24.5), THERE)


def test_go_to_changes_view_and_address(visit: Visit):
    # A page of its own, for Back is of its history.
    page = visit("/map?view=taiwan-strait")
    page.get_by_role("combobox", name="Look at").click()
    page.get_by_role("option", name="Spratly Islands").click()
    expect(page).to_have_url(re.compile("view=spratly-islands"))
    wait_until_drawn(page)
    hover(page, find_point(page, SPRATLYS, 115.87, 9.73), "events at Second Thomas Shoal")
    page.go_back()
    expect(page).to_have_url(re.compile("view=taiwan-strait"))
    wait_until_drawn(page)
    hover(page, find_point(page, STRAIT, 119.5, 24.5), THERE)
    expect_no_exception(page)


def test_events_in_view_are_downloaded_as_geojson_and_kml(page: Page):
    open_map(page, "view=south-china-sea&region=south-china-sea&since=2024-06-01&until=2024-06-30", "To 30 Jun 2024")
    page.get_by_role("button", name="Export").first.click()
    files = {}
    for label in ("GeoJSON", "KML"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        files[label] = waiting.value.path().read_bytes()
    features = json.loads(files["GeoJSON"])["features"]
    marks = ET.fromstring(files["KML"]).findall(f".//{KML}Placemark")  # noqa: S314 (made by our own server)
    assert len(features) == len(marks) > 3
    assert {f["properties"]["region"] for f in features} == {"South China Sea"}
    assert any(f["geometry"]["coordinates"] == [115.87, 9.73] for f in features)
