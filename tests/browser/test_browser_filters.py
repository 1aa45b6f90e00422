"""Every field of the filter in a real browser: set by its control, cleared in each way, and gone for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, go_to, wait_until_drawn

Set = Callable[[Page], None]


def pick_region(page: Page) -> None:
    page.get_by_role("button", name="South China Sea", exact=True).first.click()


def type_day(label: str, day: str) -> Set:
    def type_in(page: Page) -> None:
        page.get_by_role("spinbutton", name=f"year, {label}").click()
        page.keyboard.type(day.replace("-", ""), delay=30)
        page.keyboard.press("Enter")

    return type_in


def choose(label: str, words: str) -> Set:
    def choose_in(page: Page) -> None:
        box = page.get_by_role("combobox", name=label)
        box.fill(words)
        page.get_by_role("option", name=words).first.click()
        page.keyboard.press("Tab")

    return choose_in


def pick_class(page: Page) -> None:
    page.get_by_role("button", name="Show of force or coercion", exact=True).click()


def type_text(page: Page) -> None:
    field = page.get_by_role("textbox", name="Text, all of these words")
    field.fill("nothingatall")
    field.press("Enter")


# Of each parameter: what sets it, whether that stands under "More filters", its chip, the address it makes.
FIELDS: dict[str, tuple[Set, bool, str, str]] = {
    "region": (pick_region, False, "South China Sea", "south-china-sea"),
    "since": (type_day("From", "2024-06-18"), False, "From 18 Jun 2024", "2024-06-18"),
    "until": (type_day("To", "2024-06-18"), False, "To 18 Jun 2024", "2024-06-18"),
    "actor": (choose("Actors", "Philippines"), True, "Philippines", "PHL"),
    "category": (choose("Categories", "Coast guard"), True, "Coast guard", "coast_guard"),
    "class": (pick_class, True, "Show of force or coercion", "material-conflict"),
    "severity": (choose("Severity", "4 "), True, "Severity 4 or more", "4"),
    "q": (type_text, True, "“nothingatall”", "nothingatall"),
    "asof": (type_day("As of", "2024-06-18"), True, "As of 18 Jun 2024", "2024-06-18"),
    "source": (choose("Sources", "GDELT"), True, "GDELT", "curated%2Cgdelt"),
}


def turn_to(page: Page, title: str) -> None:
    go_to(page, title)
    page.get_by_role("heading", name=title, exact=True).first.wait_for()
    wait_until_drawn(page)


def set_fields(page: Page) -> None:
    """Set every field by its own control, those under "More filters" in one go."""
    for is_more in (False, True):
        if is_more:
            page.get_by_role("button", name="More filters").click()
        for param, (put, is_under_more, _, value) in FIELDS.items():
            if is_under_more == is_more:
                put(page)
                expect(page).to_have_url(re.compile(rf"[?&]{param}={re.escape(value)}(&|$)"))
        if is_more:
            page.keyboard.press("Escape")
            expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect_chips(page, [chip for *_, chip, _ in FIELDS.values()])


def expect_chips(page: Page, words: list[str]) -> None:
    """These chips and no other."""
    chips = page.locator('.st-key-chips [class*="st-key-chip_"]:not(.st-key-chip_all)')
    expect(chips).to_have_count(len(words))
    for chip in words:
        expect(chips.filter(has_text=chip)).to_have_count(1)


def expect_gone(page: Page, kept: dict[str, str]) -> None:
    """Gone from chips and address on the next pages too, and back here; all but those `kept`, each with its chip."""
    for title in ("Article", "Record", "Article"):
        turn_to(page, title)
        expect_chips(page, list(kept.values()))
        assert set(parse_qs(urlsplit(page.url).query)) == set(kept)


def test_fields_cleared_by_their_chips_stay_cleared_on_other_pages(visit: Visit):
    page = visit("/article")
    set_fields(page)
    turn_to(page, "Article")
    words = [chip for *_, chip, _ in FIELDS.values()]
    while words:
        page.locator(".st-key-chips").get_by_role("button", name=words.pop(0)).click()
        expect_chips(page, words) if words else expect(page.locator(".st-key-chips")).to_have_count(0)
    expect_gone(page, {})


def test_fields_cleared_all_at_once_stay_cleared_on_other_pages(visit: Visit):
    page = visit("/article")
    set_fields(page)
    page.get_by_role("button", name="Clear all", exact=True).click()
    expect(page.locator(".st-key-chips")).to_have_count(0)
    expect_gone(page, {})
    # And what is set anew is what counts.
    set_fields(page)


def test_fields_widened_away_stay_away_and_day_and_sources_stay(visit: Visit):
    page = visit("/record")
    set_fields(page)
    wait_until_drawn(page)
    page.get_by_role("button", name=re.compile("^Widen to all")).click()
    expect_gone(page, {param: FIELDS[param][2] for param in ("asof", "source")})
