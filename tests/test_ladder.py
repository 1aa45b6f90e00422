"""The ladder of a pair: rolling highest severity by hand, both ways, with the events; positions in time beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.ladder import PAIRS, WINDOWS, limit_to_window, load_ladder
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import build_event_table
from tension.relations.ladder import LadderSide, build_side
from tension.relations.positions import BEFORE, ON_THE_DAY, SINCE, build_positions
from tests.factories import fill_store, make_event


def make_acts(*rows: tuple[str, str, str | None, int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "event_id": [f"e{n}" for n in range(len(rows))],
            "occurred_date": pd.to_datetime([day for day, *_ in rows]),
            "initiator": [row[1] for row in rows],
            "target": [row[2] for row in rows],
            "severity": [row[3] for row in rows],
            "title": [f"act {n}" for n in range(len(rows))],
        }
    )


def build_from(
    acts: pd.DataFrame, pair: tuple[str, str], first: date, last: date, window_days: int
) -> tuple[LadderSide, LadderSide]:
    """Both sides, from acts counted by day as the engine counts them."""

    def build(initiator: str, target: str) -> LadderSide:
        side = acts[(acts.initiator == initiator) & (acts.target == target)]
        days = side.groupby("occurred_date").severity.agg(["size", "max"]).reset_index()
        days.columns = pd.Index(["occurred_date", "event_count", "max_severity"])
        return build_side((initiator, target), side, days, first, last, window_days)

    return build(*pair), build(pair[1], pair[0])


def test_the_highest_severity_of_each_window_both_ways() -> None:
    acts = make_acts(
        ("2024-01-05", "CHN", "PHL", 4),
        ("2024-01-10", "CHN", "PHL", 2),
        ("2024-01-10", "PHL", "CHN", 3),
        ("2024-01-12", "CHN", None, 5),
        ("2024-01-12", "USA", "CHN", 5),
    )
    up, down = build_from(acts, ("CHN", "PHL"), date(2024, 1, 1), date(2024, 1, 31), 10)
    assert up.peaks[:"2024-01-04"].isna().all()
    assert up.peaks["2024-01-05":"2024-01-14"].tolist() == [4.0] * 10
    assert up.peaks["2024-01-15":"2024-01-19"].tolist() == [2.0] * 5
    assert up.peaks["2024-01-20":].isna().all()
    assert down.peaks["2024-01-10"] == 3
    assert up.latest_peak is None
    assert list(up.acts.event_id) == ["e0", "e1"]


def test_the_first_day_sees_the_window_before_it_and_the_last_counts_its_acts() -> None:
    acts = make_acts(("2024-01-05", "CHN", "PHL", 4), ("2024-01-07", "CHN", "PHL", 4), ("2024-01-09", "CHN", "PHL", 1))
    up, _ = build_from(acts, ("CHN", "PHL"), date(2024, 1, 8), date(2024, 1, 12), 6)
    assert up.peaks.iloc[0] == 4
    assert up.latest_peak == 4
    # The window of six days that ends on the 12th holds the acts of the 7th and the 9th; from the 8th on there is one.
    assert (up.window_count, up.act_count) == (2, 1)


def test_the_chart_against_a_rolling_maximum_made_from_the_records(desk: Desk) -> None:
    chart = build_chart("ladder", desk, EventFilter(), LIGHT, {"pair": "CHN-PHL", "window": "90"})
    steps = dict(zip(pd.to_datetime(chart.figure.data[0].x), chart.figure.data[0].y, strict=True))
    acts = [e for e in desk.record.events if (e.initiator, e.target) == ("CHN", "PHL")]
    for day in (date(2024, 3, 31), date(2024, 8, 31), date(2026, 7, 5)):
        inside = [e.severity for e in acts if timedelta(0) <= day - e.occurred_date < timedelta(days=90)]
        assert steps[pd.Timestamp(day)] == max(inside)
    # The other side has a panel of its own, with the gravest on top as well.
    assert pd.Series(chart.figure.data[2].y).min() >= 1
    assert (chart.figure.data[0].yaxis, chart.figure.data[2].yaxis) == ("y", "y2")
    assert chart.figure.layout.yaxis.range == chart.figure.layout.yaxis2.range
    assert len(chart.figure.data[1].x) == len(acts)


def test_the_ladder_obeys_the_filter_and_says_when_it_is_empty(desk: Desk) -> None:
    one_year = build_chart(
        "ladder", desk, build_filter(since="2024-01-01", until="2024-12-31"), LIGHT, {"pair": "CHN-PHL"}
    )
    assert set(pd.to_datetime(one_year.frame.occurred_date).dt.year) == {2024}
    empty = build_chart("ladder", desk, EventFilter(), LIGHT, {"pair": "GBR-PRK"})
    assert "Choose another pair" in empty.hint


def test_more_acts_than_can_be_told_apart_are_drawn_in_part_and_stepped_in_full(own_desk: Desk, monkeypatch) -> None:
    fill_store(own_desk, 60, initiator="GBR", target="PRK", actors=["GBR", "PRK"], severity=2)
    fields = {"actors": ["GBR", "PRK"], "initiator": "GBR", "target": "PRK", "severity": 5}
    grave = make_event(event_id="gdelt:60", source_key="gdelt", **fields)
    own_desk.store.append("events", build_event_table([grave], datetime(2026, 1, 1, tzinfo=UTC)))
    own_desk.refresh()
    monkeypatch.setattr("tension.figures.ladder.MARK_LIMIT", 20)
    wanted = build_filter(source_keys=["gdelt"], until="2024-03-05")
    chart = build_chart("ladder", own_desk, wanted, LIGHT, {"pair": "GBR-PRK", "window": "30"})
    assert (len(chart.frame), len(chart.figure.data[1].x)) == (20, 20)
    assert any("the newest 20 of 61 acts" in note for note in chart.notes)
    assert "61 acts, highest severity 5" in chart.alt
    ladder = load_ladder(own_desk, wanted, ("GBR", "PRK"), 30)
    assert ladder.sides[0].latest_peak == 5
    window = limit_to_window(wanted, ladder, 5)
    assert list(own_desk.queries.load_acts(window, "GBR", "PRK", latest=100).event_id) == ["gdelt:60"]
    assert (window.since, window.until) == (date(2024, 2, 5), date(2024, 3, 5))


def test_pairs_are_named_once_and_unknown_ones_are_refused(desk: Desk) -> None:
    assert len({frozenset(pair.split("-")) for pair in PAIRS}) == len(PAIRS) == 91
    assert WINDOWS[0] == "90"
    with pytest.raises(BadInput, match="CHN-TWN"):
        build_chart("ladder", desk, EventFilter(), LIGHT, {"pair": "MOON-CHN"})


def test_positions_stand_before_on_and_since_the_articles_day(desk: Desk) -> None:
    record = desk.record
    frame = build_positions(record.actors, record.article, date(2026, 7, 5))
    said = sum(len(a.stated_positions) + len(a.red_lines) for a in record.actors if a.iso3 in ("USA", "CHN"))
    assert len(frame) == said + len(record.article.positions)
    article_day = record.article.published_date
    for row in frame.to_dict("records"):
        assert row["when"] == (
            BEFORE if row["date"] < article_day else SINCE if row["date"] > article_day else ON_THE_DAY
        )
    assert frame["date"].is_monotonic_increasing
    early = build_positions(record.actors, record.article, date(2025, 1, 1))
    assert set(early["when"]) == {BEFORE}
    assert not early.is_article.any()


def test_the_chart_of_positions_parts_sides_and_kinds(desk: Desk) -> None:
    chart = build_chart("positions", desk, EventFilter(), LIGHT)
    names = {trace.name for trace in chart.figure.data}
    assert names == {"China, red line", "China, position", "United States, red line", "United States, position"}
    drawn = sum(len(trace.x) for trace in chart.figure.data)
    assert drawn == len(chart.frame) - len(desk.record.article.positions)
    assert build_chart("positions", desk, EventFilter(as_of=date(2022, 2, 1)), LIGHT).is_empty
