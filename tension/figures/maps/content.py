"""Everything that one map shows, gathered from desk, filter and view: land, marks, events. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from tension.figures.maps import marks as build
from tension.figures.maps.density import count_cells
from tension.figures.maps.dyads import build_arcs
from tension.figures.maps.labels import DESK_FRAME_PX, PHONE_FRAME_PX, Label, place_labels
from tension.figures.maps.land import CLOSE_FRAME, WIDE_FRAME, Box, Land, load_land
from tension.figures.maps.layers import parse_layers
from tension.figures.maps.marks import Mark
from tension.figures.maps.spread import Gathered, gather_events
from tension.figures.maps.views import PHONE_ZOOM_OUT, View, find_view
from tension.figures.maps.zones import IN_FORCE, choose_zones
from tension.records.filters import EventFilter
from tension.records.geography import Geography
from tension.records.sea_features import assign_features, build_feature_table, list_features

if TYPE_CHECKING:
    from tension.desk import Desk

SECTOR_DAYS = 30
_AROUND_DEGREES = 17.0


@dataclass(frozen=True)
class MapChoice:
    """What a reader chose to see besides the filter: a view, layers by key, an exercise or those in force, an event.

    `zoom_out` widens the view where there is little room (views.py: SMALL_ZOOM_OUT, PHONE_ZOOM_OUT).
    """

    view: str
    layers: tuple[str, ...]
    zones: str = IN_FORCE
    selected: str | None = None
    zoom_out: float = 0.0


@dataclass(frozen=True)
class Ground:
    """Land under a view: pieces painted one over the other; `mask` is sea to be laid under the last, finer piece."""

    wide: Land
    mask: Box | None = None
    close: Land | None = None


@dataclass(frozen=True)
class MapContent:
    """One map. `events` are those in view (columns of LIST_COLUMNS), `marks` by layer in the order of drawing."""

    view: View
    layers: tuple[str, ...]
    on: date
    ground: Ground
    events: pd.DataFrame
    gathered: Gathered
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    selected: str | None = None
    sources: tuple[str, ...] = ()


def build_content(
    desk: Desk,
    wanted: EventFilter,
    choice: MapChoice,
    *,
    events: pd.DataFrame | None = None,
    last_day: date | None = None,
) -> MapContent:
    """The content of a map; raises BadInput for an unknown view, layer or exercise.

    `events` in view and the record's `last_day` may be handed over by a caller who has them already.
    """
    view, layers = find_view(choice.view), parse_layers(choice.layers)
    view = replace(view, zoom=view.zoom - choice.zoom_out)
    geography = desk.record.geography
    on = find_map_day(wanted, last_day or desk.find_last_day())
    events = desk.queries.load_events(wanted) if events is None else events
    zones = choose_zones(geography, on, choice.zones)
    homes = name_homes(events, geography) if "incidents" in layers else {}
    shows_events = "events" in layers or "incidents" in layers
    shown = events if shows_events else events.iloc[0:0]
    builders: dict[str, Callable[[], list[Mark]]] = {
        "density": lambda: build.build_cell_marks(count_cells(events, view)),
        "zones": lambda: build.build_zone_marks(zones),
        "fir": lambda: build.build_fir(geography),
        "adiz": lambda: build.build_adiz(geography),
        "median-line": lambda: build.build_median_lines(geography),
        "ten-dash": lambda: build.build_ten_dashes(geography),
        "arcs": lambda: build.build_arc_marks(build_arcs(desk.queries.count_dyads(wanted), geography, view)),
        "straits": lambda: build.build_straits(geography),
        "bases": lambda: build.build_bases(geography),
        "features": lambda: build.build_features(geography),
        "islands": lambda: build.build_islands(geography),
        "sectors": lambda: build.build_sectors(
            geography, desk.queries.count_sector_days(find_count_day(desk, on), SECTOR_DAYS)
        ),
    }
    marks = {key: make() for key, make in builders.items() if key in layers}
    gathered = gather_events(shown, view, homes, choice.selected)
    frame = PHONE_FRAME_PX if choice.zoom_out >= PHONE_ZOOM_OUT else DESK_FRAME_PX
    labels = place_labels(marks, gathered, view, frame)
    sources = tuple(key for key in wanted.source_keys if (events.source_key == key).any()) or wanted.source_keys
    ground = load_ground(desk, view)
    return MapContent(view, layers, on, ground, events, gathered, marks, labels, choice.selected, sources)


def find_map_day(wanted: EventFilter, last_day: date) -> date:
    """The day of the map: the as-of date, else the last day of the filter within the record, else the record's last."""
    return wanted.as_of or min(wanted.until or last_day, last_day)


def find_count_day(desk: Desk, on: date) -> date:
    """The last day of Taiwan's counts that is not after the map's day."""
    return min(desk.find_last_activity_day() or on, on)


def name_homes(events: pd.DataFrame, geography: Geography) -> dict[str, str]:
    """The name of the sea feature that each event is gathered at, by event id."""
    features = list_features(geography)
    names = {feature.key: feature.name for feature in features}
    homes = assign_features(events, features)
    return {str(event_id): names.get(key, key) for event_id, key in homes.items()}


def build_feature_rows(desk: Desk, wanted: EventFilter) -> pd.DataFrame:
    """The table of sea features with events in view (tension/records/sea_features.py)."""
    return build_feature_table(desk.queries.load_events(wanted), list_features(desk.record.geography))


def load_ground(desk: Desk, view: View) -> Ground:
    """The land under a view, in the detail that it asks for."""
    geography = desk.record.geography
    if view.detail == "wide":
        return Ground(load_land(geography, "wide"))
    around = (
        max(view.longitude - _AROUND_DEGREES, WIDE_FRAME[0]),
        max(view.latitude - _AROUND_DEGREES, WIDE_FRAME[1]),
        min(view.longitude + _AROUND_DEGREES, WIDE_FRAME[2]),
        min(view.latitude + _AROUND_DEGREES, WIDE_FRAME[3]),
    )
    middle = load_land(geography, "middle")
    if view.detail == "middle":
        return Ground(middle.crop(around))
    return Ground(middle.crop(around, without=CLOSE_FRAME), CLOSE_FRAME, load_land(geography, "close"))
