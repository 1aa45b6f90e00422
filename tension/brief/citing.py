"""Numbers the sources of what a brief shows: of events, of charts, of series. Knows no format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.brief.document import Cited, SourceList
from tension.exports.terms import keep_exportable
from tension.records.source_cards import CURATED, SOURCE_CARDS
from tension.words import PRODUCT, name_host

if TYPE_CHECKING:
    from tension.desk import Desk
    from tension.figures.chart import Chart

# A chart of more events than this cites the record as a whole: nobody reads hundreds of footnotes.
MOST_CITED = 30


def cite_events(sources: SourceList, events: pd.DataFrame) -> list[tuple[int, ...]]:
    """The numbers of each event's sources (rows of EVENT_SCHEMA), none for one whose source forbids passing it on."""
    kept = set(keep_exportable(events)["event_id"])
    return [
        tuple(_cite_source(sources, source) for source in _as_list(listed)) if event_id in kept else ()
        for event_id, listed in zip(events["event_id"], events["sources"], strict=True)
    ]


def cite_chart(desk: Desk, sources: SourceList, chart: Chart) -> tuple[int, ...]:
    """What a chart rests on: of few events each one's sources, of many the record that names them; else its series."""
    ids = chart.frame["event_id"].dropna().unique() if "event_id" in chart.frame else ()
    if 0 < len(ids) <= MOST_CITED:
        rows = [row for event_id in ids if (row := desk.queries.load_event(str(event_id)))]
        found = [number for refs in cite_events(sources, pd.DataFrame(rows)) for number in refs]
        return tuple(dict.fromkeys(found))
    if "source_url" in chart.frame:
        pages = [str(url) for url in chart.frame["source_url"].dropna().unique()][:MOST_CITED]
        return tuple(cite_page(sources, url) for url in pages)
    return _cite_series(desk, sources, chart)


def cite_page(sources: SourceList, url: str) -> int:
    """A page that a curated profile names by its address alone."""
    return sources.cite(Cited(name_host(url), "", None, "as its profile names it", url))


def cite_record(desk: Desk, sources: SourceList) -> int:
    """The curated record itself, where its single sources would be too many."""
    title = f"{PRODUCT}: curated record {desk.record.content_hash[:12]}, in which each event names its sources"
    return sources.cite(Cited(PRODUCT, title, desk.find_last_day(), "record", desk.settings.public_url))


def cite_article(desk: Desk, sources: SourceList) -> int:
    """The article whose claims are read."""
    article = desk.record.article
    return sources.cite(Cited(article.publisher, article.title, article.published_date, "analysis", article.url))


def cite_count(desk: Desk, sources: SourceList, key: str) -> int:
    """Who gives the figures behind an indicator: a declared series, the record, or an outside source."""
    if key == CURATED:
        return cite_record(desk, sources)
    card = next((card for card in desk.series if card.series == key), None)
    if card:
        return sources.cite(Cited(card.publisher, card.title, card.cover.until, "official", card.url))
    outside = SOURCE_CARDS[key]
    return sources.cite(Cited(outside.title, "", None, outside.coding, outside.url))


def _cite_series(desk: Desk, sources: SourceList, chart: Chart) -> tuple[int, ...]:
    """The series that the source line names, each with its own address, else the record."""
    cards = [card for card in desk.series if card.publisher in chart.source_line]
    shown = set(chart.frame["series"]) if "series" in chart.frame else {card.series for card in cards[:1]}
    cited = [cite_count(desk, sources, card.series) for card in cards if card.series in shown]
    if cited:
        return tuple(dict.fromkeys(cited))
    if chart.key == "gpr":
        return (cite_count(desk, sources, "gpr"),)
    return (cite_record(desk, sources),)


def _cite_source(sources: SourceList, source: Mapping[str, Any]) -> int:
    day = None if pd.isna(source["published"]) else pd.Timestamp(source["published"]).date()
    tier = str(source["tier"]).replace("_", " ")
    return sources.cite(Cited(source["publisher"], source["title"] or "", day, tier, source["url"]))


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value)
