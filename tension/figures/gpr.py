"""The monthly Geopolitical Risk index (Caldara and Iacoviello, AER 112(4), 2022) as lines. Pure figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.findings import tell_index
from tension.figures.frame import DATE_AXIS, build_range_buttons
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.words import STATE_NAMES, format_day, format_month

if TYPE_CHECKING:
    from tension.desk import Desk

SOURCE_LINE = (
    "Source: Caldara and Iacoviello, “Measuring Geopolitical Risk”, AER 112(4), 2022; matteoiacoviello.com/gpr.htm."
)
COUNTRIES = ("CHN", "TWN", "PHL", "JPN", "USA", "KOR", "VNM", "IND", "RUS")
WORLD = "world"
_WORLD_LINES = (("gpr", "Index"), ("gprt", "Threats"), ("gpra", "Acts"))
_HINT = "The index has no month in the chosen dates. Widen the dates or move the as-of date."


def build_gpr(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """The world's index with Threats and Acts, or a country's share of articles; of the filter only the dates apply."""
    country = options.get("country", WORLD)
    known = desk.queries.load_gpr(wanted.as_of)
    if wanted.until:
        known = known[known.month <= pd.Timestamp(wanted.until)]
    months = known[known.month >= pd.Timestamp(wanted.since).replace(day=1)] if wanted.since else known
    lines = _WORLD_LINES if country == WORLD else ((f"gprc_{country.lower()}", STATE_NAMES[country]),)
    columns = [column for column, _ in lines]
    months = months[["month", *columns]].dropna(subset=columns, how="all").reset_index(drop=True)
    figure = go.Figure()
    words: dict[str, Any] = {"alt": "No month is in view.", "hint": _HINT, "subtitle": "no month in view"}
    if not months.empty:
        _draw(figure, months, lines, palette)
        words = {"alt": _describe(months, lines), "subtitle": _describe_cover(months, wanted)}
        past = known.set_index("month")[columns[0]]
        words["finding"] = tell_index(_name_subject(country), past, _count_decimals(lines))
    return Chart(
        key="gpr",
        title=_name_title(country),
        source_line=SOURCE_LINE,
        figure=figure,
        frame=months,
        notes=("Counts articles of newspapers, most of them American or British: attention to risk, not events.",),
        **words,
    )


SPECS = (
    ChartSpec(
        "gpr", "Geopolitical Risk index by month", "activity", build_gpr, (Option.of("country", (WORLD, *COUNTRIES)),)
    ),
)


def _name_title(country: str) -> str:
    if country == WORLD:
        return "Geopolitical Risk index by month, 1985-2019 = 100"
    return f"Geopolitical Risk, {STATE_NAMES[country]}: share of articles by month, per cent"


def _name_subject(country: str) -> str:
    if country == WORLD:
        return "Geopolitical Risk index"
    return f"{STATE_NAMES[country]} in % of articles on risk"


def _draw(figure: go.Figure, months: pd.DataFrame, lines: tuple[tuple[str, str], ...], palette: Palette) -> None:
    looks = (
        {"color": palette.accent, "width": 2},
        {"color": palette.muted, "width": 1.4, "dash": "dot"},
        {"color": palette.muted, "width": 1.4},
    )
    for (column, name), look in zip(lines, looks, strict=False):
        figure.add_scatter(
            x=months.month.dt.strftime("%Y-%m-%d").tolist(),
            y=months[column].tolist(),
            mode="lines",
            name=name,
            line=look,
            xhoverformat="%b %Y",
            hovertemplate=f"{name} <b>%{{y:.{_count_decimals(lines)}f}}</b><extra></extra>",
        )
    air = pd.Timedelta(days=len(months) / 2 + 10)
    figure.update_layout(
        height=230,
        margin={"l": 40, "r": 14, "t": 8 + 26, "b": 28},
        hovermode="x",
        dragmode="zoom",
        showlegend=len(lines) > 1,
        xaxis={
            **DATE_AXIS,
            "range": [(months.month.iloc[0] - air).isoformat(), (months.month.iloc[-1] + air).isoformat()],
            "rangeselector": build_range_buttons(palette, is_monthly=True),
        },
        yaxis={"rangemode": "tozero", "fixedrange": True},
    )


def _count_decimals(lines: tuple[tuple[str, str], ...]) -> int:
    """A country's share is mostly below one per cent."""
    return 1 if lines == _WORLD_LINES else 2


def _describe_cover(months: pd.DataFrame, wanted: EventFilter) -> str:
    as_of = f" · as of {format_day(wanted.as_of)}" if wanted.as_of else ""
    return (
        f"{format_month(months.month.iloc[0])} to {format_month(months.month.iloc[-1])}, the last month in view{as_of}"
    )


def _describe(months: pd.DataFrame, lines: tuple[tuple[str, str], ...]) -> str:
    column, name = lines[0]
    known = months.dropna(subset=[column])
    if known.empty:
        return f"{name}: no month in view states it."
    top, last = known.sort_values(column).iloc[-1], known.iloc[-1]
    digits = _count_decimals(lines)
    return (
        f"{name}: {last[column]:.{digits}f} in {format_month(last.month)}, the last month; highest in view "
        f"{top[column]:.{digits}f} in {format_month(top.month)}."
    )
