"""The escalation ladder of a pair: the highest severity in a window, a panel for each state's acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.credits import name_sources
from tension.figures.findings import tell_ladder
from tension.figures.frame import escape
from tension.figures.palette import Palette
from tension.figures.states import mark_day
from tension.records.filters import EventFilter
from tension.records.vocab import SEVERITY_LABELS, QuadClass
from tension.relations.ladder import LadderSide, build_ladder
from tension.words import STATE_NAMES, format_day, name_state

if TYPE_CHECKING:
    from tension.desk import Desk

WINDOWS = ("90", "30", "180", "365")
_FIRST_PAIRS = ("CHN-TWN", "CHN-PHL", "USA-CHN", "CHN-JPN", "CHN-VNM")
_STATES = tuple(STATE_NAMES)[:14]
_OTHER_PAIRS = (
    pair for pair in combinations(_STATES, 2) if {"-".join(pair), "-".join(reversed(pair))}.isdisjoint(_FIRST_PAIRS)
)
PAIRS = (*_FIRST_PAIRS, *map("-".join, _OTHER_PAIRS))
_PLOT_PX = 260


def build_pair_ladder(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Both sides of a pair on one time axis, from the events in view up to the as-of day."""
    pair, window_days = split_pair(options["pair"]), int(options["window"])
    sides, first, last = load_ladder(desk, wanted, pair, window_days)
    acts = pd.concat([side.acts for side in sides], ignore_index=True)
    shown = acts[acts.occurred_date >= pd.Timestamp(first)].sort_values(["occurred_date", "event_id"])
    names = [name_state(code) for code in pair]
    figure = draw_ladder(sides, desk.record.article.published_date, palette)
    figure.update_xaxes(range=[first, last])
    return Chart(
        key="ladder",
        title=f"{names[0]} and {names[1]}: highest severity in {window_days} days, each way",
        alt=_describe(sides, window_days, last),
        finding=tell_ladder(sides, window_days, last),
        source_line=name_sources(desk, wanted, "Severity as coded; acts between the two alone."),
        figure=figure,
        frame=shown.reset_index(drop=True),
        notes=(
            "Severity: " + "; ".join(f"{n} {words.lower()}" for n, words in SEVERITY_LABELS.items()) + ".",
            "Step: the highest severity of the window's acts. Mark: an act. No step where the window holds no act.",
        ),
        hint="" if len(shown) else f"No act between {names[0]} and {names[1]} is in view. Choose another pair.",
    )


def load_ladder(
    desk: Desk, wanted: EventFilter, pair: tuple[str, str], window_days: int
) -> tuple[tuple[LadderSide, LadderSide], date, date]:
    """Both sides of a pair over the days in view, with the first and the last of them."""
    covered_first, covered_last = desk.queries.find_span()
    last = min(wanted.until or date.max, wanted.as_of or date.max, covered_last or date.today())  # noqa: DTZ011
    first = max(wanted.since or date.min, covered_first or last)
    # Windows of the first days in view reach back before it.
    reach = replace(wanted, since=min(first, last) - timedelta(days=window_days))
    events = desk.queries.load_events(reach)
    return build_ladder(events, pair, min(first, last), last, window_days), min(first, last), last


def split_pair(value: str) -> tuple[str, str]:
    """'CHN-TWN' as its two codes."""
    one, other = value.split("-")
    return one, other


def draw_ladder(sides: tuple[LadderSide, LadderSide], article_day: date, palette: Palette) -> go.Figure:
    """A panel for each side's acts, both with the gravest on top; the customdata of a mark is [event_id]."""
    figure = go.Figure()
    colors = (palette.quad[QuadClass.MATERIAL_CONFLICT], palette.quad[QuadClass.VERBAL_COOPERATION])
    for side, axis, color, symbol in zip(sides, ("y", "y2"), colors, ("circle", "square"), strict=True):
        words = f"{name_state(side.initiator)} acts on {name_state(side.target)}"
        figure.add_trace(
            go.Scatter(
                x=side.peaks.index,
                y=side.peaks,
                yaxis=axis,
                mode="lines",
                line={"shape": "hv", "color": color, "width": 1.5},
                name=words,
                connectgaps=False,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=side.acts.occurred_date,
                y=side.acts.severity,
                yaxis=axis,
                mode="markers",
                marker={"symbol": symbol, "size": 7, "color": color, "line": {"width": 0.8, "color": palette.paper}},
                customdata=[[event_id] for event_id in side.acts.event_id],
                hovertext=[_describe_act(row) for row in side.acts.to_dict("records")],
                hoverinfo="text",
                cliponaxis=False,
                showlegend=False,
            )
        )
    mark_day(figure, article_day, "article", palette)
    rungs = {"range": [0.5, 5.6], "tickvals": [1, 2, 3, 4, 5], "fixedrange": True}
    figure.update_layout(
        height=_PLOT_PX,
        margin={"l": 30, "r": 30, "t": 22, "b": 24},
        showlegend=True,
        hovermode="closest",
        xaxis={"type": "date", "anchor": "y2"},
        yaxis={"domain": [0.54, 1]} | rungs,
        yaxis2={"domain": [0, 0.46], "anchor": "x"} | rungs,
        clickmode="event+select",
    )
    return figure


SPECS = (
    ChartSpec(
        "ladder",
        "Escalation ladder of a pair",
        "channels",
        build_pair_ladder,
        (Option.of("pair", PAIRS), Option.of("window", WINDOWS)),
    ),
)


def _describe_act(row: Mapping[Any, Any]) -> str:
    day = format_day(row["occurred_date"].date())
    return f"<b>{day}</b> · severity {row['severity']}<br>{escape(row['title'])}"


def _describe(sides: tuple[LadderSide, LadderSide], window_days: int, last: date) -> str:
    parts = []
    for side in sides:
        peak = "no act" if side.latest_peak is None else f"highest severity {side.latest_peak}"
        parts.append(f"{name_state(side.initiator)} on {name_state(side.target)}: {len(side.acts)} acts, {peak}")
    window = f"{window_days} days that end on {format_day(last)}"
    return f"Highest severity of acts in a window, each way. In the {window}: {'; '.join(parts)}."
