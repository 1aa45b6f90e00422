"""What the ledger of runs says: how each source stands, what was taken and what was refused. Reads only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pandas as pd
import pyarrow as pa

from tension.duckdb_session import connect
from tension.sources import ADAPTERS, find_adapter
from tension.sources.base import SourceCard
from tension.store.delta import Store, read_now_utc

# Sources whose days also come with the curated record, by the table and column that hold them.
_CURATED_DAYS = {"mnd": ("activity", "date"), "gpr": ("gpr", "month")}
_STANDINGS = """
    SELECT source_key, max(finished_utc) FILTER (is_success), max(newest_date), sum(accepted_count)::bigint,
        arg_max(message, finished_utc)
    FROM runs GROUP BY source_key
"""
RUN_COLUMNS = tuple(
    "finished_utc source_key input_name is_success read_count accepted_count duplicate_count out_of_scope_count "
    "rejected_count newest_date message".split()
)


@dataclass(frozen=True)
class SourceStatus:
    """How a source stands. `accepted_count`: rows taken over all runs; `rejected_count`: rejects that are kept."""

    card: SourceCard
    last_success_utc: datetime | None
    newest_date: date | None
    accepted_count: int
    rejected_count: int
    last_message: str
    missing_env: tuple[str, ...]
    state: str

    @property
    def is_stale(self) -> bool:
        """True when its newest day is older than its card allows; a source that was never loaded has no age."""
        return self.state == "stale"


def read_statuses(store: Store) -> list[SourceStatus]:
    """Every source as the ledger knows it, in the registry's order."""
    refused = store.read_rows("rejects", ["source_key"])["source_key"].to_pylist()
    standings = _run(_STANDINGS, store.read_rows("runs")).fetchall()
    by_key: dict[str, tuple[datetime | None, date | None, int, str]] = {row[0]: row[1:] for row in standings}
    statuses = []
    for key in ADAPTERS:
        card = find_adapter(key).SOURCE
        last_success, newest, accepted, message = by_key.get(key, (None, None, 0, ""))
        newest = _join_days(newest, _find_curated_day(store, key))
        statuses.append(
            SourceStatus(
                card=card,
                last_success_utc=last_success,
                newest_date=newest,
                accepted_count=accepted,
                rejected_count=refused.count(key),
                last_message=message or "",
                missing_env=find_missing_env(card),
                state=judge_age(card, newest, read_now_utc().date()),
            )
        )
    return statuses


def find_missing_env(card: SourceCard) -> tuple[str, ...]:
    """Environment variables that the source needs and doesn't find; none where one that stands for them all is set."""
    if card.instead_env and os.environ.get(card.instead_env):
        return ()
    return tuple(name for name in card.required_env if not os.environ.get(name))


def judge_age(card: SourceCard, newest: date | None, today: date) -> str:
    """'not loaded', 'fresh', or 'stale' when the newest day is older than the card allows."""
    if newest is None:
        return "not loaded"
    return "stale" if (today - newest).days > card.max_age_days else "fresh"


def find_newest_date(store: Store, key: str) -> date | None:
    """The newest day that a source has in the store; for Taiwan's counts and GPR the curated files count too."""
    runs = store.read_rows("runs", ["source_key", "newest_date"], filters=[("source_key", "=", key)])
    days = [day for day in runs["newest_date"].to_pylist() if day]
    return _join_days(max(days, default=None), _find_curated_day(store, key))


def list_sources_in_use(store: Store) -> set[str]:
    """Sources that have given something."""
    runs = store.read_rows("runs", ["source_key"], filters=[("is_success", "=", True)])
    return set(runs["source_key"].to_pylist())


def load_runs(store: Store, limit: int = 500) -> pd.DataFrame:
    """The latest entries of the ledger, newest first."""
    runs: pd.DataFrame = store.read_rows("runs", [*RUN_COLUMNS, "run_id"]).to_pandas()
    return runs.sort_values(["finished_utc", "run_id"], ascending=False)[:limit][list(RUN_COLUMNS)]


def load_rejects(store: Store, source_key: str = "", text: str = "") -> pd.DataFrame:
    """Rows that were refused, newest first, of one source or all; `text` is searched in reason, text and input."""
    frame: pd.DataFrame = (
        store.read_rows("rejects").to_pandas().sort_values("recorded_utc", ascending=False, kind="stable")
    )
    if source_key:
        frame = frame[frame.source_key == source_key]
    for word in text.lower().split():
        searched = (frame.reason + " " + frame.text + " " + frame.input_name).str.lower()
        frame = frame[searched.str.contains(word, regex=False)]
    return frame[["source_key", "input_name", "reason", "text", "recorded_utc"]].reset_index(drop=True)


def _find_curated_day(store: Store, key: str) -> date | None:
    if key not in _CURATED_DAYS:
        return None
    table, column = _CURATED_DAYS[key]
    return max((day for day in store.read_rows(table, [column])[column].to_pylist() if day), default=None)


def _join_days(first: date | None, second: date | None) -> date | None:
    return max((day for day in (first, second) if day), default=None)


def _run(query: str, runs: pa.Table) -> duckdb.DuckDBPyConnection:
    connection = connect()
    connection.register("runs", runs)
    return connection.execute(query)
