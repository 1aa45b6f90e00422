"""Rings the selected event in a picture of events, so that it is found again. Pure; the picture given stays."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from tension.figures.palette import Palette


def ring_event(figure: go.Figure, event_id: str, palette: Palette) -> go.Figure:
    """A copy with a ring around the mark whose customdata is [event_id]; the figure itself where none is."""
    for trace in figure.data:
        ids = [entry[0] if isinstance(entry, list | tuple) else entry for entry in _list(trace.customdata)]
        if event_id not in ids:
            continue
        at = ids.index(event_id)
        ringed = go.Figure(figure)
        ringed.add_scatter(
            x=[_list(trace.x)[at]],
            y=[_list(trace.y)[at]],
            yaxis=trace.yaxis,
            mode="markers",
            name="Selected event",
            marker={"symbol": "circle-open", "size": 24, "color": palette.ink, "line": {"width": 2.5}},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
        return ringed
    return figure


def _list(values: Any) -> list[Any]:
    return [] if values is None else list(values)
