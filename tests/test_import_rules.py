"""Arrows run one way: app -> pages -> components -> tension, and inside the engine from a room to those below it.

Read from the source, so that an import inside a function or for types alone counts like one at the top.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GROUND = ("tension.errors", "tension.settings", "tension.duckdb_session", "tension.words")
ENGINE = (*GROUND, "tension.records", "tension.readings", "tension.store", "tension.sources", "tension.intake")
DESK = (*ENGINE, "tension.assessments", "tension.relations", "tension.desk")

# A row per room, from the ground up: what it may import besides itself. The longest matching room counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "tension.errors": (),
    "tension.settings": ("tension.errors",),
    "tension.duckdb_session": (),
    "tension.words": (),
    "tension.readings": ("tension.errors",),
    "tension.records": GROUND,
    "tension.store": (*GROUND, "tension.records"),
    "tension.sources": (*GROUND, "tension.records"),
    "tension.intake": (*GROUND, "tension.records", "tension.store", "tension.sources"),
    "tension.assessments": (*GROUND, "tension.records", "tension.readings", "tension.store", "tension.sources"),
    "tension.relations": (*GROUND, "tension.records", "tension.readings", "tension.store", "tension.assessments"),
    "tension.desk": DESK,
    "tension.figures": DESK,
    "tension.exports": (*DESK, "tension.figures"),
    "tension.brief": (*DESK, "tension.figures", "tension.exports"),
    "tension.alerts": (*DESK, "tension.exports"),
    "tension.commands": (*DESK, "tension.figures", "tension.exports", "tension.brief", "tension.alerts"),
    "tension.api": (*DESK, "tension.figures", "tension.exports"),
    "tension.__main__": ("tension.commands", "tension.errors"),
    "tension": (),
    "components": (
        "components",
        *DESK,
        *("tension.figures", "tension.exports", "tension.brief", "tension.alerts", "tension.api"),
    ),
    "pages": ("components", *DESK, "tension.figures", "tension.exports", "tension.brief", "tension.alerts"),
    "app": ("components",),
}
OURS = ("app", "pages", "components", "tension")
CACHES = ("cache_data", "cache_resource")


def list_modules() -> dict[str, Path]:
    paths = [ROOT / "app.py", *(p for room in ("pages", "components", "tension") for p in (ROOT / room).rglob("*.py"))]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


MODULES = list_modules()


def list_imports(path: Path) -> set[str]:
    """Every module that is imported, `from a import b` as a.b where that is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = node.module or ""
            found |= {full if (full := f"{module}.{alias.name}") in MODULES else module for alias in node.names}
    return found


def is_within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def find_room(name: str) -> str:
    return max((room for room in ALLOWED if is_within(name, (room,))), key=len)


def test_every_room_was_found():
    assert {find_room(name) for name in MODULES} == set(ALLOWED)


@pytest.mark.parametrize("name", MODULES)
def test_imports_stay_within_what_the_room_may_know(name: str):
    room = find_room(name)
    ours = {found for found in list_imports(MODULES[name]) if is_within(found, OURS)}
    assert {found for found in ours if not is_within(found, (*ALLOWED[room], room))} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if is_within(name, ("tension",))])
def test_the_engine_knows_no_interface(name: str):
    assert "streamlit" not in {found.split(".")[0] for found in list_imports(MODULES[name])}


def test_no_module_of_the_interface_has_the_name_of_one_of_the_engine():
    stems = {
        top: {name.rsplit(".", 1)[-1] for name in MODULES if is_within(name, (top,))} - {top}
        for top in ("components", "tension")
    }
    assert stems["components"] & stems["tension"] == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name != "components.loaders"])
def test_only_the_loaders_keep_a_cache(name: str):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in CACHES] == []
