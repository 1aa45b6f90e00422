"""Who a signed-in visitor is and which role they have: from what the provider says and the file of roles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tension.access.roles import Role, Visitor
from tension.errors import BadInput

_MOST_LETTERS = 80
_ALLOWED = "a YAML file of lists of mail addresses under admin, editor and reviewer"
_NO_ROLE = "Signed in as {name}, a reader: no role stands beside {address} in the file of roles (TENSION_ROLES)."
_NOT_VERIFIED = "Signed in as {name}, a reader: the provider doesn't say that {address} was verified."


def _fold(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(address.strip().casefold() for address in addresses)


_Addresses = Annotated[tuple[str, ...], AfterValidator(_fold)]


class RoleFile(BaseModel):
    """Mail addresses by role. `trusts_addresses`: the provider is one's own, and its word on an address is enough."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    admin: _Addresses = ()
    editor: _Addresses = ()
    reviewer: _Addresses = ()
    trusts_addresses: bool = False

    def find_role(self, address: str) -> Role:
        """The highest role beside an address; reader where there is none."""
        held = {Role.ADMIN: self.admin, Role.EDITOR: self.editor, Role.REVIEWER: self.reviewer}
        return max((role for role, named in held.items() if address.casefold() in named), default=Role.READER)


def load_role_file(path: str) -> RoleFile:
    """The file of roles, read anew each time, so that a role that was taken away is gone; raises BadInput.

    Without a path nobody has a role.
    """
    if not path:
        return RoleFile()
    name = Path(path).name
    try:
        return RoleFile.model_validate(yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {})
    except (OSError, ValueError, yaml.YAMLError, ValidationError):
        # What the fault is may hold the addresses of people, and every visitor sees this line.
        raise BadInput("TENSION_ROLES", name, _ALLOWED) from None


def find_signed_in(claims: Mapping[str, Any], roles_path: str) -> Visitor:
    """Whoever signed in, from the claims of OpenID Connect (Core 1.0, section 5.1); a reader where a claim is missing.

    An address counts when the provider says that it was verified, or the file of roles trusts it.
    """
    address = _read_line(claims.get("email"))
    name = _read_line(claims.get("name")) or address or "nobody"
    identity = address or _read_line(claims.get("sub"))
    try:
        roles = load_role_file(roles_path)
    except BadInput as error:
        return Visitor(Role.READER, f"Signed in as {name}, a reader: {error}", name, identity)
    if claims.get("email_verified") is not True and not roles.trusts_addresses:
        return Visitor(Role.READER, _NOT_VERIFIED.format(name=name, address=address or "an address"), name, identity)
    role = roles.find_role(address) if address else Role.READER
    if role is Role.READER:
        return Visitor(role, _NO_ROLE.format(name=name, address=address or "this account"), name, identity)
    return Visitor(role, f"Signed in as {name}, {role}.", name, identity)


def _read_line(value: object) -> str:
    """A claim as one line of at most 80 letters; '' for what is no text."""
    return " ".join(value.split())[:_MOST_LETTERS] if isinstance(value, str) else ""
