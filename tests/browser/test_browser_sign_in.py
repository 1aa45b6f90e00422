"""Sign-in in a real browser, with a provider on loopback: who may decide, under which name, and what the audit says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import BrowserContext, expect

from tension.access.audit import load_acts
from tension.desk import Desk
from tension.intake.inbox import find_candidate
from tension.records.schema import CANDIDATE_SCHEMA
from tests.browser.conftest import expect_no_exception, find_free_port, open_visits, run_server, wait_until_drawn
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, run_provider
from tests.test_inbox import make_candidate

ANN = {"name": "Ann Example", "email": "ann@desk.example", "email_verified": True}


@pytest.fixture
def team_server(own_desk: Desk, tmp_path: Path) -> Iterator[str]:
    """A server with sign-in, on which Ann is a reviewer and a candidate of our own waits first."""
    # Newer than the leads that wait in the record, so that it stands first.
    row = make_candidate(1, published_date=date(2026, 12, 1))
    rows = pa.Table.from_pylist([row], schema=CANDIDATE_SCHEMA)
    own_desk.store.append("candidates", rows)
    (tmp_path / "roles.yaml").write_text("reviewer: [ann@desk.example]\n")
    port = find_free_port()
    with run_provider(ANN) as issuer:
        (tmp_path / "secrets.toml").write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a long text that nobody else has"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
        )
        environment = {
            "TENSION_ROLES": str(tmp_path / "roles.yaml"),
            "STREAMLIT_SECRETS_FILES": str(tmp_path / "secrets.toml"),
        }
        with run_server(tmp_path, port=port, environment=environment) as address:
            yield address


def test_a_stranger_only_reads_and_who_signs_in_decides_under_their_name(
    team_server: str, profile: BrowserContext, own_desk: Desk
) -> None:
    with open_visits(team_server, profile) as visit:
        page = visit("/inbox")
        expect(page.get_by_text("Read only until you sign in.")).to_be_visible()
        expect(page.locator(".st-key-reject button:disabled")).to_have_count(1)
        page.get_by_role("button", name="Sign in").click()
        # The provider leads back to the start page.
        page.wait_for_url(f"{team_server}/")
        wait_until_drawn(page)
        page.goto(f"{team_server}/inbox")
        expect(page.get_by_text("Signed in as Ann Example, reviewer.")).to_be_visible()
        expect(page.get_by_label("Your name, for the decisions")).to_have_count(0)
        page.locator(".st-key-reject button:enabled").click()
        expect(page.get_by_text("Rejected: Coast guard")).to_be_visible()
        expect_no_exception(page)
        log = (own_desk.settings.user_data_dir.parent / "server.log").read_text()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{team_server}/")
        page.goto(f"{team_server}/inbox")
        expect(page.get_by_text("Read only until you sign in.")).to_be_visible()
    decided = find_candidate(own_desk.store, "rss:1")
    assert (decided.status, decided.reviewer) == ("rejected", "Ann Example")
    acts = load_acts(own_desk.store)
    assert acts[["who", "act", "target", "result"]].values.tolist() == [["ann@desk.example", "reject", "rss:1", "done"]]
    assert CLIENT_SECRET not in log
