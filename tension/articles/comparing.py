"""Two articles on the same indicators: what each says of one, what it reads, and where they can't both be borne out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tension.assessments.assessor import Assessor
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import judge
from tension.assessments.reading import IndicatorReading
from tension.records.article import Claim
from tension.records.article_files import FollowedArticle
from tension.records.claims import Indicator, Part
from tension.words import join_words, lower_first


@dataclass(frozen=True)
class Stance:
    """What an article says of an indicator: by which claim and part, which ways bear it out, and whether it is now.

    `says` is 'for', 'against', 'no change', or '' where the indicator can't be read (tension/assessments/noticing.py).
    """

    claim: Claim
    part: Part
    says: str


@dataclass(frozen=True)
class SharedIndicator:
    """An indicator of both articles, as it reads on a day."""

    reading: IndicatorReading
    first: Stance
    second: Stance

    @property
    def is_disputed(self) -> bool:
        """No way bears out both."""
        return not set(self.first.part.supports) & set(self.second.part.supports)


def compare_articles(
    first: FollowedArticle, second: FollowedArticle, assessor: Assessor, as_of: date
) -> tuple[SharedIndicator, ...]:
    """Every indicator that both look at and that has a mark, the disputed ones first; `assessor` is of the first."""
    others = {indicator.indicator_id: (claim, part, indicator) for claim, part, indicator in _list_all(second)}
    found = []
    for claim, part, indicator in _list_all(first):
        other = others.get(indicator.indicator_id)
        # The same name for another thing, built for each article, is no shared indicator.
        if other is None or other[2] != indicator or not find_kind(indicator).has_mark:
            continue
        reading = assessor.read_indicator(claim.claim_id, part.part_id, indicator, as_of, is_brief=True)
        stances = (Stance(claim, part, judge(part, reading)), Stance(other[0], other[1], judge(other[1], reading)))
        found.append(SharedIndicator(reading, *stances))
    return tuple(sorted(found, key=lambda shared: not shared.is_disputed))


def describe_comparison(shared: tuple[SharedIndicator, ...]) -> str:
    """'These two disagree on aircraft a day.': in a sentence where the two can't both be right."""
    if not shared:
        return "These two look at no indicator in common."
    disputed = [
        one.reading.indicator.subject or lower_first(one.reading.indicator.title) for one in shared if one.is_disputed
    ]
    if disputed:
        return f"These two disagree on {join_words(disputed)}."
    number = len(shared)
    return f"These two share {number} indicator{'s' if number > 1 else ''} and disagree on none."


def _list_all(one: FollowedArticle) -> Iterator[tuple[Claim, Part, Indicator]]:
    for claim, rule in zip(one.article.claims, one.rules, strict=True):
        for part in rule.parts:
            for indicator in part.indicators:
                yield claim, part, indicator
