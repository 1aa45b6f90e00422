"""States over time as marks that need no colour: raised when intensifying, lowered when easing. Pure figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tension.assessments.wording import STATE_SIGNS
from tension.figures.palette import Palette
from tension.readings import State
from tension.records.vocab import QuadClass
from tension.words import format_day

# How far from its row a state is drawn, in rows, and how thick.
_OFFSETS = {State.INTENSIFYING: 0.2, State.EASING: -0.2, State.OBSERVED: 0.2}
_WIDTHS = {State.INTENSIFYING: 9, State.EASING: 9, State.OBSERVED: 9, State.HOLDING: 7, State.LOOKED_AND_ABSENT: 7}
_THIN = 2
# The order of the legend; states that don't occur are left out.
_ORDER = (
    State.INTENSIFYING,
    State.OBSERVED,
    State.HOLDING,
    State.LOOKED_AND_ABSENT,
    State.EASING,
    State.TOO_FEW,
    State.INSUFFICIENT,
    State.NOT_LOOKED,
    State.CANNOT_SEE,
)


def pick_state_color(state: State, palette: Palette) -> str:
    """The colour of a state as a mark or a sign; its word beside it is in the ink of the page."""
    if state in (State.INTENSIFYING, State.OBSERVED):
        return palette.quad[QuadClass.MATERIAL_CONFLICT]
    if state == State.EASING:
        return palette.quad[QuadClass.VERBAL_COOPERATION]
    return palette.muted


def add_state_runs(
    figure: go.Figure,
    rows: Mapping[float, pd.DataFrame],
    palette: Palette,
    *,
    yaxis: str = "y",
    has_legend: bool = True,
) -> None:
    """One trace per state: a bar over the days of each run of `read_state_runs`, at its row's height."""
    for state in _ORDER:
        x: list[date | None] = []
        y: list[float | None] = []
        words: list[str | None] = []
        for height, runs in rows.items():
            for row in runs[runs["state"] == str(state)].to_dict("records"):
                level = height + _OFFSETS.get(state, 0.0)
                x += [row["first_date"].date(), row["last_date"].date() + timedelta(days=1), None]
                y += [level, level, None]
                words += [describe_run(row)] * 2 + [None]
        if x:
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=y,
                    yaxis=yaxis,
                    mode="lines",
                    name=f"{STATE_SIGNS[state]} {state}{'' if state in _WIDTHS else ' (thin)'}",
                    showlegend=has_legend,
                    line={"color": pick_state_color(state, palette), "width": _WIDTHS.get(state, _THIN)},
                    hovertext=words,
                    hoverinfo="text",
                )
            )


def describe_run(row: Mapping[Any, Any]) -> str:
    """A run as hover text."""
    first, last = row["first_date"], row["last_date"]
    return f"{row['state']}, {format_day(first)} to {format_day(last)} ({row['day_count']} days)"


def mark_day(figure: go.Figure, day: date, words: str, palette: Palette, *, is_dotted: bool = True) -> None:
    """An upright line through the plot with its words above it."""
    figure.add_shape(
        type="line",
        x0=day,
        x1=day,
        yref="paper",
        y0=0,
        y1=1,
        layer="above",
        line={
            "color": palette.ink if is_dotted else palette.muted,
            "width": 1,
            "dash": "dot" if is_dotted else "solid",
        },
    )
    figure.add_annotation(
        text=words,
        x=day,
        yref="paper",
        y=1,
        yanchor="bottom",
        showarrow=False,
        borderpad=0,
        font={"size": 11, "color": palette.ink if is_dotted else palette.muted},
    )
