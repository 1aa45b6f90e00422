"""The command that exports charts to files. The registry builds them, tension/exports makes the bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tension.commands.failures import ends_in_one_line, print_failure
from tension.commands.options import takes_filter
from tension.errors import BadInput, ExportError
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    from tension.exports.chart_files import ChartFile, ChartOrder

_DEFAULT_FORMAT = "png"
ChartArgument = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="CHART", help="Keys of charts, one or more; --list prints them."),
]
FormatOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--format",
        "--formats",
        help="png, svg, pdf, html or csv; several joined by commas. Else the ending of the file's name, else png.",
    ),
]
OutputOption = Annotated[
    str,
    typer.Option("-o", "--output", help="File to write, - for standard output; for several files the folder."),
]
ChoiceOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--option", help="A choice of a chart as NAME=VALUE, such as lane=actor; may be repeated."),
]
SiteOption = Annotated[
    str, typer.Option("--site", help="Where the app is served, for the link in a picture; else TENSION_PUBLIC_URL.")
]


@ends_in_one_line
@takes_filter()
def export_chart(
    wanted: EventFilter,
    keys: ChartArgument = None,
    formats: FormatOption = None,
    output: OutputOption = "",
    has_all: Annotated[bool, typer.Option("--all", help="Every chart, into the folder of -o.")] = False,
    is_list: Annotated[bool, typer.Option("--list", help="Print the keys of all charts with their choices.")] = False,
    choice: ChoiceOption = None,
    site: SiteOption = "",
) -> None:
    """Export charts as PNG, SVG, PDF, standalone HTML or the CSV behind them.

    One chart in one format goes to a file, several go into a folder, by names that say chart and view.
    """
    from tension.desk import open_desk
    from tension.exports.chart_files import ChartOrder, make_files
    from tension.figures.registry import CHARTS, find_chart

    if is_list:
        _print_list()
        return
    specs = list(CHARTS.values()) if has_all else [find_chart(key) for key in keys or [""]]
    made = _read_formats(formats, output, is_one=len(specs) == 1)
    order = ChartOrder(specs, made, wanted, _read_choices(choice), site)
    files = make_files(open_desk(), order)
    if len(specs) == len(made) == 1 and not has_all:
        _write_one(next(files), output)
    else:
        _write_all(order, files, Path(output or "."), may_be_empty=has_all)


def _print_list() -> None:
    from tension.desk import open_desk
    from tension.figures.registry import CHARTS

    desk = open_desk()
    for spec in CHARTS.values():
        choices = (f"{option.name}={'|'.join(option.list_values(desk))}" for option in spec.options)
        print(spec.key, spec.title, *choices, sep="\t")


def _read_choices(choices: list[str] | None) -> dict[str, str]:
    pairs = [part.partition("=") for part in choices or ()]
    for name, sign, value in pairs:
        if not (name and sign):
            raise BadInput("option", f"{name}{sign}{value}", "NAME=VALUE, such as lane=actor")
    return {name: value for name, _, value in pairs}


def _read_formats(given: list[str] | None, output: str, *, is_one: bool) -> list[str]:
    """The formats asked for; of one chart else that of the file's name."""
    from tension.exports.chart_files import FORMATS

    asked = [part.strip().lower() for value in given or () for part in value.split(",") if part.strip()]
    where = "format"
    ending = Path(output).suffix.lstrip(".").lower()
    if not asked and is_one and ending:
        asked, where = [ending], "ending of the file's name"
    for file_format in asked:
        if file_format not in FORMATS:
            raise BadInput(where, file_format, FORMATS)
    return list(dict.fromkeys(asked)) or [_DEFAULT_FORMAT]


def _write_one(made: ChartFile, output: str) -> None:
    if made.content is None:
        raise ExportError(made.reason)
    if output == "-":
        sys.stdout.buffer.write(made.content)
        return
    path = Path(output or made.name)
    _write_file(made, path / made.name if path.is_dir() else path)


def _write_all(order: ChartOrder, files: Iterable[ChartFile], folder: Path, *, may_be_empty: bool) -> None:
    """Every file that can be made, and the reasons of the others on standard error.

    Raises ExportError at the end where one failed; a chart with nothing to show failed only if it was asked for.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder}: can't be made a folder: {error.strerror}") from error
    reasons: dict[str, bool] = {}
    written = 0
    for made in _show_progress(files, len(order.specs) * len(order.formats)):
        if made.content is None:
            reasons[made.reason] = not (made.is_empty and may_be_empty)
        else:
            _write_file(made, folder / made.name)
            written += 1
    for reason in reasons:
        print_failure(reason)
    if any(reasons.values()):
        raise ExportError(f"{written} of {len(order.specs) * len(order.formats)} files were made")


def _show_progress(files: Iterable[ChartFile], count: int) -> Iterator[ChartFile]:
    """The files with a bar on a terminal; in a log or a pipe their names, printed as they come, say how far it is."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Opening the record", total=count)
        for made in files:
            progress.update(task, advance=1, description=made.name)
            yield made


def _write_file(made: ChartFile, path: Path) -> None:
    """A file, and beside a CSV what it was made from."""
    beside = path.with_name(f"{path.name}-metadata.json")
    try:
        path.write_bytes(made.content or b"")
        if made.sidecar is not None:
            beside.write_bytes(made.sidecar)
    except OSError as error:
        raise ExportError(f"{path}: can't be written: {error.strerror}") from error
    print(path)
