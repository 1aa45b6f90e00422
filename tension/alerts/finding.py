"""What rules find in the record between two days: the same alerts with the same ids, however often it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from tension.alerts.rules import AlertRule
from tension.assessments.changes import Change, ChangeKind, read_changes
from tension.exports.feed import add_article, build_change_id, build_change_link
from tension.intake.ledger import read_statuses
from tension.records.article import Claim
from tension.records.article_names import SEED_ARTICLE
from tension.words import format_day, format_number, join_words, upper_first

if TYPE_CHECKING:
    from tension.desk import Desk

# What 'so many a year' is counted over.
RATE_YEARS = 3
_DAYS_A_YEAR = 365.25
_KINDS = {"turn": ChangeKind.TURN, "surge": ChangeKind.SURGE, "event": ChangeKind.EVENT}


@dataclass(frozen=True)
class Alert:
    """One thing to be told, once. `alert_id` is the same for the same rule, day and thing, whenever it is found."""

    alert_id: str
    rule: str
    day: date
    words: str
    link: str


def find_alerts(desk: Desk, rules: Sequence[AlertRule], since: date, until: date) -> list[Alert]:
    """Every alert of `rules` of the days after `since` up to `until`, by what had been reported then; oldest first.

    Stale sources are those of today, whatever the days: a ledger knows no other.
    """
    found = [alert for rule in rules for alert in _find(desk, rule, since, until)]
    return sorted(found, key=lambda alert: (alert.day, alert.alert_id))


def count_per_year(desk: Desk, rule: AlertRule, until: date) -> float | None:
    """How often a rule fires a year, over the last RATE_YEARS; None for a source's age, of which nothing is kept."""
    if rule.when == "stale":
        return None
    since = until - timedelta(days=round(RATE_YEARS * _DAYS_A_YEAR))
    return len(find_alerts(desk, [rule], since, until)) / RATE_YEARS


def describe_rate(rate: float | None) -> str:
    """'This rule fires 8.3 times a year (the last 3 years).'"""
    if rate is None:
        return "How often this rule fires isn't known: a source's past ages aren't kept."
    return f"This rule fires {format_number(round(rate, 1))} times a year (the last {RATE_YEARS} years)."


def build_message(alert: Alert, rate: float | None) -> tuple[str, str]:
    """Title and body of a message: the reason with its figure, the day, the link, and how often this rule fires."""
    link = alert.link if "://" in alert.link else f"{alert.link} (TENSION_PUBLIC_URL isn't set)"
    body = f"{alert.words}\n{format_day(alert.day)}. {describe_rate(rate)}\n{link}\nRule {alert.rule}, {alert.alert_id}"
    return f"Tension tracker: {alert.words}"[:120], body


def _find(desk: Desk, rule: AlertRule, since: date, until: date) -> Iterator[Alert]:
    desk = desk.choose_article(rule.article)
    if rule.when == "stale":
        yield from _find_stale(desk, rule)
    elif rule.when == "word":
        yield from _find_words(desk, rule, since, until)
    else:
        yield from _find_changes(desk, rule, since, until)


def _choose_claims(desk: Desk, rule: AlertRule) -> list[Claim]:
    claims = desk.record.article.claims
    limited = [c for c in claims if not rule.regions or not c.regions or set(c.regions) & set(rule.regions)]
    return [claim for claim in limited if rule.claim in ("", claim.claim_id)]


def _find_changes(desk: Desk, rule: AlertRule, since: date, until: date) -> Iterator[Alert]:
    claims = _choose_claims(desk, rule) if rule.when != "event" else []
    found = read_changes(desk.assessor, desk.queries, claims, since, until, rule.regions)
    for change in found.changes:
        if change.kind == _KINDS[rule.when] and _is_grave_enough(desk, rule, change):
            alert_id = f"{rule.rule}:{build_change_id(change)}"
            link = build_change_link(change, change.day, desk.settings.public_url, rule.article)
            yield Alert(alert_id, rule.rule, change.day, upper_first(change.words), link)


def _is_grave_enough(desk: Desk, rule: AlertRule, change: Change) -> bool:
    if not change.event_id or rule.severity <= 4:
        return True
    event = desk.queries.load_event(change.event_id)
    return event is not None and int(event["severity"]) >= rule.severity


def _find_words(desk: Desk, rule: AlertRule, since: date, until: date) -> Iterator[Alert]:
    """The days on which a claim's word became another."""
    for claim in _choose_claims(desk, rule):
        states = desk.assessor.read_claim_history(claim.claim_id)["state"].astype(str)
        before = states.shift(1)
        changed = (states != before) & before.notna()
        changed &= (states.index > pd.Timestamp(since)) & (states.index <= pd.Timestamp(until))
        for moment in states.index[changed]:
            day = pd.Timestamp(moment).date()
            words = f"{claim.title}: {states[moment]}, was {before[moment]}"
            link = (
                f"{desk.settings.public_url}/evidence?v=1&asof={day}&claim={claim.claim_id}{add_article(rule.article)}"
            )
            yield Alert(f"{rule.rule}:word:{day}:{claim.claim_id}", rule.rule, day, words, link)


def _find_stale(desk: Desk, rule: AlertRule) -> Iterator[Alert]:
    """Sources whose newest day is older than their card allows; one alert for each newest day."""
    for status in read_statuses(desk.store):
        if status.is_stale and status.newest_date and rule.source in ("", status.card.key):
            words = f"{status.card.name} is stale: its newest day is {format_day(status.newest_date)}"
            alert_id = f"{rule.rule}:stale:{status.newest_date}:{status.card.key}"
            link = f"{desk.settings.public_url}/sources"
            yield Alert(alert_id, rule.rule, status.newest_date, words, link)


def describe_rule(rule: AlertRule, claims: Sequence[Claim]) -> str:
    """'An indicator turns, of Taiwan; sent to ALERT_DESK': a rule in words."""
    from tension.alerts.rules import WHEN_WORDS

    titles = {claim.claim_id: claim.title for claim in claims}
    of = [] if rule.article == SEED_ARTICLE else [f"article {rule.article}"]
    of += [*map(str, rule.regions), *([titles.get(rule.claim, rule.claim)] if rule.claim else [])]
    of += [rule.source] if rule.source else []
    severity = f" of severity {rule.severity}{' or 5' if rule.severity == 4 else ''}" if rule.when == "event" else ""
    target = f"sent to {join_words(rule.send_to)}" if rule.send_to else "kept here, sent nowhere"
    return f"{upper_first(WHEN_WORDS[rule.when])}{severity}{f', of {join_words(of)}' if of else ''}; {target}"
