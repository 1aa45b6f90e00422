"""Statements of the record as Markdown: dated, sourced, quoted, judged. Words only; draws nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from components.parts.text import escape_markdown, link_markdown
from tension.records.actors import Organization, Person, Statement, TreatyTie
from tension.records.article import Article, ArticleCheck
from tension.words import format_day, name_host, name_state, spell_days, upper_first

NOT_STATED = "not stated in the sources read"

# Colour, sign and words of each verdict, by how it begins, so that no sign stands alone.
_VERDICTS = {
    "confirmed": ("green", "check_circle"),
    "half supported": ("orange", "contrast"),
    "wording differs": ("blue", "format_quote"),
    "clipped": ("blue", "content_cut"),
    "overtaken": ("violet", "update"),
    "contradicted": ("red", "cancel"),
    "not found elsewhere": ("gray", "search_off"),
    "unverified": ("gray", "help"),
    "the article's own inference": ("gray", "lightbulb"),
}


def format_statement(said: Statement) -> str:
    """A position or red line: the words, then topic, day and source in small type."""
    meta = f"{escape_markdown(upper_first(said.topic))} · {format_day(said.date)} · {format_source(said.source_url)}"
    return f"{escape_markdown(said.statement)}  \n:small[{meta}]"


def format_tie(tie: TreatyTie) -> str:
    """A tie: with whom, by what instrument, the day of the act cited, source."""
    partners = " and ".join(name_state(code) for code in tie.with_iso3.split("/"))
    words = f"**{escape_markdown(partners)}**: {escape_markdown(tie.instrument)}"
    return f"{words}  \n:small[{format_day(tie.date)} · {format_source(tie.source_url)}]"


def format_organization(body: Organization) -> str:
    """A body that acts for the state, with its kind and note."""
    note = f"  \n:small[{escape_markdown(spell_days(body.note))}]" if body.note else ""
    return f"**{escape_markdown(body.name)}**, {escape_markdown(body.kind)}{note}"


def format_person(person: Person, *, has_name: bool = True) -> str:
    """Name, office and dates in office; what no page gave is said to be so."""
    since = f"since {spell_days(person.since)}" if person.since else f"start {NOT_STATED}"
    dates = [since, f"until {spell_days(person.until)}" if person.until else ""]
    dates.append(f"born {spell_days(person.born)}" if person.born else "")
    # A dot follows: the note's own full stop would stand beside it.
    note = f" · {_link_addresses(person.note.removesuffix('.'))}" if person.note else ""
    meta = f"{' · '.join(filter(None, dates))}{note} · {format_source(person.source_url)}"
    name = f"**{escape_markdown(person.name)}**, " if has_name else ""
    return f"{name}{escape_markdown(person.office)}  \n:small[{meta}]"


def format_source(url: str) -> str:
    """A link that says whose site it goes to."""
    return link_markdown(name_host(url), url)


def format_quote(quote: str, article: Article) -> str:
    """Verbatim words of the article, attributed and linked."""
    return f"“{escape_markdown(quote)}” :small[{link_markdown(article.byline, article.url)}]"


def format_verdict(verdict: str, words: str = "") -> str:
    """A verdict as a badge: colour, sign and words."""
    color, sign = next((style for start, style in _VERDICTS.items() if verdict.startswith(start)), ("gray", "help"))
    return f":{color}-badge[:material/{sign}: {escape_markdown(words or verdict)}]"


def format_finding(check: ArticleCheck) -> str:
    """What other reports say, and where."""
    links = ", ".join(format_source(url) for url in check.urls)
    return f"{escape_markdown(check.finding)}" + (f"  \n:small[{links}]" if links else "")


def format_list(lines: Iterable[str]) -> str:
    """Entries as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def _link_addresses(text: str) -> str:
    """The text escaped, web addresses in it as links that say whose site they go to."""
    parts = re.split(r"(https?://[^\s()]*[^\s().,;])", text)
    return "".join(format_source(part) if part.startswith("http") else _escape_within(part) for part in parts)


def _escape_within(part: str) -> str:
    """Escaped text that keeps the space to its neighbours."""
    lead, tail = (" " if part[:1].isspace() else ""), (" " if part[-1:].isspace() else "")
    return f"{lead}{escape_markdown(spell_days(part))}{tail}" if part.strip() else lead
