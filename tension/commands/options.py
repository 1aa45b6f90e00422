"""The filter options that every command shares, and the one line on which a command ends in error."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, Optional

import typer

from tension.errors import CuratedDataError, TensionError
from tension.records.filter_fields import FIELDS, FilterField
from tension.records.filters import build_filter


def _build_option(field: FilterField) -> inspect.Parameter:
    """A field of the filter as Typer reads it; of a list it may be repeated, or hold several joined by commas."""
    values = f": {', '.join(field.offered)}" if field.offered else ""
    told = f"{field.title}, may be repeated{values}." if field.is_list else f"{field.title}."
    # Typer needs Optional spelled out for lists.
    kind = Optional[list[str]] if field.is_list else str  # noqa: UP045
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None if field.is_list else field.to_param(field.default) if field.default else "",
        annotation=Annotated[kind, typer.Option(f"--{field.option}", help=told)],
    )


_OPTIONS = {field.name: _build_option(field) for field in FIELDS}


def takes_filter(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of these fields of the filter, all without names.

    It gets the filter that they say as its first argument; a bad value ends it.
    """
    options = [_OPTIONS[name] for name in names or _OPTIONS]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(**given: Any) -> Any:
            said = {option.name: given.pop(option.name) for option in options}
            return command(build_filter(**said), **given)

        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        parts = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in (*own, *options)]
        vars(run)["__signature__"] = inspect.Signature(parts)
        run.__annotations__ = {part.name: part.annotation for part in parts}
        return run

    return decorate


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
