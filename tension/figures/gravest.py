"""The gravest events of a lane and the words that name them in a picture. Draws nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import pandas as pd

SEVERE = 4
_LINE_LETTERS, _LINES = 24, 2


def order_gravest(rows: Iterable[dict[Any, Any]]) -> list[tuple[str, dict[Any, Any]]]:
    """Events of severity 4 or 5 (rows of `severity`, `occurred_date`, `episode`, `event_id`), each with its episode,
    of which a picture names one. The gravest first, of equals the newest.
    """
    severe = [row for row in rows if not pd.isna(row["severity"]) and row["severity"] >= SEVERE]
    severe.sort(key=lambda row: (row["severity"], pd.Timestamp(row["occurred_date"])), reverse=True)
    return [(str(row["event_id"] if pd.isna(row["episode"]) else row["episode"]), row) for row in severe]


def wrap_title(title: object) -> list[str]:
    """A title in two short lines, as text; what doesn't fit is left out with a mark."""
    return textwrap.wrap(str(title), _LINE_LETTERS, max_lines=_LINES, placeholder=" …")
