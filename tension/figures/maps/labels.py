"""Where the words on a map stand, so that they lie on no count, mark or other word at the view's own zoom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tension.figures.maps.land import Point
from tension.figures.maps.marks import Mark
from tension.figures.maps.spread import Gathered
from tension.figures.maps.views import View
from tension.records.sea_features import shorten_name

# Left, top, right, bottom in pixels from the view's centre.
Box = tuple[float, float, float, float]
Shift = tuple[float, float]

TEXT_PX = {"strait": 11, "base": 11, "feature": 11, "feature_count": 12}
DEFAULT_TEXT_PX = 12
# Words that stand first when room is short.
_RANKS = {"sector": 6, "island": 5, "zone": 5, "strait": 2, "feature_count": 3, "feature": 1, "base": 0}
_LINE_RANK = 4
_LETTER_SHARE = 0.5
# What surely shows of a map: on a phone, and beside other things on a desk.
PHONE_FRAME_PX, DESK_FRAME_PX = (345.0, 420.0), (720.0, 420.0)
_SPOT_PX = 15.0
_LINE_STEP_PX, _MAX_STEPS, _NEAR_PX = 6.0, 800, 700.0


@dataclass(frozen=True)
class Label:
    """Words at a place in degrees, moved by pixels (right, down)."""

    text: str
    longitude: float
    latitude: float
    shift: Shift
    style: str

    @property
    def text_px(self) -> int:
        return TEXT_PX.get(self.style, DEFAULT_TEXT_PX)


def place_labels(
    layers: Mapping[str, Sequence[Mark]], gathered: Gathered, view: View, frame: Shift = DESK_FRAME_PX
) -> list[Label]:
    """Labels of all marks that find room, the most telling first.

    Of words that several marks share (the dashes of one line) one is placed. A line's words stand where they show
    whole in a `frame` of pixels around the view's centre. A feature whose events are gathered has its name at the
    count.
    """
    at_feature = {shorten_name(cluster.label): cluster for cluster in gathered.clusters if cluster.is_at_feature}
    marks = [mark for layer in layers.values() for mark in layer if mark.label]
    wanted = [(m, (0.0, 0.0)) for m in marks if not (m.style == "feature" and m.label in at_feature)]
    wanted += [
        (Mark("point", ((c.longitude, c.latitude),), "feature_count", name), c.shift) for name, c in at_feature.items()
    ]
    symbols = [mark for layer in layers.values() for mark in layer if mark.shape == "point" and mark.symbol]
    counts = list(_list_counts(gathered, view))
    taken = [*counts, *_list_spots(gathered, view), *_list_symbols(symbols, view)]
    lines = _list_line_points([mark for layer in layers.values() for mark in layer], view)
    placed: list[Label] = []
    for mark, moved in sorted(wanted, key=lambda pair: _find_rank(pair[0]), reverse=True):
        if mark.shape != "point" and any(label.text == mark.label and label.style == mark.style for label in placed):
            continue
        choices = list(_list_choices(mark, moved, view, counts))
        label = _place(mark, moved, choices, view, frame, taken, lines) or (
            _place(mark, moved, choices, view, frame, taken, lines[:0]) if mark.shape != "point" else None
        )
        if label:
            placed.append(label)
    return placed


def _place(
    mark: Mark,
    moved: Shift,
    choices: Iterable[tuple[Point, Shift]],
    view: View,
    frame: Shift,
    taken: list[Box],
    lines: npt.NDArray[np.float64],
) -> Label | None:
    """The label at the first place with room, which it then takes; words of lines and areas keep off `lines`."""
    width, height = _measure(mark)
    for place, (right, down) in choices:
        shift = (round(right + moved[0], 1), round(down + moved[1], 1))
        x, y = view.to_px([place[0]], [place[1]])[0] + shift
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if _is_line(mark):
            is_whole = max(-box[0], box[2]) <= frame[0] / 2 and max(-box[1], box[3]) <= frame[1] / 2
            is_crossed = ((np.abs(lines[:, 0] - x) < width / 2) & (np.abs(lines[:, 1] - y) < height / 2)).any()
            if not is_whole or is_crossed:
                continue
        if not any(box[0] < t[2] and box[2] > t[0] and box[1] < t[3] and box[3] > t[1] for t in taken):
            taken.append(box)
            return Label(mark.label, *place, shift, mark.style)
    return None


def _measure(mark: Mark) -> Shift:
    """Width and height of a mark's words in pixels, by an average letter."""
    px = TEXT_PX.get(mark.style, DEFAULT_TEXT_PX)
    return len(mark.label) * px * _LETTER_SHARE, px + 3.0


def _list_choices(mark: Mark, moved: Shift, view: View, counts: Sequence[Box]) -> Iterator[tuple[Point, Shift]]:
    """Places for the words of a mark and pixels beside them, best first."""
    width, _ = _measure(mark)
    if _is_line(mark):
        for place in _list_seen(mark.coordinates, view):
            for down in (-10.0, 10.0):
                yield place, (0.0, down)
            for right in (width / 2 + 8, -width / 2 - 8):
                yield place, (right, 0.0)
        return
    place = mark.label_at or mark.coordinates[0]
    x, y = view.to_px([place[0]], [place[1]])[0] + moved
    around = next((c for c in counts if c[0] <= x <= c[2] and c[1] <= y <= c[3]), None)
    down, up = (around[3] - y + 9, around[1] - y - 9) if around else (15.0, -15.0)
    right, left = (around[2] - x, around[0] - x) if around else (9.0, -9.0)
    if not mark.symbol and not around:
        yield place, (0.0, 0.0)
    yield from ((place, (0.0, down)), (place, (0.0, up)))
    yield from ((place, (right + width / 2 + 3, 0.0)), (place, (left - width / 2 - 3, 0.0)))
    yield from ((place, (0.0, down + 14)), (place, (0.0, up - 14)))


def _list_line_points(marks: Iterable[Mark], view: View) -> npt.NDArray[np.float64]:
    """Pixels along all lines and outlines near the view, close enough together that no words slip between."""
    points = [np.empty((0, 2))]
    for mark in marks:
        if mark.shape == "point" or mark.style == "cell":
            continue
        pixels = view.to_px([p[0] for p in mark.coordinates], [p[1] for p in mark.coordinates])
        for start, end in pairwise(pixels):
            count = min(int(np.hypot(*(end - start)) / _LINE_STEP_PX) + 2, _MAX_STEPS)
            points.append(start + (end - start) * np.linspace(0, 1, count)[:, None])
    found = np.concatenate(points)
    return np.asarray(found[np.abs(found).max(axis=1) < _NEAR_PX])


def _is_line(mark: Mark) -> bool:
    """True for a mark whose words may stand anywhere along it."""
    return mark.shape != "point" and not mark.label_at


def _list_seen(line: Sequence[Point], view: View) -> Iterator[Point]:
    """Points along a line, nearest to the view's centre first."""
    points = _sample(line)
    pixels = view.to_px(points[:, 0], points[:, 1])
    for i in np.argsort(np.hypot(pixels[:, 0], pixels[:, 1])):
        yield float(points[i][0]), float(points[i][1])


def _sample(line: Sequence[Point], steps: int = 12) -> npt.NDArray[Any]:
    points = np.array(line)
    share = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    return np.asarray((points[:-1, None] * (1 - share) + points[1:, None] * share).reshape(-1, 2))


def _list_counts(gathered: Gathered, view: View) -> Iterator[Box]:
    for cluster in gathered.clusters:
        x, y = view.to_px([cluster.longitude], [cluster.latitude])[0] + cluster.shift
        r = cluster.radius_px + 2
        yield x - r, y - r, x + r, y + r


def _list_spots(gathered: Gathered, view: View) -> Iterator[Box]:
    half = _SPOT_PX / 2
    for spot in gathered.spots:
        x, y = view.to_px([spot.longitude], [spot.latitude])[0] + spot.shift
        yield x - half, y - half, x + half, y + half


def _list_symbols(marks: Iterable[Mark], view: View) -> Iterator[Box]:
    for mark in marks:
        x, y = view.to_px([mark.coordinates[0][0]], [mark.coordinates[0][1]])[0]
        yield x - 6, y - 6, x + 6, y + 6


def _find_rank(mark: Mark) -> int:
    return _RANKS.get(mark.style, _LINE_RANK if mark.shape != "point" else 0)
