"""Events counted in hexagons of equal size on the screen, so that dense waters show. Counts only; draws nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tension.figures.maps.gathering import is_on_map
from tension.figures.maps.land import Point, count_on_east
from tension.figures.maps.views import Floats, View

CELL_PX = 17.0
# Lower edges of the five classes of the legend.
CLASS_EDGES = (1, 2, 5, 10, 25)


@dataclass(frozen=True)
class Cell:
    """A hexagon: its corners in degrees (closed), its count, its class (0 to 4 as in CLASS_EDGES)."""

    corners: tuple[Point, ...]
    event_count: int
    severe_count: int
    step: int


def count_cells(events: pd.DataFrame, view: View) -> list[Cell]:
    """Hexagons (pointed at top, CELL_PX from centre to corner at the view's zoom) that hold events, by place."""
    on_map = events[is_on_map(events)] if len(events) else events
    if on_map.empty:
        return []
    axial = _round_to_cells(view.to_px(count_on_east(on_map.longitude.to_numpy()), on_map.latitude.to_numpy()))
    frame = pd.DataFrame({"q": axial[:, 0], "r": axial[:, 1], "is_severe": (on_map.severity >= 4).to_numpy()})
    cells = []
    counted = frame.groupby(["q", "r"]).is_severe.agg(["size", "sum"]).reset_index()
    for q, r, count, severe in counted.to_numpy(dtype=int).tolist():
        step = sum(count >= edge for edge in CLASS_EDGES) - 1
        cells.append(Cell(_list_corners(q, r, view), count, severe, step))
    return cells


def _round_to_cells(pixels: Floats) -> Floats:
    """Axial coordinates of the hexagon around each point (cube rounding)."""
    q = (math.sqrt(3) / 3 * pixels[:, 0] - pixels[:, 1] / 3) / CELL_PX
    r = (2 / 3 * pixels[:, 1]) / CELL_PX
    cube = np.column_stack([q, -q - r, r])
    rounded = np.round(cube)
    off = np.abs(rounded - cube)
    worst = off.argmax(axis=1)
    rows = np.arange(len(cube))
    rounded[rows, worst] -= rounded.sum(axis=1)
    return np.asarray(rounded[:, [0, 2]])


def _list_corners(q: int, r: int, view: View) -> tuple[Point, ...]:
    x, y = CELL_PX * math.sqrt(3) * (q + r / 2), CELL_PX * 1.5 * r
    angles = np.radians(np.arange(30, 391, 60))
    pixels = np.column_stack([x + CELL_PX * np.cos(angles), y + CELL_PX * np.sin(angles)])
    return tuple((float(lon), float(lat)) for lon, lat in view.to_degrees(pixels))
