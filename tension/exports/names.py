"""Names of exported files, from what is in view. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tension.records.filters import EventFilter


def build_file_stem(key: str, wanted: EventFilter, options: Mapping[str, str] | None = None) -> str:
    """A file name without its ending that says the chart and the view: timeline-taiwan-strait-from-2024-01-01."""
    choices = [value for value in (options or {}).values() if value not in key]
    parts = [key, *choices, *(region.slug for region in wanted.regions), *wanted.actors]
    parts += [f"from-{wanted.since}"] if wanted.since else []
    parts += [f"to-{wanted.until}"] if wanted.until else []
    parts += [f"as-of-{wanted.as_of}"] if wanted.as_of else []
    return re.sub(r"[^a-z0-9-]+", "-", "-".join(parts).lower())[:120].strip("-")
