"""The user's own reviewable files: entries are added and taken out as text, so that hand edits and comments stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tension.errors import BadInput, RecordTextError
from tension.records.yaml_text import Entry, read_entries


def read_own_entries(path: Path) -> list[Entry]:
    """The entries of a file, none where there is no file; raises BadInput when it can't be read."""
    if not path.exists():
        return []
    try:
        return read_entries(path, path.name)
    except RecordTextError as error:
        raise BadInput("own file", path.name, f"readable YAML ({error}); mend it first") from None


def add_entry(path: Path, fields: Mapping[str, Any], note: str) -> None:
    """Add an entry at the end, under a comment that says where it comes from; raises BadInput."""
    known = read_own_entries(path)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text += "" if text.endswith("\n") or not text else "\n"
    block = yaml.safe_dump([dict(fields)], sort_keys=False, allow_unicode=True, width=112)
    _write(path, f"{text}# {' '.join(note.split())}\n{block}", len(known) + 1)


def remove_entry(path: Path, is_wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Take out the first entry that is wanted, with the comment above it; raises BadInput when there is none."""
    entries = read_own_entries(path)
    position = next((n for n, entry in enumerate(entries) if is_wanted(entry.fields)), None)
    if position is None:
        raise BadInput("own file", path.name, "a file that holds the entry; it was changed by hand, so undo it by hand")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = entries[position].line - 1
    is_last = position + 1 == len(entries)
    end = len(lines) if is_last else entries[position + 1].line - 1
    while not is_last and end > start + 1 and _is_comment(lines[end - 1]):
        end -= 1
    while start > 0 and lines[start - 1].startswith("# "):
        start -= 1
    _write(path, "".join(lines[:start] + lines[end:]), len(entries) - 1)


def _is_comment(line: str) -> bool:
    return line.startswith("#") or not line.strip()


def _write(path: Path, text: str, entry_count: int) -> None:
    """The whole file anew, in one step and only if it reads as meant, so that nobody meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    try:
        is_as_meant = len(read_entries(draft, path.name)) == entry_count
    except RecordTextError:
        is_as_meant = False
    if not is_as_meant:
        draft.unlink()
        raise BadInput("own file", path.name, "entries that begin with '- ' in the first column, one below the other")
    draft.replace(path)
