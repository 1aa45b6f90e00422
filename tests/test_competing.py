"""Competing readings: the textbook matrix in the textbook order, camps dropped, the file, the section of the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.__main__ import main
from tension.brief.build import build_document
from tension.brief.recipe import Recipe
from tension.desk import Desk
from tension.errors import BadInput
from tension.judgements.competing import (
    MARKS,
    Cell,
    EvidenceRow,
    Matrix,
    drop_camp,
    find_decisive,
    list_by_telling,
    rank_hypotheses,
    without,
)
from tension.judgements.matrix_files import FOLDER, load_matrix, remove_evidence, save_evidence, save_hypotheses
from tension.judgements.weighing import build_weighing
from tests.apps import open_page, read_words

SIGNS = {"+": "consistent", "-": "inconsistent", "0": "not applicable"}


def make_matrix(rows: dict[str, str], names: tuple[str, ...] = ("H1", "H2", "H3")) -> Matrix:
    evidence = [
        EvidenceRow(event_id=key, cells=tuple(Cell.model_validate({"mark": SIGNS[s], "reason": "so"}) for s in signs))
        for key, signs in rows.items()
    ]
    return Matrix(claim="taiwan", author="A", hypotheses=names, evidence=tuple(evidence))


# Heuer 1999, chapter 8, figure 15: will Iraq retaliate for the bombing of its intelligence headquarters? H1: no;
# H2: minor terrorist actions; H3: a major attack.
TEXTBOOK = make_matrix(
    {
        "E1 a public statement that it won't": "+++",
        "E2 no terrorist offensive in the Gulf War of 1991": "++-",
        "E3 it would not provoke another war": "++-",
        "E4 more broadcasts to its agents": "-++",
        "E5 embassies told to take more care": "-++",
        "E6 not to retaliate would be a loss of face": "-++",
    }
)


def test_the_textbook_matrix_gives_the_textbook_order() -> None:
    ranked = rank_hypotheses(TEXTBOOK)
    assert [(one.hypothesis, one.rank, one.inconsistent) for one in ranked] == [
        ("H2", 1, 0),
        ("H3", 2, 2),
        ("H1", 3, 3),
    ]
    told = list_by_telling(TEXTBOOK)
    # The statement fits all three: no diagnostic value, says the book.
    assert (told[-1].event_id[:2], told[-1].told_apart) == ("E1", 0)
    assert [row.told_apart for row in told[:-1]] == [2] * 5
    assert find_decisive(TEXTBOOK) == []


def test_what_stands_first_by_one_piece_names_it_decisive() -> None:
    matrix = make_matrix({"a": "+-", "b": "-+", "c": "+-"}, ("one", "two"))
    assert [one.rank for one in rank_hypotheses(matrix)] == [1, 2]
    # Without a or c both have one against them.
    assert find_decisive(matrix) == ["a", "c"]
    tied = rank_hypotheses(without(matrix, {"a"}))
    assert [(one.hypothesis, one.rank) for one in tied] == [("one", 1), ("two", 1)]


def test_dropping_a_camp_takes_out_what_it_alone_tells() -> None:
    matrix = make_matrix({"a": "+-", "b": "-+", "c": "+-"}, ("one", "two"))
    camps = {"a": ("AP", "Reuters"), "b": ("Reuters",), "c": ("AP",)}
    assert [row.event_id for row in drop_camp(matrix, camps, "AP").evidence] == ["a", "b"]
    assert [row.event_id for row in drop_camp(matrix, camps, "Reuters").evidence] == ["a", "c"]
    assert drop_camp(matrix, camps, "AFP") == matrix


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from("+-0"), min_size=3, max_size=3).map("".join), max_size=7))
def test_the_order_is_that_of_the_counts_and_no_order_of_evidence_changes_it(rows: list[str]) -> None:
    matrix = make_matrix({f"e{n}": row for n, row in enumerate(rows)})
    against = {f"H{n + 1}": sum(row[n] == "-" for row in rows) for n in range(3)}
    ranked = rank_hypotheses(matrix)
    assert [one.inconsistent for one in ranked] == sorted(against.values())
    assert {one.hypothesis: one.inconsistent for one in ranked} == against
    back = matrix.model_copy(update={"evidence": matrix.evidence[::-1]})
    assert rank_hypotheses(back) == ranked
    for row, signs in zip(matrix.evidence, rows, strict=True):
        pairs = [(a, b) for i, a in enumerate(signs) for b in signs[i + 1 :]]
        assert row.told_apart == sum({a, b} == {"+", "-"} for a, b in pairs)


@pytest.fixture
def reading_desk(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, user_data_dir=tmp_path))


def find_event(desk: Desk) -> str:
    table = desk.load_evidence(desk.find_last_day(), ("taiwan",))
    return str(table.event_id.dropna().iloc[0])


def test_marks_are_kept_in_a_file_and_stay_with_their_hypothesis(reading_desk: Desk) -> None:
    event_id = find_event(reading_desk)
    assert load_matrix(reading_desk, "taiwan") is None
    save_hypotheses(reading_desk, "taiwan", ["Pressure grows", " Routine ", ""], "A")
    cells = [Cell(mark=mark, reason=f"for {mark}") for mark in MARKS[:2]]
    save_evidence(reading_desk, "taiwan", event_id, cells, "A")
    save_hypotheses(reading_desk, "taiwan", ["Routine", "A new one", "Pressure grows"], "B")
    matrix = load_matrix(reading_desk, "taiwan")
    assert matrix is not None
    assert [cell.mark for cell in matrix.evidence[0].cells] == ["inconsistent", "not applicable", "consistent"]
    assert matrix.evidence[0].cells[1].reason == "not marked yet"
    assert remove_evidence(reading_desk, "taiwan", event_id).evidence == ()


def test_what_is_no_matrix_is_refused_and_the_file_stays(reading_desk: Desk) -> None:
    with pytest.raises(BadInput, match="write these first"):
        save_evidence(reading_desk, "taiwan", find_event(reading_desk), [], "A")
    for names in (["one"], list("abcdef"), ["same", "same"]):
        with pytest.raises(BadInput, match="hypotheses"):
            save_hypotheses(reading_desk, "taiwan", names, "A")
    with pytest.raises(BadInput, match="taiwan"):
        save_hypotheses(reading_desk, "../elsewhere", ["a", "b"], "A")
    save_hypotheses(reading_desk, "taiwan", ["a", "b"], "A")
    path = reading_desk.settings.user_data_dir / FOLDER / "taiwan.yaml"
    before = path.read_bytes()
    with pytest.raises(BadInput, match="one for each hypothesis"):
        save_evidence(reading_desk, "taiwan", find_event(reading_desk), [Cell(mark="consistent", reason="x")], "A")
    with pytest.raises(BadInput, match="event_id of an event"):
        save_evidence(reading_desk, "taiwan", "no-such-event", [], "A")
    assert path.read_bytes() == before
    path.write_text("claim: [", encoding="utf-8")
    with pytest.raises(BadInput, match="mend it first"):
        load_matrix(reading_desk, "taiwan")


def test_the_page_ranks_hostile_text_inertly_and_keeps_a_mark(
    reading_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENSION_DATA", str(reading_desk.settings.user_data_dir))
    names = ["<script>alert(1)</script> grows", "*Routine* [x](javascript:y)"]
    save_hypotheses(reading_desk, "taiwan", names, "A")
    event_id = find_event(reading_desk)
    cells = [Cell(mark="inconsistent", reason="<b>no</b>"), Cell(mark="consistent", reason="yes")]
    save_evidence(reading_desk, "taiwan", event_id, cells, "A")
    app = open_page("evidence", claim="taiwan")
    assert not app.exception
    shown = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert shown.index("*Routine*") < shown.index("&lt;script&gt;alert(1)")
    assert "Marked by A" in read_words(app)
    app.get_by_key("ach_event_taiwan").set_value(event_id).run()
    app.get_by_key("ach_mark").click().run()
    assert not app.exception
    matrix = load_matrix(reading_desk, "taiwan")
    assert matrix is not None
    assert [cell.reason for cell in matrix.evidence[0].cells] == ["<b>no</b>", "yes"]
    why = [box for box in app.text_input if str(box.key).startswith("ach_why_")]
    why[0].set_value("typed and clicked at once")
    app.get_by_key("ach_mark").click().run()
    matrix = load_matrix(reading_desk, "taiwan")
    assert matrix is not None
    assert [cell.reason for cell in matrix.evidence[0].cells] == ["typed and clicked at once", "yes"]
    next(box for box in app.text_input if box.key == why[0].key).set_value("")
    app.get_by_key("ach_mark").click().run()
    assert not app.exception
    assert "each mark needs its reason" in app.error[0].value.replace("\\", "")
    assert load_matrix(reading_desk, "taiwan") == matrix


def test_the_command_ranks_as_the_page_does_with_and_without_a_camp(
    reading_desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENSION_DATA", str(reading_desk.settings.user_data_dir))
    save_hypotheses(reading_desk, "taiwan", ["Pressure grows", "Routine"], "A")
    event_id = find_event(reading_desk)
    cells = [Cell(mark="inconsistent", reason="no"), Cell(mark="consistent", reason="yes")]
    save_evidence(reading_desk, "taiwan", event_id, cells, "A")
    weighed = build_weighing(reading_desk, "taiwan")
    assert [(row["rank"], row["hypothesis"]) for row in weighed["hypotheses"]] == [
        (1, "Routine"),
        (2, "Pressure grows"),
    ]
    assert weighed["evidence"][0]["is_decisive"] is True
    without_it = [build_weighing(reading_desk, "taiwan", camp) for camp in weighed["camps"]]
    for found in without_it:
        is_gone = weighed["camps"] == [found["left_out"]]
        assert found["left_out_count"] == int(is_gone)
        assert [row["rank"] for row in found["hypotheses"]] == ([1, 1] if is_gone else [1, 2])
    for claim, camp in (("taiwan", "nobody"), ("south-china-sea", "")):
        with pytest.raises(BadInput):
            build_weighing(reading_desk, claim, camp)
    monkeypatch.setattr("sys.argv", ["tension", "judgements", "--competing", "taiwan", "--format", "json"])
    assert main() == 0
    assert json.loads(capfd.readouterr().out) == weighed
    pages = build_document(
        reading_desk, Recipe.model_validate({"items": [{"kind": "competing", "key": "taiwan"}]})
    ).pages
    assert [row[:2] for row in pages[0].table.rows] == [("1", "Routine"), ("2", "Pressure grows")]
    assert pages[1].table.rows[0][2] == "− +"
    assert pages[1].refs
    camp = {"kind": "competing", "key": "taiwan", "options": {"without": weighed["camps"][0]}}
    (first, *_) = build_document(reading_desk, Recipe.model_validate({"items": [camp]})).pages
    assert "left out" in first.subtitle
    with pytest.raises(BadInput, match="without"):
        build_document(reading_desk, Recipe.model_validate({"items": [camp | {"options": {"x": "y"}}]}))
