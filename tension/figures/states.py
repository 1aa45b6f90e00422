"""States over time as marks that need no colour: raised when up or rising, lowered when down or falling. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.palette import Palette
from tension.readings import MOVED, ClaimState, Mark, State
from tension.records.vocab import QuadClass
from tension.words import format_day


@dataclass(frozen=True)
class _Look:
    """How a word is drawn: its sign, how far from its row (in rows), how thick, and which way it leads the colour."""

    sign: str
    offset: float = 0.0
    width: int = 2
    way: Mark | None = None


# In the order of the legend; words that don't occur are left out. Thin: can't be read.
_LOOKS: dict[str, _Look] = {
    ClaimState.RISING: _Look("▲", 0.2, 9, Mark.UP),
    ClaimState.MIXED: _Look("◆", 0.0, 14),
    State.UP: _Look("▲", 0.2, 9, Mark.UP),
    State.OBSERVED: _Look("●", 0.2, 9, Mark.UP),
    State.LEVEL: _Look("■", 0.0, 7),
    State.LOOKED_AND_ABSENT: _Look("◇", 0.0, 7),
    ClaimState.FALLING: _Look("▼", -0.2, 9, Mark.DOWN),
    State.DOWN: _Look("▼", -0.2, 9, Mark.DOWN),
    State.TOO_FEW: _Look("○"),
    State.INSUFFICIENT: _Look("○"),
    ClaimState.UNREAD: _Look("○"),
    State.NOT_LOOKED: _Look("–"),
    State.CANNOT_SEE: _Look("×"),
}
_THIN = _Look("○").width


def pick_mark_color(mark: Mark | None, palette: Palette) -> str:
    """The colour of a mark; its word beside it is in the ink of the page."""
    if mark == Mark.UP:
        return palette.quad[QuadClass.MATERIAL_CONFLICT]
    return palette.quad[QuadClass.VERBAL_COOPERATION] if mark == Mark.DOWN else palette.muted


def pick_way_color(mark: Mark | None, escalation: str, palette: Palette) -> str:
    """The colour of a mark of a claim whose indicators go `escalation` ('up', 'down') when things get worse."""
    if mark not in MOVED:
        return palette.muted
    return pick_mark_color(Mark.UP if str(mark) == escalation else Mark.DOWN, palette)


def add_state_runs(
    figure: go.Figure,
    rows: Mapping[float, pd.DataFrame],
    palette: Palette,
    *,
    yaxis: str = "y",
    has_legend: bool = True,
    is_neutral: bool = False,
    worse_down: Collection[float] = (),
) -> None:
    """One trace per state: a bar over the days of each run of `read_state_runs`, at its row's height.

    `is_neutral` where up and down would be read as worse and better, and are neither; rows of `worse_down` are worse
    when they fall.
    """
    named: set[str] = set()
    for (word, look), is_turned in product(_LOOKS.items(), (False, True)):
        x: list[date | None] = []
        y: list[float | None] = []
        words: list[str | None] = []
        for height, runs in rows.items():
            if (height in worse_down) != is_turned:
                continue
            for row in runs[runs["state"] == str(word)].to_dict("records"):
                x += [row["first_date"].date(), row["last_date"].date() + timedelta(days=1), None]
                y += [height + look.offset, height + look.offset, None]
                words += [describe_run(row)] * 2 + [None]
        if x:
            escalation = str(Mark.DOWN if is_turned else Mark.UP)
            color = palette.muted if is_neutral else pick_way_color(look.way, escalation, palette)
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=y,
                    yaxis=yaxis,
                    mode="lines",
                    name=f"{look.sign} {word}{' (thin)' if look.width == _THIN else ''}",
                    showlegend=has_legend and word not in named,
                    line={"color": color, "width": look.width},
                    hovertext=words,
                    hoverinfo="text",
                )
            )
            named.add(word)


def describe_run(row: Mapping[Any, Any]) -> str:
    """A run as hover text."""
    first, last = row["first_date"], row["last_date"]
    return f"{row['state']}, {format_day(first)} to {format_day(last)} ({row['day_count']} days)"


def mark_day(figure: go.Figure, day: date, words: str, palette: Palette, *, is_dotted: bool = True) -> None:
    """An upright line through the plot with its words above it."""
    color = palette.ink if is_dotted else palette.muted
    draw_day(figure, day, words, color, layer="above", dash="dot" if is_dotted else "solid", borderpad=0)


def draw_day(
    figure: go.Figure,
    day: date | str,
    words: str,
    color: str,
    *,
    layer: str = "below",
    width: float = 1,
    dash: str = "dot",
    **place: Any,
) -> None:
    """A day as an upright line through the plot; `place` says where its words stand, unless above the plot."""
    line = {"color": color, "width": width, "dash": dash}
    figure.add_shape(type="line", x0=day, x1=day, yref="paper", y0=0, y1=1, layer=layer, line=line)
    above = {"yref": "paper", "y": 1, "yanchor": "bottom"}
    font = {"size": 11, "color": color}
    figure.add_annotation(text=words, x=day, showarrow=False, font=font, **(above | place))
