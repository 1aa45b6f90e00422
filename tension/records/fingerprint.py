"""Tells whether the files of a folder changed, without reading what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def walk_folder(folder: Path, store_uri: str = "") -> Iterator[Path]:
    """The files of a folder, without those of a store that lies in it: taking the folder in writes there."""
    store = Path(store_uri).absolute()
    for root, inner, names in os.walk(folder.absolute()):
        inner[:] = [name for name in inner if Path(root, name) != store]
        yield from (Path(root, name) for name in names)


def hash_folder(folder: Path, store_uri: str = "") -> str:
    """A hash of the names and contents of a folder's files but those of the store; cheap enough for every start."""
    digest = hashlib.sha256()
    for path in sorted(walk_folder(folder, store_uri)):
        digest.update(path.relative_to(folder.absolute()).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
