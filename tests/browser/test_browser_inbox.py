"""Inbox and Sources in a real browser: strangers' text stays text, a decision is made and taken back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect

from tension.intake.inbox import WAITING, find_candidate
from tension.records.schema import CANDIDATE_SCHEMA
from tension.store.delta import Store
from tests.browser.conftest import START_SECONDS, Visit, expect_no_exception, wait_until_drawn
from tests.test_inbox import make_candidate

HOSTILE = (
    '<img src=x onerror="window.hacked = 1"> **loud** [click](javascript:window.hacked=2) '
    "![pixel](https://example.org/pixel.png) :red[red]"
)
BULLETIN = (
    "中共解放軍臺海周邊海、空域動態 一、日期：中華民國115年11月1日0600時至115年11月2日0600時止。 "
    "二、活動動態：迄0600時止，偵獲共機9架次（逾越中線進入北部空域7架次）、共艦6艘及公務船2艘，"
    "持續在臺海周邊活動。國軍運用任務機、艦及岸置飛彈系統嚴密監控與應處。"
)


@pytest.fixture
def store(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The shared server's store with one hostile candidate in it, decided on at the end so that no queue stays."""
    folder = tmp_path_factory.getbasetemp() / "server0" / "store"
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "sync" / "_delta_log").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    opened = Store(str(folder))
    changes = {"title": HOSTILE, "summary": HOSTILE, "feed": HOSTILE, "url": "https://example.org/<b>77</b>"}
    # Newer than the leads that wait in the record, so that it stands first.
    row = make_candidate(77, published_date=date(2026, 12, 1), **changes)
    opened.upsert("candidates", pa.Table.from_pylist([row], schema=CANDIDATE_SCHEMA))
    yield opened
    opened.replace_all("candidates", CANDIDATE_SCHEMA.empty_table())


def expect_text_alone(page: Page) -> None:
    expect_no_exception(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src*='example.org'], a[href^='javascript']").count() == 0


def give_name(page: Page) -> None:
    page.get_by_label("Your name, for the decisions").fill("A. Reviewer")
    page.keyboard.press("Enter")
    # Counted: while a run goes on, a part may stand on the page as it was and as it will be.
    expect(page.locator(".st-key-reject button:enabled")).to_have_count(1)
    wait_until_drawn(page)


def test_a_hostile_candidate_is_read_rejected_and_taken_back(visit: Visit, store: Store):
    page = visit("/inbox")
    expect_text_alone(page)
    expect(page.get_by_role("heading", name="onerror")).to_contain_text("[click](javascript")
    give_name(page)
    page.locator(".st-key-reject button").click()
    expect(page.get_by_text("Rejected:")).to_be_visible()
    expect_text_alone(page)
    assert find_candidate(store, "rss:77").reviewer == "A. Reviewer"
    page.locator(".st-key-undo button").click()
    expect(page.get_by_text("Undone: the candidate waits again.")).to_be_visible()
    assert find_candidate(store, "rss:77").status == WAITING


def test_a_draft_that_breaks_a_rule_says_so_under_its_field(visit: Visit, store: Store):
    page = visit("/inbox")
    give_name(page)
    page.get_by_label("Title", exact=True).fill("")
    page.get_by_role("button", name="Accept as event").click()
    expect(page.get_by_text("title is missing")).to_be_visible()
    assert find_candidate(store, "rss:77").status == WAITING


def test_a_pasted_bulletin_is_previewed_and_nothing_is_stored(visit: Visit, store: Store):
    page = visit("/sources")
    before = store.version()
    page.get_by_label("Text of a bulletin, Chinese or English").fill(BULLETIN)
    page.locator(".st-key-paste_preview button").click()
    expect(page.locator(".st-key-paste_take")).to_be_visible()
    expect_text_alone(page)
    assert store.version() == before


def test_an_uploaded_table_of_hostile_text_is_shown_as_text(visit: Visit, store: Store, tmp_path: Path):
    table = tmp_path / "<b>mine<b>.csv"
    quoted = HOSTILE.replace('"', '""')
    table.write_text(
        "date,headline,region,type,level,link,cameo\n"
        f'2026-09-01,"{quoted}",taiwan-strait,coast_guard,3,https://example.org/a,17\n'
        f'2026-09-02,"{quoted}","{quoted}",coast_guard,3,https://example.org/b,17\n',
        encoding="utf-8",
    )
    page = visit("/sources")
    # After the visit, with which the app takes its record in.
    before = store.version()
    page.locator(".st-key-upload_file input[type=file]").set_input_files(table)
    expect(page.get_by_text("2 rows: 1 would be taken, 1 refused")).to_be_visible()
    wait_until_drawn(page)
    expect_text_alone(page)
    assert store.version() == before
