"""Where a store is: a folder of this machine or an object store's URL, and how either may be spelled. Opens nothing."""

from __future__ import annotations

import os
import re

from tension.errors import StoreError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# Delta's library makes a URL of whatever it is given. These it refuses with a panic, or takes for another place.
_UNUSABLE_IN_URL = re.compile(r"[\x00-\x1f\x7f\[\]^|\ud800-\udfff]")
_UNUSABLE_IN_FOLDER = re.compile(_UNUSABLE_IN_URL.pattern + r"|%[0-9A-Fa-f]{2}" + ("" if os.sep == "\\" else r"|\\"))
_ALLOWED = "a path without control characters, [ ] ^ | \\, bytes that are no text, or % before two hexadecimal digits"
_PATTERN = re.compile(r"([*?\[])")


def is_url(uri: str) -> bool:
    """Whether a store is at an object store's URL rather than in a folder."""
    return _URL.match(uri) is not None


def find_root(uri: str) -> str:
    """The URL without a slash at its end, or the folder's whole path with its links followed, as Delta follows them."""
    return uri.rstrip("/") if is_url(uri) else os.path.realpath(uri)


def check_location(uri: str) -> None:
    """Raises StoreError where a store can't be read back from the place that it would be written to."""
    root = find_root(uri)
    found = (_UNUSABLE_IN_URL if is_url(uri) else _UNUSABLE_IN_FOLDER).search(root)
    if found:
        # As Python writes them: what makes a path unusable may be what can't be printed.
        raise StoreError(f"store {root!r}: {found[0]!r} can't stand in its path; set TENSION_STORE to {_ALLOWED}")


def quote_pattern(path: str) -> str:
    """A path as DuckDB takes it for one file: what would stand for any letters stands for itself."""
    return _PATTERN.sub(r"[\1]", path)
