"""Readings in words that an editor can print: what was counted, the rule, its sign. Words only.

Likelihood and confidence never share a sentence, and nothing here forecasts.
"""

from __future__ import annotations

from collections.abc import Sequence

from tension.assessments.attention import AttentionReading
from tension.assessments.kinds import find_kind
from tension.assessments.reading import HOLLOW_SIGN, MARK_SIGNS, ClaimReading, IndicatorReading
from tension.readings import Mark, State
from tension.records.claims import Indicator
from tension.words import count, format_month, format_percent, spell_days, upper_first

# Signs of the states that have no mark. None of these is drawn as an emoji.
_UNMARKED_SIGNS = {State.NOT_LOOKED: "–", State.NOT_LOADED: "–", State.CANNOT_SEE: "×", State.OBSERVED: "●"}
_UNMARKED_SIGN = "○"
CLAIM_RULE = (
    "A claim is rising when at least one of its indicators is up and none is down, falling the other way, mixed when "
    "both are, level when none is up or down and at least one is level, and unread when none can be read or all that "
    "can be was looked for and not found. There is no vote."
)


def pick_sign(reading: IndicatorReading) -> str:
    """A sign beside the word, so that colour is never alone: the mark's, hollow where only a large rise could show."""
    if reading.is_hollow:
        return HOLLOW_SIGN
    if reading.mark in (None, Mark.UNREAD):
        return _UNMARKED_SIGNS.get(reading.state, _UNMARKED_SIGN)
    return MARK_SIGNS[reading.mark]


def name_reading(reading: IndicatorReading) -> str:
    """The word for what an indicator reads: its own where it declares one, else its state's."""
    return reading.indicator.words.get(str(reading.state), str(reading.state))


def name_claim(reading: ClaimReading) -> str:
    """The word for what a claim's indicators are together: its own where it declares one, else its state's."""
    words: dict[str, str] = {str(state): word for state, word in reading.rule.words.items()}
    return words.get(str(reading.state), str(reading.state))


def describe_rule(indicator: Indicator) -> str:
    """The rule that turns an indicator's numbers into its word."""
    return find_kind(indicator).rule_text(indicator)


def describe_reading(reading: IndicatorReading) -> str:
    """What was counted and what it is held against, in one line; the reason where nothing could be read."""
    if reading.state in (State.NOT_LOOKED, State.INSUFFICIENT, State.CANNOT_SEE):
        return upper_first(spell_days(reading.reason))
    return find_kind(reading.indicator).describe(reading)


def describe_effort(reading: IndicatorReading) -> str:
    """How hard the record was searched in both windows of a rate: the share of all its region's events; else ''."""
    if reading.recent_total is None or reading.baseline_total is None or reading.indicator.among:
        return ""
    recent, baseline = format_percent(reading.recent_share), format_percent(reading.baseline_share)
    where = " of the region" if all(s.regions for s in reading.indicator.events) else ""
    return (
        f"That is {recent} of all {count(reading.recent_total, 'recorded event')}{where}; before, {baseline} of "
        f"{reading.baseline_total}."
    )


def describe_marks(reading: ClaimReading) -> str:
    """'1 up, 1 down, 4 level, 2 unread': how many indicators of a claim have each mark; '' where none has one."""
    words = ((Mark.UP, "up"), (Mark.DOWN, "down"), (Mark.LEVEL, "level"), (Mark.ABSENT, "not found"))
    parts = [f"{number} {word}" for mark, word in (*words, (Mark.UNREAD, "unread")) if (number := reading.count(mark))]
    return ", ".join(parts)


def describe_attention(readings: Sequence[AttentionReading], latest: Sequence[AttentionReading]) -> str:
    """The z-scores of a claim's GPR series in the month to be read, or those of the last month that is loaded."""
    if not readings:
        return "GPR: no series for this claim"
    month = format_month(readings[0].month)
    if any(r.z is not None for r in readings):
        return f"GPR, {month}: {_list_scores(readings)}"
    known = [r for r in latest if r.z is not None]
    if not known:
        return f"GPR, {month}: not loaded"
    return f"GPR, {format_month(known[0].month)}, its last month: {_list_scores(known)}; {month} not loaded"


def describe_reporting(reading: AttentionReading) -> str:
    """The z-score of GDELT's share of reporting in the month to be read, or why there is none."""
    if reading.state == State.NOT_LOADED:
        return "GDELT: not loaded"
    said = f"z {reading.z:+z.1f}" if reading.z is not None else reading.state
    return f"GDELT share of reporting, {format_month(reading.month)}: {said}"


def _list_scores(readings: Sequence[AttentionReading]) -> str:
    return ", ".join(f"{r.label} z {r.z:+z.1f}" if r.z is not None else f"{r.label} {r.state}" for r in readings)
