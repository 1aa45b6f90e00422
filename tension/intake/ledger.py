"""What the ledger of runs says: how each source stands, what was taken and what was refused. Reads only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pyarrow as pa

from tension.duckdb_session import open_cursor
from tension.intake.spans import find_owed, join_days
from tension.records.source_cards import CURATED, SourceCard, Table, list_read_cards
from tension.store.delta import Store, read_now_utc

# The day that a row tells of. A machine may date an event a year ahead: its report is the bound then.
_DAYS: dict[Table, str] = {
    "events": "least(occurred_date, reported_date)",
    "activity": "date",
    "gpr": "month",
    "candidates": "coalesce(published_date, seen_utc::date)",
    "measurements": "date_to",
}
_COLUMNS: dict[Table, list[str]] = {
    "events": ["occurred_date", "reported_date", "source_stamp"],
    "activity": ["date", "language"],
    "gpr": ["month"],
    "candidates": ["published_date", "seen_utc"],
    "measurements": ["date_to"],
}
_STANDINGS = """
    SELECT source_key, max(finished_utc) FILTER (is_success), sum(accepted_count)::bigint,
        arg_max(message, finished_utc)
    FROM runs GROUP BY source_key
"""
# How far back a hole of a source with a hundred files a day is asked for again.
HEAVY_REACH_DAYS = 30
RUN_COLUMNS = tuple(
    "finished_utc source_key input_name is_success read_count accepted_count duplicate_count out_of_scope_count "
    "rejected_count newest_date message".split()
)


@dataclass(frozen=True)
class SourceStatus:
    """How a source stands. `stored_count`: its rows that the store holds now; `newest_date`: their newest day, never
    one ahead; `accepted_count`: rows taken over all runs; `rejected_count`: rejects that are kept.
    """

    card: SourceCard
    last_success_utc: datetime | None
    stored_count: int
    newest_date: date | None
    accepted_count: int
    rejected_count: int
    last_message: str
    missing_env: tuple[str, ...]
    state: str
    holes: tuple[tuple[date, date], ...] = ()

    @property
    def is_stale(self) -> bool:
        """True when its newest day is older than its card allows; a source that was never loaded has no age."""
        return self.state == "stale"


def read_statuses(store: Store) -> list[SourceStatus]:
    """Every source as the ledger and the store know it, in the order of the cards."""
    today = read_now_utc().date()
    refused = store.read_rows("rejects", ["source_key"])["source_key"].to_pylist()
    standings = _run(_STANDINGS, store.read_rows("runs")).fetchall()
    by_key: dict[str, tuple[datetime | None, int, str]] = {row[0]: row[1:] for row in standings}
    statuses = []
    for card in list_read_cards():
        last_success, accepted, message = by_key.get(card.key, (None, 0, ""))
        stock = read_stock(store, card, today)
        statuses.append(
            SourceStatus(
                card=card,
                last_success_utc=last_success,
                stored_count=stock.row_count,
                newest_date=stock.newest_date,
                accepted_count=accepted,
                rejected_count=refused.count(card.key),
                last_message=message or "",
                missing_env=find_missing_env(card),
                state=judge_age(card, stock.newest_date, today, has_holes=bool(stock.holes)),
                holes=stock.holes,
            )
        )
    return statuses


def find_missing_env(card: SourceCard) -> tuple[str, ...]:
    """Environment variables that the source needs and doesn't find; none where one that stands for them all is set."""
    if card.instead_env and os.environ.get(card.instead_env):
        return ()
    return tuple(name for name in card.required_env if not os.environ.get(name))


def judge_age(card: SourceCard, newest: date | None, today: date, *, has_holes: bool = False) -> str:
    """'not loaded', 'stale' when the newest day is older than the card allows, 'incomplete' with holes, or 'fresh'."""
    if newest is None:
        return "not loaded"
    if (today - newest).days > card.max_age_days:
        return "stale"
    return "incomplete" if has_holes else "fresh"


@dataclass(frozen=True)
class Stock:
    """What the store holds of a source now; no day lies ahead. `holes`: spans of days that are missing in between."""

    row_count: int = 0
    first_date: date | None = None
    newest_date: date | None = None
    newest_stamp: int | None = None
    holes: tuple[tuple[date, date], ...] = ()


def read_stock(store: Store, card: SourceCard, today: date) -> Stock:
    """The rows of a source, and the days up to today that they tell of.

    Of Taiwan's counts and the index all rows count, the curated ones as well.
    """
    own = [("source_key", "=", card.key)] if card.table not in ("activity", "gpr") else []
    rows = store.read_rows(card.table, _COLUMNS[card.table], filters=own)
    counted = "DISTINCT (date, language)" if card.table == "activity" else "*"
    stamp = "max(source_stamp)" if card.table == "events" else "NULL"
    day = _DAYS[card.table]
    connection = open_cursor()
    connection.register("stored", rows)
    query = f"SELECT count({counted}), min({day}), max({day}) FILTER ({day} <= ?), {stamp} FROM stored"  # noqa: S608 (own words)
    count, first, newest, newest_stamp = connection.execute(query, [today]).fetchall()[0]
    return Stock(int(count), first, newest, newest_stamp, _find_holes(store, card, newest))


def _find_holes(store: Store, card: SourceCard, newest: date | None) -> tuple[tuple[date, date], ...]:
    """Days without a row since the curated days end (of counts), or in the month before the newest (of a heavy source).

    Other sources have days without a row that are none the less whole: of them the spans of their fetches tell.
    """
    if newest is None or not (card.table == "activity" or card.is_heavy):
        return find_owed(store, card, newest).holes
    if card.is_heavy:
        rows = store.read_rows("totals", ["date"], filters=[("source_key", "=", card.key)])
        days = set(rows["date"].to_pylist())
        start = max(min(days, default=newest), newest - timedelta(days=HEAVY_REACH_DAYS))
    else:
        stored = store.read_rows("activity", ["date", "source_key"]).to_pylist()
        days = {row["date"] for row in stored}
        curated = {row["date"] for row in stored if row["source_key"] == CURATED}
        start = max(curated) if curated else min(days)
    missing = [day for n in range((newest - start).days) if (day := start + timedelta(days=n)) not in days]
    return join_days(missing)


def list_taken(store: Store, key: str) -> frozenset[str]:
    """Names of a source's inputs that were taken in."""
    done = [("source_key", "=", key), ("is_success", "=", True)]
    return frozenset(store.read_rows("runs", ["input_name"], filters=done)["input_name"].to_pylist())


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


def _run(query: str, runs: pa.Table) -> duckdb.DuckDBPyConnection:
    connection = open_cursor()
    connection.register("runs", runs)
    return connection.execute(query)
