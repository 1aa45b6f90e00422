"""Draws the picture of the rooms in docs/architecture.md from the import table of tests/test_import_rules.py.

Run from the project's root: python -m scripts.draw_architecture. A test holds the picture to the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from pathlib import Path

from tests.test_import_rules import ALLOWED, GROUND

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
_PICTURE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)
_GROUND = "ground"
# The package's own file holds a sentence and nothing else.
_LEFT_OUT = "tension"


def draw_rooms() -> str:
    """The rooms as a Mermaid flowchart: an arrow where one may import another, but for those that others imply."""
    rooms = {_merge(room): {_merge(other) for other in row} for room, row in ALLOWED.items() if room != _LEFT_OUT}
    rooms[_GROUND] = set()
    words = [name.removeprefix("tension.") for name in GROUND]
    lines = [f"  {_GROUND}[{', '.join(words)}]"]
    lines += [f"  {_label(room)}[{room}]" for room in rooms if room != _GROUND]
    for room, below in rooms.items():
        implied = set().union(*(_reach(rooms, other) for other in below))
        lines += [f"  {_label(room)} --> {_label(other)}" for other in sorted(below - implied)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def put_picture(page: str) -> str:
    """The page with the picture in the place of the one that it holds."""
    return _PICTURE.sub(lambda _: draw_rooms(), page, count=1)


def _merge(room: str) -> str:
    return _GROUND if room in GROUND else room


def _label(room: str) -> str:
    return room.replace(".", "_")


def _reach(rooms: Mapping[str, Set[str]], room: str) -> set[str]:
    """Every room that one may import, directly or by way of others."""
    found: set[str] = set()
    for other in rooms[room]:
        found |= {other} | _reach(rooms, other)
    return found


if __name__ == "__main__":
    PAGE.write_text(put_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
