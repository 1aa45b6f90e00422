"""Loads the curated record from `data/`: parse, validate everything, and only then hand it over. Never half loaded.

Owns the files and their faults; the store takes what this module has accepted.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from tension.errors import CuratedDataError, RecordTextError
from tension.records.actors import Actor
from tension.records.article import Article, ArticleCheck
from tension.records.claims import ClaimRule, load_claim_rules
from tension.records.events import ActivityDay, Event, Record, Source
from tension.records.geography import Geography, load_geography
from tension.records.yaml_text import Entry, describe_faults, name_fields, read_entries, read_mapping

AnyRecord = TypeVar("AnyRecord", bound=Record)

MND_DAILY = "series/taiwan_mnd_daily.csv"
MND_BREAKS = "series/taiwan_mnd_breaks.csv"
GPR_MONTHLY = "series/gpr_monthly.csv"


class DefinitionBreak(Record):
    """A day from which a count means something else; `columns` is one column of ActivityDay, or 'all'."""

    date: date
    columns: Literal[
        "all",
        "aircraft_count",
        "crossed_median_count",
        "entered_adiz_only_count",
        "vessel_count",
        "official_ship_count",
        "balloon_count",
    ]
    reason: str = Field(alias="break")


class GprMonth(Record):
    """A month of the Geopolitical Risk index (Caldara and Iacoviello, AER 112(4), 2022); dated by its first day."""

    month: date
    gpr: float
    gprt: float
    gpra: float
    gprc_chn: float | None = None
    gprc_twn: float | None = None
    gprc_phl: float | None = None
    gprc_jpn: float | None = None
    gprc_usa: float | None = None
    gprc_kor: float | None = None
    gprc_vnm: float | None = None
    gprc_ind: float | None = None
    gprc_rus: float | None = None


@dataclass(frozen=True)
class CuratedRecord:
    """Everything in `data/`, validated. `content_hash` changes when any of its files does."""

    events: tuple[Event, ...]
    actors: tuple[Actor, ...]
    article: Article
    article_checks: tuple[ArticleCheck, ...]
    claim_rules: tuple[ClaimRule, ...]
    activity: tuple[ActivityDay, ...]
    breaks: tuple[DefinitionBreak, ...]
    gpr: tuple[GprMonth, ...]
    geography: Geography
    content_hash: str

    def count(self) -> dict[str, int]:
        """How many of each kind of record, for `check-data`."""
        return {
            "events": len(self.events),
            "sources of events": sum(len(e.sources) for e in self.events),
            "actors": len(self.actors),
            "people": sum(len(a.key_people) for a in self.actors),
            "positions and red lines": sum(len(a.stated_positions) + len(a.red_lines) for a in self.actors),
            "posture changes": sum(len(a.posture_changes) for a in self.actors),
            "treaty ties": sum(len(a.treaty_ties) for a in self.actors),
            "claims of the article": len(self.article.claims),
            "questions of the article": len(self.article.questions),
            "checks of the article": len(self.article_checks),
            "indicators of the claims": sum(len(rule.indicators) for rule in self.claim_rules),
            "days of Taiwan's counts": len(self.activity),
            "definition breaks": len(self.breaks),
            "months of the GPR index": len(self.gpr),
            "lines, zones and points": sum(
                len(self.geography.layers[name]["features"]) for name in ("lines_zones", "points")
            ),
        }


def hash_folder(folder: Path) -> str:
    """A hash of the names and contents of all files of a folder; cheap enough for every start."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def load_curated(folder: Path) -> CuratedRecord:
    """The whole curated record; raises CuratedDataError with every fault found."""
    loader = _Loader(folder)
    loader.check_presence()
    events = loader.load_events()
    actors = loader.load_actors()
    articles = loader.load_all(Article, [folder / "article.yaml"], read=read_mapping, key="title")
    checks = loader.load_lists(ArticleCheck, [folder / "article_checks.yaml"], key="claim")
    activity = loader.load_csv(ActivityDay, MND_DAILY, key="date", lists=("sectors_entered",))
    breaks = loader.load_csv(DefinitionBreak, MND_BREAKS, key="date", is_unique=False)
    gpr = loader.load_csv(GprMonth, GPR_MONTHLY, key="month", months=("month",))
    claim_rules = loader.load_claim_rules(articles)
    geography, geo_faults = load_geography(folder / "geo", f"{folder.name}/geo")
    loader.faults += geo_faults
    loader.check_references(events, articles)
    if loader.faults or geography is None:
        raise CuratedDataError(loader.faults)
    return CuratedRecord(
        events=tuple(events),
        actors=tuple(actors),
        article=articles[0],
        article_checks=tuple(checks),
        claim_rules=claim_rules,
        activity=tuple(activity),
        breaks=tuple(breaks),
        gpr=tuple(gpr),
        geography=geography,
        content_hash=hash_folder(folder),
    )


class AddedSource(Record):
    """A further publication that reports an event of the record, added by a reviewer."""

    event_id: str
    source: Source


@dataclass(frozen=True)
class OwnRecord:
    """What a user has added in a folder of their own: events/*.yaml and sources.yaml, by the same rules as `data/`."""

    events: tuple[Event, ...] = ()
    sources: tuple[AddedSource, ...] = ()

    def count(self) -> dict[str, int]:
        """How many of each kind there are, for `check-data`; empty where nothing was added."""
        counts = {"events of your own": len(self.events), "added sources": len(self.sources)}
        return {name: count for name, count in counts.items() if count}


def load_own_record(folder: Path) -> OwnRecord:
    """The user's own additions, empty where there is no folder; raises CuratedDataError with every fault."""
    if not folder.is_dir():
        return OwnRecord()
    loader = _Loader(folder, may_be_empty=True)
    events = loader.load_events()
    path = folder / "sources.yaml"
    sources = loader.load_lists(AddedSource, [path], key="event_id", is_unique=False) if path.exists() else []
    if loader.faults:
        raise CuratedDataError(loader.faults)
    return OwnRecord(tuple(events), tuple(sources))


def join_own_record(record: CuratedRecord, own: OwnRecord) -> list[Event]:
    """The events of both, with the added sources; raises CuratedDataError where the two contradict each other."""
    events = {event.event_id: event for event in record.events}
    faults = [
        f"own events: event_id {e.event_id} is in the curated record already"
        for e in own.events
        if e.event_id in events
    ]
    events |= {event.event_id: event for event in own.events}
    for added in own.sources:
        event = events.get(added.event_id)
        if event is None:
            faults.append(f"own sources: event_id {added.event_id} is not in the record")
        elif added.source.url not in {source.url for source in event.sources}:
            events[added.event_id] = event.model_copy(update={"sources": (*event.sources, added.source)})
    if faults:
        raise CuratedDataError(faults)
    return list(events.values())


class _Loader:
    """Reads files into records and gathers faults, so that a person sees all of them at once."""

    def __init__(self, folder: Path, *, may_be_empty: bool = False) -> None:
        """`may_be_empty` where a list without entries is no sign of a loss, as after an undone acceptance."""
        self.folder = folder
        self.may_be_empty = may_be_empty
        self.faults: list[str] = []

    def files(self, name: str) -> list[Path]:
        return sorted((self.folder / name).glob("*.yaml"))

    def load_events(self) -> list[Event]:
        return self.load_lists(Event, self.files("events"), key="event_id")

    def load_actors(self) -> list[Actor]:
        actors = self.load_all(Actor, self.files("actors"), read=read_mapping, key="iso3")
        for actor in actors:
            if not (self.folder / "actors" / f"{actor.iso3}.yaml").exists():
                self.faults.append(
                    f"{self.folder.name}/actors {actor.iso3}: iso3: {actor.iso3!r}; allowed: the name of its own file"
                )
        return actors

    def check_presence(self) -> None:
        """A folder without files would load as a record without events or actors."""
        for name in ("events", "actors"):
            if not self.files(name):
                self.faults.append(f"{self.folder.name}/{name}: no file; allowed: at least one file that ends in .yaml")

    def load_lists(
        self, kind: type[AnyRecord], paths: Iterable[Path], *, key: str, is_unique: bool = True
    ) -> list[AnyRecord]:
        def read_all() -> Iterator[tuple[str, Entry]]:
            for path in paths:
                shown = self._shown(path)
                entries = self._attempt(read_entries, path)
                if entries == [] and not self.may_be_empty:
                    self.faults.append(f"{shown}: nothing in it; allowed: at least one entry")
                for entry in entries or []:
                    yield shown, entry

        return self._validate(kind, read_all(), key, is_unique=is_unique)

    def load_all(
        self, kind: type[AnyRecord], paths: Iterable[Path], *, read: Callable[[Path, str], Entry], key: str
    ) -> list[AnyRecord]:
        entries = []
        for path in paths:
            entry = self._attempt(read, path)
            if entry is not None:
                entries.append((self._shown(path), entry))
        return self._validate(kind, entries, key, is_unique=True)

    def load_csv(
        self,
        kind: type[AnyRecord],
        name: str,
        *,
        key: str,
        is_unique: bool = True,
        lists: tuple[str, ...] = (),
        months: tuple[str, ...] = (),
    ) -> list[AnyRecord]:
        """Rows of a CSV; a blank cell is absent, `lists` split at semicolons, `months` (YYYY-MM) get a first day."""
        path = self.folder / name
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, restkey="")
                rows, header = list(reader), reader.fieldnames or ()
        except OSError as error:
            self.faults.append(f"{self._shown(path)}: {error.strerror}")
            return []
        except (UnicodeDecodeError, csv.Error) as error:
            self.faults.append(f"{self._shown(path)}: {error}")
            return []
        if strange := [column for column in header if column not in name_fields(kind)]:
            allowed = ", ".join(name_fields(kind))
            self.faults += [f"{self._shown(path)}:1 {column}: no such column; allowed: {allowed}" for column in strange]
            return []
        entries = []
        for line, row in enumerate(rows, start=2):
            if row.pop("", None):
                self.faults.append(
                    f"{self._shown(path)}:{line} {row[key]}: more cells than columns; allowed: {len(header)}"
                )
                continue
            fields: dict[str, Any] = {column: cell for column, cell in row.items() if cell not in ("", None)}
            for column in lists:
                fields[column] = fields[column].split(";") if column in fields else []
            for column in months:
                if len(fields.get(column, "")) == len("YYYY-MM"):
                    fields[column] += "-01"
            entries.append((self._shown(path), Entry(line, fields)))
        return self._validate(kind, entries, key, is_unique=is_unique)

    def load_claim_rules(self, articles: list[Article]) -> tuple[ClaimRule, ...]:
        claim_ids = tuple(claim.claim_id for article in articles for claim in article.claims)
        try:
            return load_claim_rules(self.folder / "assessments.yaml", claim_ids)
        except CuratedDataError as error:
            self.faults += error.faults if articles else []
            return ()

    def check_references(self, events: list[Event], articles: list[Article]) -> None:
        known = {event.event_id for event in events}
        for article in articles:
            for told in article.events:
                if told.event_id not in known:
                    self.faults.append(
                        f"{self.folder.name}/article.yaml events: event_id {told.event_id!r} is not in the record; "
                        "allowed: the event_id of a curated event"
                    )

    def _validate(
        self, kind: type[AnyRecord], entries: Iterable[tuple[str, Entry]], key: str, *, is_unique: bool
    ) -> list[AnyRecord]:
        records: list[AnyRecord] = []
        first_seen: dict[str, str] = {}
        for shown, entry in entries:
            name = str(entry.fields.get(key, ""))
            where = f"{shown}:{entry.line} {name}".rstrip()
            if is_unique and name in first_seen:
                self.faults.append(f"{where}: {key} is given twice; first at {first_seen[name]}")
                continue
            first_seen[name] = f"{shown}:{entry.line}"
            try:
                records.append(kind.model_validate(entry.fields))
            except ValidationError as error:
                self.faults += [f"{where}: {fault}" for fault in describe_faults(error, kind)]
        return records

    def _attempt(self, read: Callable[[Path, str], Any], path: Path) -> Any:
        try:
            return read(path, self._shown(path))
        except RecordTextError as error:
            self.faults.append(str(error))
        except OSError as error:
            self.faults.append(f"{self._shown(path)}: {error.strerror}")
        return None

    def _shown(self, path: Path) -> str:
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
