"""Bars of events and reports by their traces, against counts made from the YAML itself."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tension.desk import Desk
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.records.filters import EventFilter, build_filter
from tension.records.publishers import merge_publishers
from tension.records.vocab import QuadClass
from tests.factories import count_raw_events

EVENT_COUNT = count_raw_events()


def quad_label(event: dict) -> str:
    root = int(event["cameo_root"])
    return QuadClass(1 if root <= 5 else 2 if root <= 9 else 3 if root <= 14 else 4).plain


def read_bars(figure, along: str = "x", value: str = "y") -> dict[tuple[str, str], int]:
    return {
        (trace.name, key): number
        for trace in figure.data
        for key, number in zip(trace[along], trace[value], strict=True)
    }


def test_events_by_month_are_stacked_by_class(desk: Desk, raw_events: list[dict]) -> None:
    chart = build_chart("events-by-month", desk, EventFilter(), LIGHT)
    expected = Counter((quad_label(e), e["occurred_date"].strftime("%Y-%m-01")) for e in raw_events)
    assert read_bars(chart.figure) == expected
    assert chart.figure.layout.barmode == "stack"
    assert chart.frame.event_count.sum() == EVENT_COUNT


def test_a_class_has_a_second_sign_beside_its_colour(desk: Desk) -> None:
    chart = build_chart("events-by-month", desk, EventFilter(), LIGHT)
    looks = [(trace.marker.color, trace.marker.pattern.shape) for trace in chart.figure.data]
    assert len({color for color, _ in looks}) == 4
    assert [shape for _, shape in looks] == ["", ".", "/", ""]


def test_events_by_region_with_totals(desk: Desk, raw_events: list[dict]) -> None:
    chart = build_chart("events-by-region", desk, build_filter(since="2024-01-01"), LIGHT)
    events = [e for e in raw_events if e["occurred_date"].year >= 2024]
    assert read_bars(chart.figure, "y", "x") == Counter((quad_label(e), e["region"]) for e in events)
    totals = Counter(e["region"] for e in events)
    shown = {note.y: int(note.text.replace(",", "")) for note in chart.figure.layout.annotations if not note.name}
    assert shown == totals


def test_severity_by_month_goes_from_pale_to_full(desk: Desk, raw_events: list[dict]) -> None:
    chart = build_chart("severity-by-month", desk, EventFilter(), LIGHT)
    expected = Counter((e["severity"], e["occurred_date"].strftime("%Y-%m-01")) for e in raw_events)
    found = {(int(name[0]), day): number for (name, day), number in read_bars(chart.figure).items()}
    assert found == expected
    levels = [trace.name[0] for trace in chart.figure.data]
    assert levels == sorted(levels)
    lightness = [sum(int(trace.marker.color[i : i + 2], 16) for i in (1, 3, 5)) for trace in chart.figure.data]
    assert lightness == sorted(lightness, reverse=True)


def test_publishers_are_ranked_by_their_reports(desk: Desk, raw_events: list[dict]) -> None:
    chart = build_chart("sources-by-publisher", desk, EventFilter(), LIGHT)
    sites = Counter((urlsplit(s["url"]).hostname, s["tier"]) for e in raw_events for s in e["sources"])
    assert chart.frame.report_count.sum() == sites.total()
    (bars,) = chart.figure.data
    assert list(bars.x) == sorted(bars.x, reverse=True)
    assert len(bars.x) == 20
    # However it is credited: with an agency, or by its address.
    assert bars.y[0] == "Manila Bulletin (news)"
    assert bars.x[0] >= sites[("mb.com.ph", "news")] > 0
    assert not [name for name in bars.y if name.startswith("mb.com.ph")]
    assert chart.title == "Reports cited, the 20 publishers cited most"


def test_a_site_is_one_publisher_by_the_name_that_most_of_its_reports_give_it() -> None:
    rows = [
        ("mb.com.ph", "Manila Bulletin", "news", 3),
        ("mb.com.ph", "Manila Bulletin / AP", "news", 2),
        ("mb.com.ph", "AP (via Manila Bulletin)", "news", 4),
        ("mb.com.ph", "mb.com.ph", "news", 9),
        ("mb.com.ph", "Bulletin", "reprint", 1),
        ("allthe.news", "allthe.news", "aggregator", 2),
        ("", None, "news", 1),
    ]
    merged = merge_publishers(pd.DataFrame(rows, columns=["host", "publisher", "tier", "report_count"]))
    assert list(merged.itertuples(index=False, name=None))[:3] == [
        ("Manila Bulletin", "news", 18),
        ("allthe.news", "aggregator", 2),
        ("Manila Bulletin", "reprint", 1),
    ]
    assert merged.report_count.sum() == 22
    assert pd.isna(merged.publisher.iloc[-1])


@pytest.mark.parametrize("key", ["events-by-month", "events-by-region", "severity-by-month", "sources-by-publisher"])
def test_nothing_in_view_is_said(desk: Desk, key: str) -> None:
    chart = build_chart(key, desk, build_filter(text="no event says this"), LIGHT)
    assert chart.is_empty
    assert "Widen" in chart.hint
