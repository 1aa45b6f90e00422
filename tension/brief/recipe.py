"""A recipe: what stands in a brief, in which order, with the reader's titles and notes. Read from YAML, or a link."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from tension.errors import BadInput, RecordTextError
from tension.records.events import Record
from tension.records.filters import FIELDS, EventFilter, parse_params
from tension.records.yaml_text import describe_faults, parse_mapping

MOST_ITEMS, MOST_LETTERS, MOST_BYTES = 40, 600, 64_000
TABLES = ("events", "contacts")
Kind = Literal["chart", "map", "panel", "event", "table", "changes", "judgements", "competing"]
# What a kind is called where a reader sees it.
KIND_WORDS: dict[str, str] = {
    "chart": "Chart",
    "map": "Map",
    "panel": "Claim",
    "event": "Event",
    "table": "Table",
    "changes": "What changed",
    "judgements": "Judgements",
    "competing": "Competing readings",
}
Words = Annotated[str, Field(max_length=MOST_LETTERS)]


class Item(Record):
    """One thing in a brief.

    `key`: a chart's key, a claim's (of a panel or of competing readings) or event's id, a table's name (TABLES), a
    judgement's id or none for all; none for 'changes'. `options` are a chart's choices, the camp `without` which
    competing readings are ranked, a table's `rows` how many. `filter` is in the place of the recipe's, by the
    parameters of a link; with `days` the view begins so many before the day of the brief. `title` and `note` are the
    reader's.
    """

    kind: Kind
    key: Annotated[str, Field(max_length=160)] = ""
    options: dict[str, str] = Field(default_factory=dict)
    filter: dict[str, str] | None = None
    days: Annotated[int, Field(ge=1, le=7300)] | None = None
    title: Words = ""
    note: Words = ""

    @model_validator(mode="before")
    @classmethod
    def _fill_key(cls, given: Any) -> Any:
        return {"key": "map"} | given if isinstance(given, dict) and given.get("kind") == "map" else given

    @model_validator(mode="after")
    def _check_key(self) -> Self:
        if self.kind == "table" and self.key not in TABLES:
            raise ValueError(f"key {self.key!r} of a table; allowed: {', '.join(TABLES)}")
        if self.kind == "map" and self.key != "map":
            raise ValueError(f"key {self.key!r} of a map; allowed: none, or map")
        if self.kind == "changes" and self.key:
            raise ValueError(f"key {self.key!r}; allowed: none, for what changed has no key")
        if self.kind not in ("changes", "map", "judgements") and not self.key:
            raise ValueError(f"key is missing; allowed: what the {self.kind} is")
        return self

    @field_validator("filter")
    @classmethod
    def _check_filter(cls, given: dict[str, str] | None) -> dict[str, str] | None:
        return None if given is None else _check_params(given)


class Recipe(Record):
    """A brief to be made.

    `as_of`: the day it speaks from, else the record's last. `since`: the day after which things are new; else `days`
    before. `filter`: by the parameters of a link.
    """

    title: Words = "Brief"
    as_of: date | None = None
    since: date | None = None
    days: Annotated[int, Field(ge=1, le=3700)] = 7
    filter: dict[str, str] = Field(default_factory=dict)
    items: Annotated[tuple[Item, ...], Field(max_length=MOST_ITEMS)] = ()

    @field_validator("filter")
    @classmethod
    def _check_filter(cls, given: dict[str, str]) -> dict[str, str]:
        return _check_params(given)

    def find_since(self, until: date) -> date:
        """The day after which things are new, for a brief that speaks from `until`; BadInput where it isn't before."""
        since = self.since or until - timedelta(days=self.days)
        if since >= until:
            raise BadInput("since", since.isoformat(), f"a day before {until.isoformat()}")
        return since

    def build_filter(self, item: Item | None = None) -> EventFilter:
        """What is in view, of the brief or of one item: the as-of day of the brief is that of all its items."""
        params = dict(self.filter if item is None or item.filter is None else item.filter)
        if self.as_of:
            params["asof"] = self.as_of.isoformat()
            if item and item.days:
                params["since"] = (self.as_of - timedelta(days=item.days)).isoformat()
        wanted, _ = parse_params(params)
        return wanted


def _check_params(given: dict[str, str]) -> dict[str, str]:
    known = [field.param for field in FIELDS]
    for name in given:
        if name not in known:
            raise ValueError(f"{name}: no such limit; allowed: {', '.join(known)}")
    _, notices = parse_params(given)
    if notices:
        raise ValueError(notices[0])
    return given


def read_recipe(path: Path) -> Recipe:
    """A recipe from a file; BadInput says the line, the value and what is allowed."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BadInput("recipe", str(path), f"a file that can be read ({error.strerror})") from error
    return parse_recipe(text, path.name)


def parse_recipe(raw: bytes, name: str = "recipe") -> Recipe:
    """A recipe from the bytes of its YAML; BadInput says the line, the value and what is allowed."""
    if len(raw) > MOST_BYTES:
        raise BadInput(name, f"{len(raw)} bytes", f"at most {MOST_BYTES} bytes")
    try:
        return _validate(parse_mapping(raw, name).fields, name)
    except RecordTextError as error:
        raise BadInput("recipe", name, str(error)) from error


def _validate(fields: Mapping[str, Any], name: str) -> Recipe:
    try:
        return Recipe.model_validate(fields)
    except ValidationError as error:
        raise BadInput("recipe", name, "; ".join(describe_faults(error, Recipe)[:3])) from error


def write_recipe(recipe: Recipe) -> bytes:
    """A recipe as the YAML that `parse_recipe` reads."""
    plain = _to_plain(recipe)
    text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def pack_recipe(recipe: Recipe) -> str:
    """A recipe as one word for an address; `unpack_recipe` reads it."""
    text = json.dumps(_to_plain(recipe), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack_recipe(word: str) -> Recipe:
    """A recipe from an address; BadInput for a word that isn't one."""
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        text = opened.decompress(packed, MOST_BYTES)
        if not opened.eof:
            raise ValueError("cut, or too long")
        fields = json.loads(text)
    except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
        raise BadInput("brief", word[:20], "the word that the Brief page writes into its address") from error
    if not isinstance(fields, dict):
        raise BadInput("brief", word[:20], "the word that the Brief page writes into its address")
    return _validate(fields, "brief")


def _to_plain(recipe: Recipe) -> dict[str, Any]:
    """What was said, as text: defaults left out, for a file that a person reads."""
    plain: dict[str, Any] = recipe.model_dump(mode="json", exclude_defaults=True)
    return plain


def list_recipes(folder: Path) -> Sequence[Path]:
    """The recipes that ship with the record, by name."""
    return sorted((folder / "recipes").glob("*.yaml"))
