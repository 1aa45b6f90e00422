"""The command that tells whether a file's figures are those of this record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tension.commands.failures import ends_in_one_line
from tension.errors import BadInput


@ends_in_one_line
def verify_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="A file that this product made.")],
) -> None:
    """Make what a file was made from again and compare: one line a file; exit code 1 where one differs."""
    from tension.brief.checking import describe_verdict, verify_file
    from tension.desk import open_desk

    desk = open_desk()
    verdicts = []
    for name in files:
        verdict = verify_file(desk, _read(Path(name)), name, _read_beside(Path(name)))
        print(f"{name}: {describe_verdict(verdict)}")
        verdicts.append(verdict)
    if not all(verdict.is_same for verdict in verdicts):
        raise typer.Exit(1)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("file", str(path), f"a file that can be read ({error.strerror})") from error


def _read_beside(path: Path) -> bytes | None:
    beside = path.with_name(f"{path.name}-metadata.json")
    return _read(beside) if beside.is_file() else None
