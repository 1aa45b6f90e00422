"""Names the gravest events of a timeline's lane in a row above its marks, each with a thin line to its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.frame import WIDE_NOTE, escape
from tension.figures.gravest import order_gravest, wrap_title
from tension.figures.palette import Palette
from tension.figures.row_labels import Label, Place, place_some

# Two lines of text, and air under them.
NAMES_PX = 30.0
_TEXT_PX, _LETTER_PX = 10.5, 6.2


@dataclass(frozen=True)
class Named:
    """An event that is named: its row in the frame, the lines of its title, and where they stand."""

    index: int
    lines: tuple[str, ...]
    place: Place


def choose_named(events: pd.DataFrame, starts: pd.Series[float], room_px: float) -> list[Named]:
    """Which of a lane's events are named: the gravest of each episode, while there is room in a single row.

    `starts` are pixels from the left by the frame's index.
    """
    rows = [{**row, "index": index} for index, row in zip(events.index, events.to_dict("records"), strict=True)]
    first_of: dict[str, dict[Any, Any]] = {}
    for episode, row in order_gravest(rows):
        first_of.setdefault(episode, row)
    titles = [(row["index"], tuple(wrap_title(row["title"]))) for row in first_of.values()]
    labels = [Label(float(starts[index]), max(map(len, lines)) * _LETTER_PX) for index, lines in titles]
    places = place_some(labels, room_px)
    return [Named(index, lines, place) for (index, lines), place in zip(titles, places, strict=True) if place]


def add_names(figure: go.Figure, names: Sequence[Named], events: pd.DataFrame, foot: float, palette: Palette) -> None:
    """The names above `foot`, in the pixels up of `events.y`; in a narrow picture none is shown."""
    for name in names:
        event = events.loc[name.index]
        figure.add_annotation(
            name=WIDE_NOTE,
            x=f"{event.occurred_date:%Y-%m-%d}",
            y=event.y,
            text="<br>".join(map(escape, name.lines)),
            xanchor=name.place.anchor,
            yanchor="bottom",
            align=name.place.anchor,
            ax=0,
            ay=event.y - foot,
            showarrow=True,
            arrowhead=0,
            arrowwidth=0.8,
            arrowcolor=palette.muted,
            standoff=event["size"] / 2,
            borderpad=0,
            # Over the line of a marked day, which may run through the words.
            bgcolor=palette.paper,
            captureevents=False,
            font={"size": _TEXT_PX, "color": palette.muted},
        )
