"""The events of the timeline as a list by year, which a keyboard reaches and a reader of screens says."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from components.loaders import get_theme, load_built
from components.parts.templates import render
from components.parts.vector_picture import show_picture
from components.view.filter_bar import get_selected_event
from tension.desk import Desk
from tension.figures.palette import Palette, grade_severity
from tension.records.filters import EventFilter
from tension.records.vocab import QuadClass
from tension.words import count

_MOST = 1000
_SIGNS = {
    QuadClass.VERBAL_COOPERATION: "●",
    QuadClass.MATERIAL_COOPERATION: "■",
    QuadClass.VERBAL_CONFLICT: "◆",
    QuadClass.MATERIAL_CONFLICT: "▲",
}


def show_event_years(wanted: EventFilter) -> None:
    """The events in view, newest first, a fold for each year; a click or Enter opens a card."""
    show_picture(load_built(build_event_years, wanted, get_theme(), get_selected_event()), "event_years")


def build_event_years(desk: Desk, wanted: EventFilter, palette: Palette, selected: str | None) -> Markup:
    """The list as markup, open at the year of the selected event, else at the newest."""
    events = desk.queries.load_events(wanted, latest=_MOST)
    total = desk.queries.summarise(wanted).event_count
    rows = [_tell_row(row, palette, selected) for row in reversed(events.to_dict("records"))]
    names = list(dict.fromkeys(row["day"].year for row in rows))
    opened = next((row["day"].year for row in rows if row["is_selected"]), names[0] if names else None)
    years = []
    for name in names:
        own = [row for row in rows if row["day"].year == name]
        severe = sum(row["is_severe"] for row in own)
        words = f"{count(len(own), 'event')}, {severe} of severity 4 or 5"
        years.append({"name": str(name), "words": words, "rows": own, "is_open": name == opened})
    left_out = f"The newest {len(rows):,} of {total:,}; narrow the dates for earlier ones." if total > len(rows) else ""
    return render("event_years.html", palette=palette, years=years, left_out=left_out)


def _tell_row(row: dict[Any, Any], palette: Palette, selected: str | None) -> dict[str, Any]:
    severity = None if pd.isna(row["severity"]) else int(row["severity"])
    return {
        "event_id": row["event_id"],
        "day": row["occurred_date"],
        "title": row["title"],
        "sign": "✕" if pd.isna(row["quad_class"]) else _SIGNS[QuadClass(int(row["quad_class"]))],
        "colour": palette.severity[grade_severity(severity)],
        "grade": f"severity {severity}" if severity else "",
        "is_severe": (severity or 0) >= 4,
        "is_selected": row["event_id"] == selected,
    }
