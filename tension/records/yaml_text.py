"""Reads the reviewable text of `data/`: YAML in which every scalar is text, with line numbers. Knows no record's rules.

Text only, because YAML's guesses lose what counts here: the leading zero of a CAMEO root, or NO for Norway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from tension.errors import RecordTextError

# Far above the longest file of the record; a text of someone else's is refused here and not by the machine.
_MOST_VALUES, _MOST_DEPTH = 300_000, 60
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Entry:
    """One mapping of a file and the line (from 1) at which it begins."""

    line: int
    fields: dict[str, Any]


def read_mapping(path: Path, shown_path: str) -> Entry:
    """A file that holds one mapping; raises RecordTextError."""
    return parse_mapping(path.read_bytes(), shown_path)


def parse_mapping(raw: bytes, shown_path: str) -> Entry:
    """The bytes of a file that holds one mapping; raises RecordTextError."""
    node = _compose(raw, shown_path)
    if not isinstance(node, yaml.MappingNode):
        raise RecordTextError(shown_path, 1, "allowed: one mapping of field: value")
    return Entry(node.start_mark.line + 1, _build(node, shown_path))


def read_entries(path: Path, shown_path: str) -> list[Entry]:
    """A file that holds a list of mappings; raises RecordTextError."""
    node = _compose(path.read_bytes(), shown_path)
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise RecordTextError(shown_path, 1, "allowed: a list of entries, each beginning with '- '")
    entries = []
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            raise RecordTextError(shown_path, item.start_mark.line + 1, "allowed: an entry of field: value lines")
        entries.append(Entry(item.start_mark.line + 1, _build(item, shown_path)))
    return entries


def _compose(raw: bytes, shown_path: str) -> yaml.Node | None:
    try:
        return yaml.compose(raw.decode(), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise RecordTextError(shown_path, 1, f"not UTF-8 text ({error.reason})") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RecordTextError(shown_path, line, f"not readable as YAML ({error.problem})") from None
    except yaml.YAMLError as error:
        raise RecordTextError(shown_path, 1, f"not readable as YAML ({' '.join(str(error).split())})") from None


def _build(node: yaml.Node, shown_path: str, depth: int = 0, budget: Iterator[int] | None = None) -> Any:
    """The plain value of a node; a few names used again (*name) can stand for more than any machine holds."""
    budget = iter(range(_MOST_VALUES)) if budget is None else budget
    if depth > _MOST_DEPTH or next(budget, None) is None:
        allowed = f"allowed: {_MOST_VALUES:,} values, {_MOST_DEPTH} one within the other"
        raise RecordTextError(shown_path, node.start_mark.line + 1, f"stands for too much; {allowed}")
    if isinstance(node, yaml.MappingNode):
        fields: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in fields:
                raise RecordTextError(shown_path, key_node.start_mark.line + 1, f"field {key} is given twice")
            value = _build(value_node, shown_path, depth + 1, budget)
            if value is not None:
                fields[key] = value
        return fields
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, shown_path, depth + 1, budget) for item in node.value]
    is_empty = getattr(node, "style", None) is None and node.value in ("", "~", "null")
    return None if is_empty else node.value


def describe_faults(error: ValidationError, kind: type[BaseModel] | None = None) -> list[str]:
    """Each fault of a validation as 'field: value; what is allowed', one line each; `kind` says what fields exist."""
    lines = []
    for fault in error.errors(include_url=False):
        field = ".".join(str(part) for part in fault["loc"]) or "entry"
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            lines.append(f"{field} is missing; allowed: a value, this field is required")
        elif fault["type"] == "extra_forbidden":
            is_known = kind is not None and len(fault["loc"]) == 1
            allowed = f"; allowed: {', '.join(name_fields(kind))}" if kind and is_known else ""
            lines.append(f"{field}: no such field{allowed}")
        else:
            shown = "" if isinstance(fault["input"], dict) else f"{str(fault['input'])[:80]!r}: "
            lines.append(f"{field}: {shown}{message[0].lower()}{message[1:]}")
    return lines


def name_fields(kind: type[BaseModel]) -> list[str]:
    """The fields of a record as a file names them."""
    return [field.alias or name for name, field in kind.model_fields.items()]
