"""Which days each source was asked for and answered, as spans: what is still owed is known and asked for again.

A row is written before a fetch and becomes whole after its last file, so that a fetch that fails, or is killed, leaves
its days owed. The newest row in the store can't tell that: lists come newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa

from tension.records.schema import SPAN_SCHEMA
from tension.records.source_cards import SourceCard
from tension.sources.base import DateWindow
from tension.store.delta import Store

# How far back what a feed no longer lists is told as missing.
FEED_REACH_DAYS = 30


@dataclass(frozen=True, order=True)
class Span:
    """Days of a source, both ends included. Of one that is owed, `newest_stamp` is the store's largest before it."""

    date_from: date
    date_to: date
    input_name: str = ""
    is_whole: bool = True
    newest_stamp: int | None = None

    def covers(self, other: Span) -> bool:
        return self.date_from <= other.date_from and other.date_to <= self.date_to


@dataclass(frozen=True)
class Owed:
    """What a source still owes: days that no fetch had whole, and the stamp since which its changes are unknown."""

    holes: tuple[tuple[date, date], ...] = ()
    is_cut_off: bool = False
    newest_stamp: int | None = None


def keeps_spans(card: SourceCard) -> bool:
    """Whether days without a row say nothing of a source, so that its spans must."""
    return card.is_fetched and not card.is_heavy and card.table in ("events", "measurements")


def read_spans(store: Store, key: str) -> list[Span]:
    """The spans of a source, in order of their days."""
    rows = store.read_rows("spans", filters=[("source_key", "=", key)]).to_pylist()
    return sorted(
        (Span(**{name: row[name] for name in SPAN_SCHEMA.names if name != "source_key"}) for row in rows),
        key=lambda span: (span.date_from, span.date_to, span.input_name),
    )


def find_owed(store: Store, card: SourceCard, newest: date | None) -> Owed:
    """What is missing of a source up to its newest day: between its spans, and in those that ended before their end."""
    if not (keeps_spans(card) or card.table == "candidates"):
        return Owed()
    spans = read_spans(store, card.key)
    cut_off = [span for span in spans if not span.is_whole]
    missing = {day for span in cut_off for day in _list_days(span.date_from, span.date_to)}
    whole = _group([span for span in spans if span.is_whole])
    covered = {day for group in whole.values() for span in group for day in _list_days(span.date_from, span.date_to)}
    gaps = {day for group in whole.values() for day in _list_gaps(group)}
    if card.table == "candidates" and newest is not None:
        # What a feed no longer lists is out of reach, and after a month no one's task any more.
        gaps = {day for day in gaps if day >= newest - timedelta(days=FEED_REACH_DAYS)}
    else:
        missing -= covered
    stamps = [span.newest_stamp for span in cut_off]
    known = [stamp for stamp in stamps if stamp is not None]
    return Owed(
        join_days(sorted(missing | gaps)),
        is_cut_off=bool(cut_off),
        newest_stamp=min(known) if known and len(known) == len(stamps) else None,
    )


def begin_span(store: Store, card: SourceCard, window: DateWindow) -> None:
    """Write down that a fetch of these days began."""
    if keeps_spans(card):
        span = Span(window.since, window.until, is_whole=False, newest_stamp=window.newest_stamp)
        store.upsert("spans", _build_table(card.key, [span]))


def end_span(store: Store, card: SourceCard, window: DateWindow) -> None:
    """Write down that a fetch of these days had all: spans that touch become one, what it made good is owed no more."""
    if not keeps_spans(card):
        return
    done = Span(window.since, window.until)
    with store.hold():
        spans = read_spans(store, card.key)
        owed = [span for span in spans if not span.is_whole and not _is_made_good(span, window)]
        whole = _join([*(span for span in spans if span.is_whole), done])
        _replace(store, card.key, [*whole, *owed])


def end_lists(store: Store, card: SourceCard, first_dates: Mapping[str, date], today: date) -> None:
    """Write down how far back each of a source's lists reached today; `first_dates` by the list's name."""
    if not first_dates:
        return
    with store.hold():
        new = [Span(min(first, today), today, name) for name, first in first_dates.items()]
        groups = _group([*read_spans(store, card.key), *new])
        _replace(store, card.key, [span for group in groups.values() for span in _join(group)])


def join_days(days: Sequence[date]) -> tuple[tuple[date, date], ...]:
    """Days in order as spans, both ends included."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return tuple(spans)


def _is_made_good(span: Span, window: DateWindow) -> bool:
    """Whether a fetch of the window had what the span still owed: its days, and what changed since its stamp."""
    if not Span(window.since, window.until).covers(span):
        return False
    if span.newest_stamp is None or (window.first_day is not None and window.since <= window.first_day):
        return True
    return window.newest_stamp is not None and window.newest_stamp <= span.newest_stamp


def _group(spans: Iterable[Span]) -> dict[str, list[Span]]:
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(span.input_name, []).append(span)
    return groups


def _join(spans: Iterable[Span]) -> list[Span]:
    """Whole spans of one list with those that touch or overlap as one, in order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.date_from, span.date_to)):
        last = joined[-1] if joined else None
        if last and span.date_from <= last.date_to + timedelta(days=1):
            joined[-1] = Span(last.date_from, max(last.date_to, span.date_to), span.input_name)
        else:
            joined.append(Span(span.date_from, span.date_to, span.input_name))
    return joined


def _list_gaps(spans: Sequence[Span]) -> list[date]:
    joined = _join(spans)
    return [
        day
        for before, after in pairwise(joined)
        for day in _list_days(before.date_to + timedelta(days=1), after.date_from - timedelta(days=1))
    ]


def _list_days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _replace(store: Store, key: str, spans: Iterable[Span]) -> None:
    store.replace_where("spans", _build_table(key, spans), f"source_key = '{key}'")


def _build_table(key: str, spans: Iterable[Span]) -> pa.Table:
    rows = [{name: getattr(span, name, key) for name in SPAN_SCHEMA.names} for span in spans]
    return pa.Table.from_pylist(rows, schema=SPAN_SCHEMA)
