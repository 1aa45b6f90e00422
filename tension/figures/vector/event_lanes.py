"""The timeline in brief: a lane a region, severe events as marks with the gravest named, the rest as quiet ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tension.figures.gravest import SEVERE, order_gravest, wrap_title
from tension.figures.palette import DANGER, Palette
from tension.figures.vector.svg import Svg, draw, mark_of_event, tag
from tension.records.vocab import SEVERITY_LABELS, Region
from tension.words import count, format_day, format_month, upper_first

# Half of a tick's height by severity; an event whose source states none is drawn as the least.
_TICKS = {1: 4.0, 2: 6.0, 3: 9.0}
_TRIANGLES = {4: 6.0, 5: 9.0}
_TEXT_PX, _LINE_PX, _LETTER_SHARE = 12.0, 14.0, 0.52
_LANE_PX, _TOP_PX, _AXIS_PX = 86.0, 30.0, 22.0
_MOST_NAMED = 9


@dataclass(frozen=True)
class LanesRequest:
    """What is asked of the picture: lanes in order, the first and last day, a day to mark with its words, an event.

    `left_out` older events are in view besides those that are drawn.
    """

    regions: Sequence[Region]
    since: date
    until: date
    marked_day: date | None = None
    marked_words: str = ""
    selected: str | None = None
    left_out: int = 0


@dataclass
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and self.right > other.left and self.top < other.bottom and self.bottom > other.top
        )


def build_event_lanes(events: pd.DataFrame, request: LanesRequest, palette: Palette, width_px: float) -> Svg:
    """The picture of `events` (columns of LIST_COLUMNS); those of other regions or days are left out."""
    gutter = 0.0 if width_px < 500 else 118.0
    scale = _Scale(request.since, request.until, gutter, width_px - 10)
    height = _TOP_PX + _LANE_PX * len(request.regions) + _AXIS_PX
    day = pd.to_datetime(events.occurred_date).dt.date
    shown = events[events.region.isin(list(request.regions)) & (day >= request.since) & (day <= request.until)]
    parts = [_draw_axis(scale, height, palette)]
    if request.marked_day and request.since <= request.marked_day <= request.until:
        parts.append(_draw_marked(scale.find_x(request.marked_day), request.marked_words, height, palette, width_px))
    taken: list[_Box] = []
    for lane, region in enumerate(request.regions):
        rows = shown[shown.region == region].to_dict("records")
        parts.append(_draw_lane(rows, region, _find_lane_y(lane), scale, palette, request.selected))
        parts += _name_gravest(rows, _find_lane_y(lane), scale, palette, taken, width_px)
    severe = int((shown.severity >= SEVERE).sum())
    label = f"{count(len(shown), 'event')} from {format_day(request.since)} to {format_day(request.until)}"
    if request.left_out:
        words = f"the newest {len(shown):,} of {len(shown) + request.left_out:,} events"
        parts.append(_write(upper_first(words), 0, 13.0, palette.muted, "start"))
        label = f"{label}, {words}"
    return draw(width_px, height, *parts, label=f"{label}, {severe} of severity 4 or 5")


@dataclass(frozen=True)
class _Scale:
    since: date
    until: date
    left: float
    right: float

    def find_x(self, day: date) -> float:
        share = (day - self.since).days / max((self.until - self.since).days, 1)
        return self.left + share * (self.right - self.left)


def _find_lane_y(lane: int) -> float:
    return _TOP_PX + _LANE_PX * (lane + 0.5)


def _draw_axis(scale: _Scale, height: float, palette: Palette) -> Svg:
    """Lines at the first days of quarters, named where there is room."""
    step = 3 if (scale.right - scale.left) / max((scale.until - scale.since).days, 1) * 91 > 62 else 6
    lines = []
    month = date(scale.since.year, scale.since.month, 1)
    while month <= scale.until:
        if month >= scale.since and (month.month - 1) % step == 0:
            x = scale.find_x(month)
            lines.append(
                tag("line", x1=x, x2=x, y1=_TOP_PX - 8, y2=height - _AXIS_PX, stroke=palette.grid, stroke_width=1.0)
            )
            anchor = "end" if x > scale.right - 24 else "middle"
            lines.append(_write(format_month(month), x, height - 6, palette.muted, anchor))
        month = (month + timedelta(days=32)).replace(day=1)
    return tag("g", *lines, aria_hidden="true")


def _draw_marked(x: float, words: str, height: float, palette: Palette, width_px: float) -> Svg:
    line = tag(
        "line", x1=x, x2=x, y1=14.0, y2=height - _AXIS_PX, stroke=palette.ink, stroke_width=1.2, stroke_dasharray="2 3"
    )
    anchor = "end" if x > width_px * 0.7 else "start"
    return tag("g", line, _write(words, x + (-5 if anchor == "end" else 5), 13.0, palette.ink, anchor))


def _draw_lane(
    rows: Sequence[dict[Any, Any]], region: Region, y: float, scale: _Scale, palette: Palette, selected: str | None
) -> Svg:
    base = tag("line", x1=scale.left, x2=scale.right, y1=y, y2=y, stroke=palette.grid, stroke_width=1.0)
    name = (
        _write(region.value, scale.left - 10, y + 4, palette.ink, "end", weight="600")
        if scale.left
        else _write(region.value, 0, y - 32, palette.ink, "start", weight="600")
    )
    # The gravest last, so that none of them is covered.
    ordered = sorted(rows, key=lambda row: (_find_severity(row), row["occurred_date"]))
    newest = max(rows, key=lambda row: (row["occurred_date"], row["event_id"]), default=None)
    marks = [
        mark_of_event(
            _draw_mark(row, scale.find_x(_find_day(row)), y, palette, is_selected=row["event_id"] == selected),
            str(row["event_id"]),
            describe_mark(row),
            is_first=row is newest,
        )
        for row in ordered
    ]
    return tag("g", base, name, *marks, role="group", aria_label=f"{region}: {count(len(rows), 'event')}")


def _draw_mark(row: dict[Any, Any], x: float, y: float, palette: Palette, *, is_selected: bool) -> Svg:
    severity = _find_severity(row)
    if severity >= SEVERE:
        half = _TRIANGLES[severity]
        points = f"{x:.1f},{y - half:.1f} {x + half:.1f},{y + half * 0.8:.1f} {x - half:.1f},{y + half * 0.8:.1f}"
        shape = tag("polygon", points=points, fill=palette.severity[DANGER], stroke=palette.paper, stroke_width=1.0)
    else:
        half = _TICKS[max(severity, 1)]
        shape = tag("line", x1=x, x2=x, y1=y - half, y2=y + half, stroke=palette.muted, stroke_width=1.6)
    # Room for a finger or a pointer around a thin tick.
    room = tag("rect", x=x - 3, y=y - 12, width=6.0, height=24.0, fill="transparent")
    ring = tag("circle", cx=x, cy=y, r=13.0, fill="none", stroke=palette.ink, stroke_width=2.0) if is_selected else None
    return tag("g", room, shape, *([ring] if ring else []))


def _name_gravest(
    rows: Sequence[dict[Any, Any]], y: float, scale: _Scale, palette: Palette, taken: list[_Box], width_px: float
) -> list[Svg]:
    """Words for the gravest events of a lane, one an episode, where they find room above or below it."""
    named: list[Svg] = []
    episodes: set[str] = set()
    for episode, row in order_gravest(rows):
        if episode in episodes or len(named) >= _MOST_NAMED:
            continue
        lines = wrap_title(row["title"])
        half = max(map(len, lines)) * _TEXT_PX * _LETTER_SHARE / 2
        x = min(max(scale.find_x(_find_day(row)), scale.left + half), width_px - half)
        # Without a gutter the lane's own name stands above it.
        for top in (y - 14 - _LINE_PX * len(lines), y + 12) if scale.left else (y + 12,):
            box = _Box(x - half - 4, x + half + 4, top, top + _LINE_PX * len(lines))
            if not any(box.meets(other) for other in taken):
                taken.append(box)
                episodes.add(episode)
                named += [
                    _write(line, x, top + _LINE_PX * (i + 0.8), palette.muted, "middle") for i, line in enumerate(lines)
                ]
                break
    return named


def describe_mark(row: dict[Any, Any]) -> str:
    """An event in a line: day, region, title, severity where its source states one."""
    severity = _find_severity(row)
    said = f"; severity {severity}, {SEVERITY_LABELS[severity].lower()}" if severity else ""
    return f"{format_day(_find_day(row))}, {row['region']}: {row['title']}{said}"


def _find_severity(row: dict[Any, Any]) -> int:
    return 0 if pd.isna(row["severity"]) else int(row["severity"])


def _find_day(row: dict[Any, Any]) -> date:
    return pd.Timestamp(row["occurred_date"]).date()


def _write(words: str, x: float, y: float, colour: str, anchor: str, weight: str | None = None) -> Svg:
    return tag("text", words, x=x, y=y, fill=colour, font_size=_TEXT_PX, text_anchor=anchor, font_weight=weight)
