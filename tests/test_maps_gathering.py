"""Every event on the map can be reached: alone at a place of its own, or under a count that lists it."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import hypot

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import BadInput
from tension.figures.maps.gathering import Gathered, describe_place, gather_events
from tension.figures.maps.views import TILE_PX, VIEWS, View, choose_view, find_view, list_bands
from tension.records.vocab import Region

STRAIT = VIEWS["taiwan-strait"]


def make_events(places: list[tuple[float, float]], **columns: list) -> pd.DataFrame:
    count = len(places)
    return pd.DataFrame(
        {
            "event_id": [f"event-{i:03}" for i in range(count)],
            "longitude": [place[0] for place in places],
            "latitude": [place[1] for place in places],
            "location": ["A place"] * count,
            "occurred_date": pd.date_range("2024-01-01", periods=count),
            "severity": [1 + i % 5 for i in range(count)],
            "quad_class": [1 + i % 4 for i in range(count)],
            "geo_precision": ["exact"] * count,
        }
        | columns
    )


def list_ids(gathered: Gathered) -> list[str]:
    """Every event that can be reached, as often as it can."""
    return sorted(
        [spot.event_id for spot in gathered.spots]
        + [event_id for cluster in gathered.clusters for event_id in cluster.event_ids]
        + [*gathered.off_map, *gathered.of_country]
    )


def list_circles(gathered: Gathered, view: View) -> list[tuple[float, float, float]]:
    """Where each sign is drawn, in pixels, and its radius."""
    circles = []
    for sign in gathered.signs:
        x, y = view.to_px([sign.longitude], [sign.latitude])[0] + sign.shift
        circles.append((float(x), float(y), sign.radius_px))
    return circles


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([118.0, 118.01, 119.5, 121.0, -77.0]),
            st.sampled_from([24.0, 24.5, 38.9]),
            st.sampled_from(["exact", "area", "country", None]),
        )
    ),
    st.sampled_from(list(VIEWS.values())),
)
def test_every_event_is_reached_exactly_once_and_no_sign_lies_on_another(
    places: list[tuple[float, float, str | None]], view: View
):
    events = make_events([place[:2] for place in places], geo_precision=[place[2] for place in places])
    gathered = gather_events(events, view)
    assert list_ids(gathered) == list(events.event_id)
    circles = list_circles(gathered, view)
    assert all(hypot(a[0] - b[0], a[1] - b[1]) >= a[2] + b[2] - 0.2 for a, b in combinations(circles, 2))


def test_events_of_one_place_make_a_count_and_one_alone_has_its_own_sign():
    gathered = gather_events(make_events([(119.5, 24.5)] * 3 + [(121.0, 25.0)]), STRAIT)
    (cluster,), (spot,) = gathered.clusters, gathered.spots
    assert (cluster.longitude, cluster.latitude, len(cluster.event_ids)) == (119.5, 24.5, 3)
    assert (spot.event_id, spot.shift) == ("event-003", (0.0, 0.0))


def test_a_position_and_an_area_are_never_gathered_under_one_sign_and_the_position_stays():
    precision = ["area"] * 9 + ["exact"] * 2
    gathered = gather_events(make_events([(119.5, 24.5)] * 11, geo_precision=precision), STRAIT)
    assert [(c.is_exact, len(c.event_ids)) for c in gathered.clusters] == [(True, 2), (False, 9)]
    exact, area = gathered.clusters
    assert exact.shift == (0.0, 0.0)
    assert hypot(*area.shift) > 0
    assert exact.key != area.key


def test_zooming_in_parts_what_was_gathered():
    events = make_events([(119.5, 24.5), (119.6, 24.5), (119.7, 24.5)])
    counts = [
        len(gather_events(events, band.view).clusters) + len(gather_events(events, band.view).spots)
        for band in list_bands(STRAIT)
    ]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (1, 3)


def test_bands_of_a_view_cover_every_zoom_once_and_one_is_its_own():
    bands = list_bands(STRAIT)
    assert [band.view for band in bands].count(STRAIT) == 1
    assert all(a.max_zoom == b.min_zoom for a, b in pairwise(bands))
    assert all(band.min_zoom < band.view.zoom < band.max_zoom for band in bands)
    assert bands[0].min_zoom < 0
    assert bands[-1].max_zoom > 20


def test_a_count_says_its_classes_highest_severity_and_newest_event_first():
    (cluster,) = gather_events(make_events([(119.5, 24.5)] * 8), STRAIT).clusters
    assert cluster.class_counts == {1: 2, 2: 2, 3: 2, 4: 2}
    assert cluster.severity_counts == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}
    assert cluster.max_severity == 5
    assert cluster.event_ids[0] == "event-007"


def test_the_selected_event_leaves_its_count():
    gathered = gather_events(make_events([(119.5, 24.5)] * 20), STRAIT, selected="event-003")
    assert [spot.event_id for spot in gathered.spots] == ["event-003"]
    assert len(gathered.clusters[0].event_ids) == 19


def test_two_events_of_one_feature_gather_under_its_name():
    homes = {"event-000": "A Shoal", "event-001": "A Shoal", "event-002": "Another"}
    gathered = gather_events(make_events([(119.5, 24.5), (119.6, 24.5), (119.5, 24.5)]), STRAIT, homes)
    assert [(c.label, c.event_ids, c.is_at_feature) for c in gathered.clusters] == [
        ("A Shoal", ("event-001", "event-000"), True)
    ]
    assert [spot.event_id for spot in gathered.spots] == ["event-002"]


def test_counts_of_neighbouring_places_do_not_cover_each_other():
    events = make_events([(114.0, 11.0)] * 3 + [(114.1, 11.0)] * 3)
    homes = {row.event_id: ("West" if row.longitude < 114.05 else "East") for row in events.itertuples()}
    view = VIEWS["south-china-sea"]
    one, other = gather_events(events, view, homes).clusters
    apart = view.to_px([one.longitude], [one.latitude])[0] + one.shift
    apart = apart - view.to_px([other.longitude], [other.latitude])[0] - other.shift
    assert hypot(*apart) >= one.radius_px + other.radius_px - 0.2


def test_events_without_a_severity_are_drawn():
    events = make_events([(119.5, 24.5), (120.5, 24.5)], severity=[float("nan"), 3.0])
    assert list_ids(gather_events(events, STRAIT)) == ["event-000", "event-001"]


def test_events_without_a_class_or_severity_are_counted_as_such():
    events = make_events([(119.5, 24.5)] * 3, severity=[float("nan")] * 3, quad_class=[4, pd.NA, pd.NA])
    (cluster,) = gather_events(events, STRAIT).clusters
    assert (cluster.class_counts, cluster.severity_counts, cluster.max_severity) == ({0: 2, 4: 1}, {0: 3}, None)


def test_what_is_known_to_a_country_alone_is_not_drawn_and_is_told():
    places = [(119.5, 24.5), (119.5, 24.5), (-77.0, 38.9), (140.0, 35.0)]
    events = make_events(places, geo_precision=["country", "area", "exact", "exact"])
    gathered = gather_events(events, STRAIT)
    assert (gathered.of_country, gathered.off_map) == (("event-000",), ("event-002",))
    assert {spot.event_id for spot in gathered.spots} == {"event-001", "event-003"}
    assert describe_place(events, (118.0, 22.0, 122.0, 26.0)) == (
        "In this view: 1 of 4 events; 1 elsewhere on the map, 1 known to a country alone and not drawn and 1 off the "
        "map (A place)."
    )
    assert describe_place(events.iloc[1:2], (118.0, 22.0, 122.0, 26.0)) == "In this view: 1 of 1 event."
    assert describe_place(events.iloc[:0], (118.0, 22.0, 122.0, 26.0)) == ""


def test_the_view_of_the_only_region_is_chosen_and_else_the_whole():
    assert choose_view([Region.SOUTH_CHINA_SEA]).key == "south-china-sea"
    assert choose_view([]).key == choose_view([Region.TAIWAN_STRAIT, Region.EAST_CHINA_SEA]).key == "western-pacific"
    assert choose_view([Region.INDO_PACIFIC]).key == "indo-pacific"


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.key)
def test_pixels_and_degrees_are_inverse_and_a_degree_is_as_wide_as_the_zoom_says(view: View):
    pixels = view.to_px([view.longitude + 1, view.longitude], [view.latitude, view.latitude + 1])
    assert pixels[0, 0] == pytest.approx(TILE_PX * 2**view.zoom / 360)
    assert pixels[1, 1] < 0
    assert view.to_degrees(pixels)[1] == pytest.approx([view.longitude, view.latitude + 1])
    west, south, east, north = view.find_box(400, 300)
    assert west < view.longitude < east
    assert south < view.latitude < north


def test_an_unknown_view_says_which_there_are():
    with pytest.raises(BadInput, match="taiwan-strait"):
        find_view("atlantis")
