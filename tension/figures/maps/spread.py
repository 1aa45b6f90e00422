"""Events that share a place, made reachable one by one: spread by pixels around it, or gathered under a count.

Owns no event: it says where each is drawn on a view. Positions stay the record's; offsets are for the eye.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from tension.figures.maps.views import View

Row = Mapping[Hashable, Any]

_COLUMNS = ("event_id", "longitude", "latitude", "location", "occurred_date", "severity", "quad_class")
COUNTRY = "country"
# What the bundled land covers; meetings in Washington and the like lie off the map.
MAP_BOX = (40.0, -50.0, 180.0, 60.0)
MERGE_PX = 26
SPREAD_MAX = 7
MARK_GAP_PX = 14
_STEP_PX = 7.5
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
SEVERITY_PX = {1: 13, 2: 15, 3: 18, 4: 22, 5: 27}
NO_SEVERITY_PX = 11


@dataclass(frozen=True)
class Spot:
    """One event drawn alone: the record's place in degrees, and how many pixels beside it (right, down)."""

    event_id: str
    longitude: float
    latitude: float
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Cluster:
    """Events gathered under a count at the place where most of them are; `label` names it, ids newest first.

    `shift` moves the count off a larger one, in pixels.
    """

    key: str
    longitude: float
    latitude: float
    label: str
    event_ids: tuple[str, ...]
    class_counts: Mapping[int, int]
    max_severity: int | None
    place_count: int = 1
    is_at_feature: bool = False
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def radius_px(self) -> float:
        return min(12 + 1.5 * math.sqrt(len(self.event_ids)), 26)


@dataclass(frozen=True)
class Gathered:
    """All events of a view that are drawn, each either a spot or in a cluster; ids of those that aren't.

    `of_country` are known to a country alone; `off_map` lie beyond the land or have no place.
    """

    spots: tuple[Spot, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    off_map: tuple[str, ...] = field(default=())
    of_country: tuple[str, ...] = field(default=())


def is_on_map(events: pd.DataFrame) -> pd.Series[bool]:
    """True for each event that the map draws: within the bundled land's frame, and placed nearer than a country."""
    west, south, east, north = MAP_BOX
    is_within = events.longitude.between(west, east) & events.latitude.between(south, north)
    return is_within & ~is_of_country(events)


def is_of_country(events: pd.DataFrame) -> pd.Series[bool]:
    """True for each event whose point stands for a whole country."""
    return (events.geo_precision == COUNTRY).fillna(False).astype(bool)


def describe_undrawn(gathered: Gathered) -> str:
    """How many events in view aren't on the map, and why; '' where all are."""
    parts = []
    if count := len(gathered.of_country):
        parts.append(f"{count:,} known to a country alone")
    if count := len(gathered.off_map):
        parts.append(f"{count:,} beyond the map or without a place (meetings sit where they were held)")
    return f"Not drawn of the events in view: {', '.join(parts)}." if parts else ""


def gather_events(
    events: pd.DataFrame, view: View, homes: Mapping[str, str] | None = None, selected: str | None = None
) -> Gathered:
    """Where each event is drawn on a view.

    `homes` gives for some events (by id) the name of the sea feature they are gathered at, two or more to a cluster;
    the others gather with whatever lies within MERGE_PX pixels, and make a cluster when they are more than SPREAD_MAX.
    The selected event is always drawn alone. At the view's own zoom no spot is nearer than MARK_GAP_PX to another.
    """
    on_map = is_on_map(events) if len(events) else pd.Series(dtype=bool)
    of_country = tuple(events.event_id[is_of_country(events)]) if len(events) else ()
    off_map = tuple(events.event_id[~on_map & ~is_of_country(events)]) if len(events) else ()
    rows = events.loc[on_map, list(_COLUMNS)].to_dict("records") if on_map.any() else []
    at_home: dict[str, list[Row]] = defaultdict(list)
    alone, rest = [], []
    for row in rows:
        if row["event_id"] == selected:
            alone.append(row)
        elif row["event_id"] in (homes or {}):
            at_home[(homes or {})[row["event_id"]]].append(row)
        else:
            rest.append(row)
    near = _group(rest, view)
    clusters = [_build_cluster(group, name) for name, group in at_home.items() if len(group) > 1]
    clusters += [_build_cluster(group) for group in near if len(group) > SPREAD_MAX]
    clusters = _part_clusters(clusters, view)
    singles = [row for group in at_home.values() if len(group) == 1 for row in group]
    singles += [row for group in near if len(group) <= SPREAD_MAX for row in group]
    return Gathered(tuple(_spread([*alone, *singles], view, clusters)), tuple(clusters), off_map, of_country)


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


def _build_cluster(group: Sequence[Row], name: str = "") -> Cluster:
    places = Counter((row["longitude"], row["latitude"]) for row in group)
    (longitude, latitude), _ = places.most_common(1)[0]
    there = Counter(row["location"] for row in group if (row["longitude"], row["latitude"]) == (longitude, latitude))
    newest = sorted(group, key=lambda row: (row["occurred_date"], row["event_id"]), reverse=True)
    severities = [int(row["severity"]) for row in group if not pd.isna(row["severity"])]
    return Cluster(
        key=f"{longitude:.4f},{latitude:.4f}",
        longitude=longitude,
        latitude=latitude,
        label=name or there.most_common(1)[0][0],
        event_ids=tuple(row["event_id"] for row in newest),
        class_counts=dict(sorted(Counter(int(row["quad_class"]) for row in group).items())),
        max_severity=max(severities, default=None),
        place_count=len(places),
        is_at_feature=bool(name),
    )


def _part_clusters(clusters: list[Cluster], view: View) -> list[Cluster]:
    """Largest first, each count moved as little as keeps it off the larger ones."""
    taken: list[tuple[float, float, float]] = []
    parted = []
    for cluster in sorted(clusters, key=lambda c: (-len(c.event_ids), c.key)):
        x, y = view.to_px([cluster.longitude], [cluster.latitude])[0].tolist()
        room = [(tx, ty, r + cluster.radius_px) for tx, ty, r in taken]
        shift = next(s for s in _spiral() if _is_free(x + s[0], y + s[1], room))
        taken.append((x + shift[0], y + shift[1], cluster.radius_px))
        parted.append(replace(cluster, shift=shift))
    return parted


def _spread(rows: Sequence[Row], view: View, clusters: Sequence[Cluster]) -> Iterator[Spot]:
    """Spots on a sunflower's spiral around each event's own place, the most severe and newest nearest to it."""
    if not rows:
        return
    taken: list[tuple[float, float, float]] = []
    if clusters:
        centres = view.to_px([c.longitude for c in clusters], [c.latitude for c in clusters]).tolist()
        taken = [
            (x + c.shift[0], y + c.shift[1], c.radius_px + MARK_GAP_PX / 2)
            for (x, y), c in zip(centres, clusters, strict=True)
        ]
    ordered = sorted(rows, key=lambda row: (row["occurred_date"], row["event_id"]), reverse=True)
    ordered.sort(key=lambda row: 0 if pd.isna(row["severity"]) else -row["severity"])
    pixels = view.to_px([row["longitude"] for row in ordered], [row["latitude"] for row in ordered]).tolist()
    for row, (x, y) in zip(ordered, pixels, strict=True):
        shift = next(s for s in _spiral() if _is_free(x + s[0], y + s[1], taken))
        taken.append((x + shift[0], y + shift[1], MARK_GAP_PX))
        yield Spot(row["event_id"], row["longitude"], row["latitude"], shift)


def _spiral() -> Iterator[tuple[float, float]]:
    """Offsets in pixels, nearest first (Vogel 1979): evenly filled however many there are."""
    step = 0
    while True:
        radius = _STEP_PX * math.sqrt(step)
        yield round(radius * math.cos(step * _GOLDEN_ANGLE), 1), round(radius * math.sin(step * _GOLDEN_ANGLE), 1)
        step += 1


def _is_free(x: float, y: float, taken: list[tuple[float, float, float]]) -> bool:
    return all((x - tx) ** 2 + (y - ty) ** 2 >= gap**2 for tx, ty, gap in taken)
