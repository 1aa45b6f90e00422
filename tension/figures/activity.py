"""Taiwan's daily counts as charts: each day against its 30-day mean, baseline and usual range. Pure figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.day_counts import (
    COUNTS,
    Break,
    Count,
    DaySource,
    Exercise,
    build_day_frame,
    find_records,
    load_exercises,
    select_breaks,
    select_days,
)
from tension.figures.findings import tell_mean
from tension.figures.frame import DATE_AXIS, NARROW_NOTE, WIDE_NOTE, WIDE_PX, build_range_buttons, escape
from tension.figures.palette import Palette
from tension.figures.row_labels import Label, Place, place_all
from tension.records.filters import EventFilter
from tension.words import format_day, format_days

if TYPE_CHECKING:
    from tension.desk import Desk

SOURCE_LINE = (
    "Source: daily bulletins of Taiwan's Ministry of National Defense, dated by the bulletin's day. "
    "A day without a bulletin is absent, not zero."
)
_METHOD_NOTE = (
    "Baseline: mean of the 365 days before. Usual range: 10th to 90th percentile of 30-day means of 3 years. "
    "Within one definition; 80% of days reported."
)
_DAY_PX, _MEAN_PX, _PANEL_GAP_PX = 190, 130, 26
_PLOT_PX = _DAY_PX + _PANEL_GAP_PX + _MEAN_PX
_MARK_ROW_PX, _NAME_ROW_PX, _NAME_ROWS = 22, 14, 3
# A letter of a mark's name on a slide, and the plot of the narrowest picture that names its exercises.
_LETTER_PX, _NAMED_PX = 6.0, WIDE_PX - 54
_DAY_MS = 86_400_000.0
_HINT = "No bulletin states this count in the chosen days. Widen the dates or move the as-of date."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Floats = npt.NDArray[np.float64]


def build_activity(count: Count, desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """One of Taiwan's daily counts, with the named exercises around it."""
    breaks = select_breaks(desk.record.breaks, count.column)
    days = build_day_frame(desk.queries.load_activity(as_of=wanted.as_of), count.column, breaks)
    source = DaySource(f"activity-{count.slug}", "Taiwan", SOURCE_LINE, "the last bulletin in view")
    return build_day_chart(count, source, days, breaks, load_exercises(desk, wanted.as_of), wanted, palette)


def build_day_chart(
    count: Count,
    source: DaySource,
    days: pd.DataFrame,
    breaks: Sequence[Break],
    exercises: Sequence[Exercise],
    wanted: EventFilter,
    palette: Palette,
) -> Chart:
    """One daily count over its 30-day mean, with baseline, usual range, definition breaks, records and exercises.

    Two panels, because a single drill is ten times a usual day and would flatten the means to a line. Means
    reach back before the filter's first day; of the filter only the dates and the as-of day apply. `days` is what
    build_day_frame gives.
    """
    shown = select_days(days, wanted)
    figure = go.Figure()
    if shown["count"].notna().sum() == 0:
        words = {"alt": f"No {count.noun} stated in these days.", "hint": _HINT}
        return _build_chart(count, source, figure, shown, wanted, **words)
    first, last = shown.index[0].date(), shown.index[-1].date()
    seen_breaks = [b for b in breaks if first < b.date <= last]
    seen_exercises = [e for e in exercises if e.last >= first and e.first <= last]
    _add_days(figure, shown, count, palette)
    _add_records(figure, shown, find_records(days), palette)
    _add_band(figure, shown, palette)
    _add_lines(figure, shown, palette)
    places = _place_names(seen_exercises, seen_breaks, shown)
    _lay_out(figure, shown, palette, max((place.row for place in places if place), default=0) * _NAME_ROW_PX)
    _mark_breaks(figure, seen_breaks, palette)
    _mark_exercises(figure, seen_exercises, places, palette)
    notes = (count.note, *_list_breaks(seen_breaks), *_list_exercises(seen_exercises), _METHOD_NOTE)
    words = {"alt": _describe(count, shown), "finding": tell_mean(count.subject, shown)}
    return _build_chart(count, source, figure, shown, wanted, **words, notes=tuple(note for note in notes if note))


# The one choice of each is what the page has to show for its link to bring the chart back.
SPECS = tuple(
    ChartSpec(
        f"activity-{count.slug}",
        count.title,
        "activity",
        partial(build_activity, count),
        (Option.of("count", [count.slug]),),
    )
    for count in COUNTS
)


def describe_cover(days: pd.DataFrame, wanted: EventFilter, source: DaySource) -> str:
    """Which days are shown, and where the source ends."""
    if days.empty:
        return f"{source.place} · no day in view"
    as_of = f" · as of {format_day(wanted.as_of)}" if wanted.as_of else ""
    span = f"{format_day(days.index[0])} to {format_day(days.index[-1])}"
    return f"{source.place} · {span}, {source.last_word}{as_of}"


def _build_chart(
    count: Count, source: DaySource, figure: go.Figure, days: pd.DataFrame, wanted: EventFilter, **words: Any
) -> Chart:
    frame = days.reset_index().rename(columns={"count": count.column})
    return Chart(
        key=source.key,
        title=count.title,
        source_line=source.source_line,
        figure=figure,
        frame=frame,
        subtitle=describe_cover(days, wanted, source),
        **words,
    )


def to_ms(days: pd.DataFrame) -> Floats:
    """The days of an index as milliseconds since 1970, which Plotly's date axes read and which travel as numbers."""
    return np.asarray(days.index.to_numpy().astype("datetime64[ms]").astype(np.float64))


def _split_runs(is_there: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.intp]]:
    """Positions of each unbroken run of True."""
    positions = np.flatnonzero(is_there)
    return np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1) if len(positions) else []


def _join_outlines(outlines: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Closed outlines as one pair of arrays, parted by NaN."""
    gap = np.array([np.nan])
    if not outlines:
        return gap, gap
    xs, ys = zip(*outlines, strict=True)
    return (
        np.concatenate([part for x in xs for part in (x, gap)][:-1]),
        np.concatenate([part for y in ys for part in (y, gap)][:-1]),
    )


def _add_outlines(figure: go.Figure, outlines: Sequence[tuple[Floats, Floats]], colour: str, **more: Any) -> None:
    x, y = _join_outlines(outlines)
    look = {"mode": "lines", "fill": "toself", "fillcolor": colour, "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=y, **(look | more))


def _add_band(figure: go.Figure, days: pd.DataFrame, palette: Palette) -> None:
    at, low, high = to_ms(days), days.band_low.to_numpy(), days.band_high.to_numpy()
    runs = [run for part in _split_runs(np.isfinite(low)) for run in _part_by_regime(part, days)]
    outlines = [(np.concatenate([at[r], at[r][::-1]]), np.concatenate([high[r], low[r][::-1]])) for r in runs]
    # The fill alone is too faint to part from the paper.
    edge = {"color": palette.muted, "width": 0.8}
    _add_outlines(figure, outlines, palette.band, name="Usual range", yaxis="y2", line=edge)


def _part_by_regime(run: npt.NDArray[np.intp], days: pd.DataFrame) -> list[npt.NDArray[np.intp]]:
    starts = days.regime_start.to_numpy()[run]
    return np.split(run, np.flatnonzero(starts[1:] != starts[:-1]) + 1)


def _add_days(figure: go.Figure, days: pd.DataFrame, count: Count, palette: Palette) -> None:
    """A step as wide as its day for every bulletin, in one outline a run: thousands of bars would be slow to draw."""
    at, counts = to_ms(days), days["count"].to_numpy()
    outlines = []
    for run in _split_runs(np.isfinite(counts)):
        edges = np.concatenate([at[run] - _DAY_MS / 2, at[run[-1:]] + _DAY_MS / 2])
        outlines.append(
            (np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(counts[run], 2), [0.0]])),
        )
    _add_outlines(figure, outlines, _fade(palette.muted, 0.7), name="Each day")
    # What the pointer reads: an outline has no days of its own.
    figure.add_scatter(
        x=at,
        y=counts,
        mode="lines",
        line={"width": 0, "color": "rgba(0,0,0,0)"},
        xhoverformat="%a %-d %b %Y",
        hovertemplate=f"<b>%{{y}}</b> {count.noun}<extra></extra>",
        showlegend=False,
        name="Values",
    )


def _fade(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _add_lines(figure: go.Figure, days: pd.DataFrame, palette: Palette) -> None:
    regimes = days.regime_start.to_numpy()
    x, y = _part_lines(to_ms(days), days.baseline_365d.to_numpy(), regimes)
    line = {"color": palette.ink, "width": 1.2, "dash": "5px,3px"}
    figure.add_scatter(x=x, y=y, mode="lines", name="Baseline", line=line, hoverinfo="skip", yaxis="y2")
    x, y = _part_lines(to_ms(days), days.mean_30d.to_numpy(), regimes)
    around = days[["baseline_365d", "band_low", "band_high"]].to_numpy()
    texts, _ = _part_lines(np.array([_describe_past(*row) for row in around], dtype=object), around[:, 0], regimes)
    figure.add_scatter(
        x=x,
        y=y,
        yaxis="y2",
        mode="lines",
        name="30-day mean",
        line={"color": palette.accent, "width": 2},
        hovertext=["" if isinstance(text, float) else text for text in texts],
        xhoverformat="%-d %b %Y",
        hovertemplate="30-day mean <b>%{y:.1f}</b>%{hovertext}<extra></extra>",
    )


def _describe_past(baseline: float, low: float, high: float) -> str:
    text = f"<br>baseline {baseline:.1f}" if np.isfinite(baseline) else "<br>baseline: too few days"
    return text + (f"<br>usual range {low:.1f} to {high:.1f}" if np.isfinite(low) else "")


def _part_lines(at: npt.NDArray[Any], values: Floats, regimes: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Floats]:
    """A line that is parted wherever the definition changes, even where both sides have a value."""
    turns = np.flatnonzero(regimes[1:] != regimes[:-1]) + 1
    return np.insert(at, turns, np.nan), np.insert(values.astype(np.float64), turns, np.nan)


def _add_records(figure: go.Figure, shown: pd.DataFrame, records: pd.DataFrame, palette: Palette) -> None:
    seen = records[records.index.isin(shown.index)]
    if seen.empty:
        return
    figure.add_scatter(
        x=to_ms(seen),
        y=seen["count"].to_numpy(),
        mode="markers",
        name="Record",
        marker={"symbol": "circle-open", "size": 7, "color": palette.ink, "line": {"width": 1.4}},
        hoverinfo="skip",
    )


def _find_air(days: pd.DataFrame) -> timedelta:
    """What the axis shows before the first day and after the last."""
    return max(timedelta(days=len(days) / 90), timedelta(days=1))


def _lay_out(figure: go.Figure, days: pd.DataFrame, palette: Palette, names_px: int) -> None:
    air, marks_px = _find_air(days), _MARK_ROW_PX + names_px
    figure.update_layout(
        height=_PLOT_PX,
        margin={"l": 40, "r": 14, "t": 8 + 26 + marks_px, "b": 28},
        hovermode="x",
        dragmode="zoom",
        showlegend=True,
        annotations=[_label_panel("Each day", "y"), _label_panel("Mean of 30 days", "y2")],
        xaxis={
            **DATE_AXIS,
            "anchor": "y2",
            "range": [(days.index[0] - air).isoformat(), (days.index[-1] + air).isoformat()],
            "rangeselector": build_range_buttons(palette, y=1 + marks_px / _PLOT_PX),
        },
        yaxis={"domain": [1 - _DAY_PX / _PLOT_PX, 1]} | _build_axis(days[["count"]]),
        yaxis2={"domain": [0, _MEAN_PX / _PLOT_PX], "anchor": "x", "nticks": 4}
        | _build_axis(days[["mean_30d", "baseline_365d", "band_high"]]),
    )


def _build_axis(values: pd.DataFrame) -> dict[str, Any]:
    """An axis from zero with a little air above the highest value."""
    highest = values.max().max()
    return {"range": [0, (highest or 1) * 1.06 if np.isfinite(highest) else 1], "fixedrange": True}


def _label_panel(text: str, axis: str) -> dict[str, Any]:
    return {
        "text": f"<b>{text}</b>",
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "xshift": 2,
        "yref": f"{axis} domain",
        "y": 1,
        "yanchor": "bottom" if axis == "y2" else "top",
        "showarrow": False,
        "font": {"size": 11.5},
    }


def _mark_breaks(figure: go.Figure, breaks: Sequence[Break], palette: Palette) -> None:
    for letter, found in zip(_LETTERS, breaks, strict=False):
        at = found.date.isoformat()
        figure.add_shape(
            type="line", x0=at, x1=at, yref="paper", y0=0, y1=1, line={"color": palette.ink, "width": 1, "dash": "dot"}
        )
        _add_mark_label(figure, at, f"<b>{letter}</b>", f"{format_day(found.date)}: {found.reason}", palette.ink)


def _place_names(exercises: Sequence[Exercise], breaks: Sequence[Break], days: pd.DataFrame) -> list[Place | None]:
    """Where each exercise's name stands in a wide picture; the letters of the breaks have the lowest row."""
    air = _find_air(days)
    first = days.index[0] - air
    day_px: float = _NAMED_PX / ((days.index[-1] + air - first) / timedelta(days=1))

    def find_px(day: date) -> float:
        return float((pd.Timestamp(day) - first) / timedelta(days=1)) * day_px

    letters = [Label(find_px(found.date), 2 * _LETTER_PX) for found in breaks]
    names = [Label(find_px(_find_middle(e)), len(e.name) * _LETTER_PX) for e in exercises]
    return place_all(names, _NAMED_PX, _NAME_ROWS, letters)


def _find_middle(exercise: Exercise) -> date:
    return exercise.first + (exercise.last - exercise.first) / 2


def _mark_exercises(
    figure: go.Figure, exercises: Sequence[Exercise], places: Sequence[Place | None], palette: Palette
) -> None:
    """A band for each, with its name where the picture is wide and has room; the notes list them in their order."""
    for exercise, place in zip(exercises, places, strict=True):
        figure.add_shape(
            type="rect",
            x0=exercise.first.isoformat(),
            x1=(exercise.last + timedelta(days=1)).isoformat(),
            yref="paper",
            y0=0,
            y1=1,
            layer="below",
            fillcolor=_fade(palette.accent, 0.35),
            line={"color": _fade(palette.accent, 0.35), "width": 1},
        )
        at, hover = _find_middle(exercise).isoformat(), _name_exercise(exercise)
        _add_mark_label(figure, at, "▼", hover, palette.accent, name=NARROW_NOTE if place else None)
        if place:
            _add_name(figure, at, exercise.name, hover, place, palette.accent)


def _add_name(figure: go.Figure, at: str, text: str, hover: str, place: Place, colour: str) -> None:
    """A name over its band; from a higher row a thin line leads down to it."""
    leader: dict[str, Any] = {"showarrow": False}
    if place.row:
        leader = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colour, "ax": 0}
        leader["ay"] = -place.row * _NAME_ROW_PX
    look = {"xanchor": place.anchor, "name": WIDE_NOTE, **leader}
    _add_mark_label(figure, at, escape(text), hover, colour, **look)


def _add_mark_label(figure: go.Figure, at: str, text: str, hover: str, colour: str, **look: Any) -> None:
    label: dict[str, Any] = {
        "x": at,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "text": text,
        "hovertext": hover,
        "showarrow": False,
        "borderpad": 1,
        "font": {"size": 11, "color": colour},
    }
    figure.add_annotation(label | look)


def _name_exercise(exercise: Exercise) -> str:
    return f"{exercise.name}, {format_days(exercise.first, exercise.last)}"


def _list_breaks(breaks: Sequence[Break]) -> list[str]:
    """The definition breaks in view as notes; no line is drawn across one."""
    return [
        f"{letter}, {format_day(found.date)}: {found.reason.rstrip('.')}."
        for letter, found in zip(_LETTERS, breaks, strict=False)
    ]


def _list_exercises(exercises: Sequence[Exercise]) -> list[str]:
    if not exercises:
        return []
    return [f"Named exercises by China, from the left: {'; '.join(map(_name_exercise, exercises))}."]


def _describe(count: Count, days: pd.DataFrame) -> str:
    reported = days["count"].dropna()
    top = pd.Timestamp(str(reported.idxmax()))
    text = (
        f"{len(reported):,} daily counts from {format_day(reported.index[0])} to {format_day(reported.index[-1])}, "
        f"highest {reported.max():.0f} {count.noun} on {format_day(top)}."
    )
    means = days.mean_30d.dropna()
    if means.empty:
        return text
    day = means.index[-1]
    baseline = days.baseline_365d.get(day)
    against = f" against a baseline of {baseline:.1f}" if baseline is not None and np.isfinite(baseline) else ""
    return f"{text} The mean of the 30 days to {format_day(day)} is {means.iloc[-1]:.1f}{against}."
