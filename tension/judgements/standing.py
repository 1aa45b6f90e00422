"""Judgements as they stand on a day: what was said of each and when, what came of it, and how that is scored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tension.errors import BadInput
from tension.judgements.answers import Answer, read_answer
from tension.judgements.book import Book, Known, Line, read_book
from tension.judgements.likelihood import load_likelihoods
from tension.judgements.questions import Question
from tension.judgements.scores import Band, Score, Scored, build_bands, score_all
from tension.store.delta import read_now_utc

if TYPE_CHECKING:
    from tension.desk import Desk

OPEN, WAITING, TRUE, FALSE, VOID = "open", "waiting for its source", "came true", "did not come true", "void"
ALL_AUTHORS = "all"


@dataclass(frozen=True)
class Judgement:
    """A question with all that was said of it, oldest first; the last forecast stands.

    `status` is one of the words above, `reason` why it is void, waiting, or otherwise than was written down. `answer`
    is what the record says now of the question's day, None before that day; `written` the line that says what came of
    it, or that it is void.
    """

    judgement_id: str
    author: str
    question: Question
    known: Known
    forecasts: tuple[Line, ...]
    status: str
    reason: str = ""
    answer: Answer | None = None
    written: Line | None = None

    @property
    def standing(self) -> Line:
        """What is said of it last."""
        return self.forecasts[-1]

    @property
    def outcome(self) -> bool | None:
        return {TRUE: True, FALSE: False}.get(self.status)

    def build_scored(self) -> Scored | None:
        """Its forecasts by the days on which they stood; None while nothing has come of it.

        A forecast counts from the day it was written on, up to the day before the question's.
        """
        if self.outcome is None:
            return None
        starts = [min(line.written_utc.date(), self.question.day) for line in self.forecasts]
        ends = [*starts[1:], self.question.day]
        days = tuple(
            ((end - start).days, (line.probability_pct or 0) / 100)
            for start, end, line in zip(starts, ends, self.forecasts, strict=True)
        )
        if not sum(count for count, _ in days):
            return None
        return Scored(days, self.outcome, self.known.base_rate, float(self.known.held))


@dataclass(frozen=True)
class Standing:
    """Every judgement of the book, the one whose day comes last first, with the book's faults and mark."""

    judgements: tuple[Judgement, ...]
    faults: tuple[str, ...]
    mark: str
    line_count: int

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(sorted({judgement.author for judgement in self.judgements}))

    def list_scored(self, author: str = ALL_AUTHORS) -> list[Scored]:
        """The judgements of an author, or all, that came to something."""
        own = [j for j in self.judgements if author in (ALL_AUTHORS, j.author)]
        return [scored for judgement in own if (scored := judgement.build_scored())]

    def score(self, author: str = ALL_AUTHORS) -> Score:
        """The mean scores of an author's judgements, or of all."""
        return score_all(self.list_scored(author))

    def find(self, judgement_id: str) -> Judgement:
        """A judgement; BadInput lists them."""
        for judgement in self.judgements:
            if judgement.judgement_id == judgement_id:
                return judgement
        raise BadInput("judgement", judgement_id, [j.judgement_id for j in self.judgements] or "none was made yet")


def read_standing(desk: Desk, today: date | None = None) -> Standing:
    """The book of the user's data folder as it stands today, or on a day before."""
    today = today or read_now_utc().date()
    book = read_book(desk.settings.user_data_dir)
    made = [line for line in book.lines if line.kind == "made"]
    found = [_build(desk, line, book.lines, today) for line in made]
    found.sort(key=lambda j: (j.question.day, j.judgement_id), reverse=True)
    faults = (*book.faults, *_find_strays(book, {line.judgement for line in made}))
    return Standing(tuple(found), faults, book.mark, len(book.lines))


def build_calibration(desk: Desk, scored: Sequence[Scored]) -> list[Band]:
    """The bands of the words of likelihood in which anything was said that came to something."""
    words = load_likelihoods(desk.settings.data_dir)
    return build_bands(scored, [(one.low_pct / 100, one.high_pct / 100) for one in words])


def _build(desk: Desk, made: Line, lines: Iterable[Line], today: date) -> Judgement:
    own = [line for line in lines if line.judgement == made.judgement]
    question, known = made.question, made.known
    if question is None or known is None:
        raise BadInput("judgement", made.judgement, "a first line with its question")
    forecasts = tuple(line for line in own if line.kind == "made" or _is_in_time(line, question.day))
    written = next((line for line in own if line.kind in ("resolved", "voided")), None)
    answer = _read_answer(desk, question) if today >= question.day else None
    status, reason = _find_status(answer, written)
    return Judgement(made.judgement, made.author, question, known, forecasts, status, reason, answer, written)


def _is_in_time(line: Line, day: date) -> bool:
    return line.kind == "revised" and line.written_utc.date() < day


def _read_answer(desk: Desk, question: Question) -> Answer:
    try:
        return read_answer(desk, question)
    except BadInput as error:
        # The record no longer has the indicator or series: nothing can be said, and this is why.
        return Answer(question.day, None, None, str(error))


def _find_status(answer: Answer | None, written: Line | None) -> tuple[str, str]:
    if written is not None and written.kind == "voided":
        return VOID, written.reason
    if written is not None:
        is_other = answer is not None and answer.holds is not None and answer.holds != written.outcome
        reason = "written down as this; the record of today says otherwise" if is_other else ""
        return (TRUE if written.outcome else FALSE), reason
    if answer is None:
        return OPEN, ""
    if answer.holds is None:
        return (WAITING if answer.is_waiting else VOID), answer.reason
    return (TRUE if answer.holds else FALSE), ""


def _find_strays(book: Book, made: set[str]) -> list[str]:
    return [
        f"line {line.entry} is about {line.judgement}, which was never made"
        for line in book.lines
        if line.judgement not in made
    ]
