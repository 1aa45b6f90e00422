"""The filter options that every command shares."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Optional

import typer

from tension.records.filters import FIELDS, FilterField, build_filter


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
