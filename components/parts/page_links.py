"""Links within the app for markup of our own: what stands in the address, and what a click adds to the view."""

from __future__ import annotations

from urllib.parse import urlencode

from components.view.address import START_PAGE
from tension.figures.vector.svg import PageLink
from tension.records.filters import EventFilter


def build_page_link(page: str, wanted: EventFilter, event: str | None = None, **own: str) -> PageLink:
    """To a page with the view; `own` are parameters that the link adds or puts in the place of the view's."""
    given = {name: value for name, value in own.items() if value}
    params = wanted.to_params() | ({"event": event} if event else {}) | given
    path = "" if page == START_PAGE else page
    return PageLink(page, f"/{path}?{urlencode(params, safe=',')}", urlencode(given, safe=","))
