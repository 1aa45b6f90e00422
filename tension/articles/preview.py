"""What a draft would read, before it is saved. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tension.articles.building import add_counts
from tension.articles.drafting import check_article
from tension.assessments.assessor import Assessor
from tension.assessments.backtest import ClaimResult, read_backtest
from tension.assessments.observations import CountRows, Observations
from tension.assessments.reading import ClaimReading
from tension.records.article import Article
from tension.records.article_files import follow
from tension.records.curated import CuratedRecord


@dataclass(frozen=True)
class DraftReading:
    """A claim of a draft as it reads on a day, and against the known escalations that it is judged by."""

    reading: ClaimReading
    result: ClaimResult


def read_draft(
    article: Article,
    record: CuratedRecord,
    observed: Observations,
    as_of: date,
    counts: Mapping[str, CountRows] | None = None,
) -> tuple[DraftReading, ...]:
    """Every claim of a draft on a day; raises BadInput for what `check_article` refuses.

    `counts`: the declared series that its built indicators name.
    """
    check_article(article, record)
    bundled = [one for one in record.articles if not one.is_own]
    rules = [rule for one in bundled for rule in one.rules]
    followed = follow(article, rules, [listed for one in bundled for listed in one.escalations], is_own=True)
    assessor = Assessor(followed.rules, add_counts(observed, counts or {}))
    return tuple(
        DraftReading(assessor.read_claim(listed.claim_id, as_of, is_brief=True), read_backtest(assessor, listed, as_of))
        for listed in followed.escalations
    )
