"""What a visitor may do to others: the roles, which one each act asks for, and the gate that all acts go through."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from tension.errors import Refused

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
    """Who asks. `why` says in one line what holds for them; '' for one who is alone on their own machine."""

    role: Role
    why: str = ""

    def may(self, act: str) -> bool:
        """Whether their role is enough for an act."""
        return self.role >= ACTS[act]


def carry_out(visitor: Visitor, act: str, on: str, do: Callable[[], Done]) -> Done:
    """Do what a visitor asks for, if their role is enough; raises Refused, and what `do` raises."""
    if not visitor.may(act):
        _LOG.warning("%s on %s: refused to a %s", act, on, visitor.role)
        raise Refused(act, str(visitor.role), str(ACTS[act]), visitor.why)
    done = do()
    _LOG.info("%s on %s: done", act, on)
    return done
