"""What was said of the future against what came true, a mark for each band of likelihood. Pure figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.findings import tell_calibration
from tension.figures.palette import Palette
from tension.judgements.book import MARK_LETTERS, stamp_book
from tension.judgements.scores import Band
from tension.judgements.standing import ALL_AUTHORS, build_calibration, read_standing
from tension.records.filters import EventFilter
from tension.words import count

if TYPE_CHECKING:
    from tension.desk import Desk

_TITLE = "Judgements: what was said, and the share that came true, per cent"
_HINT = "No judgement has come to anything yet; one is scored once its day is past and its source has told of it."
_COLUMNS = ["from", "to", "said", "came_true", "count", "share", "low", "high"]
_LEAST_PX, _MOST_PX = 9, 26


def build_calibration_chart(desk: Desk, _wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Each band in which something was said and came to something; the filter doesn't bear on judgements."""
    author = options.get("author", ALL_AUTHORS)
    scored = read_standing(desk).list_scored(author)
    bands = build_calibration(desk, scored)
    rows = [(b.low, b.high, b.said, b.came_true, b.count, b.share, *b.interval) for b in bands]
    figure = draw_calibration(bands, palette)
    true_count = sum(one.outcome for one in scored)
    said = "" if author == ALL_AUTHORS else f" by {author}"
    return Chart(
        key="calibration",
        title=_TITLE,
        alt=_describe(bands) if bands else "No judgement has come to anything yet.",
        source_line="Source: your own book of judgements, answered by the record.",
        figure=figure,
        frame=pd.DataFrame(rows, columns=_COLUMNS),
        subtitle=f"{count(len(scored), 'judgement')}{said}, by the bands of ICD 203",
        finding=tell_calibration(true_count, len(scored), sum(one.probability for one in scored)),
        notes=("On the line what was said came true as often as said. Bars: 90% interval of the share (Wilson).",),
        hint="" if bands else _HINT,
    )


def draw_calibration(bands: Sequence[Band], palette: Palette) -> go.Figure:
    """The line of perfect calibration, and a mark a band, larger the more was said in it."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", line={"color": palette.muted, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )
    most = max((band.count for band in bands), default=1)
    figure.add_scatter(
        x=[100 * band.said for band in bands],
        y=[100 * band.share for band in bands],
        mode="markers",
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [100 * (band.interval[1] - band.share) for band in bands],
            "arrayminus": [100 * (band.share - band.interval[0]) for band in bands],
            "color": palette.accent,
            "thickness": 1.2,
            "width": 3,
        },
        marker={
            "color": palette.accent,
            "size": [_LEAST_PX + (_MOST_PX - _LEAST_PX) * (band.count / most) ** 0.5 for band in bands],
            "line": {"width": 1, "color": palette.paper},
        },
        hovertext=[
            f"said {band.said:.0%} (band {band.low:.0%} to {band.high:.0%})<br>"
            f"<b>{band.came_true} of {band.count} came true</b>"
            for band in bands
        ],
        hoverinfo="text",
        cliponaxis=False,
    )
    ticks = {"range": [-3, 103], "tickvals": [0, 20, 40, 60, 80, 100], "fixedrange": True}
    figure.update_layout(
        height=330,
        margin={"l": 64, "r": 20, "t": 16, "b": 48},
        showlegend=False,
        xaxis={**ticks, "title": {"text": "said, per cent"}, "showgrid": False},
        yaxis={**ticks, "title": {"text": "came true, per cent"}},
    )
    return figure


def _list_authors(desk: Desk) -> list[str]:
    return [ALL_AUTHORS, *read_standing(desk).authors]


def _list_stamps(desk: Desk) -> list[str]:
    return [stamp_book(desk.settings.user_data_dir)]


def _is_stamp(value: str, values: Sequence[str]) -> bool:
    """Of the book as it is, or as it was when a link was made; what is drawn is the book as it is."""
    return value in (*values, "none") or re.fullmatch(rf"[0-9a-f]{{{MARK_LETTERS}}}", value) is not None


SPECS = (
    ChartSpec(
        "calibration",
        _TITLE,
        "judgements",
        build_calibration_chart,
        (Option("author", _list_authors), Option("book", _list_stamps, _is_stamp)),
    ),
)


def _describe(bands: Sequence[Band]) -> str:
    said = [f"{band.came_true} of {band.count} where {band.said:.0%} was said" for band in bands]
    return f"Came true: {'; '.join(said)}."
