"""Reads a Stata file as rows of text cells, in a process of its own: the format has no end of ways to be damaged."""

from __future__ import annotations

import io

from tension.sources.table_text import to_text


def is_stata(raw: bytes) -> bool:
    """Whether the bytes begin as Stata's do, from version 8 on."""
    return raw.startswith(b"<stata_dta>") or (raw[:1] in (b"q", b"r", b"s") and raw[1:2] in (b"\x01", b"\x02"))


def read_stata(raw: bytes) -> list[list[str]]:
    """The names of the columns, then the rows; '' where no value is. Raises whatever the damage makes of it."""
    import pandas as pd

    frame = pd.read_stata(io.BytesIO(raw), convert_categoricals=False)
    cells = frame.astype(object).where(frame.notna(), None)
    return [
        [str(name) for name in frame.columns],
        *([to_text(cell) for cell in row] for row in cells.to_numpy().tolist()),
    ]
