"""Tells whether the files of a folder changed, without reading what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def list_folder(folder: Path) -> list[Path]:
    """The files of a folder and of all that lie in it; none where it isn't there."""
    return [path for path in folder.rglob("*") if path.is_file()]


def list_own_files(folder: Path) -> list[Path]:
    """The files of the user's data folder that add to the record.

    What else lies there, such as the outbox of alerts or even the store, changes without changing the record.
    """
    lists = (*folder.glob("events/*.yaml"), *folder.glob("articles/*.yaml"))
    return [path for path in (*lists, folder / "sources.yaml") if path.is_file()]


def hash_folder(folder: Path) -> str:
    """The hash of all files of a folder."""
    return hash_files(folder, list_folder(folder))


def hash_files(folder: Path, paths: Iterable[Path]) -> str:
    """A hash of the names and contents of files of a folder; cheap enough for every start."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
