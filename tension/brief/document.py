"""A brief as a document that knows no format: cover, pages, numbered sources. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from tension.brief.native import NativeChart
from tension.exports.seal import Seal

if TYPE_CHECKING:
    from tension.figures.chart import Chart


@dataclass(frozen=True)
class Cited:
    """A source as the last page lists it; `day` is None where it is undated, `url` '' where it has none."""

    publisher: str
    title: str
    day: date | None
    tier: str
    url: str


@dataclass(frozen=True)
class Table:
    """Rows of text. `refs` are the numbers of each row's sources."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    refs: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Page:
    """One page: `finding` says what is seen, `note` is the reader's own, `refs` are the numbers of its sources.

    `frame` holds every figure that the page shows or says. `chart` is drawn natively where `native` is there, else as
    a picture.
    """

    title: str
    finding: str
    frame: pd.DataFrame
    note: str = ""
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    chart: Chart | None = None
    native: NativeChart | None = None
    table: Table | None = None
    source_line: str = ""
    foot: tuple[str, ...] = ()
    refs: tuple[int, ...] = ()
    link: str = ""

    @property
    def native_foot(self) -> tuple[str, ...]:
        """The notes that hold where the chart is Office's own, which may have another form than on the desk."""
        return self.foot if self.native is None or self.native.notes is None else self.native.notes


@dataclass(frozen=True)
class Document:
    """A whole brief. `cover` are the lines under the title; `sources` stand in the order of their numbers, from 1."""

    title: str
    cover: tuple[str, ...]
    pages: tuple[Page, ...]
    sources: tuple[Cited, ...]
    seal: Seal


@dataclass
class SourceList:
    """Gives each source a number, the same one for the same address; fills up while pages are built."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _cited: list[Cited] = field(default_factory=list)

    def cite(self, source: Cited) -> int:
        """The number of a source."""
        key = source.url or f"{source.publisher} {source.title}"
        if key not in self._numbers:
            self._cited.append(source)
            self._numbers[key] = len(self._cited)
        return self._numbers[key]

    @property
    def all(self) -> tuple[Cited, ...]:
        return tuple(self._cited)


def format_refs(refs: tuple[int, ...]) -> str:
    """'[1][3]' as it stands behind a text; '' for none."""
    return "".join(f"[{number}]" for number in refs)
