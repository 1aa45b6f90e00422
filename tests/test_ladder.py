"""The ladder of a pair: rolling highest severity by hand, both ways, with the events; positions in time beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.ladder import PAIRS, WINDOWS
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter, build_filter
from tension.relations.ladder import build_ladder
from tension.relations.positions import BEFORE, ON_THE_DAY, SINCE, build_positions


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


def test_the_highest_severity_of_each_window_both_ways() -> None:
    acts = make_acts(
        ("2024-01-05", "CHN", "PHL", 4),
        ("2024-01-10", "CHN", "PHL", 2),
        ("2024-01-10", "PHL", "CHN", 3),
        ("2024-01-12", "CHN", None, 5),
        ("2024-01-12", "USA", "CHN", 5),
    )
    up, down = build_ladder(acts, ("CHN", "PHL"), date(2024, 1, 1), date(2024, 1, 31), 10)
    assert up.peaks[:"2024-01-04"].isna().all()
    assert up.peaks["2024-01-05":"2024-01-14"].tolist() == [4.0] * 10
    assert up.peaks["2024-01-15":"2024-01-19"].tolist() == [2.0] * 5
    assert up.peaks["2024-01-20":].isna().all()
    assert down.peaks["2024-01-10"] == 3
    assert up.latest_peak is None
    assert list(up.acts.event_id) == ["e0", "e1"]


def test_the_first_day_sees_the_window_before_it_and_the_last_names_its_acts() -> None:
    acts = make_acts(("2024-01-05", "CHN", "PHL", 4), ("2024-01-07", "CHN", "PHL", 4), ("2024-01-09", "CHN", "PHL", 1))
    up, _ = build_ladder(acts, ("CHN", "PHL"), date(2024, 1, 8), date(2024, 1, 12), 6)
    assert up.peaks.iloc[0] == 4
    assert up.latest_peak == 4
    assert list(up.list_peak_acts(6).event_id) == ["e1"]


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
