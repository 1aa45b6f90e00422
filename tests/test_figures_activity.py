"""Charts of Taiwan's daily counts by their traces, against the CSV read apart from the code, by brute force."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from tension.desk import Desk
from tension.figures.chart import Chart
from tension.figures.day_counts import COUNTS, build_day_frame, find_records, load_exercises, name_episode, rank_days
from tension.figures.heat import build_month_frame
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart
from tension.records.curated import DefinitionBreak
from tension.records.filters import EventFilter, build_filter
from tension.settings import PROJECT_DIR
from tests.factories import load_raw_activity

REGIMES = ("2022-08-06", "2022-11-15", "2026-08-09")
ARTICLE_DAY = date(2025, 10, 31)


@pytest.fixture(scope="module")
def sorties() -> dict[date, int]:
    """Aircraft by the bulletin's day, as the CSV has them."""
    return {day: int(row["aircraft_count"]) for day, row in load_raw_activity().items() if row["aircraft_count"]}


@pytest.fixture(scope="module")
def aircraft(desk: Desk) -> Chart:
    return build_chart("activity-aircraft", desk, EventFilter(), LIGHT)


def read_trace(figure: go.Figure, name: str) -> list[tuple[date, float]]:
    """A trace's points with a value, in order."""
    trace = next(t for t in figure.data if t.name == name)
    return [
        (pd.Timestamp(x, unit="ms").date(), float(y))
        for x, y in zip(trace.x, trace.y, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    ]


def mean_of(sorties: dict[date, int], last: date, days: int) -> float | None:
    """The mean of the reported days of a window, None below 80%."""
    window = [sorties[d] for i in range(days) if (d := last - timedelta(days=i)) in sorties]
    return fmean(window) if len(window) >= 0.8 * days else None


def test_every_reported_day_is_drawn_and_no_other(aircraft: Chart, sorties: dict[date, int]) -> None:
    assert dict(read_trace(aircraft.figure, "Values")) == sorties
    assert date(2022, 10, 16) not in sorties


def test_a_missing_day_is_a_gap_in_the_steps_and_never_zero(aircraft: Chart) -> None:
    steps = next(t for t in aircraft.figure.data if t.name == "Each day")
    days = {day for day, _ in read_trace(aircraft.figure, "Each day")}
    assert steps.fill == "toself"
    missing = pd.Timestamp("2022-10-16")
    inside = [x for x in steps.x if abs(x - missing.value / 1e6) < 11 * 3_600_000]
    assert inside == []
    assert {date(2022, 10, 15), date(2022, 10, 17)} <= days
    # Each outline begins and ends on the zero line, and as many end as begin.
    ends = [i for i, x in enumerate(steps.x) if not np.isfinite(x)] + [len(steps.x)]
    starts = [0, *(i + 1 for i in ends[:-1])]
    assert all(steps.y[i] == 0 for i in starts)
    assert all(steps.y[i - 1] == 0 for i in ends)


def test_the_mean_and_baseline_of_the_article_s_day_are_the_hand_worked_ones(
    aircraft: Chart, sorties: dict[date, int]
) -> None:
    means, baselines = dict(read_trace(aircraft.figure, "30-day mean")), dict(read_trace(aircraft.figure, "Baseline"))
    assert means[ARTICLE_DAY] == pytest.approx(10.43, abs=0.005)
    assert baselines[ARTICLE_DAY] == pytest.approx(15.46, abs=0.005)
    assert means[ARTICLE_DAY] == pytest.approx(mean_of(sorties, ARTICLE_DAY, 30))
    assert baselines[ARTICLE_DAY] == pytest.approx(mean_of(sorties, ARTICLE_DAY - timedelta(days=30), 365))


def test_the_usual_range_is_the_percentiles_of_the_means_before(desk: Desk, sorties: dict[date, int]) -> None:
    since = date(2022, 11, 15)
    regime = {day: count for day, count in sorties.items() if day >= since}
    past = [
        mean
        for i in range(1, 1096)
        if (day := ARTICLE_DAY - timedelta(days=i)) >= since and (mean := mean_of(regime, day, 30)) is not None
    ]
    frame = build_chart("activity-aircraft", desk, EventFilter(), LIGHT).frame.set_index("date")
    row = frame.loc[pd.Timestamp(ARTICLE_DAY)]
    assert row.band_low == pytest.approx(np.quantile(past, 0.1))
    assert row.band_high == pytest.approx(np.quantile(past, 0.9))
    assert row.regime_start == pd.Timestamp(since)


@pytest.mark.parametrize("name", ["30-day mean", "Baseline", "Usual range"])
def test_nothing_is_drawn_across_a_definition_break(aircraft: Chart, name: str) -> None:
    trace = next(t for t in aircraft.figure.data if t.name == name)
    run: list[float] = []
    runs = []
    for x, y in zip(trace.x, trace.y, strict=True):
        if np.isfinite(x) and np.isfinite(y):
            run.append(x)
        elif run:
            runs.append(run)
            run = []
    runs += [run] if run else []
    breaks = [pd.Timestamp(day).value / 1e6 for day in REGIMES]
    assert len(runs) >= (1 if name == "Baseline" else 2)
    for part in runs:
        assert not any(min(part) < at <= max(part) for at in breaks)
    assert not trace.connectgaps


def test_a_break_is_a_labelled_line_and_its_reason_is_in_the_foot(aircraft: Chart) -> None:
    lines = {shape.x0 for shape in aircraft.figure.layout.shapes if shape.type == "line"}
    assert lines == set(REGIMES)
    labels = [
        note.text for note in aircraft.figure.layout.annotations if note.text in ("<b>A</b>", "<b>B</b>", "<b>C</b>")
    ]
    assert labels == ["<b>A</b>", "<b>B</b>", "<b>C</b>"]
    assert any(note.startswith("B, 15 Nov 2022: Reporting window changes from 06:00-17:00") for note in aircraft.notes)


def test_breaks_of_another_column_don_t_part_this_one(desk: Desk) -> None:
    crossed = build_chart("activity-crossed", desk, EventFilter(), LIGHT)
    lines = {shape.x0 for shape in crossed.figure.layout.shapes if shape.type == "line"}
    assert "2024-01-16" in lines
    assert any("Reuters counts 28" in note for note in crossed.notes)


def test_named_exercises_by_china_are_marked(aircraft: Chart, desk: Desk) -> None:
    assert [(e.name, e.first.isoformat(), e.last.isoformat()) for e in load_exercises(desk)] == [
        ("Joint Sword 2023", "2023-04-08", "2023-04-10"),
        ("Joint Sword 2024A", "2024-05-23", "2024-05-24"),
        ("Joint Sword 2024B", "2024-10-14", "2024-10-15"),
        ("Strait Thunder 2025A", "2025-04-01", "2025-04-02"),
        ("Justice Mission 2025", "2025-12-29", "2025-12-30"),
    ]
    spans = {(shape.x0, shape.x1) for shape in aircraft.figure.layout.shapes if shape.type == "rect"}
    assert ("2024-10-14", "2024-10-16") in spans
    assert len(spans) == 5
    assert any("Joint Sword 2024B, 14 to 15 Oct 2024" in note for note in aircraft.notes)
    assert name_episode("joint-sword-2024a") == "Joint Sword 2024A"


def test_a_wide_picture_names_the_exercises_and_a_narrow_one_marks_them(desk: Desk) -> None:
    for width, is_named in ((1040, True), (350, False)):
        notes = build_chart("activity-aircraft", desk, EventFilter(), LIGHT, width_px=width).figure.layout.annotations
        shown = [note for note in notes if note.visible is not False]
        names = {note.text: note for note in shown} if is_named else {}
        assert ([note.text for note in shown].count("▼") == 0) is is_named
        assert {"Joint Sword 2024A", "Joint Sword 2024B", "Strait Thunder 2025A"} <= names.keys() or not is_named
        # Each stands over its own days.
        assert not is_named or names["Joint Sword 2024B"].x.startswith("2024-10-14")


def test_records_are_days_above_all_before_under_one_definition(aircraft: Chart, sorties: dict[date, int]) -> None:
    expected = []
    bounds = [date.min, *map(date.fromisoformat, REGIMES), date.max]
    for first, last in pairwise(bounds):
        days = sorted(day for day in sorties if first <= day < last)
        start = days[0] if first == date.min else first
        for i, day in enumerate(days):
            if i and sorties[day] > max(sorties[d] for d in days[:i]) and (day - start).days >= 30:
                expected.append((day, sorties[day]))
    assert read_trace(aircraft.figure, "Record") == expected
    assert (date(2024, 10, 15), 153) in expected


def test_the_highest_days_are_ranked_within_one_definition(aircraft: Chart, sorties: dict[date, int]) -> None:
    days = aircraft.frame.rename(columns={"aircraft_count": "count"}).set_index("date")
    records = find_records(days)
    ranked = rank_days(days, records, limit=5)
    regime = {d: n for d, n in sorties.items() if date(2022, 11, 15) <= d < date(2026, 8, 9)}
    expected = sorted(regime.items(), key=lambda item: (-item[1], item[0]))[:5]
    assert [(d.date(), int(n)) for d, n in zip(ranked.date, ranked["count"], strict=True)] == expected
    assert list(ranked.was_record) == [day in set(records.index) for day in ranked.date]
    assert rank_days(days.head(0), records).empty


def test_a_high_day_is_no_record_where_a_day_before_the_view_was_higher(aircraft: Chart) -> None:
    days = aircraft.frame.rename(columns={"aircraft_count": "count"}).set_index("date")
    ranked = rank_days(days.loc["2024-01-01":"2024-12-31"], find_records(days))
    # 103 sorties on 18 Sep 2023 stood until 153 on 15 Oct 2024; 66 on 11 Jul 2024 was the most of its year alone.
    assert list(ranked[ranked.was_record].date) == [pd.Timestamp("2024-10-15")]


def test_the_means_reach_back_before_the_filter_s_first_day(desk: Desk, aircraft: Chart) -> None:
    shown = build_chart("activity-aircraft", desk, build_filter(since="2025-10-31", until="2025-11-30"), LIGHT)
    whole = dict(read_trace(aircraft.figure, "30-day mean"))
    part = dict(read_trace(shown.figure, "30-day mean"))
    assert min(part) == ARTICLE_DAY
    assert part[ARTICLE_DAY] == whole[ARTICLE_DAY]
    assert "31 Oct 2025 to 30 Nov 2025" in shown.subtitle


def test_as_of_knows_nothing_later(desk: Desk, aircraft: Chart) -> None:
    then = build_chart("activity-aircraft", desk, build_filter(as_of="2025-10-31"), LIGHT)
    assert then.frame.date.max() == pd.Timestamp("2025-10-31")
    assert then.subtitle.endswith("as of 31 Oct 2025")
    assert not any("Justice Mission" in note for note in then.notes)
    now = aircraft.frame.set_index("date").loc[:"2025-10-31"]
    pd.testing.assert_frame_equal(then.frame.set_index("date"), now, check_freq=False)


def test_a_count_begins_where_it_is_first_stated(desk: Desk) -> None:
    first = {
        count.slug: build_chart(f"activity-{count.slug}", desk, EventFilter(), LIGHT).frame.date.min()
        for count in COUNTS
    }
    assert first["balloons"] == pd.Timestamp("2023-12-08")
    assert first["ships"] == pd.Timestamp("2024-05-22")
    assert first["aircraft"] == pd.Timestamp("2020-09-16")


def test_no_day_in_view_is_said(desk: Desk) -> None:
    for wanted in (
        build_filter(until="2020-01-01"),
        build_filter(since="2030-01-01"),
        build_filter(as_of="2019-01-01"),
    ):
        chart = build_chart("activity-balloons", desk, wanted, LIGHT)
        assert chart.is_empty
        assert "Widen" in chart.hint


def test_a_frame_of_few_days_has_counts_and_no_means() -> None:
    days = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-01-03"]), "n": [4, 0]})
    frame = build_day_frame(days, "n", [])
    assert frame["count"].tolist()[::2] == [4, 0]
    assert np.isnan(frame["count"].iloc[1])
    assert frame[["mean_30d", "baseline_365d", "band_low"]].isna().all(axis=None)
    assert build_day_frame(days.head(0), "n", []).empty


def test_months_are_means_of_reported_days_and_marked_when_not_whole(desk: Desk, sorties: dict[date, int]) -> None:
    chart = build_chart("activity-heat", desk, EventFilter(), LIGHT)
    rows = chart.frame.set_index("month")
    october = [count for day, count in sorties.items() if (day.year, day.month) == (2025, 10)]
    assert rows.loc["2025-10-01"].mean_count == pytest.approx(fmean(october))
    assert rows.loc["2025-10-01"].day_count == 31
    whole = rows.is_whole
    assert whole["2025-10-01"]
    # August 2022 and November 2022 change definition within; August 2026 also ends early.
    assert not whole[["2022-08-01", "2022-11-01", "2026-08-01", "2020-09-01"]].any()
    cells = chart.figure.data[0]
    at = (list(cells.y).index("2022"), 7)
    assert cells.text[at[0]][at[1]].endswith("*")
    assert not cells.text[list(cells.y).index("2025")][9].endswith("*")
    assert len([shape for shape in chart.figure.layout.shapes if shape.type == "line"]) == 3


def test_a_definition_that_changes_on_the_first_leaves_the_month_whole() -> None:
    days = pd.DataFrame({"date": pd.date_range("2024-01-01", "2024-02-29"), "n": 1})
    changes = [DefinitionBreak.model_validate({"date": "2024-02-01", "columns": "all", "break": "other"})]
    assert build_month_frame(days, "n", changes).is_whole.tolist() == [True, True]
    later = [DefinitionBreak.model_validate({"date": "2024-02-02", "columns": "all", "break": "other"})]
    assert build_month_frame(days, "n", later).is_whole.tolist() == [True, False]


def test_the_heat_map_follows_its_choice_of_count(desk: Desk) -> None:
    chart = build_chart("activity-heat", desk, EventFilter(), LIGHT, {"count": "ships"})
    assert chart.frame.month.min() == pd.Timestamp("2024-05-01")
    assert "official ships" in chart.title
    # Aircraft are counted from 2020 on; ships from this day.
    assert chart.subtitle.startswith("Taiwan · 22 May 2024 to ")


@pytest.fixture(scope="module")
def gpr_rows() -> list[dict[str, str]]:
    with (PROJECT_DIR / "data" / "series" / "gpr_monthly.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_gpr_index_runs_to_the_file_s_end(desk: Desk, gpr_rows: list[dict[str, str]]) -> None:
    chart = build_chart("gpr", desk, EventFilter(), LIGHT)
    lines = {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in chart.figure.data}
    assert lines.keys() == {"Index", "Threats", "Acts"}
    for name, column in (("Index", "gpr"), ("Threats", "gprt"), ("Acts", "gpra")):
        assert lines[name] == pytest.approx({f"{row['month']}-01": float(row[column]) for row in gpr_rows})
    assert max(lines["Index"]) == "2026-04-01"
    assert "to Apr 2026" in chart.subtitle


def test_the_gpr_of_a_country_is_a_share_of_articles(desk: Desk, gpr_rows: list[dict[str, str]]) -> None:
    chart = build_chart("gpr", desk, build_filter(since="2024-03-10", until="2024-06-30"), LIGHT, {"country": "TWN"})
    (line,) = chart.figure.data
    wanted = [row for row in gpr_rows if "2024-03" <= row["month"] <= "2024-06"]
    assert list(line.x) == [f"{row['month']}-01" for row in wanted]
    assert list(line.y) == pytest.approx([float(row["gprc_twn"]) for row in wanted])
    assert "per cent" in chart.title
    assert f"Taiwan: {float(wanted[-1]['gprc_twn']):.2f} in Jun 2024" in chart.alt


def test_a_month_that_had_not_ended_is_not_known_yet(desk: Desk) -> None:
    chart = build_chart("gpr", desk, build_filter(as_of="2025-10-30"), LIGHT)
    assert chart.frame.month.max() == pd.Timestamp("2025-09-01")
    assert build_chart("gpr", desk, build_filter(since="2027-01-01"), LIGHT).is_empty
