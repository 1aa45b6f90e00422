"""An indicator through time with its own past beside it: a small curve that says its scale and its last value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tension.figures.palette import Palette
from tension.figures.vector.svg import Svg, draw, path, tag
from tension.words import format_number

_HEIGHT, _TOP, _BOTTOM = 92.0, 10.0, 72.0
_LEFT, _RIGHT = 30.0, 44.0
_TEXT_PX = 12.0
# More points than this can't be told apart at the size of a column.
_MOST_POINTS = 300


@dataclass(frozen=True)
class _Scale:
    """Pixels from days and values; values begin at 0, so that a small change looks small."""

    first: pd.Timestamp
    last: pd.Timestamp
    top: float
    width: float

    def find_x(self, day: pd.Timestamp) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return _LEFT + share * (self.width - _LEFT - _RIGHT)

    def find_y(self, value: float) -> float:
        return _BOTTOM - value / self.top * (_BOTTOM - _TOP)


def build_value_curve(
    band: pd.DataFrame, palette: Palette, colour: str, width: float, label: str, marked_days: Sequence[date] = ()
) -> Svg:
    """A picture of `band` (tension/assessments/bands.py: value, baseline; indexed by day).

    The baseline is dashed, `marked_days` are dotted. Days without a number part the curve.
    """
    step = max(len(band) // _MOST_POINTS, 1)
    # Counted from the end, so that the last day is always drawn.
    sample = band.iloc[(len(band) - 1) % step :: step]
    numbers = sample[["value", "baseline"]].to_numpy(dtype=np.float64)
    top = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    scale = _Scale(band.index[0], band.index[-1], top or 1.0, width)
    parts = [*_draw_scale(scale, palette)]
    parts += [_draw_day(scale, pd.Timestamp(day), palette) for day in marked_days]
    for column, line, stroke, dash in (("baseline", palette.muted, 1.2, "5 4"), ("value", colour, 1.8, None)):
        runs = [[(scale.find_x(day), scale.find_y(value)) for day, value in run] for run in _split_runs(sample[column])]
        parts.append(path(runs, fill="none", stroke=line, stroke_width=stroke, stroke_dasharray=dash))
    return draw(width, _HEIGHT, *parts, *_draw_last(sample.value.dropna(), scale, colour), label=label)


def _draw_scale(scale: _Scale, palette: Palette) -> Iterator[Svg]:
    """The zero line, the top of the scale, and the first days of years."""
    yield tag("line", x1=_LEFT, x2=scale.width - _RIGHT, y1=_BOTTOM, y2=_BOTTOM, stroke=palette.grid, stroke_width=1.0)
    for value in (0.0, scale.top):
        y = scale.find_y(value) + 4
        yield _write(format_number(round(value, 1)), _LEFT - 6, y, palette.muted, "end")
    for year in range(scale.first.year + 1, scale.last.year + 1):
        x = scale.find_x(pd.Timestamp(year, 1, 1))
        yield tag("line", x1=x, x2=x, y1=_BOTTOM, y2=_BOTTOM + 4, stroke=palette.muted, stroke_width=1.0)
        yield _write(str(year), x, _BOTTOM + 17, palette.muted, "middle")


def _draw_day(scale: _Scale, day: pd.Timestamp, palette: Palette) -> Svg:
    if not scale.first <= day <= scale.last:
        return Svg("")
    x = scale.find_x(day)
    return tag("line", x1=x, x2=x, y1=0.0, y2=_BOTTOM, stroke=palette.ink, stroke_width=1.2, stroke_dasharray="2 3")


def _draw_last(known: pd.Series[float], scale: _Scale, colour: str) -> Iterator[Svg]:
    if len(known):
        x, y = scale.find_x(known.index[-1]), scale.find_y(float(known.iloc[-1]))
        yield tag("circle", cx=x, cy=y, r=3.2, fill=colour)
        words = format_number(round(float(known.iloc[-1]), 1))
        yield tag("text", words, x=x + 7, y=y + 4.5, fill=colour, font_size=14.0, font_weight="700")


def _write(words: str, x: float, y: float, colour: str, anchor: str) -> Svg:
    return tag("text", words, x=x, y=y, fill=colour, font_size=_TEXT_PX, text_anchor=anchor)


def _split_runs(values: pd.Series[float]) -> Iterator[list[tuple[pd.Timestamp, float]]]:
    """Stretches without a gap."""
    positions = np.flatnonzero(values.notna().to_numpy())
    if len(positions):
        for run in np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1):
            yield [(values.index[i], float(values.iloc[i])) for i in run]
