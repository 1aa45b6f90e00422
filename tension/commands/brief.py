"""The command that makes a brief from a recipe."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tension.commands.failures import ends_in_one_line
from tension.errors import BadInput, ExportError


class BriefFormat(StrEnum):
    PPTX = "pptx"
    DOCX = "docx"
    HTML = "html"
    PDF = "pdf"


@ends_in_one_line
def make_brief_file(
    recipe: Annotated[str, typer.Option("--recipe", help="A recipe's file, or the name of one that ships.")],
    brief_format: Annotated[BriefFormat, typer.Option("--format", help="What to make.")] = BriefFormat.PPTX,
    output: Annotated[str, typer.Option("-o", "--output", help="File to write, - for standard output.")] = "",
    template: Annotated[str, typer.Option("--template", help="Your own .pptx or .docx: its layouts and fonts.")] = "",
) -> None:
    """Make a brief: charts that Office edits, tables, what changed, with footnotes and a list of sources."""
    from tension.brief.make import make_brief
    from tension.brief.recipe import read_recipe
    from tension.desk import open_desk

    desk = open_desk()
    path = find_recipe(recipe, desk.settings.data_dir)
    content = make_brief(desk, read_recipe(path), str(brief_format), _read_template(template))
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    made = Path(output or f"{path.stem}.{brief_format}")
    try:
        made.write_bytes(content)
    except OSError as error:
        raise ExportError(f"{made}: can't be written: {error.strerror}") from error
    print(made)


def find_recipe(name: str, data_dir: Path) -> Path:
    """The file of a recipe: a path, or the name of one that ships; BadInput lists those."""
    from tension.brief.recipe import list_recipes

    shipped = {path.stem: path for path in list_recipes(data_dir)}
    if name in shipped:
        return shipped[name]
    if not Path(name).is_file():
        raise BadInput("recipe", name, f"a file, or one of {', '.join(shipped)}")
    return Path(name)


def _read_template(name: str) -> bytes | None:
    if not name:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput("template", name, f"a file that can be read ({error.strerror})") from error
