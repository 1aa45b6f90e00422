"""Who may write: alone on one's own machine, on a server for others, and that nothing that writes goes by the gate."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1.element_tree import Element

from components.view.acting import get_visitor
from tension.access.audit import load_acts
from tension.access.people import find_signed_in, load_role_file
from tension.access.roles import ACTS, Role, Visitor, carry_out
from tension.access.server_rules import find_visitor, is_alone
from tension.desk import Desk
from tension.errors import BadInput, Refused
from tension.intake.inbox import load_candidates
from tension.settings import Settings
from tension.store.delta import Store
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


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(str(tmp_path_factory.mktemp("audited")))
    made.prepare()
    return made


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_done_from_its_role_upward_and_by_nobody_below(store: Store, act: str) -> None:
    done: list[Role] = []
    for role in Role:
        if role >= ACTS[act]:
            carry_out(store, Visitor(role), act, "x", lambda role=role: done.append(role))
        else:
            with pytest.raises(Refused, match=f"{act}: not for a {role}; it takes a {ACTS[act]}. Because."):
                carry_out(store, Visitor(role, "Because."), act, "x", lambda role=role: done.append(role))
    assert done == [role for role in Role if role >= ACTS[act]]
    assert Role.READER not in done


@pytest.mark.parametrize(
    ("claims", "role", "words"),
    [
        ({"email": "Ann@Desk.Example", "email_verified": True, "name": "Ann"}, Role.REVIEWER, "Ann, reviewer."),
        ({"email": "cy@desk.example", "email_verified": True}, Role.ADMIN, "cy@desk.example, admin."),
        ({"email": "ann@desk.example", "email_verified": False, "name": "Ann"}, Role.READER, "was verified"),
        ({"email": "ann@desk.example", "email_verified": "true", "name": "Ann"}, Role.READER, "was verified"),
        ({"email": "ann@desk.example", "name": "Ann"}, Role.READER, "was verified"),
        ({"email": "bob@desk.example", "email_verified": True, "name": "ann@desk.example"}, Role.READER, "no role"),
        ({"sub": "7", "email_verified": True, "name": ["x"]}, Role.READER, "nobody"),
    ],
)
def test_a_role_stands_beside_an_address_that_the_provider_verified(
    tmp_path: Path, claims: dict[str, object], role: Role, words: str
) -> None:
    path = tmp_path / "roles.yaml"
    path.write_text("reviewer: [' ann@desk.example']\nadmin: [cy@desk.example]\neditor: [cy@desk.example]\n")
    found = find_signed_in(claims, str(path))
    assert found.role == role
    assert words in found.why
    path.write_text(path.read_text() + "trusts_addresses: true\n")
    assert find_signed_in({"email": "ann@desk.example"}, str(path)).role == Role.REVIEWER
    path.write_text("reviewer: [someone.else@desk.example]\n")
    assert find_signed_in({"email": "ann@desk.example", "email_verified": True}, str(path)).role == Role.READER


@pytest.mark.parametrize(
    "text", ["reviewers: [ann@desk.example]", "admin: ann@desk.example", "- admin", "a: b: c", "\0"]
)
def test_a_file_of_roles_with_a_fault_gives_nobody_a_role_and_names_no_person(tmp_path: Path, text: str) -> None:
    path = tmp_path / "roles.yaml"
    path.write_text(text)
    found = find_signed_in({"email": "ann@desk.example", "email_verified": True, "name": "Ann"}, str(path))
    assert found.role == Role.READER
    assert "TENSION_ROLES: 'roles.yaml' is not allowed" in found.why
    assert "ann@desk.example" not in found.why


def test_the_audit_says_who_did_what_and_what_was_refused(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.prepare()
    ann = Visitor(Role.REVIEWER, "Signed in.", "Ann", "ann@desk.example")
    before = datetime.now(UTC)
    assert carry_out(store, ann, "reject", "rss:1", lambda: 7) == 7
    with pytest.raises(Refused):
        carry_out(store, ann, "compact", "store", lambda: 7)
    with pytest.raises(BadInput):
        carry_out(store, ann, "accept", "rss:2", lambda: load_role_file(str(tmp_path)))
    with pytest.raises(ZeroDivisionError):
        carry_out(store, ann, "judge", "q", lambda: 1 / 0)
    # A visitor under an open server, a stranger who is refused, one who is alone.
    carry_out(store, Visitor(Role.ADMIN, "Open."), "refresh", "mnd", lambda: None)
    with pytest.raises(Refused):
        carry_out(store, Visitor(Role.READER, "Read only."), "refresh", "mnd", lambda: None)
    carry_out(store, Visitor(Role.ADMIN), "refresh", "mnd", lambda: None)
    acts = load_acts(store)[::-1]
    assert acts[["who", "name", "role", "act", "target", "result"]].values.tolist() == [
        ["ann@desk.example", "Ann", "reviewer", "reject", "rss:1", "done"],
        ["ann@desk.example", "Ann", "reviewer", "compact", "store", "refused"],
        ["ann@desk.example", "Ann", "reviewer", "accept", "rss:2", acts.result.iloc[2]],
        ["ann@desk.example", "Ann", "reviewer", "judge", "q", "ZeroDivisionError"],
        ["", "", "admin", "refresh", "mnd", "done"],
    ]
    assert acts.result.iloc[2].startswith("TENSION_ROLES:")
    assert acts.at_utc.is_monotonic_increasing
    assert before <= acts.at_utc.iloc[0] <= acts.at_utc.iloc[-1] <= datetime.now(UTC)


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
def inbox(leadless_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with one candidate that waits."""
    monkeypatch.setenv("TENSION_STORE", leadless_desk.settings.store_uri)
    monkeypatch.setenv("TENSION_DATA", str(leadless_desk.settings.user_data_dir))
    fill_inbox(leadless_desk, make_candidate(1))
    return leadless_desk


@pytest.fixture
def closed_inbox(inbox: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same, of a server that is closed."""
    monkeypatch.setenv("TENSION_WRITE", "closed")
    return inbox


def read_plain(elements: Iterable[Element]) -> str:
    return " ".join(str(element.value) for element in elements).replace("\\", "")


@pytest.mark.usefixtures("closed_inbox")
def test_a_page_of_a_closed_server_says_so_and_offers_nothing() -> None:
    app = open_page("inbox")
    assert "Read only: TENSION_WRITE is closed." in read_plain(app.markdown)
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


class SignedIn(dict[str, object]):
    """What Streamlit tells of a visitor."""

    def to_dict(self) -> dict[str, object]:
        return dict(self)


def sign_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, roles: str, claims: dict[str, object]) -> None:
    """Let the next runs be those of a visitor of whom a provider says this; without claims there is no provider."""
    path = tmp_path / "roles.yaml"
    path.write_text(roles)
    monkeypatch.setenv("TENSION_ROLES", str(path))
    monkeypatch.setattr("streamlit.user", SignedIn(claims))


ANN = {"is_logged_in": True, "name": "Ann Example", "email": "ann@desk.example", "email_verified": True}


def test_a_reviewer_decides_under_the_name_that_signed_in(
    inbox: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, tmp_path, "reviewer: [ann@desk.example]", ANN)
    app = open_page("inbox")
    assert "Signed in as Ann Example, reviewer." in read_plain(app.markdown)
    assert not [field for field in app.text_input if field.key == "inbox_reviewer"]
    # A name that was typed, or sent, before the sign-in counts for nothing.
    app.session_state["inbox_reviewer"] = "Somebody Else"
    app.button("reject").click().run()
    assert not app.exception
    decided = load_candidates(inbox.store, None)
    assert [(candidate.status, candidate.reviewer) for candidate in decided] == [("rejected", "Ann Example")]
    assert load_acts(inbox.store)[["who", "act", "target", "result"]].values.tolist() == [
        ["ann@desk.example", "reject", "rss:1", "done"]
    ]


@pytest.mark.parametrize(
    ("claims", "role", "words"),
    [
        ({"is_logged_in": False}, Role.READER, "Read only until you sign in."),
        ({**ANN, "is_logged_in": "true"}, Role.READER, "Read only until you sign in."),
        (ANN, Role.EDITOR, "Signed in as Ann Example, editor."),
    ],
)
def test_sign_in_rules_over_the_setting_for_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, claims: dict[str, object], role: Role, words: str
) -> None:
    sign_in(monkeypatch, tmp_path, "editor: [ann@desk.example]", claims)
    settings = Settings(ROOT, ROOT, "", write_rule="open", roles_path=str(tmp_path / "roles.yaml"))
    monkeypatch.setattr("components.view.acting.get_desk", lambda: SimpleNamespace(settings=settings))
    visitor = get_visitor()
    assert (visitor.role, visitor.why) == (role, words)
