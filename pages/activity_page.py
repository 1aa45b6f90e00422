"""Activity: Taiwan's daily counts against their own past, month by month, and the GPR index beside them."""

import streamlit as st

from components.activity_parts import COUNT_WORDS, show_breaks, show_highest_days
from components.loaders import load_last_activity_day, load_query
from components.parts.charts import show_chart
from components.parts.text import escape_markdown
from components.view.choices import choice_key, settle_choice, write_choice
from components.view.filter_bar import get_filter
from components.view.layout import show_page_head, show_section
from tension.figures.gpr import COUNTRIES, WORLD
from tension.words import STATE_NAMES, format_day, format_month

show_page_head(
    "Activity",
    "What Taiwan's ministry counts each day, against its own past; and the press's attention to risk (GPR index).",
)
wanted = get_filter()
count, count_notice = settle_choice("count", tuple(COUNT_WORDS), next(iter(COUNT_WORDS)))
country, country_notice = settle_choice("country", (WORLD, *COUNTRIES), WORLD)
for notice in filter(None, (count_notice, country_notice)):
    st.warning(f"Left out: {escape_markdown(notice)}", icon=":material/link_off:")

months = load_query("load_gpr", None)
said = [f"Counts reach to {format_day(load_last_activity_day()) or 'no day yet'}"]
said += [f"the GPR index to {format_month(months.month.iloc[-1])}"] if len(months) else ["the GPR index is not loaded"]
st.caption(
    f"{', '.join(said)}; beyond it nothing is known. A day without a bulletin is absent, not zero. "
    "Only the filter's dates and its as-of day apply here."
)
st.segmented_control(
    "Count",
    tuple(COUNT_WORDS),
    key=choice_key("count"),
    format_func=COUNT_WORDS.__getitem__,
    on_change=write_choice,
    args=("count",),
    required=True,
    label_visibility="collapsed",
)
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
    st.selectbox(
        "Index of",
        (WORLD, *COUNTRIES),
        key=choice_key("country"),
        format_func=lambda code: STATE_NAMES.get(code, "the world"),
        on_change=write_choice,
        args=("country",),
        width=220,
    )
    show_chart("gpr", wanted, {"country": country})
