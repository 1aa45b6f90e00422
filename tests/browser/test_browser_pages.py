"""Every page in a real browser: drawn without an exception, without a request to another host, without foreign code."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from components.view.layout import PAGES, START_PAGE, has_page, name_title
from tests.browser.conftest import VIEWPORT, Visit, expect_no_exception, go_to, run_server, wait_until_drawn

PAGE_NAMES = [name for name in PAGES if has_page(name)]
HOSTILE = "2026-06-30-hostile-script"
FORMULA = "2026-06-29-hostile-formula"


def path_of(name: str) -> str:
    return "/" if name == START_PAGE else f"/{name}"


@pytest.fixture(scope="module")
def wanderer(long_visit: Visit) -> Page:
    """One document for all pages: a new one costs the browser more than most pages."""
    return long_visit(f"/record?event={HOSTILE}")


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_page_is_drawn_with_hostile_events_at_every_width_and_nothing_runs(wanderer: Page, name: str):
    page = wanderer
    page.set_viewport_size(VIEWPORT)
    go_to(page, PAGES[name][0])
    page.wait_for_url(re.compile(rf"{path_of(name)}\?(.*&)?event={HOSTILE}(&|$)"))
    wait_until_drawn(page)
    expect(page).to_have_title(name_title(name))
    expect_no_exception(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src*='example.org'], iframe[src*='example.org'], a[href^='javascript']").count() == 0
    for link in page.locator("a[href*='example.org']").all():
        assert "<" not in (link.get_attribute("href") or "")
    for width in (1440, 1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # Nothing makes the page scroll sideways.
        page.wait_for_function(
            """width => {
                const main = document.querySelector('[data-testid="stMain"]');
                return window.innerWidth === width && main.scrollWidth <= main.clientWidth + 1;
            }""",
            arg=width,
        )


def test_hostile_text_is_read_as_it_was_written(visit: Visit):
    page = visit(f"/record?event={HOSTILE}")
    card = page.locator(".st-key-event_card")
    expect(card).to_contain_text('<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">')
    expect(card).to_contain_text("**loud**")
    expect(card).to_contain_text("[Bureau](javascript")
    expect(card).to_contain_text("aggregator")
    expect(card.locator("script, iframe, svg[onload], b[onmouseover]")).to_have_count(0)
    page.locator(".st-key-related button", has_text="hostile formula").click()
    expect(card).to_contain_text('=HYPERLINK("https')
    assert page.evaluate("window.hacked") is None


def test_hostile_words_in_a_link_are_words(visit: Visit):
    words = '<img src=x onerror="window.hacked=8">![x](https://example.org/x.png)[y](javascript:alert(1))$x$'
    page = visit(f"/record?{urlencode({'q': words, 'region': words, 'event': words})}")
    expect_no_exception(page)
    expect(page.get_by_test_id("stAlert")).to_have_count(2)
    expect(page.locator(".st-key-chips")).to_contain_text("“<img src=x onerror")
    expect(page.locator(".st-key-empty")).to_contain_text("[y](javascript:alert(1))$x$")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src*='example.org'], a[href^='javascript']").count() == 0


def test_downloaded_csv_runs_nothing_in_a_spreadsheet(visit: Visit, tmp_path: Path):
    page = visit("/record?since=2026-06-29&until=2026-06-29&region=taiwan-strait&q=formula")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    started.value.save_as(tmp_path / "events.csv")
    raw = (tmp_path / "events.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert FORMULA in text
    assert "\"'=HYPERLINK(" in text
    assert "coder_doubt" not in text


def test_a_first_visit_to_another_page_runs_the_whole_app(browser: Browser, tmp_path: Path):
    with run_server(tmp_path) as address:
        page = browser.new_page()
        page.goto(f"{address}/record?region=south-china-sea")
        wait_until_drawn(page)
        expect(page.get_by_role("heading", name="Record", exact=True)).to_be_visible()
        expect_no_exception(page)
        expect(page.get_by_role("navigation", name="Pages")).to_contain_text("Method")
        expect(page.locator(".st-key-chips")).to_contain_text("South China Sea")
        page.close()


def test_a_wrong_path_leads_to_the_start_page(visit: Visit):
    page = visit("/nowhere?region=taiwan-strait")
    assert page.get_by_test_id("stException").all_inner_texts() == []
    expect(page.locator(".st-key-chips")).to_contain_text("Taiwan Strait")
