"""The draft of the Workbench read on the last day, kept as a file, taken back; and the files that there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import get_desk, load_built, load_last_day, load_record, look_again
from components.parts.text import escape_markdown
from components.view.acting import act, may
from components.view.filter_bar import get_filter, set_filter
from components.workbench_built import get_built
from tension.articles.building import load_counts
from tension.articles.drafting import (
    DraftClaim,
    Head,
    build_article,
    read_article,
    save_article,
    undo_save,
    write_article,
)
from tension.articles.preview import DraftReading, read_draft
from tension.articles.sentences import ArticleText
from tension.assessments.backtest_words import describe_backtest
from tension.assessments.kinds import find_kind
from tension.assessments.wording import name_reading, pick_sign
from tension.desk import Desk
from tension.errors import TensionError
from tension.records.article import Article
from tension.records.article_names import SEED_ARTICLE
from tension.words import format_day

_TOLD, _FAULT = "bench_told", "bench_fault"


def show_draft(text: ArticleText, head: Head, claims: Sequence[DraftClaim]) -> None:
    """What the draft reads, or the first thing that it lacks; saving and downloading where it lacks nothing."""
    try:
        article = build_article(text, head, claims, get_built())
        found = load_built(_read_draft, article.model_dump_json(), load_last_day())
    except TensionError as error:
        st.info(escape_markdown(str(error)), icon=":material/edit_note:")
        return
    for claim, one in zip(article.claims, found, strict=True):
        st.markdown(f"**{escape_markdown(claim.title)}**: {escape_markdown(str(one.reading.state))}")
        _show_readings(claim.title, one)
        st.caption(escape_markdown(f"Back-test: {describe_backtest(one.result, one.reading.rule)}"))
    with st.container(horizontal=True):
        # Not in a callback, which would get what stood before the click.
        if st.button("Save and follow", key="bench_save", disabled=not may("save article")):
            _save(article)
            st.rerun()
        st.download_button(
            "Download the file",
            write_article(article),
            f"{article.article_id}.yaml",
            "application/yaml",
            on_click="ignore",
        )


def show_own_articles() -> None:
    """The reader's own articles, each with what can be done with it, and a way in for one that somebody sent."""
    if told := st.session_state.pop(_TOLD, ""):
        st.success(escape_markdown(told))
    if fault := st.session_state.pop(_FAULT, ""):
        st.error(escape_markdown(fault))
    own = [one.article for one in load_record().articles if one.is_own]
    if not own:
        st.caption("None yet.")
    for article in own:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"own_{article.article_id}"):
            st.markdown(
                f"**{escape_markdown(article.title)}**, {escape_markdown(article.byline)}, "
                f"{format_day(article.published_date)} · {len(article.claims)} claims · "
                f"{escape_markdown(article.article_id)}",
                width="stretch",
            )
            st.button("Follow", key=f"follow_{article.article_id}", on_click=_follow, args=(article.article_id,))
            st.download_button(
                "Download",
                write_article(article),
                f"{article.article_id}.yaml",
                "application/yaml",
                on_click="ignore",
                key=f"file_{article.article_id}",
            )
            st.button(
                "Undo last save",
                key=f"undo_{article.article_id}",
                type="tertiary",
                disabled=not may("undo article"),
                on_click=_undo,
                args=(article.article_id,),
            )
    # A new one after each file that was taken, so that it doesn't come back.
    key = f"bench_sent_{len(own)}"
    st.file_uploader(
        "An article that somebody sent (.yaml)",
        type=["yaml", "yml"],
        max_upload_size=1,
        key=key,
        on_change=_take_file,
        args=(key,),
    )


def _read_draft(desk: Desk, written: str, as_of: date) -> tuple[DraftReading, ...]:
    article = Article.model_validate_json(written)
    counts = load_counts(article.built, desk.series, desk.load_measurements)
    return read_draft(article, desk.record, desk.assessor.observed, as_of, counts)


def _show_readings(title: str, one: DraftReading) -> None:
    parts = {part.part_id: part.title for part in one.reading.rule.parts}
    rows = [
        {
            "Sign": pick_sign(found),
            "Part": parts[found.part_id],
            "Indicator": found.indicator.title,
            "Reads": name_reading(found),
            "Figures": find_kind(found.indicator).describe(found),
        }
        for found in one.reading.indicators
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt=f"{title}: how its indicators read")


def _save(article: Article) -> None:
    desk = get_desk()
    try:
        act(
            "save article",
            article.article_id,
            lambda: save_article(desk.settings.user_data_dir, article, desk.record),
        )
    except (TensionError, OSError) as error:
        st.session_state[_FAULT] = str(error)
        return
    look_again()
    st.session_state[_TOLD] = f"Saved as articles/{article.article_id}.yaml in your data folder; it is in view now."
    _follow(article.article_id)


def _follow(article_id: str) -> None:
    set_filter(replace(get_filter(), article=article_id))


def _undo(article_id: str) -> None:
    try:
        folder = get_desk().settings.user_data_dir
        has_earlier = act("undo article", article_id, lambda: undo_save(folder, article_id))
    except (TensionError, OSError) as error:
        st.session_state[_FAULT] = str(error)
        return
    look_again()
    what = "The earlier version is back" if has_earlier else "The article is taken out"
    st.session_state[_TOLD] = f"{what}; what was saved last is kept as articles/{article_id}.undone."
    if not has_earlier and get_filter().article == article_id:
        _follow(SEED_ARTICLE)


def _take_file(key: str) -> None:
    given = st.session_state.get(key)
    if not given:
        return
    try:
        _save(read_article(given.getvalue(), given.name))
    except TensionError as error:
        st.session_state[_FAULT] = str(error)
