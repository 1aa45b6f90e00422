"""How high a table stands: a short one ends with its last row, a long one scrolls. Knows no content."""

from __future__ import annotations

from typing import Literal

TABLE_PX, MOST_ROWS_WHOLE = 320, 8


def fit_height(
    row_count: int, most_rows_whole: int = MOST_ROWS_WHOLE, height_px: int = TABLE_PX
) -> Literal["content"] | int:
    """The `height` of `st.dataframe` for so many rows."""
    return "content" if row_count <= most_rows_whole else height_px
