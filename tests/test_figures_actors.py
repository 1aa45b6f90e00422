"""The figures of the Actors page, by their traces, against counts made from the YAML apart from the code."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tension.desk import Desk
from tension.figures.actors import QUAD_CHOICES, build_dyad_frame, draw_dyads, draw_partners, find_reach
from tension.figures.contrast import measure_contrast, mix_colors, pick_readable
from tension.figures.palette import DARK, LIGHT
from tension.figures.posture import draw_posture
from tension.figures.registry import build_chart
from tension.records.actors import PostureChange
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import QuadClass
from tension.relations.act_counts import build_partner_counts
from tension.settings import PROJECT_DIR
from tests.test_profiles import make_acts

NOTHING = build_filter(text="no event says this")


def quad_of(event: dict) -> QuadClass:
    root = int(event["cameo_root"])
    return QuadClass(1 if root <= 5 else 2 if root <= 9 else 3 if root <= 14 else 4)


def read_cells(chart) -> dict[tuple[str, str], int]:
    return {
        (note.y, note.x): int(note.text)
        for note in chart.figure.layout.annotations
        if note.text and note.text.isdigit()
    }


@pytest.mark.parametrize("choice", QUAD_CHOICES)
def test_cells_of_the_matrix_are_the_counts_of_the_files(desk: Desk, raw_events: list[dict], choice: str):
    expected = Counter(
        (e["initiator"], e["target"])
        for e in raw_events
        if e.get("initiator") and e.get("target") and choice in ("all", quad_of(e).slug)
    )
    chart = build_chart("dyads", desk, EventFilter(), LIGHT, {"quad": choice, "top": "25"})
    shown = set(chart.figure.data[0].x)
    assert read_cells(chart) == {pair: number for pair, number in expected.items() if set(pair) <= shown}
    assert chart.frame.event_count.sum() == sum(expected.values())


def test_matrix_shows_the_states_with_most_events_and_keeps_the_rest_in_its_frame(desk: Desk):
    chart = build_chart("dyads", desk, EventFilter(), LIGHT, {"top": "8"})
    heat = chart.figure.data[0]
    assert len(heat.x) == 8
    assert heat.x[:2] == ("CHN", "USA")
    assert len(chart.frame) > len(read_cells(chart))


def test_a_click_on_a_cell_finds_its_pair(desk: Desk):
    clicks = build_chart("dyads", desk, EventFilter(), LIGHT).figure.data[1]
    pairs = [tuple(pair) for pair in clicks.customdata]
    assert pairs == [(y, x) for y, x in zip(clicks.y, clicks.x, strict=True)]
    assert ("CHN", "PHL") in pairs


def test_matrix_says_how_many_events_name_both_sides(desk: Desk, raw_events: list[dict]):
    both = sum(bool(e.get("initiator") and e.get("target")) for e in raw_events)
    chart = build_chart("dyads", desk, EventFilter(), LIGHT)
    assert f"{both} of {len(raw_events)} events" in chart.source_line


def test_pair_frame_adds_the_classes_up():
    frame = build_dyad_frame(make_acts(("CHN", "PHL", 4, 3), ("CHN", "PHL", 1, 2), ("PHL", "USA", 2, 9)))
    assert list(frame.initiator + frame.target) == ["PHLUSA", "CHNPHL"]
    row = frame.iloc[1]
    assert (row.event_count, row.material_conflict_count, row.verbal_cooperation_count) == (5, 3, 2)
    assert row.material_cooperation_count == 0


def test_numbers_in_cells_can_be_read_on_their_colour(desk: Desk):
    frame = build_dyad_frame(desk.queries.count_dyads(EventFilter()))
    for palette in (LIGHT, DARK):
        for quad in QuadClass:
            for share in (0, 0.1, 0.5, 1):
                cell = mix_colors(palette.panel, palette.quad[quad], share)
                assert measure_contrast(pick_readable(cell, palette), cell) > 3.5
        assert draw_dyads(frame, ["CHN", "USA"], palette.muted, palette).layout.annotations


def test_contrast_is_that_of_the_standard():
    assert measure_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert measure_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mix_colors("#000000", "#ff8000", 0.5) == "#804000"


@pytest.mark.parametrize("state", ["CHN", "PHL", "TWN"])
def test_bars_of_a_state_are_the_counts_of_the_files(desk: Desk, raw_events: list[dict], state: str):
    expected = Counter(
        (quad_of(e), role)
        for e in raw_events
        for role, other in (("initiator", "target"), ("target", "initiator"))
        if e.get(role) == state and e.get(other)
    )
    chart = build_chart("partners", desk, EventFilter(), LIGHT, {"state": state})
    found = chart.frame.groupby(["quad_class", "role"]).event_count.sum().to_dict()
    assert found == {(quad.label, role): count for (quad, role), count in expected.items()}
    drawn = {bar.name: sum(abs(x) for x in bar.x) for bar in chart.figure.data if bar.type == "bar"}
    for quad in QuadClass:
        assert drawn[quad.plain] == sum(count for (q, _), count in expected.items() if q == quad)


def test_conflict_grows_to_the_left_and_cooperation_to_the_right():
    dyads = make_acts(("CHN", "PHL", 4, 3), ("CHN", "PHL", 3, 1), ("PHL", "CHN", 1, 2), ("CHN", "PHL", 2, 5))
    figure = draw_partners(build_partner_counts(dyads, "CHN"), "China", LIGHT)
    values = {bar.name: tuple(bar.x) for bar in figure.data if bar.type == "bar"}
    assert values == {
        "Protest or threat": (-1,),
        "Show of force or coercion": (-3,),
        "Talks or pledges": (2,),
        "Joint action or aid": (5,),
    }
    totals = figure.data[-1]
    assert sorted(totals.text) == ["2", "4", "5"]
    assert list(figure.layout.yaxis.ticktext) == ["→ Philippines", "← Philippines"]


def test_states_side_by_side_share_the_scale_of_the_longest_bar():
    dyads = make_acts(("CHN", "PHL", 4, 9), ("CHN", "PHL", 3, 1), ("PHL", "JPN", 1, 2))
    assert find_reach(dyads, ["CHN", "PHL"]) == 10
    assert find_reach(dyads, ["JPN"]) == 2
    ranges = {
        draw_partners(build_partner_counts(dyads, state), state, LIGHT, 10).layout.xaxis.range
        for state in ("CHN", "PHL", "JPN")
    }
    assert len(ranges) == 1


def test_many_counterparts_are_folded_without_losing_an_event(desk: Desk):
    partners = build_partner_counts(desk.queries.count_dyads(EventFilter()), "CHN")
    figure = draw_partners(partners, "China", LIGHT)
    assert "→ All others" in figure.layout.yaxis.ticktext
    assert len(figure.layout.yaxis.ticktext) == 2 * 9
    assert sum(abs(x) for bar in figure.data if bar.type == "bar" for x in bar.x) == partners.event_count.sum()


def test_posture_changes_stand_on_their_days(desk: Desk):
    written = yaml.safe_load((PROJECT_DIR / "data" / "actors" / "USA.yaml").read_text(encoding="utf-8"))
    days = sorted(change["date"] for change in written["posture_changes"])
    chart = build_chart("posture", desk, EventFilter(), LIGHT, {"state": "USA"})
    assert list(chart.figure.data[0].x) == days
    assert list(chart.frame.date) == days
    assert set(chart.frame.source_url) == {change["source_url"] for change in written["posture_changes"]}
    assert not chart.is_empty


def test_posture_honours_dates_and_as_of(desk: Desk):
    def days(**limits: str) -> list[str]:
        frame = build_chart("posture", desk, build_filter(**limits), LIGHT, {"state": "CHN"}).frame
        return [str(day) for day in frame.date]

    assert days(since="2025-02-22", until="2025-12-31") == ["2025-09-03", "2025-10-17", "2025-12-23"]
    assert days(as_of="2025-02-21") == ["2024-09-25", "2025-02-21"]


def test_article_day_is_drawn_only_where_it_lies_in_the_span(desk: Desk):
    def texts(**limits: str) -> str:
        chart = build_chart("posture", desk, build_filter(**limits), LIGHT, {"state": "CHN"})
        return " ".join(note.text for note in chart.figure.layout.annotations)

    assert "article, 31 Oct 2025" in texts()
    assert "article," not in texts(until="2025-10-30")


def test_article_words_stay_within_the_picture(desk: Desk):
    def anchor(**limits: str) -> str:
        chart = build_chart("posture", desk, build_filter(**limits), LIGHT, {"state": "CHN"})
        return next(note.xanchor for note in chart.figure.layout.annotations if "article," in note.text)

    assert anchor(until="2025-11-05") == "right"
    assert anchor(since="2025-10-20") == "left"
    assert anchor(since="2025-01-01", until="2026-07-05") == "center"


def test_hostile_words_are_inert_in_a_figure():
    change = PostureChange(
        date="2025-01-01",
        what="<img src=x onerror=alert(1)> & <b>more</b>",
        source_url="https://example.org/a\"onmouseover='x'",
    )
    figure = draw_posture([change], (change.date, change.date), change.date, LIGHT)
    texts = [note.text for note in figure.layout.annotations] + list(figure.data[0].hovertext)
    assert not any("<img" in text or "<b>more" in text for text in texts)
    assert any("&lt;img" in text for text in texts)
    assert not any('"onmouseover' in text for text in texts)


@pytest.mark.parametrize("key", ["dyads", "partners"])
def test_an_empty_view_says_what_to_do(desk: Desk, key: str):
    chart = build_chart(key, desk, NOTHING, DARK)
    assert chart.is_empty
    assert "Widen" in chart.hint
    assert chart.frame.empty


def test_posture_without_a_profile_says_so(desk: Desk):
    chart = build_chart("posture", desk, EventFilter(), LIGHT, {"state": "FRA"})
    assert "no profile of France" in chart.hint
    outside = build_chart("posture", desk, build_filter(until="2022-01-31"), LIGHT, {"state": "CHN"})
    assert "Widen the dates" in outside.hint


@pytest.mark.parametrize("key", ["dyads", "partners", "posture"])
def test_alt_text_says_what_is_seen(desk: Desk, key: str):
    chart = build_chart(key, desk, EventFilter(), LIGHT)
    assert len(chart.alt) > 60
    assert chart.title
    assert chart.source_line
