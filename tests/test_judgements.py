"""Judgements: questions answer themselves from what was known, scores are right, the book shows every change."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tension.__main__ import main
from tension.brief.build import build_document
from tension.brief.recipe import Recipe
from tension.brief.slides import to_pptx
from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.palette import PALETTES
from tension.figures.registry import build_chart
from tension.judgements.answers import find_past, read_answer, read_values
from tension.judgements.book import BOOK_FILE, HEAD_FILE, read_book
from tension.judgements.likelihood import find_mixed_sentence, load_likelihoods
from tension.judgements.listing import build_listing
from tension.judgements.questions import Question, build_question
from tension.judgements.scores import Scored, build_bands, find_wilson_interval, score_all
from tension.judgements.standing import FALSE, OPEN, TRUE, VOID, WAITING, read_standing
from tension.judgements.telling import tell_score
from tension.judgements.writing import make_judgement, resolve_due, revise_judgement, void_judgement
from tension.records.filters import EventFilter
from tension.store.delta import read_now_utc
from tests.apps import open_page
from tests.factories import load_raw_activity, load_raw_events

ASKED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHIPS = {"subject": "indicator", "indicator": "taiwan-official-ships", "quantity": "ratio"}
ABOVE = {"comparison": "above", "threshold": 1, "day": "2026-06-01"}


def build_fields(**changes: Any) -> dict[str, Any]:
    """What an analyst says of official ships around Taiwan; a change to a limit of the question goes into it."""
    question = {**SHIPS, **ABOVE} | {k: changes.pop(k) for k in list(changes) if k in Question.model_fields}
    said = {"author": "A. Analyst", "likelihood": "likely", "confidence": "low", "reason": "They grew in spring."}
    return {**said, "question": question, **changes}


@pytest.fixture
def judge_desk(desk: Desk, tmp_path: Path) -> Desk:
    """The bundled record, with a folder of the user's own for the book."""
    return replace(desk, settings=replace(desk.settings, user_data_dir=tmp_path))


# Questions and their answers.


def test_a_count_of_events_is_what_a_reader_counts_in_the_files_by_what_was_reported(desk: Desk) -> None:
    day = date(2025, 6, 30)
    question = build_question(
        {"subject": "events", "filter": {"region": "south-china-sea", "severity": "4"}, "window_days": 120, **ABOVE}
    )
    counted = 0
    for event in load_raw_events():
        reports = [s["published"] for s in event["sources"] if s.get("published")]
        known = max(event["occurred_date"], min(reports, default=event["occurred_date"]))
        is_inside = day - timedelta(days=119) <= event["occurred_date"] <= day
        counted += (event["region"], known <= day, is_inside, event["severity"] >= 4) == (
            "South China Sea", True, True, True,
        )  # fmt: skip
    answer = read_answer(desk, question, day)
    assert counted > 1
    assert (answer.value, answer.holds) == (counted, counted > 1)


def test_an_event_reported_later_counts_only_from_then_on(desk: Desk) -> None:
    for event in load_raw_events():
        reports = [s["published"] for s in event["sources"] if s.get("published")]
        if event["occurred_date"].year > 2022 and reports and 1 < (min(reports) - event["occurred_date"]).days < 30:
            break
    question = build_question({"subject": "events", "filter": {"q": event["title"]}, "window_days": 40, **ABOVE})
    days = [min(reports) - timedelta(days=1), min(reports)]
    assert read_values(desk, question, days).value.tolist() == [0, 1]


def test_a_ratio_of_a_daily_count_is_that_of_its_two_means(desk: Desk) -> None:
    days = load_raw_activity()
    day = date(2026, 6, 1)
    stated = {d: float(row["official_ship_count"]) for d, row in days.items() if row["official_ship_count"]}
    recent = [stated[d] for n in range(30) if (d := day - timedelta(days=n)) in stated]
    before = [stated[d] for n in range(30, 395) if (d := day - timedelta(days=n)) in stated]
    answer = read_answer(desk, build_question({**SHIPS, **ABOVE}), day)
    assert answer.value == pytest.approx((sum(recent) / len(recent)) / (sum(before) / len(before)))


def test_a_slow_count_is_known_only_once_it_was_published(desk: Desk) -> None:
    card = next(card for card in desk.series if card.series == "japan-senkaku-month")
    place = desk.queries.load_measurements(card.series).place.iloc[0]
    fields = {"subject": "series", "series": card.series, "measure": "contiguous-zone", "place": place, **ABOVE}
    days = [day.date() for day in pd.date_range("2025-01-01", "2025-07-01")]
    values = read_values(desk, build_question(fields), days)
    changed = values.index[values.value.diff().fillna(0) != 0]
    assert len(changed) > 3
    # The last day of a month, and so many days after it.
    assert {(day - timedelta(days=card.known_after_days - 1)).day for day in changed} == {1}


def test_many_days_at_once_say_what_each_day_says(desk: Desk) -> None:
    days = [date(2025, 1, 1) + timedelta(days=61 * n) for n in range(9)]
    for fields in (SHIPS, {"subject": "indicator", "indicator": "severe-share"}):
        question = build_question({**fields, **ABOVE})
        together = read_values(desk, question, days)
        for day in days:
            alone = read_answer(desk, question, day)
            found = together.value[pd.Timestamp(day)]
            assert alone.value == (pytest.approx(found) if np.isfinite(found) else None)


def list_subjects(desk: Desk) -> Iterator[dict[str, Any]]:
    for rule in desk.assessor.rules:
        for indicator in rule.indicators:
            yield from ({**SHIPS, "indicator": indicator.indicator_id, "quantity": q} for q in ("value", "ratio"))
    for card in desk.series:
        rows = desk.queries.load_measurements(card.series)
        rows = rows[rows.measure == card.measures[0].measure]
        if len(rows):
            named = {"series": card.series, "measure": card.measures[0].measure, "place": rows.place.iloc[-1]}
            yield from ({"subject": "series", "quantity": q, **named} for q in ("value", "ratio"))
    for severity in ("1", "3", "4"):
        yield {"subject": "events", "filter": {"severity": severity}, "window_days": 90}


def test_five_hundred_questions_on_past_days_answer_themselves(desk: Desk) -> None:
    chosen = random.Random(5)  # noqa: S311
    days = [day.date() for day in pd.date_range("2022-01-01", "2026-07-05", freq="4D")]
    read: list[tuple[dict[str, Any], pd.DataFrame]] = []
    for subject in chosen.sample(list(list_subjects(desk)), 24):
        try:
            read.append((subject, read_values(desk, build_question(subject | ABOVE), days)))
        except BadInput:
            continue
    counts = {True: 0, False: 0, "waiting": 0, "void": 0}
    while sum(counts.values()) < 500:
        subject, values = chosen.choice(read)
        asked = pd.Timestamp(chosen.choice(days[225:375]))
        day = values.index[values.index.get_loc(asked) + chosen.randrange(4, 30)]
        past = values.value[:asked].dropna().tolist()
        fields = {"comparison": chosen.choice(["above", "at least", "at most", "below"]), "day": day.date()}
        question = build_question(subject | fields | {"threshold": chosen.choice(past) if past else 1})
        try:
            known = find_past(question, values[:asked])
        except BadInput:
            # Nobody could have answered it then, so it is never asked.
            continue
        assert 0 <= known.base_rate <= 1
        row = values.loc[day]
        found = "waiting" if row.state == "not looked" else "void" if np.isnan(row.value) else None
        counts[question.compare(row.value) if found is None else found] += 1
    assert counts["void"] < 25
    assert min(counts[True], counts[False]) > 100


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"subject": "weather"}, "'indicator', 'series' or 'events'"),
        ({"subject": "indicator"}, "with indicator"),
        ({"subject": "events", "window_days": 30, "quantity": "ratio"}, "their number in the window"),
        ({"subject": "events", "window_days": 30, "filter": {"asof": "2026-01-01"}}, "no such limit"),
        ({"subject": "events", "window_days": 30, "filter": {"region": "mars"}}, "taiwan-strait"),
        ({**SHIPS, "comparison": "about"}, "'above'"),
        ({**SHIPS, "threshold": "inf"}, "finite"),
        ({**SHIPS, "series": "japan-senkaku", "measure": "contiguous-zone"}, "no other subject"),
    ],
)
def test_a_question_that_would_not_answer_itself_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        build_question({**ABOVE, **fields})
    assert said in str(caught.value)


# Making, revising, voiding, resolving.


def test_a_judgement_is_made_resolved_and_scored(judge_desk: Desk) -> None:
    line = make_judgement(judge_desk, build_fields(), ASKED)
    assert (line.judgement, line.probability_pct) == ("taiwan-official-ships-2026-06-01", 67.5)
    (judgement,) = read_standing(judge_desk, date(2026, 5, 31)).judgements
    assert (judgement.status, judgement.answer) == (OPEN, None)
    assert judgement.known.last_day == ASKED.date()
    standing = read_standing(judge_desk, date(2026, 6, 1))
    assert standing.judgements[0].status == TRUE
    score = standing.score()
    assert (score.count, score.brier) == (1, pytest.approx((0.675 - 1) ** 2))
    assert score.persistence == (1 - judgement.known.held) ** 2
    (written,) = resolve_due(judge_desk, datetime(2026, 6, 2, tzinfo=UTC))
    assert (written.outcome, written.record) == (True, judge_desk.record.content_hash)
    assert resolve_due(judge_desk, datetime(2026, 6, 3, tzinfo=UTC)) == []


def test_a_revision_counts_from_its_day_on_and_the_first_forecast_stays(judge_desk: Desk) -> None:
    made = make_judgement(judge_desk, build_fields(), ASKED)
    later = datetime(2026, 5, 2, tzinfo=UTC)
    said = {k: v for k, v in build_fields(likelihood="unlikely", reason="They fell.").items() if k != "question"}
    revise_judgement(judge_desk, made.judgement, said, later)
    judgement = read_standing(judge_desk, date(2026, 6, 1)).find(made.judgement)
    assert [line.likelihood for line in judgement.forecasts] == ["likely", "unlikely"]
    scored = judgement.build_scored()
    assert scored is not None
    # From 2 March to 2 May, and from there to 1 June.
    assert scored.days == ((61, 0.675), (30, 0.325))
    with pytest.raises(BadInput, match="open"):
        revise_judgement(judge_desk, made.judgement, said, datetime(2026, 6, 1, tzinfo=UTC))


def test_void_needs_a_reason_and_comes_before_the_outcome(judge_desk: Desk) -> None:
    made = make_judgement(judge_desk, build_fields(), ASKED)
    with pytest.raises(BadInput, match="why the question"):
        void_judgement(judge_desk, made.judgement, "A. Analyst", " ", ASKED)
    with pytest.raises(BadInput, match="without an outcome"):
        void_judgement(judge_desk, made.judgement, "A. Analyst", "I was wrong", datetime(2026, 6, 2, tzinfo=UTC))
    void_judgement(judge_desk, made.judgement, "A. Analyst", "The ministry changed its count", ASKED)
    standing = read_standing(judge_desk, date(2026, 6, 2))
    assert (standing.judgements[0].status, standing.judgements[0].reason) == (VOID, "The ministry changed its count")
    assert standing.score().count == 0


def test_a_day_that_the_source_has_not_reached_waits(judge_desk: Desk) -> None:
    make_judgement(judge_desk, build_fields(day="2027-01-31"), datetime(2026, 9, 1, tzinfo=UTC))
    standing = read_standing(judge_desk, date(2027, 2, 1))
    assert standing.judgements[0].status == WAITING
    assert resolve_due(judge_desk, datetime(2027, 2, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2026-03-02"}, "a day after today"),
        ({"likelihood": "maybe"}, "almost no chance"),
        ({"probability_pct": 90}, "from 55 to 80"),
        ({"confidence": "certain"}, "low, moderate, high"),
        ({"reason": "  "}, "why it is judged so"),
        ({"reason": "It is likely, with high confidence."}, "two sentences"),
        ({"event_ids": ["no-such-event"]}, "event_ids of the record"),
        ({"author": ""}, "the person who judges"),
        ({"indicator": "taiwan-unseen"}, "such a number"),
        ({"indicator": "scs-ship-days"}, "more often than by the year"),
        ({"indicator": "taiwan-large-exercises"}, "could be read"),
        ({"mood": "good"}, "judgement, author, question"),
    ],
)
def test_what_may_not_be_said_is_refused_and_nothing_is_written(
    judge_desk: Desk, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        make_judgement(judge_desk, build_fields(**changes), ASKED)
    assert said in str(caught.value)
    assert not (judge_desk.settings.user_data_dir / BOOK_FILE).exists()


def test_the_words_of_icd_203_meet_without_a_gap(desk: Desk) -> None:
    words = load_likelihoods(desk.settings.data_dir)
    assert [(one.word, one.low_pct, one.high_pct) for one in words] == [
        ("almost no chance", 1, 5),
        ("very unlikely", 5, 20),
        ("unlikely", 20, 45),
        ("roughly even chance", 45, 55),
        ("likely", 55, 80),
        ("very likely", 80, 95),
        ("almost certain", 95, 99),
    ]
    assert find_mixed_sentence("Moderate confidence. It is probable.", words) == ""
    assert find_mixed_sentence("We judge with high confidence that it is improbable", words) != ""


# Scores.


def make_scored(probability: float, outcome: bool, base_rate: float = 0.5) -> Scored:
    return Scored(((10, probability),), outcome, base_rate, float(outcome))


def test_perfect_random_and_base_rate_forecasters_score_as_they_must() -> None:
    drawn = random.Random(11)  # noqa: S311
    share = 0.3
    outcomes = [drawn.random() < share for _ in range(4000)]
    happened = sum(outcomes) / len(outcomes)
    perfect = score_all(make_scored(float(o), o) for o in outcomes)
    assert perfect.brier == 0
    # Who always says the share that happened is left with the variance of the outcomes.
    base = score_all(make_scored(happened, o, happened) for o in outcomes)
    assert base.brier == pytest.approx(happened * (1 - happened))
    assert base.brier == base.base_rate
    # A number drawn from 0 to 1 whatever happens: the mean of u squared, and of (1 - u) squared, is a third.
    guessed = score_all(make_scored(drawn.random(), o) for o in outcomes)
    assert guessed.brier == pytest.approx(1 / 3, abs=0.02)
    assert guessed.persistence == 0


def test_a_calibrated_forecaster_meets_every_band_and_a_bold_one_does_not() -> None:
    bounds = [(0.01, 0.05), (0.05, 0.2), (0.2, 0.45), (0.45, 0.55), (0.55, 0.8), (0.8, 0.95), (0.95, 0.99)]
    middles = [(low + high) / 2 for low, high in bounds]
    exact = [make_scored(m, n < round(400 * m)) for m in middles for n in range(400)]
    bands = build_bands(exact, bounds)
    assert [band.count for band in bands] == [400] * 7
    assert all(band.is_met for band in bands)
    assert [band.share for band in bands] == [round(400 * m) / 400 for m in middles]
    bold = build_bands([make_scored(0.97, n < 240) for n in range(400)], bounds)
    assert [(band.low, band.share, band.is_met) for band in bold] == [(0.95, 0.6, False)]


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Solved by hand: the roots of (share - p)^2 = z^2 p (1 - p) / n for 3 of 10 and z = 1.6449.
    low, high = find_wilson_interval(3, 10)
    for bound in (low, high):
        assert (0.3 - bound) ** 2 == pytest.approx(1.6448536269514722**2 * bound * (1 - bound) / 10)
    assert low < 0.3 < high


# The book.


def write_three(desk: Desk) -> tuple[Path, list[str]]:
    for day in ("2026-06-01", "2026-06-02", "2026-06-03"):
        make_judgement(desk, build_fields(day=day), ASKED)
    path = desk.settings.user_data_dir / BOOK_FILE
    return path, path.read_text(encoding="utf-8").splitlines()


def recompute(line: str, **changes: Any) -> str:
    """A line as someone writes it who knows how its hash is made."""
    import hashlib

    fields = json.loads(line) | changes
    fields.pop("hash")
    fields["hash"] = hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
    return json.dumps(fields, ensure_ascii=False)


CHANGES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "edited": (lambda t: [t[0], t[1].replace("likely", "unlikely"), t[2]], "line 2 was changed"),
    "edited, its hash made anew": (lambda t: [t[0], recompute(t[1], author="B"), t[2]], "line 3 doesn't follow"),
    "the last edited, its hash made anew": (lambda t: [*t[:2], recompute(t[2], author="B")], "line 3 is not the one"),
    "spaces added": (lambda t: [t[0], t[1].replace(", ", ",  ", 1), t[2]], "line 2 was changed"),
    "first taken out": (lambda t: t[1:], "line 1 doesn't follow"),
    "middle taken out": (lambda t: [t[0], t[2]], "line 2 doesn't follow"),
    "last taken out": (lambda t: t[:2], "taken off the end"),
    "all taken out": (lambda _: [], "taken off the end"),
    "moved": (lambda t: [t[1], t[0], t[2]], "line 1 doesn't follow"),
    "one put in twice": (lambda t: [t[0], t[1], t[1], t[2]], "line 3 doesn't follow"),
    "made unreadable": (lambda t: [t[0], t[1][:-9], t[2]], "line 2 can't be read"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_book_shows_every_change_after_the_fact(judge_desk: Desk, name: str) -> None:
    path, texts = write_three(judge_desk)
    assert read_book(judge_desk.settings.user_data_dir).faults == ()
    change, said = CHANGES[name]
    path.write_text("".join(f"{text}\n" for text in change(texts)), encoding="utf-8")
    assert any(said in fault for fault in read_book(judge_desk.settings.user_data_dir).faults)
    # What is written afterwards doesn't cover it up.
    before = len(read_book(judge_desk.settings.user_data_dir).lines)
    make_judgement(judge_desk, build_fields(day="2026-06-04"), ASKED)
    book = read_book(judge_desk.settings.user_data_dir)
    assert len(book.lines) == before + 1
    is_off_the_end = "off the end" in said or "not the one" in said
    assert book.faults or is_off_the_end


def test_without_its_second_file_the_end_of_the_book_is_in_doubt(judge_desk: Desk) -> None:
    path, _ = write_three(judge_desk)
    (path.parent / HEAD_FILE).unlink()
    assert "can't be told" in read_book(path.parent).faults[0]


def test_any_text_comes_back_as_it_was_written(judge_desk: Desk) -> None:
    reason = "<script>alert(1)</script> \u2028 =cmd() | 台灣 \\ \" 'x' \x85 end"
    make_judgement(judge_desk, build_fields(reason=reason), ASKED)
    make_judgement(judge_desk, build_fields(day="2026-06-02"), ASKED)
    book = read_book(judge_desk.settings.user_data_dir)
    assert (book.faults, book.lines[0].reason) == ((), reason)


def test_the_book_asks_for_no_new_sync_of_the_record(own_desk: Desk) -> None:
    version = own_desk.refresh()
    make_judgement(own_desk, build_fields(), ASKED)
    assert own_desk.refresh() == version


def test_the_listing_says_all_and_is_plain_json(judge_desk: Desk) -> None:
    make_judgement(judge_desk, build_fields(author="B. Other"), ASKED)
    make_judgement(judge_desk, build_fields(day="2026-06-02"), ASKED)
    listing = json.loads(json.dumps(build_listing(judge_desk, read_standing(judge_desk, date(2026, 7, 1)))))
    assert [score["author"] for score in listing["scores"]] == ["all", "A. Analyst", "B. Other"]
    first = listing["judgements"][0]
    assert first["question"] == "Official ships a day (Taiwan): above its baseline on 2 Jun 2026"
    assert (first["status"], first["confidence"], first["likelihood"]) == (TRUE, "low", "likely")
    assert sum(band["count"] for band in listing["calibration"]) == 2
    assert listing["book"]["faults"] == []


def fill_book(desk: Desk, number: int = 12) -> None:
    for n in range(number):
        day, word = date(2026, 4, 1) + timedelta(days=5 * n), ("likely", "unlikely", "very likely")[n % 3]
        made = make_judgement(desk, build_fields(day=day.isoformat(), likelihood=word), ASKED)
    make_judgement(desk, build_fields(author="<b>B</b> Other", day="2026-06-20"), ASKED)
    revise_judgement(desk, made.judgement, {k: v for k, v in build_fields().items() if k != "question"}, ASKED)


def test_the_chart_draws_each_band_and_says_what_it_found(judge_desk: Desk) -> None:
    fill_book(judge_desk)
    standing = read_standing(judge_desk)
    scored = standing.list_scored()
    chart = build_chart("calibration", judge_desk, EventFilter(), PALETTES["print"])
    true_count = sum(one.outcome for one in scored)
    assert chart.finding.startswith(f"{true_count} of {len(scored)} judgements came true; what was said comes to ")
    assert chart.frame["count"].sum() == len(scored)
    assert len(chart.figure.data[1].x) == len(chart.frame) == 3
    assert "<b>" in chart.figure.layout.title.text
    mine = build_chart("calibration", judge_desk, EventFilter(), PALETTES["print"], {"author": "<b>B</b> Other"})
    assert (mine.finding, mine.frame["count"].sum()) == ("", 1)
    assert "<b>B</b>" not in mine.figure.layout.title.text
    assert build_chart("calibration", judge_desk, EventFilter(), PALETTES["print"], {"book": "0123456789ab"}).alt


def test_a_brief_says_every_judgement_and_its_reason_where_one_is_picked(judge_desk: Desk) -> None:
    fill_book(judge_desk)
    standing = read_standing(judge_desk)
    recipe = Recipe.model_validate({"items": [{"kind": "judgements"}]})
    pages = build_document(judge_desk, recipe).pages
    rows = [row for page in pages if page.table for row in page.table.rows]
    assert len(rows) == len(standing.judgements)
    assert pages[0].finding == tell_score(standing.score())
    assert not any("confidence" in cell or ("likely" in cell and "low" in cell) for row in rows for cell in row)
    one = Recipe.model_validate({"items": [{"kind": "judgements", "key": standing.judgements[0].judgement_id}]})
    (page,) = build_document(judge_desk, one).pages
    assert page.lines == ("Reason: They grew in spring.",)
    assert to_pptx(build_document(judge_desk, recipe), {})


# The page.


def test_the_page_shows_the_book_makes_a_judgement_and_tells_of_a_change(
    judge_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = judge_desk.settings.user_data_dir
    monkeypatch.setenv("TENSION_DATA", str(folder))
    make_judgement(judge_desk, build_fields(reason="<img src=x onerror=alert(1)> & more"), ASKED)
    app = open_page("judgements")
    assert not app.exception
    shown = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;img src=x" in shown
    assert "<img src=x" not in shown
    app.get_by_key("judgement_author").set_value("P. Page").run()
    app.get_by_key("ask_indicator").set_value("taiwan-sorties").run()
    app.get_by_key("make_reason").set_value("Sorties rise in autumn.").run()
    app.get_by_key("judgement_make").click().run()
    assert not app.exception
    assert "taiwan" in app.success[0].value
    assert [line.author for line in read_book(folder).lines] == ["A. Analyst", "P. Page"]
    path = folder / BOOK_FILE
    path.write_text(path.read_text(encoding="utf-8").replace("P. Page", "Q. Page"), encoding="utf-8")
    assert "line 2 was changed" in app.run().error[0].value


# The command.


def run(*args: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["tension", "judgements", *args])
    code = main()
    said = capfd.readouterr()
    return code, said.out, said.err


def test_the_command_adds_lists_voids_and_tells_of_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENSION_DATA", str(tmp_path))
    code, out, _ = run("--format", "json", monkeypatch=monkeypatch, capfd=capfd)
    assert (code, json.loads(out)["judgements"]) == (0, [])
    day = read_now_utc().date() + timedelta(days=60)
    (tmp_path / "mine.yaml").write_text(
        f"- author: A. Analyst\n  likelihood: likely\n  confidence: low\n  reason: It grew.\n  question:\n"
        f"    subject: series\n    series: japan-senkaku\n    measure: contiguous-zone\n    comparison: above\n"
        f"    threshold: 2\n    day: {day}\n"
    )
    code, out, err = run("--add", str(tmp_path / "mine.yaml"), monkeypatch=monkeypatch, capfd=capfd)
    assert (code, err) == (0, "")
    assert "likely (55-80%)" in out
    name = f"japan-senkaku-contiguous-zone-{day}"
    code, _, err = run("--void", name, "--author", "A. Analyst", monkeypatch=monkeypatch, capfd=capfd)
    assert (code, "reason" in err) == (1, True)
    book = tmp_path / BOOK_FILE
    book.write_text(book.read_text(encoding="utf-8").replace("It grew.", "It fell."), encoding="utf-8")
    code, out, err = run("--format", "json", monkeypatch=monkeypatch, capfd=capfd)
    assert (code, len(json.loads(out)["judgements"])) == (1, 1)
    assert "line 1 was changed after it was written" in err


def test_outcomes_are_both_ways(judge_desk: Desk) -> None:
    make_judgement(judge_desk, build_fields(comparison="below"), ASKED)
    assert read_standing(judge_desk, date(2026, 6, 1)).judgements[0].status == FALSE
