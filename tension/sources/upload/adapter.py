"""A person's own table of events: propose which column is which field, then build Events by the rules of all others.

Reads bytes only; a row that doesn't hold together is a Reject that names the field and what is allowed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from pydantic import ValidationError

from tension.errors import BadInput
from tension.records.events import Event
from tension.records.schema import build_event_table
from tension.records.source_cards import SOURCE_CARDS
from tension.sources.base import DateWindow, FetchedFile, HttpReader, ParseResult, Reject
from tension.sources.upload.cells import REQUIRED_FIELDS, CellFault, build_event_fields
from tension.sources.workbook import TextTable, parse_table

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


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    """Nothing: uploads come from a person."""
    return iter(())


def propose_mapping(columns: Sequence[str]) -> dict[str, str | None]:
    """For every field the column that seems to hold it, or None. A column is proposed once; our own names first."""
    free = {_fold(column): column for column in reversed(columns) if _fold(column)}
    mapping: dict[str, str | None] = dict.fromkeys(SYNONYMS)
    for name in SYNONYMS:
        mapping[name] = free.pop(_fold(name), None)
    for name, synonyms in SYNONYMS.items():
        if mapping[name] is None:
            found = next((_fold(synonym) for synonym in synonyms if _fold(synonym) in free), None)
            mapping[name] = free.pop(found) if found else None
    return mapping


def read_table(raw: bytes, name: str = "") -> pd.DataFrame:
    """The cells of a CSV, XLSX or GeoJSON file as text ('' = empty), indexed by line, row or feature number.

    For the preview and the mapping step. Raises FormatError.
    """
    table = parse_table(raw)
    width = len(table.columns)
    frame = pd.DataFrame([row[:width] for row in table.rows], columns=list(table.columns), index=list(table.numbers))
    return frame.astype("str")


def parse(
    raw: bytes, seen_utc: datetime, name: str = "", mapping: Mapping[str, str | None] | None = None
) -> ParseResult:
    """Events of a person's table. `mapping` gives a column for each field (as `propose_mapping` does, its default).

    Every row becomes an event, a duplicate (the same event twice in the file) or a reject that names the field.
    Raises FormatError for the file, BadInput for a mapping that doesn't fit it.
    """
    table = parse_table(raw)
    chosen = _check_mapping(table, mapping) if mapping is not None else propose_mapping(table.columns)
    events: dict[str, Event] = {}
    rejects: list[Reject] = []
    duplicate_count = 0
    for number, row in zip(table.numbers, table.rows, strict=True):
        try:
            event = _build_event(table, number, row, chosen)
            known = events.setdefault(event.event_id, event)
            if known is not event and known != event:
                raise CellFault("event_id", "stands in an earlier row with other content", "one row for each event")
        except (CellFault, ValidationError) as error:
            rejects.append(Reject(f"row {number}: {_describe(error)}", _show_row(table, row)))
            continue
        duplicate_count += known is not event
    return ParseResult(
        read_count=len(table.rows),
        events=build_event_table(events.values(), seen_utc),
        rejects=tuple(rejects),
        duplicate_count=duplicate_count,
    )


def _check_mapping(table: TextTable, mapping: Mapping[str, str | None]) -> dict[str, str | None]:
    for name, column in mapping.items():
        if name not in SYNONYMS:
            raise BadInput("mapping field", name, SYNONYMS)
        if column is not None and column not in table.columns:
            raise BadInput(f"mapping of {name}", column, table.columns)
    return dict.fromkeys(SYNONYMS) | dict(mapping)


def _build_event(table: TextTable, number: int, row: Sequence[str], mapping: Mapping[str, str | None]) -> Event:
    if number in table.faults:
        raise CellFault("row", table.faults[number], "cells that fit the header")
    by_column = dict(zip(table.columns, row, strict=False))
    cells = {name: by_column.get(column, "") if column else "" for name, column in mapping.items()}
    for name in REQUIRED_FIELDS:
        if not cells[name]:
            where = f"column {mapping[name]!r} is empty" if mapping[name] else "no column is mapped to it"
            raise CellFault(name, f"missing ({where})", REQUIRED_FIELDS[name])
    fields = build_event_fields(cells)
    given_id = cells["event_id"]
    event = Event.model_validate(fields | {"event_id": "upload:pending"})
    return event.model_copy(update={"event_id": build_event_id(given_id, event)})


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
    faults = (f"{'.'.join(map(str, e['loc'])) or 'event'}: {e['msg']}" for e in error.errors(include_url=False))
    return "; ".join(faults).replace("\n", " ")[:1_000]


def _show_row(table: TextTable, row: Sequence[str]) -> str:
    shown: dict[str, Any] = {column: cell for column, cell in zip(table.columns, row, strict=False) if cell}
    extra = [cell for cell in row[len(table.columns) :] if cell]
    return json.dumps(shown | ({"beyond the header": extra} if extra else {}), ensure_ascii=False)[:2_000]


def _fold(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
