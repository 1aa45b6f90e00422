"""What may leave in a file: rows of a source whose terms forbid passing them on stay. Knows cards, never formats."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tension.errors import ExportError
from tension.records.filters import EventFilter
from tension.records.vocab import SOURCE_KEYS
from tension.sources import ADAPTERS, find_adapter


def keep_exportable(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be passed on; a frame without `source_key` is returned as it is."""
    if "source_key" not in frame.columns:
        return frame
    kept = [key for key in frame["source_key"].unique() if _is_exportable(str(key))]
    return frame[frame["source_key"].isin(kept)]


def limit_to_exportable(wanted: EventFilter) -> EventFilter:
    """The filter for a file whose marks can be read back (HTML); raises ExportError when no source is left."""
    kept = tuple(key for key in wanted.source_keys or SOURCE_KEYS if _is_exportable(key))
    if not kept:
        raise ExportError(f"{', '.join(wanted.source_keys)}: its terms forbid passing its rows on; export a picture")
    return replace(wanted, source_keys=kept)


def _is_exportable(source_key: str) -> bool:
    return source_key not in ADAPTERS or find_adapter(source_key).SOURCE.is_exportable
