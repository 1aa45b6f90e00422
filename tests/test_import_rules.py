"""Arrows run one way: app -> pages -> components -> tension, and inside the engine from a room to those below it.

Read from the source, so that an import inside a function or for types alone counts like one at the top.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GROUND = ("tension.errors", "tension.settings", "tension.duckdb_session", "tension.words")
# What nearly every room uses of the ground floor and of the records.
COMMON = ("tension.errors", "tension.words", "tension.records")

# A row per room, from the ground up: what it imports besides itself. The longest matching room counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "tension.errors": (),
    "tension.settings": (),
    "tension.duckdb_session": (),
    "tension.words": (),
    "tension.access": ("tension.errors", "tension.settings", "tension.records", "tension.store"),
    "tension.readings": ("tension.errors",),
    "tension.records": ("tension.errors", "tension.settings", "tension.words"),
    "tension.store": ("tension.errors", "tension.settings", "tension.duckdb_session", "tension.records"),
    "tension.sources": (*GROUND, "tension.records"),
    "tension.intake": (*GROUND, "tension.records", "tension.store", "tension.sources"),
    "tension.assessments": (*COMMON, "tension.readings", "tension.store", "tension.sources"),
    "tension.articles": (*COMMON, "tension.settings", "tension.assessments", "tension.sources"),
    "tension.relations": ("tension.records", "tension.assessments"),
    "tension.desk": (
        *("tension.errors", "tension.settings", "tension.records"),
        *("tension.readings", "tension.store", "tension.assessments", "tension.articles"),
    ),
    "tension.judgements": (*COMMON, "tension.readings", "tension.store", "tension.assessments", "tension.desk"),
    "tension.figures": (
        *(*COMMON, "tension.readings"),
        *("tension.assessments", "tension.relations", "tension.desk", "tension.judgements"),
    ),
    "tension.exports": (
        *(*COMMON, "tension.readings"),
        *("tension.assessments", "tension.desk", "tension.figures"),
    ),
    "tension.brief": (
        *(*COMMON, "tension.assessments", "tension.desk", "tension.judgements"),
        *("tension.figures", "tension.exports"),
    ),
    "tension.alerts": (
        *(*COMMON, "tension.store", "tension.intake"),
        *("tension.assessments", "tension.desk", "tension.exports"),
    ),
    "tension.commands": (
        *(*COMMON, "tension.settings", "tension.store", "tension.sources", "tension.intake", "tension.assessments"),
        *(
            "tension.articles",
            "tension.desk",
            "tension.judgements",
            "tension.figures",
            "tension.exports",
            "tension.brief",
            "tension.alerts",
            "tension.access",
        ),
    ),
    "tension.api": (
        *("tension.errors", "tension.records"),
        *("tension.assessments", "tension.desk", "tension.judgements", "tension.figures", "tension.exports"),
    ),
    "tension.watching": ("tension.errors", "tension.store", "tension.desk"),
    "tension.__main__": ("tension.commands",),
    "tension": (),
    "components": (
        *(*COMMON, "tension.settings", "tension.readings", "tension.store", "tension.sources", "tension.intake"),
        *("tension.assessments", "tension.articles", "tension.relations", "tension.desk", "tension.judgements"),
        *("tension.figures", "tension.exports", "tension.brief", "tension.alerts", "tension.api", "tension.access"),
        "tension.watching",
    ),
    "pages": ("components", "tension.words", "tension.store", "tension.figures"),
    "app": ("components",),
}
OURS = ("app", "pages", "components", "tension")
CACHES = ("cache_data", "cache_resource")


def list_modules(root: Path = ROOT) -> dict[str, Path]:
    """Our modules by their full names, a package by that of its folder."""
    paths = [root / "app.py", *(p for room in ("pages", "components", "tension") for p in (root / room).rglob("*.py"))]
    names = {path: ".".join(path.relative_to(root).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


MODULES = list_modules()


def list_imports(path: Path, modules: Mapping[str, Path]) -> set[str]:
    """Every module that is imported, `from a import b` as a.b where that is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = node.module or ""
            found |= {full if (full := f"{module}.{alias.name}") in modules else module for alias in node.names}
    return found


def is_within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def find_room(name: str) -> str:
    return max((room for room in ALLOWED if is_within(name, (room,))), key=len)


def find_forbidden(name: str, modules: Mapping[str, Path]) -> set[str]:
    """What a module imports of ours that the row of its room doesn't name."""
    room = find_room(name)
    ours = {found for found in list_imports(modules[name], modules) if is_within(found, OURS)}
    return {found for found in ours if not is_within(found, (*ALLOWED[room], room))}


def find_unused(modules: Mapping[str, Path]) -> set[tuple[str, str]]:
    """Rooms with what their row allows and no module of theirs imports."""
    used: dict[str, set[str]] = {}
    for name, path in modules.items():
        used.setdefault(find_room(name), set()).update(list_imports(path, modules))
    return {
        (room, other)
        for room, found in used.items()
        for other in ALLOWED[room]
        if not any(is_within(name, (other,)) for name in found)
    }


def test_every_room_was_found() -> None:
    assert {find_room(name) for name in MODULES} == set(ALLOWED)


def test_no_room_stands_above_itself() -> None:
    # Raises CycleError, which names the rooms of the circle.
    assert len(list(TopologicalSorter(ALLOWED).static_order())) == len(ALLOWED)


@pytest.mark.parametrize("name", MODULES)
def test_imports_stay_within_what_the_room_may_know(name: str) -> None:
    assert find_forbidden(name, MODULES) == set()


def test_no_row_allows_an_import_that_nobody_uses() -> None:
    assert find_unused(MODULES) == set()


def test_a_row_wider_than_its_room_needs_is_found(tmp_path: Path) -> None:
    for path in ("app.py", "pages/x_page.py", "tension/relations/x.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("import components.view.layout\nfrom tension.records import vocab\n")
    assert find_unused(list_modules(tmp_path)) == {
        ("tension.relations", "tension.assessments"),
        *(("pages", room) for room in ("tension.words", "tension.store", "tension.figures")),
    }


@pytest.mark.parametrize(
    ("module", "text", "forbidden"),
    [
        ("tension/readings/x.py", "import tension.store.delta", {"tension.store.delta"}),
        ("tension/records/x.py", "def f():\n    from tension.store import delta", {"tension.store.delta"}),
        ("tension/store/x.py", "if TYPE_CHECKING:\n    from tension.desk import Desk", {"tension.desk"}),
        ("tension/figures/maps/x.py", "from components.loaders import load", {"components.loaders"}),
        ("components/x.py", "from tension.commands import export", {"tension.commands"}),
        ("pages/x.py", "from tension.desk import open_desk", {"tension.desk"}),
        ("app.py", "import tension.desk as opened", {"tension.desk"}),
        ("tension/figures/x.py", "import json\nfrom tension.figures.frame import dress\nimport tension.desk", set()),
    ],
)
def test_an_import_that_no_row_names_is_found(tmp_path: Path, module: str, text: str, forbidden: set[str]) -> None:
    for path in ("app.py", "tension/store/delta.py", module):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / module).write_text(text)
    made = list_modules(tmp_path)
    found = set().union(*(find_forbidden(name, made) for name in made))
    assert found == forbidden


@pytest.mark.parametrize("name", [name for name in MODULES if is_within(name, ("tension",))])
def test_the_engine_knows_no_interface(name: str) -> None:
    assert "streamlit" not in {found.split(".")[0] for found in list_imports(MODULES[name], MODULES)}


def test_no_module_of_the_interface_has_the_name_of_one_of_the_engine() -> None:
    stems = {
        top: {name.rsplit(".", 1)[-1] for name in MODULES if is_within(name, (top,))} - {top}
        for top in ("components", "tension")
    }
    assert stems["components"] & stems["tension"] == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name != "components.loaders"])
def test_only_the_loaders_keep_a_cache(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in CACHES] == []
