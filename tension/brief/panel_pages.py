"""The page of a claim: its word on the day, what moved and by how much, and the article's own words. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from tension.assessments.headlines import describe_judgement, describe_surge, write_headline
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import ClaimNotice, read_notice
from tension.assessments.reading import IndicatorReading
from tension.assessments.wording import describe_reading, name_reading, pick_sign
from tension.brief.citing import cite_article, cite_events, cite_record
from tension.brief.document import Page, Table
from tension.brief.event_pages import PAGE_ROWS, Bench
from tension.brief.recipe import Item
from tension.errors import BadInput
from tension.records.filters import EventFilter
from tension.words import format_day

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_EVENTS = 8


def build_panel_pages(bench: Bench, item: Item, _wanted: EventFilter) -> Sequence[Page]:
    """What a claim's indicators read on the day, the movers first, with the sources of the events behind them."""
    desk = bench.desk
    claims = {claim.claim_id: claim for claim in desk.record.article.claims}
    if item.key not in claims:
        raise BadInput("claim of the brief", item.key, claims)
    claim = claims[item.key]
    notice = read_notice(desk.assessor, claim, bench.until)
    reading = desk.assessor.read_claim(claim.claim_id, bench.until)
    order = [mover.reading.indicator.indicator_id for mover in notice.movers]
    found = sorted(reading.marked, key=lambda one: _find_place(order, one.indicator.indicator_id))
    refs = [cite_article(desk, bench.sources), cite_record(desk, bench.sources)]
    refs += _cite_newest(bench, found)
    page = Page(
        title=f"{claim.title}: {reading.state}",
        finding=write_headline(notice),
        frame=_build_frame(notice, found),
        subtitle=f"As of {format_day(bench.until)}, by what had been reported then. No forecast",
        lines=tuple(_list_lines(notice)),
        table=Table(
            ("", "Indicator", "Reads", "Figures"),
            tuple((pick_sign(r), r.indicator.title, name_reading(r), describe_reading(r)) for r in found[:PAGE_ROWS]),
        ),
        source_line="Source: the article, quoted; readings of the record and of official counts by fixed rules.",
        foot=tuple(f"Can't be seen: {r.indicator.blind_spot}" for r in found[:1] if r.indicator.blind_spot),
        refs=tuple(dict.fromkeys(refs)),
    )
    return [page]


def _list_lines(notice: ClaimNotice) -> Iterable[str]:
    claim = notice.claim
    yield f"The article, {format_day(claim.stated_date)}: “{claim.quote}”"
    yield f"Now: {describe_judgement(notice.today, notice.reading)}"
    yield from (f"Surge: {describe_surge(surge)}" for surge in notice.surges[:2])


def _cite_newest(bench: Bench, found: Sequence[IndicatorReading]) -> list[int]:
    """The sources of the newest events that the indicators count; all of them would fill pages."""
    ids = sorted({event_id for reading in found for event_id in reading.event_ids}, reverse=True)[:_MOST_EVENTS]
    rows = [row for event_id in ids if (row := bench.desk.queries.load_event(event_id))]
    return [number for refs in cite_events(bench.sources, pd.DataFrame(rows)) for number in refs] if rows else []


def _build_frame(notice: ClaimNotice, found: Sequence[IndicatorReading]) -> pd.DataFrame:
    """One row an indicator with every figure that the page says."""
    ratios = {mover.reading.indicator.indicator_id: mover for mover in notice.movers}
    rows = []
    for reading in found:
        window, baseline = find_kind(reading.indicator).find_spans(reading.indicator)
        mover = ratios.get(reading.indicator.indicator_id)
        surge = next((s.surge for s in notice.surges if s.indicator == reading.indicator), None)
        rows.append(
            {
                "indicator_id": reading.indicator.indicator_id,
                "title": reading.indicator.title,
                "state": str(reading.state),
                "sign": pick_sign(reading),
                "recent": reading.recent,
                "baseline": reading.baseline,
                "ratio": reading.ratio if mover is None or mover.ratio is None else mover.ratio,
                "low": reading.interval[0] if reading.interval else None,
                "high": reading.interval[1] if reading.interval else None,
                "percentile": reading.percentile,
                "recent_total": reading.recent_total,
                "baseline_total": reading.baseline_total,
                "window_days": window,
                "baseline_days": baseline,
                "surge": surge.value if surge else None,
                "figures": describe_reading(reading),
                "headline": mover.words if mover else "",
            }
        )
    return pd.DataFrame(rows)


def _find_place(order: Sequence[str], indicator_id: str) -> int:
    return order.index(indicator_id) if indicator_id in order else len(order)
