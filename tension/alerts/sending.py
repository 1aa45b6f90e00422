"""A run of the rules: decide what is new, then send what waits, each message once. Sends by apprise alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tension.alerts.finding import Alert, build_message, count_per_year, find_alerts
from tension.alerts.outbox import CLAIMED, KNOWN, OUTBOX_FILE, WAITING, Message, Outbox
from tension.alerts.rules import AlertRule, load_rules
from tension.errors import BadInput
from tension.store.delta import read_now_utc

if TYPE_CHECKING:
    from tension.desk import Desk

# How far back a run looks for what is new: reports of an event come late.
REACH_DAYS = 45
# Where an alert goes that has no address: the page and the command show it.
NOWHERE = "-"
Send = Callable[[str, str, str], bool]


@dataclass
class RunReport:
    """What a run did: messages decided, sent, refused (they wait), and those of which it isn't known (unsure)."""

    decided: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    refused: list[Message] = field(default_factory=list)
    unsure: list[Message] = field(default_factory=list)


def open_outbox(desk: Desk) -> Outbox:
    """The user's outbox."""
    return Outbox(desk.settings.user_data_dir / OUTBOX_FILE)


def run_rules(
    desk: Desk, since: date | None = None, *, send: Send | None = None, environ: Mapping[str, str] | None = None
) -> RunReport:
    """Decide and send; safe to repeat, also after a run that was killed, and beside another one.

    A rule that runs for the first time knows what was there before, and tells of nothing older: else of all after
    `since`. Raises CuratedDataError, BadInput, StoreError.
    """
    outbox, rules = open_outbox(desk), load_rules(desk)
    addresses = _read_addresses(rules, os.environ if environ is None else environ)
    report = RunReport(unsure=outbox.list_messages(CLAIMED))
    for rule in rules:
        report.decided += _decide(desk, outbox, rule, since)
    for message in outbox.list_messages(WAITING):
        if message.target == NOWHERE or message.target in addresses:
            _send_one(outbox, message, addresses.get(message.target, ""), send or send_by_apprise, report)
    return report


def resend_unsure(desk: Desk) -> int:
    """Let every unsure message wait again, on a person's word; returns how many."""
    outbox = open_outbox(desk)
    unsure = outbox.list_messages(CLAIMED)
    for message in unsure:
        outbox.put_back(message, read_now_utc())
    return len(unsure)


def _read_addresses(rules: Sequence[AlertRule], environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses by the names of their variables; BadInput names one that isn't set, never what is in it."""
    names = dict.fromkeys(name for rule in rules for name in rule.send_to)
    for name in names:
        if not environ.get(name, "").strip():
            raise BadInput("send_to", name, "the name of an environment variable that is set")
    return {name: environ[name].strip() for name in names}


def _decide(desk: Desk, outbox: Outbox, rule: AlertRule, since: date | None) -> list[Message]:
    until = desk.find_last_day()
    looked = outbox.find_looked(rule.rule)
    is_first = looked is None
    targets = rule.send_to or (NOWHERE,)
    reach = min(min(looked or until, until) - timedelta(days=REACH_DAYS), since or until)
    new = outbox.find_unknown(find_alerts(desk, [rule], reach, until), targets)
    rate = count_per_year(desk, rule, until) if new else None
    messages = [
        _build_message(alert, target, rate, _choose_state(alert, rule, since, is_first=is_first))
        for alert in new
        for target in targets
    ]
    outbox.decide(messages, read_now_utc())
    # Only now: a run that is killed before is made again.
    outbox.note_looked(rule.rule, until)
    return [message for message in messages if message.state == WAITING]


def _choose_state(alert: Alert, rule: AlertRule, since: date | None, *, is_first: bool) -> str:
    """A new rule takes what is there as known, but for what it was asked to tell of, and for what is stale now."""
    if not is_first or rule.when == "stale":
        return WAITING
    return WAITING if since and alert.day > since else KNOWN


def _build_message(alert: Alert, target: str, rate: float | None, state: str) -> Message:
    title, body = build_message(alert, rate)
    return Message(alert.alert_id, target, alert.rule, alert.day, alert.words, title, body, state, 0)


def _send_one(outbox: Outbox, message: Message, address: str, send: Send, report: RunReport) -> None:
    if not outbox.claim(message, read_now_utc()):
        return
    # An exception leaves it claimed: whether it went out, nobody here can know.
    if message.target == NOWHERE or send(address, message.title, message.body):
        outbox.mark_sent(message, read_now_utc())
        report.sent.append(message)
    else:
        outbox.put_back(message, read_now_utc())
        report.refused.append(message)


def send_by_apprise(address: str, title: str, body: str) -> bool:
    """Send a message as plain text; False where it was refused, or the address is none that apprise knows."""
    import apprise

    way = apprise.Apprise()
    if not way.add(address):
        return False
    return bool(way.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))
