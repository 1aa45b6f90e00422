"""A marked sentence as a claim: the analyst's words, its parts, and the indicators of each. Builds nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from components.loaders import load_record
from components.parts.text import escape_markdown
from components.workbench_built import get_built
from tension.articles.drafting import DraftClaim, DraftPart, shorten_quote
from tension.articles.proposing import Proposal, Trend, suggest_indicators
from tension.records.article_files import build_library
from tension.records.claims import ClaimRule, Indicator, Way
from tension.records.vocab import Region

_MOST_PARTS = 4
_WAYS: tuple[Way, ...] = ("up", "level", "down")
_WAYS_OF: dict[str, list[Way]] = {"rising": ["up"], "steady": ["up", "level"], "falling": ["down"]}
_TRENDS: tuple[Trend, ...] = ("rising", "steady", "falling")
_CONFIDENCES: tuple[Literal["high", "medium", "low"], ...] = ("high", "medium", "low")
_NO_LIST = ""


def list_bundled_rules() -> tuple[ClaimRule, ...]:
    """How the claims of the bundled articles are looked at: the library."""
    return tuple(rule for one in load_record().articles if not one.is_own for rule in one.rules)


def show_claims(marked: Sequence[Proposal]) -> list[DraftClaim]:
    """A form for each marked sentence; the claims as they are filled in now."""
    rules = list_bundled_rules()
    library = build_library(rules)
    library |= {built.indicator_id: built for built in get_built()}
    titles = {c.claim_id: c.title for one in load_record().articles if not one.is_own for c in one.article.claims}
    return [_show_claim(proposal, library, rules, titles) for proposal in marked]


def _show_claim(
    proposal: Proposal, library: Mapping[str, Indicator], rules: Sequence[ClaimRule], titles: Mapping[str, str]
) -> DraftClaim:
    sentence, key = proposal.sentence, f"bench_{proposal.sentence.offset}"
    with st.container(border=True, key=f"{key}_claim"):
        st.markdown(f"“{escape_markdown(sentence.words)}”")
        first, second, third = st.columns([2, 1, 1], gap="medium")
        with first:
            title = st.text_input("Short title", _guess_title(proposal), key=f"{key}_title", max_chars=80)
            statement = st.text_input("The claim in your words", key=f"{key}_statement", max_chars=400)
            quote = st.text_input(
                "Quotation, at most 25 words as they stand", shorten_quote(sentence.words), key=f"{key}_quote"
            )
        with second:
            trend = st.selectbox("It says", _TRENDS, _TRENDS.index(proposal.trend), key=f"{key}_trend")
            confidence = st.selectbox("Confidence of the coding", _CONFIDENCES, 1, key=f"{key}_confidence")
            reason = st.text_input("Why that confidence", key=f"{key}_reason", max_chars=300)
        with third:
            regions = st.multiselect(
                "Regions", list(Region), list(proposal.regions), key=f"{key}_regions", format_func=str
            )
            judged_by = st.selectbox(
                "Known escalations to judge it by",
                [_NO_LIST, *titles],
                key=f"{key}_list",
                format_func=lambda claim_id: titles.get(claim_id, "none"),
            )
            worse = st.selectbox("Worse is", ("up", "down"), key=f"{key}_worse")
        suggested = suggest_indicators(proposal, library, rules)
        count = st.number_input("Parts", 1, _MOST_PARTS, 1, key=f"{key}_parts", width=120)
        parts = [_show_part(f"{key}_{n}", n, title, trend, library, suggested) for n in range(int(count))]
    return DraftClaim(
        offset=sentence.offset,
        length=len(sentence.words),
        quote=quote,
        title=title,
        statement=statement,
        trend=trend,
        confidence=confidence,
        confidence_reason=reason,
        parts=tuple(parts),
        regions=tuple(regions),
        escalation="down" if worse == "down" else "up",
        judged_by=judged_by,
    )


def _show_part(
    key: str, number: int, claim: str, trend: str, library: Mapping[str, Indicator], suggested: Sequence[str]
) -> DraftPart:
    names, ways, chosen = st.columns([4, 3, 8], gap="medium")
    with names:
        title = st.text_input(f"Part {number + 1}", claim if number == 0 else "", key=f"{key}_part", max_chars=120)
    with ways:
        supports = st.pills(
            "Borne out by", _WAYS, selection_mode="multi", default=_WAYS_OF[trend], key=f"{key}_ways_{trend}", wrap=True
        )
    with chosen:
        indicators = st.multiselect(
            "Indicators",
            list(library),
            list(suggested) if number == 0 else [],
            key=f"{key}_indicators",
            format_func=lambda name: f"{library[name].title} ({name})",
        )
    return DraftPart(title, tuple(way for way in _WAYS if way in supports), tuple(indicators))


def _guess_title(proposal: Proposal) -> str:
    if proposal.regions:
        return proposal.regions[0].value
    return " ".join(proposal.sentence.words.split()[:5]).rstrip(".,;:")
