"""What may leave in a file: rows of a source whose terms forbid passing them on stay. Knows cards, never formats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tension.errors import ExportError
from tension.records.filters import EventFilter
from tension.records.source_cards import SOURCE_CARDS

if TYPE_CHECKING:
    import pandas as pd


def keep_exportable(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be passed on; a frame without `source_key` is returned as it is."""
    if "source_key" not in frame.columns:
        return frame
    kept = [key for key in frame["source_key"].unique() if is_exportable(str(key))]
    return frame[frame["source_key"].isin(kept)]


def limit_to_exportable(wanted: EventFilter) -> EventFilter:
    """The filter for a file whose marks can be read back (HTML); raises ExportError when no source is left."""
    kept = tuple(key for key in wanted.source_keys or SOURCE_CARDS if is_exportable(key))
    if not kept:
        raise ExportError(f"{', '.join(wanted.source_keys)}: its terms forbid passing its rows on; export a picture")
    return replace(wanted, source_keys=kept)


def is_exportable(source_key: str) -> bool:
    """Whether rows of a source may be passed on; those of no known source may."""
    card = SOURCE_CARDS.get(source_key)
    return card is None or card.is_exportable
