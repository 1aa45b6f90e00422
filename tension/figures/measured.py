"""Official counts of every sea as charts: the daily ones like Taiwan's, the slow ones by their periods.

One chart for one measure, and one of all series of a sea under one time axis, each in its own unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.activity import build_day_chart
from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.day_counts import Count, DaySource, build_day_frame
from tension.figures.frame import DATE_AXIS, PHONE_PX, build_range_buttons, wrap
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.records.series import Measure, SeriesCard, find_card
from tension.records.vocab import Region
from tension.words import format_day, format_number, lower_first, upper_first

if TYPE_CHECKING:
    from tension.desk import Desk

_HINT = "No row of this count lies in the chosen days. Widen the dates."
_PANEL_PX, _GAP_PX, _PERIOD_PX = 96, 52, 300
# The head of a small panel, and the room that the axis of a chart takes beside it.
_HEAD_SIZE, _AXIS_PX = 12, 60
# Rows of these are dated one by one: they are summed by the month to be drawn.
_LISTED = ("event", "irregular")
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Counted:
    """A measure with the card of its series; `name` is how options and links call it."""

    card: SeriesCard
    measure: Measure

    @property
    def name(self) -> str:
        return f"{self.card.series}/{self.measure.measure}"

    @property
    def title(self) -> str:
        return f"{self.card.title}: {lower_first(self.measure.title)}"

    @property
    def source_line(self) -> str:
        beyond = f"Read to {format_day(self.card.cover.until)}."
        return f"Source: {self.card.publisher} ({self.card.licence}). Dated by {self.card.dated_by}. {beyond}"


def list_counted(desk: Desk) -> list[Counted]:
    """Every declared measure, in the order of the cards."""
    return [Counted(card, measure) for card in desk.series for measure in card.measures]


def find_counted(desk: Desk, name: str) -> Counted | None:
    """A measure by its name, None where nobody declared it."""
    series, _, measure = name.partition("/")
    card = find_card(desk.series, series)
    found = card.find_measure(measure) if card else None
    return Counted(card, found) if card and found else None


def load_rows(desk: Desk, counted: Counted, wanted: EventFilter) -> pd.DataFrame:
    """The rows of a measure that had been published by the as-of day, whatever the filter's other dates."""
    rows = desk.load_measurements(counted.card.series)
    if wanted.as_of:
        rows = rows[rows.date_to <= pd.Timestamp(counted.card.find_known_day(wanted.as_of))]
    return select_measure(rows, counted)


def select_measure(rows: pd.DataFrame, counted: Counted) -> pd.DataFrame:
    """The rows of one measure among those of many series."""
    rows = rows[rows.series == counted.card.series]
    return rows[(rows.measure == counted.measure.measure) & (rows.unit == counted.measure.unit)].reset_index(drop=True)


def build_counts(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """One measure of one series: day by day against its own past, or period by period."""
    counted = find_counted(desk, options["count"]) or list_counted(desk)[0]
    rows = load_rows(desk, counted, wanted)
    if counted.card.cadence == "day":
        return _build_daily(counted, rows, wanted, palette)
    return _build_periods(counted, select_rows(rows, wanted), wanted, palette)


def select_rows(rows: pd.DataFrame, wanted: EventFilter) -> pd.DataFrame:
    """Rows whose span touches the filter's dates."""
    since = pd.Timestamp(wanted.since) if wanted.since else rows.date_to.min()
    until = pd.Timestamp(wanted.until) if wanted.until else rows.date_from.max()
    return rows[(rows.date_to >= since) & (rows.date_from <= until)].reset_index(drop=True)


def _build_daily(counted: Counted, rows: pd.DataFrame, wanted: EventFilter, palette: Palette) -> Chart:
    card, measure = counted.card, counted.measure
    days = pd.DataFrame({"date": rows.date_from, "value": rows.value})
    breaks = card.list_breaks(measure.measure)
    noun = measure.sum_unit or measure.unit
    count = Count(counted.name, "value", f"{counted.title}, {measure.unit} a day", noun, card.cover.note)
    source = DaySource("counts", card.region.value, counted.source_line)
    frame = build_day_frame(days, "value", breaks)
    return build_day_chart(count, source, frame, breaks, (), wanted, palette)


def _build_periods(counted: Counted, rows: pd.DataFrame, wanted: EventFilter, palette: Palette) -> Chart:
    figure = go.Figure()
    words: dict[str, Any] = {"alt": f"No {counted.measure.unit} stated in these days.", "hint": _HINT}
    if len(rows):
        breaks = [b for b in counted.card.list_breaks(counted.measure.measure) if _is_inside(b.date, rows)]
        drawn = sum_by_month(rows) if counted.card.cadence == "event" else rows
        for place, own in drawn.groupby("place", sort=False):
            _add_periods(figure, own, str(place), counted.measure.unit, palette, len(figure.data))
        for found in breaks:
            _mark_day(figure, found.date, palette)
        axis = {"title": {"text": counted.measure.unit}, "rangemode": "tozero", "gridcolor": palette.grid}
        figure.update_layout(height=_PERIOD_PX, xaxis=DATE_AXIS, yaxis=axis, barmode="group", bargap=0)
        notes = [f"{format_day(b.date)}: {b.reason}" for b in breaks]
        notes += [counted.card.cover.note, *counted.card.conflicts]
        words = {"alt": _describe_periods(counted, rows), "notes": tuple(note for note in notes if note)}
    return Chart(
        key="counts",
        title=f"{counted.title}, {counted.measure.unit}",
        source_line=counted.source_line,
        figure=figure,
        frame=rows.drop(columns="source_key"),
        subtitle=_describe_span(counted, rows, wanted),
        **words,
    )


def _is_inside(day: date, rows: pd.DataFrame) -> bool:
    return bool(rows.date_from.min() < pd.Timestamp(day) <= rows.date_to.max())


def _add_periods(
    figure: go.Figure, rows: pd.DataFrame, place: str, unit: str, palette: Palette, number: int, axis: str = "y"
) -> None:
    """A step as wide as its span for every row; a span of one day is a needle that still shows."""
    widths = ((rows.date_to - rows.date_from).dt.days + 1) * _DAY_MS
    spans = [
        f"{format_day(first)} to {format_day(last)}" for first, last in zip(rows.date_from, rows.date_to, strict=True)
    ]
    colours = (palette.accent, *palette.quad.values())
    figure.add_bar(
        x=(rows.date_from + (rows.date_to - rows.date_from) / 2).dt.strftime("%Y-%m-%d").tolist(),
        y=rows.value.tolist(),
        width=widths.clip(lower=3 * _DAY_MS).tolist(),
        yaxis=axis,
        name=place or "all",
        marker={
            "color": colours[number % len(colours)],
            "opacity": 0.6,
            "line": {"width": 0.5, "color": palette.paper},
        },
        customdata=list(zip(spans, rows.note.fillna(""), strict=True)),
        hovertemplate=f"<b>%{{y}}</b> {unit}<br>%{{customdata[0]}}<br>%{{customdata[1]}}<extra>{place}</extra>",
    )


def _mark_day(figure: go.Figure, day: date, palette: Palette) -> None:
    figure.add_shape(
        type="line", x0=day.isoformat(), x1=day.isoformat(), yref="paper", y0=0, y1=1, layer="below",
        line={"color": palette.muted, "width": 1.2, "dash": "dash"},
    )  # fmt: skip


def _describe_periods(counted: Counted, rows: pd.DataFrame) -> str:
    last = rows.sort_values("date_to").iloc[-1]
    span = f"{format_day(last.date_from)} to {format_day(last.date_to)}"
    rows_said = f"{len(rows):,} rows of {counted.measure.unit} from {format_day(rows.date_from.min())} on"
    return f"{rows_said}; the last, {span}, {last.place}: {format_number(last.value)}."


def _describe_span(counted: Counted, rows: pd.DataFrame, wanted: EventFilter) -> str:
    as_of = f" · as of {format_day(wanted.as_of)}" if wanted.as_of else ""
    if rows.empty:
        return f"{counted.card.region.value} · no row in view{as_of}"
    span = f"{format_day(rows.date_from.min())} to {format_day(rows.date_to.max())}"
    return f"{counted.card.region.value} · {span}, by {counted.card.cadence}{as_of}"


def build_sea(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """The first measure of each series of a sea, one under the other on one time axis, each in its own unit."""
    region = next(r for r in Region if r.slug == options["sea"])
    cards = [card for card in desk.series if card.region is region]
    firsts = [Counted(card, card.measures[0]) for card in cards]
    panels = [(counted, select_rows(load_rows(desk, counted, wanted), wanted)) for counted in firsts]
    panels = [(counted, rows) for counted, rows in panels if len(rows)]
    figure = go.Figure()
    for number, (counted, rows) in enumerate(panels):
        _add_panel(figure, counted, rows, number, len(panels), palette)
    if panels:
        _lay_out_panels(figure, panels, wanted, palette)
    kept = [rows.assign(title=counted.title) for counted, rows in panels]
    return Chart(
        key="sea",
        title=f"Official counts of the {region.value}"
        if panels
        else f"No official count of the {region.value} in view",
        source_line="Sources: " + "; ".join(dict.fromkeys(c.card.publisher for c, _ in panels)) + ".",
        figure=figure,
        frame=pd.concat(kept, ignore_index=True).drop(columns="source_key") if kept else pd.DataFrame(),
        subtitle=f"{len(panels)} series, each in its own unit, never joined",
        alt="; ".join(f"{c.title}, {c.measure.unit}, {len(rows):,} rows" for c, rows in panels) or "Nothing to draw.",
        hint="" if panels else _HINT if cards else f"No series counts the {region.value}.",
    )


def _add_panel(
    figure: go.Figure, counted: Counted, rows: pd.DataFrame, number: int, total: int, palette: Palette
) -> None:
    """Daily counts as their 30-day mean, slow ones as steps, lists of events by the month."""
    axis = "y" if number == 0 else f"y{number + 1}"
    if counted.card.cadence == "day":
        breaks = counted.card.list_breaks(counted.measure.measure)
        days = build_day_frame(pd.DataFrame({"date": rows.date_from, "value": rows.value}), "value", breaks)
        figure.add_scatter(
            x=pd.DatetimeIndex(days.index).strftime("%Y-%m-%d").tolist(),
            y=days.mean_30d.round(2).tolist(),
            yaxis=axis,
            mode="lines",
            line={"color": palette.accent, "width": 1.6},
            connectgaps=False,
            hovertemplate=f"<b>%{{y:.1f}}</b> {counted.measure.unit} a day, mean of 30 days<extra></extra>",
            name=counted.title,
        )
        return
    shown = sum_by_month(rows) if counted.card.cadence in _LISTED else _keep_whole(rows)
    _add_periods(figure, shown, "", counted.measure.unit, palette, 0, axis)


def sum_by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Dated rows summed by the calendar month in which they begin; for lists of events, whose rows are no periods."""
    month = rows.date_from.dt.to_period("M")
    sums = rows.groupby(month).value.sum()
    months = pd.PeriodIndex(sums.index)
    starts, ends = months.to_timestamp(), months.to_timestamp(how="end").normalize()
    return pd.DataFrame({"date_from": starts, "date_to": ends, "value": sums.to_numpy(), "note": "", "place": ""})


def _keep_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the place with most of them: parts and wholes never stand side by side in a small panel."""
    most = rows.place.value_counts().index[0]
    return pd.DataFrame(rows[rows.place == most])


def _lay_out_panels(
    figure: go.Figure, panels: Sequence[tuple[Counted, pd.DataFrame]], wanted: EventFilter, palette: Palette
) -> None:
    total = len(panels)
    height = total * _PANEL_PX + (total - 1) * _GAP_PX
    step = (_PANEL_PX + _GAP_PX) / height
    axes: dict[str, Any] = {}
    for number, (counted, _) in enumerate(panels):
        top = 1 - number * step
        name = "yaxis" if number == 0 else f"yaxis{number + 1}"
        axes[name] = {
            "domain": [max(top - _PANEL_PX / height, 0), min(top, 1)],
            "rangemode": "tozero",
            "nticks": 3,
            "gridcolor": palette.grid,
            "anchor": "x",
        }
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=min(top, 1), yref="paper", yanchor="bottom", showarrow=False,
            text="<br>".join(_head_panel(counted)), font={"size": _HEAD_SIZE, "color": palette.ink}, align="left",
        )  # fmt: skip
    anchor = "y" if total == 1 else f"y{total}"
    axis = DATE_AXIS | {"anchor": anchor, "rangeselector": build_range_buttons(palette)}
    if wanted.since and wanted.until:
        axis |= {"range": [wanted.since.isoformat(), wanted.until.isoformat()]}
    # Above the first panel its name, and the buttons of the axis.
    margin = {"t": _GAP_PX}
    figure.update_layout(height=height, showlegend=False, xaxis=axis, bargap=0, margin=margin, **axes)


def _head_panel(counted: Counted) -> list[str]:
    """Lines that fit a phone, so that one picture serves every width."""
    return wrap(f"{upper_first(counted.title)} ({_name_unit(counted)})", PHONE_PX - _AXIS_PX, _HEAD_SIZE)


def _name_unit(counted: Counted) -> str:
    if counted.card.cadence == "day":
        return f"{counted.measure.unit} a day, mean of 30 days"
    is_list = counted.card.cadence in _LISTED
    return f"{counted.measure.unit}, by {'month' if is_list else counted.card.cadence}"


SPECS = (
    ChartSpec(
        "counts",
        "An official count of any sea",
        "activity",
        build_counts,
        (Option("count", lambda desk: [counted.name for counted in list_counted(desk)]),),
    ),
    ChartSpec(
        "sea",
        "All official counts of a sea",
        "activity",
        build_sea,
        (Option.of("sea", [region.slug for region in Region]),),
    ),
)
