"""The view in a real browser: address, history, links and selection, as a reader moves about."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, expect_no_exception, go_to, wait_until_drawn

CABLE = "2025-01-03-international-cable-off-northeast-taiwan-damaged"


def toggle_region(page: Page, name: str) -> None:
    page.locator('[class*="st-key-region_control"]').get_by_role("button", name=name, exact=True).click()


def expect_params(page: Page, query: str) -> None:
    expect(page).to_have_url(re.compile(rf"{re.escape(query)}$"))


def expect_chip(page: Page, words: str) -> None:
    # Counted: while a run goes on, a part may stand on the page as it was and as it will be.
    expect(page.locator(".st-key-chips", has_text=words)).to_have_count(1)


def test_region_filter_reaches_the_page_and_the_address(visit: Visit):
    page = visit("/record")
    count = page.get_by_text(re.compile(r"^\d+ events"))
    before = count.inner_text()
    toggle_region(page, "Korean Peninsula")
    expect_params(page, "/record?region=korean-peninsula")
    expect_chip(page, "Korean Peninsula")
    expect(count).not_to_have_text(before)
    coverage = page.get_by_test_id("stTableStyledTable")
    expect(coverage).to_contain_text("Korean Peninsula")
    expect(coverage).not_to_contain_text("Taiwan Strait")


def test_filter_survives_page_change_reload_and_back(visit: Visit):
    page = visit("/record")
    toggle_region(page, "Taiwan Strait")
    expect_params(page, "/record?region=taiwan-strait")
    go_to(page, "Article")
    expect_params(page, "/article?region=taiwan-strait")
    expect_chip(page, "Taiwan Strait")
    toggle_region(page, "East China Sea")
    expect_params(page, "/article?region=taiwan-strait%2Ceast-china-sea")
    page.reload()
    wait_until_drawn(page)
    expect_chip(page, "East China Sea")
    page.go_back()
    expect_params(page, "/article?region=taiwan-strait")
    expect(page.locator(".st-key-chips", has_text="East China Sea")).to_have_count(0)
    page.go_back()
    expect_params(page, "/record?region=taiwan-strait")
    expect(page.get_by_role("heading", name="Record", exact=True)).to_be_visible()
    page.go_back()
    expect_params(page, "/record")
    expect(page.locator(".st-key-chips")).to_have_count(0)
    page.go_forward()
    expect_params(page, "/record?region=taiwan-strait")
    expect_chip(page, "Taiwan Strait")


def test_the_start_page_has_its_own_name_too(visit: Visit):
    page = visit("/overview?region=taiwan-strait")
    expect_params(page, "/?region=taiwan-strait")
    expect_no_exception(page)
    expect_chip(page, "Taiwan Strait")


def test_quick_clicks_all_count_in_a_slow_browser(visit: Visit):
    page = visit("/record")
    # So slow that the next click comes before the address of the last one has been taken up.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    for name in ("Taiwan Strait", "South China Sea", "East China Sea"):
        toggle_region(page, name)
    expect_params(page, "/record?region=taiwan-strait%2Csouth-china-sea%2Ceast-china-sea")


def test_copied_link_brings_the_view_to_a_stranger(visit: Visit):
    page = visit(f"/record?region=taiwan-strait&since=2025-01-01&q=cable&event={CABLE}")
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_test_id("stCode").inner_text()
    assert f"/record?v=1&region=taiwan-strait&since=2025-01-01&q=cable&event={CABLE}" in link
    stranger = visit(link.partition("/record")[1] + link.partition("/record")[2])
    expect(stranger.locator(".st-key-event_card")).to_contain_text("International cable")
    for words in ("Taiwan Strait", "From 1 Jan 2025", "cable", "Selected event"):
        expect_chip(stranger, words)


def test_bad_values_are_dropped_with_a_notice(visit: Visit):
    page = visit("/method?region=atlantis,taiwan-strait&since=yesterday&event=nothing")
    expect_no_exception(page)
    alerts = page.get_by_test_id("stAlert")
    expect(alerts).to_have_count(3)
    for words in ("region: 'atlantis'", "since: 'yesterday'", "event: 'nothing'"):
        expect(alerts.filter(has_text=words)).to_have_count(1)
    expect_params(page, "/method?region=taiwan-strait")


def test_a_selected_event_that_the_filter_removes_is_cleared_and_not_replaced(visit: Visit):
    page = visit(f"/record?event={CABLE}")
    expect(page.locator(".st-key-event_card")).to_be_visible()
    toggle_region(page, "South China Sea")
    expect_params(page, "/record?region=south-china-sea")
    expect(page.locator(".st-key-event_card")).to_have_count(0)


def test_a_clicked_row_selects_its_event_and_no_other_after_a_filter_change(visit: Visit):
    page = visit("/record?region=taiwan-strait&until=2022-01-22")
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    # On the first row's title, not on the box at its left; the newest event comes first.
    table.click(position={"x": 300, "y": 55})
    card = page.locator(".st-key-event_card")
    expect(card).to_contain_text("USS Dewey transits the Taiwan Strait unannounced")
    expect(page).to_have_url(re.compile("event=2022-01-22-uss-dewey"))
    toggle_region(page, "Taiwan Strait")
    expect(card).to_contain_text("USS Dewey")
    toggle_region(page, "South China Sea")
    expect(card).to_have_count(0)
    assert "event=" not in page.url


def test_a_related_event_opens_and_back_returns_to_the_first(visit: Visit):
    page = visit(f"/record?event={CABLE}")
    card = page.locator(".st-key-event_card")
    card.locator(".st-key-related button").first.click()
    # By the head alone: the events near the second name the first again.
    expect(card.locator("h2")).not_to_contain_text("International cable off northeast")
    # The address follows the card: to go back before it would leave the app.
    expect(page).not_to_have_url(re.compile(CABLE))
    page.go_back()
    expect(card.locator("h2")).to_contain_text("International cable off northeast")


# A text's contrast with what lies behind it, by WCAG 2.2, with every opacity on the way counted in.
READ_CONTRAST = """element => {
    const read = color => { const [r, g, b, a] = color.match(/[\\d.]+/g).map(Number); return [r, g, b, a ?? 1]; };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let paper = null, share = 1;
    for (let node = element; node && !paper; node = node.parentElement) {
        const style = getComputedStyle(node), ground = read(style.backgroundColor);
        share *= Number(style.opacity);
        if (ground[3] === 1) paper = ground;
    }
    const ink = read(getComputedStyle(element).color);
    share *= ink[3];
    const mixed = [0, 1, 2].map(i => ink[i] * share + paper[i] * (1 - share));
    const [high, low] = [light(mixed), light(paper)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_small_print_and_buttons_reach_the_contrast_of_text(visit: Visit, scheme: str):
    page = visit("/record?q=nothingatall&actor=CHN", scheme=scheme)
    page.get_by_role("button", name="More filters").click()
    for text in (
        page.get_by_test_id("stCaptionContainer").locator("p").first,
        page.get_by_test_id("stBaseButton-primary").locator("p").first,
        page.get_by_test_id("stMultiSelectTagsContainer").get_by_text("China", exact=True),
    ):
        assert text.evaluate(READ_CONTRAST) >= 4.5


def test_overview_is_found_under_its_name_with_its_view(visit: Visit):
    page = visit("/overview?region=korean-peninsula")
    expect_chip(page, "Korean Peninsula")
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.locator(".region h2")).to_contain_text("Korean Peninsula")
