"""The adapters, one file per source. Each is declared here once; refresh, freshness and the command line read this."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from tension.errors import BadInput

if TYPE_CHECKING:
    # The process of its own that reads a hostile file (limits.py) starts without what an adapter imports.
    from tension.sources.base import Adapter

# By key, in the order in which a refresh takes them.
ADAPTERS: dict[str, str] = {
    "mnd": "tension.sources.mnd.adapter",
    "gpr": "tension.sources.gpr",
    "rss": "tension.sources.rss.adapter",
    "gdelt": "tension.sources.gdelt.adapter",
    "ucdp": "tension.sources.ucdp",
    "acled": "tension.sources.acled",
    "upload": "tension.sources.upload.adapter",
}


def find_adapter(key: str) -> Adapter:
    """The adapter of a source; raises BadInput that lists the sources."""
    if key not in ADAPTERS:
        raise BadInput("source", key, ADAPTERS)
    return cast("Adapter", import_module(ADAPTERS[key]))
