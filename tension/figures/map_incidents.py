"""Incidents at the features of the South China Sea as bars. tension/records/sea_features.py places them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec
from tension.figures.credits import name_sources
from tension.figures.frame import escape
from tension.figures.maps.content import build_feature_rows
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.words import format_day

if TYPE_CHECKING:
    from tension.desk import Desk


def build_incidents(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Incidents at each feature of the South China Sea, as bars."""
    del options
    rows = build_feature_rows(desk, wanted)
    shown = rows[::-1]
    figure = go.Figure(
        go.Bar(
            x=shown.incident_count,
            y=[escape(name) for name in shown.feature],
            orientation="h",
            marker={"color": palette.accent},
            text=shown.incident_count,
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                escape(f"{r['event_count']} events, {r['incident_count']} incidents, last {format_day(r['last_date'])}")
                for r in shown.to_dict("records")
            ],
            hovertemplate="%{y}: %{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(
        height=24 * max(len(rows), 1) + 20,
        margin={"l": 300, "r": 40, "t": 4, "b": 8},
        xaxis={"visible": False},
        yaxis={"showgrid": False, "automargin": False},
        showlegend=False,
    )
    top = rows.iloc[0] if len(rows) else None
    return Chart(
        key="map-incidents",
        title="Incidents at features of the South China Sea, number in view",
        alt=_NOTHING
        if top is None
        else f"Most incidents: {top.feature}, {top.incident_count}; {len(rows)} features in all.",
        source_line=name_sources(desk, wanted),
        figure=figure,
        frame=rows,
        hint="" if len(rows) else f"{_NOTHING} Widen the dates or the regions.",
        notes=(_NOTE,),
    )


_NOTHING = "No event in view belongs to a feature."
_NOTE = "An incident is an event coded material conflict; of one episode it counts once, one without a class never."
SPECS = (ChartSpec("map-incidents", "Incidents at features of the South China Sea", "map", build_incidents),)
