"""What stands over a chart, against sentences worked by hand; and nothing where its rule doesn't hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tension.desk import Desk
from tension.figures.findings import (
    tell_changes,
    tell_contact,
    tell_grave,
    tell_grave_share,
    tell_index,
    tell_ladder,
    tell_mean,
    tell_most,
    tell_pair,
    tell_peak,
    tell_sides,
    tell_states,
)
from tension.figures.frame import SLIDE_PX, SLIDE_TEXT_PX
from tension.figures.registry import CHARTS, build_picture
from tension.records.filters import EventFilter, build_filter
from tension.relations.channels import LevelSummary
from tension.relations.ladder import LadderSide


def make_days(*rows: tuple[float, float], last: str = "2026-07-05") -> pd.DataFrame:
    """Days that end on `last`, each with a 30-day mean and a baseline."""
    days = pd.date_range(end=last, periods=len(rows), name="date")
    return pd.DataFrame(rows, columns=["mean_30d", "baseline_365d"], index=days)


@pytest.mark.parametrize(
    ("mean", "baseline", "said"),
    [
        (3.7, 0.822, "Ships: 3.7 a day in the 30 days to 5 Jul 2026, 4.5 times the year before"),
        (6.2, 11.9, "Ships: 6.2 a day in the 30 days to 5 Jul 2026, about half the year before"),
        # The bounds of a reading: a fifth more or less is a move, just under it is none.
        (12.0, 10.0, "Ships: 12 a day in the 30 days to 5 Jul 2026, 1.2 times the year before"),
        (11.9, 10.0, "Ships: 11.9 a day in the 30 days to 5 Jul 2026, near the year before (10)"),
        (8.1, 10.0, "Ships: 8.1 a day in the 30 days to 5 Jul 2026, near the year before (10)"),
        (0.0, 0.1, "Ships: none in the 30 days to 5 Jul 2026, 0.1 a day in the year before"),
    ],
)
def test_a_mean_is_held_against_the_year_before(mean: float, baseline: float, said: str) -> None:
    assert tell_mean("Ships", make_days((1.0, 1.0), (mean, baseline))) == said


def test_a_mean_names_the_last_day_that_can_be_read_unless_that_is_long_ago() -> None:
    gap = (np.nan, np.nan)
    assert "30 days to 3 Jul 2026" in tell_mean("Ships", make_days((2.0, 1.0), gap, gap))
    assert tell_mean("Ships", make_days((2.0, 1.0), *[gap] * 91)) != ""
    assert tell_mean("Ships", make_days((2.0, 1.0), *[gap] * 92)) == ""
    assert tell_mean("Ships", make_days((2.0, 0.0))) == ""
    assert tell_mean("Ships", make_days()) == ""


def test_an_index_is_held_against_sixty_whole_months() -> None:
    months = pd.Series([100.0] * 60 + [150.0], index=pd.date_range("2021-04-01", periods=61, freq="MS"))
    said = "Index: 150.0 in Apr 2026, 1.5 times the mean of its five years before"
    assert tell_index("Index", months, 1) == said
    assert tell_index("Index", months.iloc[1:], 1) == ""
    near = months.where(months < 150, 110.0)
    assert tell_index("Index", near, 1) == "Index: 110.0 in Apr 2026, near the mean of its five years before"


def make_months(means: list[float], first: str = "2024-01-01") -> pd.DataFrame:
    months = pd.date_range(first, periods=len(means), freq="MS")
    return pd.DataFrame({"month": months, "mean_count": means, "is_whole": True})


def test_a_peak_is_of_one_definition_and_of_a_whole_year_at_least() -> None:
    means = [90.0, 1.0] + [float(n) for n in range(5, 17)]
    months = make_months(means)
    # The higher first month stands under another definition, in force for two months alone.
    said = "Ships: most in Feb 2025, 16 a day (Mar 2024 to Feb 2025)"
    assert tell_peak("Ships", months, [date(2024, 3, 1)]) == said
    assert tell_peak("Ships", months, []) == "Ships: most in Jan 2024, 90 a day (Jan 2024 to Feb 2025)"
    assert tell_peak("Ships", months.iloc[:11], []) == ""
    assert tell_peak("Ships", months.assign(is_whole=False), []) == ""


def make_events(*rows: tuple[str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["occurred_date", "severity"])
    return frame.assign(
        occurred_date=pd.to_datetime(frame.occurred_date), severity=pd.array(frame.severity, dtype="Int32")
    )


def test_the_gravest_events_are_counted_and_the_last_is_dated() -> None:
    five = make_events(("2025-01-02", 5), ("2026-03-04", 5), ("2026-05-06", 4), ("2026-06-07", None))
    assert tell_grave(five) == "2 events of severity 5 (use of force or casualties), the last on 4 Mar 2026"
    four = make_events(("2026-05-06", 4), ("2026-06-07", 1))
    assert tell_grave(four) == "1 event of severity 4 (dangerous encounter or large exercise) on 6 May 2026"
    assert tell_grave(make_events(("2026-06-07", 3))) == ""


def test_shares_leave_out_what_states_no_severity() -> None:
    counts = pd.DataFrame({"severity": [1, 4, 5, None], "event_count": [7, 2, 1, 40]})
    assert tell_grave_share(counts) == "3 of 10 events are of severity 4 or 5"
    assert tell_grave_share(counts.iloc[3:]) == ""


def test_a_first_place_that_is_shared_is_nobodys() -> None:
    assert tell_most(pd.Series({"A": 3, "B": 5}), "event") == "B has most: 5 of 8 events"
    assert tell_most(pd.Series({"A": 5, "B": 5}), "event") == ""
    assert tell_most(pd.Series({"A": 5}), "event") == ""
    acts = pd.DataFrame({"initiator": ["CHN", "PHL"], "target": ["PHL", "CHN"], "event_count": [6, 2]})
    assert tell_pair(acts) == "China on Philippines, most of all: 6 of 8 acts"
    assert tell_pair(acts.assign(event_count=4)) == ""


def test_sides_contacts_claims_and_changes_are_counted() -> None:
    assert tell_sides("Japan", 3, 12) == "Japan: 3 of 12 acts, done or borne, are conflict"
    assert tell_sides("Japan", 0, 0) == ""
    together = LevelSummary("", 9, date(2026, 2, 4), 151, 28.5, 297)
    as_of = date(2026, 7, 5)
    assert tell_contact(together, as_of) == "151 days without a military contact at 5 Jul 2026; the usual gap is 28.5"
    assert tell_contact(LevelSummary("", 0, None, None, None, None), as_of) == ""
    assert tell_states(["level", "mixed", "level"]) == "Of three claims, one mixed and two level"
    assert tell_states(["level"]) == ""
    assert tell_changes("Japan", [date(2026, 5, 8), date(2025, 1, 2)]) == (
        "Japan: two changes of posture in view, the last on 8 May 2026"
    )
    assert tell_changes("Japan", [date(2026, 5, 8)]) == "Japan: one change of posture in view, on 8 May 2026"
    assert tell_changes("Japan", []) == ""


def test_a_ladder_tells_both_sides_and_which_had_none() -> None:
    days = pd.date_range(end="2026-07-05", periods=2)
    sides = [
        LadderSide("CHN", "TWN", pd.DataFrame(), 0, 0, pd.Series([2.0, 4.0], index=days)),
        LadderSide("TWN", "CHN", pd.DataFrame(), 0, 0, pd.Series([2.0, np.nan], index=days)),
    ]
    said = "90 days to 5 Jul 2026: China on Taiwan severity 4 at most; Taiwan on China no act"
    assert tell_ladder(sides, 90, date(2026, 7, 5)) == said


def list_sizes(chart_json: object) -> list[float]:
    """Every letter size that a figure states."""
    found: list[float] = []
    if isinstance(chart_json, dict):
        for name, value in chart_json.items():
            if name in ("font", "tickfont", "textfont") and isinstance(value, dict) and "size" in value:
                sizes = value["size"]
                found += list(sizes) if isinstance(sizes, list | tuple) else [sizes]
            else:
                found += list_sizes(value)
    elif isinstance(chart_json, list | tuple):
        for value in chart_json:
            found += list_sizes(value)
    return found


SLIDES = [key for key, spec in CHARTS.items() if spec.slide is not None]


def test_every_slide_is_16_to_9_with_letters_of_twelve_points_and_room_for_what_it_draws(desk: Desk) -> None:
    """At 13.33 inches a slide is 960 points wide: a pixel is a point."""
    assert SLIDE_PX[0] / SLIDE_PX[1] == pytest.approx(16 / 9)
    for key in SLIDES:
        chart = build_picture(key, desk, EventFilter(), link="http://localhost:8501/x?v=1")
        layout = chart.figure.layout
        assert (layout.width, layout.height) == SLIDE_PX, key
        assert layout.height - layout.margin.t - layout.margin.b >= 160, key
        shown = {"data": chart.figure.to_dict()["data"], "layout": chart.figure.to_dict()["layout"]}
        shown["layout"].pop("template")
        for axis in shown["layout"].values():
            if isinstance(axis, dict):
                axis.pop("rangeselector", None)
        assert min(list_sizes(shown)) >= SLIDE_TEXT_PX, key


def test_a_finding_stands_over_the_chart_and_its_subject_under_it(desk: Desk) -> None:
    chart = build_picture("timeline", desk, build_filter(regions=["south-china-sea"]))
    words = chart.figure.layout.title.text
    assert chart.finding.startswith(f"{count_gravest(desk)} events of severity 5")
    assert words.index("severity 5") < words.index("Events by region, each mark one event") < words.index("South China")
    plain = build_picture("events-by-month", desk, EventFilter())
    assert plain.finding == ""
    assert plain.figure.layout.title.text.startswith("<b>Events a month by class of act")


def count_gravest(desk: Desk) -> int:
    events = desk.queries.load_events(build_filter(regions=["south-china-sea"]))
    return int((events.severity == 5).sum())
