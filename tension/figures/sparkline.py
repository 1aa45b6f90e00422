"""An indicator's curve as a small SVG: no script, no text, no font, so that many can stand on a page at little cost."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.figures.palette import Palette

WIDTH, HEIGHT = 360, 54
# Room at the sides for the last dot, which keeps its size however narrow the picture is drawn.
_PAD, _SIDE_PAD = 3.0, 10.0
# More points than this can't be told apart at the size of a sparkline.
_MOST_POINTS = 240
Floats = npt.NDArray[np.float64]


def build_sparkline(
    track: pd.DataFrame, palette: Palette, marked_days: Sequence[date] = (), break_days: Sequence[date] = ()
) -> str:
    """An SVG of a track (tension/assessments/bands.py): band in grey, value as a line with a dot at its last number.

    `marked_days` are dotted (the article's day), `break_days` thin lines (definition breaks, across which a curve isn't
    joined). It stretches to the width that it is given; lines keep their own width.
    """
    sample = _thin_out(track)
    days = sample.index
    x, top = _scale_days(days, track.index), _find_top(sample)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'preserveAspectRatio="none">'
    ]
    for run in _split_runs(sample.low.notna() & sample.high.notna()):
        low, high = _scale_values(sample.low, run, top), _scale_values(sample.high, run, top)
        parts.append(f'<path d="{_outline(x[run], low, high)}" fill="{palette.band}"/>')
    parts += [_upright(_place(day, track.index), palette.muted, "1", "") for day in break_days if _has(track, day)]
    parts += [
        _upright(_place(day, track.index), palette.ink, "1.2", "2 2.5") for day in marked_days if _has(track, day)
    ]
    is_given = sample.value.notna()
    runs = [run for part in _split_runs(is_given) for run in _split_at(part, days, break_days)]
    parts += [_line(x[run], _scale_values(sample.value, run, top), palette.accent) for run in runs]
    if is_given.any():
        last = np.flatnonzero(is_given)[-1:]
        parts.append(_dot(x[last][0], _scale_values(sample.value, last, top)[0], palette.accent))
    return "".join([*parts, "</svg>"])


def to_data_uri(svg: str) -> str:
    """The picture as an address that an `img` can hold, without a request."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _thin_out(track: pd.DataFrame) -> pd.DataFrame:
    step = max(-(-len(track) // _MOST_POINTS), 1)
    # Counted from the end, so that the last day is always drawn.
    return track.iloc[(len(track) - 1) % step :: step] if len(track) else track


def _scale_days(days: pd.Index, span: pd.Index) -> Floats:
    if not len(span):
        return np.zeros(0)
    first, last = span[0], span[-1]
    ages: Floats = np.asarray((days - first).days, dtype=np.float64)
    scaled: Floats = ages / max((last - first).days, 1) * (WIDTH - 2 * _SIDE_PAD) + _SIDE_PAD
    return scaled


def _find_top(track: pd.DataFrame) -> float:
    """The value at the top edge: the scale begins at 0, so that a small change looks small."""
    numbers = track[["value", "high"]].to_numpy(dtype=np.float64)
    top = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    return top if top > 0 else 1.0


def _scale_values(values: pd.Series[float], run: npt.NDArray[np.intp], top: float) -> Floats:
    heights = values.to_numpy(dtype=np.float64)[run]
    return np.asarray(HEIGHT - _PAD - heights / top * (HEIGHT - 2 * _PAD), dtype=np.float64)


def _place(day: date, span: pd.Index) -> float:
    return float(_scale_days(pd.DatetimeIndex([day]), span)[0])


def _has(track: pd.DataFrame, day: date) -> bool:
    return bool(len(track)) and track.index[0] <= pd.Timestamp(day) <= track.index[-1]


def _split_runs(is_there: pd.Series[bool]) -> Iterator[npt.NDArray[np.intp]]:
    positions = np.flatnonzero(is_there.to_numpy())
    if len(positions):
        yield from np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1)


def _split_at(run: npt.NDArray[np.intp], days: pd.Index, break_days: Sequence[date]) -> Iterator[npt.NDArray[np.intp]]:
    breaks = pd.DatetimeIndex(sorted(break_days))
    cuts = np.searchsorted(days[run], breaks)
    yield from (part for part in np.split(run, np.unique(cuts)) if len(part))


def _points(x: Floats, y: Floats) -> str:
    return " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def _line(x: Floats, y: Floats, colour: str) -> str:
    return (
        f'<path d="M{_points(x, y)}" fill="none" stroke="{colour}" stroke-width="1.4" stroke-linejoin="round" '
        'stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
    )


def _outline(x: Floats, low: Floats, high: Floats) -> str:
    return f"M{_points(x, high)} {_points(x[::-1], low[::-1])}Z"


def _upright(x: float, colour: str, width: str, dashes: str) -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ' stroke-opacity="0.5"'
    return (
        f'<path d="M{x:.1f} 0V{HEIGHT}" stroke="{colour}" stroke-width="{width}"{dash} '
        'vector-effect="non-scaling-stroke"/>'
    )


def _dot(x: float, y: float, colour: str) -> str:
    # A line without length and with round ends stays a circle when the picture is stretched.
    return (
        f'<path d="M{x:.1f} {y:.1f}h0" stroke="{colour}" stroke-width="6" stroke-linecap="round" '
        'vector-effect="non-scaling-stroke"/>'
    )
