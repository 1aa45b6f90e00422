"""The command that tells what the user's rules find."""

from __future__ import annotations

import logging
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from tension.commands.failures import ends_in_one_line, print_failure
from tension.commands.text_tables import print_json
from tension.records.filters import parse_date
from tension.words import count, format_day


class AlertFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@ends_in_one_line
def send_alerts(
    since: Annotated[
        str, typer.Option("--since", help="A new rule tells of what came after this day, else of nothing older.")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="With --replay: the last day, else the record's.")] = "",
    is_replay: Annotated[
        bool,
        typer.Option("--replay", help="Print what the rules would have told since --since; send and keep nothing."),
    ] = False,
    is_resend: Annotated[
        bool, typer.Option("--resend", help="Send again what was being sent when a run was killed.")
    ] = False,
    output: Annotated[AlertFormat, typer.Option("--format", help="How to print a replay.")] = AlertFormat.TEXT,
) -> None:
    """Tell what your rules find, each message once, by the addresses that they name; safe to repeat."""
    from tension.alerts.finding import find_alerts
    from tension.alerts.rules import find_rules, load_rules
    from tension.alerts.sending import REACH_DAYS, resend_unsure, run_rules
    from tension.desk import open_desk

    # Other libraries' notes on their requests could hold an address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    desk = open_desk()
    first = parse_date(since, "since") if since else None
    if is_replay:
        last = parse_date(until, "until") if until else desk.find_last_day()
        found = find_alerts(desk, load_rules(desk), first or last - timedelta(days=REACH_DAYS), last)
        if output is AlertFormat.JSON:
            print_json([vars(alert) | {"day": alert.day.isoformat()} for alert in found])
            return
        for alert in found:
            print(f"{format_day(alert.day)}  {alert.rule}  {alert.words}")
        return
    if is_resend:
        print(f"{count(resend_unsure(desk), 'message')} will be sent again")
    report = run_rules(desk, first)
    for message in report.sent:
        print(f"sent to {message.target}: {format_day(message.day)}  {message.words}")
    for message in report.unsure:
        print_failure(f"unsure: {message.alert_id} to {message.target} was being sent when a run ended; see --resend")
    for message in report.refused:
        print_failure(f"refused: {message.alert_id} by the address in {message.target}; it waits for the next run")
    if not load_rules(desk):
        print(f"No rules: {find_rules(desk)} says what to be told; docs/alerts.md")
    if report.refused or report.unsure:
        raise typer.Exit(1)
