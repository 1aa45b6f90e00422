"""Opens all that an answer needs: settings, store, curated record, queries. The one way in for app and commands.

Readings and the record's files are imported where they are asked for: a list of events needs neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, cast

from tension.errors import CuratedDataError, StoreError
from tension.records.article_names import list_article_files
from tension.records.filters import EventFilter
from tension.records.fingerprint import hash_files, hash_folder
from tension.records.source_cards import LEADS
from tension.settings import Settings
from tension.store.delta import Store
from tension.store.engines import open_engine
from tension.store.measured import describe_series
from tension.store.queries import Engine, Queries
from tension.store.sync import sync_curated

if TYPE_CHECKING:
    import pandas as pd

    from tension.assessments.assessor import Assessor
    from tension.assessments.backtest import ClaimResult
    from tension.assessments.observations import CountRows, RecordFrames
    from tension.assessments.panels import Panel
    from tension.readings import Cover
    from tension.records.curated import CuratedRecord
    from tension.records.series import SeriesCard


@dataclass
class Desk:
    """An opened tracker. `notice` says in one line why the user's own store isn't in use, where it isn't.

    `record` and `assessor` are of the article in view, the seed unless `choose_article` gave the desk.
    """

    settings: Settings
    store: Store
    engine: Engine
    notice: str = ""
    _record: CuratedRecord | None = field(default=None, repr=False)
    # How the reader's own articles were when the record was read, and what is wrong with them.
    _own: tuple[str, tuple[str, ...]] = field(default=("", ()), repr=False)
    _chosen: dict[str, Desk] = field(default_factory=dict, repr=False)
    # The desk that this one shares what it observed with.
    _source: Desk | None = field(default=None, repr=False)
    # Of the store's present version, and made anew with the next one.
    _assessors: dict[str, Assessor] = field(default_factory=dict, repr=False)
    _series: dict[str, tuple[SeriesCard, ...]] = field(default_factory=dict, repr=False)
    _measurements: dict[str, tuple[pd.DataFrame, dict[str, pd.DataFrame]]] = field(default_factory=dict, repr=False)

    @cached_property
    def queries(self) -> Queries:
        return Queries(self.engine)

    @property
    def record(self) -> CuratedRecord:
        """The curated record as files: actors, article, checks, breaks, geography. Events are read through queries."""
        if self._record is None:
            self._read_record()
        return cast("CuratedRecord", self._record)

    def choose_article(self, article_id: str) -> Desk:
        """This desk with another article in view: what it opened and observed is shared. BadInput lists the articles.

        Good until the next `refresh`.
        """
        if article_id == self.record.in_view:
            return self
        if article_id not in self._chosen:
            chosen = replace(self, _record=self.record.choose(article_id), _assessors={}, _chosen={}, _source=self)
            self._chosen[article_id] = chosen
        return self._chosen[article_id]

    def _read_record(self) -> None:
        from tension.articles.own import add_own_articles

        stamp = self._stamp_own()
        self._record, faults = add_own_articles(_load_record(self.settings.data_dir), self.settings.user_data_dir)
        self._own, self._chosen, self._assessors, self._series = (stamp, faults), {}, {}, {}

    def _stamp_own(self) -> str:
        folder = self.settings.user_data_dir
        return hash_files(folder, list_article_files(folder))

    def reload_record(self) -> None:
        """Read the curated files again where they changed; raises CuratedDataError, and then the earlier record stays.

        The readings are made anew: their rules stand in those files too. A reader's own article with a fault is left
        out, and told by `refresh`.
        """
        if self._record is None:
            return
        if self._record.content_hash != hash_folder(self.settings.data_dir) or self._own[0] != self._stamp_own():
            self._read_record()

    @property
    def assessor(self) -> Assessor:
        """The readings of the article's claims over the store's present version."""
        from tension.assessments.assessor import Assessor

        version = self.engine.version
        if version not in self._assessors:
            source = self._source
            observed = source.assessor.observed if source else self._load_frames()
            self._assessors = {version: Assessor(self.record.claim_rules, observed)}
        return self._assessors[version]

    def _load_frames(self) -> RecordFrames:
        from tension.assessments.observations import EVENT_COLUMNS, RecordFrames

        events = self.queries.load_events(EventFilter(), EVENT_COLUMNS)
        return RecordFrames(
            events=events,
            activity=self.queries.load_activity(),
            breaks=self.record.breaks,
            actors=self.record.actors,
            features=self._find_features(events),
            searched=self._find_searched(),
            counts=self._load_counts(),
        )

    @property
    def series(self) -> tuple[SeriesCard, ...]:
        """The declared series, each read as far as its rows reach: a person's own may go beyond the released ones."""
        from tension.records.series import extend_cover

        version = self.engine.version
        if version not in self._series:
            held = self.queries.list_series().groupby("series")["last"].max()
            last = {str(series): day.date() for series, day in held.items()}
            self._series = {version: tuple(extend_cover(card, last.get(card.series)) for card in self.record.series)}
        return self._series[version]

    def load_measurements(self, series: str) -> pd.DataFrame:
        """The rows of one series of official counts, as `Queries.load_measurements` gives them.

        All series are read at once for a version of the store: a page asks for dozens of them, one after the other.
        """
        version = self.engine.version
        if version not in self._measurements:
            rows = self.queries.load_measurements()
            parts = {str(name): part.reset_index(drop=True) for name, part in rows.groupby("series", sort=False)}
            self._measurements = {version: (rows.iloc[:0], parts)}
        none, parts = self._measurements[version]
        return parts.get(series, none).copy(deep=False)

    def build_panels(self, as_of: date) -> tuple[Panel, ...]:
        """Every claim's panel on a day (tension/assessments/panels.py)."""
        from tension.assessments.panels import build_panels

        return build_panels(self.record, self.queries, self.assessor, as_of)

    def read_backtests(self, until: date | None = None) -> tuple[ClaimResult, ...]:
        """Every claim against its known escalations, by the days up to one (tension/assessments/backtest.py)."""
        from tension.assessments.backtest import read_backtests

        return read_backtests(self.assessor, self.record.escalations, until)

    def load_evidence(self, as_of: date, claim_ids: Iterable[str] = ()) -> pd.DataFrame:
        """What stands behind some claims, or all, on a day (tension/assessments/evidence.py); raises BadInput."""
        from tension.assessments.evidence import load_evidence

        return load_evidence(self.record, self.queries, self.assessor, as_of, claim_ids)

    def build_feeds(self, event_id: str, as_of: date) -> pd.DataFrame:
        """The indicators that count an event, on a day (tension/assessments/evidence.py)."""
        from tension.assessments.evidence import build_feeds

        return build_feeds(self.assessor, event_id, as_of)

    def _load_counts(self) -> dict[str, CountRows]:
        from tension.assessments.observations import CountRows

        rules = [rule for one in self.record.articles for rule in one.rules]
        named = {i.count.series for rule in rules for i in rule.indicators if i.count}
        return {
            card.series: CountRows(card, self.load_measurements(card.series))
            for card in self.series
            if card.series in named
        }

    def _find_searched(self) -> dict[str, Cover]:
        from tension.readings import Cover
        from tension.records.cover import select_source

        spans = select_source(self.record.cover)
        return {region.value: Cover(span.searched_from, span.searched_until) for region, span in spans.items()}

    def _find_features(self, events: pd.DataFrame) -> dict[str, list[str]]:
        from tension.records.sea_features import assign_features, list_features

        placed = assign_features(events, list_features(self.record.geography))
        return {str(event_id): [feature] for event_id, feature in placed.items()}

    def refresh(self) -> str:
        """Take in changes of the curated files and of other processes; returns the store's version.

        Raises CuratedDataError, StoreError.
        """
        self.reload_record()
        version = self.engine.refresh()
        if sync_curated(self.store, self.settings, version):
            version = self.engine.refresh()
        self._chosen = {}
        if faults := self._find_own_faults():
            raise CuratedDataError(faults)
        return version

    def _find_own_faults(self) -> list[str]:
        """What is wrong with the reader's own articles; most have none, and then no file is read for it."""
        if self._record is None and list_article_files(self.settings.user_data_dir):
            self._read_record()
        return list(self._own[1])

    def find_last_day(self) -> date:
        """The last day for which the record was searched: the default as-of date.

        Later events are shown and marked; nothing is known of what else happened then, and no reading looks there.
        """
        from tension.records.cover import select_source

        return max(span.searched_until for span in select_source(self.record.cover).values())

    def find_leads(self) -> tuple[int, date | None]:
        """How many leads wait for a reviewer, and the day of the last one."""
        asked = EventFilter(source_keys=(LEADS,))
        return self.queries.summarise(asked).event_count, self.queries.find_span(LEADS)[1]

    def list_series(self) -> pd.DataFrame:
        """Every measure of official counts that holds a row, with its span (tension/store/measured.py)."""
        return describe_series(self.queries.list_series(), self.record.series)

    def find_last_activity_day(self) -> date | None:
        """The last day of Taiwan's daily counts."""
        return self.queries.find_last_activity_day()


def _load_record(folder: Path) -> CuratedRecord:
    from tension.articles.own import load_bundled

    return load_bundled(folder)


def open_desk(settings: Settings | None = None, *, is_fallback_allowed: bool = False) -> Desk:
    """An opened and synchronised desk; raises CuratedDataError, StoreError, BadInput.

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
    desk = Desk(settings, store, open_engine(store, settings.engine), notice)
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
