"""Indicators built from any declared count: by the day, from a list of cases, by period; each against its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from tension.articles.building import Preview, add_counts, build_count, can_read, list_places, load_counts, preview
from tension.articles.drafting import DraftClaim, DraftPart, Head, build_article, save_article
from tension.articles.sentences import read_text
from tension.assessments.assessor import Assessor
from tension.assessments.changes import ChangeKind, read_changes
from tension.assessments.evidence import build_evidence
from tension.assessments.kinds import find_indicator_faults, find_kind
from tension.assessments.kinds.base import Material
from tension.assessments.noticing import read_notice
from tension.assessments.observations import CountRows
from tension.desk import Desk
from tension.errors import BadInput
from tension.readings import DIRECTIONS, State
from tension.records.claims import ClaimRule, Indicator, Part
from tension.records.series import SeriesCard, find_card

DAY = date(2026, 7, 5)
SERIES = Path(__file__).parents[1] / "data" / "series"
TEXT = read_text("More ships could be sent to the Senkaku Islands before the year is out.")


def get_card(desk: Desk, series: str) -> SeriesCard:
    card = find_card(desk.series, series)
    assert card is not None
    return card


def read(desk: Desk, indicator: Indicator, day: date = DAY) -> Preview:
    counts = load_counts([indicator], desk.series, desk.queries.load_measurements)
    return preview(indicator, desk.assessor.observed, counts, desk.record.escalations[0], day)


def assess(desk: Desk, indicator: Indicator, changed: Mapping[date, float] | None = None) -> Assessor:
    """An assessor of one claim that is looked at by a built indicator alone; `changed`: other values of some days."""
    counts = load_counts([indicator], desk.series, desk.queries.load_measurements)
    for series, found in counts.items():
        rows = found.rows.copy()
        for day, value in (changed or {}).items():
            rows.loc[rows.date_from == pd.Timestamp(day), "value"] = value
        counts[series] = CountRows(found.card, rows)
    rule = ClaimRule(
        claim_id="taiwan",
        state_means="more",
        parts=(Part(part_id="all", title="All", supports=("up",), indicators=(indicator,)),),
    )
    return Assessor((rule,), add_counts(desk.assessor.observed, counts))


def load_ships() -> pd.Series:
    """Ships in the contiguous zone by day, from the file apart from the code under test."""
    rows = pd.read_csv(SERIES / "japan_senkaku_daily.csv", parse_dates=["date"]).set_index("date")
    return rows.contiguous_zone_vessel_count


def test_taiwans_daily_count_reads_as_the_same_one_of_the_library_on_every_day(desk: Desk) -> None:
    built = build_count("Aircraft", get_card(desk, "taiwan-mnd"), "aircraft")
    history = assess(desk, built).read_history(built.indicator_id)
    known = desk.assessor.read_history("taiwan-sorties")
    # The table of Taiwan's days and the declared series end on their own last days.
    days = history.index[history["state"].isin([str(s) for s in DIRECTIONS])]
    assert len(days) > 1000
    assert history.loc[days, "state"].tolist() == known.loc[days, "state"].tolist()
    assert history.loc[days, "ratio"].tolist() == pytest.approx(known.loc[days, "ratio"].tolist())


def test_a_daily_count_is_known_a_day_later_and_its_bare_days_are_zero(desk: Desk) -> None:
    built = build_count("Ships off the Senkakus", get_card(desk, "japan-senkaku"), "contiguous-zone")
    found = read(desk, built)
    ships = load_ships().reindex(pd.date_range("2012-09-14", "2026-10-08"), fill_value=0)
    last = pd.Timestamp(DAY) - pd.Timedelta(days=1)
    recent, before = ships[:last][-30:], ships[:last][-395:-30]
    assert found.reading.recent == pytest.approx(recent.mean())
    assert found.reading.baseline == pytest.approx(before.mean())
    assert found.reading.ratio == pytest.approx(recent.mean() / before.mean())
    assert found.track.value.iloc[-1] == pytest.approx(recent.mean())
    assert found.result.listed > 0


@pytest.mark.parametrize("measure", ["contiguous-zone", "territorial-sea"])
def test_what_a_daily_count_could_see_is_what_would_have_read_up(desk: Desk, measure: str) -> None:
    """The 30-day mean that reaches percentile 80 of the three years before, by pandas alone, over the baseline."""
    built = build_count("Ships", get_card(desk, "japan-senkaku"), measure)
    rows = pd.read_csv(SERIES / "japan_senkaku_daily.csv", parse_dates=["date"]).set_index("date")
    days = pd.date_range("2012-09-14", "2026-10-08")
    ships = rows[f"{measure.replace('-', '_')}_vessel_count"].reindex(days, fill_value=0)
    means = ships.rolling(30).mean()[: pd.Timestamp(DAY) - pd.Timedelta(days=1)]
    past = means[-1096:-1].sort_values().reset_index(drop=True)
    rank = next(n for n in range(len(past)) if (n + 1) / len(past) >= 0.8)
    found = read(desk, built)
    least = max(1.2, past[rank] / found.reading.baseline)
    assert f"could see {least:.1f} times" in found.power


def test_a_list_of_cases_is_a_rate_where_a_bare_day_is_none(desk: Desk) -> None:
    built = build_count("Ballistic missiles", get_card(desk, "north-korea-provocations"), "ballistic")
    rows = pd.read_csv(SERIES / "north_korea_provocations.csv", parse_dates=["date_from"])
    told = rows[(rows.measure == "ballistic") & (rows.date_from < pd.Timestamp(DAY))]
    ages = (pd.Timestamp(DAY) - told.date_from).dt.days
    found = read(desk, built).reading
    assert found.recent == told.value[ages < 180].sum()
    assert found.baseline == told.value[(ages >= 180) & (ages < 910)].sum()
    assert found.visible is not None
    # On its own day a case is not yet known; on the next it is.
    newest = told.date_from.max().date()
    history = assess(desk, built).read_history(built.indicator_id)["recent_count"]
    assert history[pd.Timestamp(newest + timedelta(days=1))] > history[pd.Timestamp(newest)]


def test_an_index_has_no_interval_and_its_single_days_stand_out_for_nothing(desk: Desk) -> None:
    day = date(2026, 4, 1)
    for series, measure in (("gpr-month", "index"), ("gpr-day", "index")):
        built = build_count("Risk in the press", get_card(desk, series), measure)
        found = read(desk, built, day)
        assert found.reading.ratio is not None
        assert find_kind(built).find_daily(assess(desk, built).observed, built) is None
        assert "index a" not in find_kind(built).describe(found.reading)
    monthly = build_count("Risk", get_card(desk, "gpr-month"), "index")
    assert read(desk, monthly, day).reading.interval is None
    assert "could see 1.2 times" in read(desk, monthly, day).power


def test_a_slow_count_could_see_what_its_interval_lets_through(desk: Desk) -> None:
    """March to May 2026, 113 against 119 of 2024: the interval of n against 119 lies above 1 from some n on."""
    built = build_count("Scrambles", get_card(desk, "japan-scrambles-month"), "china")
    found = read(desk, built)
    least = next(n for n in range(119, 300) if stats.beta.ppf(0.05, n, 120) > 0.5)
    assert found.reading.state == State.LEVEL
    assert f"could see {max(1.2, least / 119):.1f} times" in found.power


def test_the_places_of_a_count_are_never_mixed(desk: Desk) -> None:
    rows = desk.queries.load_measurements("philippine-navy-month")
    places = list_places(rows, "navy")
    assert places[0] == "West Philippine Sea"
    assert len(places) > 1
    built = build_count("Ships at a shoal", get_card(desk, "philippine-navy-month"), "navy", places[1])
    assert built.count is not None
    assert set(built.count.select(rows).place) == {places[1]}
    assert places[1] in built.sentence


def test_what_has_no_rate_is_told_so(desk: Desk) -> None:
    for card in desk.series:
        if can_read(card):
            built = build_count("X", card, card.measures[0].measure)
            assert find_indicator_faults(built, desk.series) == []
            continue
        with pytest.raises(BadInput, match="a day without a row is zero"):
            build_count("X", card, card.measures[0].measure)
    card = get_card(desk, "strait-transits")
    senkaku = build_count("X", get_card(desk, "japan-senkaku"), "contiguous-zone")
    assert senkaku.count is not None
    other = senkaku.count.model_copy(update={"series": card.series, "measure": "us-ships", "cadence": "event"})
    changed = senkaku.model_copy(update={"kind": "dated", "count": other, "window_days": 180, "baseline_days": 730})
    assert "a day without a row is zero" in " ".join(find_indicator_faults(changed, desk.series))
    assert find_indicator_faults(senkaku.model_copy(update={"kind": "dated"}), desk.series)
    assert find_indicator_faults(changed.model_copy(update={"kind": "daily"}), desk.series)


def test_single_days_of_a_daily_count_are_noticed_when_they_are_known(desk: Desk) -> None:
    built = build_count("Ships near by", get_card(desk, "japan-senkaku"), "contiguous-zone")
    highest = date(2025, 3, 3)
    after, claim = highest + timedelta(days=1), desk.record.article.claims[0]
    assessor = assess(desk, built, {highest: 30.0})
    assert [s.surge.day for s in read_notice(assessor, claim, after).surges] == [highest]
    assert highest not in [s.surge.day for s in read_notice(assessor, claim, highest).surges]
    for until, told in ((highest, False), (after, True)):
        changes = read_changes(assessor, desk.queries, [claim], until - timedelta(days=1), until).changes
        assert (highest in [c.day for c in changes if c.kind == ChangeKind.SURGE]) == told


def test_a_saved_article_reads_its_daily_count_on_every_page_with_its_rows(own_desk: Desk) -> None:
    built = build_count("Ships off the Senkakus", get_card(own_desk, "japan-senkaku"), "contiguous-zone")
    claim = DraftClaim(
        offset=0,
        length=len(TEXT.sentences[0].words),
        quote=TEXT.sentences[0].words,
        title="Senkakus",
        statement="More ships may come.",
        trend="rising",
        confidence="low",
        confidence_reason="",
        parts=(DraftPart("All", ("up",), (built.indicator_id,)),),
    )
    article = build_article(TEXT, Head("Of the islands", "Us", date(2026, 1, 5)), [claim], (built,))
    save_article(own_desk.settings.user_data_dir, article, own_desk.record)
    own_desk.refresh()
    followed = own_desk.choose_article("of-the-islands")
    reading = followed.assessor.read_claim("senkakus", DAY)
    assert reading.indicators[0].recent == read(own_desk, built).reading.recent
    table = followed.load_evidence(DAY)
    ships = load_ships()
    assert table.occurred_date.tolist() == [DAY - timedelta(days=30 - n) for n in range(30)]
    assert table.value.tolist() == [float(ships.get(pd.Timestamp(day), 0)) for day in table.occurred_date]
    assert set(table.publisher) == {"Japan Coast Guard"}
    assert table.reported_date.iloc[0] == table.occurred_date.iloc[0] + timedelta(days=1)


def test_the_cases_behind_a_rate_are_rows_with_their_pages(desk: Desk) -> None:
    built = build_count("Ballistic missiles", get_card(desk, "north-korea-provocations"), "ballistic")
    assessor = assess(desk, built)
    material = Material(
        pd.DataFrame(columns=["event_id"]), pd.DataFrame(), (), {}, ("", ""), assessor.observed.frames.counts
    )
    reading = assessor.read_claim("taiwan", DAY)
    table = build_evidence([reading], material)
    counted = table.groupby("role").value.sum()
    found = reading.indicators[0]
    assert (counted["recent"], counted["baseline"]) == (found.recent, found.baseline)
    assert table.url.str.startswith("http").all()
    assert found.robustness
