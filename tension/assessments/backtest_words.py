"""The back-test in words: one line for a panel, and fractions where the numbers are small. Words only."""

from __future__ import annotations

from tension.assessments.backtest import ClaimResult
from tension.records.claims import ClaimRule
from tension.words import format_number, format_percent


def describe_backtest(result: ClaimResult, rule: ClaimRule) -> str:
    """How often it turns, what it noticed of what is known, and how often a turn means nothing."""
    if not result.readable_day_count:
        return "It can't be read on any day yet, so there is nothing to test."
    parts = [
        f"Turns {rule.escalation} {format_number(round(result.turns_per_year or 0, 1))} times a year",
        _tell_noticed(result),
        _tell_calm(result),
    ]
    return f"{'; '.join(part for part in parts if part)}."


def tell_fraction(part: int, whole: int) -> str:
    """'5 of 9'; '–' where there is none to take it of: with so few, a percentage would say too much."""
    return f"{part} of {whole}" if whole else "–"


def _tell_noticed(result: ClaimResult) -> str:
    if not result.hits:
        return f"no known escalation to judge it by ({result.reason.rstrip('.')})" if result.reason else ""
    said = []
    for is_large, noun in ((True, "large exercises"), (None, "known escalations")):
        noticed, readable, listed = result.select(is_large=is_large)
        if listed:
            unread = listed - readable
            said.append(f"{noticed} of {readable} {noun}{f' ({unread} more can’t be read)' if unread else ''}")
    return f"noticed {' and '.join(said)}"


def _tell_calm(result: ClaimResult) -> str:
    if result.calm_day_share is None or result.random_share is None:
        return ""
    calm, luck = format_percent(round(result.calm_day_share, 2)), format_percent(round(result.random_share, 2))
    what = "a turn or surge" if result.has_daily_counts else "a turn"
    return f"on a calm day {calm} of fortnights hold {what}, by luck {luck}"
