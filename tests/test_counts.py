"""Official counts on a day: each cadence by its own windows, the row of every sea, and the charts and page of them."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tension.assessments.counts import build_slow_series, choose_place, find_count_day, list_sea_rows, read_count
from tension.desk import Desk
from tension.figures.measured import Counted, list_counted, sum_by_month
from tension.figures.palette import LIGHT
from tension.figures.registry import build_chart, build_link, find_chart
from tension.readings.states import State
from tension.records.filters import EventFilter, build_filter
from tension.records.series import SeriesCard
from tension.records.vocab import Region
from tension.settings import PROJECT_DIR
from tests.apps import open_page, read_words


def make_card(cadence: str = "month", absent_means: str = "unknown", **changes: Any) -> SeriesCard:
    fields: dict[str, Any] = {
        "series": "rock",
        "title": "Ships off a rock",
        "publisher": "Example Coast Guard",
        "whose": "its own count",
        "region": "East China Sea",
        "cadence": cadence,
        "dated_by": "the day",
        "absent_means": absent_means,
        "known_after_days": 0,
        "known_after_reason": "published at once",
        "measures": [{"measure": "ships", "title": "Ships", "unit": "ships", "sum_unit": "ship-days"}],
        "cover": {"first": "2022-01-01", "until": "2024-12-31"},
        "licence": "figures",
        "url": "https://example.org/counts",
        "rows": [{"file": "rock.csv"}],
    }
    return SeriesCard.model_validate(fields | changes)


def make_rows(*spans: tuple[str, str, float], place: str = "Rock", series: str = "rock") -> pd.DataFrame:
    rows = [
        {
            "series": series,
            "date_from": pd.Timestamp(first),
            "date_to": pd.Timestamp(last),
            "place": place,
            "measure": "ships",
            "value": value,
            "unit": "ships",
            "note": "",
        }
        for first, last, value in spans
    ]
    columns = ["series", "date_from", "date_to", "place", "measure", "value", "unit", "note"]
    return pd.DataFrame(rows, columns=columns)


def read(card: SeriesCard, rows: pd.DataFrame, day: str) -> Any:
    return read_count(card, card.measures[0], rows, date.fromisoformat(day))


def test_a_daily_count_is_read_over_30_days_against_the_365_before() -> None:
    days = pd.date_range("2023-01-01", "2024-12-31")
    rows = make_rows(*((str(d.date()), str(d.date()), 4.0 if d >= pd.Timestamp("2024-12-02") else 2.0) for d in days))
    reading = read(make_card("day"), rows, "2024-12-31")
    assert (reading.recent, reading.baseline, reading.ratio, reading.state) == (4.0, 2.0, 2.0, State.UP)
    assert reading.words.startswith("4 ships a day over 30 days, 2 in the 365 before: ratio 2.00")


def test_a_day_without_a_row_is_zero_only_where_the_card_says_so() -> None:
    days = pd.date_range("2022-01-01", "2024-12-31")
    rows = make_rows(*((str(d.date()), str(d.date()), 3.0) for d in days if d.day % 3 == 0))
    zero = read(make_card("day", "zero"), rows, "2024-12-31")
    # 10 of the 30 days from 2 December on carry 3 each.
    assert zero.recent == pytest.approx(1.0)
    unknown = read(make_card("day"), rows, "2024-12-30")
    assert unknown.state == State.INSUFFICIENT
    assert unknown.recent is None


def test_slow_counts_leave_parts_of_a_period_and_other_weekdays_out() -> None:
    card = make_card("year", cover={"first": "2022-01-01", "until": "2025-08-13"})
    rows = make_rows(
        ("2023-01-01", "2023-12-31", 10.0), ("2024-01-01", "2024-12-31", 30.0), ("2025-01-01", "2025-08-13", 99.0)
    )
    reading = read(card, rows, "2025-08-13")
    assert (reading.recent, reading.baseline, reading.state) == (30.0, 10.0, State.UP)
    assert "30 ships a year from 1 Jan 2024 to 31 Dec 2024, 10 in the same time of the years before" in reading.words
    weeks = make_rows(
        ("2024-01-01", "2024-01-07", 1.0), ("2024-01-08", "2024-01-14", 2.0), ("2024-01-10", "2024-01-16", 3.0)
    )
    series = build_slow_series(make_card("week"), make_card().measures[0], weeks)
    assert sorted(series.values.values()) == [1.0, 2.0]


def test_events_are_a_rate_where_absence_means_that_nothing_happened() -> None:
    card = make_card("event", "zero")
    old = [f"2023-{month:02}-01" for month in range(1, 9)]
    new = [f"2024-{month:02}-01" for month in range(8, 13)]
    rows = make_rows(*((day, day, 1.0) for day in old + new[:-1]), (new[-1], new[-1], 2.0))
    reading = read(card, rows, "2024-12-31")
    # 180 days from 5 July: five days, one of them with two; before them eight in 730 days.
    assert (reading.recent, reading.baseline) == (6.0, 8.0)
    assert reading.ratio == pytest.approx(6 / 180 / (8 / 730))
    listed = read(make_card("event"), rows, "2024-12-31")
    assert (listed.state, listed.ratio) == (State.CANNOT_SEE, None)
    assert "to be read one by one" in listed.words


def test_a_count_is_read_on_the_last_day_of_its_cover_or_on_an_earlier_one() -> None:
    card = make_card()
    assert find_count_day(card) == find_count_day(card, date(2026, 1, 1)) == date(2024, 12, 31)
    assert find_count_day(card, date(2024, 3, 1)) == date(2024, 3, 1)


def test_a_count_is_not_known_before_it_was_published() -> None:
    """A month that is told of 20 days after its end: May, which ends on the 31st, is known from 20 June on."""
    card = make_card(known_after_days=20)
    assert card.find_known_day(date(2024, 6, 19)) == date(2024, 5, 30)
    assert card.find_known_day(date(2024, 6, 20)) == date(2024, 5, 31)
    assert find_count_day(card, date(2024, 6, 20)) == date(2024, 5, 31)
    # Both the end of the cover and a reader's last day end it sooner; the latter says nothing of what was known.
    assert find_count_day(card, date(2026, 1, 1)) == date(2024, 12, 31)
    assert find_count_day(card, date(2024, 6, 20), date(2024, 5, 1)) == date(2024, 5, 1)
    assert find_count_day(card, None, date(2024, 5, 31)) == date(2024, 5, 31)


def test_a_sea_is_read_from_what_had_been_published() -> None:
    """Ten in every month of 2023 and 30 in May 2024 alone: as of 19 June the last three months end with April."""
    starts = pd.date_range("2023-01-01", "2024-06-01", freq="MS")
    months = [
        (str(d.date()), str((d + pd.offsets.MonthEnd(0)).date()), 100.0 if str(d.date()) == "2024-05-01" else 10.0)
        for d in starts
    ]
    rows = make_rows(*months)

    def read_sea_on(day: date) -> str:
        found = list_sea_rows([make_card(known_after_days=20)], lambda _: rows, day)
        return next(row.words for row in found if row.region is Region.EAST_CHINA_SEA)

    assert "to 30 Apr 2024: 10 ships a month" in read_sea_on(date(2024, 6, 19))
    # (10 + 10 + 100) / 3 = 40 against 10.
    assert "to 31 May 2024: 40 ships a month" in read_sea_on(date(2024, 6, 20))


def test_of_many_places_the_whole_of_the_newest_span_stands() -> None:
    rows = pd.concat(
        [
            make_rows(("2022-01-01", "2022-12-31", 900.0), place="five rocks"),
            make_rows(("2023-01-01", "2023-12-31", 10.0), place="one rock"),
            make_rows(("2023-01-01", "2023-12-31", 70.0), place="six rocks"),
        ]
    )
    assert set(choose_place(rows).place) == {"six rocks"}
    assert len(choose_place(rows.iloc[:1])) == 1


def test_every_sea_has_a_row_and_says_where_there_is_no_count() -> None:
    starts = pd.date_range("2023-01-01", "2024-12-01", freq="MS")
    months = [(str(d.date()), str((d + pd.offsets.MonthEnd(0)).date()), 10.0 * (d.year - 2022)) for d in starts]
    cards = [make_card("irregular", series="mentions"), make_card(), make_card(series="none", region="Indian Ocean")]
    whole = pd.concat([make_rows(*months), make_rows(("2024-01-01", "2024-01-31", 1.0), series="mentions")])
    rows = {row.region: row for row in list_sea_rows(cards, lambda series: whole[whole.series == series])}
    assert set(rows) == set(Region)
    assert rows[Region.EAST_CHINA_SEA].series_count == 2
    assert rows[Region.EAST_CHINA_SEA].words.startswith("Ships off a rock, to 31 Dec 2024: 20 ships a month")
    assert rows[Region.INDIAN_OCEAN].words.startswith("No count that can be read")
    assert rows[Region.SOUTH_CHINA_SEA].words == "No official count was found."


def test_listed_rows_are_summed_by_the_month_in_which_they_begin() -> None:
    rows = make_rows(
        ("2024-01-31", "2024-02-02", 2.0), ("2024-01-05", "2024-01-05", 1.0), ("2024-03-01", "2024-03-01", 4.0)
    )
    found = sum_by_month(rows)
    assert found.value.tolist() == [3.0, 4.0]
    assert found.date_to.dt.date.tolist() == [date(2024, 1, 31), date(2024, 3, 31)]


# The release's own series.


def test_a_count_of_every_cadence_is_a_chart_with_its_rows_source_and_link(desk: Desk) -> None:
    by_cadence = {counted.card.cadence: counted for counted in list_counted(desk)}
    assert len(by_cadence) == 7
    for counted in by_cadence.values():
        chart = build_chart("counts", desk, EventFilter(), LIGHT, {"count": counted.name})
        assert not chart.is_empty, counted.name
        assert counted.card.publisher in chart.source_line
        assert counted.measure.unit in chart.title
    link = build_link(find_chart("counts"), EventFilter(), {"count": "japan-senkaku/contiguous-zone"})
    assert "count=japan-senkaku%2Fcontiguous-zone" in link


def test_a_break_is_said_under_the_chart_and_none_is_drawn_across(desk: Desk) -> None:
    chart = build_chart("counts", desk, EventFilter(), LIGHT, {"count": "amti-coast-guard-ship-days/ship-days"})
    assert any("another provider of AIS" in note for note in chart.notes)
    assert any(shape.x0 == "2024-01-01" for shape in chart.figure.layout.shapes)


def test_dates_and_as_of_limit_what_is_drawn(desk: Desk) -> None:
    wanted = build_filter(since="2026-04-01", until="2026-06-30")
    chart = build_chart("counts", desk, wanted, LIGHT, {"count": "japan-scrambles-month/total"})
    assert chart.frame.date_from.dt.month.tolist() == [4, 5, 6]
    # Scrambles of a month are known 20 days after it: those of May from 20 June on.
    for day, last in (("2025-06-19", "2025-04-30"), ("2025-06-20", "2025-05-31")):
        early = build_chart("counts", desk, build_filter(as_of=day), LIGHT, {"count": "japan-scrambles-month/total"})
        assert early.frame.date_to.max() == pd.Timestamp(last)
        sea = build_chart("sea", desk, build_filter(as_of=day), LIGHT, {"sea": "east-china-sea"})
        assert sea.frame[sea.frame.series == "japan-scrambles-month"].date_to.max() == pd.Timestamp(last)


def test_series_of_a_sea_share_one_axis_and_keep_their_units(desk: Desk) -> None:
    chart = build_chart("sea", desk, EventFilter(), LIGHT, {"sea": "korean-peninsula"})
    own = [card for card in desk.record.series if card.region is Region.KOREAN_PENINSULA]
    axes = [trace.yaxis or "y" for trace in chart.figure.data]
    assert axes == ["y", *(f"y{number}" for number in range(2, len(own) + 1))]
    assert len({trace.xaxis for trace in chart.figure.data}) == 1
    words = " ".join(note.text for note in chart.figure.layout.annotations).replace("<br>", " ")
    assert all(card.measures[0].unit in words for card in own)


def test_an_analyst_finds_the_ships_of_a_month_with_ratio_and_source_in_one_click() -> None:
    path = PROJECT_DIR / "data" / "series" / "japan_senkaku_daily.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    ships = sum(int(r["contiguous_zone_vessel_count"]) for r in rows if r["date"].startswith("2026-09"))
    app = open_page("activity", sea="east-china-sea")
    assert not app.exception
    said = read_words(app).replace("\\", "")
    assert f"Sep 2026: {ships} ship-days, " in said
    assert "times the mean of the 12 months before" in said
    assert "Japan Coast Guard" in said
    titles = [json.loads(chart.proto.spec)["layout"]["title"]["text"] for chart in app.get("plotly_chart")]
    assert any("Senkaku" in title for title in titles)


def test_the_page_opens_on_a_count_of_the_address_and_says_what_each_sea_counts() -> None:
    app = open_page("activity", count="north-korea-provocations/ballistic")
    assert not app.exception
    seas = next(table.value for table in app.table if "Sea" in table.value.columns)
    assert seas.Sea.tolist() == [region.value for region in Region]
    assert all(seas["What its official counts say"].str.len() > 10)


@pytest.mark.parametrize("day", [None, date(2022, 1, 1), date(2025, 10, 31), date(2026, 7, 5), date(2026, 10, 8)])
def test_every_region_has_a_reading_or_says_that_it_has_none(desk: Desk, day: date | None) -> None:
    rows = list_sea_rows(desk.series, desk.load_measurements, day)
    assert [row.region for row in rows] == list(Region)
    for row in rows:
        if row.reading is None:
            assert row.words == "No official count was found."
        elif row.reading.ratio is None:
            assert row.words.startswith("No count that can be read: ")
        else:
            assert f"ratio {row.reading.ratio:.2f}" in row.words
            # What it says of had been published by then.
            limit = row.reading.card.find_known_day(day) if day else row.reading.card.cover.until
            assert row.reading.as_of <= limit


def test_what_each_sea_says_on_the_last_day_that_was_searched(desk: Desk) -> None:
    """Six features of 2025 over those of 2024; the Indian Ocean has mentions alone, of which no rate can be formed."""
    rows = {row.region: row for row in list_sea_rows(desk.series, desk.load_measurements, date(2026, 7, 5))}
    assert rows[Region.SOUTH_CHINA_SEA].reading.ratio == pytest.approx(2183 / 1939)
    assert rows[Region.EAST_CHINA_SEA].reading.card.series == "japan-senkaku"
    launches = [
        row["date_from"]
        for row in csv.DictReader((PROJECT_DIR / "data/series/north_korea_provocations.csv").open(encoding="utf-8"))
        if row["measure"] == "ballistic"
    ]
    # 180 days to 4 July 2026, the last day known on the 5th, and the 730 before them.
    recent = [day for day in launches if "2026-01-06" <= day <= "2026-07-04"]
    before = [day for day in launches if "2024-01-07" <= day <= "2026-01-05"]
    korea = rows[Region.KOREAN_PENINSULA].reading
    assert (korea.recent, korea.baseline) == (len(recent), len(before))
    assert "No count that can be read" in rows[Region.INDIAN_OCEAN].words


def test_names_are_those_that_links_use(desk: Desk) -> None:
    names = [counted.name for counted in list_counted(desk)]
    assert len(set(names)) == len(names)
    card = make_card()
    assert Counted(card, card.measures[0]).name == "rock/ships"
