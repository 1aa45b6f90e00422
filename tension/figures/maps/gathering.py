"""Events of a view as what is drawn: alone, or gathered under a count where they share a place. Owns no event.

What is known to an area alone is kept apart from what is known exactly: the one is a position, the other isn't.
Positions stay the record's; offsets are for the eye.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import Any

import pandas as pd

from tension.figures.maps.land import WIDE_FRAME, count_on_east
from tension.figures.maps.views import View
from tension.words import count, join_words

Row = Mapping[Hashable, Any]

_COLUMNS = (
    *("event_id", "longitude", "latitude", "location", "occurred_date", "severity", "quad_class", "geo_precision"),
)
EXACT, COUNTRY = "exact", "country"
# So many places off the map are named.
_NAMED_PLACES, _NAME_LETTERS = 3, 40
# Nearer than this, marks of two places can't be told apart.
MERGE_PX = 18
_STEP_PX = 5.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_NO_CLASS = 0
SEVERITY_PX = {1: 12, 2: 13, 3: 15, 4: 17, 5: 20}
NO_SEVERITY_PX = 11


@dataclass(frozen=True)
class Spot:
    """One event drawn alone: its place in degrees, and how many pixels beside it (right, down)."""

    event_id: str
    longitude: float
    latitude: float
    is_exact: bool = True
    shift: tuple[float, float] = (0.0, 0.0)
    size_px: float = SEVERITY_PX[1]

    @property
    def radius_px(self) -> float:
        return self.size_px / 2


@dataclass(frozen=True)
class Cluster:
    """Events gathered at the place where most of them are; `label` names it, ids newest first.

    `severity_counts` are by severity, 0 where none is stated, `class_counts` by quad class, 0 likewise. `is_exact`:
    the place is a position. `shift` moves the mark off a larger one, in pixels.
    """

    key: str
    longitude: float
    latitude: float
    label: str
    event_ids: tuple[str, ...]
    severity_counts: Mapping[int, int]
    class_counts: Mapping[int, int]
    is_exact: bool = True
    place_count: int = 1
    is_at_feature: bool = False
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def max_severity(self) -> int | None:
        return max(self.severity_counts, default=0) or None

    @property
    def radius_px(self) -> float:
        """Small: an area in proportion to the count would hide what lies under it."""
        return min(4.5 + 1.3 * math.sqrt(len(self.event_ids)), 15)


@dataclass(frozen=True)
class Gathered:
    """All events of a view that are drawn, each either a spot or in a cluster; ids of those that aren't.

    `of_country` are known to a country alone; `off_map` lie beyond the land or have no place.
    """

    spots: tuple[Spot, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    off_map: tuple[str, ...] = field(default=())
    of_country: tuple[str, ...] = field(default=())

    @property
    def signs(self) -> list[Spot | Cluster]:
        """All that is drawn, counts before single events."""
        return [*self.clusters, *self.spots]


def is_on_map(events: pd.DataFrame) -> pd.Series[bool]:
    """True for each event that the map draws: within the bundled land's frame, and placed nearer than a country."""
    return is_within(events, WIDE_FRAME) & ~is_of_country(events)


def is_within(events: pd.DataFrame, box: tuple[float, float, float, float]) -> pd.Series[bool]:
    """True for each event that lies in a box (west, south, east, north; longitudes may count on past 180)."""
    west, south, east, north = box
    longitudes: pd.Series[float] = count_on_east(events.longitude)
    return longitudes.between(west, east) & events.latitude.between(south, north)


def is_of_country(events: pd.DataFrame) -> pd.Series[bool]:
    """True for each event whose point stands for a whole country."""
    return (events.geo_precision == COUNTRY).fillna(False).astype(bool)


def describe_place(events: pd.DataFrame, box: tuple[float, float, float, float]) -> str:
    """How many events of a list lie in a box (west, south, east, north), and where the others are; '' for none.

    Names of places are as the events give them.
    """
    if events.empty:
        return ""
    drawn = events[is_on_map(events)]
    seen = int(is_within(drawn, box).sum())
    of_country = int(is_of_country(events).sum())
    off_map = events[~is_on_map(events) & ~is_of_country(events)]
    others = [
        f"{len(drawn) - seen:,} elsewhere on the map" if len(drawn) > seen else "",
        f"{of_country:,} known to a country alone and not drawn" if of_country else "",
        f"{len(off_map):,} off the map{_name_places(off_map)}" if len(off_map) else "",
    ]
    said = join_words([part for part in others if part])
    return f"In this view: {seen:,} of {count(len(events), 'event')}" + (f"; {said}." if said else ".")


def _name_places(events: pd.DataFrame) -> str:
    """The places of most events in brackets, and how many others there are."""
    placed = events[events.longitude.notna()]
    counted = placed.location.fillna("").str.strip().replace("", "unnamed places").value_counts()
    names = sorted(counted.index, key=lambda name: (-counted[name], name))
    more = [f"{len(names) - _NAMED_PLACES:,} more"] if len(names) > _NAMED_PLACES else []
    unplaced = [f"{len(events) - len(placed):,} without a point"] if len(placed) < len(events) else []
    said = [*(shorten(str(name), _NAME_LETTERS, placeholder=" …") for name in names[:_NAMED_PLACES]), *more, *unplaced]
    return f" ({join_words(said)})" if said else ""


def gather_events(
    events: pd.DataFrame, view: View, homes: Mapping[str, str] | None = None, selected: str | None = None
) -> Gathered:
    """Where each event is drawn on a view.

    `homes` gives for some events (by id) the name of the sea feature they are gathered at; the others gather with what
    lies within MERGE_PX pixels and is as exact as they are. The selected event is always drawn alone. A position is
    moved only off a larger one; the sign of an area gives way to it.
    """
    on_map = is_on_map(events) if len(events) else pd.Series(dtype=bool)
    of_country = tuple(events.event_id[is_of_country(events)]) if len(events) else ()
    off_map = tuple(events.event_id[~on_map & ~is_of_country(events)]) if len(events) else ()
    drawn = events.loc[on_map, list(_COLUMNS)]
    drawn = drawn.assign(longitude=count_on_east(drawn.longitude))
    rows: list[Row] = [*drawn.to_dict("records")]
    groups: list[tuple[str, list[Row]]] = [("", [row]) for row in rows if row["event_id"] == selected]
    rows = [row for row in rows if row["event_id"] != selected]
    at_home: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["event_id"] in (homes or {}):
            at_home[(homes or {})[row["event_id"]]].append(row)
    groups += at_home.items()
    for is_exact in (True, False):
        rest = [r for r in rows if r["event_id"] not in (homes or {}) and (r["geo_precision"] == EXACT) == is_exact]
        groups += [("", group) for group in _group(rest, view)]
    signs = [_build_spot(group[0]) if len(group) == 1 else _build_cluster(group, name) for name, group in groups]
    parted = list(_part(signs, view))
    return Gathered(
        tuple(sign for sign in parted if isinstance(sign, Spot)),
        tuple(sign for sign in parted if isinstance(sign, Cluster)),
        off_map,
        of_country,
    )


def _group(rows: Sequence[Row], view: View) -> list[list[Row]]:
    """Groups by nearness in pixels: the busiest place leads, what is near joins it."""
    places: dict[tuple[float, float], list[Row]] = defaultdict(list)
    for row in rows:
        places[row["longitude"], row["latitude"]].append(row)
    if not places:
        return []
    ordered = sorted(places, key=lambda place: (-len(places[place]), place))
    pixels = view.to_px([place[0] for place in ordered], [place[1] for place in ordered]).tolist()
    groups: list[tuple[list[float], list[Row]]] = []
    for place, pixel in zip(ordered, pixels, strict=True):
        near = next((members for leader, members in groups if math.dist(leader, pixel) <= MERGE_PX), None)
        if near is None:
            groups.append((pixel, list(places[place])))
        else:
            near += places[place]
    return [members for _, members in groups]


def _build_spot(row: Row) -> Spot:
    size: float = NO_SEVERITY_PX if pd.isna(row["severity"]) else SEVERITY_PX[int(row["severity"])]
    is_exact = row["geo_precision"] == EXACT
    return Spot(str(row["event_id"]), row["longitude"], row["latitude"], is_exact, size_px=size)


def _build_cluster(group: Sequence[Row], name: str = "") -> Cluster:
    places = Counter((row["longitude"], row["latitude"]) for row in group)
    (longitude, latitude), _ = places.most_common(1)[0]
    there = Counter(row["location"] for row in group if (row["longitude"], row["latitude"]) == (longitude, latitude))
    newest = sorted(group, key=lambda row: (row["occurred_date"], row["event_id"]), reverse=True)
    is_exact = any(row["geo_precision"] == EXACT for row in group)
    return Cluster(
        key=f"{longitude:.4f},{latitude:.4f}{'' if is_exact else ',area'}",
        longitude=longitude,
        latitude=latitude,
        label=name or there.most_common(1)[0][0] or "",
        event_ids=tuple(row["event_id"] for row in newest),
        severity_counts=_count(group, "severity"),
        class_counts=_count(group, "quad_class"),
        is_exact=is_exact,
        place_count=len(places),
        is_at_feature=bool(name),
    )


def _count(group: Sequence[Row], column: str) -> dict[int, int]:
    values = (_NO_CLASS if pd.isna(row[column]) else int(row[column]) for row in group)
    return dict(sorted(Counter(values).items()))


def _part(signs: Sequence[Spot | Cluster], view: View) -> Iterator[Spot | Cluster]:
    """Exact ones first and the largest of them first, each moved as little as keeps it off those before it."""
    taken: list[tuple[float, float, float]] = []
    ordered = sorted(signs, key=lambda s: (not s.is_exact, -s.radius_px, s.longitude, s.latitude))
    pixels = view.to_px([s.longitude for s in ordered], [s.latitude for s in ordered]).tolist() if ordered else []
    for sign, (x, y) in zip(ordered, pixels, strict=True):
        near = [(tx, ty, r + sign.radius_px) for tx, ty, r in taken if abs(tx - x) < _FAR_PX and abs(ty - y) < _FAR_PX]
        shift = next(s for s in _spiral() if _is_free(x + s[0], y + s[1], near))
        taken.append((x + shift[0], y + shift[1], sign.radius_px))
        yield replace(sign, shift=shift)


_FAR_PX = 200.0


def _spiral() -> Iterator[tuple[float, float]]:
    """Offsets in pixels, nearest first (Vogel 1979): evenly filled however many there are."""
    step = 0
    while True:
        radius = _STEP_PX * math.sqrt(step)
        yield round(radius * math.cos(step * _GOLDEN_ANGLE), 1), round(radius * math.sin(step * _GOLDEN_ANGLE), 1)
        step += 1


def _is_free(x: float, y: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    return all((x - tx) ** 2 + (y - ty) ** 2 >= gap**2 for tx, ty, gap in taken)
