"""How often the panels are wrong: each claim against its known escalations, and each of these by itself. Draws only."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import load_built, load_record
from components.parts.tables import DAY_FORMAT, fit_height
from components.parts.text import escape_markdown
from tension.assessments.backtest import ClaimResult
from tension.assessments.backtest_words import tell_fraction
from tension.desk import Desk
from tension.words import format_percent

_TABLE_PX = 420


def load_backtests(as_of: date | None) -> tuple[ClaimResult, ...]:
    """Every claim's result by what an as-of day could know; all days without one."""
    return load_built(Desk.read_backtests, as_of)


def show_backtest(as_of: date | None, claim_ids: list[str]) -> None:
    """The claims against their lists in one table, and the lists themselves with what was noticed of each entry."""
    record = load_record()
    titles = {claim.claim_id: claim.title for claim in record.article.claims}
    results = [result for result in load_backtests(as_of) if result.claim_id in claim_ids]
    st.dataframe(
        pd.DataFrame([_build_row(titles[result.claim_id], result) for result in results]),
        hide_index=True,
        width="content",
        height="content",
        alt="Each claim against its known escalations, with luck, calm days and a naive rule",
    )
    for listed in record.escalations:
        if listed.reason and listed.claim_id in claim_ids:
            st.caption(f"{escape_markdown(titles[listed.claim_id])}: {escape_markdown(listed.reason)}")
    with st.expander("What is listed, and what was noticed of it"):
        _show_list(titles, results)


def _build_row(title: str, result: ClaimResult) -> dict[str, str]:
    turns = "–" if result.turns_per_year is None else f"{result.turns_per_year:.1f}"
    return {
        "Claim": title,
        "Listed": str(result.listed),
        "Noticed, of those that can be read": tell_fraction(result.noticed, result.readable),
        "By luck": format_percent(result.random_share),
        "Naive rule": tell_fraction(result.naive_noticed, result.readable),
        "Calm fortnights with a turn or surge": format_percent(result.calm_day_share),
        "Calm, naive rule": format_percent(result.naive_calm_day_share),
        "Turns a year": turns,
    }


def _show_list(titles: dict[str, str], results: list[ClaimResult]) -> None:
    names = {found.indicator_id: found.title for result in results for found in result.indicators}
    rows = [
        {
            "Claim": titles[result.claim_id],
            "Day": hit.escalation.date,
            "What": hit.escalation.title,
            "Noticed by": ", ".join(names[i] for i in hit.noticed_by) if hit.is_readable else "can't be read",
            "Days after": hit.days_after if hit.is_readable else None,
            "Naive rule": "yes" if hit.is_naively_noticed else "no",
            "Use": hit.escalation.use,
            "Publisher": hit.escalation.publisher,
            "Link": hit.escalation.url,
        }
        for result in results
        for hit in result.hits
    ]
    if not rows:
        st.caption("No escalation is listed up to this day.")
        return
    st.dataframe(
        pd.DataFrame(rows).astype({"Days after": "Int64"}),
        hide_index=True,
        height=fit_height(len(rows), _TABLE_PX),
        alt="Known escalations with what noticed them",
        column_config={
            "Day": st.column_config.DateColumn(format=DAY_FORMAT),
            "What": st.column_config.TextColumn(width="large"),
            "Link": st.column_config.LinkColumn(display_text="open", width=60),
        },
    )
