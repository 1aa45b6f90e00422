"""An article that is followed: its claims, events, people, positions, answers, and the checks of it.

The seed article ships with the record; a reader's own are of the same form (tension/records/article_files.py).
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tension.records.claims import Indicator, StatedRule
from tension.records.events import Iso3, Record, WebAddress
from tension.records.vocab import Region

MAX_QUOTE_WORDS, MAX_QUOTE_LETTERS = 25, 400
ArticleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def hash_text(text: str) -> str:
    """The SHA-256 of a text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check_quote(value: str) -> str:
    if len(value.split()) > MAX_QUOTE_WORDS:
        raise ValueError(f"a quotation has at most {MAX_QUOTE_WORDS} words")
    if len(value) > MAX_QUOTE_LETTERS:
        raise ValueError(f"a quotation has at most {MAX_QUOTE_LETTERS} letters")
    return value


Quote = Annotated[str, AfterValidator(_check_quote)]


class TextMark(Record):
    """Which text the spans are of: its length in characters and its hash, each run of white space as one space."""

    length: int = Field(ge=1)
    sha256: Sha256


class Span(Record):
    """Where verbatim words stand in the article's text: from which character (from 0), how many, and their hash.

    It may be longer than what is quoted of it, so that a long sentence is marked whole and quoted in part.
    """

    offset: int = Field(ge=0)
    length: int = Field(ge=1)
    sha256: Sha256

    def find_fault(self, quote: str) -> str:
        """Why the quotation can't be of this span; '' where it can."""
        if len(quote) > self.length:
            return f"a quotation of {len(quote)} characters; allowed: at most the {self.length} of its span"
        if len(quote) == self.length and hash_text(quote) != self.sha256:
            return "the quotation isn't what the hash of its span is of; allowed: the article's own words"
        return ""


class ArticleEvent(Record):
    """An event that the article reports, tied to the curated event."""

    event_id: str
    statement: str


class Claim(Record):
    """One assessment of the article: our paraphrase, its verbatim words, its core risk, and how we coded it.

    A rule of how it is looked at goes by its `claim_id`.
    """

    claim_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    topic: str
    regions: tuple[Region, ...] = ()
    statement: str
    quote: Quote = Field(min_length=1)
    span: Span
    core_risk: str = ""
    core_risk_quote: Quote = ""
    core_risk_span: Span | None = None
    stated_date: date
    trend: Literal["rising", "steady", "falling"]
    confidence: Literal["high", "medium", "low"]
    confidence_reason: str
    is_bottom_line: bool = False

    @model_validator(mode="after")
    def _check_spans(self) -> Self:
        for quote, span in ((self.quote, self.span), (self.core_risk_quote, self.core_risk_span)):
            if quote and span and (fault := span.find_fault(quote)):
                raise ValueError(f"quote {quote[:40]!r}: {fault}")
        return self


class ArticlePerson(Record):
    """What the article says of a person, in our words."""

    name: str
    iso3: Iso3
    office: str
    said: str


class ArticleState(Record):
    """What the article says of a state's posture, in our words."""

    iso3: Iso3
    said: str


class ArticlePosition(Record):
    """A position or red line restated at the meeting, and whether the article saw it change."""

    iso3: Iso3
    kind: Literal["position", "red_line"]
    statement: str
    quote: Quote = ""
    changed: str


class Question(Record):
    """A question that the article answers; both in our words."""

    question: str
    answer: str


class ArticleCheck(Record):
    """A statement of the article against what other reports say; `urls` is empty where none was found.

    `about`: the whole names of the article's people whom the statement is of.
    """

    claim: str
    about: tuple[str, ...] = ()
    verdict: str
    finding: str
    urls: tuple[WebAddress, ...] = ()


class Article(Record):
    """The article as a whole.

    `rules` say how its claims are looked at, by indicators of the library (data/assessments.yaml) and those `built` for
    it; none where the library itself has the rules of its claims.
    """

    article_id: ArticleId
    title: str
    author: str = ""
    publisher: str
    url: WebAddress | Literal[""] = ""
    published_date: date
    is_published_date_approximate: bool = False
    text: TextMark
    summary: str = ""
    claims: tuple[Claim, ...] = Field(min_length=1)
    built: tuple[Indicator, ...] = ()
    rules: tuple[StatedRule, ...] = ()
    events: tuple[ArticleEvent, ...] = ()
    people: tuple[ArticlePerson, ...] = ()
    states: tuple[ArticleState, ...] = ()
    positions: tuple[ArticlePosition, ...] = ()
    questions: tuple[Question, ...] = ()
    checks: tuple[ArticleCheck, ...] = ()

    @property
    def byline(self) -> str:
        """Who wrote it and who published it."""
        return ", ".join(filter(None, (self.author, self.publisher)))

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        ids = [claim.claim_id for claim in self.claims]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"claim_id {twice[0]} is given twice; allowed: once")
        if self.rules and sorted(rule.claim_id for rule in self.rules) != sorted(ids):
            raise ValueError(
                f"rules are of {', '.join(rule.claim_id for rule in self.rules)}; allowed: {', '.join(ids)}"
            )
        for claim in self.claims:
            if claim.span.offset + claim.span.length > self.text.length:
                raise ValueError(f"span of {claim.claim_id} ends beyond the text; allowed: within {self.text.length}")
        known = [person.name for person in self.people]
        for check in self.checks:
            for name in check.about:
                if name not in known:
                    raise ValueError(
                        f"check {check.claim!r}: about {name!r} is not among the article's people; "
                        f"allowed: {', '.join(known)}"
                    )
        return self
