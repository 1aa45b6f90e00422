"""An article from what an analyst marked: built, checked as its file will be, written, and taken back again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from tension.articles.proposing import Trend
from tension.articles.sentences import ArticleText, mark_span
from tension.assessments.kinds import find_indicator_faults
from tension.errors import BadInput, RecordTextError
from tension.records.article import MAX_QUOTE_WORDS, Article
from tension.records.article_files import follow
from tension.records.article_names import FOLDER
from tension.records.claims import Indicator, Way
from tension.records.curated import CuratedRecord
from tension.records.vocab import Region
from tension.records.yaml_text import describe_faults, parse_mapping

_MOST_ID_LETTERS = 40
MOST_FILE_BYTES = 500_000
_HEAD = (
    "# An article that is followed: our words, and short quotations with their places in its text. docs/articles.md\n"
)


@dataclass(frozen=True)
class Head:
    """What is said of the publication as a whole."""

    title: str
    publisher: str
    published: date
    author: str = ""
    url: str = ""
    summary: str = ""


@dataclass(frozen=True)
class DraftPart:
    """A part of a claim: what it says, the ways that bear it out, the ids of its indicators."""

    title: str
    supports: tuple[Way, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class DraftClaim:
    """A marked sentence as a claim; `offset` and `length` are its place in the text, `quote` the words that are shown.

    `escalation`: the way its indicators go when things get worse; `judged_by`: whose list of known escalations it has.
    """

    offset: int
    length: int
    quote: str
    title: str
    statement: str
    trend: Trend
    confidence: Literal["high", "medium", "low"]
    confidence_reason: str
    parts: tuple[DraftPart, ...]
    state_means: str = "more (or less) of what is counted than in the time before"
    regions: tuple[Region, ...] = ()
    core_risk: str = ""
    escalation: Literal["up", "down"] = "up"
    judged_by: str = ""
    lead_indicator: str = ""
    claim_id: str = ""


def make_id(words: str, default: str = "article") -> str:
    """A name for a file or a claim from words: small letters, figures and hyphens, a letter first."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[:_MOST_ID_LETTERS].strip("-")
    return made if made and made[0].isalpha() else f"{default}-{made}".strip("-")


def shorten_quote(words: str) -> str:
    """The beginning of a sentence that is short enough to be quoted, as it stands there."""
    pieces = words.split(" ")
    return " ".join(pieces[:MAX_QUOTE_WORDS])


def build_article(
    text: ArticleText, head: Head, claims: Sequence[DraftClaim], built: Iterable[Indicator] = (), article_id: str = ""
) -> Article:
    """The article of a draft; BadInput says the first thing that is missing or not allowed."""
    if not claims:
        raise BadInput("claims", "none", "at least one marked sentence")
    used = {name for claim in claims for part in claim.parts for name in part.indicators}
    names = _name_all([claim.claim_id or make_id(claim.title, "claim") for claim in claims])
    fields = {
        "article_id": article_id or make_id(head.title),
        "title": head.title.strip(),
        "author": head.author.strip(),
        "publisher": head.publisher.strip(),
        "url": head.url.strip(),
        "published_date": head.published,
        "text": text.mark.model_dump(),
        "summary": head.summary.strip(),
        "claims": [_build_claim(text, head, claim, name) for claim, name in zip(claims, names, strict=True)],
        "built": [one for one in built if one.indicator_id in used],
        "rules": [_build_rule(claim, name) for claim, name in zip(claims, names, strict=True)],
    }
    for name in ("title", "publisher"):
        if not fields[name]:
            raise BadInput(name, "nothing", f"the {name} of the article")
    try:
        return Article.model_validate(fields)
    except ValidationError as error:
        raise BadInput("article", head.title, describe_faults(error, Article)[0]) from error


def check_article(article: Article, record: CuratedRecord) -> None:
    """Raises BadInput for the first thing that the record or a kind can't answer, or a name that is taken."""
    bundled = [one for one in record.articles if not one.is_own]
    if article.article_id in {one.article.article_id for one in bundled}:
        raise BadInput("article_id", article.article_id, "a name that no bundled article has")
    if not article.rules:
        raise BadInput("rules", "none", "one for each claim")
    known = {event.event_id for event in record.events}
    for told in article.events:
        if told.event_id not in known:
            raise BadInput("event_id", told.event_id, "the event_id of a curated event")
    try:
        follow(
            article,
            [rule for one in bundled for rule in one.rules],
            [listed for one in bundled for listed in one.escalations],
            is_own=True,
        )
    except ValueError as error:
        first = describe_faults(error)[0] if isinstance(error, ValidationError) else str(error)
        raise BadInput("article", article.article_id, first) from error
    for indicator in article.built:
        if faults := find_indicator_faults(indicator, record.series):
            raise BadInput("indicator", indicator.indicator_id, faults[0])


def write_article(article: Article) -> bytes:
    """The file of an article, for reading, review and sending; `read_article` reads it."""
    plain = article.model_dump(mode="json", exclude_defaults=True)
    return (_HEAD + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)).encode()


def read_article(raw: bytes, name: str) -> Article:
    """An article from the bytes of a file that somebody sent; BadInput says the first fault."""
    if len(raw) > MOST_FILE_BYTES:
        raise BadInput("file", f"{len(raw):,} bytes", f"at most {MOST_FILE_BYTES:,}")
    try:
        return Article.model_validate(parse_mapping(raw, name[-60:]).fields)
    except ValidationError as error:
        raise BadInput("article", name[-60:], describe_faults(error, Article)[0]) from error
    except (RecordTextError, RecursionError) as error:
        raise BadInput("article", name[-60:], str(error)) from error


def save_article(folder: Path, article: Article, record: CuratedRecord) -> Path:
    """Keep an article among the reader's own, in one step; `undo_save` puts back what stood there. Raises BadInput."""
    check_article(article, record)
    path = folder / FOLDER / f"{article.article_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(write_article(article))
    before = path.with_suffix(".before")
    if path.exists():
        path.replace(before)
    else:
        before.unlink(missing_ok=True)
    draft.replace(path)
    return path


def undo_save(folder: Path, article_id: str) -> bool:
    """Put back what stood there before the last save; True where an earlier version did. Nothing is thrown away.

    What was saved last is kept beside it as ID.undone. Raises BadInput where there is no such file.
    """
    path = folder / FOLDER / f"{article_id}.yaml"
    if not path.exists():
        raise BadInput("article", article_id, "an article of your own")
    path.replace(path.with_suffix(".undone"))
    before = path.with_suffix(".before")
    if not before.exists():
        return False
    before.replace(path)
    return True


def _build_claim(text: ArticleText, head: Head, claim: DraftClaim, name: str) -> dict[str, object]:
    words = text.text[claim.offset : claim.offset + claim.length]
    quote = " ".join(claim.quote.split())
    if not quote or quote not in words:
        raise BadInput(f"quotation of {claim.title}", quote[:60], "words as they stand in the marked sentence")
    for what, said in (("title", claim.title), ("statement", claim.statement)):
        if not said.strip():
            raise BadInput(f"{what} of the claim at “{quote[:40]}”", "nothing", "your own words")
    return {
        "claim_id": name,
        "title": claim.title.strip(),
        "topic": claim.title.strip(),
        "regions": list(claim.regions),
        "statement": claim.statement.strip(),
        "quote": quote,
        "span": mark_span(text.text, claim.offset, claim.length),
        "core_risk": claim.core_risk.strip(),
        "stated_date": head.published,
        "trend": claim.trend,
        "confidence": claim.confidence,
        "confidence_reason": claim.confidence_reason.strip(),
    }


def _build_rule(claim: DraftClaim, name: str) -> dict[str, object]:
    for part in claim.parts:
        if not part.indicators:
            raise BadInput(f"indicators of {claim.title}", "none", "at least one for each part")
        if not part.supports:
            raise BadInput(f"ways of {claim.title}", "none", "up, level, down")
    ids = _name_all([make_id(part.title, "part") for part in claim.parts])
    return {
        "claim_id": name,
        "state_means": claim.state_means,
        "lead_indicator": claim.lead_indicator,
        "escalation": claim.escalation,
        "judged_by": claim.judged_by,
        "parts": [
            {
                "part_id": part_id,
                "title": part.title.strip() or claim.title,
                "supports": part.supports,
                "indicators": part.indicators,
            }
            for part, part_id in zip(claim.parts, ids, strict=True)
        ],
    }


def _name_all(names: Sequence[str]) -> list[str]:
    """The names with a number behind each that stood before."""
    given: list[str] = []
    for name in names:
        number, tried = 1, name
        while tried in given:
            number += 1
            tried = f"{name}-{number}"
        given.append(tried)
    return given
