"""The article as sections: its card, events, claims, positions, people, answers, and the checks of it. Draws; judges
nothing. Quotations come from the record, which holds none of more than 25 words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from components.actors_statements import format_finding, format_person, format_quote, format_verdict
from components.loaders import has_event, load_event, load_record
from components.parts.text import escape_markdown, link_markdown
from components.view.address import build_params
from components.view.filter_bar import get_filter, get_selected_event, select_event, set_filter, show_page_link
from components.view.layout import has_page
from tension.records.actors import find_person
from tension.records.article import Article, ArticlePerson, ArticlePosition, Claim
from tension.words import format_day, name_state

_TRENDS = {"rising": "trending_up", "steady": "trending_flat", "falling": "trending_down"}
_KINDS = {"position": ":gray-badge[position]", "red_line": ":red-badge[red line]"}


def show_article_card() -> None:
    """Title, author, publisher, date and link, our summary, and how its statements fared."""
    article = load_record().article
    about = " (approximate)" if article.is_published_date_approximate else ""
    with st.container(border=True, key="article_card"):
        st.markdown(f"## {link_markdown(article.title, article.url)}")
        st.caption(
            f"{escape_markdown(article.byline)} · {format_day(article.published_date)}{about} · "
            f"article {escape_markdown(article.article_id)}"
        )
        if article.summary:
            st.markdown(escape_markdown(article.summary))
        if not article.checks:
            st.markdown("None of its statements was checked against other reports.")
            return
        counts = Counter(check.verdict.split(",")[0] for check in article.checks)
        verdicts = " ".join(format_verdict(verdict, f"{count} {verdict}") for verdict, count in counts.items())
        st.markdown(f"{len(article.checks)} of its statements, checked below: {verdicts}")


def show_article_events() -> None:
    """What happened, by the article, each statement with the recorded event that it is tied to."""
    wanted = get_filter()
    for told in load_record().article.events:
        event = load_event(told.event_id)
        if event is None:
            continue
        with st.container(gap=None):
            st.markdown(escape_markdown(told.statement))
            is_in_view = has_event(wanted, told.event_id)
            st.button(
                f"{format_day(event['occurred_date'])} · {escape_markdown(event['title'])}",
                key=f"told_{told.event_id}",
                type="tertiary",
                icon=":material/event_note:",
                help=None if is_in_view else "Outside the filter: opens it in the whole record",
                on_click=_open_event,
                args=(told.event_id, is_in_view),
            )
            if not is_in_view:
                st.caption("Outside the filter; opening it clears the filter.")


def show_claims() -> None:
    """The article's assessments in brief, each with its verbatim words and how we coded it."""
    article = load_record().article
    with st.grid(3, min_column_width=300):
        for claim in article.claims:
            with st.container(border=True, key=f"claim_{claim.claim_id}", height="stretch"):
                _show_claim(claim, article)
    if has_page("assessments"):
        show_page_link("assessments", "What the record says about each claim")


def show_article_positions() -> None:
    """What each side restated at the meeting, and whether the article saw it change."""
    positions = load_record().article.positions
    sides = list(dict.fromkeys(position.iso3 for position in positions))
    for column, side in zip(st.columns(len(sides), gap="medium"), sides, strict=True):
        with column:
            st.markdown(f"**{escape_markdown(name_state(side))}**")
            _show_side([position for position in positions if position.iso3 == side])
            if has_page("actors"):
                show_actor_link(side, f"{name_state(side)}: dated positions and red lines")


def show_article_people() -> None:
    """What the article says of its people, beside what the record holds of them and the checks that name them."""
    article = load_record().article
    with st.grid(2, min_column_width=340):
        for person in article.people:
            with st.container(border=True, key=f"person_{person.name.replace(' ', '_')}", height="stretch"):
                _show_person(person)


def show_article_states() -> None:
    """What the article says of each state's posture."""
    lines = [
        f"| {escape_markdown(name_state(state.iso3))} | {escape_markdown(state.said)} |"
        for state in load_record().article.states
    ]
    st.markdown("\n".join(["| State | What the article says |", "|---|---|", *lines]))


def show_questions() -> None:
    """The article's questions and its answers, in our words."""
    for number, asked in enumerate(load_record().article.questions, start=1):
        st.markdown(f"**{number}. {escape_markdown(asked.question)}**  \n{escape_markdown(asked.answer)}")


def show_checks() -> None:
    """Every checked statement with its verdict, the finding, and where that was read."""
    for check in load_record().article.checks:
        st.markdown(f"{format_verdict(check.verdict)}  \n**{escape_markdown(check.claim)}**  \n{format_finding(check)}")


def show_actor_link(iso3: str, label: str) -> None:
    """A link to a state's profile that takes the view along."""
    params = build_params(get_filter(), get_selected_event(), state=iso3)
    st.page_link(
        "pages/actors_page.py", label=escape_markdown(label), icon=":material/person_search:", query_params=params
    )


def _show_claim(claim: Claim, article: Article) -> None:
    trend = f":gray-badge[:material/{_TRENDS[claim.trend]}: {claim.trend}]"
    bottom_line = " :gray-badge[bottom line]" if claim.is_bottom_line else ""
    st.markdown(f"**{escape_markdown(claim.title)}** {trend}{bottom_line}")
    st.markdown(escape_markdown(claim.statement))
    st.markdown(format_quote(claim.quote, article))
    if claim.core_risk:
        st.markdown(f"Core risk: {escape_markdown(claim.core_risk)}")
    st.caption(f"Our coding: {claim.trend}, {claim.confidence} confidence. {escape_markdown(claim.confidence_reason)}")


def _show_side(positions: Sequence[ArticlePosition]) -> None:
    article = load_record().article
    for position in positions:
        quote = f"  \n{format_quote(position.quote, article)}" if position.quote else ""
        st.markdown(
            f"{_KINDS[position.kind]} {escape_markdown(position.statement)}{quote}  \n"
            f":small[Changed? {escape_markdown(position.changed)}]"
        )


def _show_person(person: ArticlePerson) -> None:
    record = load_record()
    st.markdown(f"**{escape_markdown(person.name)}**, {escape_markdown(person.office)}, {name_state(person.iso3)}")
    st.markdown(f"The article: {escape_markdown(person.said)}")
    known = find_person(record.actors, person.name)
    if known:
        st.markdown(f"The record: {format_person(known, has_name=False)}")
    for check in (check for check in record.article.checks if person.name in check.about):
        finding = f":small[{escape_markdown(check.finding)}.]"
        st.markdown(f"{format_verdict(check.verdict)} {escape_markdown(check.claim)}.  \n{finding}")


def _open_event(event_id: str, is_in_view: bool) -> None:
    if not is_in_view:
        set_filter(get_filter().widen())
    select_event(event_id)
