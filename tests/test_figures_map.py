"""The printable map by its traces: the same events as on the screen, claims named, nothing fetched."""

from __future__ import annotations

import json
import math
import re

import plotly.graph_objects as go
import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.chart import Chart
from tension.figures.maps.views import VIEWS
from tension.figures.palette import DARK, LIGHT, QUAD_SYMBOLS, grade_severity
from tension.figures.registry import build_chart, build_link, find_chart
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import QuadClass
from tests.factories import count_raw_events

EVENT_COUNT = count_raw_events()


@pytest.fixture(scope="module")
def strait(desk: Desk) -> Chart:
    return build_chart("map", desk, EventFilter(), LIGHT, {"view": "taiwan-strait", "zones": "justice-mission-2025"})


def find_traces(figure: go.Figure, name: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.name == name]


def list_words(figure: go.Figure) -> set[str]:
    return {text for trace in figure.data if trace.text is not None for text in trace.text}


def test_marks_and_counts_hold_every_event_on_the_map(strait: Chart):
    (counts,) = find_traces(strait.figure, "counts")
    alone = [i for trace in strait.figure.data for i in (trace.customdata or ()) if trace.name != "counts"]
    numbers = [int(text.split()[-1]) for text in list_words(strait.figure) if re.search(r" \d+$|^\d+$", text)]
    assert len(alone) == len(set(alone))
    assert len(counts.customdata) > 5
    told = [int(text.split()[0]) for text in counts.hovertext]
    assert len(alone) + sum(told) == int(strait.frame.is_on_map.sum())
    assert set(told) & set(numbers)


def test_each_class_has_its_shape_each_grade_its_colour_and_each_one_legend_entry(strait: Chart):
    rows = strait.frame.set_index("event_id")
    for trace in strait.figure.data:
        if trace.customdata is None or trace.name == "counts":
            continue
        for event_id, symbol, colour in zip(trace.customdata, trace.marker.symbol, trace.marker.color, strict=True):
            row = rows.loc[event_id]
            hollow = "" if row.geo_precision == "exact" else "-open"
            assert symbol == QUAD_SYMBOLS[QuadClass(row.quad_class)] + hollow
            assert colour == LIGHT.severity[grade_severity(row.severity)]
    shown = [trace.name for trace in strait.figure.data if trace.showlegend]
    assert len(shown) == len(set(shown))
    assert {"4 or 5: dangerous encounter, force", QuadClass.MATERIAL_CONFLICT.plain} <= set(shown)


def test_claims_are_named_with_whose_they_are(strait: Chart):
    said = {note.text for note in strait.figure.layout.annotations}
    assert {"China’s ADIZ (2013)", "Taiwan’s ADIZ (derived)", "Median line (Taiwan’s ministry)"} <= said
    assert any(note.startswith("Median line (Taiwan): Never recognised by China") for note in strait.notes)
    assert "Natural Earth" in strait.source_line
    assert "Taiwan's Ministry of National Defense" in strait.source_line


def test_exercise_areas_are_closed_outlines_with_their_letters(strait: Chart):
    (zones,) = find_traces(strait.figure, "Exercise area, declared by China")
    assert zones.fill == "toself"
    assert list(zones.x).count(None) == 5
    assert set("ABCDE") <= list_words(strait.figure)


def test_lines_outside_the_view_have_no_legend_entry(strait: Chart):
    # What is drawn of Japan's zone begins north of 33 N; the view ends near 28 N.
    assert find_traces(strait.figure, "Japan’s ADIZ, part") == []


def test_a_degree_is_as_long_east_as_north_at_the_middle_of_the_map(strait: Chart):
    south, north = strait.figure.layout.yaxis.range
    assert strait.figure.layout.yaxis.scaleanchor == "x"
    assert strait.figure.layout.yaxis.scaleratio == pytest.approx(1 / math.cos(math.radians((south + north) / 2)))
    west, east = strait.figure.layout.xaxis.range
    assert (west < 118, east > 124) == (True, True)


def test_land_is_drawn_under_everything_and_all_boundaries_alike(strait: Chart):
    land = [i for i, trace in enumerate(strait.figure.data) if trace.fillcolor == LIGHT.land]
    events = [i for i, trace in enumerate(strait.figure.data) if trace.customdata is not None]
    assert len(land) == 2
    assert max(land) < min(events)
    dashed = [
        trace for trace in strait.figure.data if trace.line.dash == "dash" and trace.line.color == LIGHT.land_line
    ]
    assert len({(trace.line.width, trace.showlegend) for trace in dashed}) == 1


def test_nothing_is_fetched(desk: Desk):
    for view in VIEWS:
        figure = build_chart("map", desk, EventFilter(), DARK, {"view": view}).figure
        assert {trace.type for trace in figure.data} == {"scatter"}
        assert not figure.layout.images
        body = json.dumps([trace.to_plotly_json() for trace in figure.data], default=str)
        assert "http" not in body


def test_text_of_a_record_is_escaped(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    load = desk.queries.load_events
    hostile = "<a href='javascript:alert(1)'>x</a>"
    monkeypatch.setattr(
        desk.queries, "load_events", lambda *args, **given: load(*args, **given).assign(title=hostile, location=hostile)
    )
    figure = build_chart("map", desk, EventFilter(), LIGHT, {"view": "western-pacific"}).figure
    hovers = [text for trace in figure.data if trace.hovertext is not None for text in trace.hovertext]
    assert any("&lt;a href" in text for text in hovers)
    assert not any("<a" in text for text in hovers)


def test_options_choose_layers_and_zones_and_stand_in_the_link(desk: Desk):
    spec = find_chart("map")
    options = {"view": "south-china-sea", "layers": "ten-dash,bases", "zones": "in-force"}
    chart = build_chart("map", desk, EventFilter(), LIGHT, options)
    assert "Ten-dash line (China’s claim)" in {note.text for note in chart.figure.layout.annotations}
    assert not [trace for trace in chart.figure.data if trace.customdata is not None]
    assert "view=south-china-sea&layers=ten-dash,bases&zones=in-force" in build_link(spec, EventFilter(), options)


@pytest.mark.parametrize(
    ("option", "value"),
    [("view", "atlantis"), ("layers", "nine-dash"), ("zones", "joint-sword-2024b"), ("zones", "<script>")],
)
def test_unknown_options_are_refused(desk: Desk, option: str, value: str):
    with pytest.raises(BadInput):
        build_chart("map", desk, EventFilter(), LIGHT, {option: value})


def test_an_empty_view_says_what_to_do(desk: Desk):
    chart = build_chart("map", desk, build_filter(text="nothing says this"), LIGHT)
    assert chart.is_empty
    assert "Widen" in chart.hint
    assert build_chart("map-incidents", desk, build_filter(regions=["korean-peninsula"]), LIGHT).is_empty


def test_incidents_are_bars_with_the_most_on_top(desk: Desk):
    chart = build_chart("map-incidents", desk, EventFilter(), LIGHT)
    (bars,) = chart.figure.data
    assert list(bars.x) == sorted(bars.x)
    assert bars.y[-1].startswith("Scarborough Shoal")
    assert (bars.x[-1], chart.frame.incident_count.iloc[0]) == (23, 23)
    assert "Scarborough Shoal" in chart.alt
