"""Pages of events: one in full, tables of many, and what changed since a day. Reads the desk; draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.assessments.changes import Changes, read_changes
from tension.brief.citing import cite_article, cite_chart, cite_events, cite_page, cite_record
from tension.brief.document import Page, SourceList, Table
from tension.brief.native import build_native
from tension.brief.recipe import Item, Recipe
from tension.errors import BadInput
from tension.exports.grades import add_grades
from tension.exports.terms import keep_exportable, limit_to_exportable
from tension.figures.palette import PRINT
from tension.figures.registry import build_chart, build_link, choose_options, find_chart
from tension.records.filters import EventFilter
from tension.records.grading import grade_event, summarise_sources
from tension.records.vocab import CATEGORY_LABELS, CONTACT_LEVELS, SEVERITY_LABELS, Category
from tension.words import STATE_NAMES, count, format_day, format_span, name_state

if TYPE_CHECKING:
    from tension.desk import Desk
    from tension.figures.chart import Chart

# Rows of a page; more go on to the next one.
PAGE_ROWS = 9
MOST_ROWS = 36
CHART_PX = 1000


@dataclass(frozen=True)
class Bench:
    """What every builder of pages takes: the desk, the recipe, the sources cited so far, the day it speaks from."""

    desk: Desk
    recipe: Recipe
    sources: SourceList
    until: date


def build_chart_pages(bench: Bench, item: Item, wanted: EventFilter) -> Sequence[Page]:
    """A chart or a map with its finding, notes and sources; a sea's counts a page each, for each has its own unit."""
    spec, limited = find_chart(item.key), limit_to_exportable(wanted)
    chosen = choose_options(spec, bench.desk, item.options)
    # A map stands beside its words, in letters that a page leaves legible.
    sized = chosen | ({"size": "slide"} if item.key == "map" else {})
    chart = build_chart(item.key, bench.desk, limited, PRINT, sized, link="", width_px=CHART_PX)
    if item.key == "sea" and not chart.is_empty:
        names = dict.fromkeys(zip(chart.frame["series"], chart.frame["measure"], strict=True))
        counted = [item.model_copy(update={"key": "counts", "options": {"count": "/".join(name)}}) for name in names]
        return [page for one in counted for page in build_chart_pages(bench, one, wanted)]
    if item.key == "posture" and not chart.is_empty:
        return _build_posture_pages(bench, chart)
    site = bench.desk.settings.public_url
    page = Page(
        title=chart.heading,
        finding=chart.hint or chart.alt,
        frame=chart.frame,
        subtitle=_describe_chart(chart),
        chart=None if chart.is_empty else chart,
        native=build_native(chart),
        source_line=chart.source_line,
        foot=chart.notes,
        refs=() if chart.is_empty else cite_chart(bench.desk, bench.sources, chart),
        link=build_link(spec, limited, chosen, site) if site else "",
    )
    return [page]


def _build_posture_pages(bench: Bench, chart: Chart) -> list[Page]:
    """A state's changes of posture are words with days: a table says them better than marks."""
    rows = chart.frame.to_dict("records")
    cells = [(format_day(row["date"]), str(row["what"])) for row in rows]
    refs = [(cite_page(bench.sources, str(row["source_url"])),) for row in rows]
    said = f"{count(len(rows), 'dated change')} of posture."
    pages = _split(chart.heading, said, _describe_chart(chart), ("Day", "Change"), cells, refs, chart.frame)
    return [replace(page, source_line=chart.source_line) for page in pages]


def _describe_chart(chart: Chart) -> str:
    return f"{chart.title} · {chart.subtitle}" if chart.finding else chart.subtitle


def build_event_pages(bench: Bench, item: Item, _wanted: EventFilter) -> Sequence[Page]:
    """One event: its summary, what is coded of it, every source."""
    row = bench.desk.queries.load_event(item.key)
    if row is None or row["reported_date"].date() > bench.until:
        raise BadInput("event of the brief", item.key, f"an event_id of the record, reported by {bench.until}")
    limit_to_exportable(EventFilter(source_keys=(row["source_key"],)))
    frame = add_grades(pd.DataFrame([row]))
    (refs,) = cite_events(bench.sources, frame)
    facts = [(label, words) for label, words in _list_facts(row) if words]
    page = Page(
        title=row["title"],
        finding=_text(row["summary"]),
        frame=frame,
        subtitle=f"{row['region']} · {_format_days(row)}",
        table=Table(("Fact", "As coded"), tuple(facts)),
        source_line="Source: the reports that the numbers name; titles may be shortened.",
        refs=refs,
    )
    return [page]


def build_table_pages(bench: Bench, item: Item, wanted: EventFilter) -> Sequence[Page]:
    """Events in view, or US-China military contacts, newest first, each with its sources."""
    queries, most = bench.desk.queries, _read_rows(item)
    if item.key == "contacts":
        ids = queries.load_contacts(bench.until)["event_id"].tolist()
        rows = pd.DataFrame([row for event_id in ids[-most:] if (row := queries.load_event(event_id))])
        total, title = len(ids), "US-China military contacts"
    else:
        limited = limit_to_exportable(wanted)
        rows = queries.load_events(limited, columns=None, latest=most)
        total, title = queries.summarise(limited).event_count, "Events in view"
    if rows.empty:
        return [Page(title, "Nothing is in view.", rows, subtitle=wanted.describe())]
    rows = keep_exportable(rows).iloc[::-1]
    first, last = rows["occurred_date"].min(), rows["occurred_date"].max()
    said = f"{count(total, 'event')}" if total == len(rows) else f"The last {len(rows)} of {count(total, 'event')}"
    finding = f"{said}, {format_span(first, last)}."
    cells = [_list_cells(row, has_level=item.key == "contacts") for row in rows.to_dict("records")]
    header = ("Day", "Level" if item.key == "contacts" else "Region", "Event", "Severity")
    summary = summarise_sources(rows.to_dict("records"), STATE_NAMES)
    if summary.event_count:
        finding += f" Sources: {summary.words}."
    frame = add_grades(rows).assign(
        total=total,
        report_count=summary.report_count,
        official_count=summary.official_count,
        camp_count=summary.camp_count,
        one_camp_count=summary.one_camp_count,
    )
    return _split(title, finding, wanted.describe(), header, cells, cite_events(bench.sources, rows), frame)


def build_changes_pages(bench: Bench, item: Item, wanted: EventFilter) -> Sequence[Page]:
    """What changed since the recipe's day: the claims' words then and now, then every change, newest first."""
    desk = bench.desk
    since = bench.recipe.find_since(bench.until)
    found = read_changes(desk.assessor, desk.queries, desk.record.article.claims, since, bench.until, wanted.regions)
    frame = _build_changes_frame(found)
    words = [(c.claim.title, c.then, c.now, "" if c.then == c.now else "another word") for c in found.claims]
    pages = [
        Page(
            title=f"What changed since {format_day(since)}",
            finding=found.summary,
            frame=frame,
            subtitle=f"The article's claims, {format_day(since)} and {format_day(bench.until)}",
            table=Table(("Claim", "Then", "Now", ""), tuple(words)),
            source_line="Source: readings of the record by fixed rules; no forecast.",
            refs=(cite_article(desk, bench.sources), cite_record(desk, bench.sources)),
        )
    ]
    if found.changes:
        header = ("Day", "Kind", "What")
        cells = [(format_day(c.day), str(c.kind), c.words) for c in found.changes[:MOST_ROWS]]
        refs = [_cite_change(bench, c.event_id) for c in found.changes[:MOST_ROWS]]
        left = len(found.changes) - len(cells)
        said = f"{count(len(found.changes), 'change')}" + (f", the newest {len(cells)} shown" if left else "")
        pages += _split(
            "Turns, surges, grave events and contacts", f"{said}.", "Newest first", header, cells, refs, frame
        )
    return pages


def _read_rows(item: Item) -> int:
    """How many rows a table shows: its own option, a page of them unless said."""
    given = item.options.get("rows", str(PAGE_ROWS))
    if set(item.options) - {"rows"} or not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= MOST_ROWS):
        raise BadInput("options of a table", ", ".join(item.options), f"rows, a whole number from 1 to {MOST_ROWS}")
    return int(given)


def _cite_change(bench: Bench, event_id: str) -> tuple[int, ...]:
    row = bench.desk.queries.load_event(event_id) if event_id else None
    return cite_events(bench.sources, pd.DataFrame([row]))[0] if row else ()


def _build_changes_frame(found: Changes) -> pd.DataFrame:
    """Every change and every claim's words as rows, and the counts that the summary gives."""
    rows = [
        {"date": change.day, "kind": str(change.kind), "words": change.words, "event_id": change.event_id}
        for change in found.changes
    ]
    rows += [
        {"date": found.until, "kind": "claim", "words": f"{c.claim.title}: {c.then}, {c.now}"} for c in found.claims
    ]
    return pd.DataFrame(rows, columns=["date", "kind", "words", "event_id"])


def _split(
    title: str,
    finding: str,
    subtitle: str,
    header: tuple[str, ...],
    cells: Sequence[tuple[str, ...]],
    refs: Sequence[tuple[int, ...]],
    frame: pd.DataFrame,
) -> list[Page]:
    """A long table over as many pages as it needs."""
    pages = []
    for start in range(0, len(cells), PAGE_ROWS):
        part = slice(start, start + PAGE_ROWS)
        table = Table(header, tuple(cells[part]), tuple(refs[part]) if any(refs) else ())
        line = "Source: the reports that the numbers name; a lower bound of what happened."
        pages.append(Page(title, finding if not start else "", frame, subtitle=subtitle, table=table, source_line=line))
    return pages


def _list_cells(row: dict[Any, Any], *, has_level: bool) -> tuple[str, ...]:
    second = CONTACT_LEVELS[row["us_china_military_contact"]] if has_level else str(row["region"])
    severity = "" if pd.isna(row["severity"]) else str(int(row["severity"]))
    return _format_days(row), second, str(row["title"]), severity


def _format_days(row: dict[Any, Any]) -> str:
    first = format_day(row["occurred_date"])
    return first if pd.isna(row["end_date"]) else f"{first} to {format_day(row['end_date'])}"


def _list_facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    severity = (
        "" if pd.isna(row["severity"]) else f"{int(row['severity'])} of 5: {SEVERITY_LABELS[int(row['severity'])]}"
    )
    category = _text(row["category"])
    who = " on ".join(name_state(code) for code in (row["initiator"], row["target"]) if isinstance(code, str))
    return [
        ("Occurred", _format_days(row)),
        ("Reported", format_day(row["reported_date"])),
        ("Place", _text(row["location"])),
        ("Who on whom", who),
        ("Category", CATEGORY_LABELS[Category(category)] if category else ""),
        ("Severity", severity),
        ("Confidence", _text(row["confidence"])),
        ("Grade of sources", grade_event(row["sources"], row["source_key"]).reason),
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
