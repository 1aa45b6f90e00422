"""Builds a brief from a recipe: each item read from the desk, every statement with the numbers of its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tension.brief.competing_pages import build_competing_pages
from tension.brief.document import Document, Page, SourceList
from tension.brief.event_pages import (
    Bench,
    build_changes_pages,
    build_chart_pages,
    build_event_pages,
    build_table_pages,
)
from tension.brief.judgement_pages import build_judgement_pages
from tension.brief.panel_pages import build_panel_pages
from tension.brief.recipe import Item, Recipe, pack_recipe
from tension.errors import BadInput
from tension.exports.seal import NO_LINK, build_seal
from tension.records.filters import EventFilter
from tension.words import PRODUCT, count, format_day

if TYPE_CHECKING:
    from tension.desk import Desk

_BUILDERS: dict[str, Callable[[Bench, Item, EventFilter], Sequence[Page]]] = {
    "chart": build_chart_pages,
    "map": build_chart_pages,
    "panel": build_panel_pages,
    "event": build_event_pages,
    "table": build_table_pages,
    "changes": build_changes_pages,
    "judgements": build_judgement_pages,
    "competing": build_competing_pages,
}


def build_document(desk: Desk, recipe: Recipe) -> Document:
    """The brief that a recipe describes; BadInput where an item names what isn't there, or there is no item."""
    if not recipe.items:
        raise BadInput("items of the recipe", "none", "at least one item")
    # The day is fixed here, so that the seal says which one it was and the same brief can be made again.
    fixed = recipe.model_copy(update={"as_of": recipe.as_of or desk.find_last_day()})
    bench = Bench(desk, fixed, SourceList(), fixed.as_of or desk.find_last_day())
    pages = tuple(page for item in fixed.items for page in _build_pages(bench, item))
    word = pack_recipe(fixed)
    site = desk.settings.public_url
    seal = build_seal(
        desk,
        "brief",
        fixed.title,
        fixed.build_filter(),
        [page.frame for page in pages],
        link=f"{site}/brief?brief={word}" if site else "",
        options={"recipe": word},
    )
    return Document(fixed.title, tuple(_list_cover(bench, fixed.build_filter())), pages, bench.sources.all, seal)


def _build_pages(bench: Bench, item: Item) -> Iterator[Page]:
    wanted = bench.recipe.build_filter(item)
    bench = replace(bench, desk=bench.desk.choose_article(wanted.article))
    pages = _BUILDERS[item.kind](bench, item, wanted)
    alike = [page.title for page in pages]
    for number, page in enumerate(pages):
        title = item.title if item.title and page.title == pages[0].title else page.title
        if (total := alike.count(page.title)) > 1:
            title = f"{title} ({alike[:number].count(page.title) + 1} of {total})"
        yield replace(page, title=title, note="" if number else item.note)


def _list_cover(bench: Bench, wanted: EventFilter) -> Iterator[str]:
    """What the record knows until when, what is in view, and where it stands."""
    desk = bench.desk
    yield f"As of {format_day(bench.until)}, by what had been reported by then"
    yield f"In view: {wanted.describe()}"
    known = f"Searched to {format_day(desk.find_last_day())}; beyond it nothing is known, not quiet"
    counts = desk.find_last_activity_day()
    yield f"{known}. Taiwan's daily counts reach to {format_day(counts)}" if counts else known
    leads, last = desk.find_leads()
    if leads:
        yield f"{count(leads, 'lead')} to {format_day(last)} wait for a reviewer and are in no figure here"
    yield f"{PRODUCT}, record {desk.record.content_hash[:12]}"
    yield f"Link: {desk.settings.public_url or NO_LINK}"
