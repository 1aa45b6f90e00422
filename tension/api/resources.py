"""Every resource of the interface: its path, what may be asked, and how it is read from the desk. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tension.api.parameters import ARTICLE, AS_OF, CLAIM, LIMIT, OFFSET, REGION, SINCE, UNTIL, Asked, Parameter
from tension.assessments.changes import USUAL_SPAN_DAYS, Changes, read_changes
from tension.assessments.noticing import read_notices
from tension.errors import BadInput, TensionError
from tension.exports.articles import build_article_json
from tension.exports.changes import build_changes_json
from tension.exports.claims import build_claim_json
from tension.exports.records import build_event_json, to_records
from tension.exports.terms import keep_exportable, limit_to_exportable
from tension.records.article import Claim
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    import pandas as pd

    from tension.desk import Desk


class NotThere(TensionError):
    """The address names something that the record doesn't hold."""


@dataclass(frozen=True)
class Answer:
    """`data` is what JSON says; `frame` its rows for CSV, GeoJSON, KML and iCalendar; `total` the rows of all pages.

    `changes` are the entries of a feed.
    """

    data: Any
    frame: pd.DataFrame | None = None
    total: int | None = None
    changes: Changes | None = None


@dataclass(frozen=True)
class Resource:
    """`read(desk, asked, path_values)` gives the answer; `takes_filter` adds the event filter's own parameters."""

    path: str
    summary: str
    read: Callable[[Desk, Asked, Mapping[str, str]], Answer]
    parameters: Sequence[Parameter] = ()
    takes_filter: bool = False
    takes_more: bool = False
    suffixes: Sequence[str] = ()


def read_events(desk: Desk, asked: Asked, _path: Mapping[str, str]) -> Answer:
    """A page of the events in view, oldest first."""
    wanted = limit_to_exportable(asked.wanted)
    frame = desk.queries.load_events(wanted, columns=None, limit=asked.limit, offset=asked.offset)
    rows = [build_event_json(row) for row in frame.to_dict("records")]
    return Answer(rows, frame, desk.queries.summarise(wanted).event_count)


def read_event(desk: Desk, asked: Asked, path: Mapping[str, str]) -> Answer:
    """One event in full, where it had been reported by the as-of day."""
    row = desk.queries.load_event(path["event_id"])
    if row is None or (asked.as_of and row["reported_date"].date() > asked.as_of):
        raise NotThere(f"event {path['event_id'][:120]!r} is not in the record; /api/v1/events lists them")
    limit_to_exportable(EventFilter(source_keys=(row["source_key"],)))
    return Answer(build_event_json(row))


def read_activity(desk: Desk, asked: Asked, _path: Mapping[str, str]) -> Answer:
    """Taiwan's daily counts, one row a day; null where the bulletin doesn't say."""
    frame = desk.queries.load_activity(asked.since, asked.until, asked.as_of)
    return _page(frame, asked)


def read_actors(desk: Desk, _asked: Asked, path: Mapping[str, str]) -> Answer:
    """The profiles of states, or of one."""
    code = path.get("iso3", "").upper()
    actors = [actor for actor in desk.record.actors if code in ("", actor.iso3)]
    if code and not actors:
        codes = ", ".join(actor.iso3 for actor in desk.record.actors)
        raise NotThere(f"actor {code[:40]!r} has no profile; there are: {codes}")
    profiles = [actor.model_dump(mode="json", by_alias=True) for actor in actors]
    return Answer(profiles[0] if code else profiles)


def read_articles(desk: Desk, _asked: Asked, _path: Mapping[str, str]) -> Answer:
    """The articles that are followed, the seed first."""
    return Answer([build_article_json(one) for one in desk.record.articles])


def read_what_changed(desk: Desk, asked: Asked, _path: Mapping[str, str]) -> Answer:
    """What changed since a day, up to the as-of day; the month before it unless said."""
    until = asked.as_of or desk.find_last_day()
    since = asked.since or until - timedelta(days=USUAL_SPAN_DAYS)
    claims = [claim for claim in desk.record.article.claims if asked.claim in ("", claim.claim_id)]
    if not claims:
        raise BadInput("claim", asked.claim, [claim.claim_id for claim in desk.record.article.claims])
    found = read_changes(desk.assessor, desk.queries, claims, since, until, asked.wanted.regions)
    if asked.claim:
        # Events and contacts belong to no one claim.
        found = replace(found, changes=tuple(change for change in found.changes if change.claim_id == asked.claim))
    return Answer(build_changes_json(found), changes=found)


def read_measurements(desk: Desk, asked: Asked, path: Mapping[str, str]) -> Answer:
    """The official counts that are declared, or the rows of one: each value with its days and its unit."""
    series = path.get("series", "")
    if not series:
        cards = [card.model_dump(mode="json", exclude={"rows"}) for card in desk.series]
        return Answer(cards)
    if series not in {card.series for card in desk.series}:
        raise NotThere(f"series {series[:80]!r} is unknown; /api/v1/measurements lists them")
    until = min((day for day in (asked.until, asked.as_of) if day), default=None)
    return _page(keep_exportable(desk.queries.load_measurements(series, asked.since, until)), asked)


def read_assessments(desk: Desk, asked: Asked, path: Mapping[str, str]) -> Answer:
    """The article's claims on the as-of day, or one of them: indicators, movers, turns, what is borne out."""
    day = asked.as_of or desk.find_last_day()
    claim_id = path.get("claim_id", "")
    claims = [_find_claim(desk, claim_id)] if claim_id else desk.record.article.claims
    told = [
        build_claim_json(notice, desk.assessor.read_claim(notice.claim.claim_id, day))
        for notice in read_notices(desk.assessor, claims, day)
    ]
    return Answer(told[0] if claim_id else told)


def _find_claim(desk: Desk, claim_id: str) -> Claim:
    claims = {claim.claim_id: claim for claim in desk.record.article.claims}
    if claim_id not in claims:
        raise NotThere(f"claim {claim_id[:80]!r} is unknown; there are: {', '.join(claims)}")
    return claims[claim_id]


def read_charts(desk: Desk, _asked: Asked, _path: Mapping[str, str]) -> Answer:
    """The charts that can be asked for, each with its choices."""
    from tension.figures.registry import CHARTS

    return Answer([{"key": spec.key, "title": spec.title, "page": spec.page} for spec in CHARTS.values()])


def read_chart(desk: Desk, asked: Asked, path: Mapping[str, str]) -> Answer:
    """The figures behind a chart, with its title, its words and its source line."""
    from tension.figures.palette import PRINT
    from tension.figures.registry import CHARTS, build_chart

    if path["key"] not in CHARTS:
        raise NotThere(f"chart {path['key'][:80]!r} is unknown; /api/v1/charts lists them")
    chart = build_chart(path["key"], desk, limit_to_exportable(asked.wanted), PRINT, dict(asked.more))
    data = {
        "key": chart.key,
        "title": chart.title,
        "finding": chart.finding,
        "alt": chart.alt,
        "source": chart.source_line,
        "rows": to_records(chart.frame),
    }
    return Answer(data, chart.frame)


def _page(frame: pd.DataFrame, asked: Asked) -> Answer:
    shown = frame.iloc[asked.offset : asked.offset + asked.limit]
    return Answer(to_records(shown), shown, len(frame))


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "/events",
        "Events in view, oldest first.",
        read_events,
        (AS_OF, LIMIT, OFFSET),
        True,
        suffixes=("csv", "geojson", "kml", "ics"),
    ),
    Resource("/events/{event_id}", "One event with its sources.", read_event, (AS_OF,)),
    Resource(
        "/activity",
        "Taiwan's daily counts of aircraft and vessels.",
        read_activity,
        (SINCE, UNTIL, AS_OF, LIMIT, OFFSET),
        suffixes=("csv",),
    ),
    Resource("/articles", "The articles that are followed, each with its claims.", read_articles),
    Resource("/actors", "Profiles of states.", read_actors),
    Resource("/actors/{iso3}", "The profile of one state, by its ISO 3166-1 alpha-3 code.", read_actors),
    Resource(
        "/changes",
        "Turns, surges, grave events and contacts since a day, and the claims' words then and now.",
        read_what_changed,
        (SINCE, AS_OF, REGION, CLAIM, ARTICLE),
        suffixes=("atom",),
    ),
    Resource("/measurements", "The official counts that are declared, each with its breaks.", read_measurements),
    Resource(
        "/measurements/{series}",
        "The values of one official count.",
        read_measurements,
        (SINCE, UNTIL, AS_OF, LIMIT, OFFSET),
        suffixes=("csv",),
    ),
    Resource("/assessments", "The article's claims on a day.", read_assessments, (AS_OF, ARTICLE)),
    Resource("/assessments/{claim_id}", "One claim on a day.", read_assessments, (AS_OF, ARTICLE)),
    Resource("/charts", "The charts, by key.", read_charts),
    Resource(
        "/charts/{key}", "The figures behind a chart.", read_chart, (AS_OF,), True, takes_more=True, suffixes=("csv",)
    ),
)
