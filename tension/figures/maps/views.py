"""The regional views of the map: where each looks and which layers it opens with. Owns the projection, no data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tension.errors import BadInput
from tension.figures.maps.land import Detail
from tension.records.sea_features import SeaFeature, shorten_name
from tension.records.vocab import Region

Floats = npt.NDArray[np.float64]

# Web Mercator with deck.gl's tiles: the world is 512 pixels wide at zoom 0.
TILE_PX = 512
# How much wider a view is on a phone, so that the same places fit.
PHONE_ZOOM_OUT = 0.7
_LINES = ("median-line", "adiz", "ten-dash", "features")
_TAIWAN = ("events", "median-line", "adiz", "sectors", "zones", "restricted")
_SEA = ("events", "incidents", "features", "ten-dash", "baselines")
_EAST = ("events", "adiz", "baselines", "fisheries")


@dataclass(frozen=True)
class View:
    """One look at the region: centre in degrees, zoom as deck.gl counts it, layers by key."""

    key: str
    title: str
    longitude: float
    latitude: float
    zoom: float
    detail: Detail
    layers: tuple[str, ...] = ("events", *_LINES)

    def to_px(self, longitudes: Sequence[float] | Floats, latitudes: Sequence[float] | Floats) -> Floats:
        """Pixels from the centre, x to the right and y down, shape (n, 2)."""
        x, y = project(longitudes, latitudes, self.zoom)
        x0, y0 = project([self.longitude], [self.latitude], self.zoom)
        return np.column_stack([x - x0, y - y0])

    def to_degrees(self, pixels: Floats) -> Floats:
        """Longitude and latitude of pixels from the centre, shape (n, 2)."""
        x0, y0 = project([self.longitude], [self.latitude], self.zoom)
        world = TILE_PX * 2**self.zoom
        longitude = (pixels[:, 0] + x0) / world * 360 - 180
        latitude = np.degrees(2 * np.arctan(np.exp(np.pi - (pixels[:, 1] + y0) / world * 2 * np.pi)) - np.pi / 2)
        return np.column_stack([longitude, latitude])

    def find_box(self, width_px: float, height_px: float) -> tuple[float, float, float, float]:
        """West, south, east, north of what a frame of this size shows."""
        corners = np.array([[-width_px / 2, height_px / 2], [width_px / 2, -height_px / 2]])
        (west, south), (east, north) = self.to_degrees(corners)
        return float(west), float(south), float(east), float(north)


VIEWS: dict[str, View] = {
    view.key: view
    for view in (
        View("western-pacific", "Western Pacific", 118.0, 20.5, 3.75, "wide"),
        # From the Gulf to Hawaii: past 180, where longitudes count on.
        View("indo-pacific", "Indo-Pacific", 130.0, 8.0, 2.2, "wide"),
        View("taiwan-strait", "Taiwan Strait", 120.6, 24.2, 5.9, "close", _TAIWAN),
        View("south-china-sea", "South China Sea", 114.2, 12.6, 4.75, "close", _SEA),
        View("spratly-islands", "Spratly Islands", 114.9, 9.9, 6.5, "close", _SEA),
        View("east-china-sea", "East China Sea", 126.5, 29.0, 4.9, "close", _EAST),
        View("korean-peninsula", "Korean Peninsula", 127.5, 37.4, 5.2, "middle", _EAST),
        View("indian-ocean", "Indian Ocean", 78.0, 8.0, 3.3, "wide", ("events",)),
    )
}
DEFAULT_VIEW = "western-pacific"
# A view of one feature: 'at-thitu'. About 200 km across.
FEATURE_PREFIX = "at-"
_FEATURE_ZOOM = 8.0
_OF_REGION = {region: region.slug for region in Region if region.slug in VIEWS}


@dataclass(frozen=True)
class Band:
    """A stretch of zooms for which marks and names are laid out anew, and the view that they are laid out for."""

    view: View
    min_zoom: float
    max_zoom: float


# Steps of zoom from a view's own at which marks are laid out, and where one layout gives way to the next.
_BAND_STEPS = (-1.0, 0.0, 1.4, 2.8)
_BAND_EDGES = (-0.5, 0.7, 2.1)
_ENDLESS_ZOOM = 30.0


def list_bands(view: View) -> tuple[Band, ...]:
    """The bands of a view, from far to near; the second is that of the view itself."""
    edges = [-_ENDLESS_ZOOM, *(view.zoom + edge for edge in _BAND_EDGES), _ENDLESS_ZOOM]
    views = [replace(view, zoom=view.zoom + step) for step in _BAND_STEPS]
    return tuple(Band(laid, *ends) for laid, ends in zip(views, pairwise(edges), strict=True))


def list_feature_views(features: Sequence[SeaFeature]) -> dict[str, View]:
    """A view of every reef, shoal and island of the South China Sea by itself; its key begins with FEATURE_PREFIX."""
    return {
        f"{FEATURE_PREFIX}{feature.key}": View(
            f"{FEATURE_PREFIX}{feature.key}",
            shorten_name(feature.name),
            feature.longitude,
            feature.latitude,
            _FEATURE_ZOOM,
            "close",
            _SEA,
        )
        for feature in features
    }


def find_view(key: str, features: Sequence[SeaFeature] = ()) -> View:
    """A view by its key, or that of a feature among those given; BadInput lists the keys of the regions."""
    known = VIEWS | list_feature_views(features) if key.startswith(FEATURE_PREFIX) else VIEWS
    if key not in known:
        raise BadInput("view", key, (*VIEWS, *([f"{FEATURE_PREFIX}FEATURE"] * bool(features))))
    return known[key]


def choose_view(regions: Sequence[Region]) -> View:
    """The view to open with: the one region's own, else the whole western Pacific."""
    if len(regions) == 1 and regions[0] in _OF_REGION:
        return VIEWS[_OF_REGION[regions[0]]]
    return VIEWS[DEFAULT_VIEW]


def project(longitudes: Any, latitudes: Any, zoom: float) -> tuple[Floats, Floats]:
    """Web Mercator pixels of the whole world at a zoom, origin at the north-west corner."""
    world = TILE_PX * 2**zoom
    angles = np.radians(np.asarray(latitudes, dtype=float))
    x = (np.asarray(longitudes, dtype=float) + 180) / 360 * world
    y = (1 - np.log(np.tan(angles / 2 + np.pi / 4)) / np.pi) / 2 * world
    return x, y
