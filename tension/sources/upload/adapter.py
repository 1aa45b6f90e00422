"""A person's own table of events: propose which column is which field, then build Events by the rules of all others.

Reads bytes only; a row that doesn't hold together is a Reject that names the field and what is allowed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from pydantic import ValidationError

from tension.errors import BadInput
from tension.records.events import Event
from tension.records.schema import build_event_table
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import (
    NOTHING_TOLD,
    DateWindow,
    FetchedFile,
    HttpReader,
    ParseResult,
    Reject,
    Told,
)
from tension.sources.table_text import fold_name
from tension.sources.upload import table
from tension.sources.upload.cells import REQUIRED_FIELDS, CellFault, EventCells, find_addresses
from tension.sources.upload.table import TextTable

SOURCE = SOURCE_CARDS["upload"]

# Names under which a field is known, best first: ours, then those of ACLED and UCDP, then what people write.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "event_id": ("id", "event_id_cnty", "uid", "globaleventid"),
    "occurred_date": ("event_date", "date_start", "date", "start_date", "occurred", "occurred_on", "day", "日期"),
    "end_date": ("date_end", "end", "until"),
    "title": ("headline", "source_headline", "event", "event_title", "event_name", "name", "subject", "標題", "标题"),
    "summary": ("notes", "description", "details", "abstract", "text", "comment", "摘要"),
    "region": ("theatre", "theater", "sea_area", "地區", "地区"),
    "location": ("place", "where_coordinates", "where_description", "place_name", "site", "where", "地點", "地点"),
    "latitude": ("lat", "y", "actiongeo_lat", "緯度"),
    "longitude": ("lon", "lng", "long", "x", "actiongeo_long", "經度"),
    "geo_precision": ("precision",),
    "actors": ("countries", "states", "parties"),
    "initiator": ("actor1", "side_a", "actor_1", "source_actor", "actor1countrycode", "perpetrator"),
    "target": ("actor2", "side_b", "actor_2", "target_actor", "actor2countrycode"),
    "organizations": ("organisations", "orgs"),
    "people": ("persons", "names"),
    "category": ("event_type", "type", "kind", "類別", "类别"),
    "cameo_root": ("eventrootcode", "cameo", "root_code"),
    "cameo_code": ("eventcode",),
    "severity": ("level", "intensity", "severity_level"),
    "tags": ("labels", "keywords"),
    "episode": ("incident", "campaign"),
    "us_china_military_contact": (),
    "figures": (),
    "figures_other": (),
    "confidence": ("certainty",),
    "source_url": ("url", "link", "sourceurl", "source_link", "href", "web_address", "sources", "來源", "来源"),
    "source_publisher": ("publisher", "source", "source_name", "outlet", "media", "source_office"),
    "source_title": ("article_title",),
    "source_published": ("published", "source_date", "publication_date", "published_date", "reported_date", "pub_date"),
    "source_tier": ("tier", "source_type"),
}  # fmt: skip

# What tells a header row from a title: every name under which a field is known.
KNOWN_NAMES = frozenset(SYNONYMS).union(*SYNONYMS.values())
_DAY_FIELDS = ("occurred_date", "end_date", "source_published")


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Nothing: uploads come from a person."""
    return iter(())


def propose_mapping(columns: Sequence[str]) -> dict[str, str | None]:
    """For every field the column that seems to hold it, or None. A column is proposed once; our own names first."""
    free = {fold_name(column): column for column in reversed(columns) if fold_name(column)}
    mapping: dict[str, str | None] = dict.fromkeys(SYNONYMS)
    for name in SYNONYMS:
        mapping[name] = free.pop(fold_name(name), None)
    for name, synonyms in SYNONYMS.items():
        if mapping[name] is None:
            found = next((fold_name(synonym) for synonym in synonyms if fold_name(synonym) in free), None)
            mapping[name] = free.pop(found) if found else None
    return mapping


def load_table(raw: bytes, told: Told = NOTHING_TOLD) -> TextTable:
    """The table in a person's file; the sheet and header row that fit most of our names, unless told. FormatError."""
    return table.load_table(raw, KNOWN_NAMES, told)


def build_preview(given: TextTable) -> pd.DataFrame:
    """The cells as text ('' = empty), indexed by line, row or feature number, for the mapping step."""
    width = len(given.columns)
    frame = pd.DataFrame([row[:width] for row in given.rows], columns=list(given.columns), index=list(given.numbers))
    return frame.astype("str")


def parse(
    raw: bytes,
    seen_utc: datetime,
    name: str = "",
    told: Told = NOTHING_TOLD,
    mapping: Mapping[str, str | None] | None = None,
) -> ParseResult:
    """Events of a person's table. `mapping` gives a column for each field (as `propose_mapping` does, its default).

    Every row becomes an event, a duplicate (the same event twice in the file) or a reject that names the field.
    Raises FormatError for the file, BadInput for a mapping that doesn't fit it.
    """
    return parse_table(load_table(raw, told), seen_utc, mapping)


def parse_table(given: TextTable, seen_utc: datetime, mapping: Mapping[str, str | None] | None = None) -> ParseResult:
    """What `parse` gives, of a table that was loaded before; raises BadInput."""
    chosen = _check_mapping(given, mapping) if mapping is not None else propose_mapping(given.columns)
    events: dict[str, Event] = {}
    rejects: list[Reject] = []
    duplicate_count = 0
    for number, row in zip(given.numbers, given.rows, strict=True):
        try:
            event = _build_event(given, number, row, chosen)
            known = events.setdefault(event.event_id, event)
            if known is not event and known != event:
                raise CellFault("event_id", "stands in an earlier row with other content", "one row for each event")
        except (CellFault, ValidationError) as error:
            rejects.append(Reject(f"row {number}: {_describe(error)}", _show_row(given, row)))
            continue
        duplicate_count += known is not event
    return ParseResult(
        read_count=len(given.rows),
        events=build_event_table(events.values(), seen_utc),
        rejects=tuple(rejects),
        duplicate_count=duplicate_count,
        note="; ".join(given.source.notes),
    )


def _check_mapping(given: TextTable, mapping: Mapping[str, str | None]) -> dict[str, str | None]:
    for name, column in mapping.items():
        if name not in SYNONYMS:
            raise BadInput("mapping field", name, SYNONYMS)
        if column is not None and column not in given.columns:
            raise BadInput(f"mapping of {name}", column, given.columns)
    return dict.fromkeys(SYNONYMS) | dict(mapping)


def _build_event(given: TextTable, number: int, row: Sequence[str], mapping: Mapping[str, str | None]) -> Event:
    if number in given.faults:
        raise CellFault("row", given.faults[number], "cells that fit the header")
    places = {name: given.columns.index(column) for name, column in mapping.items() if column}
    cells = {name: _find_cell(given, number, row, name, places.get(name)) for name in SYNONYMS}
    missing = [name for name in REQUIRED_FIELDS if not cells[name]]
    if missing:
        name = missing[0]
        where = f"column {mapping[name]!r} is empty" if mapping[name] else "no column is mapped to it"
        raise CellFault(name, f"missing ({where})", REQUIRED_FIELDS[name])
    given_id = cells.pop("event_id")
    fields = EventCells.model_validate(cells).build_fields()
    event = Event.model_validate(fields | {"event_id": "upload:pending"})
    return event.model_copy(update={"event_id": build_event_id(given_id, event)})


def _find_cell(given: TextTable, number: int, row: Sequence[str], name: str, place: int | None) -> str:
    """A field's cell, with what the workbook knows of it beside its text."""
    if place is None:
        return ""
    if fault := given.source.faults.get((number, place)):
        raise CellFault(name, fault, "a value")
    text = row[place]
    if name in _DAY_FIELDS:
        return given.source.write_day(text)
    if name == "source_url" and not find_addresses(text):
        # A word with a link behind it: the address is the link's.
        return given.source.links.get((number, place), text)
    return text


def build_event_id(given_id: str, event: Event) -> str:
    """'upload:' and the given id, or a hash of it where it has other characters, or of the content where none is given.

    Always with the prefix, so that an upload can't take the place of a curated event.
    """
    if given_id.startswith("upload:"):
        given_id = given_id.removeprefix("upload:")
    if re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", given_id):
        return f"upload:{given_id}"
    content = given_id or json.dumps(event.model_dump(mode="json", exclude={"event_id"}), sort_keys=True)
    return f"upload:{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _describe(error: CellFault | ValidationError) -> str:
    if isinstance(error, CellFault):
        return str(error)
    faults = []
    for entry in error.errors(include_url=False):
        message = entry["msg"].removeprefix("Value error, ")
        faults.append(": ".join([*(str(part) for part in entry["loc"]), message]))
    return "; ".join(faults).replace("\n", " ")[:1_000]


def _show_row(given: TextTable, row: Sequence[str]) -> str:
    shown: dict[str, Any] = {column: cell for column, cell in zip(given.columns, row, strict=False) if cell}
    extra = [cell for cell in row[len(given.columns) :] if cell]
    return json.dumps(shown | ({"beyond the header": extra} if extra else {}), ensure_ascii=False)[:2_000]
