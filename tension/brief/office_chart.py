"""A native chart for Office: the drawing and the sheet behind it, by python-pptx. Knows charts, never pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.brief.inert import clean_text
from tension.brief.native import MANY_DAYS, Look, NativeChart
from tension.exports.csv_text import neutralise

if TYPE_CHECKING:
    from pptx.chart.chart import Chart
    from pptx.chart.data import CategoryChartData

_TEXT_PT = 10


def build_chart_data(native: NativeChart) -> CategoryChartData:
    """The sheet of a chart: days or words in its first column, a column for each series, no cell where nothing is."""
    from tension.brief.flat_categories import start_chart_data

    sheet = native.sheet
    is_days = isinstance(sheet.index, pd.DatetimeIndex)
    labels = [day.date() for day in sheet.index] if is_days else [neutralise(clean_text(name)) for name in sheet.index]
    data = start_chart_data(labels, native.number_format)
    for name in sheet.columns:
        data.add_series(neutralise(clean_text(name)), [_to_cell(value) for value in sheet[name]])
    return data


def find_chart_type(native: NativeChart) -> Any:
    """Office's name for the form."""
    from pptx.enum.chart import XL_CHART_TYPE

    if native.form == "line":
        return XL_CHART_TYPE.LINE
    if native.form == "bar":
        return XL_CHART_TYPE.BAR_STACKED if native.is_stacked else XL_CHART_TYPE.BAR_CLUSTERED
    return XL_CHART_TYPE.COLUMN_STACKED if native.is_stacked else XL_CHART_TYPE.COLUMN_CLUSTERED


def dress_chart(chart: Chart, native: NativeChart) -> None:
    """Quiet axes, the house's colours, a legend where there is more than one series; fonts are the template's."""
    from pptx.util import Pt

    chart.font.size = Pt(_TEXT_PT)
    chart.has_title = False
    _dress_legend(chart, native)
    _dress_axes(chart, native)
    plot = chart.plots[0]
    if native.form != "line":
        plot.gap_width = 40
        if native.is_stacked:
            plot.overlap = 100
    for series, look in zip(plot.series, native.looks, strict=True):
        _dress_series(series, native, look)
    if native.lanes:
        _name_lanes(chart, native)


def _dress_series(series: Any, native: NativeChart, look: Look) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    shade = RGBColor.from_string(look.color.lstrip("#").upper())
    if native.form != "line":
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = shade
        series.invert_if_negative = False
        return
    series.smooth = False
    _dress_marker(series.marker, look, shade)
    if look.marker:
        series.format.line.fill.background()
        return
    series.format.line.color.rgb = shade
    series.format.line.width = Pt(look.width_pt or 1)
    if not look.width_pt:
        series.format.line.dash_style = MSO_LINE.DASH


def _dress_marker(marker: Any, look: Look, shade: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    marker.style = XL_MARKER_STYLE[look.marker.upper() or "NONE"]
    if not look.marker:
        return
    marker.size = look.size_pt
    marker.format.line.color.rgb = shade
    if look.marker != "x":
        marker.format.fill.solid()
        marker.format.fill.fore_color.rgb = shade


def _name_lanes(chart: Chart, native: NativeChart) -> None:
    """The names of the lanes at the points of the last series, which draws nothing and is not in the legend."""
    from pptx.enum.chart import XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    series: Any = list(chart.plots[0].series)[-1]
    series.format.line.fill.background()
    for number, name in enumerate(native.lanes):
        label = series.points[number].data_label
        label.text_frame.text = clean_text(name)
        label.position = XL_LABEL_POSITION.RIGHT
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    if chart.has_legend:
        entry = (
            f'<c:legendEntry {nsdecls("c")}><c:idx val="{len(native.looks) - 1}"/><c:delete val="1"/></c:legendEntry>'
        )
        chart.legend._element.xpath("c:legendPos")[0].addnext(parse_xml(entry))


def _dress_legend(chart: Chart, native: NativeChart) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION

    chart.has_legend = native.has_legend and native.sheet.shape[1] - bool(native.lanes) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False


def _dress_axes(chart: Chart, native: NativeChart) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_TICK_MARK

    grid = RGBColor(0xDE, 0xDB, 0xD2)
    values, names = chart.value_axis, chart.category_axis
    values.major_gridlines.format.line.color.rgb = grid
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    if native.rungs:
        values.minimum_scale, values.maximum_scale = native.rungs
        values.major_unit = 1
    if native.number_format != "General":
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = native.number_format, False
    names.format.line.color.rgb = grid
    names.has_major_gridlines = False
    if native.form == "bar":
        # Office draws the first row at the foot; a table is read from the top.
        names.reverse_order = True
        values.has_major_gridlines = False
    if isinstance(native.sheet.index, pd.DatetimeIndex):
        _dress_days(names, native.sheet.index)


def _dress_days(axis: Any, days: pd.DatetimeIndex) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    span = (days.max() - days.min()).days
    # Labels are set from the first day on: a year alone would stand at the middle of one.
    axis.tick_labels.number_format = "yyyy" if span > MANY_DAYS and days.min().month == 1 else "mmm yyyy"
    axis.tick_labels.number_format_is_linked = False
    element = axis._element
    if len(days) > 1 and (days[1:] - days[:-1]).days.min() >= 28:
        # Else a month's column would be as thin as a day.
        for base in element.xpath("c:baseTimeUnit"):
            base.set("val", "months")
        if not element.xpath("c:baseTimeUnit"):
            element.xpath("c:lblOffset")[0].addnext(parse_xml(f'<c:baseTimeUnit {nsdecls("c")} val="months"/>'))
    months = 12 if span > MANY_DAYS else max(round(span / 300), 1)
    for tag in ("c:majorUnit", "c:majorTimeUnit", "c:minorUnit", "c:minorTimeUnit"):
        for old in element.xpath(tag):
            element.remove(old)
    # In the order that the schema asks for, behind c:baseTimeUnit or c:lblOffset.
    anchor = (element.xpath("c:baseTimeUnit") or element.xpath("c:lblOffset"))[0]
    unit = parse_xml(f'<c:majorUnit {nsdecls("c")} val="{months}"/>')
    time = parse_xml(f'<c:majorTimeUnit {nsdecls("c")} val="months"/>')
    anchor.addnext(unit)
    unit.addnext(time)


def _to_cell(value: Any) -> float | int | None:
    """A number of a sheet as Office's cell holds it; None for a gap."""
    if pd.isna(value) or math.isinf(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
