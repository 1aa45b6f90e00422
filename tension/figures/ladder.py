"""The escalation ladder of a pair: the highest severity in a window, a panel for each state's acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from tension.figures.timeline import MARK_LIMIT
from tension.records.filters import EventFilter
from tension.records.vocab import SEVERITY_LABELS, QuadClass
from tension.relations.ladder import LadderSide, build_side
from tension.words import STATE_NAMES, count, format_day, name_state

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
LEAST_SEVERITY = min(SEVERITY_LABELS)


def build_pair_ladder(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Both sides of a pair on one time axis, from the events in view up to the as-of day."""
    pair, window_days = split_pair(options["pair"]), int(options["window"])
    ladder = load_ladder(desk, wanted, pair, window_days)
    acts = pd.concat([side.acts for side in ladder.sides], ignore_index=True)
    shown = acts.sort_values(["occurred_date", "event_id"])
    names = [name_state(code) for code in pair]
    figure = draw_ladder(ladder.sides, desk.record.article.published_date, palette)
    figure.update_xaxes(range=[ladder.first, ladder.last])
    return Chart(
        key="ladder",
        title=f"{names[0]} and {names[1]}: highest severity in {window_days} days, each way",
        alt=_describe(ladder),
        finding=tell_ladder(ladder.sides, window_days, ladder.last),
        source_line=name_sources(desk, wanted, "Severity as coded; acts between the two alone."),
        figure=figure,
        frame=shown.reset_index(drop=True),
        notes=(
            "Severity: " + "; ".join(f"{n} {words.lower()}" for n, words in SEVERITY_LABELS.items()) + ".",
            "Step: the highest severity of the window's acts. Mark: an act. No step where the window holds no act.",
            *_tell_left_out(ladder),
        ),
        hint="" if len(shown) else f"No act between {names[0]} and {names[1]} is in view. Choose another pair.",
    )


@dataclass(frozen=True)
class Ladder:
    """Both sides of a pair over the days in view."""

    sides: tuple[LadderSide, LadderSide]
    first: date
    last: date
    window_days: int


def load_ladder(desk: Desk, wanted: EventFilter, pair: tuple[str, str], window_days: int) -> Ladder:
    """The ladder of a pair over the days in view; of each side the latest MARK_LIMIT acts."""
    covered_first, covered_last = desk.queries.find_span()
    last = min(wanted.until or date.max, wanted.as_of or date.max, covered_last or date.today())  # noqa: DTZ011
    first = min(max(wanted.since or date.min, covered_first or last), last)
    one, other = (_load_side(desk, wanted, way, first, last, window_days) for way in (pair, (pair[1], pair[0])))
    return Ladder((one, other), first, last, window_days)


def _load_side(
    desk: Desk, wanted: EventFilter, way: tuple[str, str], first: date, last: date, window_days: int
) -> LadderSide:
    shown = replace(wanted, since=first, until=last)
    # Windows of the first days in view reach back before it.
    reach = replace(shown, since=first - timedelta(days=window_days))
    acts = desk.queries.load_acts(shown, *way, LEAST_SEVERITY, latest=MARK_LIMIT)
    return build_side(way, acts, desk.queries.count_act_days(reach, *way), first, last, window_days)


def limit_to_window(wanted: EventFilter, ladder: Ladder, severity: int) -> EventFilter:
    """The view of the last window alone, and of a severity or more."""
    since = ladder.last - timedelta(days=ladder.window_days - 1)
    return replace(wanted, since=since, until=ladder.last, min_severity=max(severity, wanted.min_severity))


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


def _tell_left_out(ladder: Ladder) -> tuple[str, ...]:
    drawn = sum(len(side.acts) for side in ladder.sides)
    total = sum(side.act_count for side in ladder.sides)
    return (f"Marks: the newest {drawn:,} of {total:,} acts; steps take all.",) if drawn < total else ()


def _describe(ladder: Ladder) -> str:
    parts = []
    for side in ladder.sides:
        peak = "no act" if side.latest_peak is None else f"highest severity {side.latest_peak}"
        words = f"{name_state(side.initiator)} on {name_state(side.target)}"
        parts.append(f"{words}: {count(side.window_count, 'act')}, {peak}")
    window = f"{ladder.window_days} days that end on {format_day(ladder.last)}"
    return f"Highest severity of acts in a window, each way. In the {window}: {'; '.join(parts)}."
