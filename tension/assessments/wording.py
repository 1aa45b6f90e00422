"""Readings in words that an editor can print: what was counted, the rule, what would change it. Words only.

Likelihood and confidence never share a sentence, and nothing here forecasts.
"""

from __future__ import annotations

from collections.abc import Sequence

from tension.assessments.attention import AttentionReading
from tension.assessments.kinds import find_kind, find_votes
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.readings import Flip, State
from tension.records.article import Claim
from tension.records.claims import Indicator, Part
from tension.words import (
    count,
    format_month,
    format_percent,
    join_words,
    lower_first,
    spell_days,
    upper_first,
)

# A sign beside every state, so that colour is never alone. None of these is drawn as an emoji.
STATE_SIGNS: dict[State, str] = {
    State.INTENSIFYING: "▲",
    State.HOLDING: "■",
    State.EASING: "▼",
    State.INSUFFICIENT: "○",
    State.TOO_FEW: "○",
    State.OBSERVED: "●",
    State.LOOKED_AND_ABSENT: "◇",
    State.NOT_LOOKED: "–",
    State.NOT_LOADED: "–",
    State.CANNOT_SEE: "×",
}
CLAIM_RULE = (
    "A claim is intensifying or easing when more than half of its measurable indicators are; without such a majority "
    "it is holding. Indicators that can't be read have no vote."
)


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


def describe_claim_state(reading: ClaimReading) -> str:
    """'holding, 4 of 6', or why there is no majority."""
    if reading.state == State.INSUFFICIENT:
        return "insufficient: no indicator can be read"
    tail = "" if reading.has_majority else ", no majority"
    return f"{reading.state}, {reading.n_of_m}{tail}"


def describe_flips(reading: ClaimReading) -> list[str]:
    """Which single indicator, if it changed, would change the claim's state; one sentence for each indicator."""
    if not reading.flips:
        return ["No change of a single indicator would change the claim's state."] if reading.measurable_count else []
    titles = {i.indicator.indicator_id: i.indicator.title for i in reading.indicators}
    changes: dict[str, list[Flip]] = {}
    for flip in reading.flips:
        changes.setdefault(flip.indicator, []).append(flip)
    # Indicators that would do the same share a sentence.
    alike: dict[tuple[tuple[State, State, State], ...], list[str]] = {}
    for name, flips in changes.items():
        alike.setdefault(tuple((f.from_state, f.to_state, f.claim_state) for f in flips), []).append(titles[name])
    return [_tell_flips(steps, names) for steps, names in alike.items()]


def list_disagreements(claim: Claim, reading: ClaimReading) -> list[str]:
    """Where the counts on the article's own day don't bear out its wording, one sentence each; empty where they do."""
    found = []
    if reading.state not in (claim.trend, State.INSUFFICIENT):
        found.append(
            f"The article's wording is coded as {claim.trend}; on its own day the indicators read {reading.state} "
            f"({reading.n_of_m})."
        )
    for part in reading.rule.parts:
        for indicator in reading.indicators:
            if indicator.part_id == part.part_id and judge(part, indicator) == "against":
                found.append(
                    f"Against “{part.title}”: {lower_first(indicator.indicator.title)}, {indicator.state}. "
                    f"{describe_reading(indicator)}."
                )
    return found


def judge(part: Part, reading: IndicatorReading) -> str:
    """'for' or 'against' the part as the article words it, 'no change' shown, or '' where it has no vote."""
    vote = find_votes(reading.indicator).get(reading.state)
    if vote is None:
        return ""
    if vote in part.supports:
        return "for"
    return "no change" if vote == State.HOLDING else "against"


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


def _tell_flips(steps: Sequence[tuple[State, State, State]], names: Sequence[str]) -> str:
    outcomes = [f"if {to_state}, the claim would be {claim_state}" for _, to_state, claim_state in steps]
    quoted = [f"“{name}”" for name in names]
    return f"{join_words(quoted, 'or')} alone, now {steps[0][0]}: {join_words(outcomes, 'and')}."
