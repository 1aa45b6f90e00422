"""Who may write on a server without sign-in: whoever is alone on their own machine, and else as the setting says."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from tension.access.roles import Role, Visitor
from tension.settings import Settings

# TENSION_WRITE. Not set: who is alone on their own machine writes, and a server for others is read only.
OPEN, CLOSED = "open", "closed"
# What a proxy says of whom it asks for.
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_BEYOND = "Read only: this server can be reached from other machines and has no sign-in (docs/team-server.md)."
_CLOSED = "Read only: TENSION_WRITE is closed."
_OPEN = "Every visitor of this server can change what all see, and names are not checked (TENSION_WRITE is open)."


def is_alone(address: str | None, remote: str | None, headers: Iterable[str], public_url: str) -> bool:
    """Whether whoever asks sits at the machine that serves them.

    `address` is what the server listens on, None for all; `remote` where the request came from, None for this
    machine; `headers` the names of its headers. A server with a public address, or behind a proxy, is for others.
    """
    is_proxied = any(name.lower() in PROXY_HEADERS for name in headers)
    is_public = bool(public_url) and not is_loopback(urlsplit(public_url).hostname)
    return is_loopback(address) and (remote is None or is_loopback(remote)) and not is_proxied and not is_public


def is_loopback(host: str | None) -> bool:
    """Whether a host's name or address is that of the machine itself; None, which stands for every address, isn't."""
    if host is None:
        return False
    name = host.strip().strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def find_visitor(settings: Settings, *, is_alone: bool) -> Visitor:
    """Whoever asks a server without sign-in."""
    if settings.write_rule == OPEN:
        return Visitor(Role.ADMIN, "" if is_alone else _OPEN)
    if settings.write_rule == CLOSED:
        return Visitor(Role.READER, _CLOSED)
    if settings.write_rule:
        said = f"Read only: TENSION_WRITE: {settings.write_rule!r} is not allowed; allowed: {OPEN}, {CLOSED}."
        return Visitor(Role.READER, said)
    return Visitor(Role.ADMIN) if is_alone else Visitor(Role.READER, _BEYOND)
