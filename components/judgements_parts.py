"""The Judgements page: each judgement as it stands, the book, scores, and what can be done. Draws; judges nothing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import get_desk, get_theme, load_built, load_event
from components.parts.charts import show_chart
from components.parts.risk_panels import show_panel_style
from components.parts.templates import render, show_markup
from components.parts.text import escape_markdown
from components.view.address import settle_choice
from components.view.controls import show_select
from components.view.layout import show_section
from components.view.tray import show_add_button
from tension.brief.recipe import Item
from tension.desk import Desk
from tension.judgements.book import BOOK_FILE, MARK_LETTERS, Line, stamp_book
from tension.judgements.likelihood import load_likelihoods
from tension.judgements.scores import score_brier
from tension.judgements.standing import ALL_AUTHORS, OPEN, WAITING, Judgement, Standing, read_standing
from tension.judgements.telling import describe_answer, describe_question, tell_score
from tension.records.filters import EventFilter
from tension.store.delta import read_now_utc
from tension.words import count, format_day, format_percent

MOST_SHOWN = 100


def load_standing() -> Standing:
    """The book as it stands today; read anew with every change of its files."""
    return load_built(_load_standing, stamp_book(get_desk().settings.user_data_dir), read_now_utc().date())


def _load_standing(desk: Desk, _stamp: str, today: date) -> Standing:
    return read_standing(desk, today)


def show_book(standing: Standing) -> None:
    """Whether the book was changed after the fact, and the mark by which that can be told later."""
    if standing.faults:
        st.error("\n".join(f"- {BOOK_FILE}: {escape_markdown(fault)}" for fault in standing.faults))
    elif standing.line_count:
        st.caption(
            f"The book holds {count(standing.line_count, 'line')} and shows no change after the fact; the last line is "
            f"{standing.mark[:MARK_LETTERS]}. Keep that mark elsewhere: {BOOK_FILE} can't hide a change from it."
        )


def show_judgements(standing: Standing) -> None:
    """Every judgement, the one whose day comes last first."""
    if not standing.judgements:
        st.caption("No judgement yet. The first is made below, or with `python -m tension judgements --add FILE`.")
        return
    show_panel_style()
    shown = standing.judgements[:MOST_SHOWN]
    waiting = [_describe(judgement) for judgement in shown if judgement.status in (OPEN, WAITING)]
    answered = [_describe(judgement) for judgement in shown if judgement.status not in (OPEN, WAITING)]
    show_markup(render("judgements.html", palette=get_theme(), open=waiting, answered=answered))
    if len(standing.judgements) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(standing.judgements)}; `python -m tension judgements` lists all.")
    show_add_button(Item(kind="judgements"), "judgements")


def show_scores(standing: Standing, wanted: EventFilter) -> None:
    """Mean scores by author beside two simple rules, and what came true of what was said."""
    show_section(
        "Scores",
        "Brier score: the squared distance between what was said and what happened; 0 is perfect, 0.25 is to say 50% "
        "each time. Beside it what the base rate and the newest answer would have scored on the same questions.",
    )
    st.markdown(escape_markdown(tell_score(standing.score())))
    scores = [(author, standing.score(author)) for author in (ALL_AUTHORS, *standing.authors)]
    if not scores[0][1].count:
        return
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Author": "All" if author == ALL_AUTHORS else author,
                    "Judgements": score.count,
                    "Brier score": score.brier,
                    "Base rate": score.base_rate,
                    "Persistence": score.persistence,
                }
                for author, score in scores
                if score.count
            ]
        ),
        hide_index=True,
        width="content",
        alt="Mean Brier scores by author, beside the base rate and persistence",
        column_config={
            name: st.column_config.NumberColumn(format="%.3f") for name in ("Brier score", "Base rate", "Persistence")
        },
    )
    authors = (ALL_AUTHORS, *standing.authors)
    author = settle_choice("author", authors, ALL_AUTHORS)
    if len(authors) > 2:
        show_select("author", "Whose", authors, lambda one: "All" if one == ALL_AUTHORS else one, width=260)
    show_chart("calibration", wanted, {"author": author})


def _describe(judgement: Judgement) -> dict[str, object]:
    desk, question, known = get_desk(), judgement.question, judgement.known
    scored = judgement.build_scored()
    answer = judgement.answer
    held = "and so" if known.held else "not so"
    return {
        "question": describe_question(desk, question),
        "status": judgement.status,
        "why": judgement.reason,
        "answer": describe_answer(desk, question, answer) if answer and answer.value is not None else "",
        "author": judgement.author,
        "made": judgement.forecasts[0].written_utc.date(),
        "known": f"so on {format_percent(known.base_rate)} of {count(known.day_count, 'day')} before, "
        f"{held} on {format_day(known.last_day)}",
        "brier": f"{score_brier(scored):.3f}" if scored else "",
        "said": _describe_forecast(judgement.standing),
        "earlier": [_describe_forecast(line) for line in reversed(judgement.forecasts[:-1])],
    }


def _describe_forecast(line: Line) -> dict[str, object]:
    words = {one.likelihood: one for one in load_likelihoods(get_desk().settings.data_dir)}
    word = words.get(line.likelihood)
    is_exact = word is not None and line.probability_pct not in (None, word.middle_pct)
    events = [(event_id, load_event(event_id)) for event_id in line.event_ids]
    return {
        "spoken": word.spoken if word else line.likelihood,
        "exact": f"put at {line.probability_pct:g}%" if is_exact else "",
        "confidence": line.confidence,
        "reason": line.reason,
        "author": line.author,
        "written": line.written_utc.date(),
        "events": [{"event_id": e, "title": event["title"] if event else e} for e, event in events],
    }
