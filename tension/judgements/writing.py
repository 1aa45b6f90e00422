"""Makes, revises, voids and resolves judgements. All that may be written is checked here, and written once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tension.errors import BadInput
from tension.judgements.answers import load_rows, name_subject, read_past
from tension.judgements.book import Known, Line, append_line, read_book
from tension.judgements.likelihood import CONFIDENCES, Likelihood, find_mixed_sentence, load_likelihoods
from tension.judgements.questions import Question, build_question
from tension.judgements.standing import FALSE, OPEN, TRUE, WAITING, Judgement, read_standing
from tension.records.own_files import read_own_entries
from tension.store.delta import read_now_utc

if TYPE_CHECKING:
    from tension.desk import Desk

# Who writes down what came of a question.
RECORD_AUTHOR = "the record"
_FIELDS = ("judgement", "author", "question", "likelihood", "probability_pct", "confidence", "reason", "event_ids")


def make_judgement(desk: Desk, fields: Mapping[str, Any], now: datetime | None = None) -> Line:
    """A judgement from a person's words, written down; raises BadInput with what isn't allowed.

    Its question must lie in the future, and be one that the record could answer today.
    """
    now = now or read_now_utc()
    if strange := [name for name in fields if name not in _FIELDS]:
        raise BadInput("judgement", strange[0], _FIELDS)
    given = fields.get("question")
    question = _settle_place(desk, build_question(given if isinstance(given, Mapping) else {}))
    if question.day <= now.date():
        raise BadInput("day", question.day.isoformat(), f"a day after today, {now.date()}")
    past = read_past(desk, question, now.date())
    known = Known(
        last_day=past.last.day,
        last_value=past.last.value,
        held=past.last.holds,
        base_rate=past.base_rate,
        day_count=past.day_count,
    )
    said = _check_forecast(desk, fields)
    with desk.store.hold():
        taken = {line.judgement for line in read_book(desk.settings.user_data_dir).lines}
        name = _name(str(fields.get("judgement") or ""), question, taken)
        return _append(
            desk,
            now,
            "made",
            name,
            said | {"question": question.model_dump(mode="json"), "known": known.model_dump(mode="json")},
        )


def revise_judgement(desk: Desk, judgement_id: str, fields: Mapping[str, Any], now: datetime | None = None) -> Line:
    """Say otherwise of a question whose day is yet to come; what was said before stays. Raises BadInput."""
    now = now or read_now_utc()
    said = _check_forecast(desk, fields)
    with desk.store.hold():
        judgement = read_standing(desk, now.date()).find(judgement_id)
        if judgement.status != OPEN:
            raise BadInput("judgement", judgement_id, f"one that is open; this one {_tell(judgement)}")
        return _append(desk, now, "revised", judgement_id, said)


def void_judgement(desk: Desk, judgement_id: str, author: str, reason: str, now: datetime | None = None) -> Line:
    """Take a question out of the scores, for a reason; not once its outcome can be known. Raises BadInput."""
    now = now or read_now_utc()
    if not reason.strip():
        raise BadInput("reason", reason, "why the question can't stand; without one it isn't void")
    if not author.strip():
        raise BadInput("author", author, "the name of the person who voids it")
    with desk.store.hold():
        judgement = read_standing(desk, now.date()).find(judgement_id)
        if judgement.status not in (OPEN, WAITING):
            raise BadInput("judgement", judgement_id, f"one without an outcome; this one {_tell(judgement)}")
        return _append(desk, now, "voided", judgement_id, {"author": author.strip(), "reason": reason.strip()})


def resolve_due(desk: Desk, now: datetime | None = None) -> list[Line]:
    """Write down the outcome of every judgement whose day has come, so that a later record can't change it."""
    now = now or read_now_utc()
    lines = []
    with desk.store.hold():
        for judgement in read_standing(desk, now.date()).judgements:
            answer = judgement.answer
            if judgement.written or answer is None or answer.is_waiting:
                continue
            found: dict[str, Any]
            if answer.holds is None:
                kind, found = "voided", {"reason": answer.reason}
            else:
                record = desk.record.content_hash
                kind, found = "resolved", {"outcome": answer.holds, "value": answer.value, "record": record}
            lines.append(_append(desk, now, kind, judgement.judgement_id, found | {"author": RECORD_AUTHOR}))
    return lines


def read_fields(path: Path) -> list[dict[str, Any]]:
    """The judgements of a YAML file that a person wrote, for `make_judgement`; raises BadInput."""
    if not path.is_file():
        raise BadInput("file", str(path), "a YAML file with a list of judgements")
    return [entry.fields for entry in read_own_entries(path)]


def _check_forecast(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is said and why: a word of ICD 203, a share within its band, confidence apart, events of the record."""
    words = load_likelihoods(desk.settings.data_dir)
    word = _find_word(words, str(fields.get("likelihood") or ""))
    confidence = str(fields.get("confidence") or "")
    if confidence not in CONFIDENCES:
        raise BadInput("confidence", confidence, CONFIDENCES)
    reason = str(fields.get("reason") or "").strip()
    if not reason:
        raise BadInput("reason", reason, "why it is judged so, in a sentence or more")
    if mixed := find_mixed_sentence(reason, words):
        raise BadInput("reason", mixed, "how likely it is and how confident you are, in two sentences (ICD 203)")
    author = str(fields.get("author") or "").strip()
    if not author:
        raise BadInput("author", author, "the name of the person who judges")
    return {
        "author": author,
        "likelihood": word.likelihood,
        "probability_pct": _read_probability(word, fields.get("probability_pct")),
        "confidence": confidence,
        "reason": reason,
        "event_ids": _check_events(desk, fields.get("event_ids") or ()),
    }


def _find_word(words: tuple[Likelihood, ...], given: str) -> Likelihood:
    for one in words:
        if given in (one.likelihood, one.word):
            return one
    raise BadInput("likelihood", given, (one.word for one in words))


def _read_probability(word: Likelihood, given: object) -> float:
    """The share that is scored: the middle of the word's band where none is given."""
    if given in (None, ""):
        return word.middle_pct
    allowed = f"a number from {word.low_pct} to {word.high_pct}, for that is what {word.word} means"
    try:
        found = float(str(given))
    except ValueError:
        raise BadInput("probability_pct", given, allowed) from None
    if not word.low_pct <= found <= word.high_pct:
        raise BadInput("probability_pct", given, allowed)
    return found


def _check_events(desk: Desk, given: object) -> list[str]:
    ids = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
    for event_id in ids:
        if desk.queries.load_event(str(event_id)) is None:
            raise BadInput("event_ids", event_id, "event_ids of the record")
    return [str(event_id) for event_id in ids]


def _settle_place(desk: Desk, question: Question) -> Question:
    """The question with the place of its series, where the measure has one place alone."""
    if question.subject != "series" or question.place:
        return question
    rows = desk.load_measurements(question.series)
    places = set(rows.place[rows.measure == question.measure])
    settled = question.model_copy(update={"place": next(iter(places))}) if len(places) == 1 else question
    load_rows(desk, settled)
    return settled


def _name(given: str, question: Question, taken: set[str]) -> str:
    """The judgement's id: as given, or of its subject and day."""
    if given:
        if given in taken:
            raise BadInput("judgement", given, "an id that no other judgement has")
        return given
    stem = re.sub(r"[^a-z0-9]+", "-", f"{name_subject(question)} {question.day}".lower()).strip("-")[-70:].strip("-")
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _append(desk: Desk, now: datetime, kind: str, judgement_id: str, fields: Mapping[str, Any]) -> Line:
    line = {"kind": kind, "judgement": judgement_id, "written_utc": now.isoformat(), **fields}
    return append_line(desk.settings.user_data_dir, line)


def _tell(judgement: Judgement) -> str:
    return judgement.status if judgement.status in (TRUE, FALSE) else f"is {judgement.status}"
