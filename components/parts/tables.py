"""How high a table stands: a short one ends with its last row, a long one scrolls. Knows no content."""

from __future__ import annotations

from typing import Literal

_MOST_PX, _HEAD_PX, _ROW_PX = 320, 38, 35


def fit_height(row_count: int, most_px: int = _MOST_PX) -> Literal["content"] | int:
    """The `height` of `st.dataframe` for so many rows: at most `most_px` pixels."""
    return "content" if _HEAD_PX + row_count * _ROW_PX <= most_px else most_px
