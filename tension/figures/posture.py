"""A state's changes of posture on one time axis, each under its words. Pure figures; the words come from the record."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.findings import tell_changes
from tension.figures.frame import PHONE_PX, escape, wrap
from tension.figures.palette import Palette
from tension.figures.states import draw_day
from tension.records.filters import EventFilter
from tension.relations.profiles import select_within
from tension.words import STATE_NAMES, format_day, name_host, name_state, spell_days

if TYPE_CHECKING:
    from tension.desk import Desk
    from tension.records.actors import Actor, PostureChange

_LINE_PX, _STRIP_PX, _GAP_PX = 16, 18, 8
_EDGE_SHARE = 0.2


def build_posture(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """A state's posture changes on one time axis, each with its words, its day and where it was read."""
    name = name_state(options["state"])
    actor = next((a for a in desk.record.actors if a.iso3 == options["state"]), None)
    changes = select_within(actor.posture_changes, wanted) if actor else []
    first, last = desk.queries.find_span()
    start = wanted.since or min([day for day in (first, *(change.date for change in changes)) if day], default=None)
    span = (start, wanted.until or wanted.as_of or last)
    article_day = desk.record.article.published_date
    frame = pd.DataFrame(
        [(options["state"], c.date, c.what, c.source_url) for c in changes],
        columns=["state", "date", "what", "source_url"],
    )
    return Chart(
        key="posture",
        title=f"{name}: changes of posture, by day",
        alt=f"{len(changes)} dated changes of posture, {name}"
        + "".join(f"; {format_day(c.date)}: {c.what.rstrip('.')}" for c in changes)
        + ".",
        source_line=f"Curated profile: {name}, as of {spell_days(actor.as_of)}; each change as its source tells it."
        if actor
        else "No curated profile.",
        figure=draw_posture(changes, span, article_day, palette),
        frame=frame,
        finding=tell_changes(name, [change.date for change in changes]),
        hint="" if changes else _hint_posture(actor, name),
        subtitle=_describe_span(span, wanted),
    )


def draw_posture(
    changes: list[PostureChange], span: tuple[date | None, date | None], article_day: date, palette: Palette
) -> go.Figure:
    """One strip per change under its words; a unit of the vertical axis is a pixel, so that text never overlaps."""
    figure = go.Figure()
    depth, strips = 0, []
    for change in changes:
        lines = wrap(f"{format_day(change.date)}  {change.what}", PHONE_PX - 40)
        lines[0] = lines[0].replace(format_day(change.date), f"<b>{format_day(change.date)}</b>", 1)
        lines[-1] += f" · {_link_source(change.source_url, palette)}"
        figure.add_annotation(
            text="<br>".join(lines),
            xref="paper",
            x=0,
            xanchor="left",
            yref="y",
            y=depth,
            yanchor="top",
            align="left",
            showarrow=False,
            borderpad=0,
            font={"size": 12, "color": palette.ink},
        )
        depth += len(lines) * _LINE_PX + _STRIP_PX
        strips.append(depth - _STRIP_PX / 2)
        depth += _GAP_PX
    for strip in strips:
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=strip, y1=strip, line={"color": palette.grid, "width": 1}
        )
    figure.add_trace(
        go.Scatter(
            x=[change.date for change in changes],
            y=strips,
            mode="markers",
            marker={"size": 10, "color": palette.accent, "line": {"color": palette.paper, "width": 1.5}},
            hovertext=[f"{format_day(c.date)}<br>{'<br>'.join(wrap(c.what, PHONE_PX - 60))}" for c in changes],
            hoverinfo="text",
            showlegend=False,
            cliponaxis=False,
        )
    )
    start, end = span
    if start and end and start <= article_day <= end:
        _mark_article(figure, article_day, (article_day - start) / max(end - start, timedelta(1)), palette)
    figure.update_layout(
        height=max(depth, 40),
        margin={"l": 8, "r": 16, "t": 20, "b": 24},
        xaxis={"type": "date", "range": [start, end], "fixedrange": True},
        yaxis={"range": [max(depth, 1), 0], "visible": False, "fixedrange": True},
    )
    return figure


SPECS = (
    ChartSpec(
        "posture",
        "A state's changes of posture",
        "actors",
        build_posture,
        (Option.of("state", STATE_NAMES),),
        slide=None,
    ),
)


def _hint_posture(actor: Actor | None, name: str) -> str:
    if actor is None:
        return f"The record holds no profile of {name}. Choose another state."
    if not actor.posture_changes:
        return f"The record holds no dated change of posture for {name}. Choose another state."
    return f"No change of posture by {name} is recorded within these dates. Widen the dates or the as-of date."


def _describe_span(span: tuple[date | None, date | None], wanted: EventFilter) -> str:
    """What limits the chart: days alone, because a profile has no region, class or severity."""
    days = " to ".join(format_day(day) for day in span if day)
    return f"{days} · as of {format_day(wanted.as_of)}" if wanted.as_of else days


def _mark_article(figure: go.Figure, day: date, share: float, palette: Palette) -> None:
    """The article's day, `share` (0 to 1) of the way along the axis; its words stay within the picture."""
    side = "left" if share < _EDGE_SHARE else "right" if share > 1 - _EDGE_SHARE else "center"
    draw_day(figure, day, f"article, {format_day(day)}", palette.muted, xanchor=side)


def _link_source(url: str, palette: Palette) -> str:
    return f'<a href="{html.escape(url)}" style="color:{palette.accent}">{escape(name_host(url))}</a>'
