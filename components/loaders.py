"""The only caches: one opened desk for the process, and results keyed by (filter, store version). Draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tension.desk import Desk, open_desk
from tension.errors import StoreError, TensionError
from tension.figures.palette import DARK, LIGHT, Palette
from tension.records.article_names import SEED_ARTICLE
from tension.records.curated import CuratedRecord
from tension.records.filters import EventFilter
from tension.records.fingerprint import list_folder, list_own_files
from tension.sources.base import Told
from tension.sources.upload import adapter as upload
from tension.sources.upload.table import TextTable
from tension.store.delta import TABLES
from tension.store.location import is_url
from tension.store.queries import LIST_COLUMNS, Queries, ViewSummary

Built = TypeVar("Built")
Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")

# Lists and maps of more tell nobody anything, and would fill the server; counts are of all events.
SHOWN_LIMIT = 5_000
# A file that a page makes is held in memory; the command line writes longer ones.
FILE_LIMIT = 100_000
# A run asks many times; files are looked at once in this many seconds, for all sessions together.
LOOK_SECONDS = 0.25
# A store on another machine has no files to look at: its tables are opened once in this many seconds.
REMOTE_SECONDS = 10
_HASH_FUNCS: dict[str | type[Any], Callable[[Any], Any]] = {
    EventFilter: lambda wanted: wanted.to_query(),
    Palette: lambda palette: palette.name,
}


@st.cache_resource(show_spinner=False)
def _open_desk() -> Desk:
    return open_desk(is_fallback_allowed=True)


@st.cache_resource(show_spinner=False)
def _get_stamp_of_loss() -> list[str]:
    """How the reader's own store looked when another was opened in its place; '' while it is in use."""
    return [""]


def reopen_desk() -> None:
    """Open the store anew, for it went or broke while it was in use; raises TensionError.

    One that is gone is made again; for one that can't be read the curated record stands in, until it is mended. What
    was kept of its versions goes, for a new store counts them anew.
    """
    for kept in (_open_desk, _run_query, _run_builder, _refresh_desk):
        kept.clear()
    desk = _open_desk()
    own = desk.settings.store_uri
    _get_stamp_of_loss()[0] = "" if desk.store.uri == own or is_url(own) else _stamp(Path(own).rglob("*"))


def _is_mended(desk: Desk) -> bool:
    """Whether the reader's own store changed since the curated record has stood in for it."""
    before = _get_stamp_of_loss()[0]
    return bool(before) and before != _stamp(Path(desk.settings.store_uri).rglob("*"))


@st.cache_data(ttl=LOOK_SECONDS, max_entries=1, show_spinner=False)
def _read_stamps() -> str:
    """A text that changes with every file of the record and every commit of the store; opening tables costs more."""
    desk = _open_desk()
    files = [*list_folder(desk.settings.data_dir), *list_own_files(desk.settings.user_data_dir)]
    if desk.store.is_remote:
        return f"{_stamp(files)} {monotonic() // REMOTE_SECONDS}"
    # A store that broke is watched whole, for its mending need not show in the logs.
    own = Path(desk.settings.store_uri).rglob("*") if _get_stamp_of_loss()[0] else ()
    return _stamp([*files, *own, *(Path(desk.store.uri) / name / "_delta_log" for name in TABLES)])


def look_again() -> None:
    """Look at the files anew at once: a page has written one."""
    _read_stamps.clear()


def _stamp(paths: Iterable[Path]) -> str:
    stamps = []
    for path in paths:
        # A file may go while we look, as when another process puts a new one in its place.
        with suppress(FileNotFoundError):
            stat = path.stat()
            stamps.append((str(path), stat.st_mtime_ns, stat.st_size))
    return str(hash(tuple(stamps)))


@st.cache_data(max_entries=2, show_spinner=False)
def _refresh_desk(stamps: str) -> tuple[str, str]:
    desk = _open_desk()
    try:
        if _is_mended(desk):
            reopen_desk()
            desk = _open_desk()
        return desk.refresh(), desk.notice
    except TensionError as error:
        try:
            # What was taken in before still stands; the fault is shown until the file is mended.
            return desk.engine.refresh(), f"{error}. Shown: the record as it was before."
        except StoreError:
            reopen_desk()
            desk = _open_desk()
            return desk.engine.version, desk.notice or f"{error}. It was made anew, with the curated record."


def get_desk() -> Desk:
    """The opened desk, pointed at the newest version of the store; raises CuratedDataError on a broken record."""
    desk = _open_desk()
    get_version()
    return desk.choose_article(_get_article())


def open_article(article_id: str) -> None:
    """Let this run of a page read the claims of an article; once a run, when the filter is settled."""
    st.session_state.article_in_view = article_id


def _get_article() -> str:
    """The article of this run; the seed where there is no run of a page, and where its file broke."""
    article_id = st.session_state.get("article_in_view", SEED_ARTICLE) if get_script_run_ctx() else SEED_ARTICLE
    known = {one.article.article_id for one in _open_desk().record.articles} if article_id != SEED_ARTICLE else ()
    return str(article_id) if article_id in known else SEED_ARTICLE


def get_version() -> str:
    """The store's newest version: part of every cache's key, so that new data are seen without a restart."""
    return _refresh_desk(_read_stamps())[0]


def get_desk_notice() -> str:
    """Why the user's own store or last edit isn't in use; '' when all is well."""
    return _refresh_desk(_read_stamps())[1]


def get_theme() -> Palette:
    """The colours of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def load_record() -> CuratedRecord:
    """The curated record as files: actors, article, checks, breaks, geography. Read again when its files change.

    A file that broke is told by `get_desk_notice`; what was read before it did still stands.
    """
    return get_desk().record


def load_article_titles() -> dict[str, str]:
    """The titles of all articles that are followed, by their names; the seed's first."""
    return {one.article.article_id: one.article.title for one in load_record().articles}


def load(query: Callable[Concatenate[Queries, Asked], Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
    """What a method of Queries answers, kept for (it, its arguments, store version): `load(Queries.summarise, wanted)`.

    Arguments are hashable ones or an EventFilter.
    """
    return cast("Answer", _run_query(get_version(), query.__name__, args, kwargs, query))


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs=_HASH_FUNCS)
def _run_query(
    version: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], _query: Callable[..., Any]
) -> Any:
    return _query(_open_desk().queries, *args, **kwargs)


def load_built(build: Callable[Concatenate[Desk, Asked], Built], *args: Asked.args, **kwargs: Asked.kwargs) -> Built:
    """What `build(desk, ...)` returns, kept for (its name, arguments, article, store version).

    `desk` has the article of this run in view. For pure builders of charts, maps and readings; the result is shared
    by all sessions and must not be changed.
    """
    name = f"{build.__module__}.{build.__qualname__}"
    return cast("Built", _run_builder(get_version(), _get_article(), name, args, kwargs, build))


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=_HASH_FUNCS)
def _run_builder(
    version: str, article: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], _build: Callable[..., Any]
) -> Any:
    return _build(_open_desk().choose_article(article), *args, **kwargs)


def load_events(wanted: EventFilter, columns: Sequence[str] = LIST_COLUMNS) -> pd.DataFrame:
    """Events in view, oldest first, the latest SHOWN_LIMIT of them."""
    return load(Queries.load_events, wanted, tuple(columns), latest=SHOWN_LIMIT)


def load_file_events(wanted: EventFilter) -> pd.DataFrame:
    """Events in view in full, for a file, oldest first, the latest FILE_LIMIT of them; `tell_file_limit` says so."""
    return load(Queries.load_events, wanted, None, latest=FILE_LIMIT)


def tell_file_limit(wanted: EventFilter) -> str:
    """What a file leaves out of the events in view, where it does; else ''."""
    total = load_summary(wanted).event_count
    return f"The latest {FILE_LIMIT:,} of {total:,} events in view" if total > FILE_LIMIT else ""


def load_events_naming(wanted: EventFilter, iso3: str) -> pd.DataFrame:
    """Events in view that name a state, oldest first, the latest SHOWN_LIMIT of them; `count_naming` counts all."""
    return load(Queries.load_events_naming, wanted, iso3, latest=SHOWN_LIMIT)


def count_naming(wanted: EventFilter, iso3: str) -> int:
    """All events in view that name a state."""
    counts = load(Queries.count_actors, wanted)
    return int(counts.event_count[counts.actor == iso3].sum())


def load_acts(wanted: EventFilter, pair: tuple[str, str]) -> pd.DataFrame:
    """Events in view in which the first state acts on the second, oldest first, the latest SHOWN_LIMIT of them."""
    return load(Queries.load_acts, wanted, *pair, latest=SHOWN_LIMIT)


def load_summary(wanted: EventFilter) -> ViewSummary:
    """Counts of the events in view."""
    return load(Queries.summarise, wanted)


def load_event(event_id: str) -> dict[str, Any] | None:
    """One event in full, None where there is none."""
    return load(Queries.load_event, event_id)


def load_related(event_id: str) -> pd.DataFrame:
    """Events of the same episode, place or pair of states as an event that exists."""
    return _load_related(get_version(), event_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _load_related(version: str, event_id: str) -> pd.DataFrame:
    event = _open_desk().queries.load_event(event_id)
    return _open_desk().queries.load_related(event) if event else pd.DataFrame()


def has_event(wanted: EventFilter, event_id: str) -> bool:
    """True when the events in view hold this one."""
    return load(Queries.has_event, wanted, event_id)


def load_counts(wanted: EventFilter, by: Sequence[str]) -> pd.DataFrame:
    """Events per combination of columns (`month` and `week` allowed)."""
    return load(Queries.count_events, wanted, tuple(by))


def load_publishers(wanted: EventFilter) -> pd.DataFrame:
    """Reports per publisher and tier, most first."""
    return load(Queries.count_publishers, wanted)


def load_last_day() -> date:
    """The last day that the curated events cover; beyond it nothing is known."""
    return _load_last_day(get_version())


@st.cache_data(max_entries=2, show_spinner=False)
def _load_last_day(version: str) -> date:
    return _open_desk().find_last_day()


def load_leads() -> tuple[int, date | None]:
    """How many leads wait, and the day of the last one."""
    return _load_leads(get_version())


@st.cache_data(max_entries=2, show_spinner=False)
def _load_leads(version: str) -> tuple[int, date | None]:
    return _open_desk().find_leads()


def load_reach() -> date:
    """The last day of which anything is known: curated cover, Taiwan's counts, events of any source."""
    last_event = load_summary(EventFilter(source_keys=())).last_date
    return max(day for day in (load_last_day(), load_last_activity_day(), last_event) if day)


def load_last_activity_day() -> date | None:
    """The last day of Taiwan's daily counts."""
    return _load_last_activity_day(get_version())


@st.cache_data(max_entries=2, show_spinner=False)
def _load_last_activity_day(version: str) -> date | None:
    return _open_desk().find_last_activity_day()


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Told: repr})
def load_upload(raw: bytes, told: Told) -> TextTable:
    """A person's table, read once while they look at it and map its columns; raises FormatError."""
    return upload.load_table(raw, told)
