"""Loads the curated record from `data/`: parse, validate everything, and only then hand it over. Never half loaded.

Owns which files there are; the store takes what this module has accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from tension.errors import CuratedDataError
from tension.records.actors import Actor
from tension.records.article import Article, ArticleCheck
from tension.records.checked_files import find_missing, list_files, read_lists, read_mappings, read_table
from tension.records.claims import ClaimRule, load_claim_rules
from tension.records.cover import SearchedSpan, check_cover
from tension.records.escalations import ClaimEscalations, load_escalations
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
    """Everything in `data/`, validated. `content_hash` changes when any of its files does."""

    events: tuple[Event, ...]
    actors: tuple[Actor, ...]
    article: Article
    article_checks: tuple[ArticleCheck, ...]
    claim_rules: tuple[ClaimRule, ...]
    escalations: tuple[ClaimEscalations, ...]
    activity: tuple[ActivityDay, ...]
    breaks: tuple[DefinitionBreak, ...]
    gpr: tuple[GprMonth, ...]
    series: tuple[SeriesCard, ...]
    leads: tuple[Lead, ...]
    cover: tuple[SearchedSpan, ...]
    geography: Geography
    content_hash: str

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
            "claims of the article": len(self.article.claims),
            "questions of the article": len(self.article.questions),
            "checks of the article": len(self.article_checks),
            "indicators of the claims": sum(len(rule.indicators) for rule in self.claim_rules),
            "known escalations": sum(len(one.escalations) for one in self.escalations),
            "days of Taiwan's counts": len(self.activity),
            "definition breaks": len(self.breaks),
            "months of the GPR index": len(self.gpr),
            "series of official counts": len(self.series),
            "lines, zones and points": sum(len(self.geography.layers[name]["features"]) for name in MARKED_FILES),
        }


def load_curated(folder: Path) -> CuratedRecord:
    """The whole curated record; raises CuratedDataError with every fault found."""
    missing = find_missing(folder, ("events", "actors"))
    events, event_faults = read_lists(folder, Event, list_files(folder, "events"), key="event_id")
    actors, actor_faults = _load_actors(folder)
    articles, article_faults = read_mappings(folder, Article, [folder / "article.yaml"], key="title")
    checks, check_faults = read_lists(folder, ArticleCheck, [folder / "article_checks.yaml"], key="claim")
    activity, activity_faults = read_table(folder, ActivityDay, MND_DAILY, key="date", lists=("sectors_entered",))
    series, series_faults = read_lists(folder, SeriesCard, [folder / SERIES_FILE], key="series")
    leads, lead_faults = read_lists(folder, Lead, [folder / "leads.yaml"], key="event_id", may_be_empty=True)
    cover, cover_faults = _load_cover(folder)
    breaks, break_faults = read_table(folder, DefinitionBreak, MND_BREAKS, key="date", is_unique=False)
    gpr, gpr_faults = read_table(folder, GprMonth, GPR_MONTHLY, key="month", months=("month",))
    claim_rules, rule_faults = _load_rules(folder, articles)
    claim_ids = [claim.claim_id for article in articles for claim in article.claims]
    escalations, escalation_faults = load_escalations(folder, claim_ids, [event.event_id for event in events])
    geography, geography_faults = load_geography(folder / "geo", f"{folder.name}/geo")
    faults = [
        *missing,
        *event_faults,
        *actor_faults,
        *article_faults,
        *check_faults,
        *activity_faults,
        *break_faults,
        *gpr_faults,
        *series_faults,
        *lead_faults,
        *cover_faults,
        *rule_faults,
        # What a faulty event or article leaves unknown is told once, there.
        *([] if event_faults or article_faults else escalation_faults),
        *geography_faults,
        *_find_unknown_events(folder, events, articles),
        *_find_unknown_people(folder, checks, articles),
    ]
    if faults or geography is None:
        raise CuratedDataError(faults)
    return CuratedRecord(
        events=tuple(events),
        actors=tuple(actors),
        article=articles[0],
        article_checks=tuple(checks),
        claim_rules=claim_rules,
        escalations=escalations,
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


def _load_rules(folder: Path, articles: Sequence[Article]) -> tuple[tuple[ClaimRule, ...], list[str]]:
    claim_ids = tuple(claim.claim_id for article in articles for claim in article.claims)
    try:
        return load_claim_rules(folder / "assessments.yaml", claim_ids), []
    except CuratedDataError as error:
        # Without an article every claim_id would be a stranger, which isn't the rules' fault.
        return (), error.faults if articles else []


def _find_unknown_events(folder: Path, events: Sequence[Event], articles: Sequence[Article]) -> list[str]:
    known = {event.event_id for event in events}
    return [
        f"{folder.name}/article.yaml events: event_id {told.event_id!r} is not in the record; "
        "allowed: the event_id of a curated event"
        for article in articles
        for told in article.events
        if told.event_id not in known
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


def _find_unknown_people(folder: Path, checks: Sequence[ArticleCheck], articles: Sequence[Article]) -> list[str]:
    known = [person.name for article in articles for person in article.people]
    return [
        f"{folder.name}/article_checks.yaml {check.claim!r}: about {name!r} is not among the article's people; "
        f"allowed: {', '.join(known)}"
        for check in checks
        for name in check.about
        if name not in known and articles
    ]
