"""Another article beside the one in view, on the indicators that both look at. Draws; judges nothing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import load_article_titles, load_built, load_last_day, load_record
from components.parts.text import escape_markdown
from components.view.address import settle_choice
from components.view.controls import show_select
from components.view.filter_bar import get_filter
from components.view.layout import show_section
from tension.articles.comparing import SharedIndicator, Stance, compare_articles, describe_comparison
from tension.assessments.wording import name_reading, pick_sign
from tension.desk import Desk
from tension.words import format_day, join_words

_SAYS = {"for": "borne out", "against": "contradicted", "no change": "no such change seen", "": "can't be read"}


def show_beside() -> None:
    """What both articles say of the indicators that they share; nothing where there is one article alone."""
    titles = load_article_titles()
    here = load_record().article.article_id
    others = [name for name in titles if name != here]
    if not others:
        return
    as_of = get_filter().as_of or load_last_day()
    show_section("Beside another article", f"The indicators that both look at, on {format_day(as_of)}.")
    chosen = settle_choice("beside", others, others[0])
    show_select("beside", "The other article", others, lambda name: titles[name], width=480)
    shared = load_built(_compare, chosen, as_of)
    st.markdown(f"**{escape_markdown(describe_comparison(shared))}**")
    if not shared:
        return
    rows = [
        {
            "Sign": pick_sign(one.reading),
            "Indicator": one.reading.indicator.title,
            "Reads": name_reading(one.reading),
            "This article": _describe(one.first),
            "The other": _describe(one.second),
            "The two": "disagree" if one.is_disputed else "can both be borne out",
        }
        for one in shared
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="What two articles say of each indicator")


def _compare(desk: Desk, other: str, as_of: date) -> tuple[SharedIndicator, ...]:
    second = desk.choose_article(other).record.followed
    return compare_articles(desk.record.followed, second, desk.assessor, as_of)


def _describe(stance: Stance) -> str:
    return f"{stance.claim.title}, borne out by {join_words(stance.part.supports, 'or')}: {_SAYS[stance.says]}"
