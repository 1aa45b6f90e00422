"""Panels, evidence and channels in a real browser: links walk on, choices reach the address, pictures are drawn."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit, expect_no_exception, wait_until_drawn

HOSTILE = "2026-06-30-hostile-script"


def test_the_states_of_the_sparkline_stand_in_one_line_on_a_phone(visit: Visit) -> None:
    page = visit("/assessments?claim=managed-friction")
    page.set_viewport_size({"width": 390, "height": 844})
    for state in page.locator(".st-key-panel_managed-friction .days > span").all():
        box = state.bounding_box()
        assert box is not None
        assert box["height"] < 24
        assert box["x"] + box["width"] <= 390


def test_a_hostile_title_among_the_evidence_is_read_as_it_was_written(visit: Visit) -> None:
    page = visit(f"/assessments?claim=managed-friction&asof=2026-07-01&versus=2026-06-20&event={HOSTILE}")
    compared = page.locator(".rp table").filter(has_text="20 Jun 2026")
    expect(compared.first).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None
    expect_no_exception(page)


def test_the_evidence_of_a_claim_downloads_as_a_table(visit: Visit, tmp_path: Path) -> None:
    page = visit("/evidence?claim=military-channels&asof=2025-10-31")
    with page.expect_download() as started:
        page.get_by_role("button", name="This table as CSV").click()
    started.value.save_as(tmp_path / "evidence.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "evidence.csv").read_bytes().decode("utf-8-sig"))))
    assert {row["claim_id"] for row in rows} == {"military-channels"}
    assert all(row["url"].startswith("http") for row in rows)


def test_the_pair_of_the_ladder_is_in_the_address(visit: Visit) -> None:
    page = visit("/channels?pair=CHN-PHL")
    expect(page.get_by_text("China acts on Philippines").first).to_be_visible()
    page.get_by_test_id("stSegmentedControl").get_by_role("button", name="365").or_(
        page.get_by_role("radio", name="365")
    ).first.click()
    page.wait_for_url("**window=365*")
    wait_until_drawn(page)
    expect(page.get_by_text("in the 365 days to").first).to_be_visible()
    expect_no_exception(page)
