"""The pages of competing readings: the hypotheses by what speaks against each, then the evidence. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tension.brief.citing import cite_events, cite_record
from tension.brief.document import Page, Table
from tension.brief.event_pages import PAGE_ROWS, Bench
from tension.brief.recipe import Item
from tension.errors import BadInput
from tension.judgements.weighing import build_weighing
from tension.records.filters import EventFilter
from tension.words import count

_RANKED = ("Rank", "Hypothesis", "Against it", "For it")
_TOLD = ("Evidence", "Tells apart", "Marks, in the order of the hypotheses")
_SIGNS = {"consistent": "+", "inconsistent": "−", "not applicable": "·"}


def build_competing_pages(bench: Bench, item: Item, _wanted: EventFilter) -> Sequence[Page]:
    """The order of a claim's readings and what tells them apart; option `without` leaves a camp out. BadInput."""
    if strange := sorted(set(item.options) - {"without"}):
        raise BadInput("option of competing readings", strange[0], ("without",))
    weighed = build_weighing(bench.desk, item.key, item.options.get("without", ""))
    title = f"Competing readings: {weighed['claim']}"
    said = f"Marked by {weighed['author']}; the one with the least against it stands first"
    if weighed["left_out"]:
        said += f"; {count(weighed['left_out_count'], 'piece')} left out, told by {weighed['left_out']} alone"
    source = "Source: the analysts' own marks on events of the record."
    ranked = tuple(tuple(str(value) for value in row.values()) for row in weighed["hypotheses"])
    refs = (cite_record(bench.desk, bench.sources),)
    frame = pd.DataFrame(weighed["hypotheses"])
    first = Page(
        title=title, finding="", frame=frame, subtitle=said, table=Table(_RANKED, ranked), source_line=source, refs=refs
    )
    return [first, *_build_evidence(bench, title, source, weighed["evidence"])]


def _build_evidence(bench: Bench, title: str, source: str, told: list[dict[str, Any]]) -> list[Page]:
    pages = []
    for start in range(0, len(told), PAGE_ROWS):
        shown = told[start : start + PAGE_ROWS]
        rows = tuple(
            (row["title"] or row["event_id"], str(row["tells_apart"]), _describe_marks(row["cells"])) for row in shown
        )
        events = [event for row in shown if (event := bench.desk.queries.load_event(row["event_id"]))]
        refs = cite_events(bench.sources, pd.DataFrame(events)) if len(events) == len(shown) else []
        frame = pd.DataFrame(
            [{k: row[k] for k in ("event_id", "title", "tells_apart", "is_decisive")} for row in shown]
        )
        pages.append(
            Page(
                title=title,
                finding="",
                frame=frame,
                subtitle="The evidence, what tells most readings apart first",
                table=Table(_TOLD, rows, tuple(refs)),
                source_line=source,
                refs=tuple(sorted({number for own in refs for number in own})),
            )
        )
    return pages


def _describe_marks(cells: dict[str, dict[str, str]]) -> str:
    return " ".join(_SIGNS[cell["mark"]] for cell in cells.values())
