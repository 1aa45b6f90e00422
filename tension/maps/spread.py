"""Events that share a place, made reachable one by one: spread by pixels around it, or gathered under a count.

Owns no event: it says where each is drawn on a view. Positions stay the record's; offsets are for the eye.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from tension.maps.views import View

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
    """All events of a view that lie on the map, each either a spot or in a cluster; ids of those that lie off it."""

    spots: tuple[Spot, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    off_map: tuple[str, ...] = field(default=())


def is_on_map(events: pd.DataFrame) -> pd.Series[bool]:
    """True for each event within the bundled land's frame."""
    west, south, east, north = MAP_BOX
    return events.longitude.between(west, east) & events.latitude.between(south, north)


def gather_events(
    events: pd.DataFrame, view: View, homes: Mapping[str, str] | None = None, selected: str | None = None
) -> Gathered:
    """Where each event is drawn on a view.

    `homes` gives for some events (by id) the name of the sea feature they are gathered at, two or more to a cluster;
    the others gather with whatever lies within MERGE_PX pixels, and make a cluster when they are more than SPREAD_MAX.
    The selected event is always drawn alone. At the view's own zoom no spot is nearer than MARK_GAP_PX to another.
    """
    on_map = events[is_on_map(events)] if len(events) else events
    off_map = tuple(events.event_id[~events.event_id.isin(on_map.event_id)])
    if on_map.empty:
        return Gathered(off_map=off_map)
    alone = on_map.event_id == (selected or "")
    home = on_map.event_id.map(homes or {})
    at_home = {str(name): group for name, group in on_map[~alone].groupby(home[~alone].dropna())}
    near = _group(on_map[~alone & home.isna()], view)
    clusters = [_build_cluster(group, name) for name, group in at_home.items() if len(group) > 1]
    clusters += [_build_cluster(group) for group in near if len(group) > SPREAD_MAX]
    clusters = _part_clusters(clusters, view)
    singles = [group for group in at_home.values() if len(group) == 1]
    singles += [on_map[alone], *(group for group in near if len(group) <= SPREAD_MAX)]
    return Gathered(tuple(_spread(pd.concat(singles), view, clusters)), tuple(clusters), off_map)


def _group(events: pd.DataFrame, view: View) -> list[pd.DataFrame]:
    """Groups by nearness in pixels: the busiest place leads, what is near joins it."""
    if events.empty:
        return []
    places = events.groupby(["longitude", "latitude"]).size().reset_index(name="event_count")
    places = places.sort_values(["event_count", "longitude", "latitude"], ascending=[False, True, True])
    pixels = view.to_px(places.longitude.to_numpy(), places.latitude.to_numpy())
    leaders: list[int] = []
    joined: dict[tuple[float, float], int] = {}
    for i, place in enumerate(zip(places.longitude, places.latitude, strict=True)):
        near = [leader for leader in leaders if math.dist(pixels[leader], pixels[i]) <= MERGE_PX]
        if not near:
            leaders.append(i)
        joined[place] = near[0] if near else i
    keys = [joined[place] for place in zip(events.longitude, events.latitude, strict=True)]
    return [group for _, group in events.groupby(keys, sort=False)]


def _build_cluster(group: pd.DataFrame, name: str = "") -> Cluster:
    places = group.groupby(["longitude", "latitude"]).size().sort_values(ascending=False, kind="stable")
    longitude, latitude = places.index.to_list()[0]
    there = group[(group.longitude == longitude) & (group.latitude == latitude)]
    newest = group.sort_values(["occurred_date", "event_id"], ascending=False)
    severity = group.severity.max()
    return Cluster(
        key=f"{longitude:.4f},{latitude:.4f}",
        longitude=longitude,
        latitude=latitude,
        label=name or str(there.location.mode().iloc[0]),
        event_ids=tuple(newest.event_id),
        class_counts=dict(sorted(Counter(group.quad_class.astype(int).tolist()).items())),
        max_severity=None if pd.isna(severity) else int(severity),
        place_count=len(places),
        is_at_feature=bool(name),
    )


def _part_clusters(clusters: list[Cluster], view: View) -> list[Cluster]:
    """Largest first, each count moved as little as keeps it off the larger ones."""
    taken: list[tuple[float, float, float]] = []
    parted = []
    for cluster in sorted(clusters, key=lambda c: (-len(c.event_ids), c.key)):
        x, y = view.to_px([cluster.longitude], [cluster.latitude])[0]
        room = [(tx, ty, r + cluster.radius_px) for tx, ty, r in taken]
        shift = next(s for s in _spiral() if _is_free(x + s[0], y + s[1], room))
        taken.append((x + shift[0], y + shift[1], cluster.radius_px))
        parted.append(replace(cluster, shift=shift))
    return parted


def _spread(events: pd.DataFrame, view: View, clusters: list[Cluster]) -> Iterator[Spot]:
    """Spots on a sunflower's spiral around each event's own place, the most severe nearest to it."""
    taken: list[tuple[float, float, float]] = []
    if clusters:
        centres = view.to_px([c.longitude for c in clusters], [c.latitude for c in clusters])
        gap = MARK_GAP_PX / 2
        taken = [(*(centre + c.shift), c.radius_px + gap) for centre, c in zip(centres, clusters, strict=True)]
    ordered = events.sort_values(["severity", "occurred_date", "event_id"], ascending=[False, False, True])
    pixels = view.to_px(ordered.longitude.to_numpy(), ordered.latitude.to_numpy())
    for row, (x, y) in zip(ordered.to_dict("records"), pixels, strict=True):
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
