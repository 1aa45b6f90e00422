"""Official counts: declared series and their files, the long form of one's own, the ledger, and which row stands."""

from __future__ import annotations

import calendar
import csv
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from tension.__main__ import app
from tension.assessments.counts import find_count_day, read_count
from tension.desk import Desk, open_desk
from tension.errors import FormatError
from tension.intake.ingest import ingest_file
from tension.records.curated import load_curated
from tension.records.measurements import Measurement, load_measurements, span_series
from tension.records.schema import build_measurement_table
from tension.records.series import SeriesCard
from tension.records.source_cards import CURATED
from tension.settings import PROJECT_DIR, Settings
from tension.sources import find_adapter, measurements
from tension.sources.base import FetchedFile

DATA = PROJECT_DIR / "data"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
HEADER = "date_from,date_to,place,measure,value,unit,publisher,url,note"


def make_card(**changes: Any) -> SeriesCard:
    fields: dict[str, Any] = {
        "series": "made-up",
        "title": "Ships off a rock",
        "publisher": "Example Coast Guard",
        "whose": "its own count",
        "region": "East China Sea",
        "cadence": "month",
        "dated_by": "calendar month",
        "absent_means": "unknown",
        "known_after_days": 0,
        "known_after_reason": "published at once",
        "measures": [
            {"measure": "all", "title": "All", "unit": "ships"},
            {"measure": "grey", "title": "Grey", "unit": "hulls", "part_of": "all"},
        ],
        "breaks": [
            {"date": "2024-06-01", "reason": "others count too", "measures": ["grey"]},
            {"date": "2024-02-01", "reason": "a new form"},
        ],
        "cover": {"first": "2024-01-01", "until": "2024-12-31"},
        "licence": "figures",
        "url": "https://example.org/counts",
        "rows": [{"file": "made_up.csv"}],
    }
    return SeriesCard.model_validate(fields | changes)


def read_files(folder: Path, text: str, card: SeriesCard) -> tuple[list[Measurement], list[str]]:
    (folder / "series").mkdir()
    (folder / "series" / "made_up.csv").write_text(text, encoding="utf-8")
    return load_measurements(folder, [card])


def test_long_rows_take_unit_and_publisher_from_the_card_and_a_blank_value_is_no_row(tmp_path: Path) -> None:
    text = (
        "date_from,date_to,place,measure,value,url,note,publisher\n"
        "2024-01-01,2024-01-31,Rock,all,12,https://example.org/jan,as printed,\n"
        "2024-02-01,2024-02-29,Rock,grey,,,not read,\n"
        "2024-02-01,2024-02-29,Rock,grey,3.5,,,Another Office\n"
    )
    rows, faults = read_files(tmp_path, text, make_card())
    assert faults == []
    assert [(r.measure, r.value, r.unit, r.publisher) for r in rows] == [
        ("all", 12.0, "ships", "Example Coast Guard"),
        ("grey", 3.5, "hulls", "Another Office"),
    ]
    assert span_series(rows) == [("made-up", date(2024, 1, 1), date(2024, 2, 29), 2)]


@pytest.mark.parametrize(
    ("layout", "dates", "span"),
    [
        ({"day": "when"}, "when\n2024-02-29", (date(2024, 2, 29), date(2024, 2, 29))),
        ({"month": "when"}, "when\n2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ({"year": "when"}, "when\n2023", (date(2023, 1, 1), date(2023, 12, 31))),
        ({"first": "from", "last": "to"}, "from,to\n2023-04-01,2024-03-31", (date(2023, 4, 1), date(2024, 3, 31))),
    ],
)
def test_wide_rows_are_dated_as_their_card_says(
    tmp_path: Path, layout: dict[str, str], dates: str, span: tuple[date, date]
) -> None:
    head, row = dates.split("\n")
    card = make_card(rows=[{"file": "made_up.csv", "values": {"a": "all", "b": "grey"}, "place": "Rock", **layout}])
    rows, faults = read_files(tmp_path, f"{head},a,b\n{row},5,\n", card)
    assert faults == []
    assert [(r.date_from, r.date_to, r.measure, r.value, r.place, r.url) for r in rows] == [
        (*span, "all", 5.0, "Rock", "https://example.org/counts")
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2024-13-01,2024-12-31,Rock,all,1,,", "data/series/made_up.csv:2 date_from: '2024-13-01'"),
        ("2024-02-01,2024-01-31,Rock,all,1,,", "date_to: 2024-01-31 is before date_from 2024-02-01"),
        ("2024-02-01,2024-02-29,Rock,blue,1,,", "measure: 'blue'; allowed: all, grey"),
        ("2024-02-01,2024-02-29,Rock,all,-1,,", "value: '-1'; allowed: a number from 0"),
        ("2024-02-01,2024-02-29,Rock,all,many,,", "value: 'many'"),
        ("2024-02-01,2024-02-29,Rock,all,nan,,", "value: 'nan'"),
    ],
)
def test_a_fault_names_file_line_field_and_what_is_allowed(tmp_path: Path, row: str, words: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    _, faults = read_files(folder, f"date_from,date_to,place,measure,value,url,note\n{row}\n", make_card())
    assert len(faults) == 1
    assert words in faults[0]


def test_missing_columns_and_repeated_statements_are_faults(tmp_path: Path) -> None:
    row = "2024-01-01,2024-01-31,Rock,all,12,,\n"
    _, faults = read_files(tmp_path, f"date_from,date_to,place,measure,value,url,note\n{row}{row}", make_card())
    assert faults == ["series made-up: all of 2024-01-01 at 'Rock' is given twice"]
    (tmp_path / "series" / "made_up.csv").write_text("date_from,date_to,place,measure,value,url\n", encoding="utf-8")
    assert "note: no such column" in load_measurements(tmp_path, [make_card()])[1][0]


@pytest.mark.parametrize(
    "changes",
    [
        {"measures": [{"measure": "all", "title": "All", "unit": ""}]},
        {"measures": [{"measure": "all", "title": "All", "unit": "a", "part_of": "whole"}]},
        {"measures": [{"measure": "all", "title": "All", "unit": "a"}, {"measure": "all", "title": "B", "unit": "a"}]},
        {"breaks": [{"date": "2024-01-01", "reason": "r", "measures": ["no-such"]}]},
        {"rows": [{"file": "made_up.csv", "values": {"a": "no-such"}, "day": "d"}]},
        {"rows": [{"file": "made_up.csv", "values": {"a": "all"}}]},
        {"rows": [{"file": "made_up.csv", "values": {"a": "all"}, "day": "d", "month": "m"}]},
        {"rows": [{"file": "../made_up.csv"}]},
        {"cover": {"first": "2024-12-31", "until": "2024-01-01"}},
        {"cadence": "fortnight"},
        {"region": "Baltic Sea"},
    ],
)
def test_a_card_that_does_not_hold_together_is_refused(changes: dict[str, Any]) -> None:
    make_card()
    with pytest.raises(ValidationError):
        make_card(**changes)


def test_breaks_bear_on_their_measures_oldest_first() -> None:
    card = make_card()
    assert [b.date for b in card.list_breaks("all")] == [date(2024, 2, 1)]
    assert [b.date for b in card.list_breaks("grey")] == [date(2024, 2, 1), date(2024, 6, 1)]


# The release's own files.


@pytest.fixture(scope="module")
def released() -> tuple[tuple[SeriesCard, ...], list[Measurement]]:
    cards = load_curated(DATA).series
    rows, faults = load_measurements(DATA, cards)
    assert faults == []
    return cards, rows


def test_monthly_sums_of_senkaku_days_are_the_printed_totals(
    released: tuple[tuple[SeriesCard, ...], list[Measurement]],
) -> None:
    """Ship-days and days with ships, in both zones, in every month of which the printed totals were read."""
    ships: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in released[1]:
        if row.series == "japan-senkaku":
            ships[row.measure, f"{row.date_from:%Y-%m}"].append(row.value)
    printed = list(csv.DictReader((DATA / "series" / "japan_senkaku_monthly.csv").open(encoding="utf-8")))
    checked = 0
    for month in printed:
        for measure, days, total in (
            ("contiguous-zone", "printed_cz_days", "printed_cz_vessels"),
            ("territorial-sea", "printed_ts_days", "printed_ts_vessels"),
        ):
            if month[total]:
                counts = ships[measure, month["date_from"][:7]]
                assert (sum(counts), sum(count > 0 for count in counts)) == (int(month[total]), int(month[days]))
                checked += 1
    assert checked == 2 * 12


def test_senkaku_days_are_whole_and_the_smaller_zone_is_part_of_the_larger(
    released: tuple[tuple[SeriesCard, ...], list[Measurement]],
) -> None:
    rows = [row for row in released[1] if row.series == "japan-senkaku"]
    outer = {row.date_from: row.value for row in rows if row.measure == "contiguous-zone"}
    inner = {row.date_from: row.value for row in rows if row.measure == "territorial-sea"}
    assert len(outer) == len(inner) == (max(outer) - min(outer)).days + 1
    assert all(inner[day] <= outer[day] for day in outer)
    september = [value for day, value in outer.items() if (day.year, day.month) == (2026, 9)]
    assert len(september) == calendar.monthrange(2026, 9)[1]
    assert sum(september) == 120


def test_scrambles_by_state_and_by_force_add_up_to_the_whole(
    released: tuple[tuple[SeriesCard, ...], list[Measurement]],
) -> None:
    months: dict[date, dict[str, float]] = defaultdict(dict)
    for row in released[1]:
        if row.series == "japan-scrambles-month" and row.date_from >= date(2025, 4, 1):
            months[row.date_from][row.measure] = row.value
    assert len(months) >= 17
    for values in months.values():
        assert (
            sum(values.get(state, 0) for state in ("china", "russia", "taiwan", "north-korea", "other"))
            == values["total"]
        )
        assert sum(values[force] for force in ("northern", "central", "western", "southwestern")) == values["total"]


def test_official_ships_that_the_bulletin_does_not_state_are_absent_and_not_zero(
    released: tuple[tuple[SeriesCard, ...], list[Measurement]],
) -> None:
    late = [r for r in released[1] if r.series == "taiwan-mnd" and r.date_from >= date(2026, 8, 22)]
    days = {
        name: [r.date_from for r in late if r.measure == name] for name in ("vessels", "official-ships", "balloons")
    }
    assert (len(days["vessels"]), len(days["official-ships"]), len(days["balloons"])) == (48, 9, 0)


def test_every_row_lies_in_its_cover_and_every_measure_has_one_unit(
    released: tuple[tuple[SeriesCard, ...], list[Measurement]],
) -> None:
    cards = {card.series: card for card in released[0]}
    assert {row.series for row in released[1]} == set(cards)
    for row in released[1]:
        cover = cards[row.series].cover
        assert cover.first <= row.date_from <= row.date_to <= cover.until, row


# One's own counts.


def parse(text: str) -> Any:
    return measurements.parse(text.encode(), NOW, "counts.csv")


def test_the_template_is_taken_as_it_is() -> None:
    result = parse(measurements.TEMPLATE)
    (row,) = result.measurements
    assert (row.series, row.measure, row.value, row.unit) == ("example-shoal-month", "coast-guard", 12.0, "ships")
    assert (row.date_from, row.date_to) == (date(2026, 9, 1), date(2026, 9, 30))


def test_a_row_without_a_series_is_its_publishers_and_without_an_end_is_of_one_day() -> None:
    (row,) = parse("date_from,measure,value,unit,publisher\n2026-09-01,Grey Hulls,3,ships,Example Navy\n").measurements
    assert (row.series, row.measure, row.date_to) == ("example-navy", "grey-hulls", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2026-09-31,,Rock,ships,3,ships,Example Navy,,", "date_from: '2026-09-31'"),
        ("03/04/2025,,Rock,ships,3,ships,Example Navy,,", "date_from: '03/04/2025'"),
        ("2026-09-02,2026-09-01,Rock,ships,3,ships,Example Navy,,", "date_to: 2026-09-01 is before date_from"),
        ("2026-09-01,,Rock,,3,ships,Example Navy,,", "measure: is blank"),
        ("2026-09-01,,Rock,ships,-3,ships,Example Navy,,", "value: '-3'"),
        ("2026-09-01,,Rock,ships,,ships,Example Navy,,", "value: is blank"),
        ("2026-09-01,,Rock,ships,3,,Example Navy,,", "unit: is blank"),
        ("2026-09-01,,Rock,ships,3,ships,,,", "publisher: is blank"),
        ("2026-09-01,,Rock,ships,3,ships,Example Navy,javascript:alert(1),", "url: 'javascript:alert(1)'"),
        ("1826-09-01,,Rock,ships,3,ships,Example Navy,,", "date_from: 1826-09-01"),
        ("2026-09-01,,Rock,ships,3,ships,Example Navy,,,one,more", "row:"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_reason_and_the_others_stay(row: str, words: str) -> None:
    good = "2026-09-03,,Rock,ships,4,ships,Example Navy,https://example.org/a,"
    result = parse(f"{HEADER}\n{row}\n{good}\n")
    assert [m.value for m in result.measurements] == [4.0]
    assert len(result.rejects) == 1
    assert words in result.rejects[0].reason
    assert result.rejects[0].reason.startswith("row ")
    assert result.read_count == 2


def test_units_are_never_joined_and_a_statement_is_told_once() -> None:
    lines = [
        "2026-09-01,,Rock,ships,3,ships,Example Navy,,",
        "2026-09-02,,Rock,ships,5,ship-days,Example Navy,,",
        "2026-09-01,,Rock,ships,3,ships,Example Navy,,",
        "2026-09-01,,Rock,ships,4,ships,Example Navy,,",
        "2026-09-01,,Rock,ships,4,ships,Example Navy,https://example.org/other,",
    ]
    result = parse("\n".join([HEADER, *lines]))
    assert sorted(m.value for m in result.measurements) == [3.0, 4.0]
    assert result.duplicate_count == 1
    reasons = " ".join(reject.reason for reject in result.rejects)
    assert "unit: 'ship-days', 'ships' in an earlier row of ships" in reasons
    assert "value: 4, 3 in an earlier row" in reasons
    assert result.read_count == len(result.measurements) + result.duplicate_count + len(result.rejects)


def test_a_declared_series_keeps_its_measures_and_units() -> None:
    lines = [
        "2026-10-09,,Senkaku/Diaoyu Islands,contiguous-zone,4,ships,Japan Coast Guard,,,japan-senkaku",
        "2026-10-10,,Senkaku/Diaoyu Islands,contiguous-zone,4,ship-days,Japan Coast Guard,,,japan-senkaku",
        "2026-10-10,,Senkaku/Diaoyu Islands,high-seas,4,ships,Japan Coast Guard,,,japan-senkaku",
    ]
    result = parse("\n".join([f"{HEADER},series", *lines]))
    assert [m.date_from for m in result.measurements] == [date(2026, 10, 9)]
    assert ["allowed for contiguous-zone of japan-senkaku: ships" in r.reason for r in result.rejects] == [True, False]
    assert "allowed in japan-senkaku: contiguous-zone, territorial-sea" in result.rejects[1].reason


def test_a_table_without_a_needed_column_is_refused_whole() -> None:
    with pytest.raises(FormatError, match="has no column unit, publisher"):
        parse("date_from,measure,value\n2026-09-01,ships,3\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(Settings(DATA, tmp_path / "own", str(tmp_path / "store")))


def ingest(desk: Desk, *lines: str, header: str = f"{HEADER},series") -> Any:
    raw = "\n".join([header, *lines]).encode()
    report = ingest_file(desk.store, find_adapter("measurements"), FetchedFile("counts.csv", raw))
    desk.refresh()
    return report


def test_the_ledger_accounts_for_every_row_and_a_changed_value_replaces_the_earlier(desk: Desk) -> None:
    own = ("2026-09-01,,Rock,ships,3,ships,Example Navy,,,rock", "2026-09-02,,Rock,ships,x,ships,Example Navy,,,rock")
    report = ingest(desk, *own)
    assert (report.read_count, report.accepted_count, report.rejected_count) == (2, 1, 1)
    again = ingest(desk, *own)
    assert (again.accepted_count, again.duplicate_count, again.rejected_count) == (0, 1, 1)
    changed = ingest(desk, "2026-09-01,,Rock,ships,7,ships,Example Navy,,,rock")
    assert (changed.accepted_count, changed.duplicate_count) == (1, 0)
    assert desk.queries.load_measurements("rock").value.tolist() == [7.0]
    listed = desk.list_series().set_index("series")
    assert (listed.loc["rock", "rows"], listed.loc["rock", "unit"]) == (1, "ships")
    assert listed.index[-1] == "rock"


def test_the_desk_reads_all_series_at_once_and_anew_when_rows_came(desk: Desk) -> None:
    assert desk.load_measurements("rock").empty
    for series in ("japan-senkaku", "japan-scrambles-month"):
        pd.testing.assert_frame_equal(desk.load_measurements(series), desk.queries.load_measurements(series))
    spoilt = desk.load_measurements("japan-senkaku")
    spoilt["value"] = 0.0
    assert desk.load_measurements("japan-senkaku").value.max() > 0
    ingest(desk, "2026-09-01,,Rock,ships,3,ships,Example Navy,,,rock")
    assert desk.load_measurements("rock").value.tolist() == [3.0]


def test_ones_own_row_stands_before_the_fetched_and_that_before_the_releases(desk: Desk) -> None:
    day, place, publisher = date(2026, 9, 1), "Senkaku/Diaoyu Islands", "Japan Coast Guard"

    def read() -> list[tuple[float, str]]:
        desk.refresh()
        found = desk.queries.load_measurements("japan-senkaku", day, day)
        found = found[found.measure == "contiguous-zone"]
        return list(zip(found.value, found.source_key, strict=True))

    ((released, source),) = read()
    assert source == CURATED
    row = Measurement("japan-senkaku", day, day, place, "contiguous-zone", released + 1, "ships", publisher)
    desk.store.append("measurements", build_measurement_table([row], "fetched", NOW))
    assert read() == [(released + 1, "fetched")]
    ingest(desk, f"{day},,{place},contiguous-zone,{released + 2},ships,Japan Coast Guard,,,japan-senkaku")
    assert read() == [(released + 2, "measurements")]


def test_a_row_after_the_release_is_read_on_its_own_day(desk: Desk) -> None:
    released = next(card for card in desk.series if card.series == "japan-senkaku")
    day = released.cover.until + timedelta(days=1)
    ingest(desk, f"{day},,Senkaku/Diaoyu Islands,contiguous-zone,4,ships,Japan Coast Guard,,,japan-senkaku")
    card = next(card for card in desk.series if card.series == "japan-senkaku")
    assert find_count_day(card) == day
    others = [(a, b) for a, b in zip(desk.series, desk.record.series, strict=True) if a.series != "japan-senkaku"]
    assert all(a == b for a, b in others)
    rows = desk.queries.load_measurements("japan-senkaku")
    rows = rows[rows.measure == "contiguous-zone"]
    # The 30 days that end with the new one: 29 of the release and its own.
    recent = rows[rows.date_from > pd.Timestamp(day - timedelta(days=30))].value.sum() / 30
    reading = read_count(card, card.find_measure("contiguous-zone"), rows, find_count_day(card))
    assert reading.recent == pytest.approx(recent)


def test_two_statements_of_one_source_about_one_span_both_stay(desk: Desk) -> None:
    rows = [
        Measurement("rock", date(2024, 1, 1), date(2024, 1, 31), "Rock", "ships", value, "ships", publisher)
        for value, publisher in ((9.0, "One paper"), (19.0, "Another"))
    ]
    desk.store.append("measurements", build_measurement_table(rows, CURATED, NOW))
    desk.engine.refresh()
    assert desk.queries.load_measurements("rock").value.tolist() == [19.0, 9.0]


def test_rows_are_chosen_when_their_whole_span_lies_within_the_days(desk: Desk) -> None:
    months = desk.queries.load_measurements("japan-scrambles-month", date(2026, 4, 2), date(2026, 6, 30))
    assert sorted(set(months.date_from.dt.month)) == [5, 6]


# The command line.


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("run")
    environment = {"TENSION_STORE": str(folder / "store"), "TENSION_DATA": str(folder / "own")}
    return lambda *words: CliRunner().invoke(app, list(words), env=environment)


def test_without_a_name_the_series_are_listed_with_span_unit_and_publisher(run: Any) -> None:
    listed = json.loads(run("measurements", "--format", "json").stdout)
    rows = {(row["series"], row["measure"]): row for row in listed}
    senkaku = rows["japan-senkaku", "territorial-sea"]
    assert (senkaku["unit"], senkaku["publisher"], senkaku["first"]) == ("ships", "Japan Coast Guard", "2012-09-14")
    assert {row["series"] for row in listed} == {card.series for card in load_curated(DATA).series}


def test_with_a_name_its_rows_are_printed_in_every_format(run: Any) -> None:
    words = ("measurements", "japan-senkaku", "--since", "2026-09-01", "--until", "2026-09-30", "--format")
    rows = json.loads(run(*words, "json").stdout)
    columns = "series date_from date_to place measure value unit publisher note".split()
    assert list(rows[0]) == columns
    assert sum(row["value"] for row in rows if row["measure"] == "contiguous-zone") == 120
    lines = run(*words, "csv").stdout.lstrip("\ufeff").splitlines()
    assert lines[0] == ",".join(columns)
    assert len(lines) == 1 + 2 * 30
    assert "territorial-sea" in run(*words, "table").stdout


def test_a_series_that_does_not_exist_or_days_that_do_not_are_one_line(run: Any) -> None:
    for words in (
        ("no-such",),
        ("japan-senkaku", "--since", "2026-02-30"),
        ("--since", "2026-02-01", "--until", "2026-01-01"),
    ):
        result = run("measurements", *words)
        assert result.exit_code == 1
        assert result.stderr.startswith("tension: ")
        assert len(result.stderr.strip().splitlines()) == 1
    assert "japan-senkaku" in run("measurements", "no-such").stderr


def test_the_template_is_printed_and_ingested(run: Any, tmp_path: Path) -> None:
    form = tmp_path / "form.csv"
    form.write_text(run("template", "measurements").stdout, encoding="utf-8")
    assert "1" in run("ingest", "measurements", str(form)).stdout
    rows = json.loads(run("measurements", "example-shoal-month", "--format", "json").stdout)
    assert [(row["place"], row["value"]) for row in rows] == [("Example Shoal", 12)]
    assert run("template", "events").exit_code == 1


def test_check_data_prints_each_series_with_its_span(run: Any) -> None:
    printed = run("check-data").stdout
    for card in load_curated(DATA).series:
        assert f"values of {card.series}, " in printed
    assert "values of japan-senkaku, 2012-09-14 to 2026-10-08" in printed
