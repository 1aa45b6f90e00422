"""The gate before everything that others see the outcome of: who asks, what holds for them, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import streamlit as st

from components.loaders import get_desk
from components.parts.text import escape_markdown
from tension.access.people import find_signed_in
from tension.access.roles import Role, Visitor, carry_out
from tension.access.server_rules import find_visitor, is_alone

Done = TypeVar("Done")
_STRANGER = Visitor(Role.READER, "Read only until you sign in.")


def get_visitor() -> Visitor:
    """Whoever this run of a page is for. Where sign-in is set up, roles rule; the setting for all visitors doesn't."""
    settings = get_desk().settings
    claims = st.user.to_dict()
    if has_sign_in():
        is_known = claims.get("is_logged_in") is True
        return find_signed_in(claims, settings.roles_path) if is_known else _STRANGER
    address = st.get_option("server.address")
    alone = is_alone(address, st.context.ip_address, st.context.headers, settings.public_url)
    return find_visitor(settings, is_alone=alone)


def has_sign_in() -> bool:
    """Whether this server has a provider of sign-in (the section `auth` of Streamlit's secrets)."""
    return "is_logged_in" in st.user.to_dict()


def act(name: str, on: str, do: Callable[[], Done]) -> Done:
    """Do what the visitor asks for, if they may, and keep it in the audit; raises Refused, and what `do` raises.

    `name` is one of ACTS (tension/access/roles.py), `on` what it is done to. Whatever writes for others is called in
    here: a button that is hidden or disabled keeps nobody from sending its click.
    """
    return carry_out(get_desk().store, get_visitor(), name, on, do)


def may(name: str) -> bool:
    """Whether the visitor may do an act, for buttons."""
    return get_visitor().may(name)


def ask_name(label: str, key: str, default: str = "", *, width: int | Literal["stretch"] = "stretch") -> str:
    """The name that the visitor's decisions carry: theirs where they signed in, else what they type, kept."""
    if not has_sign_in():
        st.text_input(label, default, key=key, persist_state="session", max_chars=80, width=width)
    return read_name(key)


def read_name(key: str) -> str:
    """That name as it stands now: in a callback it may be newer than what the page was drawn with."""
    return get_visitor().name if has_sign_in() else str(st.session_state.get(key) or "").strip()


def show_access() -> None:
    """What holds for the visitor, in a line, on a page that writes; nothing for one who is alone on their machine."""
    # A place of its own, so that nothing below moves.
    with st.container(horizontal=True, vertical_alignment="center", key="access"):
        visitor = get_visitor()
        if visitor.why:
            st.markdown(f":material/lock: {escape_markdown(visitor.why)}", width="content")
        if visitor.identity:
            st.button("Sign out", key="sign_out", type="tertiary", on_click=st.logout)
        elif has_sign_in():
            st.button("Sign in", key="sign_in", on_click=st.login)
