"""Taiwan's daily counts as a calendar of months: the mean a reported day, years by months. Pure figure."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tension.figures.activity import SOURCE_LINE
from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.contrast import mix_colors
from tension.figures.day_counts import COUNTS, COUNTS_BY_SLUG, RULE, Count, select_breaks
from tension.figures.findings import tell_peak
from tension.figures.palette import Palette
from tension.records.curated import DefinitionBreak
from tension.records.filters import EventFilter
from tension.words import format_day, format_month

if TYPE_CHECKING:
    from tension.desk import Desk

_ROW_PX = 34
_MONTHS = list(month_abbr)[1:]
_HINT = "No bulletin states this count in the chosen days. Widen the dates or move the as-of date."


def build_heat(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Mean of the reported days of every month of `options['count']`; an asterisk marks months that are not whole."""
    count = COUNTS_BY_SLUG[options.get("count", COUNTS[0].slug)]
    activity = desk.queries.load_activity(wanted.since, wanted.until, wanted.as_of)
    breaks = select_breaks(desk.record.breaks, count.column)
    months = build_month_frame(activity, count.column, breaks)
    figure = go.Figure()
    words: dict[str, Any] = {"alt": "No day is counted in view.", "hint": _HINT}
    if not months.empty:
        first, last = months.month.iloc[0], months.month.iloc[-1]
        seen = [b for b in breaks if first < pd.Timestamp(b.date) and pd.Timestamp(b.date).replace(day=1) <= last]
        _draw(figure, months, count, palette)
        _mark_breaks(figure, seen, months, palette)
        words = {"alt": _describe(months, count), "notes": (_ASTERISK_NOTE, *_list_breaks(seen))}
        words["finding"] = tell_peak(count.subject, months, [b.date for b in breaks])
    return Chart(
        key="activity-heat",
        title=f"{count.title}: mean by month",
        source_line=SOURCE_LINE,
        figure=figure,
        frame=months,
        subtitle=_describe_cover(activity, count.column, wanted),
        **words,
    )


SPECS = (
    ChartSpec(
        "activity-heat",
        "Taiwan's daily counts, mean by month",
        "activity",
        build_heat,
        (Option.of("count", (count.slug for count in COUNTS)),),
    ),
)
_ASTERISK_NOTE = "* fewer than 80% of the month's days are stated, or the definition changes within it."


def build_month_frame(activity: pd.DataFrame, column: str, breaks: Sequence[DefinitionBreak]) -> pd.DataFrame:
    """One row for every month with a stated day: month (its first day), mean_count (a reported day), day_count (days
    stated), is_whole (at least 80% of the calendar month stated under one definition)."""
    stated = activity.dropna(subset=[column])
    month = stated.date.dt.to_period("M").dt.to_timestamp().rename("month")
    frame = stated.groupby(month)[column].agg(mean_count="mean", day_count="count").reset_index()
    broken = [pd.Timestamp(b.date).replace(day=1) for b in breaks if b.date.day > 1]
    is_covered = frame.day_count >= RULE.coverage * frame.month.dt.days_in_month
    return frame.astype({"mean_count": float}).assign(is_whole=is_covered & ~frame.month.isin(broken))


def _draw(figure: go.Figure, months: pd.DataFrame, count: Count, palette: Palette) -> None:
    days = months.month.dt
    years = list(range(days.year.min(), days.year.max() + 1))
    shape = (len(years), 12)
    values, texts, hovers = np.full(shape, np.nan), np.full(shape, "", object), np.full(shape, "", object)
    rows = zip(days.year, days.month, months.mean_count, months.day_count, months.is_whole, strict=True)
    for year, month, mean, day_count, is_whole in rows:
        at = (int(year) - years[0], int(month) - 1)
        star = "" if is_whole else "*"
        values[at] = mean
        texts[at] = _format_mean(mean) + star
        hovers[at] = f"{_MONTHS[month - 1]} {year}: {mean:.1f} {count.noun} a day, {day_count} days stated{star}"
    figure.add_heatmap(
        x=list(range(12)),
        y=[str(year) for year in years],
        z=values,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 11.5, "color": palette.ink},
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
        hoverongaps=False,
        # Half the accent, so that the figures stay legible on the fullest cell.
        colorscale=[[0, palette.panel], [1, mix_colors(palette.panel, palette.accent, 0.5)]],
        zmin=0,
        xgap=2,
        ygap=2,
        showscale=False,
    )
    figure.update_layout(
        height=len(years) * _ROW_PX,
        margin={"l": 44, "r": 10, "t": 6, "b": 24},
        dragmode=False,
        xaxis={
            "tickvals": list(range(12)),
            "ticktext": _MONTHS,
            "range": [-0.5, 11.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "tickangle": 0,
        },
        yaxis={"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False, "ticks": ""},
    )


def _format_mean(value: float) -> str:
    """Short enough for a cell on a phone."""
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _mark_breaks(figure: go.Figure, breaks: Sequence[DefinitionBreak], months: pd.DataFrame, palette: Palette) -> None:
    """A heavy line before the month in which a definition changes."""
    first_year = months.month.dt.year.min()
    for found in breaks:
        row = found.date.year - first_year
        edge = found.date.month - 1.5
        figure.add_shape(
            type="line", x0=edge, x1=edge, y0=row - 0.5, y1=row + 0.5, line={"color": palette.ink, "width": 3}
        )


def _list_breaks(breaks: Sequence[DefinitionBreak]) -> list[str]:
    if not breaks:
        return []
    days = ", ".join(format_day(found.date) for found in breaks)
    return [f"A heavy line stands before a month in which the definition changes ({days}): don't compare across it."]


def _describe_cover(activity: pd.DataFrame, column: str, wanted: EventFilter) -> str:
    """From the first day that states this count, as the chart by day has it, to the last bulletin."""
    first = activity.dropna(subset=[column]).date.min()
    if pd.isna(first):
        return "Taiwan · no day in view"
    as_of = f" · as of {format_day(wanted.as_of)}" if wanted.as_of else ""
    last = format_day(activity.date.max())
    return f"Taiwan · {format_day(first)} to {last}, the last bulletin in view{as_of}"


def _describe(months: pd.DataFrame, count: Count) -> str:
    whole = months[months.is_whole]
    if whole.empty:
        return f"{len(months)} months of {count.noun} a day, none of them whole."
    top = whole.sort_values("mean_count").iloc[-1]
    last = whole.iloc[-1]
    return (
        f"{len(months)} months of {count.noun} a day. The highest whole month is {format_month(top.month)} with a mean "
        f"of {top.mean_count:.1f}; the latest is {format_month(last.month)} with {last.mean_count:.1f}."
    )
