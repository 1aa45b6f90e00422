"""Questions and judgements in words: what is asked, how likely it was said to be, how it stands. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tension.judgements.answers import Answer, choose_desk
from tension.judgements.questions import Question
from tension.judgements.scores import Score
from tension.records.claims import Indicator
from tension.records.series import find_card
from tension.words import count, format_day, format_number

if TYPE_CHECKING:
    from tension.desk import Desk


def describe_question(desk: Desk, question: Question) -> str:
    """'Official ships a day: above its baseline on 31 Jan 2027', by what is known on that day."""
    return f"{describe_subject(desk, question)}: {describe_threshold(desk, question)} on {format_day(question.day)}"


def describe_subject(desk: Desk, question: Question) -> str:
    """What is counted, by the title that it has in the record; its own key where the record no longer holds it."""
    if question.subject == "indicator":
        return _name_indicator(desk, question.indicator)
    if question.subject == "series":
        card = find_card(desk.series, question.series)
        measure = card.find_measure(question.measure) if card else None
        if card is None or measure is None:
            return f"{question.series} {question.measure}"
        place = f", {question.place}" if question.place else ""
        return f"{card.title}, {measure.title}{place}"
    return f"Curated events in {count(question.window_days or 0, 'day')} ({question.build_filter().describe()})"


def describe_threshold(desk: Desk, question: Question) -> str:
    """'above its baseline', 'at least 1.2 times its baseline', 'below 8 ships a day'."""
    number = format_value(question.threshold)
    if question.quantity == "ratio":
        return f"{question.comparison} " + (
            "its baseline" if question.threshold == 1 else f"{number} times its baseline"
        )
    return f"{question.comparison} {number} {find_unit(desk, question)}".rstrip()


def find_unit(desk: Desk, question: Question) -> str:
    """What the value is counted in; '' for a ratio or where the record doesn't say."""
    if question.quantity == "ratio" or question.subject == "events":
        return "" if question.quantity == "ratio" else "events"
    if question.subject == "indicator":
        _, found = _find_indicator(desk, question.indicator)
        return "" if found is None or found.kind in ("recency", "share") or found.per else found.unit
    card = find_card(desk.series, question.series)
    measure = card.find_measure(question.measure) if card else None
    return measure.unit if measure else ""


def describe_answer(desk: Desk, question: Question, answer: Answer) -> str:
    """What the record says on a day: the value, or why there is none."""
    day = format_day(answer.day)
    if answer.value is None:
        return f"{day}: {answer.reason}"
    unit = " times its baseline" if question.quantity == "ratio" else f" {find_unit(desk, question)}"
    return f"{day}: {format_value(answer.value)}{unit}".rstrip()


def format_value(value: float) -> str:
    """A count as counts are printed, below 10 with two decimals where it has them."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else format_number(value)


def tell_score(score: Score) -> str:
    """'Brier score 0.12 over 31 judgements; the base rate 0.21, persistence 0.25', or that none is scored yet."""
    if score.brier is None or score.base_rate is None or score.persistence is None:
        return "No judgement has come to anything yet."
    said = f"Brier score {score.brier:.2f} over {count(score.count, 'judgement')}"
    return f"{said}; the base rate {score.base_rate:.2f}, persistence {score.persistence:.2f} (0 is perfect)"


def _name_indicator(desk: Desk, indicator_id: str) -> str:
    """'Official ships a day (Taiwan)': some are titled by a state alone."""
    claim, found = _find_indicator(desk, indicator_id)
    return f"{found.title} ({claim})" if found else indicator_id


def _find_indicator(desk: Desk, indicator_id: str) -> tuple[str, Indicator | None]:
    """The title of its claim, and the indicator; None where no article has it any more."""
    record = choose_desk(desk, indicator_id).record
    titles = {claim.claim_id: claim.title for claim in record.article.claims}
    found = ((rule, i) for rule in record.claim_rules for i in rule.indicators if i.indicator_id == indicator_id)
    rule, indicator = next(found, (None, None))
    return titles.get(rule.claim_id, rule.claim_id) if rule else "", indicator
