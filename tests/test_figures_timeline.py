"""The timeline by its traces: every event once, where, how large and in which lane, against the YAML itself."""

from __future__ import annotations

import html
from collections import Counter
from itertools import combinations, pairwise
from math import hypot

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.desk import Desk
from tension.figures import timeline
from tension.figures.lanes import name_lanes, order_lanes
from tension.figures.palette import DANGER, LIGHT, PRESENCE, QUAD_SYMBOLS, ROUTINE
from tension.figures.registry import build_chart
from tension.figures.ring import ring_event
from tension.figures.swarm import Mark, place_marks
from tension.figures.timeline import MARK_SIZES, describe_event
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import QuadClass
from tests.factories import count_raw_events

EVENT_COUNT = count_raw_events()


@pytest.fixture(scope="module")
def raw_events(raw_events: list[dict]) -> dict[str, dict]:
    return {e["event_id"]: e for e in raw_events}


@pytest.fixture(scope="module")
def whole(desk: Desk) -> go.Figure:
    return build_chart("timeline", desk, EventFilter(), LIGHT).figure


def list_marks(figure: go.Figure) -> dict[str, dict]:
    """Every mark by its event: its day, height, size, symbol, colour, class and words."""
    marks = {}
    for trace in figure.data:
        if trace.type == "scatter" and trace.mode == "markers" and trace.customdata is not None:
            look = trace.marker
            rows = zip(trace.customdata, trace.x, trace.y, look.size, look.color, trace.hovertext, strict=True)
            for (event_id,), day, height, size, colour, words in rows:
                assert event_id not in marks
                marks[event_id] = {
                    "day": day,
                    "y": height,
                    "size": size,
                    "symbol": trace.marker.symbol,
                    "color": colour,
                    "class": trace.name,
                    "words": words,
                }
    return marks


def find_lanes(figure: go.Figure) -> dict[str, float]:
    axis = figure.layout.yaxis
    labels = [html.unescape(text).replace("<br>", " ") for text in axis.ticktext]
    return dict(zip(labels, axis.tickvals, strict=True))


def quad_of(root: str) -> QuadClass:
    number = int(root)
    return QuadClass(1 if number <= 5 else 2 if number <= 9 else 3 if number <= 14 else 4)


def test_every_event_is_one_mark_on_its_day(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    marks = list_marks(whole)
    assert marks.keys() == raw_events.keys()
    assert len(marks) == EVENT_COUNT
    for event_id, mark in marks.items():
        assert mark["day"] == raw_events[event_id]["occurred_date"].isoformat()


def test_shape_colour_and_size_say_the_coding(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    for event_id, mark in list_marks(whole).items():
        quad = quad_of(raw_events[event_id]["cameo_root"])
        severity = raw_events[event_id]["severity"]
        colour = LIGHT.severity[DANGER if severity >= 4 else PRESENCE if severity == 3 else ROUTINE]
        assert (mark["class"], mark["symbol"], mark["color"]) == (quad.plain, QUAD_SYMBOLS[quad], colour)
        assert mark["size"] == MARK_SIZES[severity]
    assert len(set(QUAD_SYMBOLS.values())) == len(QUAD_SYMBOLS) == 5
    sizes = [MARK_SIZES[level] for level in range(1, 6)]
    assert sizes == sorted(set(sizes))
    assert sizes[0] >= 7


def test_an_event_lies_in_the_lane_of_its_region(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    lanes = find_lanes(whole)
    assert list(lanes) == [
        "Indo-Pacific",
        "Korean Peninsula",
        "Indian Ocean",
        "East China Sea",
        "South China Sea",
        "Taiwan Strait",
    ]
    marks = list_marks(whole)
    edges = []
    for lane, middle in lanes.items():
        heights = [marks[event_id]["y"] for event_id, e in raw_events.items() if e["region"] == lane]
        assert middle in heights
        edges += [min(heights), max(heights)]
    assert edges == sorted(edges), "lanes overlap"


def test_events_of_one_day_don_t_hide_one_another(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    marks = list_marks(whole)
    together = Counter((e["occurred_date"], e["region"]) for e in raw_events.values())
    assert max(together.values()) == 3
    for (day, region), number in together.items():
        if number > 1:
            same = [
                marks[event_id]
                for event_id, e in raw_events.items()
                if (e["occurred_date"], e["region"]) == (day, region)
            ]
            for first, second in combinations(same, 2):
                assert abs(first["y"] - second["y"]) >= (first["size"] + second["size"]) / 2


def test_an_event_that_lasts_is_a_bar_to_its_last_day(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    expected = Counter(
        (e["occurred_date"].isoformat(), e["end_date"].isoformat()) for e in raw_events.values() if e.get("end_date")
    )
    bars = [trace for trace in whole.data if trace.type == "scatter" and trace.mode == "lines"]
    drawn = Counter((bar.x[i], bar.x[i + 1]) for bar in bars for i in range(0, len(bar.x), 3))
    assert drawn == expected
    assert all(bar.x[i] is None for bar in bars for i in range(2, len(bar.x), 3))


def test_the_strip_counts_the_events_of_each_month(whole: go.Figure, raw_events: dict[str, dict]) -> None:
    strip = next(trace for trace in whole.data if trace.type == "bar")
    expected = Counter(e["occurred_date"].strftime("%Y-%m-01") for e in raw_events.values())
    assert dict(zip(strip.x, strip.y, strict=True)) == expected
    assert strip.yaxis == "y2"


def test_a_short_span_is_counted_by_week_and_by_day(desk: Desk, raw_events: dict[str, dict]) -> None:
    def read(since: str, until: str) -> tuple[dict, str]:
        figure = build_chart("timeline", desk, build_filter(since=since, until=until), LIGHT).figure
        strip = next(trace for trace in figure.data if trace.type == "bar")
        label = next(n.text for n in figure.layout.annotations if n.text.startswith("Events a"))
        return dict(zip(strip.x, strip.y, strict=True)), label

    weeks, label = read("2024-05-06", "2024-08-11")
    assert label == "Events a<br>week"
    assert {pd.Timestamp(day).weekday() for day in weeks} == {0}
    days, label = read("2024-05-20", "2024-05-26")
    assert label == "Events a<br>day"
    assert days == Counter(
        e["occurred_date"].isoformat()
        for e in raw_events.values()
        if "2024-05-20" <= e["occurred_date"].isoformat() <= "2024-05-26"
    )


def test_range_buttons_and_the_article_s_day(whole: go.Figure, desk: Desk) -> None:
    assert [b.label for b in whole.layout.xaxis.rangeselector.buttons] == ["1 m", "3 m", "6 m", "1 y", "3 y", "All"]
    assert any(note.text == "article, 31 Oct 2025" for note in whole.layout.annotations)
    early = build_chart("timeline", desk, build_filter(until="2024-12-31"), LIGHT).figure
    assert not any("article" in (note.text or "") for note in early.layout.annotations)


def test_the_gravest_are_named_in_a_wide_picture_one_an_episode(desk: Desk, raw_events: dict[str, dict]) -> None:
    wanted = build_filter(regions=["south-china-sea"], since="2024-01-01", until="2024-12-31")
    notes = {}
    for width in (1040, 350):
        figure = build_chart("timeline", desk, wanted, LIGHT, width_px=width).figure
        notes[width] = [note for note in figure.layout.annotations if note.name == "wide" and note.visible]
    assert notes[350] == []
    marks = list_marks(figure)
    named = []
    for note in notes[1040]:
        words = html.unescape(note.text.replace("<br>", " ")).removesuffix(" …")
        # The mark that the line leads to, by its place.
        (event_id,) = (e for e, mark in marks.items() if mark["day"] == note.x and abs(mark["y"] - note.y) < 0.1)
        assert raw_events[event_id]["title"].startswith(words)
        named.append(raw_events[event_id])
    assert {event["severity"] for event in named} <= {4, 5}
    assert any(event["severity"] == 5 for event in named)
    episodes = [event.get("episode") or event["event_id"] for event in named]
    assert len(set(episodes)) == len(episodes)


def test_the_compact_picture_holds_every_event_and_links_to_the_same_view(desk: Desk, whole: go.Figure) -> None:
    chart = build_chart("timeline", desk, EventFilter(), LIGHT, {"size": "compact"})
    assert list_marks(chart.figure).keys() == list_marks(whole).keys()
    heights = [f.layout.height - f.layout.margin.t - f.layout.margin.b for f in (chart.figure, whole)]
    assert heights[0] < 0.8 * heights[1]
    assert not [trace for trace in chart.figure.data if trace.type == "bar"]
    link = next(note.text for note in chart.figure.layout.annotations if note.name == "link")
    assert "/timeline?v=1&amp;lane=region" in link
    lanes = list(find_lanes(chart.figure).values())
    assert min(upper - lower for lower, upper in pairwise(lanes)) >= 22, "labels touch"


def test_lanes_by_state_name_who_acted(desk: Desk, raw_events: dict[str, dict]) -> None:
    chart = build_chart("timeline", desk, EventFilter(), LIGHT, {"lane": "actor"})
    found = Counter(chart.frame.lane)
    acted = Counter(e.get("initiator") for e in raw_events.values())
    assert (found["China"], found["United States"], found["None named"]) == (acted["CHN"], acted["USA"], acted[None])
    assert sum(found.values()) == EVENT_COUNT
    assert list(find_lanes(chart.figure))[::-1][:2] == ["China", "United States"]
    assert next(iter(find_lanes(chart.figure))) == "None named"


def test_lanes_without_a_coding_are_not_lost() -> None:
    events = pd.DataFrame({"category": ["militia", None], "initiator": [None, "ZZZ"], "region": ["Taiwan Strait"] * 2})
    assert list(name_lanes(events, "category")) == ["Maritime militia", "Not stated"]
    assert list(name_lanes(events, "actor")) == ["None named", "ZZZ"]
    assert order_lanes(name_lanes(events, "category"), "category") == ["Maritime militia", "Not stated"]


def test_as_of_hides_what_was_not_yet_reported(desk: Desk, raw_events: dict[str, dict]) -> None:
    wanted = build_filter(as_of="2023-06-30")
    shown = list_marks(build_chart("timeline", desk, wanted, LIGHT).figure)
    assert 0 < len(shown) < EVENT_COUNT
    assert max(mark["day"] for mark in shown.values()) <= "2023-06-30"
    assert shown.keys() == set(desk.queries.load_events(wanted).event_id)


def test_too_many_events_are_cut_to_the_newest_and_the_picture_says_so(
    desk: Desk, raw_events: dict[str, dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "MARK_LIMIT", 50)
    chart = build_chart("timeline", desk, EventFilter(), LIGHT)
    marks = list_marks(chart.figure)
    newest = sorted((e["occurred_date"].isoformat() for e in raw_events.values()), reverse=True)
    assert 45 <= len(marks) <= 50
    assert min(mark["day"] for mark in marks.values()) >= newest[50]
    strip = next(trace for trace in chart.figure.data if trace.type == "bar")
    assert sum(strip.y) == EVENT_COUNT
    assert any(note.startswith(f"Marks: the newest {len(marks)} events") for note in chart.notes)


def test_hover_text_of_a_hostile_title_is_inert(desk: Desk) -> None:
    events = (
        desk.queries.load_events(EventFilter())
        .head(1)
        .assign(title="<b>x</b><script>alert(1)</script>", location="<i>")
    )
    words = describe_event(next(events.itertuples()))
    assert "<script" not in words
    assert "&lt;script&gt;" in words
    assert "<i>" not in words


def test_hover_text_says_when_who_and_how_it_is_coded(whole: go.Figure) -> None:
    words = list_marks(whole)["2024-10-14-pla-exercise-joint-sword-2024b-around-taiwan"]["words"]
    assert "14 Oct 2024" in words
    assert "China → Taiwan" in words
    assert "Show of force or coercion" in words
    assert "Severity 4: dangerous encounter or large exercise" in words


def test_the_selected_event_is_ringed_and_the_picture_shared_by_all_stays(whole: go.Figure) -> None:
    event_id = "2024-10-14-pla-exercise-joint-sword-2024b-around-taiwan"
    mark, before = list_marks(whole)[event_id], len(whole.data)
    ring = ring_event(whole, event_id, LIGHT).data[-1]
    assert (ring.x[0], ring.y[0], ring.marker.symbol) == (mark["day"], mark["y"], "circle-open")
    assert len(whole.data) == before
    assert ring_event(whole, "no-such-event", LIGHT) is whole


def test_the_legend_names_severities_and_classes_in_plain_words(whole: go.Figure) -> None:
    named = [trace.name for trace in whole.data if trace.showlegend is not False and trace.x == (None,)]
    assert named == [
        "Severity 1 or 2: routine, signalling",
        "3: coercive presence",
        "4 or 5: dangerous encounter, force",
        "Talks or pledges",
        "Joint action or aid",
        "Protest or threat",
        "Show of force or coercion",
    ]


def test_nothing_in_view_is_said(desk: Desk) -> None:
    chart = build_chart("timeline", desk, build_filter(text="no event says this"), LIGHT)
    assert chart.is_empty
    assert "Widen" in chart.hint
    assert chart.frame.empty


MARKS = st.lists(
    st.builds(
        lambda start, length, radius: Mark(start, start + length, radius),
        st.floats(0, 200),
        st.sampled_from([0.0, 0.0, 12.0]),
        st.floats(3, 8),
    ),
    max_size=12,
)


@given(MARKS)
def test_marks_with_room_never_touch(marks: list[Mark]) -> None:
    """Twelve marks always find room in a lane of 300 pixels: none may cover another."""
    offsets = place_marks(marks, reach_px=150)
    assert all(abs(offset) <= 150 for offset in offsets)
    placed = list(zip(marks, offsets, strict=True))
    for (first, y), (second, other_y) in combinations(placed, 2):
        along = max(first.start - second.stop, second.start - first.stop, 0)
        assert hypot(along, y - other_y) >= first.radius + second.radius


def test_a_lone_mark_stays_on_the_line_and_a_full_lane_still_holds_all() -> None:
    assert place_marks([]) == []
    assert place_marks([Mark(0, 0, 5), Mark(500, 500, 5)]) == [0, 0]
    crowd = place_marks([Mark(0, 0, 8)] * 100, reach_px=20)
    assert len(crowd) == 100
    assert max(map(abs, crowd)) <= 20
