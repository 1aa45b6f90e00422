"""Rows of official counts as Ibis expressions: which source's row stands where several tell of the same span."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from tension.records.source_cards import CURATED, UPLOADED_COUNTS

if TYPE_CHECKING:
    import pandas as pd

    from tension.records.series import SeriesCard

# What tells one count from another, whoever brought it.
SAME_COUNT = ("series", "measure", "unit", "place", "date_from", "date_to")
LISTED = ("series", "measure", "unit", "region", "cadence", "title", "first", "last", "rows", "publisher")
ROW_COLUMNS = ("series", "date_from", "date_to", "place", "measure", "value", "unit", "publisher", "url", "note")


def select_standing(rows: Any) -> Any:
    """The rows that stand: a fetched count before the release's, one's own before both, all of a source together.

    Two statements of one source about the same span both stay: a conflict is shown, not settled.
    """
    rank = ibis.cases((rows.source_key == CURATED, 0), (rows.source_key == UPLOADED_COUNTS, 2), else_=1)
    ranked = rows.mutate(rank=rank)
    ranked = ranked.mutate(highest=ranked.rank.max().over(group_by=[ranked[name] for name in SAME_COUNT]))
    return ranked.filter(ranked.rank == ranked.highest).drop("rank", "highest")


def select_span(rows: Any, series: str | None, since: date | None, until: date | None) -> Any:
    """Rows of one series, or all, whose whole span lies within the days."""
    limits = [rows.series == series] if series else []
    limits += [rows.date_from >= since] if since else []
    limits += [rows.date_to <= until] if until else []
    return rows.filter(limits) if limits else rows


def summarise_series(rows: Any) -> Any:
    """One row for each series, measure and unit: row_count, first, last (days), publisher."""
    grouped = rows.group_by(["series", "measure", "unit"])
    return grouped.aggregate(
        row_count=_.count(), first=_.date_from.min(), last=_.date_to.max(), publisher=_.publisher.min()
    ).order_by(["series", "measure", "unit"])


def describe_series(found: pd.DataFrame, cards: Sequence[SeriesCard]) -> pd.DataFrame:
    """The rows of `summarise_series` with what the cards say, declared series in their order and one's own after them.

    Columns: series, measure, unit, region, cadence, title, first, last (days), rows, publisher.
    """
    import pandas as pd

    from tension.records.series import find_card

    order = {(card.series, m.measure): (i, k) for i, card in enumerate(cards) for k, m in enumerate(card.measures)}
    rows = []
    for row in found.to_dict("records"):
        card = find_card(cards, row["series"])
        measure = card.find_measure(row["measure"]) if card else None
        rows.append(
            {
                "series": row["series"],
                "measure": row["measure"],
                "unit": row["unit"],
                "region": card.region.value if card else "",
                "cadence": card.cadence if card else "",
                "title": f"{card.title}: {measure.title}" if card and measure else "",
                "first": row["first"].date(),
                "last": row["last"].date(),
                "rows": int(row["row_count"]),
                "publisher": card.publisher if card else row["publisher"],
            }
        )
    rows.sort(key=lambda row: order.get((row["series"], row["measure"]), (len(cards), 0)))
    return pd.DataFrame(rows, columns=list(LISTED))
