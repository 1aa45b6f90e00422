"""What a visitor may do to others: the roles, which one each act asks for, and the gate that all acts go through."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from tension.access.audit import write_act
from tension.errors import Refused, TensionError
from tension.store.delta import Store

Done = TypeVar("Done")
_LOG = logging.getLogger(__name__)


class Role(IntEnum):
    """Each may do what those before it may."""

    READER = 0
    REVIEWER = 1
    EDITOR = 2
    ADMIN = 3

    def __str__(self) -> str:
        return self.name.lower()


# Every act that others see the outcome of, with the least role that may do it.
ACTS: dict[str, Role] = {
    "accept": Role.REVIEWER,
    "merge": Role.REVIEWER,
    "reject": Role.REVIEWER,
    "undo": Role.REVIEWER,
    "propose groups": Role.REVIEWER,
    "judge": Role.REVIEWER,
    "weigh hypotheses": Role.REVIEWER,
    "take in": Role.EDITOR,
    "add alert": Role.EDITOR,
    "remove alert": Role.EDITOR,
    "fetch page": Role.EDITOR,
    "save article": Role.EDITOR,
    "undo article": Role.EDITOR,
    "refresh": Role.ADMIN,
    "compact": Role.ADMIN,
}


@dataclass(frozen=True)
class Visitor:
    """Who asks. `why` says in one line what holds for them; '' for one who is alone on their own machine.

    `name` and `identity` are what a provider of sign-in said: the name that their decisions carry, and the address
    that tells them apart.
    """

    role: Role
    why: str = ""
    name: str = ""
    identity: str = ""

    def may(self, act: str) -> bool:
        """Whether their role is enough for an act."""
        return self.role >= ACTS[act]


def carry_out(store: Store, visitor: Visitor, act: str, on: str, do: Callable[[], Done]) -> Done:
    """Do what a visitor asks for, if their role is enough; raises Refused, StoreError, and what `do` raises.

    What came of it goes into the audit, save for one who is alone on their machine; and what is refused to strangers,
    who could fill the store with it, only into the log.
    """

    def tell(result: str) -> None:
        _LOG.info("act", extra={"act": act, "target": on, "role": str(visitor.role), "result": result})
        if visitor.identity or (visitor.why and visitor.may(act)):
            write_act(store, visitor.identity, visitor.name, str(visitor.role), act, on, result)

    if not visitor.may(act):
        tell("refused")
        raise Refused(act, str(visitor.role), str(ACTS[act]), visitor.why)
    try:
        done = do()
    except Exception as error:
        tell(str(error) if isinstance(error, TensionError) else type(error).__name__)
        raise
    tell("done")
    return done
