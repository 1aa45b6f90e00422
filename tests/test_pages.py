"""Every page with the whole record and with nothing in view: no exception, and an empty view says what to do."""

from __future__ import annotations

import pytest

from components.view.layout import PAGES, has_page
from tests.apps import NOTHING, open_page, read_words

PAGE_NAMES = [name for name in PAGES if has_page(name)]
# Pages that show nothing but the events in view; the others have something to say without any.
EVENT_PAGES = [name for name in ("timeline", "map", "record") if has_page(name)]


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_page_shows_the_whole_record(name: str):
    app = open_page(name)
    assert not app.exception
    assert not app.error
    assert read_words(app)


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_page_stands_without_any_event_in_view(name: str):
    app = open_page(name, q=NOTHING)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("name", EVENT_PAGES)
def test_empty_view_offers_to_widen_and_widens(name: str):
    app = open_page(name, q=NOTHING, asof="2025-10-31")
    assert NOTHING in read_words(app)
    app.button("widen").click().run()
    assert not app.exception
    assert app.query_params == {"asof": "2025-10-31"}
    assert NOTHING not in read_words(app)
