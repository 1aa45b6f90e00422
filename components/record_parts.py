"""The record as tables: every event in view, where its reports come from, how far it reaches. Draws; counts nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components.loaders import (
    get_desk,
    load_counts,
    load_events,
    load_file_events,
    load_publishers,
    load_record,
    tell_file_limit,
)
from components.parts.source_grades import load_grades, name_grade
from components.parts.tables import DAY_FORMAT, ROW_OR_CELL, find_clicked_row
from components.view.address import build_link
from components.view.filter_bar import get_filter, select_event
from components.view.tray import build_item, show_add_button
from tension.exports.csv_text import to_csv
from tension.exports.grades import add_grades
from tension.exports.metadata import build_sidecar
from tension.exports.records import EDITORS_ONLY, to_events_json
from tension.exports.seal import build_seal
from tension.records.cover import BEYOND_WORDS, flag_beyond
from tension.records.filters import EventFilter
from tension.records.grading import Grade
from tension.records.vocab import CAMEO_ROOTS, CATEGORY_LABELS, Category, QuadClass, Region
from tension.words import name_state

_TABLE_HEIGHT, _SMALL_TABLE_HEIGHT = 480, 250


def show_events_table(wanted: EventFilter) -> None:
    """Every event in view, newest first; a click on a row selects the event, a click on a column's head sorts."""
    events = _list_newest_first(wanted)
    st.dataframe(
        build_events_table(events, flag_beyond(load_record().cover, events), load_grades(wanted)),
        key=_name_table(wanted),
        hide_index=True,
        height=_TABLE_HEIGHT,
        on_select=_select_row,
        selection_mode=ROW_OR_CELL,
        alt="Events in view, one row each",
        column_config={
            "Occurred": st.column_config.DateColumn(format=DAY_FORMAT),
            "Reported": st.column_config.DateColumn(format=DAY_FORMAT),
            "Event": st.column_config.TextColumn(width="large"),
            "Severity": st.column_config.NumberColumn(width="small"),
            "Sources": st.column_config.TextColumn(help="Grade of its sources by rule (docs/grades.md)", width=118),
        },
    )


def build_events_table(
    events: pd.DataFrame, beyond: Sequence[bool] = (), grades: Mapping[str, Grade] | None = None
) -> pd.DataFrame:
    """Events as words, one row each, in the order of `events`; those `beyond` the searched span are marked.

    `grades` are those of their sources, by event_id.
    """
    table = pd.DataFrame(
        {
            "Occurred": events.occurred_date,
            "Event": events.title,
            "Severity": events.severity,
            "Sources": [name_grade((grades or {}).get(event_id)) for event_id in events.event_id],
            "Region": events.region,
            "Initiator": [name_state(code) if isinstance(code, str) else "" for code in events.initiator],
            "Target": [name_state(code) if isinstance(code, str) else "" for code in events.target],
            "Category": [CATEGORY_LABELS[Category(c)] if isinstance(c, str) else "" for c in events.category],
            "Place": events.location,
            "Act": [f"{root} {CAMEO_ROOTS[root]}" if isinstance(root, str) else "" for root in events.cameo_root],
            "Class": [QuadClass(int(q)).plain if pd.notna(q) else "" for q in events.quad_class],
            "Actors": [", ".join(name_state(code) for code in codes) for codes in events.actors],
            "Confidence": events.confidence,
            "Reported": events.reported_date,
            "Source": events.source_key,
            "Id": events.event_id,
        }
    )
    if any(beyond):
        table.insert(2, "Mark", [BEYOND_WORDS if is_beyond else "" for is_beyond in beyond])
    return table


def show_reports(wanted: EventFilter) -> None:
    """How the reports behind the events in view spread over publishers and tiers."""
    reports = load_publishers(wanted)
    by_tier, by_publisher = st.columns([2, 3])
    per_tier = reports.groupby("tier").report_count.sum().sort_values(ascending=False)
    tiers = pd.DataFrame(
        {
            "Tier": [str(tier).replace("_", " ") for tier in per_tier.index],
            "Reports": per_tier.to_numpy(),
            "Share": 100 * per_tier.to_numpy() / per_tier.sum(),
        }
    )
    by_tier.dataframe(
        tiers,
        hide_index=True,
        alt="Reports by the tier of their publisher",
        column_config={"Share": st.column_config.NumberColumn(format="%.0f%%")},
    )
    by_publisher.dataframe(
        pd.DataFrame(
            {
                "Publisher": reports.publisher,
                "Tier": [tier.replace("_", " ") for tier in reports.tier],
                "Reports": reports.report_count,
            }
        ),
        hide_index=True,
        height=_SMALL_TABLE_HEIGHT,
        alt="Reports by publisher",
    )


def show_coverage(wanted: EventFilter) -> None:
    """Events per region and year, so that a thin spot is seen where it is."""
    counts = load_counts(wanted, ("region", "month"))
    years = counts.assign(year=counts.month.dt.year.astype(str))
    table = years.pivot_table(index="region", columns="year", values="event_count", aggfunc="sum", fill_value=0)
    table = table.reindex([region.value for region in Region if region.value in table.index])
    st.table(table.assign(All=table.sum(axis=1)).rename_axis("Region"), alt="Events in view per region and year")


def show_sources(wanted: EventFilter) -> None:
    """How many events in view each source gave."""
    counts = load_counts(wanted, ("source_key",))
    words = ", ".join(f"{row.event_count} {row.source_key}" for row in counts.itertuples())
    st.caption(f"Events by source: {words}.")


def show_downloads(wanted: EventFilter) -> None:
    """Everything in view as CSV and JSON, with the fields of the command line."""
    with st.container(horizontal=True):
        for label, name, mime, build in (
            ("Download CSV", "events.csv", "text/csv", build_csv),
            ("Download JSON", "events.json", "application/json", to_events_json),
            ("What they were made from", "events.csv-metadata.json", "application/json", build_events_sidecar),
        ):
            st.download_button(
                label,
                data=partial(_build_file, build, wanted),
                file_name=name,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
            )
        show_add_button(build_item("table", "events", wanted), "record_table")
    if limit := tell_file_limit(wanted):
        st.caption(f"{limit}; `python -m tension events` writes all.")


def build_csv(events: pd.DataFrame) -> bytes:
    """Events as CSV that a spreadsheet opens without running anything."""
    return to_csv(add_grades(events).drop(columns=list(EDITORS_ONLY)))


def build_events_sidecar(events: pd.DataFrame) -> bytes:
    """Record, view, day, link and licence of the files, and the digest of the CSV that stands beside."""
    wanted = get_filter()
    seal = build_seal(get_desk(), "events", "", wanted, [events], link=build_link("record", wanted))
    return build_sidecar(build_csv(events), "events.csv", seal)


def _build_file(build: Callable[[pd.DataFrame], bytes], wanted: EventFilter) -> bytes:
    return build(load_file_events(wanted))


def _name_table(wanted: EventFilter) -> str:
    """A new table for each view, so that a row's number never points into other rows."""
    return f"record_{wanted.to_query()}"


def _select_row() -> None:
    wanted = get_filter()
    row = find_clicked_row(_name_table(wanted))
    select_event(_list_newest_first(wanted).event_id.iloc[row] if row is not None else None)


def _list_newest_first(wanted: EventFilter) -> pd.DataFrame:
    return load_events(wanted).iloc[::-1]
