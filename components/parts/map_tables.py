"""The map's text twin: what it shows as tables that sort. A click on a row selects the event."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import load_built, load_events
from components.parts.tables import DAY_FORMAT, ROW_OR_CELL, find_clicked_row, fit_height
from components.parts.text import escape_markdown
from components.view.filter_bar import select_event
from tension.desk import Desk
from tension.figures.maps.content import SECTOR_DAYS, MapContent, build_feature_rows, find_count_day
from tension.figures.maps.gathering import describe_place, is_on_map
from tension.figures.maps.labels import PAGE_FRAME_PX
from tension.records.filters import EventFilter
from tension.records.sea_features import list_features
from tension.records.vocab import QuadClass
from tension.store.queries import LIST_COLUMNS
from tension.words import format_day

_HEIGHT = 380
_DAY = st.column_config.DateColumn(format=DAY_FORMAT)


def show_map_tables(wanted: EventFilter, content: MapContent) -> None:
    """Tables behind tabs; one that isn't open isn't made."""
    names = ["Events", "Features of the South China Sea", "Sectors of Taiwan’s zone", "Lines and areas drawn"]
    shows = (_show_events, _show_features, _show_sectors, _show_lines)
    for tab, show in zip(st.tabs(names, key="map_tables", on_change="rerun"), shows, strict=True):
        if tab.open:
            with tab:
                show(wanted, content)


def _show_events(wanted: EventFilter, content: MapContent) -> None:
    rows = load_events(wanted, (*LIST_COLUMNS, "sources")).sort_values(["occurred_date", "event_id"], ascending=False)
    if rows.empty:
        st.caption("No event is in view.")
        return
    ids = tuple(rows.event_id)
    # A new table for each view of the data: a row's number must never point into other rows.
    key = f"map_events_{hash(ids)}"
    st.dataframe(
        build_event_rows(rows),
        key=key,
        hide_index=True,
        height=fit_height(len(rows), _HEIGHT),
        on_select=lambda: _take_row(key, ids),
        selection_mode=ROW_OR_CELL,
        alt="Events in view with their places",
        column_config={
            "Day": st.column_config.DateColumn(format=DAY_FORMAT, width=95),
            "Event": st.column_config.TextColumn(width="large"),
            "Latitude": st.column_config.NumberColumn(format="%.2f"),
            "Longitude": st.column_config.NumberColumn(format="%.2f"),
            "Source": st.column_config.LinkColumn(display_text="open", width=70),
        },
    )
    st.caption(escape_markdown(describe_place(content.events, content.view.find_box(*PAGE_FRAME_PX))))


def build_event_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Events as words with their places, in the order of `events`; the link is the first source's."""
    return pd.DataFrame(
        {
            "Day": events.occurred_date,
            "Event": events.title,
            "Place": events.location,
            "Act": [QuadClass(int(quad)).plain if pd.notna(quad) else "" for quad in events.quad_class],
            "Severity": events.severity,
            "Source": [sources[0]["url"] if len(sources) else None for sources in events.sources],
            "On the map": is_on_map(events),
            "Latitude": events.latitude,
            "Longitude": events.longitude,
            "Point": events.geo_precision,
            "Region": events.region,
        }
    )


def _show_features(wanted: EventFilter, content: MapContent) -> None:
    del content
    rows = load_built(build_feature_rows, wanted)
    if rows.empty:
        st.caption("No event in view belongs to a feature of the South China Sea.")
    else:
        st.dataframe(
            pd.DataFrame(
                {
                    "Feature": rows.feature,
                    "Occupier": rows.occupier,
                    "Events": rows.event_count,
                    "Incidents": rows.incident_count,
                    "Highest severity": rows.max_severity,
                    "Last": rows.last_date,
                    "In the list": rows.is_listed,
                }
            ),
            hide_index=True,
            height=fit_height(len(rows), _HEIGHT),
            alt="Features of the South China Sea with events in view",
            column_config={"Feature": st.column_config.TextColumn(width="medium"), "Last": _DAY},
        )
    st.caption(
        "Incidents are shows of force or coercion; incidents of one episode count once. A feature that is not in "
        "the list stands at the place of its events, and the list doesn't say who occupies it."
    )
    with st.expander("All listed features"):
        st.dataframe(
            load_built(_build_feature_list),
            hide_index=True,
            height=_HEIGHT,
            alt="All listed features of the South China Sea with occupier, place and source",
        )


def _build_feature_list(desk: Desk) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Feature": feature.name,
            "Group": feature.group,
            "Occupier": feature.occupier_text,
            "Doubtful": feature.is_doubtful,
            "Other names": ", ".join(name for language, name in feature.names.items() if language != "en"),
            "Latitude": feature.latitude,
            "Longitude": feature.longitude,
            "Source": feature.source,
            "Note": feature.note,
        }
        for feature in list_features(desk.record.geography)
    )


def _show_sectors(wanted: EventFilter, content: MapContent) -> None:
    del wanted
    rows, until = load_built(_build_sector_rows, content.on)
    st.dataframe(rows, hide_index=True, alt="Days on which the ministry named each sector as entered")
    st.caption(
        f"Of the {SECTOR_DAYS} days to {format_day(until)}, as named by Taiwan's Ministry of National Defense, which "
        "doesn't publish the sectors' bounds."
    )


def _build_sector_rows(desk: Desk, on: date) -> tuple[pd.DataFrame, date]:
    until = find_count_day(desk, on)
    counted = desk.queries.count_sector_days(until, SECTOR_DAYS).set_index("sector")
    names = [sector["sector"] for sector in desk.record.geography.sectors]
    reported = int(counted.reported_day_count.max()) if len(counted) else 0
    rows = pd.DataFrame(
        {
            "Sector": [name.capitalize() for name in names],
            "Days named as entered": [int(counted.day_count.get(name, 0)) for name in names],
            "Days reported": reported,
        }
    )
    return rows.sort_values("Days named as entered", ascending=False, kind="stable"), until


def _show_lines(wanted: EventFilter, content: MapContent) -> None:
    del wanted
    marks = [mark for layer in content.marks.values() for mark in layer if mark.shape != "point" and mark.tip]
    if not marks:
        st.caption("No line or area is drawn. Switch layers on above the map.")
        return
    rows = pd.DataFrame(
        {"Name": mark.tip.split("\n", 1)[0], "Said of it": mark.tip.partition("\n")[2].replace("\n", "; ")}
        for mark in marks
    )
    st.dataframe(
        rows, hide_index=True, height=fit_height(len(rows), _HEIGHT), alt="Lines and areas on the map with notes"
    )


def _take_row(key: str, ids: tuple[str, ...]) -> None:
    row = find_clicked_row(key)
    if row is not None:
        select_event(ids[row])
