"""Reads the reviewable files of a folder into checked records. Owns no rule of a record, only how faults are told.

Every reader gives (records, faults) and raises nothing, so that a person sees all faults of all files at once.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tension.errors import RecordTextError
from tension.records.events import Record
from tension.records.yaml_text import Entry, describe_faults, name_fields, read_entries, read_mapping

AnyRecord = TypeVar("AnyRecord", bound=Record)
Read = TypeVar("Read")
# An entry and the file it stands in, as it is shown.
Placed = tuple[str, Entry]


def list_files(folder: Path, name: str) -> list[Path]:
    """The YAML files of a folder's sub-folder, by name."""
    return sorted((folder / name).glob("*.yaml"))


def find_missing(folder: Path, names: Iterable[str]) -> list[str]:
    """A fault for each sub-folder without files: it would load as a record without such entries."""
    empty = [name for name in names if not list_files(folder, name)]
    return [f"{folder.name}/{name}: no file; allowed: at least one file that ends in .yaml" for name in empty]


def read_lists(
    folder: Path,
    kind: type[AnyRecord],
    paths: Iterable[Path],
    *,
    key: str,
    is_unique: bool = True,
    may_be_empty: bool = False,
) -> tuple[list[AnyRecord], list[str]]:
    """Records of files that hold a list each; `may_be_empty` where a list without entries is no sign of a loss."""
    placed: list[Placed] = []
    faults: list[str] = []
    for path in paths:
        entries, unread = _attempt(folder, path, read_entries)
        faults += unread
        if entries == [] and not may_be_empty:
            faults.append(f"{_show(folder, path)}: nothing in it; allowed: at least one entry")
        placed += [(_show(folder, path), entry) for entry in entries or []]
    records, refused = _check(kind, placed, key, is_unique=is_unique)
    return records, faults + refused


def read_mappings(
    folder: Path, kind: type[AnyRecord], paths: Iterable[Path], *, key: str
) -> tuple[list[AnyRecord], list[str]]:
    """Records of files that hold one mapping each."""
    placed: list[Placed] = []
    faults: list[str] = []
    for path in paths:
        entry, unread = _attempt(folder, path, read_mapping)
        faults += unread
        placed += [(_show(folder, path), entry)] if entry else []
    records, refused = _check(kind, placed, key, is_unique=True)
    return records, faults + refused


def read_table(
    folder: Path,
    kind: type[AnyRecord],
    name: str,
    *,
    key: str,
    is_unique: bool = True,
    lists: Sequence[str] = (),
    months: Sequence[str] = (),
) -> tuple[list[AnyRecord], list[str]]:
    """Rows of a CSV; a blank cell is absent, `lists` split at semicolons, `months` (YYYY-MM) get a first day."""
    shown = _show(folder, folder / name)
    lines, faults = read_cells(folder / name, shown)
    (_, header), *rows = lines or [(1, [])]
    if faults := faults or _find_strange(header, name_fields(kind), f"{shown}:1"):
        return [], faults
    placed = []
    for line, cells in rows:
        if len(cells) > len(header):
            label = dict(zip(header, cells, strict=False)).get(key, "")
            faults.append(f"{shown}:{line} {label}: more cells than columns; allowed: {len(header)}")
            continue
        placed.append((shown, Entry(line, _build_fields(header, cells, lists, months))))
    records, refused = _check(kind, placed, key, is_unique=is_unique)
    return records, faults + refused


def read_cells(path: Path, shown: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """The rows that hold anything, each with the line at which it begins."""
    rows, line = [], 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                rows += [(line, cells)] if cells else []
                line = reader.line_num + 1
    except OSError as error:
        return [], [f"{shown}: {error.strerror}"]
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [f"{shown}: {error}"]
    return rows, []


def _find_strange(header: Sequence[str], known: Sequence[str], where: str) -> list[str]:
    strange = [column for column in header if column not in known]
    twice = sorted({column for column in header if header.count(column) > 1} - set(strange))
    return [
        *(f"{where} {column}: no such column; allowed: {', '.join(known)}" for column in strange),
        *(f"{where} {column}: this column is given twice; allowed: once" for column in twice),
    ]


def _build_fields(
    header: Sequence[str], cells: Sequence[str], lists: Sequence[str], months: Sequence[str]
) -> dict[str, Any]:
    fields: dict[str, Any] = {column: cell for column, cell in zip(header, cells, strict=False) if cell}
    for column in lists:
        fields[column] = fields[column].split(";") if column in fields else []
    for column in months:
        if len(fields.get(column, "")) == len("YYYY-MM"):
            fields[column] += "-01"
    return fields


def _check(
    kind: type[AnyRecord], placed: Iterable[Placed], key: str, *, is_unique: bool
) -> tuple[list[AnyRecord], list[str]]:
    records: list[AnyRecord] = []
    faults: list[str] = []
    first_seen: dict[str, str] = {}
    for shown, entry in placed:
        name = str(entry.fields.get(key, ""))
        where = f"{shown}:{entry.line} {name}".rstrip()
        if is_unique and name in first_seen:
            faults.append(f"{where}: {key} is given twice; first at {first_seen[name]}")
            continue
        first_seen[name] = f"{shown}:{entry.line}"
        try:
            records.append(kind.model_validate(entry.fields))
        except ValidationError as error:
            faults += [f"{where}: {fault}" for fault in describe_faults(error, kind)]
    return records, faults


def _attempt(folder: Path, path: Path, read: Callable[[Path, str], Read]) -> tuple[Read | None, list[str]]:
    try:
        return read(path, _show(folder, path)), []
    except RecordTextError as error:
        return None, [str(error)]
    except OSError as error:
        return None, [f"{_show(folder, path)}: {error.strerror}"]


def _show(folder: Path, path: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"
