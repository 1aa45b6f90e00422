"""Assessments: each claim of the article with its readings, on the article's day, on the as-of day, and between."""

from typing import Any

import streamlit as st

from components.backtest_parts import show_backtest
from components.loaders import load_record
from components.parts.charts import show_chart
from components.parts.indicator_strips import ALL_CLAIMS, choose_claim, choose_day, show_comparison, show_state_changes
from components.parts.risk_panels import describe_as_of, show_attention, show_panels
from components.parts.text import escape_markdown
from components.view.address import set_choice
from components.view.filter_bar import get_filter
from components.view.layout import show_honesty, show_page_head, show_section

wanted = get_filter()
claims = {claim.claim_id: claim.title for claim in load_record().article.claims}
show_page_head("Assessments", "What the article claimed, and what the record says of it on any day. No forecast.")
st.caption(escape_markdown(describe_as_of(wanted)))


def take_tick(points: list[dict[str, Any]]) -> None:
    """A click on a change of state chooses its claim."""
    if points and points[0].get("customdata"):
        set_choice("claim", points[0]["customdata"][0])


show_chart("states", wanted, share=1, on_select=take_tick)
claim_id = choose_claim()
show_panels(wanted, claim_id="" if claim_id == ALL_CLAIMS else claim_id)

shown = list(claims) if claim_id == ALL_CLAIMS else [claim_id]
show_section(
    "How often it is wrong",
    "Each claim against the escalations that are known, listed before the rules were written. Noticed: a turn towards "
    "escalation or a surge within a fortnight; it comes late by days and predicts nothing. Beside it, how often a rule "
    "that fires at random as often would have, a naive rule (a count above its highest of 30 days), and how many calm "
    "fortnights, more than 90 days from any listed day, hold a turn or surge all the same.",
)
show_backtest(wanted.as_of, shown)

show_section("Any day beside any other", "The as-of day against another: what differs, and the events in and out.")
versus = choose_day()
show_comparison(wanted, shown, versus)

show_section("What moved the states", "Every change since 2022, newest first.")
for one, title in claims.items():
    if claim_id in (ALL_CLAIMS, one):
        with st.expander(
            escape_markdown(title), expanded=claim_id == one, on_change="rerun", key=f"moves_{one}"
        ) as box:
            if box.open:
                show_state_changes(wanted, one)
show_section(
    "Attention",
    "How much ten newspapers write of risk (GPR, Caldara and Iacoviello 2022), as z-scores against 60 months before. "
    "Not a count of events.",
)
show_attention(wanted)
show_honesty(has_counts=True)
