"""What the record says to a question on a day, by what was known on that day. Never looks beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tension.assessments.counts import EVENT_RULE, SLOW, build_daily_count, build_slow_series
from tension.assessments.kinds import find_kind
from tension.errors import BadInput
from tension.judgements.questions import Question
from tension.readings import Cover, State, build_event_days, read_rate_history, read_series_history
from tension.readings.periods import read_period_history
from tension.records.cover import select_source
from tension.records.series import SeriesCard, find_card

if TYPE_CHECKING:
    from tension.desk import Desk

_COLUMNS = ["value", "state", "reason"]
# Of a share it is the ratio of the odds.
_RATIOS = ("ratio", "odds_ratio")
PAST_DAYS = 1095
# Of so many days before it is asked, this share of those that its source covers must have been readable.
LATE_DAYS, LATE_SHARE = 400, 0.75
_NOT_YEARLY = "what is counted more often than by the year, for that moves on one day of it"
_LONGEST_DELAY_DAYS = 800


@dataclass(frozen=True)
class Answer:
    """`holds` is None where nothing can be said: then `reason` says why, and `is_waiting` whether that may change."""

    day: date
    value: float | None
    holds: bool | None
    reason: str = ""
    is_waiting: bool = False


@dataclass(frozen=True)
class Past:
    """What was known of a question when it was asked.

    `last` is the newest answer; `base_rate` the share of the `day_count` days of the three years up to it on which
    the question would have been answered with yes.
    """

    last: Answer
    base_rate: float
    day_count: int


def read_answer(desk: Desk, question: Question, day: date | None = None) -> Answer:
    """What the record says to a question on its day, or on another."""
    day = day or question.day
    row = read_values(desk, question, [day]).iloc[0]
    return _build_answer(question, day, row)


def read_past(desk: Desk, question: Question, asked: date) -> Past:
    """What was known when a question was asked; raises BadInput where it could not have been answered then."""
    first = asked - timedelta(days=PAST_DAYS + _LONGEST_DELAY_DAYS)
    return find_past(question, read_values(desk, question, [day.date() for day in pd.date_range(first, asked)]))


def find_past(question: Question, values: pd.DataFrame) -> Past:
    """The newest answer and the base rate, from `read_values` of the days up to the one on which it is asked.

    Raises BadInput for a question on what nobody could read of late: it would only be void in the end.
    """
    late = values[values.index > values.index[-1] - pd.Timedelta(days=LATE_DAYS)]
    looked = late[late.state != State.NOT_LOOKED]
    readable = values.dropna(subset=["value"])
    if looked.empty or looked.value.notna().mean() < LATE_SHARE:
        reason = (late if looked.empty else looked[looked.value.isna()]).reason.iloc[-1]
        allowed = f"what could be read on {LATE_SHARE:.0%} of the {LATE_DAYS} days before; this can't: {reason}"
        raise BadInput("question", name_subject(question), allowed)
    last = readable.index[-1]
    known = readable.value[readable.index > last - pd.Timedelta(days=PAST_DAYS)]
    held = [question.compare(value) for value in known]
    return Past(_build_answer(question, last.date(), readable.loc[last]), sum(held) / len(held), len(held))


def name_subject(question: Question) -> str:
    """What a question is about, by its name in the record."""
    if question.subject == "indicator":
        return question.indicator
    return f"{question.series} {question.measure}" if question.subject == "series" else "events"


def read_values(desk: Desk, question: Question, days: Sequence[date]) -> pd.DataFrame:
    """The quantity that is asked for on each day, by what was known then: value (NaN for none), state, reason.

    Raises BadInput where the record has no such indicator, series, measure or place, or none of its numbers.
    """
    read = {"indicator": _read_indicator, "series": _read_series, "events": _read_events}[question.subject]
    frame = read(desk, question, pd.DatetimeIndex([pd.Timestamp(day) for day in days]))
    # A number under too small a count is no reading of it.
    is_read = ~frame.state.isin([State.INSUFFICIENT, State.NOT_LOOKED, State.CANNOT_SEE])
    if question.quantity == "ratio":
        is_read &= frame.state != State.TOO_FEW
    is_read &= np.isfinite(frame.value)
    return frame.assign(value=frame.value.where(is_read))[_COLUMNS]


def _build_answer(question: Question, day: date, row: pd.Series) -> Answer:
    if pd.notna(row["value"]):
        value = float(row["value"])
        return Answer(day, value, question.compare(value))
    return Answer(day, None, None, str(row["reason"]), row["state"] == State.NOT_LOOKED)


def choose_desk(desk: Desk, indicator_id: str) -> Desk:
    """The desk with an article in view that has an indicator: its own first; its own too where none has."""
    if any(i.indicator_id == indicator_id for rule in desk.record.claim_rules for i in rule.indicators):
        return desk
    for one in desk.record.articles:
        if any(i.indicator_id == indicator_id for rule in one.rules for i in rule.indicators):
            return desk.choose_article(one.article.article_id)
    return desk


def _read_indicator(desk: Desk, question: Question, days: pd.DatetimeIndex) -> pd.DataFrame:
    assessor = choose_desk(desk, question.indicator).assessor
    _, _, indicator = assessor.find_indicator(question.indicator)
    kind = find_kind(indicator)
    if indicator.count and indicator.count.cadence == "year":
        raise BadInput("indicator", question.indicator, _NOT_YEARLY)
    history = assessor.read_history(question.indicator)
    outside = pd.DatetimeIndex(sorted(set(days) - set(history.index)))
    if len(outside):
        history = pd.concat([history, kind.read_history(assessor.observed, indicator, outside)])
    known = history.loc[days]
    curve = kind.band(known, indicator) if kind.has_mark else None
    ratio = next((known[name] for name in _RATIOS if name in known), None)
    if curve is None or (question.quantity == "ratio" and ratio is None):
        raise BadInput(question.quantity, question.indicator, "an indicator that has such a number")
    value = curve.value if question.quantity == "value" else ratio
    return pd.DataFrame({"value": np.asarray(value, float), "state": known.state, "reason": known.reason}, index=days)


def _read_series(desk: Desk, question: Question, days: pd.DatetimeIndex) -> pd.DataFrame:
    card, rows = load_rows(desk, question)
    measure = card.find_measure(question.measure)
    known = days - pd.Timedelta(days=card.known_after_days)
    if measure is None or (card.cadence == "event" and card.absent_means != "zero"):
        raise BadInput("series", question.series, "one whose missing days mean something, so that it can be read")
    if card.cadence == "year":
        raise BadInput("series", question.series, _NOT_YEARLY)
    if card.cadence == "day":
        frame = read_series_history(build_daily_count(card, measure, rows), known).rename(columns={"recent": "value"})
    elif card.cadence in SLOW:
        frame = read_period_history(build_slow_series(card, measure, rows), known).rename(columns={"recent": "value"})
    else:
        dates = rows.date_from.repeat(rows.value.astype(int).tolist()).reset_index(drop=True)
        cover = Cover(card.cover.first, card.cover.until)
        frame = read_rate_history(build_event_days(dates), known, cover, EVENT_RULE)
        frame = frame.rename(columns={"recent_count": "value"})
    frame["value"] = frame["ratio" if question.quantity == "ratio" else "value"].astype(float)
    frame.index = days
    return frame


def load_rows(desk: Desk, question: Question) -> tuple[SeriesCard, pd.DataFrame]:
    """The declared series of a question with the rows of its measure and place; raises BadInput."""
    card = find_card(desk.series, question.series)
    if card is None:
        raise BadInput("series", question.series, (known.series for known in desk.series))
    if card.find_measure(question.measure) is None:
        raise BadInput("measure", question.measure, (known.measure for known in card.measures))
    rows = desk.load_measurements(question.series)
    rows = rows[rows.measure == question.measure]
    if question.place not in set(rows.place):
        raise BadInput("place", question.place, sorted(set(rows.place)))
    return card, pd.DataFrame(rows[rows.place == question.place])


def _read_events(desk: Desk, question: Question, days: pd.DatetimeIndex) -> pd.DataFrame:
    wanted, window = question.build_filter(), question.window_days or 1
    spans = select_source(desk.record.cover)
    asked = [span for region, span in spans.items() if not wanted.regions or region in wanted.regions]
    first, until = max(s.searched_from for s in asked), min(s.searched_until for s in asked)
    since = (days.min() - pd.Timedelta(days=window)).date()
    limited = replace(wanted, since=since, until=days.max().date())
    events = desk.queries.load_events(limited, ("event_id", "occurred_date", "reported_date"))
    occurred = events.occurred_date.to_numpy()
    known = np.maximum(occurred, events.reported_date.fillna(events.occurred_date).to_numpy())
    ages = days.to_numpy()[:, None] - occurred[None, :]
    is_inside = (ages >= np.timedelta64(0, "D")) & (ages < np.timedelta64(window, "D"))
    counts = (is_inside & (known[None, :] <= days.to_numpy()[:, None])).sum(axis=1)
    is_late, is_early = days > pd.Timestamp(until), days < pd.Timestamp(first) + pd.Timedelta(days=window - 1)
    states = np.select([is_late, is_early], [State.NOT_LOOKED, State.INSUFFICIENT], State.LEVEL)
    reasons = np.select(
        [is_late, is_early],
        [f"the record was searched to {until}", f"the record was searched from {first} on"],
        "",
    )
    return pd.DataFrame({"value": counts.astype(float), "state": states, "reason": reasons}, index=days)
