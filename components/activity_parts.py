"""What stands beside the charts of Taiwan's daily counts: the highest days, and the definitions that changed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import load_built, load_record
from components.parts.tables import DAY_FORMAT
from components.parts.text import escape_markdown
from tension.desk import Desk
from tension.figures.day_counts import (
    COUNTS_BY_SLUG,
    Count,
    Exercise,
    build_day_frame,
    find_records,
    load_exercises,
    rank_days,
    select_breaks,
    select_days,
)
from tension.records.filters import EventFilter
from tension.words import format_day

COUNT_WORDS = {
    "aircraft": "Aircraft",
    "crossed": "Crossed the line or entered the zone",
    "vessels": "Naval vessels",
    "ships": "Official ships",
    "balloons": "Balloons",
}


def show_highest_days(slug: str, wanted: EventFilter) -> None:
    """The highest days in view under one definition, with the named exercise that each falls in."""
    count = COUNTS_BY_SLUG[slug]
    days = load_built(_build_days, slug, wanted.as_of)
    ranked = rank_days(select_days(days, wanted), find_records(days))
    if ranked.empty:
        st.caption("No day is counted in view.")
        return
    since = ranked.regime_start.iloc[0]
    st.caption(
        f"Days in view with most {count.noun}, under the definition in force since {format_day(since)}. "
        "A bulletin covers the 24 hours to 06:00 of its day: an exercise shows until the day after its last."
    )
    exercises = load_built(load_exercises, wanted.as_of)
    st.dataframe(
        build_rows(ranked, exercises, count),
        hide_index=True,
        height="content",
        alt=f"The {len(ranked)} highest days",
        column_config={"Day": st.column_config.DateColumn(format=DAY_FORMAT)},
    )


def build_rows(ranked: pd.DataFrame, exercises: list[Exercise], count: Count) -> pd.DataFrame:
    """Ranked days as words: the day, its count, whether no earlier day was as high, the exercise."""
    return pd.DataFrame(
        {
            "Day": ranked.date,
            count.noun.capitalize(): ranked["count"].astype(int),
            "Record then": ["record" if was_record else "" for was_record in ranked.was_record],
            "Named exercise": [_find_exercise(day.date(), exercises) for day in ranked.date],
        }
    )


def _find_exercise(day: date, exercises: list[Exercise]) -> str:
    """The exercise of a bulletin's day; a bulletin covers the 24 hours to 06:00 of its day, so the day after counts."""
    return next((e.name for e in exercises if e.first <= day and (day - e.last).days <= 1), "")


def _build_days(desk: Desk, slug: str, as_of: date | None) -> pd.DataFrame:
    column = COUNTS_BY_SLUG[slug].column
    return build_day_frame(desk.queries.load_activity(as_of=as_of), column, select_breaks(desk.record.breaks, column))


def show_breaks(slug: str) -> None:
    """The definition breaks of a count, each with what changed."""
    st.caption("No mean, baseline or comparison reaches across one of these days.")
    lines = [
        f"- **{format_day(found.date)}**: {escape_markdown(found.reason)}"
        for found in select_breaks(load_record().breaks, COUNTS_BY_SLUG[slug].column)
    ]
    st.markdown("\n".join(lines) or "None is known.")
