"""The outbox: what was decided to be told, to whom, and what became of it. In a file of the user's; sends nothing.

A message is decided once (its id is the key), then claimed, then marked. A process that dies between deciding and
claiming loses nothing: the next one finds it waiting. One that dies while it sends leaves it 'unsure', for only the
receiver knows; that is told and not sent again unless a person says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tension.alerts.finding import Alert
from tension.errors import StoreError, first_line

OUTBOX_FILE = "alerts.sqlite"
WAITING, CLAIMED, SENT, KNOWN = "waiting", "unsure", "sent", "known"
_BUSY_SECONDS = 30
_TABLES = """
CREATE TABLE IF NOT EXISTS rules (rule TEXT PRIMARY KEY, looked_until TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    alert_id TEXT NOT NULL, target TEXT NOT NULL, rule TEXT NOT NULL, day TEXT NOT NULL, words TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, decided_utc TEXT NOT NULL, changed_utc TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (alert_id, target)
);
"""


@dataclass(frozen=True)
class Message:
    """One alert for one target. `target` is the name of the variable that holds the address, never the address."""

    alert_id: str
    target: str
    rule: str
    day: date
    words: str
    title: str
    body: str
    state: str
    tries: int


class Outbox:
    """The outbox of one user, shared by every process of theirs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find_looked(self, rule: str) -> date | None:
        """The last day up to which a rule was looked at; None where it never ran."""
        with self._open() as box:
            row = box.execute("SELECT looked_until FROM rules WHERE rule = ?", (rule,)).fetchone()
        return date.fromisoformat(row[0]) if row else None

    def note_looked(self, rule: str, until: date) -> None:
        """Note that a rule was looked at up to a day."""
        with self._open() as box:
            box.execute("INSERT OR REPLACE INTO rules VALUES (?, ?)", (rule, until.isoformat()))

    def find_unknown(self, alerts: Sequence[Alert], targets: Sequence[str]) -> list[Alert]:
        """The alerts that were decided for none or not all of the targets yet."""
        with self._open() as box:
            known = {(row[0], row[1]) for row in box.execute("SELECT alert_id, target FROM messages")}
        return [a for a in alerts if any((a.alert_id, target) not in known for target in targets)]

    def decide(self, messages: Sequence[Message], now: datetime) -> int:
        """Put messages in, all or none; those that were decided before stay as they are. Returns how many are new."""
        with self._open() as box:
            before = box.total_changes
            box.executemany(
                "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                [
                    (
                        m.alert_id,
                        m.target,
                        m.rule,
                        m.day.isoformat(),
                        m.words,
                        m.title,
                        m.body,
                        m.state,
                        *[now.isoformat()] * 2,
                    )
                    for m in messages
                ],
            )
            return box.total_changes - before

    def claim(self, message: Message, now: datetime) -> bool:
        """Take a waiting message to be sent; False where another process was first."""
        return self._move(message, WAITING, CLAIMED, now, tries=1)

    def mark_sent(self, message: Message, now: datetime) -> None:
        """It is out."""
        self._move(message, CLAIMED, SENT, now)

    def put_back(self, message: Message, now: datetime) -> None:
        """It was refused, so that it surely isn't out: it waits again. Also a person's word on an unsure one."""
        self._move(message, CLAIMED, WAITING, now)

    def list_messages(self, *states: str) -> list[Message]:
        """Messages in some states, or all, oldest first."""
        marks = ", ".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        if not self._path.exists():
            # To look is not to write: a visit of the page makes no file.
            return []
        columns = "alert_id, target, rule, day, words, title, body, state, tries"
        query = f"SELECT {columns} FROM messages {where} ORDER BY day, alert_id, target"  # noqa: S608 (own words)
        with self._open() as box:
            rows = box.execute(query, states).fetchall()
        return [Message(**{**dict(row), "day": date.fromisoformat(row["day"])}) for row in rows]

    def _move(self, message: Message, before: str, after: str, now: datetime, tries: int = 0) -> bool:
        change = "UPDATE messages SET state = ?, changed_utc = ?, tries = tries + ?"
        with self._open() as box:
            done = box.execute(
                f"{change} WHERE alert_id = ? AND target = ? AND state = ?",
                (after, now.isoformat(), tries, message.alert_id, message.target, before),
            )
            return done.rowcount == 1

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, that of a writer from the start, so that two processes never decide the same twice."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            box = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            box.row_factory = sqlite3.Row
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{self._path}: the outbox can't be opened: {first_line(error)}") from error
        try:
            box.executescript(_TABLES)
            box.execute("BEGIN IMMEDIATE")
            yield box
            box.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: the outbox can't be used: {first_line(error)}") from error
        finally:
            # What wasn't committed is undone.
            box.close()
