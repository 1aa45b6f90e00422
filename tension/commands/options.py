"""The filter options that every command shares, and the one line on which a command ends in error."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, Optional

import typer

from tension.errors import CuratedDataError, TensionError
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import Category, QuadClass, Region

# Typer reads these at run time, and needs Optional spelled out for lists.
RegionOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--region", help=f"Region, may be repeated: {', '.join(r.slug for r in Region)}."),
]
SinceOption = Annotated[str, typer.Option("--since", help="First day, YYYY-MM-DD; an event has the day it began.")]
UntilOption = Annotated[str, typer.Option("--until", help="Last day, YYYY-MM-DD.")]
ActorOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--actor", help="ISO 3166 alpha-3 code, may be repeated."),
]
CategoryOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--category", help=f"Category, may be repeated: {', '.join(c.value for c in Category)}."),
]
ClassOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--class", help=f"Quad class, may be repeated: {', '.join(q.slug for q in QuadClass)}."),
]
SeverityOption = Annotated[str, typer.Option("--min-severity", help="Lowest severity, 1 to 5.")]
TextOption = Annotated[str, typer.Option("--text", help="Words that title, summary, place or names hold.")]
AsOfOption = Annotated[str, typer.Option("--as-of", help="Only what had been reported by this day, YYYY-MM-DD.")]
SourceOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--source", help="Source of events, may be repeated; curated unless said otherwise."),
]


def read_filter(
    region: list[str] | None = None,
    since: str = "",
    until: str = "",
    actor: list[str] | None = None,
    category: list[str] | None = None,
    quad_class: list[str] | None = None,
    min_severity: str = "1",
    text: str = "",
    as_of: str = "",
    source: list[str] | None = None,
) -> EventFilter:
    """The filter that the options say; lists may also be joined by commas. Raises BadInput."""
    return build_filter(
        regions=_split(region),
        since=since,
        until=until,
        actors=_split(actor),
        categories=_split(category),
        quad_classes=_split(quad_class),
        min_severity=min_severity,
        text=text,
        as_of=as_of,
        source_keys=_split(source),
    )


def takes_filter(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the filter; it gets the filter that they say as its first argument."""

    @functools.wraps(command)
    def run(**given: Any) -> Any:
        said = {name: given.pop(name) for name in options}
        return command(read_filter(**said), **given)

    options = inspect.signature(read_filter).parameters
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    added = [option.replace(annotation=_FILTER_OPTIONS[name]) for name, option in options.items()]
    vars(run)["__signature__"] = inspect.Signature(
        [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in (*own, *added)]
    )
    run.__annotations__ = {part.name: part.annotation for part in (*own, *added)}
    return run


_FILTER_OPTIONS: dict[str, Any] = {
    "region": RegionOption,
    "since": SinceOption,
    "until": UntilOption,
    "actor": ActorOption,
    "category": CategoryOption,
    "quad_class": ClassOption,
    "min_severity": SeverityOption,
    "text": TextOption,
    "as_of": AsOfOption,
    "source": SourceOption,
}


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


def _split(values: list[str] | None) -> list[str]:
    return [part for value in values or () for part in value.split(",") if part.strip()]
