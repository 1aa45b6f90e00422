"""Counts of events as bars: by month, region, severity; and reports by publisher. Pure figures of small frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.act_classes import CLASSES, name_class, read_classes
from tension.figures.chart import Chart, ChartOptions, ChartSpec
from tension.figures.class_bars import look_of_class
from tension.figures.contrast import mix_colors
from tension.figures.credits import name_sources
from tension.figures.findings import tell_grave_share, tell_most
from tension.figures.frame import DATE_AXIS, escape
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.records.vocab import SEVERITY_LABELS, Region
from tension.words import format_month

if TYPE_CHECKING:
    from tension.desk import Desk

_HINT = "No event matches. Widen the filter: more regions, a longer span, a lower severity."
_NOTHING = "No event matches the filter."
_ROW_PX = 30
_PUBLISHER_LIMIT = 20


def build_events_by_month(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Events a month, stacked by quad class."""
    counts = desk.queries.count_events(wanted, ["month", "quad_class"])
    classes = read_classes(counts.quad_class)
    figure = go.Figure()
    for quad in CLASSES:
        _add_month_bars(figure, counts[classes == quad], name_class(quad), look_of_class(quad, palette))
    _lay_out_months(figure)
    return _build_chart(
        "events-by-month", "Events a month by class of act", desk, wanted, figure, counts, _describe_months
    )


def build_severity_by_month(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Events a month, stacked by severity from 1 at the foot to 5 at the top; below them those that state none."""
    counts = desk.queries.count_events(wanted, ["month", "severity"])
    figure = go.Figure()
    unstated = {"color": palette.panel, "line": {"color": palette.muted, "width": 0.5}, "pattern": {"shape": "x"}}
    _add_month_bars(figure, counts[counts.severity.isna()], "Not stated", unstated)
    for level, label in SEVERITY_LABELS.items():
        part = counts[counts.severity == level]
        shade = mix_colors(palette.panel, palette.accent, 0.15 + 0.85 * (level - 1) / 4)
        look = {"color": shade, "line": {"color": palette.muted, "width": 0.5}}
        _add_month_bars(figure, part, f"{level} {label.split(' or ')[0]}", look)
    _lay_out_months(figure)
    chart = _build_chart(
        "severity-by-month", "Events a month by severity", desk, wanted, figure, counts, _describe_months
    )
    return replace(chart, finding=tell_grave_share(counts))


def build_events_by_region(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Events in each region, stacked by quad class."""
    counts = desk.queries.count_events(wanted, ["region", "quad_class"])
    figure = go.Figure()
    order = [region.value for region in Region if (counts.region == region.value).any()]
    classes = read_classes(counts.quad_class)
    for quad in CLASSES:
        part = counts[classes == quad]
        if not part.empty:
            figure.add_bar(
                x=part.event_count.tolist(),
                y=part.region.tolist(),
                orientation="h",
                name=name_class(quad),
                marker=look_of_class(quad, palette),
                hovertemplate=f"%{{y}}, {name_class(quad).lower()}: <b>%{{x}}</b> events<extra></extra>",
            )
    totals = counts.groupby("region").event_count.sum()
    _lay_out_rows(figure, order, [f"{totals[name]:,}" for name in order], totals, 116)
    chart = _build_chart(
        "events-by-region",
        "Events by region and class of act",
        desk,
        wanted,
        figure,
        counts,
        _describe_regions,
    )
    return replace(chart, finding=tell_most(totals, "event"))


def build_sources_by_publisher(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """The publishers whose reports the events in view cite most, with their tier."""
    counts = desk.queries.count_publishers(wanted)
    top = counts.head(_PUBLISHER_LIMIT)
    names = [_name_publisher(name, tier) for name, tier in zip(top.publisher, top.tier, strict=True)]
    labels = [escape(name if len(name) <= 34 else f"{name[:33]}…") for name in names]
    figure = go.Figure()
    figure.add_bar(
        x=top.report_count.tolist(),
        y=labels,
        orientation="h",
        marker={"color": palette.muted},
        hovertext=[escape(name) for name in names],
        hovertemplate="%{hovertext}: <b>%{x}</b> reports<extra></extra>",
        showlegend=False,
    )
    totals = pd.Series(top.report_count.to_numpy(), index=labels)
    _lay_out_rows(figure, labels, [f"{value:,}" for value in top.report_count], totals, 206)
    title = f"Reports cited, the {len(top)} publishers cited most" if len(counts) > len(top) else "Reports by publisher"
    chart = _build_chart("sources-by-publisher", title, desk, wanted, figure, counts, _describe_publishers)
    return replace(chart, finding=tell_most(counts.groupby("publisher").report_count.sum(), "report"))


SPECS = (
    ChartSpec("events-by-month", "Events a month by class of act", "record", build_events_by_month),
    ChartSpec("events-by-region", "Events by region and class of act", "record", build_events_by_region),
    ChartSpec("severity-by-month", "Events a month by severity", "record", build_severity_by_month),
    ChartSpec("sources-by-publisher", "Reports by publisher", "record", build_sources_by_publisher),
)


def _build_chart(
    key: str, title: str, desk: Desk, wanted: EventFilter, figure: go.Figure, counts: pd.DataFrame, describe: Any
) -> Chart:
    is_empty = counts.empty
    return Chart(
        key=key,
        title=title,
        alt=_NOTHING if is_empty else describe(counts),
        source_line=name_sources(desk, wanted),
        figure=figure,
        frame=counts,
        hint=_HINT if is_empty else "",
    )


def _name_publisher(name: Any, tier: Any) -> str:
    known = "publisher not stated" if pd.isna(name) or not name else str(name)
    return known if pd.isna(tier) else f"{known} ({tier.replace('_', ' ')})"


def _add_month_bars(figure: go.Figure, part: pd.DataFrame, name: str, look: dict[str, Any]) -> None:
    if part.empty:
        return
    figure.add_bar(
        x=part.month.dt.strftime("%Y-%m-%d").tolist(),
        y=part.event_count.tolist(),
        xperiod="M1",
        xperiodalignment="middle",
        xhoverformat="%b %Y",
        name=name,
        marker=look,
        hovertemplate=f"%{{x}}, {name[0].lower()}{name[1:]}: <b>%{{y}}</b> events<extra></extra>",
    )


def _lay_out_months(figure: go.Figure) -> None:
    figure.update_layout(
        height=240,
        margin={"l": 40, "r": 14, "t": 8, "b": 28},
        barmode="stack",
        bargap=0.12,
        hovermode="closest",
        dragmode="zoom",
        showlegend=True,
        xaxis=DATE_AXIS,
        yaxis={"rangemode": "tozero", "fixedrange": True, "tickformat": ",d", "nticks": 6},
    )


def _lay_out_rows(
    figure: go.Figure, order: Sequence[str], values: Sequence[str], totals: pd.Series[Any], label_px: float
) -> None:
    """Horizontal bars, the first on top, each with its total at its end."""
    figure.update_layout(
        height=max(len(order), 1) * (_ROW_PX if len(order) < 8 else 22),
        margin={"l": label_px, "r": 44, "t": 8, "b": 26},
        barmode="stack",
        bargap=0.3,
        legend_traceorder="normal",
        hovermode="closest",
        dragmode=False,
        xaxis={
            "rangemode": "tozero",
            "fixedrange": True,
            "showgrid": True,
            "ticks": "",
            "tickformat": ",d",
            "nticks": 5,
        },
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(order),
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
            "ticklabelstandoff": 6,
        },
        annotations=[
            {"x": float(totals[name]), "y": name, "text": value, "xanchor": "left", "xshift": 4, "showarrow": False}
            for name, value in zip(order, values, strict=True)
        ],
    )


def _describe_months(counts: pd.DataFrame) -> str:
    months = counts.groupby("month").event_count.sum().sort_index()
    first, last, top = (format_month(pd.Timestamp(month)) for month in (*months.index[[0, -1]], months.idxmax()))
    return f"{int(months.sum()):,} events from {first} to {last}; most in {top} ({int(months.max()):,})."


def _describe_regions(counts: pd.DataFrame) -> str:
    totals = counts.groupby("region").event_count.sum().sort_values(ascending=False)
    listed = ", ".join(f"{name} {value:,}" for name, value in totals.items())
    return f"{int(totals.sum()):,} events by region: {listed}."


def _describe_publishers(counts: pd.DataFrame) -> str:
    first = counts.iloc[0]
    return (
        f"{int(counts.report_count.sum()):,} reports by {counts.publisher.nunique():,} publishers; "
        f"{_name_publisher(first.publisher, None)} is cited most ({int(first.report_count):,})."
    )
