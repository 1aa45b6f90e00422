"""What pages, commands and exports ask of events, counts and series. Written in Ibis, so the engine can change.

Bookkeeping (ledger, inbox, what is known already) reads its own tables from tension/store/delta.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import pyarrow as pa
from ibis import _

from tension.records.filters import EventFilter, build_limits
from tension.records.publishers import merge_publishers
from tension.records.schema import EVENT_SCHEMA
from tension.records.vocab import QuadClass, Region
from tension.store.acts import count_back, count_days, select_acts, take_latest
from tension.store.counts import CUBE_COLUMNS
from tension.store.measured import ROW_COLUMNS, select_span, select_standing, summarise_series

if TYPE_CHECKING:
    import pandas as pd

_SITE = r"^https?://(?:www\.)?([^/:?#]+)"
# What a list of events needs; summaries and sources are read for one event at a time.
LIST_COLUMNS = (
    "event_id",
    "occurred_date",
    "end_date",
    "reported_date",
    "title",
    "region",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "actors",
    "initiator",
    "target",
    "category",
    "cameo_root",
    "quad_class",
    "severity",
    "tags",
    "episode",
    "confidence",
    "source_key",
)
RELATED_DAYS = 30
_TEXTS = ("summary", "location")
_LISTS = tuple(field.name for field in EVENT_SCHEMA if pa.types.is_list(field.type))


class Engine(Protocol):
    """What runs Ibis expressions over the store's tables (tension/store/engines.py names those there are).

    Besides the stored tables it has those of CUBES: events per combination of their columns, in `event_count`.
    """

    @property
    def version(self) -> str: ...

    def refresh(self) -> str: ...

    def table(self, name: str) -> Any: ...

    def run(self, expression: Any) -> pd.DataFrame: ...

    def run_arrow(self, expression: Any) -> pa.Table: ...

    def run_rows(self, expression: Any) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class ViewSummary:
    """The headline of a view: counts of events.

    `material_conflict_share` is of the events that have a class, None where none has.
    """

    event_count: int
    severe_count: int
    material_conflict_share: float | None
    first_date: date | None
    last_date: date | None


class Queries:
    """Reads of one store through an engine. Every method takes what it depends on, and returns new frames."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load_events(
        self,
        wanted: EventFilter,
        columns: Sequence[str] | None = LIST_COLUMNS,
        limit: int | None = None,
        latest: int | None = None,
        offset: int = 0,
    ) -> pd.DataFrame:
        """Events in view, oldest first; `columns=None` gives all of EVENT_SCHEMA.

        At most `limit` from the start of the view after `offset` of them, or the `latest` so many.
        """
        rows = take_latest(self._events(self._bound(wanted, latest)), columns, latest)
        return self._run(rows.limit(limit, offset=offset) if limit else rows)

    def load_event_rows(self, wanted: EventFilter) -> list[dict[str, Any]]:
        """Events in view, oldest first, with all of EVENT_SCHEMA as plain values: what a file or a program is given."""
        return self._engine.run_rows(take_latest(self._events(wanted), None, None))

    def load_events_naming(self, wanted: EventFilter, iso3: str, latest: int | None = None) -> pd.DataFrame:
        """Events in view that name a state (ISO3), oldest first, the `latest` so many of them.

        Besides the view's own actors: where those are others, an event names one of them too.
        """
        events = self._events(wanted)
        return self._run(take_latest(events.filter(events.actors.contains(iso3)), LIST_COLUMNS, latest))

    def load_acts(
        self, wanted: EventFilter, initiator: str, target: str, min_severity: int | None = None, *, latest: int
    ) -> pd.DataFrame:
        """Acts of one state on another in view, oldest first, the `latest` so many of them.

        `min_severity` leaves out those that state a lower severity or none.
        """
        acts = select_acts(self._events(wanted), initiator, target)
        acts = acts.filter(acts.severity >= min_severity) if min_severity else acts
        return self._run(take_latest(acts, LIST_COLUMNS, latest))

    def count_act_days(self, wanted: EventFilter, initiator: str, target: str) -> pd.DataFrame:
        """All acts of one state on another that state a severity, by day: occurred_date, event_count, max_severity."""
        return self._run_counts(count_days(select_acts(self._counts(wanted), initiator, target)))

    def has_event(self, wanted: EventFilter, event_id: str) -> bool:
        """Whether an event is in view."""
        events = self._events(wanted)
        return bool(len(self._run(events.filter(events.event_id == event_id).select("event_id").limit(1))))

    def load_event(self, event_id: str) -> dict[str, Any] | None:
        """One event in full, None where there is none."""
        events = self._all_events()
        found = self._run(events.filter(events.event_id == event_id).limit(1))
        return None if found.empty else dict(found.iloc[0])

    def load_related(self, event: dict[str, Any], limit: int = 8) -> pd.DataFrame:
        """Events of the same episode, or at the same place or between the same two states within 30 days."""
        import pandas as pd

        events = self._all_events()
        day = pd.Timestamp(event["occurred_date"]).date()
        near = events.occurred_date.between(day - timedelta(days=RELATED_DAYS), day + timedelta(days=RELATED_DAYS))
        same = ibis.literal(False)
        if event.get("initiator") and event.get("target"):
            pair = [event["initiator"], event["target"]]
            same = events.initiator.isin(pair) & events.target.isin(pair) & (events.region == event["region"])
        if event.get("location"):
            same |= events.location == event["location"]
        same &= near
        if event.get("episode"):
            same |= events.episode == event["episode"]
        rows = events.filter((events.event_id != event["event_id"]) & (events.source_key == event["source_key"]) & same)
        distance = (rows.occurred_date.epoch_seconds() - ibis.literal(day).epoch_seconds()).abs()
        in_episode = (rows.episode == event.get("episode")).fill_null(False)
        rows = rows.order_by([ibis.desc(in_episode), distance, rows.event_id])
        return self._run(rows.select(*LIST_COLUMNS).limit(limit))

    def summarise(self, wanted: EventFilter) -> ViewSummary:
        """Counts of the events in view."""
        is_conflict = (_.quad_class == int(QuadClass.MATERIAL_CONFLICT)).fill_null(False)
        row = self._run(
            self._counts(wanted).aggregate(
                event_count=_.event_count.sum(),
                severe_count=_.event_count.sum(where=(_.severity >= 4).fill_null(False)),
                classed_count=_.event_count.sum(where=_.quad_class.notnull()),
                conflict_count=_.event_count.sum(where=is_conflict),
                first_date=_.occurred_date.min(),
                last_date=_.occurred_date.max(),
            )
        ).iloc[0]
        classed_count = _to_count(row.classed_count)
        return ViewSummary(
            event_count=_to_count(row.event_count),
            severe_count=_to_count(row.severe_count),
            material_conflict_share=_to_count(row.conflict_count) / classed_count if classed_count else None,
            first_date=_to_date(row.first_date),
            last_date=_to_date(row.last_date),
        )

    def count_events(self, wanted: EventFilter, by: Sequence[str]) -> pd.DataFrame:
        """Events per combination of columns; `month` and `week` stand for the first day of each."""
        is_counted = set(by) <= {*CUBE_COLUMNS, "month", "week"}
        events = self._counts(wanted) if is_counted else self._events(wanted).mutate(event_count=1)
        grouped = events.mutate(
            month=events.occurred_date.truncate("M"), week=events.occurred_date.truncate("W")
        ).group_by(list(by))
        return self._run_counts(grouped.aggregate(event_count=_.event_count.sum()).order_by(list(by)))

    def count_dyads(self, wanted: EventFilter) -> pd.DataFrame:
        """Events per initiator, target and quad class, with the highest severity."""
        events = self._counts(wanted)
        named = events.filter(events.initiator.notnull() & events.target.notnull())
        grouped = named.group_by(["initiator", "target", "quad_class"])
        return self._run_counts(
            grouped.aggregate(event_count=_.event_count.sum(), max_severity=_.severity.max()).order_by(
                ["initiator", "target", "quad_class"]
            )
        )

    def count_actors(self, wanted: EventFilter) -> pd.DataFrame:
        """Events in view per actor (ISO3) that they name, most first."""
        events = self._events(wanted)
        named = events.select(actor=events.actors.unnest())
        return self._run(
            named.group_by("actor").aggregate(event_count=_.count()).order_by([ibis.desc("event_count"), "actor"])
        )

    def count_places(self, wanted: EventFilter, region: Region) -> pd.DataFrame:
        """Events in view of a region that have a point, by place, point, precision and episode.

        Columns: those, region, event_id (of one of them), event_count, conflict_count (coded material conflict),
        max_severity, last_date.
        """
        events = self._events(wanted)
        keys = ["region", "location", "latitude", "longitude", "geo_precision", "episode"]
        groups = events.filter((events.region == region.value) & events.latitude.notnull()).group_by(keys)
        conflict = (_.quad_class == int(QuadClass.MATERIAL_CONFLICT)).fill_null(False)
        counted = groups.aggregate(
            event_id=_.event_id.min(),
            event_count=_.count(),
            conflict_count=_.count(where=conflict),
            max_severity=_.severity.max(),
            last_date=_.occurred_date.max(),
        )
        return self._run_counts(counted.order_by("event_id"))

    def count_clusters(self, wanted: EventFilter, source_key: str, min_mentions: int) -> pd.DataFrame:
        """Machine-coded events in view by day, initiator, target, CAMEO root and place, most mentioned first.

        `url` is the page of the most mentioned event of the group; only groups with both parties and a page are given.
        """
        events = self._events(replace(wanted, source_keys=(source_key,)))
        named = events.filter(events.initiator.notnull() & events.target.notnull())
        named = named.filter((named.initiator != named.target) & named.cameo_root.notnull())
        named = named.mutate(page=_find_first_url(named.sources), mentions=named.mention_count.fill_null(1))
        keys = ["occurred_date", "initiator", "target", "cameo_root", "location"]
        groups = named.group_by(keys).aggregate(
            region=_.region.max(),
            reported_date=_.reported_date.min(),
            latitude=_.latitude.max(),
            longitude=_.longitude.max(),
            geo_precision=_.geo_precision.max(),
            event_count=_.count(),
            mention_count=_.mentions.sum(),
            page_count=_.page.nunique(),
            url=_.page.argmax(_.mentions),
        )
        order = [ibis.desc("mention_count"), *keys]
        groups = groups.filter((groups.mention_count >= min_mentions) & groups.url.notnull())
        return self._run_counts(groups.order_by(order))

    def count_publishers(self, wanted: EventFilter) -> pd.DataFrame:
        """Reports per publisher and tier, most first; a publisher that is credited in several ways is one."""
        events = self._events(wanted)
        reports = events.select(report=events.sources.unnest())
        report = reports.report
        reports = reports.select(
            host=report["url"].re_extract(_SITE, 1), publisher=report["publisher"], tier=report["tier"]
        )
        counts = self._run(reports.group_by(["host", "publisher", "tier"]).aggregate(report_count=_.count()))
        return merge_publishers(counts)

    def find_span(self, source_key: str = "curated") -> tuple[date | None, date | None]:
        """The first and last day on which a source has an event."""
        counts = self._engine.table("event_counts")
        row = self._run(
            counts.filter(counts.source_key == source_key).aggregate(
                first=_.occurred_date.min(), last=_.occurred_date.max()
            )
        ).iloc[0]
        return _to_date(row["first"]), _to_date(row["last"])

    def load_contacts(self, as_of: date | None = None) -> pd.DataFrame:
        """US-China military contacts of every level, cancelled ones included, oldest first."""
        events = self._events(EventFilter(as_of=as_of))
        rows = events.filter(events.us_china_military_contact.notnull())
        return self._run(
            rows.select(*LIST_COLUMNS, "us_china_military_contact").order_by(["occurred_date", "event_id"])
        )

    def load_activity(
        self, since: date | None = None, until: date | None = None, as_of: date | None = None
    ) -> pd.DataFrame:
        """Taiwan's daily counts, one row a day: a fetched bulletin before the curated file, Chinese before English.

        What a person gave comes last, for nobody knows who wrote it.
        Until August 2022 a day could have several bulletins, each a part of it: there the larger count is the day's.
        """
        days = self._engine.table("activity")
        limits = [days.date >= since] if since else []
        limits += [days.date <= until] if until else []
        limits += [days.date <= as_of] if as_of else []
        rows = days.filter(limits) if limits else days
        whole = ibis.ifelse(rows.scope == "intruders_only", rows.aircraft_count, 0)
        order = [
            rows.is_given.fill_null(False),
            ibis.desc(whole),
            ibis.desc(rows.source_key == "mnd"),
            ibis.desc(rows.language == "zh"),
            ibis.desc(rows.recorded_utc),
        ]
        rows = rows.mutate(rank=ibis.row_number().over(group_by=rows.date, order_by=order))
        rows = rows.filter(rows.rank == 0)
        rows = rows.drop("rank", "content_hash", "recorded_utc", "is_given").order_by("date")
        return self._run(rows)

    def find_last_activity_day(self) -> date | None:
        """The last day that Taiwan's daily counts tell of."""
        return _to_date(self._run(self._engine.table("activity").aggregate(last=_.date.max()))["last"].iloc[0])

    def load_bulletins(self, since: date | None = None, until: date | None = None) -> pa.Table:
        """Taiwan's daily counts as each language states them, one row a day and language: fetched before curated."""
        days = self._engine.table("activity")
        limits = [days.date >= since] if since else []
        limits += [days.date <= until] if until else []
        rows = days.filter(limits) if limits else days
        order = [rows.is_given.fill_null(False), ibis.desc(rows.source_key == "mnd"), ibis.desc(rows.recorded_utc)]
        rows = rows.mutate(rank=ibis.row_number().over(group_by=[rows.date, rows.language], order_by=order))
        return self._engine.run_arrow(rows.filter(rows.rank == 0).drop("rank").order_by(["date", "language"]))

    def load_given_days(self) -> pa.Table:
        """All statements of the days for which a person gave a bulletin, by day, what stands first."""
        days = self._engine.table("activity")
        given = days.filter(days.is_given.fill_null(False)).select("date").distinct()
        rows = days.semi_join(given, "date")
        order = [rows.date, rows.is_given.fill_null(False), ibis.desc(rows.source_key == "mnd")]
        return self._engine.run_arrow(rows.order_by(order))

    def count_reporting(self, source_key: str = "gdelt") -> pd.DataFrame:
        """All rows that a machine-coded source published (row_count), and how many of them each region has.

        One row per day of publication that was loaded: date, row_count, and a column of each region's name.
        """
        totals = self._engine.table("totals")
        totals = totals.filter(totals.source_key == source_key).group_by("date").aggregate(row_count=_.row_count.sum())
        days = self._run_counts(totals.order_by("date"))
        regions = [region.value for region in Region]
        if days.empty:
            return days.reindex(columns=["date", "row_count", *regions])
        counts = self._engine.table("published_counts")
        counts = counts.filter(counts.source_key == source_key).group_by(
            date=counts.reported_date, region=counts.region
        )
        found = self._run_counts(counts.aggregate(event_count=_.event_count.sum()))
        wide = found.pivot(index="date", columns="region", values="event_count").reindex(columns=regions)
        return days.join(wide, on="date").fillna(dict.fromkeys(regions, 0)).astype(dict.fromkeys(regions, "int64"))

    def count_sector_days(self, until: date, days: int = 30) -> pd.DataFrame:
        """On how many of the last `days` days the ministry named each ADIZ sector as entered, and of how many."""
        activity = self.load_activity(until - timedelta(days=days - 1), until)
        named = activity.sectors_entered.explode().dropna()
        counts = named.groupby(named).size().rename_axis("sector").reset_index(name="day_count")
        return counts.assign(reported_day_count=len(activity))

    def load_gpr(self, as_of: date | None = None) -> pd.DataFrame:
        """The monthly GPR index; with an as-of date only months that had ended by then."""
        import pandas as pd

        months = self._engine.table("gpr").order_by("month")
        frame = self._run(months)
        if as_of is None or frame.empty:
            return frame
        has_ended = frame.month + pd.offsets.MonthEnd(0) <= pd.Timestamp(as_of)
        return frame[has_ended].reset_index(drop=True)

    def list_series(self) -> pd.DataFrame:
        """Official counts by series, measure and unit: row_count, first, last (days), publisher."""
        return self._run(summarise_series(select_standing(self._engine.table("measurements"))))

    def load_measurements(
        self, series: str | None = None, since: date | None = None, until: date | None = None
    ) -> pd.DataFrame:
        """Rows of one series, or all, that lie wholly within the days, oldest first: ROW_COLUMNS and source_key."""
        rows = select_standing(select_span(self._engine.table("measurements"), series, since, until))
        order = ["series", "date_from", "date_to", "measure", "place", "publisher", "url", "note"]
        return self._run(rows.order_by(order).select(*ROW_COLUMNS, "source_key"))

    def _counts(self, wanted: EventFilter) -> Any:
        """Rows to sum `event_count` over: counted ones where they tell all that the filter asks, else the events."""
        if wanted.text or wanted.actors:
            return self._events(wanted).mutate(event_count=1)
        counts = self._engine.table("reported_counts" if wanted.as_of else "event_counts")
        limits = build_limits(counts, wanted)
        return counts.filter(limits) if limits else counts

    def _bound(self, wanted: EventFilter, latest: int | None) -> EventFilter:
        """The view from the day on that its latest events begin, where the counts tell it: so few files are read."""
        if not latest or wanted.text or wanted.actors:
            return wanted
        since = _to_date(self._run(count_back(self._counts(wanted), latest))["since"].iloc[0])
        return replace(wanted, since=since) if since else wanted

    def _run(self, expression: Any) -> pd.DataFrame:
        return self._engine.run(expression)

    def _run_counts(self, expression: Any) -> pd.DataFrame:
        """A frame whose counts are whole numbers: DuckDB's sums are wider than those, and would arrive as floats."""
        frame = self._run(expression)
        return frame.astype({str(name): "int64" for name in frame.columns if str(name).endswith("_count")})

    def _all_events(self) -> Any:
        """Every event, with an empty text or list where its source gave none: to a reader they say the same."""
        events = self._engine.table("events")
        filled = {name: events[name].fill_null("") for name in _TEXTS}
        filled |= {name: events[name].fill_null(ibis.literal([], type=events[name].type())) for name in _LISTS}
        return events.mutate(**filled)

    def _events(self, wanted: EventFilter) -> Any:
        events = self._all_events()
        limits = build_limits(events, wanted)
        return events.filter(limits) if limits else events


def _find_first_url(sources: Any) -> Any:
    """The page of an event's first report, null where there is none: Spark raises past a list's end."""
    return ibis.ifelse(sources.length() > 0, sources[0]["url"], ibis.null(str))


def _to_count(value: Any) -> int:
    import pandas as pd

    return 0 if pd.isna(value) else int(value)


def _to_date(value: Any) -> date | None:
    import pandas as pd

    return None if pd.isna(value) else pd.Timestamp(value).date()
