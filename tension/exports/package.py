"""The whole record as a data package: CSVs with their fields described (Frictionless, v1), and a GeoPackage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension.assessments.kinds import find_kind
from tension.errors import ExportError
from tension.exports.csv_text import to_csv
from tension.exports.geopackage import write_geopackage
from tension.exports.metadata import SEAL_KEY
from tension.exports.records import EDITORS_ONLY
from tension.exports.seal import build_seal
from tension.exports.terms import keep_exportable
from tension.records.filters import EventFilter
from tension.records.source_cards import SOURCE_CARDS
from tension.words import PRODUCT

if TYPE_CHECKING:
    from tension.desk import Desk

_LAYERS = ("lines_zones", "zones_added", "lanes_sharealike", "points", "scs_features")
_OWN_LICENCE = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}


@dataclass(frozen=True)
class Table:
    """A table of the package: what a row is, its key, and other tables' rows that a column names."""

    name: str
    title: str
    load: Callable[[Desk], pd.DataFrame]
    key: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()


def write_package(desk: Desk, folder: Path) -> list[Path]:
    """Write the package into a folder, which is made; returns the files. Raises ExportError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        resources, frames, written = [], [], []
        for table in TABLES:
            frame = table.load(desk)
            frames.append(frame)
            # Without the byte order mark that Excel wants: readers of packages take it for a part of the first name.
            content = to_csv(frame).decode("utf-8-sig").encode()
            written.append(_write(folder / f"{table.name}.csv", content))
            resources.append(_describe(table, frame, content))
        geo = folder / "record.gpkg"
        events = frames[0].drop(columns=["summary"])
        write_geopackage(geo, events, {name: desk.record.geography.layers[name] for name in _LAYERS})
        told = _build_descriptor(desk, resources, frames)
        written += [geo, _write(folder / "datapackage.json", json.dumps(told, ensure_ascii=False, indent=1).encode())]
    except OSError as error:
        raise ExportError(f"{folder}: can't be written: {error.strerror}") from error
    return written


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _build_descriptor(desk: Desk, resources: list[dict[str, Any]], frames: list[pd.DataFrame]) -> dict[str, Any]:
    seal = build_seal(desk, "package", "", EventFilter(), frames, link=desk.settings.public_url)
    sources = [{"title": card.title, "path": card.url} for card in SOURCE_CARDS.values() if card.is_exportable]
    sources += [{"title": f"{card.title}: {card.publisher}", "path": card.url} for card in desk.record.series]
    return {
        "profile": "tabular-data-package",
        "name": "indo-pacific-tension-tracker",
        "title": PRODUCT,
        "description": f"{seal.sentence} Curated events are a lower bound; beyond the last day that was searched "
        "nothing is known, not quiet. Text that a spreadsheet would run as a formula has an apostrophe before it. "
        "record.gpkg holds the events and the geography as layers; each feature names its source and licence.",
        "version": f"{seal.record}",
        "licenses": [_OWN_LICENCE],
        "sources": sources,
        "resources": resources,
        SEAL_KEY: json.loads(seal.to_json()),
    }


def _describe(table: Table, frame: pd.DataFrame, content: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_describe_field(str(name), frame[name]) for name in frame.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.links:
        schema["foreignKeys"] = [
            {"fields": field, "reference": {"resource": other, "fields": there}} for field, other, there in table.links
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _describe_field(name: str, column: pd.Series[Any]) -> dict[str, Any]:
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return {"name": name, "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}
    if pd.api.types.is_integer_dtype(kind):
        return {"name": name, "type": "integer"}
    if pd.api.types.is_float_dtype(kind):
        return {"name": name, "type": "number"}
    return (
        {"name": name, "type": "date"}
        if pd.api.types.is_datetime64_any_dtype(kind)
        else {"name": name, "type": "string"}
    )


def _load_events(desk: Desk) -> pd.DataFrame:
    frame = keep_exportable(desk.queries.load_events(EventFilter(), columns=None))
    dropped = [*EDITORS_ONLY, "sources", "recorded_utc", *_find_empty(frame)]
    return frame.drop(columns=dropped, errors="ignore").reset_index(drop=True)


def _find_empty(frame: pd.DataFrame) -> list[str]:
    """Columns that machine-coded sources fill and none of these rows has."""
    return [
        name
        for name in ("goldstein", "tone", "mention_count", "source_count", "article_count", "is_date_suspect")
        if frame[name].isna().all()
    ]


def _load_reports(desk: Desk) -> pd.DataFrame:
    frame = keep_exportable(desk.queries.load_events(EventFilter(), ("event_id", "source_key", "sources")))
    rows = [
        {"event_id": event_id, "number": number, **source}
        for event_id, listed in zip(frame["event_id"], frame["sources"], strict=True)
        for number, source in enumerate([] if listed is None else listed, 1)
    ]
    reports = pd.DataFrame(rows, columns=["event_id", "number", "publisher", "title", "url", "published", "tier"])
    return reports.assign(published=pd.to_datetime(reports["published"]))


def _load_counts(desk: Desk) -> pd.DataFrame:
    return keep_exportable(desk.queries.load_measurements())


def _load_series(desk: Desk) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": card.series,
            "measure": measure.measure,
            "title": card.title,
            "unit": measure.unit,
            "publisher": card.publisher,
            "whose": card.whose,
            "region": str(card.region),
            "cadence": card.cadence,
            "dated_by": card.dated_by,
            "absent_means": card.absent_means,
            "first_date": pd.Timestamp(card.cover.first),
            "last_date": pd.Timestamp(card.cover.until),
            "cover_note": card.cover.note,
            "breaks": "; ".join(f"{found.date}: {found.reason}" for found in card.list_breaks(measure.measure)),
            "licence": card.licence,
            "url": card.url,
        }
        for card in desk.record.series
        for measure in card.measures
    )


def _load_indicators(desk: Desk) -> pd.DataFrame:
    """Every indicator as it reads on the last day that was searched."""
    day = desk.find_last_day()
    rows = []
    for rule in desk.assessor.rules:
        for reading in desk.assessor.read_claim(rule.claim_id, day).indicators:
            window, baseline = find_kind(reading.indicator).find_spans(reading.indicator)
            rows.append(
                {
                    "claim_id": rule.claim_id,
                    "part_id": reading.part_id,
                    "indicator_id": reading.indicator.indicator_id,
                    "as_of": pd.Timestamp(day),
                    "title": reading.indicator.title,
                    "kind": reading.indicator.kind,
                    "state": str(reading.state),
                    "mark": str(reading.mark) if reading.mark is not None else "",
                    "recent": reading.recent,
                    "baseline": reading.baseline,
                    "ratio": reading.ratio,
                    "percentile": reading.percentile,
                    "window_days": window,
                    "baseline_days": baseline,
                    "reason": reading.reason,
                    "blind_spot": reading.indicator.blind_spot,
                }
            )
    return pd.DataFrame(rows).astype({"window_days": "Int64", "baseline_days": "Int64"})


def _load_claims(desk: Desk) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim_id": claim.claim_id,
            "title": claim.title,
            "statement": claim.statement,
            "quote": claim.quote,
            "trend": claim.trend,
            "confidence": claim.confidence,
            "stated_date": pd.Timestamp(claim.stated_date),
            "regions": "; ".join(map(str, claim.regions)),
        }
        for claim in desk.record.article.claims
    )


def _load_activity(desk: Desk) -> pd.DataFrame:
    return keep_exportable(desk.queries.load_activity())


TABLES: tuple[Table, ...] = (
    Table("events", "Events, one row each", _load_events, ("event_id",)),
    Table(
        "reports",
        "Reports behind the events, one row each",
        _load_reports,
        ("event_id", "number"),
        (("event_id", "events", "event_id"),),
    ),
    Table("activity", "Taiwan's daily counts, one row a day", _load_activity, ("date",)),
    Table("measurements", "Official counts of every sea, one row a value", _load_counts),
    Table("series", "What each official count is", _load_series, ("series", "measure")),
    Table("claims", "The article's claims", _load_claims, ("claim_id",)),
    Table(
        "indicators",
        "Indicators of the claims as they read on the last day that was searched",
        _load_indicators,
        ("claim_id", "indicator_id"),
        (("claim_id", "claims", "claim_id"),),
    ),
    Table(
        "gpr",
        "Geopolitical Risk index by month (Caldara and Iacoviello)",
        lambda desk: desk.queries.load_gpr(),
        ("month",),
    ),
)
