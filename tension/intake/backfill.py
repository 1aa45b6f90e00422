"""Brings in the past of a source that has a hundred files a day, a day of data at a time, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tension.errors import BadInput, StoreError, TensionError
from tension.intake.ingest import IngestReport, record_failure
from tension.intake.ledger import list_taken
from tension.intake.refresh import take_in
from tension.records.source_cards import list_read_cards
from tension.sources.base import Adapter, DateWindow, HttpReader
from tension.store.delta import Store, read_now_utc

# Each day leaves a small file in each table, and every one of them is looked at when the next day comes.
COMPACT_AFTER_DAYS = 30


@dataclass(frozen=True)
class BackfillDay:
    """What became of a day's files, or, without a day, why no more could be fetched."""

    day: date | None
    reports: tuple[IngestReport, ...]

    @property
    def failures(self) -> list[str]:
        return [report.message for report in self.reports if not report.is_success]


def check_backfill(adapter: Adapter, since: date, until: date) -> None:
    """Raises BadInput for a source that a refresh brings in whole, and for days that can't be."""
    heavy = [card.key for card in list_read_cards() if card.is_heavy]
    if adapter.SOURCE.key not in heavy:
        raise BadInput("source", adapter.SOURCE.key, f"{', '.join(heavy)}; others: refresh SOURCE --since DAY")
    if since > until:
        raise BadInput("--since", since.isoformat(), f"no day after --until {until.isoformat()}")


def backfill(store: Store, http: HttpReader, adapter: Adapter, since: date, until: date) -> Iterator[BackfillDay]:
    """Fetch and take in the days, both included, as the iterator is read; what was taken in before is passed over.

    So a run that was broken off goes on where it stopped. The tables are compacted as they grow. Raises StoreError.
    """
    key = adapter.SOURCE.key
    window = DateWindow(since, min(until, read_now_utc().date()), taken=list_taken(store, key))
    try:
        for number, reports in enumerate(take_in(store, adapter, adapter.fetch(window, http)), start=1):
            yield BackfillDay(date.fromisoformat(reports[0].input_name[:8]), tuple(reports))
            if number % COMPACT_AFTER_DAYS == 0:
                store.compact()
    except StoreError:
        raise
    except TensionError as error:
        yield BackfillDay(None, (record_failure(store, key, adapter.SOURCE.url, str(error)),))
