"""Every chart that a brief may hold, opened as Office opens it: native, with the cells of its CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from tension.brief.build import build_document
from tension.brief.document import Document, Page
from tension.brief.native import build_native
from tension.brief.recipe import Item, Recipe
from tension.brief.slides import to_pptx
from tension.desk import Desk
from tension.exports.csv_text import to_csv
from tension.figures.palette import PRINT
from tension.figures.registry import CHARTS, build_chart
from tension.records.filters import EventFilter
from tension.records.vocab import CONTACT_LEVELS
from tension.words import name_state
from tests.test_brief import list_figures, list_numbers

# Land and places have no form in Office: a picture.
PICTURES = {"map"}
# A table, which Office edits too.
TABLES = {"posture"}
CLASSES = {
    "1": "Talks or pledges",
    "2": "Joint action or aid",
    "3": "Protest or threat",
    "4": "Show of force or coercion",
}
SEVERITIES = {
    "": "Not stated",
    "1": "1 Routine or co-operative",
    "2": "2 Signalling",
    "3": "3 Coercive presence",
    "4": "4 Dangerous encounter or large exercise",
    "5": "5 Use of force or casualties",
}
# How far the views reach back: each chart has all its forms in it, and a test of all charts stays quick.
DAYS = 500
Rows = list[dict[str, str]]
Cells = list[tuple[str, str, float]]


@pytest.fixture(scope="module")
def document(desk: Desk) -> Document:
    """A page for each chart that has figures, and one of a book of judgements made up for it."""
    empty = {"calibration"}
    items = tuple(Item(kind="chart", key=key, days=DAYS) for key in CHARTS if key not in PICTURES | empty)
    made = build_document(desk, Recipe(items=items))
    chart = build_chart("calibration", desk, EventFilter(), PRINT)
    bands = pd.DataFrame(
        [(0.45, 0.55, 0.5, 1, 2, 0.5, 0.1, 0.9), (0.8, 0.95, 0.9, 3, 4, 0.75, 0.3, 0.95)], columns=chart.frame.columns
    )
    chart = replace(chart, frame=bands, hint="")
    page = Page("Judgements", "", bands, chart=chart, native=build_native(chart))
    return replace(made, pages=(*made.pages, page))


@pytest.fixture(scope="module")
def slides(document: Document) -> list[tuple[Page, Any]]:
    deck = Presentation(io.BytesIO(to_pptx(document, {})))
    return list(zip(document.pages, list(deck.slides)[1:], strict=False))


def read_csv(page: Page) -> Rows:
    return list(csv.DictReader(io.StringIO(to_csv(page.frame).decode("utf-8-sig"))))


def read_cells(chart: Any) -> Cells:
    """What is typed in the sheet behind a chart: series, first column, figure."""
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    header, *rows = book.active.iter_rows(values_only=True)
    labels = [row[0].date().isoformat() if hasattr(row[0], "date") else str(row[0]) for row in rows]
    return [
        (header[x], label, float(row[x]))
        for label, row in zip(labels, rows, strict=True)
        for x in range(1, len(header))
        if row[x] is not None
    ]


def sum_up(cells: Cells) -> dict[tuple[str, str], float]:
    return {(name, label): value for name, label, value in cells if value}


def count_by(rows: Rows, column: str, names: dict[str, str], label: str) -> dict[tuple[str, str], float]:
    return {(names[row[column]], row[label]): float(row["event_count"]) for row in rows}


def check_days(rows: Rows, cells: Cells) -> None:
    counted = list(rows[0])[1]
    days = [(label, value) for name, label, value in cells if name.startswith("Each day")]
    assert sorted(days) == sorted((row["date"], float(row[counted])) for row in rows if row[counted])
    for name, column in (
        ("Mean of 30 days", "mean_30d"),
        ("Mean of the 365 days before", "baseline_365d"),
        ("Usual range, low", "band_low"),
        ("Usual range, high", "band_high"),
    ):
        shown = {label: value for series, label, value in cells if series == name}
        assert shown == pytest.approx({row["date"]: float(row[column]) for row in rows if row[column]})


def check_columns(label: str, names: dict[str, str]) -> Callable[[Rows, Cells], None]:
    def check(rows: Rows, cells: Cells) -> None:
        told = {(name, row[label]): float(row[c]) for row in rows for c, name in names.items() if row[c]}
        assert {(name, day): value for name, day, value in cells} == pytest.approx(told)

    return check


def check_bars(label: Callable[[dict[str, str]], str], figure: str, series: str) -> Callable[[Rows, Cells], None]:
    def check(rows: Rows, cells: Cells) -> None:
        assert cells == [(series, label(row), float(row[figure])) for row in rows if float(row[figure])][:15]

    return check


def check_counts(rows: Rows, cells: Cells) -> None:
    if "regime_start" in rows[0]:
        check_days(rows, cells)
    else:
        assert Counter(value for *_, value in cells) == Counter(float(row["value"]) for row in rows)


def check_classes_by_month(rows: Rows, cells: Cells) -> None:
    assert sum_up(cells) == count_by(rows, "quad_class", CLASSES, "month")


def check_classes_by_region(rows: Rows, cells: Cells) -> None:
    assert sum_up(cells) == count_by(rows, "quad_class", CLASSES, "region")


def check_severities(rows: Rows, cells: Cells) -> None:
    assert sum_up(cells) == count_by(rows, "severity", SEVERITIES, "month")


def check_pairs(rows: Rows, cells: Cells) -> None:
    columns = {
        "verbal_cooperation_count": "Talks or pledges",
        "material_cooperation_count": "Joint action or aid",
        "verbal_conflict_count": "Protest or threat",
        "material_conflict_count": "Show of force or coercion",
    }
    told = {
        (name, f"{name_state(row['initiator'])} → {name_state(row['target'])}"): float(row[column])
        for row in rows
        for column, name in columns.items()
        if float(row[column])
    }
    check_largest(told, cells)


def check_partners(rows: Rows, cells: Cells) -> None:
    plain = {
        "verbal co-operation": "Talks or pledges",
        "material co-operation": "Joint action or aid",
        "verbal conflict": "Protest or threat",
        "material conflict": "Show of force or coercion",
    }
    arrows = {"initiator": "→ ", "target": "← "}
    told: dict[tuple[str, str], float] = {}
    for row in rows:
        where = (plain[row["quad_class"].lower()], arrows[row["role"]] + name_state(row["counterpart"]))
        told[where] = told.get(where, 0) + float(row["event_count"])
    check_largest(told, cells)


def check_largest(told: dict[tuple[str, str], float], cells: Cells) -> None:
    """The bars shown are whole, and no bar that isn't shown is longer than one that is."""
    shown = {label for _, label, _ in cells}
    assert sum_up(cells) == {where: value for where, value in told.items() if where[1] in shown}
    totals = Counter({label: 0.0 for _, label in told})
    for (_, label), value in told.items():
        totals[label] += value
    assert len(shown) == min(15, len(totals))
    assert min(totals[label] for label in shown) >= max((totals[x] for x in totals if x not in shown), default=0)


def read_lanes(slide: Any) -> dict[float, str]:
    """The names that stand at the points of the last series, by their height."""
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    series = list(chart.plots[0].series)[-1]
    heights = [value for value in series.values if value is not None]
    texts = [series.points[number].data_label.text_frame.text for number in range(len(heights))]
    return dict(zip(heights, texts, strict=True))


def list_marks(slide: Any, cells: Cells) -> Counter[tuple[str, str]]:
    lanes = read_lanes(slide)
    return Counter((label, lanes[round(value)]) for name, label, value in cells if name != "Lanes")


def check_step_of_window(rows: Rows, cells: Cells, initiator: str, name: str) -> None:
    """The step on a day is the highest severity of the 90 days that end on it, worked from the CSV's acts."""
    acts = [(date.fromisoformat(r["occurred_date"]), int(r["severity"])) for r in rows if r["initiator"] == initiator]
    steps = {date.fromisoformat(label): value for series, label, value in cells if series == f"{name}: highest"}
    marks = [(date.fromisoformat(label), value) for series, label, value in cells if series == name]
    assert Counter(marks) == Counter(acts)
    # Windows of the first days reach back before the view.
    whole = [day for day in steps if day - min(when for when, _ in acts) >= timedelta(days=90)]
    assert whole
    for day in whole[:: max(len(whole) // 60, 1)]:
        window = [severity for when, severity in acts if timedelta(0) <= day - when < timedelta(days=90)]
        assert steps[day] == max(window), day


CHECKS: dict[str, Callable[[Rows, Cells], None]] = {
    **dict.fromkeys([key for key in CHARTS if key.startswith("activity-") and key != "activity-heat"], check_days),
    "activity-heat": check_columns("month", {"mean_count": "Mean of the month"}),
    "calibration": lambda rows, cells: check_columns("band", {"said": "Said", "share": "Came true"})(
        [row | {"band": f"{float(row['from']):.0%} to {float(row['to']):.0%}"} for row in rows], cells
    ),
    "counts": check_counts,
    "dyads": check_pairs,
    "events-by-month": check_classes_by_month,
    "events-by-region": check_classes_by_region,
    "gpr": check_columns("month", {"gpr": "Index", "gprt": "Threats", "gpra": "Acts"}),
    "indicator": check_columns(
        "as_of", {"value": "Now", "baseline": "Usual", "low": "Down below this", "high": "Up above this"}
    ),
    "map-incidents": check_bars(lambda row: row["feature"], "incident_count", "Incidents"),
    "partners": check_partners,
    "severity-by-month": check_severities,
    "sources-by-publisher": check_bars(
        lambda row: f"{row['publisher']} ({row['tier'].replace('_', ' ')})", "report_count", "Reports"
    ),
}
LANES = {"channels", "ladder", "positions", "states", "timeline"}


def find_slides(slides: list[tuple[Page, Any]], key: str) -> list[tuple[Page, Any]]:
    return [(page, slide) for page, slide in slides if page.chart is not None and page.chart.key == key]


def test_every_chart_is_native_but_the_map(slides: list[tuple[Page, Any]]) -> None:
    assert set(CHECKS) | LANES | PICTURES | TABLES | {"sea"} == set(CHARTS)
    for page, slide in slides:
        charts = [shape for shape in slide.shapes if shape.has_chart]
        assert len(charts) == (page.chart is not None), page.title
        assert not [shape for shape in slide.shapes if shape.shape_type == 13], page.title


@pytest.mark.parametrize("key", CHECKS)
def test_the_cells_behind_a_chart_are_those_of_its_csv(slides: list[tuple[Page, Any]], key: str) -> None:
    found = find_slides(slides, key)
    assert found
    for page, slide in found:
        (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
        cells = read_cells(chart)
        assert cells
        CHECKS[key](read_csv(page), cells)


def test_each_count_of_a_sea_stands_on_a_page_of_its_own_unit(desk: Desk, slides: list[tuple[Page, Any]]) -> None:
    last = desk.find_last_day()
    sea = build_chart("sea", desk, EventFilter(since=last - timedelta(days=DAYS), as_of=last), PRINT).frame
    wanted = set(zip(sea["series"], sea["measure"], strict=True))
    titles = {page.title for page, _ in find_slides(slides, "counts")}
    assert len(titles) >= len(wanted) > 1


@pytest.mark.parametrize(
    ("key", "day", "lane"),
    [
        ("timeline", "occurred_date", lambda row: row["lane"]),
        ("channels", "occurred_date", lambda row: CONTACT_LEVELS[row["level"]]),
        ("positions", "date", lambda row: row["topic"][0].upper() + row["topic"][1:]),
    ],
)
def test_each_row_of_the_csv_is_a_mark_in_its_lane(
    slides: list[tuple[Page, Any]], key: str, day: str, lane: Callable[[dict[str, str]], str]
) -> None:
    ((page, slide),) = find_slides(slides, key)
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    lanes = set(read_lanes(slide).values())
    told = Counter((row[day], lane(row)) for row in read_csv(page) if key != "positions" or lane(row) in lanes)
    assert told
    assert list_marks(slide, read_cells(chart)) == told


def test_the_line_of_a_claim_is_its_state_on_each_day(slides: list[tuple[Page, Any]]) -> None:
    ((page, slide),) = find_slides(slides, "states")
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    shown: dict[tuple[str, str], set[str]] = {}
    for name, label, _ in read_cells(chart):
        if name != "Lanes":
            claim, _, state = name.partition(": ")
            shown.setdefault((claim, label), set()).add(state)
    rows = read_csv(page)
    titles = dict(zip(dict.fromkeys(row["claim_id"] for row in rows), read_lanes(slide).values(), strict=True))
    for row in rows:
        days = [day for claim, day in shown if claim == titles[row["claim_id"]]]
        for day in days:
            if row["first_date"] <= day <= row["last_date"]:
                assert row["state"] in shown[titles[row["claim_id"]], day], row
            elif not (
                row["first_date"] <= (date.fromisoformat(day) - timedelta(days=1)).isoformat() <= row["last_date"]
            ):
                others = {other["state"] for other in rows if other["claim_id"] == row["claim_id"] and other != row}
                assert row["state"] in others or row["state"] not in shown[titles[row["claim_id"]], day]


def test_a_ladder_has_a_step_for_the_window_and_a_mark_for_each_act(slides: list[tuple[Page, Any]]) -> None:
    ((page, slide),) = find_slides(slides, "ladder")
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    rows, cells = read_csv(page), read_cells(chart)
    check_step_of_window(rows, cells, "CHN", "China acts on Taiwan")
    check_step_of_window(rows, cells, "TWN", "Taiwan acts on China")


def test_changes_of_posture_are_a_table_of_the_csvs_words(slides: list[tuple[Page, Any]]) -> None:
    pages = [(page, slide) for page, slide in slides if page.table and "what" in page.frame]
    shown = [
        row.cells[1].text_frame.text
        for _, slide in pages
        for shape in slide.shapes
        if shape.has_table
        for row in list(shape.table.rows)[1:]
    ]
    assert shown == [row["what"] for row in read_csv(pages[0][0])]


def list_derived(key: str, rows: Rows, last: date) -> set[str]:
    """What a finding may say beside cells, counts and sums: worked from the CSV here, chart by chart."""
    told: set[str] = set()
    if key == "channels":
        days = sorted({date.fromisoformat(r["occurred_date"]) for r in rows if r["level"] != "cancelled"})
        gaps = sorted((b - a).days for a, b in pairwise(days))
        held = sum(row["level"] != "cancelled" for row in rows)
        told = {str(held), str((last - days[-1]).days), f"{median(gaps):g}"}
    elif key == "gpr":
        told = {f"{float(row['gpr']):.1f}" for row in rows}
    elif key == "partners":
        sums: Counter[tuple[str, bool]] = Counter()
        for row in rows:
            sums[row["counterpart"], "conflict" in row["quad_class"]] += int(row["event_count"])
        told = {"0"} | {str(value) for value in sums.values()}
    elif key == "timeline":
        told = {f"{sum(row['quad_class'] == '4' for row in rows) / len(rows):.0%}".rstrip("%")}
    elif key == "ladder":
        recent = [r for r in rows if last - date.fromisoformat(r["occurred_date"]) < timedelta(days=90)]
        told = {"0", "90"} | {str(n) for n in Counter(row["initiator"] for row in recent).values()}
    elif key == "states":
        told = {"0"} | {str(runs - 1) for runs in Counter(row["claim_id"] for row in rows).values()}
    return told


def test_every_number_in_a_finding_is_told_by_the_csv_of_its_chart(document: Document, desk: Desk) -> None:
    checked = 0
    for page in document.pages:
        # The ratio of an indicator and its interval are the reading's own; tests of readings hold them.
        if page.chart is None or page.chart.key == "indicator":
            continue
        words = re.sub(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|\b[A-Z][a-z]{2} \d{4}\b", "", page.finding)
        told = set(list_numbers(list_figures(page))) | list_derived(
            page.chart.key, read_csv(page), desk.find_last_day()
        )
        assert set(list_numbers(words)) <= told, page.finding
        checked += len(list_numbers(words))
    assert checked > 40
