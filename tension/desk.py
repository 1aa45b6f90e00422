"""Opens all that an answer needs: settings, store, curated record, queries. The one way in for app and commands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from tension.assessments.assessor import EVENT_COLUMNS, Assessor, RecordFrames
from tension.errors import CuratedDataError, StoreError
from tension.records.curated import CuratedRecord, load_curated
from tension.records.filters import EventFilter
from tension.records.sea_features import assign_features, list_features
from tension.settings import Settings
from tension.store.delta import Store
from tension.store.duckdb_engine import DuckEngine
from tension.store.queries import Queries
from tension.store.sync import sync_curated

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Desk:
    """An opened tracker. `notice` says in one line why the user's own store isn't in use, where it isn't."""

    settings: Settings
    store: Store
    engine: DuckEngine
    notice: str = ""
    # Both are of the store's present version, and made anew with the next one.
    _assessors: dict[str, Assessor] = field(default_factory=dict, repr=False)
    _last_days: dict[str, date] = field(default_factory=dict, repr=False)

    @cached_property
    def queries(self) -> Queries:
        return Queries(self.engine)

    @cached_property
    def record(self) -> CuratedRecord:
        """The curated record as files: actors, article, checks, breaks, geography. Events are read through queries."""
        return load_curated(self.settings.data_dir)

    @property
    def assessor(self) -> Assessor:
        """The readings of the article's claims over the store's present version."""
        version = self.engine.version
        if version not in self._assessors:
            events = self.queries.load_events(EventFilter(), EVENT_COLUMNS)
            frames = RecordFrames(
                events=events,
                activity=self.queries.load_activity(),
                breaks=self.record.breaks,
                actors=self.record.actors,
                features=self._find_features(events),
            )
            self._assessors = {version: Assessor(self.record.claim_rules, frames)}
        return self._assessors[version]

    def _find_features(self, events: pd.DataFrame) -> dict[str, list[str]]:
        placed = assign_features(events, list_features(self.record.geography))
        return {str(event_id): [feature] for event_id, feature in placed.items()}

    def refresh(self) -> str:
        """Take in changes of the curated files and of other processes; returns the store's version."""
        sync_curated(self.store, self.settings)
        return self.engine.refresh()

    def find_last_day(self) -> date:
        """The last day that the curated events cover: the default as-of date. Beyond it nothing is known, not quiet."""
        version = self.engine.version
        if version not in self._last_days:
            _, last = self.queries.find_span()
            self._last_days = {version: last or date.today()}  # noqa: DTZ011 (an empty record has no other day)
        return self._last_days[version]

    def find_last_activity_day(self) -> date | None:
        """The last day of Taiwan's daily counts."""
        days = self.queries.load_activity()
        return None if days.empty else days.date.iloc[-1].date()


def open_desk(settings: Settings | None = None, *, is_fallback_allowed: bool = False) -> Desk:
    """An opened and synchronised desk; raises CuratedDataError, StoreError.

    With `is_fallback_allowed`, a store that can't be used is left alone and the curated record goes into a temporary
    one; where the user's own files hold a fault, the store is used as it was. So the app still answers.
    """
    settings = settings or Settings.from_environment()
    try:
        return _open(settings, settings.store_uri, is_fallback_allowed=is_fallback_allowed)
    except StoreError as error:
        if not is_fallback_allowed:
            raise
        uri, notice = mkdtemp(prefix="tension-store-"), f"{error}. Shown: the curated record alone."
        return _open(settings, uri, notice, is_fallback_allowed=True)


def _open(settings: Settings, uri: str, notice: str = "", *, is_fallback_allowed: bool) -> Desk:
    store = Store(uri)
    store.prepare()
    desk = Desk(settings, store, DuckEngine(store), notice)
    try:
        desk.refresh()
    except CuratedDataError:
        if not is_fallback_allowed:
            raise
        if not store.read_rows("sync").num_rows:
            # A fault in the curated files themselves is raised here; one in the user's own can wait for its mending.
            sync_curated(store, replace(settings, user_data_dir=settings.data_dir / "none"))
        desk.engine.refresh()
    return desk
