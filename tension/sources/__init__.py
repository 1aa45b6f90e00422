"""The readers of the sources: for each source card tension/sources/KEY.py, or `adapter` in the package of that name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from tension.errors import BadInput
from tension.records.source_cards import list_read_cards

if TYPE_CHECKING:
    # The process of its own that reads a hostile file (limits.py) starts without what an adapter imports.
    from tension.sources.base import Adapter


def list_sources() -> list[str]:
    """The keys of all sources that can be read, in the order in which a refresh takes them."""
    return [card.key for card in list_read_cards()]


def find_adapter(key: str) -> Adapter:
    """The reader of a source; raises BadInput that lists the sources."""
    if key not in list_sources():
        raise BadInput("source", key, list_sources())
    module = import_module(f"{__name__}.{key}")
    return cast("Adapter", import_module(f"{module.__name__}.adapter") if hasattr(module, "__path__") else module)
