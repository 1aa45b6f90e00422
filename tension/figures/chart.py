"""A chart as it leaves the engine: a figure, the frame behind it, and the words that go with both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tension.figures.palette import Palette
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from tension.desk import Desk

ChartOptions = Mapping[str, str]


@dataclass(frozen=True)
class Chart:
    """`title` names subject and unit, `alt` says in a sentence or two what is seen, `source_line` where it comes from.

    `frame` is what the CSV export holds. `hint` says what to do when the chart is empty; it is '' when it isn't.
    `subtitle` says what is in view where that isn't simply the filter (registry.py fills the filter in otherwise).
    `finding` is what the chart shows in a sentence by a rule of findings.py, '' where none holds; where it stands over
    the picture, the title goes before the subtitle.
    `notes` stand in the picture's foot, one line each: what a mark in it means.
    """

    key: str
    title: str
    alt: str
    source_line: str
    figure: go.Figure
    frame: pd.DataFrame
    hint: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    finding: str = ""

    @property
    def heading(self) -> str:
        """What stands over the picture."""
        return self.finding or self.title

    @property
    def is_empty(self) -> bool:
        return bool(self.hint)


def is_listed(value: str, values: Sequence[str]) -> bool:
    """The check of an option that has one of its values."""
    return value in values


@dataclass(frozen=True)
class Option:
    """A choice of a chart besides the filter.

    `list_values` lists what is offered, which may be declared in the record of the desk; the first is the default.
    `check(value, values)` says whether a text is allowed, given what is offered.
    """

    name: str
    list_values: Callable[[Desk], Sequence[str]]
    check: Callable[[str, Sequence[str]], bool] = is_listed

    @classmethod
    def of(cls, name: str, values: Iterable[str]) -> Option:
        """An option whose values are the same for every desk."""
        fixed = tuple(values)
        return cls(name, lambda _desk: fixed)


@dataclass(frozen=True)
class ChartSpec:
    """A chart that can be asked for by key: on a page, with `python -m tension export KEY`, in a briefing.

    `slide`: the options that it takes as a slide beside those chosen; None where it is as tall as what it lists.
    """

    key: str
    title: str
    page: str
    build: Callable[[Desk, EventFilter, Palette, ChartOptions], Chart]
    options: tuple[Option, ...] = ()
    slide: Mapping[str, str] | None = field(default_factory=dict)
