"""Overview in a real browser: what moved on the first screen, marks that open by keyboard, links that keep the view."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, expect_no_exception, wait_until_drawn


def test_the_headline_and_every_claim_stand_on_the_first_screen(visit: Visit) -> None:
    page = visit("/?asof=2026-07-05")
    for part in (page.get_by_role("heading", level=1), page.locator(".lead tbody tr").last):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    expect(page.locator(".lead tbody tr").first).to_contain_text("Official ships")
    expect_no_exception(page)


def test_a_mark_is_reached_by_keyboard_and_opens_beside_the_picture(visit: Visit) -> None:
    page = visit("/?asof=2026-07-05")
    lane = page.get_by_role("group", name=re.compile("^South China Sea:"))
    newest = lane.locator("[data-event][tabindex='0']")
    newest.focus()
    first = page.evaluate("document.activeElement.dataset.event")
    page.keyboard.press("ArrowLeft")
    chosen = page.evaluate("document.activeElement.dataset.event")
    assert first
    assert chosen
    assert chosen != first
    page.keyboard.press("Enter")
    page.wait_for_url(f"**event={chosen}*")
    wait_until_drawn(page)
    card = page.locator(".st-key-event_card").bounding_box()
    assert card is not None
    assert card["y"] >= 0
    assert card["y"] + card["height"] <= 900
    expect(page.locator(f".st-key-two_years [data-event='{chosen}'] circle")).to_be_attached()
    expect_no_exception(page)


def test_a_claim_leads_to_its_panel_and_on_to_its_evidence_with_the_view(visit: Visit) -> None:
    page = visit("/?asof=2026-07-05")
    page.locator(".lead").get_by_role("link", name="Taiwan").click()
    page.wait_for_url("**/assessments?*claim=taiwan*")
    wait_until_drawn(page)
    expect(page.locator(".st-key-panel_taiwan")).to_contain_text("Large-scale patrols and signalling continue")
    expect(page.locator(".st-key-panel_south-china-sea")).to_have_count(0)
    page.locator(".st-key-panel_taiwan").get_by_role("link", name="Aircraft a day").click()
    page.wait_for_url("**/evidence?*indicator=taiwan-sorties*")
    wait_until_drawn(page)
    assert "asof=2026-07-05" in page.url
    expect_no_exception(page)


def test_the_region_filter_chooses_the_rows_and_their_maps(visit: Visit) -> None:
    page = visit("/")
    expect(page.locator(".region")).to_have_count(2)
    page.get_by_role("button", name="East China Sea").or_(
        page.get_by_role("radio", name="East China Sea")
    ).first.click()
    page.wait_for_url("**region=east-china-sea*")
    wait_until_drawn(page)
    expect(page.locator(".region")).to_have_count(1)
    expect(page.locator(".region h2")).to_contain_text("East China Sea")
    page.locator(".region").get_by_role("link", name="Open map").click()
    page.wait_for_url("**/map?*view=east-china-sea*")
    wait_until_drawn(page)
    expect_no_exception(page)


def test_nothing_of_the_article_is_told_before_its_day(visit: Visit) -> None:
    page = visit("/?asof=2024-06-30")
    lead = page.locator(".lead tbody")
    expect(lead).not_to_contain_text("own day")
    expect(lead.get_by_text("not yet said").first).to_be_visible()
    expect(page.locator("blockquote")).to_have_count(0)
