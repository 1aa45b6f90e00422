"""Arrows run one way: app -> pages -> components -> tension, and inside the engine sources know only their ground.

Read from the source, so that an import inside a function counts like one at the top.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# For each room, the packages of this project that it may import; the longest matching room counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "app": ("components",),
    "pages": ("components", "tension"),
    "components": ("components", "tension"),
    "tension": ("tension",),
    # What a source may know besides the files of its own name. Grow it for what knows neither store nor sources.
    "tension.sources": tuple(
        f"tension.{name}"
        for name in (
            "errors events schema duck vocab sources.base settings gazetteer lexicon phrases theatre proposals moments "
            "http feeds tables rowfile wire"
        ).split()
    ),
    "tension.readings": ("tension.errors", "tension.readings"),
    "tension.maps": ("tension",),
}
ENGINE_BANS = ("streamlit", "components", "pages", "app")
STORE_MODULES = ("tension.store", "tension.sync", "tension.queries", "tension.engine", "tension.desk")
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
    ours = {
        found for found in list_imports(MODULES[name]) if is_within(found, ("app", "pages", "components", "tension"))
    }
    allowed = ALLOWED[find_room(name)]
    if find_room(name) == "tension.sources":
        # A source may be spread over files of its own name (mnd.py, mnd_text.py); the registry knows them all.
        stem = name.removeprefix("tension.sources.").split("_")[0]
        own = tuple(module for module in MODULES if module.removeprefix("tension.sources.").split("_")[0] == stem)
        allowed += own if name != "tension.sources" else ("tension.sources",)
    assert {found for found in ours if not is_within(found, allowed)} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if is_within(name, ("tension",))])
def test_the_engine_knows_no_interface(name: str):
    assert {found for found in list_imports(MODULES[name]) if is_within(found, ENGINE_BANS)} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if is_within(name, ("tension.sources", "tension.readings"))])
def test_no_way_leads_from_sources_and_readings_to_the_store(name: str):
    reached, ahead = set(), [name]
    while ahead:
        module = ahead.pop()
        if module not in reached and module in MODULES:
            reached.add(module)
            ahead += list_imports(MODULES[module])
    assert {found for found in reached if is_within(found, STORE_MODULES)} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name != "components.loaders"])
def test_only_the_loaders_keep_a_cache(name: str):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in CACHES] == []
