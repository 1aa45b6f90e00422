"""Who acted on whom, as arcs between states. Schematic: from one state's land to another's, never an event's path."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tension.figures.act_classes import NOT_CLASSED, read_classes
from tension.figures.maps.land import Line, Point, Polygon, list_state_polygons
from tension.figures.maps.views import Floats, View
from tension.records.geography import Geography
from tension.records.vocab import QuadClass
from tension.words import STATE_NAMES, name_state

MAX_ARCS = 24
MIN_EVENTS = 2
_BEND = 0.16
_STEPS = 18
# The bundled land ends at 220 E (140 W): the United States stand at Honolulu, where their Indo-Pacific Command sits,
# Canada at the map's edge. Of France the land holds islands alone.
_AT_EDGE: dict[str, Point] = {"USA": (202.1, 21.3), "CAN": (216.0, 50.0)}
_OFF_MAP = frozenset({"FRA"})
_NATURAL_EARTH_NAMES = {"SLB": "Solomon Is."}


@dataclass(frozen=True)
class Arc:
    """Events from one state towards another. `shape` is a closed outline in degrees: wide at the initiator, pointed
    at the target."""

    initiator: str
    target: str
    event_count: int
    conflict_count: int
    classed_count: int
    max_severity: int | None
    shape: tuple[Point, ...]

    @property
    def is_mostly_conflict(self) -> bool:
        """True when at least half of the events that have a class are verbal or material conflict."""
        return 0 < self.classed_count <= self.conflict_count * 2

    @property
    def words(self) -> str:
        names = [name_state(state) for state in (self.initiator, self.target)]
        return f"{names[0]} towards {names[1]}: {self.event_count} events, {self._describe_classes()}"

    def _describe_classes(self) -> str:
        if not self.classed_count:
            return "none of them classed"
        unclassed = self.event_count - self.classed_count
        return f"{self.conflict_count} of them conflict" + (f", {unclassed} not classed" if unclassed else "")


def find_reference_points(geography: Geography) -> dict[str, Point]:
    """A point on each state's land by ISO3: the centre of its largest polygon in the bundled Natural Earth."""
    names = {_NATURAL_EARTH_NAMES.get(iso3, name): iso3 for iso3, name in STATE_NAMES.items()}
    largest: dict[str, tuple[float, Point]] = {}
    for name, polygon in list_state_polygons(geography):
        iso3 = names.get(name)
        if iso3 and iso3 not in _OFF_MAP:
            area, centre = _measure(polygon)
            if area > largest.get(iso3, (0.0, centre))[0]:
                largest[iso3] = (area, centre)
    return {iso3: point for iso3, (_, point) in largest.items()} | _AT_EDGE


def build_arcs(dyads: pd.DataFrame, geography: Geography, view: View) -> list[Arc]:
    """The busiest pairs of a frame from Queries.count_dyads, widths by count in pixels of the view.

    States without land on the map are left out, as are pairs of fewer than MIN_EVENTS events.
    """
    points = find_reference_points(geography)
    if dyads.empty:
        return []
    classes = read_classes(dyads.quad_class)
    counted = dyads.assign(
        conflict_count=dyads.event_count.where(classes >= int(QuadClass.VERBAL_CONFLICT), 0),
        classed_count=dyads.event_count.where(classes != NOT_CLASSED, 0),
    ).groupby(["initiator", "target"], as_index=False)
    totals = counted.agg(
        event_count=("event_count", "sum"),
        conflict_count=("conflict_count", "sum"),
        classed_count=("classed_count", "sum"),
        severity=("max_severity", "max"),
    )
    totals = totals[totals.initiator.isin(points) & totals.target.isin(points) & (totals.event_count >= MIN_EVENTS)]
    totals = totals[totals.initiator != totals.target].nlargest(MAX_ARCS, "event_count")
    return [
        Arc(
            row["initiator"],
            row["target"],
            row["event_count"],
            row["conflict_count"],
            row["classed_count"],
            None if pd.isna(row["severity"]) else int(row["severity"]),
            _bend(points[row["initiator"]], points[row["target"]], 2.0 + 1.1 * math.sqrt(row["event_count"]), view),
        )
        for row in totals.to_dict("records")
    ]


def _bend(start: Point, end: Point, width_px: float, view: View) -> tuple[Point, ...]:
    """A tapered quadratic curve, always bent to the left of its direction so that both directions show."""
    (x0, y0), (x2, y2) = view.to_px([start[0], end[0]], [start[1], end[1]])
    along = np.array([x2 - x0, y2 - y0])
    left = np.array([along[1], -along[0]])
    control = np.array([(x0 + x2) / 2, (y0 + y2) / 2]) + _BEND * 2 * left
    t = np.linspace(0, 1, _STEPS)[:, None]
    curve = (1 - t) ** 2 * np.array([x0, y0]) + 2 * t * (1 - t) * control + t**2 * np.array([x2, y2])
    tangent = np.gradient(curve, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-9)[:, None]
    half = width_px / 2 * (1 - t)
    outline: Floats = np.concatenate([curve + normal * half, (curve - normal * half)[::-1]])
    degrees = view.to_degrees(np.concatenate([outline, outline[:1]]))
    return tuple((float(longitude), float(latitude)) for longitude, latitude in degrees)


def _measure(polygon: Polygon) -> tuple[float, Point]:
    """Area (square degrees) and centroid of an outer ring by the shoelace formula."""
    ring: Line = polygon[0]
    x, y = np.array(ring).T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = cross.sum() / 2
    if area == 0:
        return 0.0, ring[0]
    longitude = float(((x[:-1] + x[1:]) * cross).sum() / (6 * area))
    latitude = float(((y[:-1] + y[1:]) * cross).sum() / (6 * area))
    return abs(float(area)), (longitude, latitude)
