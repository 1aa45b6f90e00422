"""The house layout of every picture: title, filter line, plot, source line, link. Owns no data and no colours.

`dress` may run again on a dressed figure (another width, palette or link): it replaces what it put there.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from tension.figures.palette import Palette

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", "Helvetica Neue", Arial, "Liberation Sans", sans-serif'

# Widths that text is wrapped for: a page in a wide window, half of it, a phone, a printed page.
PAGE_PX = 1040
COLUMN_PX = 500
PHONE_PX = 350
PRINT_PX = 1200
# A slide of 13.33 by 7.5 inches at 72 points an inch, so that a pixel is a point and this size can be read in a room.
SLIDE_PX = (960, 540)
SLIDE_TEXT_PX = 12.0

# A date axis whose labels take one line at every zoom; Plotly's own put the year in a second one.
DATE_AXIS: dict[str, Any] = {
    "type": "date",
    "tickformatstops": [
        {"dtickrange": [None, 27 * 86_400_000], "value": "%-d %b %Y"},
        {"dtickrange": [27 * 86_400_000, "M11"], "value": "%b %Y"},
        {"dtickrange": ["M12", None], "value": "%Y"},
    ],
}

_SIDE_PX = 8
_TITLE_SIZE, _TEXT_SIZE, _FOOT_SIZE = 16, 12, 10.5
_TITLE_LINE, _TEXT_LINE = 21, 17
# Of a letter's size, from one line of the foot to the next.
_LINE_SHARE = 1.3
_LEGEND_LINE = 21
_FOOT_GAP = 3
_AXIS_PX = 26
_LEAST_PLOT_PX = 120
# Below this a finger scrolls the page, so dragging must not zoom the picture.
_SMALL_PX = 480
_FOOT_NAMES = ("notes", "source", "link")
# Annotations of these names are for a picture at least so wide, or for a narrower one alone.
WIDE_NOTE, NARROW_NOTE = "wide", "narrow"
WIDE_PX = 800
_FONT_SIZE = re.compile(r"font-size:\s*([\d.]+)px")


def escape(text: object) -> str:
    """Text of a record, made inert for Plotly's titles, labels and hover text, which read some HTML."""
    return html.escape(str(text), quote=False)


def wrap(text: str, width_px: float, size_px: float = _TEXT_SIZE) -> list[str]:
    """Lines of escaped text that fit a width, by an average character of the house font; long words are cut."""
    room = max(int(width_px / (size_px * 0.5)), 12)
    return [escape(line) for line in textwrap.wrap(text, room, break_on_hyphens=False)] or [""]


def _wrap_link(link: str, width_px: float, size_px: float) -> list[str]:
    """A link with its word before it on the same line, though textwrap would rather begin a long word anew.

    One without a site says how to get it.
    """
    unset = " (set TENSION_PUBLIC_URL for the whole address)" if link.startswith("/") else ""
    return [line.replace("\u00a0", " ") for line in wrap(f"Link:\u00a0{link}{unset}", width_px, size_px)]


def dress(
    figure: go.Figure,
    *,
    title: str,
    subtitle: str,
    source_line: str,
    link: str,
    palette: Palette,
    notes: Sequence[str] = (),
    width_px: float = COLUMN_PX,
    height_px: float | None = None,
    least_px: float = 0,
) -> go.Figure:
    """Puts the words around a figure and the house style on it; returns the same figure.

    A builder sets `layout.height` and `layout.margin` for its plot alone (labels beside it, room for marks above it);
    what the words and the legend need is added here. Text is wrapped for `width_px`. `notes` come before the source
    line. `height_px` is the height of the whole picture, where a page has only so much room. No letter is smaller than
    `least_px`.
    """
    foot_size = max(_FOOT_SIZE, least_px)
    foot_line = foot_size * _LINE_SHARE
    plot = _remember_plot(figure)
    room = width_px - 2 * _SIDE_PX
    head = [f"<b>{line}</b>" for line in wrap(title, room * 0.94, _TITLE_SIZE)]
    under = wrap(subtitle, room) if subtitle else []
    foot = {
        "notes": [line for note in notes for line in wrap(note, room, foot_size)],
        "source": wrap(source_line, room, foot_size),
        "link": _wrap_link(link, room, foot_size) if link else [],
    }
    words_px = 12 + len(head) * _TITLE_LINE + len(under) * _TEXT_LINE
    top = words_px + _count_legend_rows(figure, width_px - plot["l"] - plot["r"]) * _LEGEND_LINE + plot["t"]
    bottom = plot["b"] + sum(len(lines) * foot_line + _FOOT_GAP for lines in foot.values() if lines) + 10
    height = max(height_px - top - bottom, _LEAST_PLOT_PX) if height_px else plot["height"]
    total = round(height + top + bottom)
    figure.update_layout(
        template=build_template(palette),
        title_text="<br>".join(head + [f'<span style="{_text_style(palette)}">{line}</span>' for line in under]),
        height=total,
        margin={"l": plot["l"], "r": plot["r"], "t": top, "b": bottom, "pad": 0},
        legend_y=1 - words_px / total,
        dragmode=False if width_px < _SMALL_PX else figure.layout.dragmode,
    )
    _put_foot(figure, foot, plot, palette, foot_size)
    for name, is_shown in ((WIDE_NOTE, width_px >= WIDE_PX), (NARROW_NOTE, width_px < WIDE_PX)):
        figure.update_annotations({"visible": is_shown}, selector={"name": name})
    if least_px:
        _raise_letters(figure, least_px)
    return figure


def _raise_letters(figure: go.Figure, least_px: float) -> None:
    """Makes every letter at least so large; where a builder wrote none, the template's sizes hold."""
    layout = figure.layout
    axes = [layout[name] for name in layout if name.startswith(("xaxis", "yaxis"))]
    fonts = [axis.tickfont for axis in axes] + [axis.title.font for axis in axes] + [layout.legend.font]
    fonts += [note.font for note in layout.annotations]
    fonts += [trace.textfont for trace in figure.data if "textfont" in trace]
    for font in fonts:
        sizes = font.size
        if isinstance(sizes, tuple | list):
            font.size = [max(size, least_px) for size in sizes]
        elif sizes is None or sizes < least_px:
            font.size = least_px
    figure.for_each_yaxis(lambda axis: axis.update(ticktext=_raise_spans(axis.ticktext, least_px)))
    for note in layout.annotations:
        note.text = _raise_span(note.text, least_px)


def _raise_spans(texts: Any, least_px: float) -> Any:
    return None if texts is None else [_raise_span(str(text), least_px) for text in texts]


def _raise_span(text: str | None, least_px: float) -> str:
    return _FONT_SIZE.sub(lambda found: f"font-size:{max(float(found[1]), least_px):g}px", text or "")


def build_template(palette: Palette) -> go.layout.Template:
    """What all figures share, small enough to travel with each of them."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zerolinecolor": palette.grid,
        "tickcolor": palette.grid,
        "tickfont": {"color": palette.muted, "size": 11.5},
        "title": {"font": {"color": palette.muted, "size": 11.5}},
        "automargin": False,
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": palette.paper,
            "plot_bgcolor": palette.paper,
            "font": {"family": FONT, "size": _TEXT_SIZE, "color": palette.ink},
            "title": {
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"l": _SIDE_PX, "t": 22},
                "font": {"size": _TITLE_SIZE, "color": palette.ink},
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "yref": "container",
                "yanchor": "top",
                "bgcolor": "rgba(0,0,0,0)",
                "font": {"color": palette.ink, "size": _TEXT_SIZE},
                "itemsizing": "constant",
                "tracegroupgap": 0,
            },
            "hoverlabel": {
                "bgcolor": palette.panel,
                "bordercolor": palette.muted,
                "font": {"color": palette.ink, "family": FONT, "size": _TEXT_SIZE},
                "align": "left",
            },
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.muted, "activecolor": palette.ink},
            "xaxis": axis | {"showgrid": False, "zeroline": False, "ticks": "outside", "ticklen": 4},
            "yaxis": axis | {"zeroline": False},
            "colorway": [palette.accent, palette.muted, *palette.quad.values()],
        }
    )


def _text_style(palette: Palette) -> str:
    return f"font-size:{_TEXT_SIZE}px;color:{palette.muted};font-weight:normal"


def _remember_plot(figure: go.Figure) -> dict[str, float]:
    """The builder's own height and margins, kept in `layout.meta` so that dressing again starts from them."""
    meta = figure.layout.meta or {}
    if "plot" not in meta:
        margin = figure.layout.margin
        plot: dict[str, float] = {"height": figure.layout.height or 300}
        for side, default in (("l", 48), ("r", 16), ("t", 8), ("b", _AXIS_PX)):
            plot[side] = default if margin[side] is None else margin[side]
        figure.layout.meta = {**meta, "plot": plot}
    return dict(figure.layout.meta["plot"])


def _count_legend_rows(figure: go.Figure, room_px: float) -> int:
    """How many rows a horizontal legend takes; Plotly gives every entry the width of the widest, unless in groups."""
    if figure.layout.showlegend is False:
        return 0
    shown = [trace for trace in figure.data if trace.name and trace.showlegend is not False]
    widths = [len(trace.name) * 6.0 + 44 for trace in shown]
    if not widths or (len(widths) < 2 and not figure.layout.showlegend):
        return 0
    if any(trace.legendgroup for trace in shown):
        return _pack_rows(widths, room_px)
    return -(-len(widths) // max(int(room_px // max(widths)), 1))


def _pack_rows(widths: Sequence[float], room_px: float) -> int:
    rows, used = 1, 0.0
    for width in widths:
        rows, used = (rows + 1, width) if used and used + width > room_px else (rows, used + width)
    return rows


def _put_foot(
    figure: go.Figure, foot: dict[str, list[str]], plot: dict[str, float], palette: Palette, size_px: float
) -> None:
    kept: list[Any] = [note for note in figure.layout.annotations if note.name not in _FOOT_NAMES]
    drop = plot["b"] + 4
    for name, lines in foot.items():
        if not lines:
            continue
        kept.append(
            go.layout.Annotation(
                name=name,
                text="<br>".join(lines),
                x=0,
                xref="paper",
                xanchor="left",
                xshift=_SIDE_PX - plot["l"],
                y=0,
                yref="paper",
                yanchor="top",
                yshift=-drop,
                align="left",
                showarrow=False,
                borderpad=0,
                font={"size": size_px, "color": palette.muted},
            )
        )
        drop += len(lines) * size_px * _LINE_SHARE + _FOOT_GAP
    figure.layout.annotations = kept


def build_range_buttons(palette: Palette, y: float = 1, *, is_monthly: bool = False) -> dict[str, Any]:
    """Buttons that show the last months or years, at the right above the plot; years alone for a monthly series."""
    steps = [("1 m", 1, "month"), ("3 m", 3, "month"), ("6 m", 6, "month"), ("1 y", 1, "year"), ("3 y", 3, "year")]
    steps = [("1 y", 1, "year"), ("3 y", 3, "year"), ("10 y", 10, "year")] if is_monthly else steps
    buttons: list[dict[str, Any]] = [
        {"label": label, "count": count, "step": step, "stepmode": "backward"} for label, count, step in steps
    ]
    return {
        "buttons": [*buttons, {"label": "All", "step": "all"}],
        "x": 1,
        "xanchor": "right",
        "y": y,
        "yanchor": "bottom",
        "bgcolor": palette.panel,
        "activecolor": palette.grid,
        "bordercolor": palette.grid,
        "borderwidth": 1,
        "font": {"color": palette.ink, "size": 11},
    }
