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
from tension.figures.maps.gathering import Gathered, gather_events
from tension.figures.maps.grid import GridLine, ScaleBar, build_graticule, build_scale_bar
from tension.figures.maps.labels import DESK_FRAME_PX, PHONE_FRAME_PX, Label, MapWords, place_labels
from tension.figures.maps.land import CLOSE_FRAME, WIDE_FRAME, Box, Land, load_land
from tension.figures.maps.layers import parse_layers
from tension.figures.maps.marks import Mark
from tension.figures.maps.names import list_ground_names
from tension.figures.maps.views import PHONE_ZOOM_OUT, Band, View, find_view, list_bands
from tension.figures.maps.zones import IN_FORCE, choose_zones
from tension.records.filters import EventFilter
from tension.records.geography import Geography
from tension.records.sea_features import assign_features, build_feature_table, list_features
from tension.records.vocab import Region

if TYPE_CHECKING:
    from tension.desk import Desk

SECTOR_DAYS = 30
# More marks than this can't be told apart, nor drawn in a moment.
MARK_LIMIT = 5000
_AROUND_DEGREES = 17.0


@dataclass(frozen=True)
class MapChoice:
    """What a reader chose to see besides the filter: a view, layers by key, an exercise or those in force, an event.

    `zoom_out` widens the view where there is little room (views.py: PHONE_ZOOM_OUT), `frame` is the
    room in pixels that surely shows; `has_bands` lays the map out for other zooms too, for a reader who can zoom.
    """

    view: str
    layers: tuple[str, ...]
    zones: str = IN_FORCE
    selected: str | None = None
    zoom_out: float = 0.0
    frame: tuple[float, float] = DESK_FRAME_PX
    has_bands: bool = False


@dataclass(frozen=True)
class Ground:
    """Land under a view: pieces painted one over the other; `mask` is sea to be laid under the last, finer piece."""

    wide: Land
    mask: Box | None = None
    close: Land | None = None


@dataclass(frozen=True)
class Layout:
    """What is laid out anew for a band of zooms: events gathered, words placed, graticule and scale bar."""

    band: Band
    gathered: Gathered
    labels: list[Label]
    grid: tuple[GridLine, ...]
    scale: ScaleBar


@dataclass(frozen=True)
class MapContent:
    """One map. `events` are those in view (columns of LIST_COLUMNS), `marks` by layer in the order of drawing.

    `layouts` are from far to near; `own` is that of the view itself. `left_out` events in view are not among `events`,
    because more than MARK_LIMIT can't be told apart.
    """

    view: View
    layers: tuple[str, ...]
    on: date
    ground: Ground
    events: pd.DataFrame
    layouts: tuple[Layout, ...]
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    selected: str | None = None
    sources: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def own(self) -> Layout:
        """The layout of the view itself."""
        return next(layout for layout in self.layouts if layout.band.view == self.view)

    @property
    def gathered(self) -> Gathered:
        return self.own.gathered

    @property
    def labels(self) -> list[Label]:
        return self.own.labels


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
    geography = desk.record.geography
    view, layers = find_view(choice.view, list_features(geography)), parse_layers(choice.layers)
    view = replace(view, zoom=view.zoom - choice.zoom_out)
    on = find_map_day(wanted, last_day or desk.find_last_day())
    events = desk.queries.load_events(wanted, latest=MARK_LIMIT) if events is None else events
    in_view = desk.queries.summarise(wanted).event_count if len(events) >= MARK_LIMIT else len(events)
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
        "baselines": lambda: build.build_baselines(geography),
        "eez": lambda: build.build_eez_limits(geography),
        "fisheries": lambda: build.build_fisheries(geography),
        "restricted": lambda: build.build_restricted(geography),
        "lanes": lambda: build.build_lanes(geography),
        "bases": lambda: build.build_bases(geography),
        "features": lambda: build.build_features(geography),
        "sectors": lambda: build.build_sectors(
            geography, desk.queries.count_sector_days(find_count_day(desk, on), SECTOR_DAYS)
        ),
    }
    marks = {key: make() for key, make in builders.items() if key in layers}
    frame = PHONE_FRAME_PX if choice.zoom_out >= PHONE_ZOOM_OUT else choice.frame
    bands = list_bands(view) if choice.has_bands else list_bands(view)[1:2]
    layouts = []
    for band in bands:
        gathered = gather_events(shown, band.view, homes, choice.selected)
        layouts.append(_lay_out(band, gathered, marks, geography, frame))
    return MapContent(
        view,
        layers,
        on,
        load_ground(desk, view),
        events,
        tuple(layouts),
        marks,
        choice.selected,
        tuple(key for key in wanted.source_keys if (events.source_key == key).any()) or wanted.source_keys,
        in_view - len(events),
    )


def _lay_out(
    band: Band, gathered: Gathered, marks: dict[str, list[Mark]], geography: Geography, frame: tuple[float, float]
) -> Layout:
    grid, scale = build_graticule(band.view, frame), build_scale_bar(band.view, frame)
    words = MapWords(marks, list_ground_names(geography, band.view, frame), grid, scale)
    return Layout(band, gathered, place_labels(words, gathered, band.view, frame), grid, scale)


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
    places = desk.queries.count_places(wanted, Region.SOUTH_CHINA_SEA)
    return build_feature_table(places, list_features(desk.record.geography))


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
