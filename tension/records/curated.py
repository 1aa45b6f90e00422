"""Loads the curated record from `data/`: parse, validate everything, and only then hand it over. Never half loaded.

Owns which files there are; the store takes what this module has accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from tension.errors import BadInput, CuratedDataError
from tension.records.actors import Actor
from tension.records.article import Article
from tension.records.article_files import FollowedArticle, load_articles
from tension.records.article_names import SEED_ARTICLE
from tension.records.checked_files import find_missing, list_files, read_lists, read_mappings, read_table
from tension.records.claims import ClaimRule
from tension.records.cover import SearchedSpan, check_cover
from tension.records.escalations import ClaimEscalations
from tension.records.events import ActivityDay, Event, Record, Source
from tension.records.fingerprint import hash_folder
from tension.records.geography import MARKED_FILES, Geography, load_geography
from tension.records.leads import Lead
from tension.records.series import SERIES_FILE, SeriesCard

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
    """Everything in `data/`, validated. `content_hash` changes when any of its files does.

    `articles` are all that are followed, a reader's own among them; `in_view` is the one whose claims are read.
    """

    events: tuple[Event, ...]
    actors: tuple[Actor, ...]
    articles: tuple[FollowedArticle, ...]
    activity: tuple[ActivityDay, ...]
    breaks: tuple[DefinitionBreak, ...]
    gpr: tuple[GprMonth, ...]
    series: tuple[SeriesCard, ...]
    leads: tuple[Lead, ...]
    cover: tuple[SearchedSpan, ...]
    geography: Geography
    content_hash: str
    in_view: str = SEED_ARTICLE

    @property
    def followed(self) -> FollowedArticle:
        """The article in view with its rules and its lists."""
        return next(one for one in self.articles if one.article.article_id == self.in_view)

    @property
    def article(self) -> Article:
        return self.followed.article

    @property
    def claim_rules(self) -> tuple[ClaimRule, ...]:
        return self.followed.rules

    @property
    def escalations(self) -> tuple[ClaimEscalations, ...]:
        return self.followed.escalations

    def choose(self, article_id: str) -> CuratedRecord:
        """The same record with another article in view; raises BadInput that lists the articles."""
        known = [one.article.article_id for one in self.articles]
        if article_id not in known:
            raise BadInput("article", article_id, known)
        return replace(self, in_view=article_id)

    def count(self) -> dict[str, int]:
        """How many of each kind of record, for `check-data`."""
        return {
            "events": len(self.events),
            "sources of events": sum(len(e.sources) for e in self.events),
            "leads, not opened": len(self.leads),
            "actors": len(self.actors),
            "people": sum(len(a.key_people) for a in self.actors),
            "positions and red lines": sum(len(a.stated_positions) + len(a.red_lines) for a in self.actors),
            "posture changes": sum(len(a.posture_changes) for a in self.actors),
            "treaty ties": sum(len(a.treaty_ties) for a in self.actors),
            "articles": len(self.articles),
            "claims of the articles": sum(len(one.article.claims) for one in self.articles),
            "questions of the articles": sum(len(one.article.questions) for one in self.articles),
            "checks of the articles": sum(len(one.article.checks) for one in self.articles),
            "indicators of the claims": sum(len(rule.indicators) for one in self.articles for rule in one.rules),
            "known escalations": sum(len(lst.escalations) for one in self.articles for lst in one.escalations),
            "days of Taiwan's counts": len(self.activity),
            "definition breaks": len(self.breaks),
            "months of the GPR index": len(self.gpr),
            "series of official counts": len(self.series),
            "lines, zones and points": sum(len(self.geography.layers[name]["features"]) for name in MARKED_FILES),
        }


def load_curated(folder: Path) -> CuratedRecord:
    """The whole curated record; raises CuratedDataError with every fault found."""
    missing = find_missing(folder, ("events", "actors", "articles"))
    events, event_faults = read_lists(folder, Event, list_files(folder, "events"), key="event_id")
    actors, actor_faults = _load_actors(folder)
    activity, activity_faults = read_table(folder, ActivityDay, MND_DAILY, key="date", lists=("sectors_entered",))
    series, series_faults = read_lists(folder, SeriesCard, [folder / SERIES_FILE], key="series")
    leads, lead_faults = read_lists(folder, Lead, [folder / "leads.yaml"], key="event_id", may_be_empty=True)
    cover, cover_faults = _load_cover(folder)
    breaks, break_faults = read_table(folder, DefinitionBreak, MND_BREAKS, key="date", is_unique=False)
    gpr, gpr_faults = read_table(folder, GprMonth, GPR_MONTHLY, key="month", months=("month",))
    # What a faulty event leaves unknown is told once, there.
    ids = [event.event_id for event in events]
    articles, article_faults = ((), []) if event_faults else load_articles(folder, ids)
    geography, geography_faults = load_geography(folder / "geo", f"{folder.name}/geo")
    faults = [
        *missing,
        *event_faults,
        *actor_faults,
        *article_faults,
        *activity_faults,
        *break_faults,
        *gpr_faults,
        *series_faults,
        *lead_faults,
        *cover_faults,
        *geography_faults,
    ]
    if faults or geography is None:
        raise CuratedDataError(faults)
    return CuratedRecord(
        events=tuple(events),
        actors=tuple(actors),
        articles=articles,
        activity=tuple(activity),
        breaks=tuple(breaks),
        gpr=tuple(gpr),
        series=tuple(series),
        leads=tuple(leads),
        cover=tuple(cover),
        geography=geography,
        content_hash=hash_folder(folder),
    )


def _load_cover(folder: Path) -> tuple[list[SearchedSpan], list[str]]:
    spans, faults = read_lists(folder, SearchedSpan, [folder / "cover.yaml"], key="region", is_unique=False)
    return spans, faults or [f"{folder.name}/cover.yaml: {fault}" for fault in check_cover(spans)]


def _load_actors(folder: Path) -> tuple[list[Actor], list[str]]:
    actors, faults = read_mappings(folder, Actor, list_files(folder, "actors"), key="iso3")
    known = {path.stem for path in list_files(folder, "actors")}
    misplaced = [actor.iso3 for actor in actors if actor.iso3 not in known]
    return actors, [
        *faults,
        *(f"{folder.name}/actors {iso3}: iso3: {iso3!r}; allowed: the name of its own file" for iso3 in misplaced),
    ]


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
    events, event_faults = read_lists(folder, Event, list_files(folder, "events"), key="event_id", may_be_empty=True)
    paths = [path for path in (folder / "sources.yaml",) if path.exists()]
    sources, source_faults = read_lists(folder, AddedSource, paths, key="event_id", is_unique=False, may_be_empty=True)
    if faults := event_faults + source_faults:
        raise CuratedDataError(faults)
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
