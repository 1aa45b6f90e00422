"""The script that starts a team's server: what it tells its replicas, and that it fits the door's configuration."""

from __future__ import annotations

import re
import sys

import pytest

from deploy.start_team import CONFIGURATION, PORTS, build_environment, main


def test_the_door_leads_to_the_replicas_and_keeps_back_what_is_not_for_visitors() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert [int(port) for port in re.findall(r"^\s+server 127\.0\.0\.1:(\d+) ", text, re.MULTILINE)] == list(PORTS)
    assert set(re.findall(r"location = (\S+) \{ return 404; \}", text)) == {"/metrics", "/readyz", "/_stcore/metrics"}


def test_replicas_share_a_cookie_secret_and_know_the_host_that_browsers_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSION_PUBLIC_URL", "https://desk.example/")
    made = build_environment()
    assert len(made["STREAMLIT_SERVER_COOKIE_SECRET"]) >= 32
    assert made["STREAMLIT_SERVER_COOKIE_SECRET"] != build_environment()["STREAMLIT_SERVER_COOKIE_SECRET"]
    assert made["STREAMLIT_BROWSER_SERVER_ADDRESS"] == "desk.example"
    kept = {"STREAMLIT_SERVER_COOKIE_SECRET": "given"}
    monkeypatch.setattr("os.environ", kept)
    assert kept.items() <= build_environment().items()


def test_a_door_that_is_not_there_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["start_team.py", "--nginx", "/nowhere/nginx"])
    assert main() == 2
    assert capsys.readouterr().err == "--nginx: '/nowhere/nginx' is not there; install nginx or say where it is\n"
