"""Every kind of indicator answers what a kind is asked, for each declared indicator and on days of all sorts."""

from __future__ import annotations

import inspect
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

import tension.assessments.kinds as room
from tension.articles.building import add_counts, build_count, can_read, load_counts
from tension.assessments.assessor import Assessor
from tension.assessments.kinds import KINDS, find_kind
from tension.assessments.kinds.base import EventKind, Evidence, Kind, Numbers
from tension.assessments.reading import IndicatorReading
from tension.desk import Desk
from tension.errors import BadInput
from tension.readings import SeriesRule, State
from tension.records.claims import ClaimRule, Indicator, Part
from tension.records.source_cards import SOURCE_CARDS

QUESTIONS = [name for name, member in inspect.getmembers(Kind, inspect.isfunction) if not name.startswith("_")]
NOT_KINDS = {"__init__", "base", "windows"}


def test_every_file_of_the_room_is_one_kind_and_every_kind_is_registered() -> None:
    files = {path.stem for path in Path(room.__file__).parent.glob("*.py")} - NOT_KINDS
    assert files == set(KINDS)
    assert [type(kind).__module__.rsplit(".", 1)[1] for kind in KINDS.values()] == list(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_answers_every_question_with_the_arguments_of_the_protocol(name: str) -> None:
    kind = KINDS[name]
    for question in QUESTIONS:
        asked = inspect.signature(getattr(Kind, question))
        answered = inspect.signature(getattr(type(kind), question))
        assert len(answered.parameters) == len(asked.parameters), question
        assert answered.return_annotation == asked.return_annotation, question
    assert kind.title
    assert set(kind.needs) <= set(Indicator.model_fields)
    assert isinstance(kind.has_mark, bool)
    assert kind.source_key in {*SOURCE_CARDS, ""}


def test_every_declared_kind_is_read_on_days_of_all_sorts(desk: Desk) -> None:
    built = [
        build_count("X", card, card.measures[0].measure)
        for card in desk.series
        if can_read(card) and card.cadence in ("day", "event")
    ]
    counts = load_counts(built, desk.series, desk.queries.load_measurements)
    observed = add_counts(desk.assessor.observed, counts)
    last = desk.find_last_day()
    days = pd.DatetimeIndex([date(2022, 1, 2), date(2023, 6, 1), last, last + timedelta(days=400)])
    seen = set()
    for indicators in (*(rule.indicators for rule in desk.assessor.rules), built):
        for indicator in indicators:
            kind = find_kind(indicator)
            seen.add(indicator.kind)
            history = kind.read_history(observed, indicator, days)
            assert history.index.equals(days)
            assert set(history["state"]) <= set(State)
            assert (history["reason"].str.len() > 0).all()
            numbers = kind.numbers(history.iloc[2])
            assert set(numbers) <= set(Numbers.__annotations__)
            evidence = kind.evidence(observed, indicator, last, State(history["state"].iloc[2]))
            assert set(evidence) <= set(Evidence.__annotations__)
            band = kind.band(history, indicator)
            assert band is None or all(len(line) == len(days) for line in vars(band).values())
            assert kind.rule_text(indicator).endswith(".")
    assert seen == set(KINDS)


def test_numbers_and_evidence_are_fields_of_a_reading() -> None:
    fields = set(IndicatorReading.__dataclass_fields__)
    assert set(Numbers.__annotations__) | set(Evidence.__annotations__) <= fields


def test_a_rule_in_words_follows_the_rule_that_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    indicator = Indicator(indicator_id="x", title="X", kind="series", sentence="X.", series="aircraft_count")
    assert "percentile 80 on where the ratio is 1.2 or more" in KINDS["series"].rule_text(indicator)
    changed = SeriesRule(upper=75, ratio_up=1.5, hysteresis=3, coverage=0.5)
    monkeypatch.setattr("tension.assessments.kinds.series.build_rule", lambda _: changed)
    said = KINDS["series"].rule_text(indicator)
    assert "percentile 75 on where the ratio is 1.5 or more" in said
    assert "passed by 3 points" in said
    assert "50% of their days" in said


def test_an_unknown_kind_lists_the_kinds() -> None:
    stranger = Indicator(indicator_id="x", title="X", kind="moon", sentence="X.")
    with pytest.raises(BadInput, match="cannot_see"):
        find_kind(stranger)


def test_a_new_kind_takes_one_file_and_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class NewestKind(EventKind):
        """How many events there are: what a made-up kind would have to say for itself."""

        def read_history(self, observed, indicator, days):
            return pd.DataFrame({"state": "observed", "reason": "counted", "number": 3}, index=days)

        def numbers(self, row):
            return {"recent": float(row["number"])}

        def band(self, _history, _indicator):
            return None

        def describe(self, reading):
            return f"{reading.recent:g} of them"

        def rule_text(self, _indicator):
            return "Counted."

    monkeypatch.setitem(KINDS, "newest", NewestKind())
    indicator = Indicator(indicator_id="x", title="X", kind="newest", sentence="X.")
    part = Part(part_id="new", title="New", indicators=(indicator,))
    assessor = Assessor(
        [ClaimRule(claim_id="taiwan", state_means="more", parts=(part,))], desk.assessor.observed.frames
    )
    (reading,) = assessor.read_claim("taiwan", desk.find_last_day()).indicators
    assert (reading.state, reading.recent, reading.robustness) == (State.OBSERVED, 3.0, "")
    assert find_kind(indicator).describe(reading) == "3 of them"
