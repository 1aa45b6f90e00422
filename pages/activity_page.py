"""Activity: Taiwan's daily counts against their own past, month by month, and the GPR index beside them."""

import streamlit as st

from components.activity_parts import COUNT_WORDS, show_breaks, show_highest_days
from components.loaders import load, load_last_activity_day
from components.parts.charts import show_chart
from components.view.address import settle_choice
from components.view.controls import show_segments, show_select
from components.view.filter_bar import get_filter
from components.view.layout import show_page_head, show_section
from tension.figures.gpr import COUNTRIES, WORLD
from tension.store.queries import Queries
from tension.words import STATE_NAMES, format_day, format_month

show_page_head(
    "Activity",
    "What Taiwan's ministry counts each day, against its own past; and the press's attention to risk (GPR index).",
)
wanted = get_filter()
count = settle_choice("count", tuple(COUNT_WORDS), next(iter(COUNT_WORDS)))
country = settle_choice("country", (WORLD, *COUNTRIES), WORLD)

months = load(Queries.load_gpr, None)
said = [f"Counts reach to {format_day(load_last_activity_day()) or 'no day yet'}"]
said += [f"the GPR index to {format_month(months.month.iloc[-1])}"] if len(months) else ["the GPR index is not loaded"]
st.caption(
    f"{', '.join(said)}; beyond it nothing is known. A day without a bulletin is absent, not zero. "
    "Only the filter's dates and its as-of day apply here."
)
show_segments("count", "Count", tuple(COUNT_WORDS), COUNT_WORDS.__getitem__, is_labelled=False)
show_chart(f"activity-{count}", wanted, share=1)

highest, breaks = st.columns([3, 2], gap="large")
with highest:
    show_section("Highest days")
    show_highest_days(count, wanted)
with breaks:
    show_section("Where the definition changes")
    show_breaks(count)

calendar, index = st.columns(2, gap="large")
with calendar:
    show_section("Month by month")
    show_chart("activity-heat", wanted, {"count": count})
with index:
    show_section("Attention to risk")
    show_select("country", "Index of", (WORLD, *COUNTRIES), lambda code: STATE_NAMES.get(code, "the world"), width=220)
    show_chart("gpr", wanted, {"country": country})
