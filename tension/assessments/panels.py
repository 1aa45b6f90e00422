"""A risk panel as plain data: the claim, its three numbers apart, and what is noticed of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tension.assessments.assessor import Assessor
from tension.assessments.attention import AttentionReading, read_attention, read_gdelt_share, read_latest_attention
from tension.assessments.backtest import ClaimResult, read_backtest
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import ClaimNotice, read_notice
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.records.article import Claim

if TYPE_CHECKING:
    from tension.records.curated import CuratedRecord
    from tension.store.queries import Queries


@dataclass(frozen=True)
class Panel:
    """A claim on the as-of day (`now`), what is noticed of it, and the attention that it has.

    Activity is `now.lead`; `attention` is of the month to be read, `latest_attention` of the last one loaded, both of
    the GPR index; `reporting` is the regions' share of what GDELT coded. `backtest` is by the days up to the as-of day.
    """

    claim: Claim
    notice: ClaimNotice
    now: ClaimReading
    attention: tuple[AttentionReading, ...]
    latest_attention: tuple[AttentionReading, ...]
    reporting: AttentionReading
    backtest: ClaimResult

    @property
    def unseen(self) -> list[IndicatorReading]:
        """Indicators for what no open source shows."""
        return [r for r in self.now.indicators if not find_kind(r.indicator).source_key]


def build_panels(record: CuratedRecord, queries: Queries, assessor: Assessor, as_of: date) -> tuple[Panel, ...]:
    """Every claim's panel on a day, in the article's order with its bottom line first."""
    gpr, days = queries.load_gpr(), queries.count_reporting()
    lists = {listed.claim_id: listed for listed in record.escalations}
    panels = []
    for claim in sorted(record.article.claims, key=lambda claim: not claim.is_bottom_line):
        columns = assessor.find_rule(claim.claim_id).series
        panels.append(
            Panel(
                claim=claim,
                notice=read_notice(assessor, claim, as_of),
                now=assessor.read_claim(claim.claim_id, as_of),
                attention=read_attention(gpr, columns, as_of),
                latest_attention=read_latest_attention(gpr, columns, as_of),
                reporting=read_gdelt_share(days, as_of, claim.regions),
                backtest=read_backtest(assessor, lists[claim.claim_id], as_of),
            )
        )
    return tuple(panels)
