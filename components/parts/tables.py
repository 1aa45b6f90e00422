"""How a table stands and writes its days: as high as its rows, up to a limit. Knows no content."""

from __future__ import annotations

from typing import Literal

import streamlit as st

# What `st.column_config` takes for days as `tension.words.format_day` writes them; the column still sorts by the day.
DAY_FORMAT = "D MMM YYYY"
MOMENT_FORMAT = f"{DAY_FORMAT} HH:mm"

_MOST_PX, _HEAD_PX, _ROW_PX = 320, 38, 35


# A click anywhere on a row counts, not only on the box at its left.
ROW_OR_CELL: tuple[Literal["single-row"], Literal["single-cell"]] = ("single-row", "single-cell")


def find_clicked_row(key: str) -> int | None:
    """The number of the row that was clicked in a table with the selection mode ROW_OR_CELL; None for none."""
    selection = st.session_state[key].selection
    if selection.rows:
        return int(selection.rows[0])
    return int(selection.cells[0][0]) if selection.cells else None


def fit_height(row_count: int, most_px: int = _MOST_PX) -> Literal["content"] | int:
    """The `height` of `st.dataframe` for so many rows: at most `most_px` pixels."""
    return "content" if _HEAD_PX + row_count * _ROW_PX <= most_px else most_px
