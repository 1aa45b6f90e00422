"""Every page by axe-core, wide and narrow, light and dark: nothing serious or critical of ours, headings in order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from components.view.layout import PAGES, START_PAGE, name_title
from tests.browser.conftest import VIEWPORT, Visit, go_to, wait_until_drawn

WIDTHS = (1440, 390)
GRAVE = {"serious", "critical"}
# What a reader of screens goes by, though axe thinks it moderate.
HELD = {"heading-order", "page-has-heading-one", "landmark-one-main", "document-title", "region"}
# What no page of ours can mend, one by one, each with its reason.
EXCLUDED: dict[str, str] = {
    '[data-testid="stStatusWidget"]': "Streamlit's own, there while a run goes on",
    ".js-plotly-plot .main-svg": "axe can't tell the ground of an SVG's text; tests of the palettes hold its contrast",
}
RULES = {"resultTypes": ["violations"]}


def find_faults(found: dict[str, Any]) -> list[str]:
    """Each grave finding as rule, impact and the places where it holds."""
    return [
        f"{rule['id']} ({rule['impact']}): {'; '.join(places)}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE or rule["id"] in HELD
        if (places := [f"{node['target'][0]} {node['html'][:120]}" for node in rule["nodes"]])
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_grave_fault_of_access(visit: Visit, scheme: str) -> None:
    page = visit("/?asof=2026-07-05", width=WIDTHS[0], scheme=scheme)
    faults: dict[tuple[str, int], list[str]] = {}
    # Back and forth, so that a page is drawn anew for one width alone.
    widths = list(WIDTHS)
    for name, (title, _) in PAGES.items():
        go_to(page, title)
        page.wait_for_url(re.compile(rf"/{'' if name == START_PAGE else name}\?"))
        for width in widths:
            page.set_viewport_size({"width": width, "height": VIEWPORT["height"]})
            wait_until_drawn(page)
            expect(page).to_have_title(name_title(name))
            found = Axe().run(page, {"exclude": [[selector] for selector in EXCLUDED]}, RULES).response
            faults[name, width] = find_faults(found)
        widths.reverse()
    assert {place: said for place, said in faults.items() if said} == {}
