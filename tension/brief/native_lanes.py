"""Charts of lanes, and the ladder of a pair, as lines and marks that Office draws: an event a mark, a lane a step."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.brief.native import MANY_DAYS, Look, NativeChart
from tension.figures.palette import DANGER, PRESENCE, PRINT, ROUTINE, grade_severity
from tension.records.vocab import CONTACT_LEVELS, QuadClass
from tension.words import name_state, upper_first

if TYPE_CHECKING:
    from tension.figures.chart import Chart

# The series whose points carry the names of the lanes.
LANES = "Lanes"
# What the names take of the width, before the first day.
_NAMES_SHARE = 0.22
_RED, _BLUE = PRINT.quad[QuadClass.MATERIAL_CONFLICT], PRINT.quad[QuadClass.VERBAL_COOPERATION]
_CANCELLED = CONTACT_LEVELS["cancelled"]
_GRADE_NAMES = {ROUTINE: "Severity 1 or 2, or not stated", PRESENCE: "Severity 3", DANGER: "Severity 4 or 5"}
_SIDE_MARKS = ("circle", "square")
_STATE_NOTE = "Raised: rising. Lowered: falling, in red where that is the worse way. Thick: mixed. Thin: can't be read."


def _build_timeline(chart: Chart) -> NativeChart:
    """Each event a mark in its lane, by grade of severity; events of one day and lane hide each other."""
    frame = chart.frame
    grades = [_GRADE_NAMES[grade_severity(None if pd.isna(s) else float(s))] for s in frame["severity"]]
    looks = {
        _GRADE_NAMES[ROUTINE]: Look(PRINT.severity[ROUTINE], marker="circle", size_pt=5),
        _GRADE_NAMES[PRESENCE]: Look(PRINT.severity[PRESENCE], marker="diamond", size_pt=7),
        _GRADE_NAMES[DANGER]: Look(PRINT.severity[DANGER], marker="triangle", size_pt=8),
    }
    notes = ("A mark: an event, on its first day. Of one day and lane the gravest is seen; the sheet holds each.",)
    return _build_marks(frame["occurred_date"], frame["lane"], grades, _read_lanes(chart), looks, notes)


def _build_channels(chart: Chart) -> NativeChart:
    """Each contact a mark at its level, the most senior on top."""
    levels = chart.frame["level"].map(CONTACT_LEVELS)
    series = [_CANCELLED if level == _CANCELLED else "Contact" for level in levels]
    looks = {
        "Contact": Look(_BLUE, marker="circle", size_pt=9),
        _CANCELLED: Look(_RED, marker="x", size_pt=9),
    }
    notes = tuple(note.replace("Shaded: channels", "Channels") for note in chart.notes)
    return _build_marks(chart.frame["occurred_date"], levels, series, list(CONTACT_LEVELS.values()), looks, notes)


def _build_positions(chart: Chart) -> NativeChart:
    """Each statement a mark in its topic's lane; whose it is by colour and mark."""
    order = _read_lanes(chart)
    # The article's restatements say no topic: they are in the table, not among the marks.
    frame = chart.frame[chart.frame["topic"].map(upper_first).isin(order)]
    series = [f"{name_state(state)}, {kind}" for state, kind in zip(frame["state"], frame["kind"], strict=True)]
    looks = {
        f"{name_state(state)}, {kind}": Look(color, marker="diamond" if kind == "red line" else shape, size_pt=9)
        for state, color, shape in (("CHN", _RED, "circle"), ("USA", _BLUE, "square"))
        for kind in ("red line", "position")
    }
    topics = frame["topic"].map(upper_first)
    # The two sides part a little, so that statements of one day on one topic are both seen.
    shifts = frame["state"].map({"USA": 0.17, "CHN": -0.17})
    return _build_marks(frame["date"], topics, series, order, looks, None, shifts)


def _build_marks(
    days: pd.Series[Any],
    lanes: pd.Series[str],
    series: Sequence[str],
    order: Sequence[str],
    looks: Mapping[str, Look],
    notes: tuple[str, ...] | None,
    shifts: pd.Series[float] | None = None,
) -> NativeChart:
    """A row a mark: its day, and in the column of its series the height of its lane, 1 at the foot."""
    heights = {lane: float(len(order) - number) for number, lane in enumerate(order)}
    placed = lanes.map(heights).to_numpy() + (0 if shifts is None else shifts.to_numpy())
    names = [name for name in looks if name in set(series)]
    whose = pd.Series(series, dtype=object)
    sheet = pd.DataFrame({name: pd.Series(placed).where(whose == name) for name in names})
    sheet.index = pd.DatetimeIndex(days)
    return _name_lanes(sheet.sort_index(kind="stable"), [looks[name] for name in names], order, notes)


def _name_lanes(
    sheet: pd.DataFrame,
    looks: Iterable[Look],
    order: Sequence[str],
    notes: tuple[str, ...] | None,
    *,
    has_legend: bool = True,
) -> NativeChart:
    """The sheet with a row for each lane's name before the first day."""
    span = max(sheet.index.max() - sheet.index.min(), pd.Timedelta(days=30))
    start = (sheet.index.min() - span * _NAMES_SHARE).normalize()
    # Office labels an axis from its first day on: years from a January, months from a first.
    start = start.replace(day=1, month=1 if span.days > MANY_DAYS else start.month)
    names = pd.DataFrame({LANES: [float(len(order) - n) for n in range(len(order))]}, index=[start] * len(order))
    whole = pd.concat([names, sheet])[[*sheet.columns, LANES]]
    whole.index = pd.DatetimeIndex(whole.index)
    return NativeChart(
        "line",
        whole,
        (*looks, Look(PRINT.ink)),
        has_legend=has_legend,
        rungs=(0, len(order) + 1),
        lanes=tuple(order),
        notes=notes,
    )


def _build_states(chart: Chart) -> NativeChart:
    """How the state of each claim ran: a line for each claim and state, whole over its days, a gap elsewhere."""
    order = _read_lanes(chart)
    runs: dict[str, list[tuple[pd.Timestamp, pd.Timestamp, float]]] = {}
    looks: dict[str, Look] = {}
    for trace in chart.figure.data:
        if trace.mode != "lines":
            continue
        word = str(trace.name).split(maxsplit=1)[1].removesuffix(" (thin)")
        for first, last, y in zip(trace.x[::3], trace.x[1::3], trace.y[::3], strict=True):
            name = f"{order[len(order) - 1 - round(y)]}: {word}"
            runs.setdefault(name, []).append((pd.Timestamp(first), pd.Timestamp(last), float(y) + 1))
            looks[name] = Look(str(trace.line.color), float(trace.line.width) * 0.75)
    days = pd.DatetimeIndex(
        sorted({day for spans in runs.values() for first, last, _ in spans for day in (first, last)})
    )
    sheet = pd.DataFrame({name: _trace_runs(spans, days) for name, spans in runs.items()}, index=days)
    return _name_lanes(sheet, looks.values(), order, (_STATE_NOTE, *chart.notes[1:]), has_legend=False)


def _trace_runs(spans: Iterable[tuple[pd.Timestamp, pd.Timestamp, float]], days: pd.DatetimeIndex) -> pd.Series[float]:
    line = pd.Series(float("nan"), index=days)
    for first, last, y in spans:
        line[(days >= first) & (days <= last)] = y
    return line


def _build_ladder(chart: Chart) -> NativeChart:
    """Both sides of a pair on one axis: the highest severity of the window as a step, each act as a mark."""
    steps = [trace for trace in chart.figure.data if trace.mode == "lines"]
    marks = [trace for trace in chart.figure.data if trace.mode == "markers"]
    acts = chart.frame.set_index("event_id")
    quiet = pd.DatetimeIndex(steps[0].x).difference(pd.DatetimeIndex(acts["occurred_date"]))
    rows = pd.concat([acts["occurred_date"], pd.Series(quiet, index=[""] * len(quiet))]).sort_values(kind="stable")
    days = pd.DatetimeIndex(rows)
    parts, looks = {}, []
    for step, color in zip(steps, (_RED, _BLUE), strict=True):
        peaks = pd.Series(step.y, index=pd.DatetimeIndex(step.x), dtype=float)
        parts[f"{step.name}: highest"] = peaks.reindex(days).to_numpy()
        looks.append(Look(color, 1.5))
    for step, mark, color, shape in zip(steps, marks, (_RED, _BLUE), _SIDE_MARKS, strict=True):
        own = acts["severity"].astype(float).loc[[event_id for (event_id,) in mark.customdata or ()]]
        parts[str(step.name)] = own.reindex(rows.index).to_numpy()
        looks.append(Look(color, marker=shape, size_pt=6))
    return NativeChart("line", pd.DataFrame(parts, index=days), tuple(looks), rungs=(0, 5.5))


def _read_lanes(chart: Chart) -> list[str]:
    """The names of a figure's lanes, from the top, as they were before they were wrapped and made inert."""
    axis = chart.figure.layout.yaxis
    named = sorted(zip(axis.tickvals, axis.ticktext, strict=True), reverse=True)
    return [html.unescape(str(text).replace("<br>", " ")) for _, text in named]


LANE_FORMS: dict[str, Callable[[Chart], NativeChart]] = {
    "channels": _build_channels,
    "ladder": _build_ladder,
    "positions": _build_positions,
    "states": _build_states,
    "timeline": _build_timeline,
}
