"""Acts of one state on another as Ibis expressions, and what the latest of many rows are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
from ibis import _

_ORDER = ("occurred_date", "event_id")


def select_acts(rows: Any, initiator: str, target: str) -> Any:
    """Rows in which the first state (ISO3) acts on the second."""
    return rows.filter((rows.initiator == initiator) & (rows.target == target))


def take_latest(rows: Any, columns: Sequence[str] | None, latest: int | None) -> Any:
    """Events oldest first, the `latest` so many of them or all; `columns=None` keeps every column."""
    if latest:
        rows = rows.order_by([ibis.desc(column) for column in _ORDER]).limit(latest)
    rows = rows.order_by(_ORDER)
    return rows.select(*columns) if columns else rows


def count_back(counts: Any, latest: int) -> Any:
    """The newest day since which counted rows hold at least so many events, as `since`; null where there are fewer."""
    days = counts.group_by("occurred_date").aggregate(event_count=_.event_count.sum())
    days = days.mutate(so_many=days.event_count.sum().over(order_by=ibis.desc("occurred_date"), rows=(None, 0)))
    return days.filter(days.so_many >= latest).aggregate(since=_.occurred_date.max())


def count_days(counts: Any) -> Any:
    """Counted rows by day, those that state a severity: occurred_date, event_count, max_severity."""
    stated = counts.filter(counts.severity.notnull())
    days = stated.group_by("occurred_date").aggregate(event_count=_.event_count.sum(), max_severity=_.severity.max())
    return days.order_by("occurred_date")
