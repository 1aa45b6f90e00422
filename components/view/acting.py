"""The gate before everything that others see the outcome of: who asks, what holds for them, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.loaders import get_desk
from components.parts.text import escape_markdown
from tension.access.roles import Visitor, carry_out
from tension.access.server_rules import find_visitor, is_alone

Done = TypeVar("Done")


def get_visitor() -> Visitor:
    """Whoever this run of a page is for."""
    settings = get_desk().settings
    address = st.get_option("server.address")
    alone = is_alone(address, st.context.ip_address, st.context.headers, settings.public_url)
    return find_visitor(settings, is_alone=alone)


def act(name: str, on: str, do: Callable[[], Done]) -> Done:
    """Do what the visitor asks for, if they may; raises Refused, and what `do` raises.

    `name` is one of ACTS (tension/access/roles.py), `on` what it is done to. Whatever writes for others is called in
    here: a button that is hidden or disabled keeps nobody from sending its click.
    """
    return carry_out(get_visitor(), name, on, do)


def may(name: str) -> bool:
    """Whether the visitor may do an act, for buttons."""
    return get_visitor().may(name)


def show_access() -> None:
    """What holds for the visitor, in a line, on a page that writes; nothing for one who is alone on their machine."""
    # A place of its own, so that nothing below moves.
    with st.container():
        if why := get_visitor().why:
            st.info(escape_markdown(why), icon=":material/lock:")
