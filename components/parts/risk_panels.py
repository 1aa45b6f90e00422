"""Risk panels: a claim with its activity, attention and assessment apart, on the article's day and on the as-of day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import get_theme, load_built, load_last_activity_day, load_last_day, load_record
from components.parts.export_menu import show_export_menu
from components.parts.risk_panel_views import PanelView, build_curves, build_key, build_views
from components.parts.templates import show_markup, show_style
from components.parts.text import escape_markdown
from components.view.address import build_params
from components.view.filter_bar import get_selected_event
from components.view.layout import has_page
from components.view.tray import show_add_button
from tension.assessments.attention import AttentionReading, read_attention, read_latest_attention
from tension.brief.recipe import Item
from tension.desk import Desk
from tension.records.filters import EventFilter
from tension.records.vocab import GPR_SERIES
from tension.words import format_day, format_month


def get_as_of(wanted: EventFilter) -> date:
    """The day that every panel reads: the filter's, else the last day that the curated events cover."""
    return wanted.as_of or load_last_day()


def describe_as_of(wanted: EventFilter) -> str:
    """Which day is read and how far each source goes, in a sentence or two."""
    last, last_count = load_last_day(), load_last_activity_day()
    ends = f"Curated events end on {format_day(last)}"
    ends += f", Taiwan's daily counts on {format_day(last_count)}" if last_count else ""
    day = format_day(wanted.as_of) if wanted.as_of else f"{format_day(last)}, the last day covered"
    return f"As of {day}, by what had been reported then. {ends}; beyond its source an indicator says 'not looked'."


def show_panel_style() -> None:
    """The style of panels and of the lists beside them: once a page."""
    show_style("risk_panels.css")


def show_panels(wanted: EventFilter, *, claim_id: str = "") -> None:
    """The panels that the chosen regions bear on, and a line that names those left out; one alone, open, by its id."""
    show_panel_style()
    views = _load_views(wanted, is_open=bool(claim_id))
    for view in views:
        if _is_shown(view, wanted) and claim_id in ("", view.claim_id):
            _show_panel(view, wanted)
    if not claim_id:
        _name_left_out(views, wanted)
    with st.container(border=True, key="panel_key", gap="xsmall"):
        show_markup(build_key(get_theme()))


def _load_views(wanted: EventFilter, *, is_open: bool) -> list[PanelView]:
    as_of, palette = get_as_of(wanted), get_theme()
    panels, curves = load_built(Desk.build_panels, as_of), load_built(build_curves, as_of, palette)
    return build_views(panels, curves, load_record().article, palette, wanted.to_query(), is_open=is_open)


def _name_left_out(views: Sequence[PanelView], wanted: EventFilter) -> None:
    left_out = [view.title for view in views if not _is_shown(view, wanted)]
    if left_out:
        st.caption(f"Left out by the region filter: {escape_markdown(', '.join(left_out))}.")


def show_attention(wanted: EventFilter) -> None:
    """Every GPR series as a z-score, Threats and Acts apart, in the month to be read and in the last one loaded."""
    readings, latest = load_built(_load_attention, get_as_of(wanted))
    known = {reading.column: reading for reading in latest}
    rows = [
        {
            "Series": reading.label,
            format_month(reading.month): _tell_score(reading),
            **({format_month(latest[0].month): _tell_score(known[reading.column])} if latest else {}),
        }
        for reading in readings
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="content", height="content", alt="GPR z-scores of every series"
    )


def _load_attention(desk: Desk, as_of: date) -> tuple[tuple[AttentionReading, ...], tuple[AttentionReading, ...]]:
    gpr, columns = desk.queries.load_gpr(), tuple(GPR_SERIES)
    readings, latest = read_attention(gpr, columns, as_of), read_latest_attention(gpr, columns, as_of)
    return readings, () if latest and latest[0].month == readings[0].month else latest


def _tell_score(reading: AttentionReading) -> str:
    return f"{reading.z:+z.1f}" if reading.z is not None else reading.state


def _is_shown(view: PanelView, wanted: EventFilter) -> bool:
    return not wanted.regions or not view.regions or not set(view.regions).isdisjoint(wanted.regions)


def _show_panel(view: PanelView, wanted: EventFilter) -> None:
    with st.container(border=True, key=f"panel_{view.claim_id}", gap="xsmall", height="stretch"):
        show_markup(view.body)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if has_page("evidence"):
                _show_link("evidence", "Evidence", wanted, claim=view.claim_id)
            show_add_button(Item(kind="panel", key=view.claim_id), f"claim_{view.claim_id}")
            show_export_menu("indicator", wanted, {"indicator": view.lead_id}, place=f"panel_{view.claim_id}")


def _show_link(page: str, label: str, wanted: EventFilter, **more: str) -> None:
    st.page_link(
        f"pages/{page}_page.py",
        label=label,
        query_params=build_params(wanted, get_selected_event(), **more),
        width="content",
    )
