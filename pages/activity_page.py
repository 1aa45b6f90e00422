"""Activity: official counts of every sea against their own past, Taiwan's daily ones first, and the GPR index."""

import streamlit as st

from components.activity_parts import COUNT_WORDS, show_breaks, show_highest_days
from components.counts_parts import choose_count, find_declared, show_count_beside, show_reading, show_sea_rows
from components.loaders import load, load_last_activity_day
from components.parts.charts import show_chart
from components.view.address import settle_choice
from components.view.controls import show_select
from components.view.filter_bar import get_filter
from components.view.layout import show_page_head, show_section
from tension.figures.gpr import COUNTRIES, WORLD
from tension.store.queries import Queries
from tension.words import STATE_NAMES, format_day, format_month

show_page_head(
    "Activity",
    "What ministries and coast guards count in every sea, against its own past; and the press's attention to risk.",
)
wanted = get_filter()
country = settle_choice("country", (WORLD, *COUNTRIES), WORLD)

months = load(Queries.load_gpr, None)
said = [f"Taiwan's counts reach to {format_day(load_last_activity_day()) or 'no day yet'}"]
said += [f"the GPR index to {format_month(months.month.iloc[-1])}"] if len(months) else ["the GPR index is not loaded"]
st.caption(
    f"{', '.join(said)}; beyond its own end nothing is known of a count. A day that isn't stated is absent, not zero. "
    "Only the filter's dates and its as-of day apply here."
)
sea, count = choose_count()
counted = find_declared(count)
if counted:
    show_reading(counted, wanted)
    show_chart("counts", wanted, {"count": count}, share=1)
    show_count_beside(count, wanted)
else:
    show_chart(f"activity-{count}", wanted, share=1)
    highest, breaks = st.columns([3, 2], gap="large")
    with highest:
        show_section("Highest days")
        show_highest_days(count, wanted)
    with breaks:
        show_section("Where the definition changes")
        show_breaks(count)

show_section("All counts of this sea", "One time axis, each series in its own unit; they are never joined.")
show_chart("sea", wanted, {"sea": sea}, share=1)
show_section("Every sea", "What its official counts say, or that there are none.")
show_sea_rows(wanted)

calendar, index = st.columns(2, gap="large")
with calendar:
    show_section("Taiwan's counts month by month")
    show_chart("activity-heat", wanted, {"count": count if count in COUNT_WORDS else next(iter(COUNT_WORDS))})
with index:
    show_section("Attention to risk")
    show_select("country", "Index of", (WORLD, *COUNTRIES), lambda code: STATE_NAMES.get(code, "the world"), width=220)
    show_chart("gpr", wanted, {"country": country})
