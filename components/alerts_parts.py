"""The Alerts page: rules in words with their rate, what they found, the outbox, a form. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from components.loaders import get_desk, load_built, load_last_day, load_record
from components.parts.tables import DAY_FORMAT, fit_height
from components.parts.text import escape_markdown
from components.view.acting import act, may
from components.view.layout import show_section
from tension.alerts.finding import Alert, count_per_year, describe_rate, describe_rule, find_alerts
from tension.alerts.rules import WHEN_WORDS, AlertRule, add_rule, build_rule, load_rules, remove_rule
from tension.alerts.sending import open_outbox
from tension.desk import Desk
from tension.errors import CuratedDataError, TensionError
from tension.records.article import Claim
from tension.records.vocab import Region
from tension.words import format_day, upper_first

_FOUND_DAYS = 90
_MOST_MESSAGES = 200
_ANY = ""


def show_rules() -> tuple[AlertRule, ...]:
    """The rules of the user's file, each with how often it fires a year; every fault where the file has one."""
    show_section("Rules")
    try:
        rules = load_rules(get_desk())
    except CuratedDataError as error:
        st.error("\n".join(f"- {escape_markdown(fault)}" for fault in error.faults))
        return ()
    if not rules:
        st.caption("No rule yet. One below, or a line in alerts.yaml of your own data folder, is the first.")
    for rule in rules:
        rate = load_built(_load_rate, rule, load_last_day())
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"rule_{rule.rule}"):
            words = describe_rule(rule, _list_claims(rule.article))
            st.markdown(
                f"**{escape_markdown(rule.rule)}**: {escape_markdown(words)}. {escape_markdown(describe_rate(rate))}",
                width="stretch",
            )
            st.button(
                "Remove",
                key=f"remove_{rule.rule}",
                type="tertiary",
                disabled=not may("remove alert"),
                on_click=_remove,
                args=(rule.rule,),
            )
    _show_fault()
    return rules


def show_add_rule() -> None:
    """A form for one more rule; it goes into the user's file."""
    claims = {claim.claim_id: claim.title for claim in load_record().article.claims}
    with st.expander("Add a rule", key="alert_add"), st.form("alert_form", border=False, clear_on_submit=True):
        st.text_input("Name", key="alert_name", max_chars=60, placeholder="taiwan-turns")
        st.selectbox(
            "Tell me when", list(WHEN_WORDS), key="alert_when", format_func=lambda w: upper_first(WHEN_WORDS[w])
        )
        st.multiselect("Of these regions (all where none)", [region.slug for region in Region], key="alert_regions")
        st.selectbox(
            "Of this claim", [_ANY, *claims], key="alert_claim", format_func=lambda key: claims.get(key, "every claim")
        )
        st.selectbox("An event's lowest severity", [4, 5], key="alert_severity")
        st.text_input(
            "Send to: names of environment variables that hold an address, joined by commas",
            key="alert_targets",
            placeholder="DESK_MAIL, DESK_SLACK",
            help="The address itself (mailto://, slack://, msteams:// and more) stays out of files and pages.",
        )
        st.form_submit_button("Add", on_click=_add, disabled=not may("add alert"))


def show_found(rules: Sequence[AlertRule]) -> None:
    """What the rules found in the last days that were searched, newest first; a replay, whatever was sent."""
    last = load_last_day()
    first = last - timedelta(days=_FOUND_DAYS)
    show_section("What they found", f"{format_day(first)} to {format_day(last)}, whether it was sent or not.")
    found = load_built(_load_found, tuple(rules), first, last)
    if not found:
        st.caption("Nothing in these days.")
        return
    table = pd.DataFrame(
        {
            "Day": pd.to_datetime([alert.day for alert in reversed(found)]),
            "Rule": [alert.rule for alert in reversed(found)],
            "What": [alert.words for alert in reversed(found)],
        }
    )
    config = {"Day": st.column_config.DateColumn(format=DAY_FORMAT), "What": st.column_config.TextColumn(width="large")}
    st.dataframe(
        table, hide_index=True, height=fit_height(len(table), 300), column_config=config, alt="What the rules found"
    )


def show_outbox() -> None:
    """What became of each message that was decided."""
    try:
        messages = [m for m in open_outbox(get_desk()).list_messages() if m.state != "known"][-_MOST_MESSAGES:]
    except TensionError as error:
        st.error(escape_markdown(str(error)))
        return
    if not messages:
        return
    show_section("Messages", "Waiting: goes out with the next run. Unsure: a run ended while it was being sent.")
    table = pd.DataFrame(
        {
            "Day": pd.to_datetime([m.day for m in reversed(messages)]),
            "What": [m.words for m in reversed(messages)],
            "To": ["nowhere" if m.target == "-" else m.target for m in reversed(messages)],
            "State": [m.state for m in reversed(messages)],
        }
    )
    config = {"Day": st.column_config.DateColumn(format=DAY_FORMAT), "What": st.column_config.TextColumn(width="large")}
    st.dataframe(table, hide_index=True, column_config=config, alt="Messages and what became of them")


def _list_claims(article_id: str) -> tuple[Claim, ...]:
    return next((one.article.claims for one in load_record().articles if one.article.article_id == article_id), ())


def _load_rate(desk: Desk, rule: AlertRule, until: date) -> float | None:
    return count_per_year(desk, rule, until)


def _load_found(desk: Desk, rules: tuple[AlertRule, ...], since: date, until: date) -> list[Alert]:
    return find_alerts(desk, rules, since, until)


def _add() -> None:
    state = st.session_state
    targets = [name.strip() for name in str(state.alert_targets).split(",") if name.strip()]
    severity = state.alert_severity if state.alert_when == "event" else 4
    fields = {
        "rule": state.alert_name,
        "when": state.alert_when,
        "regions": list(state.alert_regions),
        "claim": state.alert_claim,
        "article": load_record().article.article_id,
        "severity": severity,
        "send_to": targets,
    }
    try:
        act("add alert", str(state.alert_name), lambda: add_rule(get_desk(), build_rule(fields)))
    except TensionError as error:
        state.alert_fault = str(error)


def _remove(name: str) -> None:
    try:
        act("remove alert", name, lambda: remove_rule(get_desk(), name))
    except TensionError as error:
        st.session_state.alert_fault = str(error)


def _show_fault() -> None:
    if fault := st.session_state.pop("alert_fault", ""):
        st.error(escape_markdown(fault))
