"""Where the words on a map stand, so that they lie on no sign and no other word at the zoom of a view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tension.figures.maps.gathering import Cluster, Gathered
from tension.figures.maps.grid import GridLine, ScaleBar
from tension.figures.maps.land import Point
from tension.figures.maps.marks import Mark
from tension.figures.maps.names import CITY, COUNTRY, ISLE, SEA, GroundName, drop_named
from tension.figures.maps.styles import COUNT, DEFAULT_TEXT_PX, GRID, SCALE, TEXT_PX
from tension.figures.maps.views import View
from tension.records.sea_features import shorten_name

# Left, top, right, bottom in pixels from the view's centre.
Box = tuple[float, float, float, float]
Shift = tuple[float, float]
Boxes = npt.NDArray[np.float64]

_LETTER_SHARE = 0.52
_WIDE_LETTER_SHARE = 0.9
# Words that stand first when room is short; a line's have _LINE_RANK, those of the ground less one for each rank.
_RANKS = {"sector": 70.0, "zone": 68.0, "base": 20.0, "feature": 34.0}
_LINE_RANK = 60.0
_GROUND_RANKS = {CITY: 56.0, SEA: 54.0, COUNTRY: 52.0, ISLE: 50.0}
_RANK_STEP = 12.0
# What surely shows of a map: on a phone, beside other things on a desk, and in a wide window.
PHONE_FRAME_PX, DESK_FRAME_PX, PAGE_FRAME_PX = (345.0, 420.0), (720.0, 420.0), (780.0, 540.0)
_LINE_STEP_PX, _MAX_STEPS, _NEAR_PX = 6.0, 800, 700.0
_CITY_PX, _SYMBOL_PX, SECTOR_PX = 3.5, 6.0, 30.0
_ALONG_PX, _STRAIGHT = 24.0, 0.98


@dataclass(frozen=True)
class Label:
    """Words at a place in degrees, moved by pixels (right, down); `key` is that of the sign they belong to, or ''."""

    text: str
    longitude: float
    latitude: float
    shift: Shift
    style: str
    key: str = ""
    # Degrees clockwise, for words along a line.
    angle: float = 0.0

    @property
    def text_px(self) -> int:
        return TEXT_PX.get(self.style, DEFAULT_TEXT_PX)


@dataclass(frozen=True)
class Choice:
    """A place in degrees for words, pixels beside it, and their turn in degrees clockwise."""

    place: Point
    shift: Shift
    angle: float = 0.0


@dataclass(frozen=True)
class Wish:
    """Words that want a place: the first of `choices` with room.

    `short` are words that will do where the whole has no room; with `must_stand` they stand even on others.
    """

    text: str
    style: str
    rank: float
    choices: tuple[Choice, ...]
    short: str = ""
    is_line: bool = False
    must_stand: bool = False
    key: str = ""


@dataclass(frozen=True)
class MapWords:
    """What a map has words of besides its gathered events: the marks of its layers, names, grid and scale."""

    marks: Mapping[str, Sequence[Mark]]
    names: Sequence[GroundName] = ()
    grid: Sequence[GridLine] = ()
    scale: ScaleBar | None = None


def place_labels(words: MapWords, gathered: Gathered, view: View, frame: Shift = DESK_FRAME_PX) -> list[Label]:
    """The words that find room, the most telling first; a count always has its number.

    Of words that several marks share (the dashes of one line) one is placed. A line's words stand where they show
    whole in a `frame` of pixels around the view's centre.
    """
    marks = [mark for layer in words.marks.values() for mark in layer]
    board = _Board(view, frame, [*_list_signs(gathered, view), *_list_symbols(marks, view)])
    board.draw_lines(_list_line_points(marks, view))
    wishes = sorted(_list_wishes(words, gathered, view), key=lambda wish: -wish.rank)
    board.pin([choice.place for wish in wishes for choice in wish.choices])
    placed: list[Label] = []
    said: set[tuple[str, str]] = set()
    for wish in wishes:
        if not (wish.is_line and (wish.text, wish.style) in said) and (label := board.place(wish)):
            placed.append(label)
            said.add((wish.text, wish.style))
    return placed


class _Board:
    """What lies where on a view already, in pixels from its centre: boxes, lines, and the places of words."""

    def __init__(self, view: View, frame: Shift, boxes: Sequence[Box]) -> None:
        self._view, self._frame = view, frame
        self._boxes = np.array(boxes, dtype=float).reshape(-1, 4)
        self._lines = np.empty((0, 2))
        self._pixels: dict[Point, npt.NDArray[np.float64]] = {}

    def draw_lines(self, points: npt.NDArray[np.float64]) -> None:
        self._lines = points

    def pin(self, places: Sequence[Point]) -> None:
        """Work out the pixels of places, all at once."""
        unique = list(dict.fromkeys(places))
        if unique:
            pixels = self._view.to_px([place[0] for place in unique], [place[1] for place in unique])
            self._pixels = dict(zip(unique, pixels, strict=True))

    def place(self, wish: Wish) -> Label | None:
        """The label at the first place with room, which it then takes; words of lines keep off lines where they can."""
        for text in filter(None, (wish.text, wish.short)):
            for may_cross in (False, True) if wish.is_line else (True,):
                for choice in _near_sign(wish, text):
                    boxes = self._cover(text, wish.style, choice)
                    is_open = not wish.is_line or (self._is_whole(boxes) and (may_cross or not self._is_crossed(boxes)))
                    if is_open and self._is_free(boxes):
                        return self._take(wish, text, choice, boxes)
        if wish.must_stand:
            text = wish.short or wish.text
            choice = next(_near_sign(wish, text))
            return self._take(wish, text, choice, self._cover(text, wish.style, choice))
        return None

    def _take(self, wish: Wish, text: str, choice: Choice, boxes: Boxes) -> Label:
        self._boxes = np.vstack([self._boxes, boxes])
        return Label(text, *choice.place, choice.shift, wish.style, wish.key, choice.angle)

    def _cover(self, text: str, style: str, choice: Choice) -> Boxes:
        """The boxes that words lie in: one, or several along their slant."""
        width, height = measure(text, style)
        x, y = self._pixels[choice.place] + choice.shift
        if not choice.angle:
            return np.array([[x - width / 2, y - height / 2, x + width / 2, y + height / 2]])
        turn, half = math.radians(choice.angle), height / 2
        along = np.linspace(-width / 2 + half, width / 2 - half, max(math.ceil(width / height), 2))
        xs, ys = x + along * math.cos(turn), y + along * math.sin(turn)
        return np.column_stack([xs - half, ys - half, xs + half, ys + half])

    def _is_free(self, boxes: Boxes) -> bool:
        taken = self._boxes
        return not any(
            ((b[0] < taken[:, 2]) & (b[2] > taken[:, 0]) & (b[1] < taken[:, 3]) & (b[3] > taken[:, 1])).any()
            for b in boxes
        )

    def _is_whole(self, boxes: Boxes) -> bool:
        across, down = self._frame[0] / 2, self._frame[1] / 2
        return bool((np.abs(boxes[:, [0, 2]]) <= across).all() and (np.abs(boxes[:, [1, 3]]) <= down).all())

    def _is_crossed(self, boxes: Boxes) -> bool:
        x, y = self._lines[:, 0], self._lines[:, 1]
        return any(((x > b[0]) & (x < b[2]) & (y > b[1]) & (y < b[3])).any() for b in boxes)


def _list_wishes(words: MapWords, gathered: Gathered, view: View) -> Iterator[Wish]:
    counted = [_wish_count(cluster) for cluster in gathered.clusters]
    yield from counted
    marked = [_wish_mark(mark, view) for layer in words.marks.values() for mark in layer if mark.label]
    named = {shorten_place(cluster.label) for cluster in gathered.clusters}
    yield from (wish for wish in marked if not (wish.style == "feature" and wish.text in named))
    said = [*named, *(wish.text for wish in marked)]
    yield from (_wish_name(name) for name in drop_named(words.names, said))
    for line in words.grid:
        if line.words:
            yield Wish(line.words, GRID, 0, (Choice(line.words_at, (0.0, 0.0)),))
    if words.scale:
        yield Wish(words.scale.words, SCALE, 100, (Choice(words.scale.middle, (0.0, -9.0)),), must_stand=True)


def _wish_count(cluster: Cluster) -> Wish:
    number = f"{len(cluster.event_ids):,}"
    text = f"{shorten_place(cluster.label)} {number}"
    choices = [*_list_beside(text, COUNT, cluster.radius_px, cluster.shift)]
    place = (cluster.longitude, cluster.latitude)
    return Wish(
        text,
        COUNT,
        80 + min(len(cluster.event_ids), 19),
        _at(place, choices),
        short=number,
        must_stand=True,
        key=cluster.key,
    )


def shorten_place(label: str) -> str:
    """'Beijing' of 'Beijing, China', 'Thitu Island' of 'Thitu Island (Pag-asa / Zhongye)'."""
    return shorten_name(label.split(",", maxsplit=1)[0])


def _wish_mark(mark: Mark, view: View) -> Wish:
    if mark.shape != "point" and not mark.label_at:
        width, height = measure(mark.label, mark.style)
        # One side of an outline, so that words don't run around its end.
        line = mark.coordinates if mark.shape == "line" else mark.coordinates[: len(mark.coordinates) // 2 + 1]
        choices = tuple(_list_along(line, view, width, height))
        return Wish(mark.label, mark.style, _LINE_RANK, choices, is_line=True)
    place = mark.label_at or mark.coordinates[0]
    middle = () if mark.symbol or mark.style == "sector" else ((0.0, 0.0),)
    radius = SECTOR_PX * mark.size**0.5 if mark.style == "sector" else _SYMBOL_PX
    shifts = (*middle, *_list_beside(mark.label, mark.style, radius, (0.0, 0.0)))
    return Wish(mark.label, mark.style, _RANKS.get(mark.style, 10.0), _at(place, shifts))


def _at(place: Point, shifts: Iterable[Shift]) -> tuple[Choice, ...]:
    return tuple(Choice(place, shift) for shift in shifts)


def _list_along(line: Sequence[Point], view: View, width: float, height: float) -> Iterator[Choice]:
    """Places along a line, nearest to the view's centre first: words that run with it, above or below it."""
    pixels = view.to_px([p[0] for p in line], [p[1] for p in line])
    steps = np.hypot(*np.diff(pixels, axis=0).T)
    far = np.concatenate([[0.0], np.cumsum(steps)])
    count = min(max(int(far[-1] / _ALONG_PX), 1), _MAX_STEPS)
    middles = (np.arange(count) + 0.5) * far[-1] / count
    points = np.column_stack([np.interp(middles, far, pixels[:, 0]), np.interp(middles, far, pixels[:, 1])])
    away = np.hypot(points[:, 0], points[:, 1])
    degrees = view.to_degrees(points)
    for i in np.argsort(away, kind="stable"):
        if away[i] > _NEAR_PX:
            return
        angle, share = _find_slant(pixels, far, middles[i], width)
        if share < _STRAIGHT:
            continue
        across = math.radians(angle + 90)
        off = height / 2 + 4
        place = (float(degrees[i][0]), float(degrees[i][1]))
        for side in (-off, off):
            yield Choice(place, (round(side * math.cos(across), 1), round(side * math.sin(across), 1)), angle)


def _find_slant(
    pixels: npt.NDArray[np.float64], far: npt.NDArray[np.float64], middle: float, width: float
) -> tuple[float, float]:
    """Degrees clockwise of a line over the stretch that words would cover, so turned that they are read upright; and
    how straight it is there: the distance of its ends as a share of its length."""
    ends = np.clip([middle - width / 2, middle + width / 2], 0, far[-1])
    x, y = np.interp(ends, far, pixels[:, 0]), np.interp(ends, far, pixels[:, 1])
    angle = math.degrees(math.atan2(y[1] - y[0], x[1] - x[0]))
    straight = math.hypot(x[1] - x[0], y[1] - y[0]) / max(float(ends[1] - ends[0]), 1e-9)
    return float(round((angle + 90) % 180 - 90, 1)), straight


def _wish_name(name: GroundName) -> Wish:
    place, rank = (name.longitude, name.latitude), _GROUND_RANKS[name.style] - _RANK_STEP * (name.rank - 1)
    if name.style == CITY:
        shifts: Sequence[Shift] = tuple(_list_beside(name.text, CITY, _CITY_PX, (0.0, 0.0)))
    elif name.style == ISLE:
        shifts = ((0.0, 0.0), (0.0, 14.0), (0.0, -14.0))
    else:
        shifts = (
            (0.0, 0.0),
            *((x, y) for y in (18.0, -18.0, 40.0, -40.0) for x in (0.0, 36.0, -36.0)),
            (64, 0),
            (-64, 0),
        )
    return Wish(name.text, name.style, rank, _at(place, shifts))


def _list_beside(text: str, style: str, radius: float, moved: Shift) -> Iterator[Shift]:
    """Pixels at which words stand right, left, below and above of a sign that is moved."""
    width, height = measure(text, style)
    right, down = radius + width / 2 + 3, radius + height / 2 + 1
    for x, y in ((right, 0.0), (-right, 0.0), (0.0, down), (0.0, -down), (right, down * 0.7), (right, -down * 0.7)):
        yield round(moved[0] + x, 1), round(moved[1] + y, 1)


def _near_sign(wish: Wish, text: str) -> Iterator[Choice]:
    """The choices of a wish; shorter words stand as near to their sign as the whole would."""
    less = (measure(wish.text, wish.style)[0] - measure(text, wish.style)[0]) / 2
    for choice in wish.choices:
        right, down = choice.shift
        nearer = right - less if right > less else right + less if right < -less else right
        yield replace(choice, shift=(round(nearer, 1), down)) if less else choice


def measure(text: str, style: str) -> Shift:
    """Width and height of words in pixels, by an average letter; a country's capitals are wide."""
    px = TEXT_PX.get(style, DEFAULT_TEXT_PX)
    letters = len(text.replace("\u2009", ""))
    share = _WIDE_LETTER_SHARE if style == COUNTRY else _LETTER_SHARE
    return letters * px * share, px + 3.0


def _list_line_points(marks: Iterable[Mark], view: View) -> npt.NDArray[np.float64]:
    """Pixels along all lines and outlines near the view, close enough together that no words slip between."""
    points = [np.empty((0, 2))]
    for mark in marks:
        if mark.shape == "point" or mark.style in ("cell", "lane"):
            continue
        pixels = view.to_px([p[0] for p in mark.coordinates], [p[1] for p in mark.coordinates])
        for start, end in pairwise(pixels):
            count = min(int(np.hypot(*(end - start)) / _LINE_STEP_PX) + 2, _MAX_STEPS)
            points.append(start + (end - start) * np.linspace(0, 1, count)[:, None])
    found = np.concatenate(points)
    return np.asarray(found[np.abs(found).max(axis=1) < _NEAR_PX])


def _list_signs(gathered: Gathered, view: View) -> Iterator[Box]:
    signs = gathered.signs
    if signs:
        pixels = view.to_px([s.longitude for s in signs], [s.latitude for s in signs])
        for sign, (x, y) in zip(signs, pixels + np.array([s.shift for s in signs]), strict=True):
            yield x - sign.radius_px, y - sign.radius_px, x + sign.radius_px, y + sign.radius_px


def _list_symbols(marks: Iterable[Mark], view: View) -> Iterator[Box]:
    symbols = [mark.coordinates[0] for mark in marks if mark.shape == "point" and mark.symbol]
    if symbols:
        for x, y in view.to_px([p[0] for p in symbols], [p[1] for p in symbols]):
            yield x - _SYMBOL_PX, y - _SYMBOL_PX, x + _SYMBOL_PX, y + _SYMBOL_PX
