"""The articles that are followed as plain data, for the command line and the interface."""

from __future__ import annotations

from typing import Any

from tension.records.article_files import FollowedArticle


def build_article_json(one: FollowedArticle) -> dict[str, Any]:
    """An article with its claims, each with its verbatim words, where they stand, and its indicators."""
    article = one.article
    return {
        "article_id": article.article_id,
        "title": article.title,
        "author": article.author,
        "publisher": article.publisher,
        "url": article.url,
        "published_date": article.published_date.isoformat(),
        "is_own": one.is_own,
        "text": article.text.model_dump(),
        "claims": [
            {
                "claim_id": claim.claim_id,
                "title": claim.title,
                "statement": claim.statement,
                "quote": claim.quote,
                "span": claim.span.model_dump(),
                "stated_date": claim.stated_date.isoformat(),
                "trend": claim.trend,
                "confidence": claim.confidence,
                "indicators": [indicator.indicator_id for indicator in rule.indicators],
            }
            for claim, rule in zip(article.claims, one.rules, strict=True)
        ],
        "checks": [check.model_dump(mode="json") for check in article.checks],
    }
