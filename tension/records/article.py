"""The article that the product is built from: its events, claims, people, positions, answers, and the checks of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tension.records.events import Iso3, Record, WebAddress
from tension.records.vocab import Region

MAX_QUOTE_WORDS = 25


def _check_quote(value: str) -> str:
    if len(value.split()) > MAX_QUOTE_WORDS:
        raise ValueError(f"a quotation has at most {MAX_QUOTE_WORDS} words")
    return value


Quote = Annotated[str, AfterValidator(_check_quote)]


class ArticleEvent(Record):
    """An event that the article reports, tied to the curated event."""

    event_id: str
    statement: str


class Claim(Record):
    """One assessment of the article: our paraphrase, its verbatim span, its core risk, and how we coded it."""

    claim_id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    topic: str
    regions: tuple[Region, ...] = ()
    statement: str
    quote: Quote
    core_risk: str
    core_risk_quote: Quote = ""
    stated_date: date
    trend: Literal["rising", "steady", "falling"]
    confidence: Literal["high", "medium", "low"]
    confidence_reason: str
    is_bottom_line: bool = False


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


class Article(Record):
    """The article as a whole."""

    title: str
    author: str
    publisher: str
    url: WebAddress
    published_date: date
    is_published_date_approximate: bool = False
    summary: str
    events: tuple[ArticleEvent, ...]
    claims: tuple[Claim, ...]
    people: tuple[ArticlePerson, ...]
    states: tuple[ArticleState, ...]
    positions: tuple[ArticlePosition, ...]
    questions: tuple[Question, ...]


class ArticleCheck(Record):
    """A statement of the article against what other reports say; `urls` is empty where none was found.

    `about`: the whole names of the article's people whom the statement is of.
    """

    claim: str
    about: tuple[str, ...] = ()
    verdict: str
    finding: str
    urls: tuple[WebAddress, ...] = ()
