"""The command that exports a chart to a file. The registry builds it, tension/exports makes the bytes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from tension.commands.options import (
    ActorOption,
    AsOfOption,
    CategoryOption,
    ClassOption,
    RegionOption,
    SeverityOption,
    SinceOption,
    SourceOption,
    TextOption,
    UntilOption,
    ends_in_one_line,
    read_filter,
)
from tension.errors import BadInput, ExportError
from tension.figures.chart import Chart


class ChartFormat(StrEnum):
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"
    HTML = "html"
    CSV = "csv"


ChartArgument = Annotated[str, typer.Argument(metavar="CHART", help="The chart's key; --list prints them.")]
ChoiceOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--option", help="A choice of the chart as NAME=VALUE, such as lane=actor; may be repeated."),
]
SiteOption = Annotated[
    str, typer.Option("--site", help="Where the app is served: the address of the link in a picture.")
]


@ends_in_one_line
def export_chart(
    key: ChartArgument = "",
    output_format: Annotated[
        Optional[ChartFormat],  # noqa: UP045
        typer.Option("--format", help="What to make; else the ending of the file's name, else png."),
    ] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="File to write; - is standard output.")] = "",
    is_list: Annotated[bool, typer.Option("--list", help="Print the keys of all charts with their choices.")] = False,
    choice: ChoiceOption = None,
    site: SiteOption = "",
    region: RegionOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    actor: ActorOption = None,
    category: CategoryOption = None,
    quad_class: ClassOption = None,
    min_severity: SeverityOption = "1",
    text: TextOption = "",
    as_of: AsOfOption = "",
    source: SourceOption = None,
) -> None:
    """Export a chart as PNG, SVG, PDF, standalone HTML or the CSV behind it."""
    from tension.desk import open_desk
    from tension.exports.names import build_file_stem
    from tension.exports.terms import limit_to_exportable
    from tension.figures.frame import PRINT_PX
    from tension.figures.palette import PRINT
    from tension.figures.registry import (
        CHARTS,
        DEFAULT_SITE,
        build_chart,
        build_link,
        choose_options,
        find_chart,
        list_link_choices,
    )

    if is_list:
        desk = open_desk()
        for listed in CHARTS.values():
            choices = (f"{option.name}={'|'.join(option.list_values(desk))}" for option in listed.options)
            print(listed.key, listed.title, *choices, sep="\t")
        return
    spec = find_chart(key)
    wanted = read_filter(region, since, until, actor, category, quad_class, min_severity, text, as_of, source)
    desk = open_desk()
    options = choose_options(spec, desk, _read_choices(choice))
    made_format = _choose_format(output_format, output)
    link = build_link(spec, wanted, options, site or DEFAULT_SITE)
    if made_format is ChartFormat.HTML:
        wanted = limit_to_exportable(wanted)
    chart = build_chart(key, desk, wanted, PRINT, options, link=link, width_px=PRINT_PX)
    stem = build_file_stem(key, wanted, list_link_choices(options))
    _write(make_file(chart, made_format), output or f"{stem}.{made_format.value}")


def make_file(chart: Chart, made_format: ChartFormat) -> bytes:
    """A chart in a format; raises ExportError when there is nothing to draw, or nothing to draw with."""
    from tension.exports.csv_text import to_csv
    from tension.exports.pictures import to_html, to_image

    if chart.is_empty:
        raise ExportError(f"{chart.key}: nothing to show. {chart.hint} In view: {chart.subtitle}.")
    if made_format is ChartFormat.CSV:
        return to_csv(chart.frame)
    return to_html(chart) if made_format is ChartFormat.HTML else to_image(chart, made_format.value)


def _read_choices(choices: list[str] | None) -> dict[str, str]:
    pairs = [part.partition("=") for part in choices or ()]
    for name, sign, value in pairs:
        if not (name and sign):
            raise BadInput("option", f"{name}{sign}{value}", "NAME=VALUE, such as lane=actor")
    return {name: value for name, _, value in pairs}


def _choose_format(given: ChartFormat | None, output: str) -> ChartFormat:
    if given:
        return given
    ending = Path(output).suffix.lstrip(".").lower()
    if not ending:
        return ChartFormat.PNG
    if ending not in set(ChartFormat):
        raise BadInput("ending of the file's name", ending, (f.value for f in ChartFormat))
    return ChartFormat(ending)


def _write(content: bytes, output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise ExportError(f"{output}: can't be written: {error.strerror}") from error
    print(output)
