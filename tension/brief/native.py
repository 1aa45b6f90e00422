"""A chart's own figures as a chart that Office draws and edits: what its sheet holds, and in which form. Draws nothing.

Every chart but the map has one. What has another form there than on the desk says so in its own notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from tension.figures.act_classes import CLASSES, NOT_CLASSED, label_class, name_class, read_classes
from tension.figures.palette import PRINT
from tension.records.vocab import SEVERITY_LABELS, QuadClass, Region
from tension.words import format_day, format_span, name_state

if TYPE_CHECKING:
    from tension.figures.chart import Chart

# A chart with more days than this is labelled by years.
MANY_DAYS = 1100
_MOST_BARS = 15
# So many periods stand side by side in words; more stand on an axis of days, where a short one is thin.
_MOST_PERIODS = 24
_DAILY = {"mean_30d": "Mean of 30 days", "baseline_365d": "Mean of the 365 days before"}
_RANGE = {"band_low": "Usual range, low", "band_high": "Usual range, high"}


class Look(NamedTuple):
    """How a series is drawn: `width_pt` of a line, 0 for dashes; one with a `marker` (Office's word) has no line."""

    color: str
    width_pt: float = 0.0
    marker: str = ""
    size_pt: int = 7


@dataclass(frozen=True)
class NativeChart:
    """`sheet`: the index is the categories (days or words), each column a series with its look; NaN is no cell.

    `rungs` are the ends of a value axis of whole steps. `lanes` are what the steps are called, from the top, written
    at the points of the last series. `notes` stand in the place of the desk's, where its words on marks don't hold.
    """

    form: Literal["line", "column", "bar"]
    sheet: pd.DataFrame
    looks: tuple[Look, ...]
    is_stacked: bool = False
    has_legend: bool = True
    rungs: tuple[float, float] | None = None
    lanes: tuple[str, ...] = ()
    number_format: str = "General"
    notes: tuple[str, ...] | None = None


def build_native(chart: Chart) -> NativeChart | None:
    """A chart's figures in Office's form; None where it has none, or nothing to show."""
    from tension.brief.native_lanes import LANE_FORMS

    if chart.is_empty or chart.key not in _FORMS | LANE_FORMS:
        return None
    native = LANE_FORMS[chart.key](chart) if chart.key in LANE_FORMS else _FORMS[chart.key](chart.frame)
    return None if native.sheet.empty else native


def _build_counted(frame: pd.DataFrame) -> NativeChart:
    """A series counted day by day, or period by period with a series for each place."""
    if "regime_start" in frame:
        return _build_days(frame)
    periods = [_name_period(*span) for span in zip(frame["date_from"], frame["date_to"], strict=True)]
    named = frame.assign(period=periods)
    if named.duplicated(["date_from", "place"]).any():
        # Two that begin on one day would hide each other on an axis of days.
        labels = [", ".join(filter(None, pair)) for pair in zip(periods, frame["place"].astype(str), strict=True)]
        sheet = pd.DataFrame({str(frame["unit"].iloc[0]): frame["value"].to_numpy()}, index=pd.Index(labels))
    elif len(set(periods)) <= _MOST_PERIODS:
        sheet = named.sort_values("date_from").pivot_table(
            index="period", columns="place", values="value", sort=False, aggfunc="first"
        )
    else:
        sheet = frame.pivot(index="date_from", columns="place", values="value")
        sheet = sheet.set_axis(pd.DatetimeIndex(sheet.index))
    colors = (PRINT.accent, PRINT.muted, *PRINT.quad.values())
    looks = tuple(Look(colors[number % len(colors)]) for number in range(sheet.shape[1]))
    return NativeChart("column", sheet, looks)


def _name_period(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """A year or a month by its name where it is a whole one, else its days."""
    if (first.day, first.month, last.day, last.month, first.year) == (1, 1, 31, 12, last.year):
        return str(first.year)
    if first.day == 1 and last == first + pd.offsets.MonthEnd(0):
        return f"{first:%b %Y}"
    return format_day(first) if first == last else format_span(first, last)


def _build_days(frame: pd.DataFrame) -> NativeChart:
    """Each day with its means: a series for each definition, so that no line joins two."""
    counted = frame.columns[1]
    parts: dict[str, pd.Series[float]] = {}
    regimes = sorted(frame["regime_start"].dropna().unique())
    for number, start in enumerate(regimes):
        name = "Each day" if len(regimes) == 1 else f"Each day from {format_day(pd.Timestamp(start))}"
        following = regimes[number + 1] if number + 1 < len(regimes) else None
        is_inside = (frame["date"] >= start) & ((frame["date"] < following) if following is not None else True)
        parts[name] = frame[counted].where(is_inside)
    looks = [Look(PRINT.muted, 0.5)] * len(parts)
    for column, name in (_DAILY | _RANGE).items():
        parts[name] = frame[column]
    sheet = pd.DataFrame(parts).set_axis(pd.DatetimeIndex(frame["date"]))
    looks += [Look(PRINT.accent, 2.25), Look(PRINT.ink, 1.25), Look(PRINT.ink), Look(PRINT.ink)]
    return NativeChart("line", sheet.dropna(how="all"), tuple(looks))


def _build_lines(day: str, names: Mapping[str, str]) -> Callable[[pd.DataFrame], NativeChart]:
    looks = (Look(PRINT.accent, 2.25), Look(PRINT.ink, 1.25), Look(PRINT.muted, 1.0), Look(PRINT.muted))

    def build(frame: pd.DataFrame) -> NativeChart:
        sheet = frame.set_index(pd.DatetimeIndex(frame[day]))[list(names)].rename(columns=dict(names))
        return NativeChart("line", sheet, looks[: len(names)])

    return build


def _build_means(frame: pd.DataFrame) -> NativeChart:
    sheet = pd.DataFrame({"Mean of the month": frame["mean_count"].to_numpy()}, pd.DatetimeIndex(frame["month"]))
    return NativeChart("column", sheet, (Look(PRINT.accent),), notes=())


def _stack(frame: pd.DataFrame, rows: pd.Series[Any], columns: pd.Series[Any], figure: str) -> pd.DataFrame:
    table = frame.assign(_row=rows.to_numpy(), _column=columns.to_numpy())
    return table.pivot_table(index="_row", columns="_column", values=figure, aggfunc="sum", sort=False)


def _build_classes_by_month(frame: pd.DataFrame) -> NativeChart:
    classes = read_classes(frame["quad_class"]).map(name_class)
    sheet = _stack(frame, frame["month"], classes, "event_count").sort_index()
    return _stack_classes("column", _fill_months(sheet))


def _build_classes_by_region(frame: pd.DataFrame) -> NativeChart:
    classes = read_classes(frame["quad_class"]).map(name_class)
    sheet = _stack(frame, frame["region"], classes, "event_count")
    return _stack_classes("bar", sheet.reindex([r.value for r in Region if r.value in sheet.index]))


def _stack_classes(form: Literal["column", "bar"], sheet: pd.DataFrame) -> NativeChart:
    known = [(name_class(quad), PRINT.quad[quad]) for quad in CLASSES if name_class(quad) in sheet.columns]
    looks = tuple(Look(color) for _, color in known)
    return NativeChart(form, sheet[[name for name, _ in known]], looks, is_stacked=True)


def _build_severities(frame: pd.DataFrame) -> NativeChart:
    names = {level: f"{level} {label}" for level, label in SEVERITY_LABELS.items()}
    levels = frame["severity"].map(lambda level: "Not stated" if pd.isna(level) else names[int(level)])
    sheet = _fill_months(_stack(frame, frame["month"], levels, "event_count").sort_index())
    shades = {"Not stated": PRINT.grid, names[1]: "#d9d4c8", names[2]: "#b9b2a3", names[3]: "#e69f00"}
    shades |= {names[4]: "#b2182b", names[5]: "#6d0f1a"}
    known = [name for name in shades if name in sheet.columns]
    return NativeChart("column", sheet[known], tuple(Look(shades[name]) for name in known), is_stacked=True)


def _fill_months(sheet: pd.DataFrame) -> pd.DataFrame:
    """Every month between the first and the last, so that a quiet one keeps its place."""
    return sheet if sheet.empty else sheet.reindex(pd.date_range(sheet.index.min(), sheet.index.max(), freq="MS"))


def _build_publishers(frame: pd.DataFrame) -> NativeChart:
    top = frame.head(_MOST_BARS)
    names = [f"{row.publisher} ({str(row.tier).replace('_', ' ')})" for row in top.itertuples()]
    return _build_bars(names, top["report_count"].tolist(), "Reports")


def _build_incidents(frame: pd.DataFrame) -> NativeChart:
    top = frame[frame["incident_count"] > 0].head(_MOST_BARS)
    return _build_bars(top["feature"].tolist(), top["incident_count"].tolist(), "Incidents")


def _build_bars(names: Sequence[str], values: Sequence[float], title: str) -> NativeChart:
    return NativeChart("bar", pd.DataFrame({title: values}, index=pd.Index(names)), (Look(PRINT.accent),))


def _build_partners(frame: pd.DataFrame) -> NativeChart:
    arrows = frame["role"].map({"initiator": "→ ", "target": "← "})
    rows = arrows + frame["counterpart"].map(name_state)
    # The file has the codebook's names, a chart the plain ones.
    plain = frame["quad_class"].map({label_class(quad): name_class(quad) for quad in CLASSES})
    return _stack_classes("bar", _keep_most(_stack(frame, rows, plain, "event_count")))


def _build_pairs(frame: pd.DataFrame) -> NativeChart:
    rows = [f"{name_state(str(row.initiator))} → {name_state(str(row.target))}" for row in frame.itertuples()]
    ends = {quad.plain: f"{quad.name.lower()}_count" for quad in QuadClass} | {
        name_class(NOT_CLASSED): "not_classed_count"
    }
    sheet = pd.DataFrame({name: frame[c].to_numpy() for name, c in ends.items() if c in frame}, index=pd.Index(rows))
    return replace(_stack_classes("bar", _keep_most(sheet.loc[:, (sheet > 0).any()])), notes=())


def _keep_most(sheet: pd.DataFrame) -> pd.DataFrame:
    order = sheet.sum(axis=1).sort_values(ascending=False, kind="stable").index[:_MOST_BARS]
    return sheet.loc[order]


def _build_calibration(frame: pd.DataFrame) -> NativeChart:
    """What was said beside what came true, band by band, as shares."""
    names = [f"{row._1:.0%} to {row.to:.0%}" for row in frame.itertuples()]
    sheet = pd.DataFrame(
        {"Said": frame["said"].astype(float).to_numpy(), "Came true": frame["share"].astype(float).to_numpy()},
        index=pd.Index(names),
    )
    return NativeChart("column", sheet, (Look(PRINT.muted), Look(PRINT.accent)), number_format="0%", notes=())


_COUNTED = ("activity-aircraft", "activity-balloons", "activity-crossed", "activity-ships", "activity-vessels")
_FORMS: dict[str, Callable[[pd.DataFrame], NativeChart]] = {
    **dict.fromkeys(_COUNTED, _build_days),
    "activity-heat": _build_means,
    "calibration": _build_calibration,
    "counts": _build_counted,
    "dyads": _build_pairs,
    "events-by-month": _build_classes_by_month,
    "events-by-region": _build_classes_by_region,
    "gpr": _build_lines("month", {"gpr": "Index", "gprt": "Threats", "gpra": "Acts"}),
    "indicator": _build_lines(
        "as_of", {"value": "Now", "baseline": "Usual", "low": "Down below this", "high": "Up above this"}
    ),
    "map-incidents": _build_incidents,
    "partners": _build_partners,
    "severity-by-month": _build_severities,
    "sources-by-publisher": _build_publishers,
}
