"""Positions and red lines of the United States and China on a line of time, by topic. Pure figure; judges nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec
from tension.figures.frame import PHONE_PX, wrap
from tension.figures.palette import Palette
from tension.figures.states import mark_day
from tension.records.filters import EventFilter
from tension.records.vocab import QuadClass
from tension.relations.positions import SIDES, SINCE, build_positions
from tension.words import format_day, name_state, upper_first

if TYPE_CHECKING:
    from tension.desk import Desk

_ROW_PX = 25
_SYMBOLS = {"position": "circle", "red line": "diamond"}
_LETTER_PX = 6.2


def build_position_lines(desk: Desk, wanted: EventFilter, palette: Palette, _options: ChartOptions) -> Chart:
    """Every dated statement up to the as-of day; of the filter, the as-of day applies."""
    as_of = wanted.as_of or desk.find_last_day()
    article = desk.record.article
    frame = build_positions(desk.record.actors, article, as_of)
    since = frame[frame["when"] == SINCE]
    counts = ", ".join(f"{name_state(side)} {(since.state == side).sum()}" for side in SIDES)
    return Chart(
        key="positions",
        title="Positions and red lines of the United States and China, by topic",
        finding=f"Statements since the article: {counts}" if len(since) else "",
        alt=f"{len(frame)} dated statements up to {format_day(as_of)}; since the article {counts}.",
        source_line="Source: curated profiles, each statement as the page cited tells it; nothing said in private.",
        # The article's restatements share one day and say no topic: they are in the table, not among the marks.
        figure=draw_positions(frame[~frame.is_article], article.published_date, palette),
        frame=frame.drop(columns="is_article"),
        subtitle=f"As of {format_day(as_of)}",
        notes=(
            "Circle: position. Diamond: red line; some are firm positions. Above a line: United States, below: China.",
            "Whether a later one differs is the reader's to judge; the article's restatements are in the table alone.",
        ),
        hint="" if len(frame) else "No statement is recorded up to this day. Choose a later as-of date.",
    )


def draw_positions(frame: pd.DataFrame, article_day: date, palette: Palette) -> go.Figure:
    """A lane a topic, that spoken of first on top; the customdata of a mark is [source_url]."""
    figure = go.Figure()
    topics = list(dict.fromkeys(frame.topic))
    heights = {topic: len(topics) - 1 - n for n, topic in enumerate(topics)}
    colors = {"USA": palette.quad[QuadClass.VERBAL_COOPERATION], "CHN": palette.quad[QuadClass.MATERIAL_CONFLICT]}
    for (state, kind), rows in frame.groupby(["state", "kind"], sort=False):
        # The two sides part a little, so that statements of one day on one topic are both seen.
        shift = 0.17 if state == "USA" else -0.17
        figure.add_trace(
            go.Scatter(
                x=rows.date,
                y=[heights[topic] + shift for topic in rows.topic],
                mode="markers",
                name=f"{name_state(str(state))}, {kind}",
                marker={
                    "symbol": _SYMBOLS[str(kind)],
                    "size": 10,
                    "color": colors.get(str(state), palette.muted),
                    "line": {"width": 1, "color": palette.paper},
                },
                customdata=[[url] for url in rows.source_url],
                hovertext=[_describe_statement(*pair) for pair in zip(rows.date, rows.statement, strict=True)],
                hoverinfo="text",
                cliponaxis=False,
            )
        )
    mark_day(figure, article_day, "article", palette)
    figure.update_layout(
        height=max(len(topics), 1) * _ROW_PX,
        margin={"l": max(map(len, topics), default=8) * _LETTER_PX + 10, "r": 30, "t": 22, "b": 24},
        showlegend=True,
        hovermode="closest",
        xaxis={"type": "date"},
        yaxis={
            "tickvals": list(heights.values()),
            "ticktext": [upper_first(topic) for topic in topics],
            "range": [-0.6, max(len(topics), 1) - 0.4],
            "fixedrange": True,
        },
    )
    return figure


SPECS = (ChartSpec("positions", "Positions and red lines in time", "channels", build_position_lines),)


def _describe_statement(day: date, statement: str) -> str:
    return f"<b>{format_day(day)}</b><br>{'<br>'.join(wrap(statement, PHONE_PX - 60))}"
