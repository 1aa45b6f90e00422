"""The one line on which a command ends in error."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer

from tension.errors import CuratedDataError, TensionError


def ends_in_one_line(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn an error raised on purpose into one line on standard error and exit code 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except CuratedDataError as error:
            fail(f"the curated record has {len(error.faults)} faults; first: {error.faults[0]}; all: check-data")
        except TensionError as error:
            fail(str(error))

    return run


def fail(message: str) -> NoReturn:
    """Print one line on standard error and end with exit code 1."""
    print_failure(message)
    raise typer.Exit(1)


def print_failure(message: str) -> None:
    print(f"tension: {' '.join(message.split())}", file=sys.stderr)
