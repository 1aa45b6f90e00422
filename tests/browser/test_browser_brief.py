"""The brief in a real browser: put together on other pages, ordered and named, downloaded, opened."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.conftest import Visit, expect_no_exception, go_to, wait_until_drawn

EVENT = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"


def add(page: Page, place: str, said: str) -> None:
    page.locator(f".st-key-tray_{place} button").click()
    expect(page.get_by_test_id("stToast").filter(has_text=said)).to_be_visible()
    wait_until_drawn(page)


def test_what_is_added_from_overview_and_record_is_ordered_named_and_opened(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"/?asof=2026-07-05&region=south-china-sea&event={EVENT}")
    add(page, f"event_{EVENT}", "Event added: item 1")
    page.locator(".st-key-export_overview_lanes button").click()
    add(page, "overview_lanes", "Chart added: item 2")
    page.keyboard.press("Escape")
    go_to(page, "Record")
    page.wait_for_url(re.compile("/record"))
    wait_until_drawn(page)
    add(page, "record_table", "Table added: item 3")
    go_to(page, "Brief")
    page.wait_for_url(re.compile("/brief"))
    wait_until_drawn(page)
    items = page.locator("[class*='st-key-brief_item_']")
    expect(items).to_have_count(3)
    items.nth(2).get_by_role("button", name="Up").click()
    expect(items.nth(1)).to_contain_text("Table")
    wait_until_drawn(page)
    items.nth(0).get_by_label("Title", exact=True).fill("The boarding of June")
    page.keyboard.press("Enter")
    wait_until_drawn(page)
    with page.expect_download() as started:
        page.locator(".st-key-brief_make_pptx button").click()
    made = tmp_path / "brief.pptx"
    started.value.save_as(made)
    titles = [slide.shapes.title.text for slide in Presentation(str(made)).slides]
    assert titles[1:3] == ["The boarding of June", "Events in view"]
    charts = [shape for slide in Presentation(str(made)).slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 1
    expect_no_exception(page)
