"""Every chart by key, and the one way to build one. Collects the SPECS of the modules beside it; draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import tension.figures
from tension.errors import BadInput
from tension.figures.chart import Chart, ChartSpec, Option
from tension.figures.frame import COLUMN_PX, PRINT_PX, SLIDE_PX, SLIDE_TEXT_PX, dress
from tension.figures.palette import PRINT, Palette
from tension.records.filters import EventFilter
from tension.words import PRODUCT, format_day

if TYPE_CHECKING:
    from tension.desk import Desk


def _collect() -> dict[str, ChartSpec]:
    """The SPECS of every module of this package, by key; a key given twice is a fault of ours and raises."""
    found: dict[str, ChartSpec] = {}
    for module in iter_modules(tension.figures.__path__):
        if module.name == "registry":
            continue
        for spec in getattr(import_module(f"tension.figures.{module.name}"), "SPECS", ()):
            if spec.key in found:
                raise ValueError(f"chart key {spec.key!r} is given twice")
            found[spec.key] = spec
    return dict(sorted(found.items()))


CHARTS: Mapping[str, ChartSpec] = _collect()


def find_chart(key: str) -> ChartSpec:
    """The spec of a chart; BadInput lists the keys."""
    if key not in CHARTS:
        raise BadInput("chart", key, CHARTS)
    return CHARTS[key]


def choose_options(spec: ChartSpec, desk: Desk, options: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every option of a chart with its value, defaults filled in; BadInput for an unknown name or value."""
    given = dict(options or {})
    names = [option.name for option in spec.options]
    for name in given:
        if name not in names:
            raise BadInput(f"option of {spec.key}", name, names or "none, this chart has no options")
    return {option.name: _choose(spec, option, desk, given.get(option.name)) for option in spec.options}


def _choose(spec: ChartSpec, option: Option, desk: Desk, given: str | None) -> str:
    values = option.list_values(desk)
    if given is None:
        return values[0]
    if not option.check(given, values):
        raise BadInput(f"{option.name} of {spec.key}", given, values)
    return given


def build_link(spec: ChartSpec, wanted: EventFilter, chosen: Mapping[str, str] | None = None, site: str = "") -> str:
    """The address that shows a chart again: its page, the whole filter and every choice (choose_options), in full.

    Without a `site` (the app's own address) it begins with its path.
    """
    path = "" if spec.page == "overview" else spec.page
    return f"{site.rstrip('/')}/{path}?{wanted.to_query(**list_link_choices(chosen or {}))}"


def list_link_choices(chosen: Mapping[str, str]) -> dict[str, str]:
    """The choices of a chart that belong to the view; how large it is drawn is its place's own affair."""
    return {name: value for name, value in chosen.items() if name != "size"}


def build_chart(
    key: str,
    desk: Desk,
    wanted: EventFilter,
    palette: Palette,
    options: Mapping[str, str] | None = None,
    *,
    link: str | None = None,
    width_px: float = COLUMN_PX,
    height_px: float | None = None,
    least_px: float = 0,
) -> Chart:
    """A chart with its title, filter, as-of, source line and link; raises BadInput for an unknown key or option."""
    spec, desk = find_chart(key), desk.choose_article(wanted.article)
    chosen = choose_options(spec, desk, options)
    chart = spec.build(desk, wanted, palette, chosen)
    chart = replace(chart, subtitle=chart.subtitle or describe_view(desk, wanted))
    dress(
        chart.figure,
        title=chart.heading,
        subtitle=f"{chart.title} · {chart.subtitle}" if chart.finding else chart.subtitle,
        notes=chart.notes,
        source_line=f"{chart.source_line} {seal_picture(desk)}",
        link=build_link(spec, wanted, chosen, desk.settings.public_url) if link is None else link,
        palette=palette,
        width_px=width_px,
        height_px=height_px,
        least_px=least_px,
    )
    return chart


def build_picture(
    key: str, desk: Desk, wanted: EventFilter, options: Mapping[str, str] | None = None, *, link: str | None = None
) -> Chart:
    """A chart as it leaves for print or a room: a slide of 16:9 with letters of 12 points at 13.33 inches.

    One that lists what it shows (`slide` is None) is as tall as its list.
    """
    spec = find_chart(key)
    if spec.slide is None:
        return build_chart(key, desk, wanted, PRINT, options, link=link, width_px=PRINT_PX)
    width, height = SLIDE_PX
    chosen = {**(options or {}), **spec.slide}
    chart = build_chart(
        key, desk, wanted, PRINT, chosen, link=link, width_px=width, height_px=height, least_px=SLIDE_TEXT_PX
    )
    chart.figure.update_layout(width=width)
    return chart


def seal_picture(desk: Desk) -> str:
    """Which product and which state of its record a picture was made from: a mark of its files, and its last day."""
    return f"{PRODUCT}, record {desk.record.content_hash[:8]} to {format_day(desk.find_last_day())}."


def describe_view(desk: Desk, wanted: EventFilter) -> str:
    """The filter in words and the day that the record reaches."""
    if wanted.as_of:
        return wanted.describe()
    return f"{wanted.describe()} · record to {format_day(desk.find_last_day())}"
