"""The share of coded reporting: read against its own past where enough was loaded, and never zero where nothing was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest

from tension.assessments.attention import read_gdelt_share
from tension.desk import Desk
from tension.records.schema import ACTIVITY_SCHEMA, TOTAL_SCHEMA, build_event_table
from tension.records.vocab import Region
from tension.sources.mnd.adapter import find_conflicts
from tests.factories import make_event

NOW = datetime(2026, 9, 2, tzinfo=UTC)


@pytest.fixture
def desk(own_desk: Desk) -> Desk:
    return own_desk


def make_days(first: str, shares: list[float], *, missing: int = 0) -> pd.DataFrame:
    """Days of whole months with 1,000 rows each, the share of each month as given; `missing` days at each end."""
    rows = []
    for month, share in zip(pd.period_range(first, periods=len(shares), freq="M"), shares, strict=True):
        days = pd.date_range(month.start_time, month.end_time.normalize())[: month.days_in_month - missing]
        rows += [{"date": day, "Taiwan Strait": int(share * 1_000), "row_count": 1_000} for day in days]
    return pd.DataFrame(rows).reindex(columns=["date", "row_count", *Region]).fillna(0)


def test_the_share_is_read_against_the_months_before() -> None:
    past = [0.01, 0.03] * 6
    reading = read_gdelt_share(make_days("2024-01", [*past, 0.04]), date(2025, 2, 10))
    # The twelve months before: mean 0.02; sample deviation sqrt(12 * 0.01^2 / 11).
    expected = (0.04 - 0.02) / ((12 * 0.01**2 / 11) ** 0.5)
    assert reading.month == date(2025, 1, 1)
    assert reading.value == pytest.approx(0.04)
    assert reading.z == pytest.approx(expected)
    assert reading.state == ""


def test_too_short_a_past_and_half_loaded_months_are_insufficient_or_not_loaded() -> None:
    short = read_gdelt_share(make_days("2024-02", [0.01, 0.03] * 5 + [0.02, 0.04]), date(2025, 1, 31))
    assert (short.value, short.z, short.state) == (pytest.approx(0.04), None, "insufficient")
    days = make_days("2024-01", [0.01, 0.03] * 6 + [0.04])
    half = days[pd.to_datetime(days.date) < "2025-01-15"]
    assert read_gdelt_share(half, date(2025, 1, 31)).state == "not loaded"


@pytest.mark.parametrize("as_of", [date(2020, 5, 1), date(2030, 1, 1)])
def test_outside_what_was_loaded_it_is_not_loaded_and_never_zero(as_of: date) -> None:
    reading = read_gdelt_share(make_days("2024-01", [0.02] * 14), as_of)
    assert (reading.value, reading.z, reading.state) == (None, None, "not loaded")


def test_nothing_is_loaded_in_a_new_store(desk: Desk) -> None:
    reading = read_gdelt_share(desk.queries.count_reporting(), date(2026, 7, 5))
    assert (reading.value, reading.state) == (None, "not loaded")


def test_a_day_counts_the_regions_events_by_the_day_they_were_published(desk: Desk) -> None:
    events = [
        make_event(event_id=f"gdelt:{n}", source_key="gdelt", region=region, occurred_date=date(2024, 3, 1))
        for n, region in enumerate(["South China Sea", "South China Sea", "Taiwan Strait"])
    ]
    desk.store.append("events", build_event_table(events, NOW))
    totals = [
        {"source_key": "gdelt", "date": day, "row_count": count, "first_number": None, "last_number": None}
        for day, count in ((date(2024, 3, 2), 40), (date(2024, 3, 2), 10), (date(2024, 3, 3), 7))
    ]
    desk.store.append("totals", pa.Table.from_pylist(totals, schema=TOTAL_SCHEMA))
    desk.refresh()
    counted = desk.queries.count_reporting()
    columns = ["date", "row_count", "South China Sea", "Taiwan Strait", "Indian Ocean"]
    assert counted[columns].to_numpy().tolist() == [
        [pd.Timestamp("2024-03-02"), 50, 2, 1, 0],
        [pd.Timestamp("2024-03-03"), 7, 0, 0, 0],
    ]


def test_the_share_is_that_of_the_regions_asked_for() -> None:
    days = make_days("2024-01", [0.01, 0.03] * 6 + [0.04])
    days["Indian Ocean"] = 100
    both = read_gdelt_share(days, date(2025, 2, 10))
    taiwan = read_gdelt_share(days, date(2025, 2, 10), (Region.TAIWAN_STRAIT,))
    assert (both.value, taiwan.value) == (pytest.approx(0.14), pytest.approx(0.04))


def test_bulletins_of_a_day_that_disagree_are_both_kept_and_found(desk: Desk) -> None:
    day = date(2026, 9, 1)
    rows = {
        ("zh", 26, "mnd"): NOW, ("en", 25, "mnd"): NOW, ("en", 20, "curated"): NOW + timedelta(days=1)
    }  # fmt: skip
    records = [
        {"date": day, "aircraft_count": count, "vessel_count": 6, "scope": "all_detected", "language": language}
        | {"source_key": key, "recorded_utc": recorded, "content_hash": f"{count}", "sectors_entered": []}
        for (language, count, key), recorded in rows.items()
    ]
    desk.store.append("activity", pa.Table.from_pylist(records, schema=ACTIVITY_SCHEMA))
    desk.refresh()
    both = desk.queries.load_bulletins(day, day)
    assert find_conflicts(both) == [{"date": day, "column": "aircraft_count", "zh": 26, "en": 25}]
    assert desk.queries.load_activity(day, day).aircraft_count.tolist() == [26]
