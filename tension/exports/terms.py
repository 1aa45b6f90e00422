"""What may leave in a file: rows of a source whose terms forbid passing them on stay. Knows cards, never formats."""

from __future__ import annotations

import pandas as pd

from tension.sources import ADAPTERS, find_adapter


def keep_exportable(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be passed on; a frame without `source_key` is returned as it is."""
    if "source_key" not in frame.columns:
        return frame
    kept = [key for key in frame["source_key"].unique() if _is_exportable(str(key))]
    return frame[frame["source_key"].isin(kept)]


def _is_exportable(source_key: str) -> bool:
    return source_key not in ADAPTERS or find_adapter(source_key).SOURCE.is_exportable
