"""Alerts: a replay is the list of turns, each message goes out once whatever kills the run, no address leaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tension.alerts.finding import Alert, build_message, count_per_year, describe_rule, find_alerts
from tension.alerts.outbox import CLAIMED, KNOWN, SENT, WAITING, Message, Outbox
from tension.alerts.rules import RULES_FILE, AlertRule, add_rule, load_rules, remove_rule
from tension.alerts.sending import NOWHERE, open_outbox, resend_unsure, run_rules, send_by_apprise
from tension.assessments.kinds import find_kind
from tension.desk import Desk
from tension.errors import BadInput, CuratedDataError, StoreError
from tension.readings import find_turns
from tension.records.vocab import Region
from tension.store.delta import read_now_utc
from tests.factories import load_raw_events

ADDRESS = "json://user:hunter2@127.0.0.1:9/"
ENVIRON = {"ALERT_DESK": ADDRESS}
SINCE = date(2026, 5, 1)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def alert_desk(desk: Desk, tmp_path: Path) -> Desk:
    """The bundled record, with a folder of the user's own for rules and outbox."""
    from dataclasses import replace

    return replace(desk, settings=replace(desk.settings, user_data_dir=tmp_path))


def write_rules(desk: Desk, text: str) -> None:
    (desk.settings.user_data_dir / RULES_FILE).write_text(text, encoding="utf-8")


def note(sent: list[str], answer: bool = True) -> Callable[[str, str, str], bool]:
    def send(_address: str, _title: str, body: str) -> bool:
        sent.append(body.splitlines()[-1])
        return answer

    return send


TURNS = "- rule: taiwan-turns\n  when: turn\n  claim: taiwan\n  send_to: [ALERT_DESK]\n"


def test_a_replay_gives_exactly_the_list_of_turns(desk: Desk) -> None:
    since, until = date(2023, 1, 1), date(2026, 7, 5)
    rule = AlertRule(rule="t", when="turn", claim="taiwan")
    found = find_alerts(desk, [rule], since, until)
    expected = []
    for indicator in desk.assessor.find_rule("taiwan").indicators:
        if find_kind(indicator).has_mark:
            turns = find_turns(desk.assessor.read_marks("taiwan")[indicator.indicator_id])
            days = turns.index[(turns.index > pd.Timestamp(since)) & (turns.index <= pd.Timestamp(until))]
            expected += [f"t:turn:{day.date()}:{indicator.indicator_id}" for day in days]
    assert len(expected) > 5
    assert sorted(alert.alert_id for alert in found) == sorted(expected)
    assert [alert.day for alert in found] == sorted(alert.day for alert in found)


def test_grave_events_of_a_region_are_those_of_the_record(desk: Desk) -> None:
    rule = AlertRule(rule="e", when="event", regions=(Region.TAIWAN_STRAIT,), severity=5)
    found = find_alerts(desk, [rule], date(2021, 12, 31), desk.find_last_day())
    raw = [e["event_id"] for e in load_raw_events() if e["region"] == "Taiwan Strait" and e["severity"] == 5]
    assert raw
    assert sorted(alert.alert_id.rsplit(":", 1)[1] for alert in found) == sorted(raw)


def test_a_claims_word_is_told_on_the_day_it_changed(desk: Desk) -> None:
    states = desk.assessor.read_claim_history("south-china-sea")["state"]
    changed = states.index[(states != states.shift(1)) & states.shift(1).notna()]
    rule = AlertRule(rule="w", when="word", claim="south-china-sea")
    found = find_alerts(desk, [rule], date(2021, 12, 31), date(2030, 1, 1))
    assert [alert.day for alert in found] == [day.date() for day in changed]
    assert found[-1].words == f"South China Sea: {states[changed[-1]]}, was {states.shift(1)[changed[-1]]}"


def test_a_message_says_reason_figure_link_and_how_often(desk: Desk) -> None:
    rule = AlertRule(rule="s", when="surge", claim="taiwan")
    until = desk.find_last_day()
    alert = find_alerts(desk, [rule], date(2025, 3, 1), date(2025, 4, 30))[-1]
    rate = count_per_year(desk, rule, until)
    three_years = find_alerts(desk, [rule], until - timedelta(days=1096), until)
    assert rate == pytest.approx(len(three_years) / 3)
    _, body = build_message(alert, rate)
    assert any(char.isdigit() for char in alert.words)
    assert f"{rate:.1f} times a year" in body
    assert "TENSION_PUBLIC_URL isn't set" in body
    assert alert.link in body


def test_a_new_rule_tells_of_nothing_older_and_each_thing_once(alert_desk: Desk) -> None:
    write_rules(alert_desk, TURNS)
    sent: list[str] = []
    run_rules(alert_desk, send=note(sent), environ=ENVIRON)
    assert sent == []
    assert {m.state for m in open_outbox(alert_desk).list_messages()} <= {KNOWN}


def test_asked_for_a_day_a_new_rule_tells_of_what_came_after_and_a_repeat_of_nothing(alert_desk: Desk) -> None:
    write_rules(alert_desk, TURNS)
    sent: list[str] = []
    run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    expected = find_alerts(alert_desk, load_rules(alert_desk), SINCE, alert_desk.find_last_day())
    assert expected
    assert [line.split(", ", 1)[1] for line in sent] == [alert.alert_id for alert in expected]
    for _ in range(2):
        run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    assert len(sent) == len(expected)


def test_killed_between_deciding_and_sending_a_repeat_neither_loses_nor_doubles(
    alert_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rules(alert_desk, TURNS)
    expected = [a.alert_id for a in find_alerts(alert_desk, load_rules(alert_desk), SINCE, alert_desk.find_last_day())]
    sent: list[str] = []
    claim = Outbox.claim

    def die(*_args: object) -> bool:
        raise Killed

    # At every message in turn: the first run dies before the first, the next before the second, and so on.
    for number in range(len(expected) + 1):
        left = [number]

        def claim_some(self: Outbox, message: Message, now: object, left: list[int] = left) -> bool:
            if not left[0]:
                die()
            left[0] -= 1
            return claim(self, message, now)

        monkeypatch.setattr(Outbox, "claim", claim_some)
        try:
            run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
        except Killed:
            continue
    monkeypatch.setattr(Outbox, "claim", claim)
    run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    assert sorted(line.split(", ", 1)[1] for line in sent) == sorted(expected)


def test_killed_before_anything_is_decided_nothing_is_lost(alert_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rules(alert_desk, TURNS)
    sent: list[str] = []

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "note_looked", die)
        with pytest.raises(Killed):
            run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    expected = find_alerts(alert_desk, load_rules(alert_desk), SINCE, alert_desk.find_last_day())
    assert len(sent) == len(set(sent)) == len(expected)


def test_killed_while_sending_it_is_unsure_and_told_and_sent_again_only_when_asked(alert_desk: Desk) -> None:
    write_rules(alert_desk, TURNS)

    def die(*_args: object) -> bool:
        raise Killed

    with pytest.raises(Killed):
        run_rules(alert_desk, SINCE, send=die, environ=ENVIRON)
    sent: list[str] = []
    report = run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    (unsure,) = report.unsure
    assert unsure.state == CLAIMED
    assert not any(unsure.alert_id in line for line in sent)
    assert resend_unsure(alert_desk) == 1
    run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    assert sum(unsure.alert_id in line for line in sent) == 1


def test_what_was_refused_waits_and_goes_out_later(alert_desk: Desk) -> None:
    write_rules(alert_desk, TURNS)
    tried: list[str] = []
    report = run_rules(alert_desk, SINCE, send=note(tried, answer=False), environ=ENVIRON)
    assert len(report.refused) == len(tried) > 0
    assert {m.state for m in open_outbox(alert_desk).list_messages(WAITING)} == {WAITING}
    sent: list[str] = []
    run_rules(alert_desk, SINCE, send=note(sent), environ=ENVIRON)
    assert sent == tried


def test_of_two_processes_one_claims_a_message(tmp_path: Path) -> None:
    message = Message("a", "X", "r", date(2026, 1, 1), "w", "t", "b", WAITING, 0)
    first, second = Outbox(tmp_path / "box.sqlite"), Outbox(tmp_path / "box.sqlite")
    assert first.decide([message], read_now_utc()) == 1
    assert second.decide([message], read_now_utc()) == 0
    assert [first.claim(message, read_now_utc()), second.claim(message, read_now_utc())] == [True, False]
    first.mark_sent(message, read_now_utc())
    assert [m.state for m in second.list_messages()] == [SENT]


def test_a_broken_outbox_is_told(tmp_path: Path) -> None:
    (tmp_path / "box.sqlite").write_bytes(b"this is no database at all, whatever it says" * 40)
    with pytest.raises(StoreError, match="outbox"):
        Outbox(tmp_path / "box.sqlite").list_messages()


def test_a_rule_without_an_address_is_kept_and_sent_nowhere(alert_desk: Desk) -> None:
    write_rules(alert_desk, TURNS.replace("  send_to: [ALERT_DESK]\n", ""))

    def never(*_args: object) -> bool:
        raise AssertionError("nothing is to be sent")

    report = run_rules(alert_desk, SINCE, send=never, environ={})
    assert report.sent
    assert {message.target for message in report.sent} == {NOWHERE}


def test_an_address_stands_in_no_file_message_log_or_error(
    alert_desk: Desk, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rules(alert_desk, TURNS)
    with caplog.at_level(logging.DEBUG):
        # Nothing listens there: every message is refused.
        report = run_rules(alert_desk, SINCE, environ=ENVIRON)
    assert report.refused
    with pytest.raises(BadInput, match="ALERT_DESK") as caught:
        run_rules(alert_desk, environ={})
    held = b"".join(path.read_bytes() for path in alert_desk.settings.user_data_dir.iterdir() if path.is_file())
    told = [caplog.text, str(caught.value), repr(report), *capsys.readouterr(), held.decode("utf-8", "replace")]
    assert not any("hunter2" in text for text in told)


def test_an_address_that_apprise_does_not_know_is_refused() -> None:
    assert send_by_apprise("nothing-of-theirs://x", "t", "b") is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- rule: a\n  when: never\n", "'turn', 'surge'"),
        ("- rule: A b\n  when: turn\n", "rule"),
        ("- rule: a\n  when: turn\n  claim: nothing\n", "allowed: taiwan"),
        ("- rule: a\n  when: turn\n  regions: [mars]\n", "taiwan-strait"),
        ("- rule: a\n  when: event\n  severity: 3\n", "severity"),
        ("- rule: a\n  when: stale\n  source: nothing\n", "gdelt"),
        ("- rule: a\n  when: turn\n  send_to: ['mailto://me:secret@x']\n", "send_to"),
        ("- rule: a\n  when: turn\n- rule: a\n  when: turn\n", "given twice"),
    ],
)
def test_a_bad_rule_is_told_with_file_and_line(alert_desk: Desk, text: str, said: str) -> None:
    write_rules(alert_desk, text)
    with pytest.raises(CuratedDataError, match=r"alerts\.yaml:") as caught:
        load_rules(alert_desk)
    assert said in "\n".join(caught.value.faults)


def test_rules_are_added_and_removed_in_the_users_file(alert_desk: Desk) -> None:
    assert load_rules(alert_desk) == ()
    rule = AlertRule(rule="grave", when="event", regions=(Region.SOUTH_CHINA_SEA,), severity=5, send_to=("DESK_MAIL",))
    write_rules(alert_desk, "# mine\n" + TURNS)
    add_rule(alert_desk, rule)
    assert load_rules(alert_desk)[1] == rule
    with pytest.raises(BadInput, match="no other rule"):
        add_rule(alert_desk, rule)
    remove_rule(alert_desk, "grave")
    assert [known.rule for known in load_rules(alert_desk)] == ["taiwan-turns"]
    assert describe_rule(rule, alert_desk.record.article.claims) == (
        "A grave event of severity 5, of South China Sea; sent to DESK_MAIL"
    )


def test_the_command_replays_without_sending(
    alert_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tension.__main__ import main

    monkeypatch.setenv("TENSION_DATA", str(tmp_path))
    monkeypatch.delenv("ALERT_DESK", raising=False)
    write_rules(alert_desk, TURNS)
    monkeypatch.setattr("sys.argv", ["tension", "alert", "--replay", "--since", "2026-01-01"])
    assert main() == 0
    lines = capsys.readouterr().out.splitlines()
    expected: list[Alert] = find_alerts(
        alert_desk, load_rules(alert_desk), date(2026, 1, 1), alert_desk.find_last_day()
    )
    assert [line.split("  ")[2] for line in lines] == [alert.words for alert in expected]
    assert not (tmp_path / "alerts.sqlite").exists()
    monkeypatch.setattr("sys.argv", ["tension", "alert"])
    assert main() == 1
    assert "ALERT_DESK" in capsys.readouterr().err
