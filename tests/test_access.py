"""Who may write: alone on one's own machine, on a server for others, and that nothing that writes goes by the gate."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Element

from tension.access.roles import ACTS, Role, Visitor, carry_out
from tension.access.server_rules import find_visitor, is_alone
from tension.desk import Desk
from tension.errors import Refused
from tension.intake.inbox import load_candidates
from tension.settings import Settings
from tests.apps import ROOT, open_page
from tests.test_inbox import make_candidate
from tests.test_pages_inbox import fill_inbox

# What the pages call to write for all who use the server.
WRITERS = {
    *("accept", "merge", "reject", "undo", "propose_clusters"),
    *("ingest_result", "refresh_sources", "compact", "add_rule", "remove_rule", "fetch_page"),
    *("save_article", "undo_save", "make_judgement", "revise_judgement", "void_judgement", "resolve_due"),
    *("save_hypotheses", "save_evidence", "remove_evidence"),
    *("append", "upsert", "replace_all", "replace_where", "hold"),
}
# Methods of lists and strings that share a name with one of these.
_HARMLESS = {"append"}
# Functions that are only ever handed to the gate.
GATES = {"act", "decide", "_do"}


@pytest.mark.parametrize(
    ("address", "remote", "headers", "public_url", "alone"),
    [
        ("localhost", None, (), "", True),
        ("127.0.0.1", "127.0.0.1", ("Host", "Origin"), "", True),
        ("::1", "::1", (), "http://localhost:8501", True),
        (None, None, (), "", False),
        ("0.0.0.0", None, (), "", False),  # noqa: S104 (what is told apart)
        ("", None, (), "", False),
        ("desk.example", None, (), "", False),
        ("localhost", "192.0.2.7", (), "", False),
        ("localhost", None, ("X-Forwarded-For",), "", False),
        ("localhost", None, ("forwarded",), "", False),
        ("localhost", None, (), "https://desk.example", False),
    ],
)
def test_who_is_alone_on_their_machine(
    address: str | None, remote: str | None, headers: tuple[str, ...], public_url: str, alone: bool
) -> None:
    assert is_alone(address, remote, headers, public_url) is alone


@pytest.mark.parametrize(
    ("rule", "alone", "role", "words"),
    [
        ("", True, Role.ADMIN, ""),
        ("", False, Role.READER, "no sign-in"),
        ("open", False, Role.ADMIN, "names are not checked"),
        ("open", True, Role.ADMIN, ""),
        ("closed", True, Role.READER, "TENSION_WRITE is closed"),
        ("opne", False, Role.READER, "TENSION_WRITE: 'opne' is not allowed; allowed: open, closed"),
    ],
)
def test_what_holds_without_sign_in(rule: str, alone: bool, role: Role, words: str) -> None:
    found = find_visitor(Settings(ROOT, ROOT, "", write_rule=rule), is_alone=alone)
    assert found.role == role
    assert words in found.why
    assert bool(found.why) == bool(words)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_done_from_its_role_upward_and_by_nobody_below(act: str) -> None:
    done: list[Role] = []
    for role in Role:
        if role >= ACTS[act]:
            carry_out(Visitor(role), act, "x", lambda role=role: done.append(role))
        else:
            with pytest.raises(Refused, match=f"{act}: not for a {role}; it takes a {ACTS[act]}. Because."):
                carry_out(Visitor(role, "Because."), act, "x", lambda role=role: done.append(role))
    assert done == [role for role in Role if role >= ACTS[act]]
    assert Role.READER not in done


def find_unguarded(text: str) -> set[str]:
    """Writers that are named outside what is handed to the gate, save in functions that only the gate is handed."""
    tree = ast.parse(text)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    gated = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in GATES]
    inside = {id(node) for call in gated for part in [*call.args, *call.keywords] for node in ast.walk(part)}
    handed = {node.id for call in gated for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in handed:
            inside |= {id(node) for node in ast.walk(function)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Name) and node.id in WRITERS:
            found.add(node.id)
        is_store = isinstance(node, ast.Attribute) and (
            node.attr not in _HARMLESS or "store" in ast.unparse(node.value)
        )
        if isinstance(node, ast.Attribute) and is_store and node.attr in WRITERS:
            found.add(node.attr)
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "components").rglob("*.py")), ids=lambda path: path.stem)
def test_whatever_writes_for_others_goes_through_the_gate(path: Path) -> None:
    assert find_unguarded(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("accept(store, 'x')", {"accept"}),
        ("st.button('x', on_click=accept)", {"accept"}),
        ("desk.store.append('events', rows)", {"append"}),
        ("rows.append(1)", set()),
        ("act('accept', 'x', lambda: accept(store, 'x'))", set()),
        ("def _join():\n    store.compact()\nact('compact', 'store', lambda: _join())", set()),
        ("def _join():\n    store.compact()\n_join()", {"compact"}),
    ],
)
def test_a_way_around_the_gate_is_found(text: str, found: set[str]) -> None:
    assert find_unguarded(text) == found


@pytest.fixture
def closed_inbox(leadless_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose candidate waits, of a server that is closed."""
    monkeypatch.setenv("TENSION_STORE", leadless_desk.settings.store_uri)
    monkeypatch.setenv("TENSION_DATA", str(leadless_desk.settings.user_data_dir))
    monkeypatch.setenv("TENSION_WRITE", "closed")
    fill_inbox(leadless_desk, make_candidate(1))
    return leadless_desk


def read_plain(elements: Iterable[Element]) -> str:
    return " ".join(str(element.value) for element in elements).replace("\\", "")


@pytest.mark.usefixtures("closed_inbox")
def test_a_page_of_a_closed_server_says_so_and_offers_nothing() -> None:
    app = open_page("inbox")
    assert "Read only: TENSION_WRITE is closed." in read_plain(app.info)
    assert app.button("reject").disabled
    assert not [field for field in app.text_input if field.key == "inbox_reviewer"]


def test_a_button_that_is_shown_all_the_same_changes_nothing(
    closed_inbox: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.inbox_parts.may", lambda _: True)
    app = open_page("inbox")
    app.text_input("inbox_reviewer").set_value("A. Reviewer").run()
    app.button("reject").click().run()
    assert "reject: not for a reader; it takes a reviewer" in read_plain(app.error)
    assert [candidate.candidate_id for candidate in load_candidates(closed_inbox.store)] == ["rss:1"]
